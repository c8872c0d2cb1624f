<?xml version="1.0" encoding="UTF-8"?>
<!--
  Formulir Pendaftaran Sertifikat Elektronik: what the applicant filled in, in the order of the procedure. They have no
  certificate yet, so the Verifikator signs, for having compared it with the KTP.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="sertifikat.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:penerbitan-sertifikat/k:pendaftaran">
      <surat rapat="ya">
        <xsl:call-template name="kepala-sertifikat">
          <xsl:with-param name="judul">
            <paragraf>FORMULIR PENDAFTARAN</paragraf>
            <paragraf>SERTIFIKAT ELEKTRONIK</paragraf>
          </xsl:with-param>
        </xsl:call-template>
        <paragraf rata="kiri" ukuran-pt="11" spasi-pt="15" ikut-berikut="ya"><tebal>A. Data Pemohon</tebal></paragraf>
        <xsl:call-template name="pemohon"/>
        <paragraf rata="kiri" ukuran-pt="11" spasi-pt="15" ikut-berikut="ya"><tebal>B. Pemeriksaan oleh Verifikator</tebal></paragraf>
        <paragraf ukuran-pt="11" spasi-pt="15">Data pada bagian A diisi oleh pemohon. Saya telah mencocokkannya dengan KTP pemohon dan menyatakan bahwa data tersebut sesuai.</paragraf>
        <paragraf rata="kiri" ukuran-pt="11" spasi-pt="15" ikut-berikut="ya"><tebal>C. Pelindungan Data Pribadi</tebal></paragraf>
        <daftar indentasi-mm="7" ukuran-pt="11" spasi-pt="15">
          <butir label="1.">Data dalam formulir ini hanya boleh dibaca oleh tim Verifikator dan hanya digunakan untuk pendaftaran sertifikat elektronik.</butir>
          <butir label="2.">Data dalam formulir ini, termasuk foto KTP, dihapus setelah sertifikat elektronik diterbitkan.</butir>
        </daftar>
        <xsl:call-template name="hormat-saya"><xsl:with-param name="salam"><xsl:for-each select="k:naskah/k:penanda-tangan"><xsl:call-template name="jabatan"/>,</xsl:for-each></xsl:with-param></xsl:call-template>
        <xsl:call-template name="tembusan"/>
      </surat>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="pemohon">
    <xsl:variable name="foto-ktp" select="k:foto-ktp"/>
    <xsl:for-each select="../k:pemegang">
      <data bingkai-pt="0.75" ukuran-pt="11" spasi-pt="18" label-mm="7" titik-dua-mm="55">
        <isian nomor="1." label="Nama (tanpa gelar)"><xsl:call-template name="nama-tanpa-gelar"/></isian>
        <xsl:call-template name="nip-atau-nrp"/>
        <isian nomor="3." label="NIK"><xsl:value-of select="k:nik"/></isian>
        <isian nomor="4." label="Alamat Email"><xsl:value-of select="k:email"/></isian>
        <xsl:choose>
          <xsl:when test="k:nrp">
            <isian nomor="5." label="Pangkat"><xsl:call-template name="pangkat-golongan"/></isian>
          </xsl:when>
          <xsl:otherwise>
            <isian nomor="5." label="Golongan">
              <xsl:choose>
                <xsl:when test="k:golongan"><xsl:value-of select="k:golongan"/></xsl:when>
                <xsl:otherwise>-</xsl:otherwise>
              </xsl:choose>
            </isian>
          </xsl:otherwise>
        </xsl:choose>
        <isian nomor="6." label="Jabatan"><xsl:value-of select="k:jabatan"/></isian>
        <isian nomor="7." label="Foto KTP">
          <pilihan-pilihan sebaris="ya">
            <pilihan>
              <xsl:if test="$foto-ktp = 'ya'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>
              <xsl:text>Terlampir</xsl:text>
            </pilihan>
          </pilihan-pilihan>
        </isian>
        <isian nomor="8." label="Unit Kerja"><xsl:value-of select="k:unit-kerja"/></isian>
      </data>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
