<?xml version="1.0" encoding="UTF-8"?>
<!--
  Pemberitahuan Standar Teknis: the verifier tells the applicant what a TTE module must do, and what comes next. Offices
  that number the paragraphs of a letter say so in their profile (keterangan "isi-surat": bernomor).
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="bagian.xsl"/>
  <xsl:include href="bagian-uji.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:pengajuan-sistem/k:pemberitahuan-standar">
      <surat>
        <xsl:call-template name="kopi"/>
        <xsl:call-template name="kop"><xsl:with-param name="dari" select="k:naskah/k:penanda-tangan"/></xsl:call-template>
        <xsl:call-template name="rujukan"/>
        <xsl:call-template name="yth"/>
        <xsl:choose>
          <xsl:when test="n:profil('isi-surat') = 'bernomor'"><xsl:call-template name="isi-bernomor"/></xsl:when>
          <xsl:otherwise><xsl:call-template name="isi"/></xsl:otherwise>
        </xsl:choose>
        <xsl:call-template name="tanda-tangan"/>
        <xsl:call-template name="tembusan"/>
      </surat>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="isi-bernomor">
    <daftar indentasi-mm="8">
      <butir label="1.">
        <paragraf ikut-berikut="ya">Dasar:</paragraf>
        <daftar indentasi-mm="7">
          <butir label="a."><xsl:call-template name="sebut-permohonan"/>;&#160;dan</butir>
          <butir label="b."><xsl:call-template name="disposisi-terakhir"/>.</butir>
        </daftar>
      </butir>
      <butir label="2.">
        <paragraf ikut-berikut="ya"><xsl:text>Sehubungan dengan dasar tersebut di atas, </xsl:text><xsl:call-template name="pengantar"/></paragraf>
        <xsl:call-template name="standar"/>
      </butir>
      <butir label="3.">
        <paragraf ikut-berikut="ya"><xsl:call-template name="langkah-pengantar"/></paragraf>
        <xsl:call-template name="langkah"/>
      </butir>
      <butir label="4."><xsl:value-of select="n:label('penutup-pemberitahuan')"/></butir>
    </daftar>
  </xsl:template>

  <xsl:template name="isi">
    <paragraf indentasi-mm="12.5" ikut-berikut="ya">
      <xsl:text>Menindaklanjuti </xsl:text>
      <xsl:call-template name="sebut-permohonan"/>
      <xsl:text> dan </xsl:text>
      <xsl:call-template name="disposisi-terakhir"/>
      <xsl:text>, </xsl:text>
      <xsl:call-template name="pengantar"/>
    </paragraf>
    <xsl:call-template name="standar"/>
    <paragraf indentasi-mm="12.5" ikut-berikut="ya"><xsl:call-template name="langkah-pengantar"/></paragraf>
    <xsl:call-template name="langkah"/>
    <paragraf indentasi-mm="12.5"><xsl:value-of select="n:label('penutup-pemberitahuan')"/></paragraf>
  </xsl:template>

  <!-- both kinds of body say the same -->

  <xsl:template name="disposisi-terakhir">
    <xsl:for-each select="../k:disposisi[last()]">
      <xsl:value-of select="concat('Disposisi ', k:naskah/k:penanda-tangan/k:jabatan, ' Nomor ', n:nomor('disposisi', @tingkat), ' tanggal ', n:tanggal(k:naskah/k:tanggal | k:naskah/k:waktu))"/>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="pengantar">
    <xsl:text>dengan hormat diberitahukan bahwa modul Tanda Tangan Elektronik (TTE) pada </xsl:text>
    <tebal><xsl:value-of select="../k:sistem/k:nama"/></tebal>
    <xsl:text> harus memenuhi standar teknis sebagai berikut:</xsl:text>
  </xsl:template>

  <!-- one of them needs no letter -->
  <xsl:template name="standar">
    <xsl:choose>
      <xsl:when test="count(k:standar) = 1">
        <paragraf><xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="k:standar"/></xsl:call-template>.</paragraf>
      </xsl:when>
      <xsl:otherwise>
        <daftar indentasi-mm="7">
          <xsl:for-each select="k:standar">
            <xsl:variable name="label"><xsl:call-template name="huruf"/></xsl:variable>
            <butir label="{$label}"><xsl:call-template name="tanpa-titik"/><xsl:call-template name="akhir-butir"/></butir>
          </xsl:for-each>
        </daftar>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="langkah-pengantar">Untuk proses lebih lanjut, mohon Saudara:</xsl:template>

  <xsl:template name="langkah">
    <daftar indentasi-mm="7">
      <butir label="a.">membangun atau menyesuaikan modul TTE pada sistem tersebut dengan standar teknis di atas;</butir>
      <butir label="b.">memberitahukan alamat URL dan alamat IP sistem kepada kami setelah sistem siap diuji;&#160;dan</butir>
      <butir label="c.">mengikuti uji kesesuaian yang jadwalnya akan kami sampaikan setelah ditetapkan bersama Balai Besar Sertifikasi Elektronik (BSrE).</butir>
    </daftar>
  </xsl:template>
</xsl:stylesheet>
