<?xml version="1.0" encoding="UTF-8"?>
<!-- Surat Permohonan Pengajuan Sistem TTE: an office applies to have its own system use electronic signatures. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="bagian.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:pengajuan-sistem/k:permohonan">
      <surat>
        <xsl:call-template name="kopi"/>
        <xsl:call-template name="kop"><xsl:with-param name="dari" select="../k:pemohon"/></xsl:call-template>
        <xsl:call-template name="rujukan"><xsl:with-param name="lampiran">1 (satu) berkas</xsl:with-param></xsl:call-template>
        <xsl:call-template name="yth"/>
        <xsl:call-template name="isi"/>
        <xsl:call-template name="tanda-tangan"/>
        <xsl:call-template name="tembusan"/>
      </surat>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="isi">
    <xsl:variable name="sistem" select="../k:sistem"/>
    <daftar indentasi-mm="8">
      <butir label="1.">
        <xsl:choose>
          <xsl:when test="count(k:dasar) = 1">
            <paragraf>Dasar: <xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="k:dasar"/></xsl:call-template>.</paragraf>
          </xsl:when>
          <xsl:otherwise>
            <paragraf ikut-berikut="ya">Dasar:</paragraf>
            <daftar indentasi-mm="7">
              <xsl:for-each select="k:dasar">
                <xsl:variable name="label"><xsl:call-template name="huruf"/></xsl:variable>
                <butir label="{$label}"><xsl:call-template name="tanpa-titik"/><xsl:call-template name="akhir-butir"/></butir>
              </xsl:for-each>
            </daftar>
          </xsl:otherwise>
        </xsl:choose>
      </butir>
      <butir label="2.">
        <xsl:text>Sehubungan dengan dasar tersebut di atas, dengan hormat diajukan permohonan penggunaan Tanda Tangan Elektronik (TTE) pada </xsl:text>
        <tebal><xsl:value-of select="$sistem/k:nama"/></tebal>
        <xsl:text> (</xsl:text>
        <xsl:value-of select="$sistem/k:url"/>
        <xsl:text>), yaitu sistem untuk </xsl:text>
        <xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="$sistem/k:uraian"/></xsl:call-template>
        <xsl:text>.</xsl:text>
        <xsl:if test="$sistem/k:jenis-naskah">
          <xsl:text> Naskah yang akan ditandatangani adalah </xsl:text>
          <xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="$sistem/k:jenis-naskah"/></xsl:call-template>
          <xsl:text>.</xsl:text>
        </xsl:if>
        <xsl:text> Formulir permohonan terlampir.</xsl:text>
      </butir>
      <butir label="3.">
        <paragraf ikut-berikut="ya">Penanggung jawab teknis sistem tersebut adalah:</paragraf>
        <xsl:for-each select="../k:pemohon/k:penanggung-jawab">
          <data titik-dua-mm="38">
            <isian label="Nama"><xsl:value-of select="k:nama"/></isian>
            <xsl:if test="k:nip"><isian label="NIP"><xsl:value-of select="n:nip(k:nip)"/></isian></xsl:if>
            <xsl:if test="k:nrp"><isian label="NRP"><xsl:value-of select="k:nrp"/></isian></xsl:if>
            <xsl:if test="k:pangkat or k:golongan">
              <xsl:variable name="label"><xsl:call-template name="kata-pangkat"/></xsl:variable>
              <isian label="{$label}"><xsl:call-template name="pangkat-golongan"/></isian>
            </xsl:if>
            <isian label="Jabatan"><xsl:value-of select="k:jabatan"/></isian>
            <isian label="Surel dinas"><xsl:value-of select="k:email"/></isian>
            <xsl:if test="k:telepon"><isian label="Telepon"><xsl:value-of select="k:telepon"/></isian></xsl:if>
          </data>
        </xsl:for-each>
      </butir>
      <butir label="4."><xsl:value-of select="n:label('penutup-permohonan')"/></butir>
    </daftar>
  </xsl:template>
</xsl:stylesheet>
