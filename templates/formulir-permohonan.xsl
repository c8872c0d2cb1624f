<?xml version="1.0" encoding="UTF-8"?>
<!--
  Formulir Permohonan Pengajuan Sistem: the form attached to the Surat Permohonan, with its number, date and signer.
  What the case does not tell stays to be seen: "-", or boxes of which none is crossed.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">
  <xsl:include href="bagian.xsl"/>

  <xsl:template match="/">
    <xsl:for-each select="k:pengajuan-sistem/k:permohonan">
      <surat rapat="ya">
        <xsl:call-template name="kopi"/>
        <xsl:call-template name="kepala-lampiran">
          <xsl:with-param name="dari">Surat Permohonan <xsl:value-of select="concat(k:naskah/k:penanda-tangan/k:jabatan, ', ', ../k:pemohon/k:instansi)"/></xsl:with-param>
        </xsl:call-template>
        <judul>
          <paragraf>FORMULIR PERMOHONAN</paragraf>
          <paragraf>PENGAJUAN SISTEM TANDA TANGAN ELEKTRONIK</paragraf>
        </judul>
        <tabel garis-pt="0.5" ukuran-pt="10.5" spasi-pt="13">
          <baris kepala="ya">
            <sel lebar-mm="10" rata="tengah">No.</sel>
            <sel lebar-mm="60" rata="tengah">Uraian</sel>
            <sel lebar-mm="90" rata="tengah">Isian</sel>
          </baris>
          <xsl:call-template name="pemohon"/>
          <xsl:call-template name="sistem"/>
          <xsl:call-template name="kesiapan"/>
          <xsl:call-template name="pernyataan"/>
        </tabel>
        <xsl:call-template name="tanda-tangan">
          <xsl:with-param name="tempat-tanggal" select="concat(k:naskah/k:tempat, ', ', n:tanggal(k:naskah/k:tanggal | k:naskah/k:waktu))"/>
        </xsl:call-template>
      </surat>
    </xsl:for-each>
  </xsl:template>

  <!-- the parts of the form -->

  <xsl:template name="pemohon">
    <xsl:call-template name="bagian">
      <xsl:with-param name="huruf">A</xsl:with-param>
      <xsl:with-param name="nama">PEMOHON</xsl:with-param>
    </xsl:call-template>
    <xsl:call-template name="baris">
      <xsl:with-param name="no">1</xsl:with-param>
      <xsl:with-param name="uraian">Satuan kerja</xsl:with-param>
      <xsl:with-param name="isi" select="concat(../k:pemohon/k:satker, ', ', ../k:pemohon/k:instansi)"/>
    </xsl:call-template>
    <xsl:for-each select="../k:pemohon/k:penanggung-jawab">
      <xsl:call-template name="baris">
        <xsl:with-param name="no">2</xsl:with-param>
        <xsl:with-param name="uraian">Nama penanggung jawab</xsl:with-param>
        <xsl:with-param name="isi" select="string(k:nama)"/>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">3</xsl:with-param>
        <xsl:with-param name="uraian">
          <xsl:choose>
            <xsl:when test="k:nrp">NRP</xsl:when>
            <xsl:when test="k:nip">NIP</xsl:when>
            <xsl:otherwise>NIP/NRP</xsl:otherwise>
          </xsl:choose>
        </xsl:with-param>
        <xsl:with-param name="isi"><xsl:value-of select="k:nrp"/><xsl:value-of select="n:nip(k:nip)"/></xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">4</xsl:with-param>
        <xsl:with-param name="uraian"><xsl:call-template name="kata-pangkat"/></xsl:with-param>
        <xsl:with-param name="isi"><xsl:call-template name="pangkat-golongan"/></xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">5</xsl:with-param>
        <xsl:with-param name="uraian">Jabatan</xsl:with-param>
        <xsl:with-param name="isi" select="string(k:jabatan)"/>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">6</xsl:with-param>
        <xsl:with-param name="uraian">Surel dinas</xsl:with-param>
        <xsl:with-param name="isi" select="string(k:email)"/>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">7</xsl:with-param>
        <xsl:with-param name="uraian">Telepon</xsl:with-param>
        <xsl:with-param name="isi" select="string(k:telepon)"/>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="sistem">
    <xsl:call-template name="bagian">
      <xsl:with-param name="huruf">B</xsl:with-param>
      <xsl:with-param name="nama">SISTEM</xsl:with-param>
    </xsl:call-template>
    <xsl:for-each select="../k:sistem">
      <xsl:call-template name="baris">
        <xsl:with-param name="no">1</xsl:with-param>
        <xsl:with-param name="uraian">Nama sistem</xsl:with-param>
        <xsl:with-param name="isi"><tebal><xsl:value-of select="k:nama"/></tebal></xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">2</xsl:with-param>
        <xsl:with-param name="uraian">Alamat URL</xsl:with-param>
        <xsl:with-param name="isi" select="string(k:url)"/>
      </xsl:call-template>
      <!-- one address a line; rows of sixteen, so that many of them may go over pages without leaving a hole -->
      <xsl:for-each select="k:ip[position() mod 16 = 1]">
        <xsl:call-template name="baris">
          <xsl:with-param name="no">3</xsl:with-param>
          <xsl:with-param name="uraian">Alamat IP<xsl:if test="position() &gt; 1"> (lanjutan)</xsl:if></xsl:with-param>
          <xsl:with-param name="isi">
            <xsl:for-each select=". | following-sibling::k:ip[position() &lt; 16]"><paragraf><xsl:value-of select="."/></paragraf></xsl:for-each>
          </xsl:with-param>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">4</xsl:with-param>
        <xsl:with-param name="uraian">Lingkungan</xsl:with-param>
        <xsl:with-param name="isi">
          <pilihan-pilihan sebaris="ya">
            <pilihan><xsl:if test="k:lingkungan = 'Pengembangan'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Pengembangan</pilihan>
            <pilihan><xsl:if test="k:lingkungan = 'Produksi'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Produksi</pilihan>
          </pilihan-pilihan>
        </xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">5</xsl:with-param>
        <xsl:with-param name="uraian">Platform/bahasa pemrograman</xsl:with-param>
        <xsl:with-param name="isi" select="string(k:platform)"/>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">6</xsl:with-param>
        <xsl:with-param name="uraian">Lokasi peladen</xsl:with-param>
        <xsl:with-param name="isi" select="string(k:lokasi-peladen)"/>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">7</xsl:with-param>
        <xsl:with-param name="uraian">Jenis layanan</xsl:with-param>
        <xsl:with-param name="isi">
          <pilihan-pilihan sebaris="ya">
            <pilihan><xsl:if test="k:jenis-layanan = 'Invisible'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if><miring>Invisible</miring></pilihan>
            <pilihan><xsl:if test="k:jenis-layanan = 'QR'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>QR</pilihan>
            <pilihan><xsl:if test="k:jenis-layanan = 'Gambar'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Gambar</pilihan>
          </pilihan-pilihan>
        </xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">8</xsl:with-param>
        <xsl:with-param name="uraian">Perkiraan jumlah dokumen per bulan</xsl:with-param>
        <xsl:with-param name="isi"><xsl:call-template name="jumlah"><xsl:with-param name="nilai" select="k:dokumen-per-bulan"/><xsl:with-param name="satuan">dokumen</xsl:with-param></xsl:call-template></xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="baris">
        <xsl:with-param name="no">9</xsl:with-param>
        <xsl:with-param name="uraian">Jumlah penanda tangan</xsl:with-param>
        <xsl:with-param name="isi"><xsl:call-template name="jumlah"><xsl:with-param name="nilai" select="k:jumlah-penanda-tangan"/><xsl:with-param name="satuan">orang</xsl:with-param></xsl:call-template></xsl:with-param>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:template>

  <!-- the last two of these stay together, so that no single row goes over to the next page -->
  <xsl:template name="kesiapan">
    <xsl:variable name="siap" select="../k:sistem/k:kesiapan"/>
    <xsl:call-template name="bagian">
      <xsl:with-param name="huruf">C</xsl:with-param>
      <xsl:with-param name="nama">KESIAPAN</xsl:with-param>
    </xsl:call-template>
    <xsl:call-template name="ya-tidak">
      <xsl:with-param name="no">1</xsl:with-param>
      <xsl:with-param name="uraian">Surel dinas aktif</xsl:with-param>
      <xsl:with-param name="nilai" select="$siap/k:email-dinas-aktif"/>
    </xsl:call-template>
    <xsl:call-template name="ya-tidak">
      <xsl:with-param name="no">2</xsl:with-param>
      <xsl:with-param name="uraian">Sistem diakses melalui HTTPS</xsl:with-param>
      <xsl:with-param name="nilai" select="$siap/k:https"/>
    </xsl:call-template>
    <xsl:call-template name="ya-tidak">
      <xsl:with-param name="no">3</xsl:with-param>
      <xsl:with-param name="uraian"><miring>Passphrase</miring> tidak disimpan</xsl:with-param>
      <xsl:with-param name="nilai" select="$siap/k:passphrase-tidak-disimpan"/>
    </xsl:call-template>
    <xsl:call-template name="ya-tidak">
      <xsl:with-param name="no">4</xsl:with-param>
      <xsl:with-param name="uraian">Kegagalan penandatanganan dicatat dalam log</xsl:with-param>
      <xsl:with-param name="nilai" select="$siap/k:log-kegagalan"/>
    </xsl:call-template>
    <xsl:call-template name="ya-tidak">
      <xsl:with-param name="no">5</xsl:with-param>
      <xsl:with-param name="uraian">Catatan kaki BSrE pada dokumen</xsl:with-param>
      <xsl:with-param name="ikut-berikut" select="true()"/>
      <xsl:with-param name="nilai" select="$siap/k:footer-bsre"/>
    </xsl:call-template>
    <xsl:call-template name="ya-tidak">
      <xsl:with-param name="no">6</xsl:with-param>
      <xsl:with-param name="uraian">Halaman verifikasi dokumen</xsl:with-param>
      <xsl:with-param name="nilai" select="$siap/k:halaman-verifikasi"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template name="pernyataan">
    <xsl:call-template name="bagian">
      <xsl:with-param name="huruf">D</xsl:with-param>
      <xsl:with-param name="nama">PERNYATAAN</xsl:with-param>
    </xsl:call-template>
    <baris ikut-berikut="ya">
      <sel rata="penuh">
        <paragraf>Data yang diisikan dalam formulir ini benar dan dapat dipertanggungjawabkan. Setiap perubahan alamat URL, alamat IP, atau penanggung jawab sistem akan diberitahukan secara tertulis, dan sistem bersedia diuji kesesuaiannya sebelum dioperasikan.</paragraf>
      </sel>
    </baris>
  </xsl:template>

  <!-- what the parts are made of -->

  <xsl:template name="bagian">
    <xsl:param name="huruf"/>
    <xsl:param name="nama"/>
    <baris ikut-berikut="ya">
      <sel lebar-mm="10" rata="tengah"><tebal><xsl:value-of select="$huruf"/>.</tebal></sel>
      <sel lebar-mm="150" kepala="ya"><tebal><xsl:value-of select="$nama"/></tebal></sel>
    </baris>
  </xsl:template>

  <xsl:template name="baris">
    <xsl:param name="no"/>
    <xsl:param name="uraian"/>
    <xsl:param name="isi"/>
    <xsl:param name="ikut-berikut" select="false()"/>
    <baris tinggi-mm="8">
      <xsl:if test="$ikut-berikut"><xsl:attribute name="ikut-berikut">ya</xsl:attribute></xsl:if>
      <sel lebar-mm="10" rata="tengah"><xsl:value-of select="$no"/>.</sel>
      <sel lebar-mm="60" kepala="ya"><xsl:copy-of select="$uraian"/></sel>
      <sel lebar-mm="90">
        <xsl:choose>
          <xsl:when test="normalize-space($isi) = ''">-</xsl:when>
          <xsl:otherwise><xsl:copy-of select="$isi"/></xsl:otherwise>
        </xsl:choose>
      </sel>
    </baris>
  </xsl:template>

  <xsl:template name="ya-tidak">
    <xsl:param name="no"/>
    <xsl:param name="uraian"/>
    <xsl:param name="nilai"/>
    <xsl:param name="ikut-berikut" select="false()"/>
    <xsl:call-template name="baris">
      <xsl:with-param name="no" select="$no"/>
      <xsl:with-param name="uraian" select="$uraian"/>
      <xsl:with-param name="ikut-berikut" select="$ikut-berikut"/>
      <xsl:with-param name="isi">
        <pilihan-pilihan sebaris="ya">
          <pilihan><xsl:if test="$nilai = 'ya'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Ya</pilihan>
          <pilihan><xsl:if test="$nilai = 'tidak'"><xsl:attribute name="silang">ya</xsl:attribute></xsl:if>Tidak</pilihan>
        </pilihan-pilihan>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:template>

  <!-- "1.200 (seribu dua ratus) dokumen" -->
  <xsl:template name="jumlah">
    <xsl:param name="nilai"/>
    <xsl:param name="satuan"/>
    <xsl:if test="$nilai">
      <xsl:value-of select="concat(n:angka($nilai), ' (', n:terbilang($nilai), ') ', $satuan)"/>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
