<?xml version="1.0" encoding="UTF-8"?>
<!-- Surat Permohonan Perpanjangan (Pembaruan) Sertifikat Elektronik. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="sertifikat.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:penerbitan-sertifikat/k:perpanjangan">
      <xsl:call-template name="surat-sertifikat">
        <xsl:with-param name="judul">
          <paragraf>SURAT PERMOHONAN</paragraf>
          <paragraf>PERPANJANGAN SERTIFIKAT ELEKTRONIK</paragraf>
        </xsl:with-param>
        <xsl:with-param name="permohonan">Dengan ini mengajukan permohonan perpanjangan sertifikat elektronik atas nama:</xsl:with-param>
        <xsl:with-param name="isi">
          <paragraf ukuran-pt="11" spasi-pt="15" ikut-berikut="ya">Sertifikat elektronik yang dimohonkan perpanjangannya:</paragraf>
          <data indentasi-mm="2" ukuran-pt="11" spasi-pt="15" label-mm="7" titik-dua-mm="55">
            <xsl:call-template name="kegunaan"/>
            <isian nomor="c." label="Nomor Seri"><xsl:value-of select="k:nomor-seri"/></isian>
            <isian nomor="d." label="Berlaku Sampai"><xsl:value-of select="n:tanggal(k:berlaku-sampai)"/></isian>
            <xsl:if test="k:alasan">
              <isian nomor="e." label="Alasan"><xsl:value-of select="k:alasan"/></isian>
            </xsl:if>
          </data>
        </xsl:with-param>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
