<?xml version="1.0" encoding="UTF-8"?>
<!-- Berita Acara Uji Kesesuaian: what a test round found, criterion by criterion, signed by one to three parties. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="bagian.xsl"/>
  <xsl:include href="bagian-uji.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="$kasus/k:uji[number(@putaran) = $urutan]/k:berita-acara">
      <surat rapat="ya">
        <xsl:call-template name="kopi"/>
        <xsl:call-template name="kop"><xsl:with-param name="dari" select="$kasus/k:pemohon"/></xsl:call-template>
        <judul spasi-pt="15">
          <paragraf>BERITA ACARA</paragraf>
          <paragraf>UJI KESESUAIAN SISTEM TANDA TANGAN ELEKTRONIK</paragraf>
        </judul>
        <paragraf rata="tengah">NOMOR <xsl:value-of select="$nomor"/></paragraf>
        <xsl:call-template name="pembuka"/>
        <xsl:call-template name="para-pihak"/>
        <xsl:call-template name="sistem"/>
        <xsl:call-template name="hasil"/>
        <xsl:call-template name="kesimpulan"/>
        <paragraf>Demikian Berita Acara ini dibuat dengan sebenarnya untuk dapat digunakan sebagaimana mestinya.</paragraf>
        <xsl:call-template name="para-penanda-tangan"/>
        <xsl:call-template name="tembusan"/>
      </surat>
    </xsl:for-each>
  </xsl:template>

  <!-- "Pada hari ini, Senin tanggal sembilan bulan Februari tahun dua ribu dua puluh enam (09-02-2026), ..." -->
  <xsl:template name="pembuka">
    <xsl:variable name="tanggal" select="substring(k:naskah/k:tanggal | k:naskah/k:waktu, 1, 10)"/>
    <xsl:variable name="undangan" select="../k:undangan"/>
    <paragraf ikut-berikut="ya">
      <xsl:value-of select="concat('Pada hari ini, ', n:hari($tanggal), ' tanggal ', n:terbilang(number(substring($tanggal, 9, 2))))"/>
      <xsl:value-of select="concat(' bulan ', substring-before(substring-after(n:tanggal($tanggal), ' '), ' '), ' tahun ', n:terbilang(substring($tanggal, 1, 4)))"/>
      <xsl:value-of select="concat(' (', n:tanggal-angka($tanggal), '), ')"/>
      <xsl:choose>
        <xsl:when test="$undangan/k:media = 'Daring'">melalui media daring, </xsl:when>
        <xsl:when test="$undangan">
          <xsl:text>bertempat di </xsl:text>
          <xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="$undangan/k:tempat"/></xsl:call-template>
          <xsl:if test="$undangan/k:media = 'Hibrida'"> dan melalui media daring</xsl:if>
          <xsl:text>, </xsl:text>
        </xsl:when>
        <xsl:otherwise>bertempat di <xsl:value-of select="k:naskah/k:tempat"/>, </xsl:otherwise>
      </xsl:choose>
      <xsl:choose><xsl:when test="k:pihak">kami</xsl:when><xsl:otherwise>saya</xsl:otherwise></xsl:choose>
      <xsl:text> yang bertanda tangan di bawah&#160;ini:</xsl:text>
    </paragraf>
  </xsl:template>

  <xsl:template name="para-pihak">
    <xsl:choose>
      <xsl:when test="k:pihak">
        <daftar indentasi-mm="8">
          <xsl:for-each select="k:naskah/k:penanda-tangan | k:pihak">
            <butir label="{position()}."><data titik-dua-mm="38"><xsl:call-template name="identitas"/></data></butir>
          </xsl:for-each>
        </daftar>
      </xsl:when>
      <xsl:otherwise>
        <xsl:for-each select="k:naskah/k:penanda-tangan">
          <data indentasi-mm="8" titik-dua-mm="38"><xsl:call-template name="identitas"/></data>
        </xsl:for-each>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="identitas">
    <isian label="Nama"><xsl:value-of select="k:nama"/></isian>
    <xsl:if test="k:nip"><isian label="NIP"><xsl:value-of select="n:nip(k:nip)"/></isian></xsl:if>
    <xsl:if test="k:nrp"><isian label="NRP"><xsl:value-of select="k:nrp"/></isian></xsl:if>
    <xsl:if test="k:pangkat or k:golongan">
      <xsl:variable name="label"><xsl:call-template name="kata-pangkat"/></xsl:variable>
      <isian label="{$label}"><xsl:call-template name="pangkat-golongan"/></isian>
    </xsl:if>
    <isian label="Jabatan"><xsl:call-template name="jabatan"/></isian>
    <xsl:if test="k:instansi"><isian label="Instansi"><xsl:value-of select="k:instansi"/></isian></xsl:if>
    <xsl:if test="@peran and normalize-space(@peran) != k:jabatan"><isian label="Selaku"><xsl:value-of select="normalize-space(@peran)"/></isian></xsl:if>
  </xsl:template>

  <xsl:template name="sistem">
    <paragraf ikut-berikut="ya">telah melaksanakan uji kesesuaian putaran <xsl:value-of select="n:urutan($urutan)"/> atas:</paragraf>
    <data indentasi-mm="8" titik-dua-mm="38">
      <isian label="Nama sistem"><tebal><xsl:value-of select="$kasus/k:sistem/k:nama"/></tebal></isian>
      <isian label="Instansi"><xsl:value-of select="$kasus/k:pemohon/k:instansi"/></isian>
      <isian label="Satuan kerja"><xsl:value-of select="$kasus/k:pemohon/k:satker"/></isian>
      <isian label="Alamat URL"><xsl:value-of select="$alamat/k:url"/></isian>
      <isian label="Alamat IP"><xsl:call-template name="deretan"><xsl:with-param name="nilai" select="$alamat/k:ip"/></xsl:call-template></isian>
      <isian label="Lingkungan"><xsl:value-of select="$kasus/k:sistem/k:lingkungan"/></isian>
    </data>
  </xsl:template>

  <xsl:template name="hasil">
    <paragraf ikut-berikut="ya">dengan hasil sebagai berikut:</paragraf>
    <tabel garis-pt="0.5" ukuran-pt="9.5" spasi-pt="12">
      <baris kepala="ya">
        <sel lebar-mm="10" rata="tengah">No.</sel>
        <sel lebar-mm="53" rata="tengah">Kriteria</sel>
        <sel lebar-mm="24" rata="tengah">Hasil</sel>
        <sel lebar-mm="37" rata="tengah">Temuan</sel>
        <sel lebar-mm="36" rata="tengah">Rekomendasi perbaikan</sel>
      </baris>
      <xsl:for-each select="k:kriteria">
        <baris>
          <sel rata="kanan"><xsl:value-of select="position()"/>.</sel>
          <sel kepala="ya"><tebal><xsl:value-of select="normalize-space(@kode)"/></tebal><xsl:text> </xsl:text><xsl:value-of select="k:uraian"/></sel>
          <sel>
            <xsl:choose>
              <xsl:when test="k:hasil = 'Tidak sesuai'"><tebal>Tidak sesuai</tebal></xsl:when>
              <xsl:otherwise><xsl:value-of select="k:hasil"/></xsl:otherwise>
            </xsl:choose>
          </sel>
          <sel><xsl:call-template name="atau-strip"><xsl:with-param name="nilai" select="k:temuan"/></xsl:call-template></sel>
          <sel><xsl:call-template name="perbaikan"/></sel>
        </baris>
      </xsl:for-each>
    </tabel>
    <xsl:call-template name="rekapitulasi"/>
  </xsl:template>

  <!-- "Simpan pesan BSrE apa adanya (paling lambat 10 April 2026)" -->
  <xsl:template name="perbaikan">
    <xsl:choose>
      <xsl:when test="k:perbaikan and k:tenggat">
        <xsl:call-template name="tanpa-titik"><xsl:with-param name="teks" select="k:perbaikan"/></xsl:call-template>
        <xsl:value-of select="concat(' (paling lambat ', n:tanggal(k:tenggat), ')')"/>
      </xsl:when>
      <xsl:when test="k:tenggat">Paling lambat <xsl:value-of select="n:tanggal(k:tenggat)"/></xsl:when>
      <xsl:otherwise><xsl:call-template name="atau-strip"><xsl:with-param name="nilai" select="k:perbaikan"/></xsl:call-template></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- "Dari 3 (tiga) kriteria, 2 (dua) kriteria sesuai, ..." -->
  <xsl:template name="rekapitulasi">
    <paragraf>
      <xsl:text>Dari </xsl:text>
      <xsl:call-template name="jumlah"><xsl:with-param name="n" select="count(k:kriteria)"/></xsl:call-template>
      <xsl:text> tersebut, </xsl:text>
      <xsl:call-template name="jumlah"><xsl:with-param name="n" select="count(k:kriteria[k:hasil = 'Sesuai'])"/></xsl:call-template>
      <xsl:text> sesuai, </xsl:text>
      <xsl:call-template name="jumlah"><xsl:with-param name="n" select="count(k:kriteria[k:hasil = 'Tidak sesuai'])"/></xsl:call-template>
      <xsl:text> tidak sesuai, dan </xsl:text>
      <xsl:call-template name="jumlah"><xsl:with-param name="n" select="count(k:kriteria[k:hasil = 'Tidak diuji'])"/></xsl:call-template>
      <xsl:text> tidak diuji.</xsl:text>
    </paragraf>
  </xsl:template>

  <xsl:template name="jumlah">
    <xsl:param name="n"/>
    <xsl:value-of select="concat($n, ' (', n:terbilang($n), ') kriteria')"/>
  </xsl:template>

  <xsl:template name="kesimpulan">
    <xsl:variable name="sesuai" select="k:kesimpulan = 'Sesuai'"/>
    <paragraf ikut-berikut="ya"><tebal>Kesimpulan:</tebal></paragraf>
    <pilihan-pilihan>
      <pilihan>
        <xsl:if test="$sesuai"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>
        <xsl:text>Sesuai</xsl:text>
      </pilihan>
      <pilihan>
        <xsl:if test="not($sesuai)"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>
        <xsl:text>Belum sesuai</xsl:text>
        <xsl:for-each select="k:batas-perbaikan">
          <xsl:value-of select="concat(', diuji ulang paling lambat hari ', n:hari(.), ', ', n:tanggal(.))"/>
        </xsl:for-each>
      </pilihan>
    </pilihan-pilihan>
  </xsl:template>

  <xsl:template name="para-penanda-tangan">
    <xsl:choose>
      <xsl:when test="k:pihak">
        <para-penanda-tangan>
          <xsl:for-each select="k:naskah/k:penanda-tangan | k:pihak"><xsl:call-template name="seorang-penanda-tangan"/></xsl:for-each>
        </para-penanda-tangan>
      </xsl:when>
      <xsl:otherwise><xsl:call-template name="tanda-tangan"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
