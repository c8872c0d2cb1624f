<?xml version="1.0" encoding="UTF-8"?>
<!--
  What the letters about a certificate have in common, included by their templates. All have the skeleton of BSrE's
  recommendation form: who signs, in a box; whom it is about, in a box; what is asked for; the signature. The order of
  the fields is that of BSrE's form and is not ours to change: its verifiers compare a letter with their screen line by
  line.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="bagian.xsl"/>

  <!-- a whole letter; judul: lines of the title, permohonan: what is done for the holder, isi: blocks behind their box -->
  <xsl:template name="surat-sertifikat">
    <xsl:param name="judul"/>
    <xsl:param name="permohonan"/>
    <xsl:param name="isi"/>
    <xsl:param name="penutup">Demikian surat permohonan ini saya buat agar dapat digunakan sebagaimana mestinya.</xsl:param>
    <surat rapat="ya">
      <xsl:call-template name="kepala-sertifikat"><xsl:with-param name="judul" select="$judul"/></xsl:call-template>
      <paragraf rata="kiri" ukuran-pt="11" spasi-pt="15" ikut-berikut="ya">Saya yang bertanda tangan di bawah ini:</paragraf>
      <xsl:call-template name="penanda-tangan"/>
      <paragraf rata="kiri" ukuran-pt="11" spasi-pt="15" ikut-berikut="ya"><xsl:copy-of select="$permohonan"/></paragraf>
      <xsl:call-template name="pemegang"/>
      <xsl:copy-of select="$isi"/>
      <paragraf ukuran-pt="11" spasi-pt="15"><xsl:copy-of select="$penutup"/></paragraf>
      <xsl:call-template name="hormat-saya"/>
      <xsl:call-template name="tembusan"/>
    </surat>
  </xsl:template>

  <!-- letterhead, title, number -->
  <xsl:template name="kepala-sertifikat">
    <xsl:param name="judul"/>
    <xsl:call-template name="kopi"/>
    <xsl:call-template name="kop"><xsl:with-param name="dari" select="../k:kantor"/></xsl:call-template>
    <judul spasi-pt="15"><xsl:copy-of select="$judul"/></judul>
    <paragraf rata="tengah" ukuran-pt="11" spasi-pt="15">NOMOR <xsl:value-of select="$nomor"/></paragraf>
  </xsl:template>

  <!-- who signs: fields that their element lacks are those of the office -->
  <xsl:template name="penanda-tangan">
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

  <!-- the holder; requests that come after a change of data print the data as changed -->
  <xsl:template name="pemegang">
    <xsl:variable name="hari-ini">
      <xsl:call-template name="hari"/>
    </xsl:variable>
    <xsl:variable name="hari-perubahan">
      <xsl:for-each select="../k:perubahan-data"><xsl:call-template name="hari"/></xsl:for-each>
    </xsl:variable>
    <xsl:variable name="ubah" select="../k:perubahan-data[current()[self::k:perpanjangan or self::k:pencabutan] and $hari-perubahan &lt;= $hari-ini]/k:perubahan"/>
    <xsl:for-each select="../k:pemegang">
      <data bingkai-pt="0.75" ukuran-pt="11" spasi-pt="15" label-mm="7" titik-dua-mm="55">
        <xsl:call-template name="nama-sampai-jabatan"><xsl:with-param name="ubah" select="$ubah"/></xsl:call-template>
        <isian nomor="6." label="Unit Kerja"><xsl:value-of select="$ubah[@data = 'unit-kerja']/k:baru | k:unit-kerja[not($ubah[@data = 'unit-kerja'])]"/></isian>
        <isian nomor="7." label="Instansi"><xsl:value-of select="$ubah[@data = 'instansi']/k:baru | k:instansi[not($ubah[@data = 'instansi'])]"/></isian>
        <isian label="Kota"><xsl:value-of select="$ubah[@data = 'kota']/k:baru | k:kota[not($ubah[@data = 'kota'])]"/></isian>
        <isian label="Provinsi"><xsl:value-of select="$ubah[@data = 'provinsi']/k:baru | k:provinsi[not($ubah[@data = 'provinsi'])]"/></isian>
        <isian nomor="8." label="Alamat Email"><xsl:value-of select="$ubah[@data = 'email']/k:baru | k:email[not($ubah[@data = 'email'])]"/></isian>
        <isian nomor="9." label="No. Telepon"><xsl:value-of select="$ubah[@data = 'telepon']/k:baru | k:telepon[not($ubah[@data = 'telepon'])]"/></isian>
      </data>
    </xsl:for-each>
  </xsl:template>

  <!-- day of a letter as a number that can be compared: 20260313 -->
  <xsl:template name="hari">
    <xsl:value-of select="translate(substring(k:naskah/k:tanggal | k:naskah/k:waktu, 1, 10), '-', '')"/>
  </xsl:template>

  <!-- fields 1 to 5 of both boxes; soldiers have an NRP in place of the NIP. ubah: changes of the person's data -->
  <xsl:template name="nama-sampai-jabatan">
    <xsl:param name="ubah" select="/.."/>
    <xsl:variable name="nrp" select="$ubah[@data = 'nrp']/k:baru | k:nrp[not($ubah[@data = 'nrp'])]"/>
    <xsl:variable name="nip" select="$ubah[@data = 'nip']/k:baru | k:nip[not($ubah[@data = 'nip'])]"/>
    <isian nomor="1." label="Nama Lengkap"><xsl:value-of select="$ubah[@data = 'nama']/k:baru | k:nama[not($ubah[@data = 'nama'])]"/></isian>
    <xsl:call-template name="nip-atau-nrp">
      <xsl:with-param name="nip" select="$nip"/>
      <xsl:with-param name="nrp" select="$nrp"/>
    </xsl:call-template>
    <isian nomor="3." label="NIK"><xsl:value-of select="$ubah[@data = 'nik']/k:baru | k:nik[not($ubah[@data = 'nik'])]"/></isian>
    <isian nomor="4." label="Pangkat/Golongan">
      <xsl:call-template name="pangkat-golongan-atau-tidak"><xsl:with-param name="ubah" select="$ubah"/></xsl:call-template>
    </isian>
    <isian nomor="5." label="Jabatan">
      <xsl:choose>
        <xsl:when test="$ubah[@data = 'jabatan']"><xsl:value-of select="$ubah[@data = 'jabatan']/k:baru"/></xsl:when>
        <xsl:otherwise><xsl:call-template name="jabatan"/></xsl:otherwise>
      </xsl:choose>
    </isian>
  </xsl:template>

  <!-- field 4 -->
  <xsl:template name="pangkat-golongan-atau-tidak">
    <xsl:param name="ubah" select="/.."/>
    <xsl:variable name="pangkat" select="$ubah[@data = 'pangkat']/k:baru | k:pangkat[not($ubah[@data = 'pangkat'])]"/>
    <xsl:variable name="korps" select="$ubah[@data = 'korps']/k:baru | k:korps[not($ubah[@data = 'korps'])]"/>
    <xsl:variable name="golongan" select="$ubah[@data = 'golongan']/k:baru | k:golongan[not($ubah[@data = 'golongan'])]"/>
    <xsl:choose>
      <xsl:when test="$pangkat or $golongan">
        <xsl:call-template name="pangkat-golongan">
          <xsl:with-param name="pangkat" select="$pangkat"/>
          <xsl:with-param name="korps" select="$korps"/>
          <xsl:with-param name="golongan" select="$golongan"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>-</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- field 2 -->
  <xsl:template name="nip-atau-nrp">
    <xsl:param name="nip" select="k:nip"/>
    <xsl:param name="nrp" select="k:nrp"/>
    <xsl:choose>
      <xsl:when test="$nrp"><isian nomor="2." label="NRP"><xsl:value-of select="$nrp"/></isian></xsl:when>
      <xsl:when test="$nip"><isian nomor="2." label="NIP"><xsl:value-of select="n:nip($nip)"/></isian></xsl:when>
      <xsl:otherwise><isian nomor="2." label="NIP">-</isian></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- a. and b. of the letters that say what the certificate is for -->
  <xsl:template name="kegunaan">
    <isian nomor="a." label="Sistem"><xsl:value-of select="k:kegunaan/k:sistem"/></isian>
    <isian nomor="b." label="Kegunaan"><xsl:value-of select="k:kegunaan/k:untuk"/></isian>
  </xsl:template>

  <!-- who signs on behalf of another says so instead of greeting -->
  <xsl:template name="hormat-saya">
    <xsl:param name="salam">Hormat saya,</xsl:param>
    <xsl:variable name="naskah" select="k:naskah"/>
    <xsl:for-each select="$naskah/k:penanda-tangan">
      <tanda-tangan indentasi-mm="85" ukuran-pt="11" spasi-pt="14">
        <atas>Ditandatangani di: <xsl:value-of select="$naskah/k:tempat"/></atas>
        <atas>Tanggal: <xsl:value-of select="n:tanggal($naskah/k:tanggal | $naskah/k:waktu)"/></atas>
        <xsl:choose>
          <xsl:when test="k:atas-nama[@bentuk = 'a.n.' or @bentuk = 'u.b.']">
            <xsl:for-each select="k:atas-nama[@bentuk = 'a.n.' or @bentuk = 'u.b.']">
              <atas><xsl:value-of select="normalize-space(concat(@bentuk, ' ', .))"/><xsl:if test=". != ''">,</xsl:if></atas>
            </xsl:for-each>
            <atas><xsl:call-template name="jabatan"/>,</atas>
          </xsl:when>
          <xsl:otherwise><atas><xsl:value-of select="$salam"/></atas></xsl:otherwise>
        </xsl:choose>
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
