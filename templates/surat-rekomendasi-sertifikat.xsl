<?xml version="1.0" encoding="UTF-8"?>
<!-- Surat Rekomendasi Permohonan Penerbitan Sertifikat Elektronik, BSrE's own form. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="sertifikat.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:penerbitan-sertifikat/k:rekomendasi-sertifikat">
      <xsl:call-template name="surat-sertifikat">
        <xsl:with-param name="judul">
          <paragraf>SURAT REKOMENDASI</paragraf>
          <paragraf>PERMOHONAN PENERBITAN SERTIFIKAT ELEKTRONIK</paragraf>
        </xsl:with-param>
        <xsl:with-param name="permohonan">Dengan ini memberikan rekomendasi kepada:</xsl:with-param>
        <xsl:with-param name="isi">
          <paragraf ukuran-pt="11" spasi-pt="15" ikut-berikut="ya">Untuk melakukan pendaftaran sertifikat elektronik sekaligus menjadi pemegang sertifikat elektronik yang digunakan pada:</paragraf>
          <data indentasi-mm="2" ukuran-pt="11" spasi-pt="15" label-mm="7" titik-dua-mm="55">
            <xsl:call-template name="kegunaan"/>
          </data>
        </xsl:with-param>
        <xsl:with-param name="penutup">Demikian surat rekomendasi ini saya buat agar dapat digunakan sebagaimana mestinya.</xsl:with-param>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
