<?xml version="1.0" encoding="UTF-8"?>
<!-- Surat Permohonan Pencabutan Sertifikat Elektronik. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="sertifikat.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:penerbitan-sertifikat/k:pencabutan">
      <xsl:call-template name="surat-sertifikat">
        <xsl:with-param name="judul">
          <paragraf>SURAT PERMOHONAN</paragraf>
          <paragraf>PENCABUTAN SERTIFIKAT ELEKTRONIK</paragraf>
        </xsl:with-param>
        <xsl:with-param name="permohonan">Dengan ini mengajukan permohonan pencabutan sertifikat elektronik atas nama:</xsl:with-param>
        <xsl:with-param name="isi">
          <paragraf ukuran-pt="11" spasi-pt="15" ikut-berikut="ya">Sertifikat elektronik yang dimohonkan pencabutannya:</paragraf>
          <data indentasi-mm="2" ukuran-pt="11" spasi-pt="15" label-mm="7" titik-dua-mm="55">
            <isian nomor="a." label="Nomor Seri"><xsl:value-of select="k:nomor-seri"/></isian>
            <isian nomor="b." label="Alasan"><xsl:value-of select="k:alasan"/></isian>
            <isian nomor="c." label="Keterangan">
              <xsl:choose>
                <xsl:when test="k:keterangan"><xsl:value-of select="k:keterangan"/></xsl:when>
                <xsl:otherwise>-</xsl:otherwise>
              </xsl:choose>
            </isian>
            <isian nomor="d." label="Berlaku Mulai"><xsl:value-of select="n:tanggal(k:berlaku-mulai)"/></isian>
          </data>
        </xsl:with-param>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
