<?xml version="1.0" encoding="UTF-8"?>
<!-- Undangan Uji Kesesuaian: the applicant is invited to a test round. More than five guests stand on a page of their own. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="bagian.xsl"/>
  <xsl:include href="bagian-uji.xsl"/>

  <xsl:variable name="undangan" select="$kasus/k:uji[number(@putaran) = $urutan]/k:undangan"/>
  <xsl:variable name="daftar-terlampir" select="count($undangan/k:peserta) &gt; 5"/>

  <xsl:template match="/">
    <xsl:for-each select="$undangan">
      <surat>
        <xsl:call-template name="kopi"/>
        <xsl:call-template name="kop"><xsl:with-param name="dari" select="$kasus/k:pemohon"/></xsl:call-template>
        <xsl:call-template name="rujukan">
          <xsl:with-param name="lampiran">
            <xsl:choose>
              <xsl:when test="$daftar-terlampir">1 (satu) berkas</xsl:when>
              <xsl:otherwise>-</xsl:otherwise>
            </xsl:choose>
          </xsl:with-param>
        </xsl:call-template>
        <xsl:call-template name="yth"/>
        <daftar indentasi-mm="8">
          <butir label="1."><xsl:call-template name="dasar"/></butir>
          <butir label="2."><xsl:call-template name="acara"/></butir>
          <butir label="3."><xsl:call-template name="persiapan"/></butir>
          <butir label="4.">Narahubung: <xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="k:narahubung"/></xsl:call-template>.</butir>
          <butir label="5.">Atas perhatian dan kehadiran Saudara, kami ucapkan terima kasih.</butir>
        </daftar>
        <xsl:call-template name="tanda-tangan"/>
        <xsl:call-template name="tembusan"/>
        <xsl:if test="$daftar-terlampir"><xsl:call-template name="daftar-peserta"/></xsl:if>
      </surat>
    </xsl:for-each>
  </xsl:template>

  <!-- the application, that the system is ready, and the round before -->
  <xsl:template name="dasar">
    <paragraf ikut-berikut="ya">Dasar:</paragraf>
    <daftar indentasi-mm="7">
      <xsl:for-each select="$kasus/k:permohonan | $kasus/k:sistem-siap | $kasus/k:uji[number(@putaran) = $urutan - 1][k:berita-acara]">
        <xsl:variable name="label"><xsl:call-template name="huruf"/></xsl:variable>
        <butir label="{$label}">
          <xsl:choose>
            <xsl:when test="self::k:permohonan"><xsl:call-template name="sebut-permohonan"/></xsl:when>
            <xsl:when test="self::k:sistem-siap">Laporan kesiapan sistem dari pemohon tanggal <xsl:value-of select="n:tanggal(k:tanggal)"/></xsl:when>
            <xsl:otherwise><xsl:call-template name="sebut-berita-acara"/></xsl:otherwise>
          </xsl:choose>
          <xsl:call-template name="akhir-butir"/>
        </butir>
      </xsl:for-each>
    </daftar>
  </xsl:template>

  <xsl:template name="acara">
    <paragraf ikut-berikut="ya">
      <xsl:text>Sehubungan dengan dasar tersebut di atas, dengan hormat Saudara diundang </xsl:text>
      <xsl:if test="$daftar-terlampir">bersama para peserta dalam daftar terlampir </xsl:if>
      <xsl:text>untuk mengikuti uji kesesuaian sistem Tanda Tangan Elektronik (TTE) yang akan dilaksanakan secara </xsl:text>
      <xsl:choose>
        <xsl:when test="k:media = 'Daring'">daring</xsl:when>
        <xsl:when test="k:media = 'Luring'">tatap muka</xsl:when>
        <xsl:otherwise>tatap muka dan daring</xsl:otherwise>
      </xsl:choose>
      <xsl:text> pada:</xsl:text>
    </paragraf>
    <data indentasi-mm="5" titik-dua-mm="32">
      <isian label="Hari, tanggal"><xsl:call-template name="hari-tanggal"/></isian>
      <isian label="Pukul"><xsl:value-of select="substring-after(n:rentang-pukul(k:mulai, string(k:selesai), k:zona), ' ')"/></isian>
      <xsl:if test="k:media != 'Daring'">
        <isian label="Tempat"><xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="k:tempat"/></xsl:call-template></isian>
      </xsl:if>
      <xsl:if test="k:media != 'Luring'">
        <isian label="Tautan"><xsl:call-template name="tautan"/></isian>
      </xsl:if>
      <isian label="Acara">Uji Kesesuaian Sistem TTE putaran <xsl:value-of select="n:urutan($urutan)"/></isian>
      <isian label="Sistem"><xsl:value-of select="$kasus/k:sistem/k:nama"/></isian>
      <isian label="Alamat URL"><xsl:value-of select="$alamat/k:url"/></isian>
      <isian label="Alamat IP"><xsl:call-template name="deretan"><xsl:with-param name="nilai" select="$alamat/k:ip"/></xsl:call-template></isian>
      <xsl:if test="k:peserta and not($daftar-terlampir)">
        <isian label="Peserta"><xsl:call-template name="peserta"/></isian>
      </xsl:if>
    </data>
  </xsl:template>

  <!-- "Kamis, 26 Maret 2026"; a test may take more than a day -->
  <xsl:template name="hari-tanggal">
    <xsl:value-of select="concat(n:hari(k:mulai), ', ', n:tanggal(k:mulai))"/>
    <xsl:if test="k:selesai and substring-before(k:selesai, 'T') != substring-before(k:mulai, 'T')">
      <xsl:value-of select="concat(' s.d. ', n:hari(k:selesai), ', ', n:tanggal(k:selesai))"/>
    </xsl:if>
  </xsl:template>

  <!-- who reads a secret letter is not therefore a guest: the link is not in it -->
  <xsl:template name="tautan">
    <xsl:choose>
      <xsl:when test="k:naskah/k:klasifikasi = 'R' or k:naskah/k:klasifikasi = 'SR'">disampaikan secara terpisah kepada peserta</xsl:when>
      <xsl:otherwise><xsl:value-of select="k:tautan"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="peserta">
    <xsl:choose>
      <xsl:when test="count(k:peserta) = 1"><xsl:for-each select="k:peserta"><xsl:call-template name="seorang-peserta"/></xsl:for-each></xsl:when>
      <xsl:otherwise>
        <daftar indentasi-mm="6">
          <xsl:for-each select="k:peserta">
            <butir label="{position()}."><xsl:call-template name="seorang-peserta"/></butir>
          </xsl:for-each>
        </daftar>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="seorang-peserta">
    <xsl:value-of select="k:nama"/>
    <xsl:for-each select="k:jabatan | k:instansi"><xsl:value-of select="concat(', ', .)"/></xsl:for-each>
  </xsl:template>

  <xsl:template name="persiapan">
    <paragraf ikut-berikut="ya">Untuk kelancaran uji kesesuaian, mohon Saudara menyiapkan:</paragraf>
    <daftar indentasi-mm="7">
      <butir label="a.">sistem yang dapat diakses pada alamat tersebut selama uji berlangsung;</butir>
      <butir label="b.">penanda tangan bersertifikat elektronik aktif beserta akun ujinya;</butir>
      <butir label="c.">
        <xsl:text>contoh </xsl:text>
        <xsl:choose>
          <xsl:when test="$kasus/k:sistem/k:jenis-naskah"><xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="$kasus/k:sistem/k:jenis-naskah"/></xsl:call-template></xsl:when>
          <xsl:otherwise>naskah</xsl:otherwise>
        </xsl:choose>
        <xsl:text> yang akan ditandatangani;&#160;dan</xsl:text>
      </butir>
      <butir label="d.">
        <xsl:choose>
          <xsl:when test="$urutan &gt; 1">bukti perbaikan atas seluruh temuan putaran sebelumnya.</xsl:when>
          <xsl:otherwise>petugas teknis yang menguasai modul TTE pada sistem.</xsl:otherwise>
        </xsl:choose>
      </butir>
    </daftar>
  </xsl:template>

  <xsl:template name="daftar-peserta">
    <halaman-baru bagian="Daftar Peserta"/>
    <xsl:call-template name="kepala-lampiran">
      <xsl:with-param name="dari">Undangan Uji Kesesuaian</xsl:with-param>
      <xsl:with-param name="salinan" select="k:naskah/k:salinan"/>
    </xsl:call-template>
    <judul>
      <paragraf>DAFTAR PESERTA</paragraf>
      <paragraf>UJI KESESUAIAN SISTEM TANDA TANGAN ELEKTRONIK</paragraf>
      <paragraf>PUTARAN <xsl:value-of select="n:kapital(n:urutan($urutan))"/></paragraf>
    </judul>
    <tabel garis-pt="0.5" ukuran-pt="10.5" spasi-pt="13">
      <baris kepala="ya">
        <sel lebar-mm="11" rata="tengah">No.</sel>
        <sel lebar-mm="52" rata="tengah">Nama</sel>
        <sel lebar-mm="48" rata="tengah">Jabatan</sel>
        <sel rata="tengah">Instansi</sel>
      </baris>
      <xsl:for-each select="k:peserta">
        <baris>
          <sel lebar-mm="11" rata="kanan"><xsl:value-of select="position()"/>.</sel>
          <sel lebar-mm="52" kepala="ya"><xsl:value-of select="k:nama"/></sel>
          <sel lebar-mm="48"><xsl:call-template name="atau-strip"><xsl:with-param name="nilai" select="k:jabatan"/></xsl:call-template></sel>
          <sel><xsl:call-template name="atau-strip"><xsl:with-param name="nilai" select="k:instansi"/></xsl:call-template></sel>
        </baris>
      </xsl:for-each>
    </tabel>
  </xsl:template>
</xsl:stylesheet>
