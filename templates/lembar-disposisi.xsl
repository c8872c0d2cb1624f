<?xml version="1.0" encoding="UTF-8"?>
<!-- Lembar Disposisi, tingkat I to III: a framed sheet about the letter of the applicant; II and III show the chain so far. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="bagian.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:pengajuan-sistem/k:disposisi[number(@tingkat) = $urutan]">
      <surat rapat="ya">
        <xsl:call-template name="kopi"/>
        <xsl:call-template name="kop"><xsl:with-param name="dari" select="../k:pemohon"/></xsl:call-template>
        <judul garis-bawah="ya" ukuran-pt="14" spasi-pt="17"><paragraf>LEMBAR DISPOSISI</paragraf></judul>
        <paragraf rata="tengah" ikut-berikut="ya">
          <xsl:value-of select="concat('Tingkat ', n:romawi(@tingkat), ', Nomor ', $nomor)"/>
        </paragraf>
        <xsl:call-template name="lembar"/>
        <xsl:if test="preceding-sibling::k:disposisi"><xsl:call-template name="riwayat"/></xsl:if>
        <xsl:call-template name="tembusan"/>
      </surat>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="lembar">
    <xsl:variable name="asal" select="../k:permohonan/k:naskah"/>
    <tabel garis-pt="0.75" ukuran-pt="10.5" spasi-pt="13">
      <baris tinggi-mm="26">
        <sel lebar-mm="88">
          <data titik-dua-mm="24">
            <isian label="Surat dari"><xsl:value-of select="concat(../k:pemohon/k:satker, ', ', ../k:pemohon/k:instansi)"/></isian>
            <isian label="No. Surat"><xsl:value-of select="n:nomor('permohonan', '0')"/></isian>
            <isian label="Tgl. Surat"><xsl:value-of select="n:tanggal($asal/k:tanggal | $asal/k:waktu)"/></isian>
          </data>
        </sel>
        <sel lebar-mm="72">
          <data titik-dua-mm="23">
            <isian label="Diterima tgl."><xsl:value-of select="n:tanggal(k:diterima)"/></isian>
            <isian label="No. Agenda"><xsl:value-of select="k:nomor-agenda"/></isian>
            <isian label="Sifat"><xsl:call-template name="sifat-sifat"/></isian>
          </data>
        </sel>
      </baris>
      <baris tinggi-mm="12">
        <sel>
          <data titik-dua-mm="24">
            <isian label="Perihal"><xsl:value-of select="$asal/k:perihal"/></isian>
          </data>
        </sel>
      </baris>
      <baris tinggi-mm="50">
        <!-- the posts and instructions that the sheet offers; another one gets a crossed box of its own -->
        <sel lebar-mm="80">
          <xsl:variable name="kepada" select="k:kepada"/>
          <paragraf>Diteruskan kepada Sdr.:</paragraf>
          <pilihan-pilihan>
            <pilihan><xsl:if test="$kepada = 'Kepala Bidang Manajemen Data dan Sistem Aplikasi'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Kepala Bidang Manajemen Data dan Sistem Aplikasi</pilihan>
            <pilihan><xsl:if test="$kepada = 'Kepala Subbidang Pembangunan dan Pengelolaan Sistem Aplikasi'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Kepala Subbidang Pembangunan dan Pengelolaan Sistem Aplikasi</pilihan>
            <pilihan><xsl:if test="$kepada = 'Verifikator'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Verifikator</pilihan>
            <xsl:if test="not(contains('|Kepala Bidang Manajemen Data dan Sistem Aplikasi|Kepala Subbidang Pembangunan dan Pengelolaan Sistem Aplikasi|Verifikator|', concat('|', $kepada, '|')))">
              <pilihan silang="ya"><xsl:value-of select="$kepada"/></pilihan>
            </xsl:if>
          </pilihan-pilihan>
        </sel>
        <sel lebar-mm="80">
          <xsl:variable name="instruksi">|<xsl:for-each select="k:instruksi"><xsl:value-of select="concat(., '|')"/></xsl:for-each></xsl:variable>
          <paragraf>Dengan hormat harap:</paragraf>
          <pilihan-pilihan>
            <pilihan><xsl:if test="contains($instruksi, '|Tanggapan dan saran|')"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Tanggapan dan saran</pilihan>
            <pilihan><xsl:if test="contains($instruksi, '|Proses lebih lanjut|')"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Proses lebih lanjut</pilihan>
            <pilihan><xsl:if test="contains($instruksi, '|Koordinasi/konfirmasikan|')"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Koordinasi/konfirmasikan</pilihan>
            <pilihan><xsl:if test="contains($instruksi, '|Untuk diketahui|')"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Untuk diketahui</pilihan>
            <pilihan><xsl:if test="contains($instruksi, '|Telaah|')"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Telaah</pilihan>
            <pilihan><xsl:if test="contains($instruksi, '|Verifikasi data|')"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Verifikasi data</pilihan>
            <pilihan><xsl:if test="contains($instruksi, '|Wakili/hadiri|')"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Wakili/hadiri</pilihan>
            <pilihan><xsl:if test="contains($instruksi, '|Arsip|')"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Arsip</pilihan>
            <xsl:for-each select="k:instruksi[not(contains('|Tanggapan dan saran|Proses lebih lanjut|Koordinasi/konfirmasikan|Untuk diketahui|Telaah|Verifikasi data|Wakili/hadiri|Arsip|', concat('|', ., '|')))]">
              <pilihan silang="ya"><xsl:value-of select="."/></pilihan>
            </xsl:for-each>
          </pilihan-pilihan>
        </sel>
      </baris>
      <!-- the more history there is, the less room is left for notes: the sheet stays one page -->
      <baris tinggi-mm="{60 - 12 * count(preceding-sibling::k:disposisi)}">
        <sel>
          <paragraf>Catatan/isi disposisi:</paragraf>
          <xsl:if test="k:catatan"><paragraf><xsl:value-of select="k:catatan"/></paragraf></xsl:if>
          <xsl:if test="k:batas-waktu">
            <data titik-dua-mm="24">
              <isian label="Batas waktu"><xsl:value-of select="concat(n:hari(k:batas-waktu), ', ', n:tanggal(k:batas-waktu))"/></isian>
            </data>
          </xsl:if>
        </sel>
      </baris>
      <baris>
        <sel lebar-mm="80">
          <xsl:for-each select="k:naskah">
            <data titik-dua-mm="24">
              <isian label="Tempat"><xsl:value-of select="k:tempat"/></isian>
              <isian label="Tanggal"><xsl:value-of select="n:tanggal(k:tanggal | k:waktu)"/></isian>
              <xsl:if test="k:waktu">
                <isian label="Pukul"><xsl:value-of select="substring-after(n:pukul(k:waktu), ' ')"/></isian>
              </xsl:if>
            </data>
          </xsl:for-each>
        </sel>
        <sel lebar-mm="80"><xsl:call-template name="tanda-tangan"/></sel>
      </baris>
    </tabel>
  </xsl:template>

  <!-- urgency and class as boxes: one line each for the two halves of the urgencies, one for the classes -->
  <xsl:template name="sifat-sifat">
    <xsl:variable name="derajat" select="k:naskah/k:derajat"/>
    <xsl:variable name="klasifikasi" select="k:naskah/k:klasifikasi"/>
    <pilihan-pilihan sebaris="ya" ukuran-pt="9.5" spasi-pt="13">
      <pilihan><xsl:if test="$derajat = 'kilat'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Kilat</pilihan>
      <pilihan><xsl:if test="$derajat = 'sangat_segera'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Sangat segera</pilihan>
    </pilihan-pilihan>
    <pilihan-pilihan sebaris="ya" ukuran-pt="9.5" spasi-pt="13">
      <pilihan><xsl:if test="$derajat = 'segera'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Segera</pilihan>
      <pilihan><xsl:if test="$derajat = 'biasa'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Biasa</pilihan>
    </pilihan-pilihan>
    <pilihan-pilihan sebaris="ya" ukuran-pt="9.5" spasi-pt="13">
      <pilihan><xsl:if test="$klasifikasi = 'SR'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>SR</pilihan>
      <pilihan><xsl:if test="$klasifikasi = 'R'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>R</pilihan>
      <pilihan><xsl:if test="$klasifikasi = 'T'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>T</pilihan>
      <pilihan><xsl:if test="$klasifikasi = 'B'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>B</pilihan>
    </pilihan-pilihan>
  </xsl:template>

  <!-- who has disposed to whom before -->
  <xsl:template name="riwayat">
    <tabel garis-pt="0.5" ukuran-pt="8.5" spasi-pt="10.5">
      <baris kepala="ya">
        <sel lebar-mm="14">Tingkat</sel>
        <sel lebar-mm="44">Dari</sel>
        <sel lebar-mm="44">Kepada</sel>
        <sel lebar-mm="26">Tanggal, pukul</sel>
        <sel>Nomor</sel>
      </baris>
      <xsl:for-each select="preceding-sibling::k:disposisi">
        <baris>
          <sel lebar-mm="14" rata="tengah"><xsl:value-of select="n:romawi(@tingkat)"/></sel>
          <sel lebar-mm="44"><xsl:value-of select="k:naskah/k:penanda-tangan/k:jabatan"/></sel>
          <sel lebar-mm="44"><xsl:value-of select="k:kepada"/></sel>
          <sel lebar-mm="26">
            <xsl:value-of select="n:tanggal(k:naskah/k:tanggal | k:naskah/k:waktu)"/>
            <xsl:if test="k:naskah/k:waktu">, <xsl:value-of select="n:pukul(k:naskah/k:waktu)"/></xsl:if>
          </sel>
          <sel><xsl:value-of select="n:nomor('disposisi', @tingkat)"/></sel>
        </baris>
      </xsl:for-each>
    </tabel>
  </xsl:template>
</xsl:stylesheet>
