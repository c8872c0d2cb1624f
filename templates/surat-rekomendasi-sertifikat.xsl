<?xml version="1.0" encoding="UTF-8"?>
<!--
  Surat Rekomendasi Permohonan Penerbitan Sertifikat Elektronik. The order of the fields is that of BSrE's form and is not
  ours to change: its verifiers compare the letter with their screen line by line.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="bagian.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:penerbitan-sertifikat/k:rekomendasi-sertifikat">
      <surat rapat="ya">
        <xsl:call-template name="kopi"/>
        <xsl:call-template name="kop"><xsl:with-param name="dari" select="../k:kantor"/></xsl:call-template>
        <judul spasi-pt="15">
          <paragraf>SURAT REKOMENDASI</paragraf>
          <paragraf>PERMOHONAN PENERBITAN SERTIFIKAT ELEKTRONIK</paragraf>
        </judul>
        <paragraf rata="tengah" ukuran-pt="11" spasi-pt="15">Nomor: <xsl:value-of select="$nomor"/></paragraf>
        <paragraf rata="kiri" ukuran-pt="11" spasi-pt="15" ikut-berikut="ya">Saya yang bertanda tangan di bawah ini:</paragraf>
        <xsl:call-template name="perekomendasi"/>
        <paragraf rata="kiri" ukuran-pt="11" spasi-pt="15" ikut-berikut="ya">Dengan ini memberikan rekomendasi kepada:</paragraf>
        <xsl:call-template name="pemegang"/>
        <paragraf ukuran-pt="11" spasi-pt="15" ikut-berikut="ya">Untuk melakukan pendaftaran sertifikat elektronik sekaligus menjadi pemegang sertifikat elektronik yang digunakan pada:</paragraf>
        <data indentasi-mm="2" ukuran-pt="11" spasi-pt="15" label-mm="7" titik-dua-mm="55">
          <isian nomor="a." label="Sistem"><xsl:value-of select="k:kegunaan/k:sistem"/></isian>
          <isian nomor="b." label="Kegunaan"><xsl:value-of select="k:kegunaan/k:untuk"/></isian>
        </data>
        <paragraf ukuran-pt="11" spasi-pt="15">Demikian surat rekomendasi ini saya buat, agar dapat digunakan sebagaimana mestinya.</paragraf>
        <xsl:call-template name="hormat-saya"/>
        <xsl:call-template name="tembusan"/>
      </surat>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="perekomendasi">
    <xsl:variable name="kantor-kasus" select="../k:kantor"/>
    <xsl:for-each select="k:naskah/k:penanda-tangan">
      <data bingkai-pt="0.75" ukuran-pt="11" spasi-pt="15" label-mm="7" titik-dua-mm="55">
        <xsl:call-template name="nama-sampai-jabatan"/>
        <isian nomor="6." label="Instansi"><xsl:value-of select="(k:instansi | $kantor-kasus[not(current()/k:instansi)]/k:instansi)[1]"/></isian>
        <isian nomor="7." label="Unit Kerja"><xsl:value-of select="(k:unit-kerja | $kantor-kasus[not(current()/k:unit-kerja)]/k:satker)[1]"/></isian>
        <isian nomor="8." label="Alamat Email"><xsl:value-of select="(k:email | $kantor-kasus[not(current()/k:email)]/k:email)[1]"/></isian>
      </data>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="pemegang">
    <xsl:for-each select="../k:pemegang">
      <data bingkai-pt="0.75" ukuran-pt="11" spasi-pt="15" label-mm="7" titik-dua-mm="55">
        <xsl:call-template name="nama-sampai-jabatan"/>
        <isian nomor="6." label="Unit Kerja"><xsl:value-of select="k:unit-kerja"/></isian>
        <isian nomor="7." label="Instansi"><xsl:value-of select="k:instansi"/></isian>
        <isian label="Kota"><xsl:value-of select="k:kota"/></isian>
        <isian label="Provinsi"><xsl:value-of select="k:provinsi"/></isian>
        <isian nomor="8." label="Alamat Email"><xsl:value-of select="k:email"/></isian>
        <isian nomor="9." label="No. Telepon"><xsl:value-of select="k:telepon"/></isian>
      </data>
    </xsl:for-each>
  </xsl:template>

  <!-- fields 1 to 5 of both boxes; soldiers have an NRP in place of the NIP -->
  <xsl:template name="nama-sampai-jabatan">
    <isian nomor="1." label="Nama Lengkap"><xsl:value-of select="k:nama"/></isian>
    <xsl:choose>
      <xsl:when test="k:nrp"><isian nomor="2." label="NRP"><xsl:value-of select="k:nrp"/></isian></xsl:when>
      <xsl:when test="k:nip"><isian nomor="2." label="NIP"><xsl:value-of select="n:nip(k:nip)"/></isian></xsl:when>
      <xsl:otherwise><isian nomor="2." label="NIP">-</isian></xsl:otherwise>
    </xsl:choose>
    <isian nomor="3." label="NIK"><xsl:value-of select="k:nik"/></isian>
    <isian nomor="4." label="Pangkat/Golongan">
      <xsl:choose>
        <xsl:when test="k:pangkat or k:golongan"><xsl:call-template name="pangkat-golongan"/></xsl:when>
        <xsl:otherwise>-</xsl:otherwise>
      </xsl:choose>
    </isian>
    <isian nomor="5." label="Jabatan"><xsl:call-template name="jabatan"/></isian>
  </xsl:template>

  <xsl:template name="hormat-saya">
    <xsl:variable name="naskah" select="k:naskah"/>
    <xsl:for-each select="$naskah/k:penanda-tangan">
      <tanda-tangan indentasi-mm="85" ukuran-pt="11" spasi-pt="14">
        <atas>Ditandatangani di: <xsl:value-of select="$naskah/k:tempat"/></atas>
        <atas>Tanggal: <xsl:value-of select="n:tanggal($naskah/k:tanggal | $naskah/k:waktu)"/></atas>
        <atas>Hormat saya,</atas>
        <kotak-nama><xsl:call-template name="nama-tanpa-gelar"/></kotak-nama>
        <kotak-jabatan><xsl:call-template name="jabatan"/></kotak-jabatan>
        <nama><xsl:value-of select="k:nama"/></nama>
        <xsl:choose>
          <xsl:when test="k:nip"><bawah>NIP <xsl:value-of select="n:nip(k:nip)"/></bawah></xsl:when>
          <xsl:when test="k:nrp"><bawah>NRP <xsl:value-of select="k:nrp"/></bawah></xsl:when>
        </xsl:choose>
      </tanda-tangan>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
