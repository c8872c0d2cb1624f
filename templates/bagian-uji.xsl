<?xml version="1.0" encoding="UTF-8"?>
<!-- Parts that the letters about the application and its test rounds share: notice, invitation, Berita Acara, recommendation. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">

  <xsl:variable name="kasus" select="/k:pengajuan-sistem"/>
  <!-- where the system is: as reported ready, or as applied for -->
  <xsl:variable name="alamat" select="$kasus/k:sistem-siap | $kasus/k:sistem[not($kasus/k:sistem-siap)]"/>

  <!-- "Surat Kepala Dinas ... Nomor ... tanggal ... hal ...", without a full stop -->
  <xsl:template name="sebut-permohonan">
    <xsl:for-each select="$kasus/k:permohonan/k:naskah">
      <xsl:value-of select="concat('Surat ', k:penanda-tangan/k:jabatan, ' ', $kasus/k:pemohon/k:instansi, ' Nomor ', n:nomor('permohonan', '0'), ' tanggal ', n:tanggal(k:tanggal | k:waktu), ' ', n:label('kata-hal'), ' ')"/>
      <xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="k:perihal"/></xsl:call-template>
    </xsl:for-each>
  </xsl:template>

  <!-- of a round (k:uji) that was held -->
  <xsl:template name="sebut-berita-acara">
    <xsl:value-of select="concat('Berita Acara Uji Kesesuaian putaran ', n:urutan(number(@putaran)), ' Nomor ', n:nomor('berita-acara', number(@putaran)), ' tanggal ', n:tanggal(k:berita-acara/k:naskah/k:tanggal | k:berita-acara/k:naskah/k:waktu))"/>
  </xsl:template>

  <!-- an empty cell of a table says that nothing was forgotten -->
  <xsl:template name="atau-strip">
    <xsl:param name="nilai"/>
    <xsl:choose>
      <xsl:when test="$nilai"><xsl:value-of select="$nilai"/></xsl:when>
      <xsl:otherwise>-</xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
