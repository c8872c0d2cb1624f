<?xml version="1.0" encoding="UTF-8"?>
<!-- A case as TeX macros, for `xsltproc data.xsl CASE...`: TeX reads no XML. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1">
  <xsl:output method="text" encoding="UTF-8"/>
  <xsl:variable name="upper" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZ'"/>
  <xsl:variable name="lower" select="'abcdefghijklmnopqrstuvwxyz'"/>

  <xsl:template match="/k:penerbitan-sertifikat">
    <xsl:variable name="n" select="k:rekomendasi-sertifikat/k:naskah"/>
    <xsl:value-of select="concat('\gdef\id{', @id, '}')"/>
    <xsl:value-of select="concat('\gdef\kodeqr{Z10XJ-2RQ5Z-EKJV7-', substring(@id, 7), '}')"/>
    <xsl:value-of select="concat('\gdef\instansi{', translate(k:kantor/k:instansi, $lower, $upper), '}')"/>
    <xsl:value-of select="concat('\gdef\satker{', translate(k:kantor/k:satker, $lower, $upper), '}')"/>
    <xsl:value-of select="concat('\gdef\alamat{', k:kantor/k:alamat, '}')"/>
    <xsl:value-of select="concat('\gdef\hubungan{Telepon ', k:kantor/k:telepon, ', surel ', k:kantor/k:email, '}')"/>
    <xsl:value-of select="concat('\gdef\klasifikasi{', $n/k:klasifikasi, '}\gdef\nomor{', $n/k:nomor, '}')"/>
    <xsl:value-of select="concat('\gdef\tempat{', $n/k:tempat, '}\gdef\tanggal{\hari ', translate($n/k:tanggal, '-', '/'), '.}')"/>
    <xsl:value-of select="concat('\gdef\sistem{', k:rekomendasi-sertifikat/k:kegunaan/k:sistem, '}')"/>
    <xsl:value-of select="concat('\gdef\kegunaan{', k:rekomendasi-sertifikat/k:kegunaan/k:untuk, '}')"/>
    <xsl:for-each select="$n/k:penanda-tangan"><xsl:call-template name="person"><xsl:with-param name="p" select="'a'"/></xsl:call-template></xsl:for-each>
    <xsl:for-each select="k:pemegang"><xsl:call-template name="person"><xsl:with-param name="p" select="'b'"/></xsl:call-template></xsl:for-each>
    <xsl:text>\surat&#10;</xsl:text>
  </xsl:template>

  <xsl:template name="person">
    <xsl:param name="p"/>
    <xsl:value-of select="concat('\gdef\', $p, 'nama{', k:nama, '}\gdef\', $p, 'polos{', k:nama-tanpa-gelar, '}')"/>
    <xsl:value-of select="concat('\gdef\', $p, 'nip{', substring(k:nip, 1, 8), ' ', substring(k:nip, 9, 6), ' ', substring(k:nip, 15, 1), ' ', substring(k:nip, 16), '}')"/>
    <xsl:value-of select="concat('\gdef\', $p, 'nik{', k:nik, '}\gdef\', $p, 'pangkat{', k:pangkat, ' (', k:golongan, ')}')"/>
    <xsl:value-of select="concat('\gdef\', $p, 'jabatan{', k:jabatan, '}\gdef\', $p, 'instansi{', k:instansi, '}')"/>
    <xsl:value-of select="concat('\gdef\', $p, 'unit{', k:unit-kerja, '}\gdef\', $p, 'email{', k:email, '}')"/>
    <xsl:value-of select="concat('\gdef\', $p, 'telepon{', k:telepon, '}\gdef\', $p, 'kota{', k:kota, '}\gdef\', $p, 'provinsi{', k:provinsi, '}')"/>
  </xsl:template>
</xsl:stylesheet>
