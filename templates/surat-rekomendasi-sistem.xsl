<?xml version="1.0" encoding="UTF-8"?>
<!-- Surat Rekomendasi: BSrE says that a system conforms and may operate. A model: only BSrE may sign it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="bagian.xsl"/>
  <xsl:include href="bagian-uji.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="$kasus/k:rekomendasi-sistem">
      <surat>
        <xsl:call-template name="kopi"/>
        <xsl:call-template name="kop"><xsl:with-param name="dari" select="$kasus/k:pemohon"/></xsl:call-template>
        <xsl:call-template name="rujukan"/>
        <xsl:call-template name="yth"/>
        <xsl:call-template name="isi"/>
        <xsl:call-template name="tanda-tangan"/>
        <xsl:call-template name="tembusan"/>
      </surat>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="isi">
    <!-- the round that the system has passed; where it was tested, not where it was once announced to be -->
    <xsl:variable name="uji" select="$kasus/k:uji[k:berita-acara/k:kesimpulan = 'Sesuai'][last()]"/>
    <xsl:if test="not($uji)">
      <xsl:message terminate="yes">rekomendasi-sistem: belum ada putaran uji dengan kesimpulan Sesuai</xsl:message>
    </xsl:if>
    <xsl:variable name="tanggal-uji" select="$uji/k:berita-acara/k:naskah/k:tanggal | $uji/k:berita-acara/k:naskah/k:waktu"/>
    <daftar indentasi-mm="8">
      <butir label="1."><xsl:call-template name="dasar"/></butir>
      <butir label="2.">
        <paragraf ikut-berikut="ya">
          <xsl:value-of select="concat('Berdasarkan hasil uji kesesuaian putaran ', n:urutan(number($uji/@putaran)), ' pada hari ', n:hari($tanggal-uji), ', tanggal ', n:tanggal($tanggal-uji), ', dengan ini dinyatakan bahwa sistem:')"/>
        </paragraf>
        <data titik-dua-mm="32">
          <isian label="Nama sistem"><tebal><xsl:value-of select="$kasus/k:sistem/k:nama"/></tebal></isian>
          <isian label="Instansi"><xsl:value-of select="$kasus/k:pemohon/k:instansi"/></isian>
          <isian label="Satuan kerja"><xsl:value-of select="$kasus/k:pemohon/k:satker"/></isian>
          <isian label="Alamat URL"><xsl:value-of select="$alamat/k:url"/></isian>
          <isian label="Alamat IP"><xsl:call-template name="deretan"><xsl:with-param name="nilai" select="$alamat/k:ip"/></xsl:call-template></isian>
          <xsl:if test="k:ruang-lingkup">
            <isian label="Ruang lingkup"><xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="k:ruang-lingkup"/></xsl:call-template></isian>
          </xsl:if>
        </data>
        <paragraf><tebal>telah sesuai dan dapat dioperasikan</tebal>.</paragraf>
      </butir>
      <butir label="3.">
        <paragraf ikut-berikut="ya">Rekomendasi ini berlaku dengan ketentuan sebagai berikut:</paragraf>
        <xsl:call-template name="ketentuan"/>
      </butir>
      <butir label="4.">Demikian rekomendasi ini dibuat untuk dapat digunakan sebagaimana mestinya.</butir>
    </daftar>
  </xsl:template>

  <!-- one of them needs no letter -->
  <xsl:template name="ketentuan">
    <xsl:choose>
      <xsl:when test="not(k:syarat)">
        <paragraf>Setiap perubahan sistem yang berkaitan dengan modul Tanda Tangan Elektronik wajib diuji ulang.</paragraf>
      </xsl:when>
      <xsl:when test="count(k:syarat) = 1">
        <paragraf><xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="k:syarat"/></xsl:call-template>.</paragraf>
      </xsl:when>
      <xsl:otherwise>
        <daftar indentasi-mm="7">
          <xsl:for-each select="k:syarat">
            <xsl:variable name="label"><xsl:call-template name="huruf"/></xsl:variable>
            <butir label="{$label}"><xsl:call-template name="tanpa-titik"/><xsl:call-template name="akhir-butir"/></butir>
          </xsl:for-each>
        </daftar>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- the application, the agreement, and every round: also those that the system has not passed -->
  <xsl:template name="dasar">
    <paragraf ikut-berikut="ya">Dasar:</paragraf>
    <daftar indentasi-mm="7">
      <xsl:for-each select="$kasus/k:permohonan | k:pks | $kasus/k:uji[k:berita-acara]">
        <!-- in the order of a case the agreement would come last -->
        <xsl:sort select="count(self::k:pks) + 2 * count(self::k:uji)" data-type="number"/>
        <xsl:variable name="label"><xsl:call-template name="huruf"/></xsl:variable>
        <butir label="{$label}">
          <xsl:choose>
            <xsl:when test="self::k:permohonan"><xsl:call-template name="sebut-permohonan"/></xsl:when>
            <xsl:when test="self::k:pks"><xsl:value-of select="concat('Perjanjian Kerja Sama Nomor ', k:nomor, ' tanggal ', n:tanggal(k:tanggal))"/></xsl:when>
            <xsl:otherwise>
              <xsl:call-template name="sebut-berita-acara"/>
              <xsl:if test="k:berita-acara/k:kesimpulan != 'Sesuai'"> (belum sesuai)</xsl:if>
            </xsl:otherwise>
          </xsl:choose>
          <xsl:call-template name="akhir-butir"/>
        </butir>
      </xsl:for-each>
    </daftar>
  </xsl:template>
</xsl:stylesheet>
