<?xml version="1.0" encoding="UTF-8"?>
<!-- The least that can be signed, for test_signers. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="bagian.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:pengajuan-sistem/k:uji[number(@putaran) = $urutan]/k:berita-acara">
      <surat>
        <xsl:call-template name="kop"/>
        <paragraf><xsl:value-of select="k:naskah/k:perihal"/></paragraf>
        <xsl:call-template name="tanda-tangan"/>
      </surat>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
