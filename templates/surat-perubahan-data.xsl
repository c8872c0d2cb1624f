<?xml version="1.0" encoding="UTF-8"?>
<!--
  Surat Permohonan Perubahan Data Sertifikat Elektronik: the holder as registered, then what is to change, by the names
  that the fields have in the holder's box.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="sertifikat.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:penerbitan-sertifikat/k:perubahan-data">
      <xsl:call-template name="surat-sertifikat">
        <xsl:with-param name="judul">
          <paragraf>SURAT PERMOHONAN</paragraf>
          <paragraf>PERUBAHAN DATA SERTIFIKAT ELEKTRONIK</paragraf>
        </xsl:with-param>
        <xsl:with-param name="permohonan">Dengan ini mengajukan permohonan perubahan data pemegang sertifikat elektronik berikut:</xsl:with-param>
        <xsl:with-param name="isi">
          <paragraf ukuran-pt="11" spasi-pt="15" ikut-berikut="ya">
            <xsl:text>Data yang dimohonkan perubahannya</xsl:text>
            <xsl:if test="k:bukti"> berdasarkan <xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="k:bukti"/></xsl:call-template></xsl:if>
            <xsl:text>:</xsl:text>
          </paragraf>
          <tabel garis-pt="0.5" ukuran-pt="10" spasi-pt="12">
            <baris kepala="ya">
              <sel lebar-mm="9" rata="tengah"><tebal>No.</tebal></sel>
              <sel lebar-mm="35" rata="tengah"><tebal>Data</tebal></sel>
              <sel rata="tengah"><tebal>Lama</tebal></sel>
              <sel rata="tengah"><tebal>Baru</tebal></sel>
            </baris>
            <xsl:call-template name="baris-perubahan"/>
          </tabel>
        </xsl:with-param>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:template>

  <!-- pangkat, korps and golongan are one field -->
  <xsl:template name="baris-perubahan">
    <xsl:variable name="pangkat" select="k:perubahan[@data = 'pangkat' or @data = 'korps' or @data = 'golongan']"/>
    <xsl:for-each select="k:perubahan[not(@data = 'pangkat' or @data = 'korps' or @data = 'golongan')] | $pangkat[1]">
      <baris>
        <sel lebar-mm="9" rata="tengah"><xsl:value-of select="position()"/>.</sel>
        <sel lebar-mm="35" kepala="ya"><xsl:call-template name="nama-data"/></sel>
        <xsl:choose>
          <xsl:when test="@data = 'pangkat' or @data = 'korps' or @data = 'golongan'">
            <sel><xsl:for-each select="../../k:pemegang"><xsl:call-template name="pangkat-golongan-atau-tidak"/></xsl:for-each></sel>
            <sel><xsl:for-each select="../../k:pemegang"><xsl:call-template name="pangkat-golongan-atau-tidak"><xsl:with-param name="ubah" select="$pangkat"/></xsl:call-template></xsl:for-each></sel>
          </xsl:when>
          <xsl:otherwise>
            <sel><xsl:call-template name="nilai"><xsl:with-param name="nilai" select="k:lama"/></xsl:call-template></sel>
            <sel><xsl:call-template name="nilai"><xsl:with-param name="nilai" select="k:baru"/></xsl:call-template></sel>
          </xsl:otherwise>
        </xsl:choose>
      </baris>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="nama-data">
    <xsl:choose>
      <xsl:when test="@data = 'nama'">Nama Lengkap</xsl:when>
      <xsl:when test="@data = 'nama-tanpa-gelar'">Nama (tanpa gelar)</xsl:when>
      <xsl:when test="@data = 'nip'">NIP</xsl:when>
      <xsl:when test="@data = 'nrp'">NRP</xsl:when>
      <xsl:when test="@data = 'nik'">NIK</xsl:when>
      <xsl:when test="@data = 'pangkat' or @data = 'korps' or @data = 'golongan'">Pangkat/Golongan</xsl:when>
      <xsl:when test="@data = 'jabatan'">Jabatan</xsl:when>
      <xsl:when test="@data = 'unit-kerja'">Unit Kerja</xsl:when>
      <xsl:when test="@data = 'instansi'">Instansi</xsl:when>
      <xsl:when test="@data = 'kota'">Kota</xsl:when>
      <xsl:when test="@data = 'provinsi'">Provinsi</xsl:when>
      <xsl:when test="@data = 'email'">Alamat Email</xsl:when>
      <xsl:when test="@data = 'telepon'">No. Telepon</xsl:when>
      <xsl:otherwise><xsl:message terminate="yes">perubahan: data '<xsl:value-of select="@data"/>' tidak dikenal</xsl:message></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="nilai">
    <xsl:param name="nilai"/>
    <xsl:choose>
      <xsl:when test="not($nilai)">-</xsl:when>
      <xsl:when test="@data = 'nip'"><xsl:value-of select="n:nip($nilai)"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$nilai"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
