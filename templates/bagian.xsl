<?xml version="1.0" encoding="UTF-8"?>
<!--
  Parts that every letter has, included by the templates of the letters. What comes in is a case (schemas/case.xsd,
  prefix k), what goes out is a letter document (schemas/letter.xsd, no prefix); n:... are naskah's own functions.
  Values of a case come without white space at their ends and with single blanks inside.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:n="urn:naskah:fungsi:1" xmlns="urn:naskah:surat:1" exclude-result-prefixes="k n">

  <!-- given by naskah: kind, title and complete number of the letter, its tingkat or putaran, the issuing office -->
  <xsl:param name="jenis"/>
  <xsl:param name="judul"/>
  <xsl:param name="nomor"/>
  <xsl:param name="urutan"/>
  <xsl:param name="kantor"/>

  <!-- "Kopi Nomor 1 dari 10 kopi." on letters R and SR -->
  <xsl:template name="kopi">
    <xsl:if test="k:naskah/k:salinan">
      <xsl:attribute name="kopi">
        <xsl:value-of select="concat('Kopi Nomor ', k:naskah/k:salinan/@nomor, ' dari ', k:naskah/k:salinan/@dari, ' kopi.')"/>
      </xsl:attribute>
    </xsl:if>
  </xsl:template>

  <!--
    Letterhead where the profile prints none: of an office in the case, or of the office that a signer names as the own
    (which has no address there). A letter has none rather than that of another office.
  -->
  <xsl:template name="kop">
    <xsl:param name="dari"/>
    <xsl:if test="n:profil('kantor') = '' and $dari/k:instansi">
      <kop>
        <paragraf ukuran-pt="13" spasi-pt="16"><xsl:value-of select="n:kapital($dari/k:instansi)"/></paragraf>
        <xsl:for-each select="$dari/k:satker | $dari/k:unit-kerja">
          <paragraf ukuran-pt="13" spasi-pt="16"><tebal><xsl:value-of select="n:kapital(.)"/></tebal></paragraf>
        </xsl:for-each>
        <xsl:if test="$dari/k:alamat">
          <paragraf ukuran-pt="9" spasi-pt="11"><xsl:value-of select="$dari/k:alamat"/></paragraf>
          <paragraf ukuran-pt="9" spasi-pt="11">
            <xsl:if test="$dari/k:telepon">Telepon <xsl:value-of select="$dari/k:telepon"/>, </xsl:if>
            <xsl:text>surel </xsl:text>
            <xsl:value-of select="$dari/k:email"/>
          </paragraf>
        </xsl:if>
      </kop>
    </xsl:if>
  </xsl:template>

  <!-- Nomor, Sifat, Lampiran, Hal; place and date. lampiran: when the case says nothing of attachments -->
  <xsl:template name="rujukan">
    <xsl:param name="lampiran">-</xsl:param>
    <xsl:for-each select="k:naskah">
      <rujukan label-mm="0" titik-dua-mm="25" tempat-tanggal="{k:tempat}, {n:tanggal(k:tanggal | k:waktu)}">
        <isian label="{n:label('nomor')}"><xsl:value-of select="$nomor"/></isian>
        <isian label="{n:label('sifat')}"><xsl:call-template name="sifat"/></isian>
        <isian label="{n:label('lampiran')}">
          <xsl:choose>
            <xsl:when test="k:lampiran"><xsl:value-of select="k:lampiran"/></xsl:when>
            <xsl:otherwise><xsl:value-of select="$lampiran"/></xsl:otherwise>
          </xsl:choose>
        </isian>
        <isian label="{n:label('hal')}"><xsl:value-of select="k:perihal"/></isian>
      </rujukan>
    </xsl:for-each>
  </xsl:template>

  <!-- "Biasa", "Segera", "Segera/Rahasia"; military offices write the class here -->
  <xsl:template name="sifat">
    <xsl:choose>
      <xsl:when test="n:profil('sifat') = 'klasifikasi'"><xsl:call-template name="kata-klasifikasi"/></xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="kata-derajat"/>
        <xsl:if test="k:klasifikasi != 'B'">/<xsl:call-template name="kata-klasifikasi"/></xsl:if>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="kata-klasifikasi">
    <xsl:variable name="kode" select="k:klasifikasi"/>
    <xsl:choose>
      <xsl:when test="$kode = 'SR'">Sangat Rahasia</xsl:when>
      <xsl:when test="$kode = 'R'">Rahasia</xsl:when>
      <xsl:when test="$kode = 'T'">Terbatas</xsl:when>
      <xsl:when test="$kode = 'B'">Biasa</xsl:when>
      <xsl:otherwise><xsl:message terminate="yes">klasifikasi: '<xsl:value-of select="$kode"/>' tidak dikenal</xsl:message></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="kata-derajat">
    <xsl:variable name="kode" select="k:derajat"/>
    <xsl:choose>
      <xsl:when test="$kode = 'kilat'">Kilat</xsl:when>
      <xsl:when test="$kode = 'sangat_segera'">Sangat Segera</xsl:when>
      <xsl:when test="$kode = 'segera'">Segera</xsl:when>
      <xsl:when test="$kode = 'biasa'">Biasa</xsl:when>
      <xsl:otherwise><xsl:message terminate="yes">derajat: '<xsl:value-of select="$kode"/>' tidak dikenal</xsl:message></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- the office that the letter goes to; never a person -->
  <xsl:template name="yth">
    <xsl:if test="not(k:naskah/k:yth)">
      <xsl:message terminate="yes">naskah: yth tidak ada, padahal surat ini memerlukan alamat tujuan</xsl:message>
    </xsl:if>
    <xsl:for-each select="k:naskah/k:yth">
      <yth>
        <paragraf><xsl:value-of select="concat(n:label('yth'), ' ', k:jabatan)"/></paragraf>
        <xsl:for-each select="k:instansi | k:alamat">
          <paragraf><xsl:value-of select="."/></paragraf>
        </xsl:for-each>
        <xsl:if test="k:di">
          <paragraf>di <xsl:value-of select="k:di"/></paragraf>
        </xsl:if>
      </yth>
    </xsl:for-each>
  </xsl:template>

  <!-- head of an attachment, at the right: whose it is, and of which letter. salinan: of which copy, when it does not say so itself -->
  <xsl:template name="kepala-lampiran">
    <xsl:param name="dari"/>
    <xsl:param name="salinan" select="/.."/>
    <data indentasi-mm="80" titik-dua-mm="18" ukuran-pt="10" spasi-pt="12">
      <isian label="Lampiran"><xsl:value-of select="$dari"/></isian>
      <isian label="Nomor"><xsl:value-of select="$nomor"/></isian>
      <isian label="Tanggal"><xsl:value-of select="n:tanggal(k:naskah/k:tanggal | k:naskah/k:waktu)"/></isian>
      <xsl:for-each select="$salinan">
        <isian label="Kopi"><xsl:value-of select="concat('Nomor ', @nomor, ' dari ', @dari, ' kopi')"/></isian>
      </xsl:for-each>
    </data>
  </xsl:template>

  <!-- tempat-tanggal: above all, in forms -->
  <xsl:template name="tanda-tangan">
    <xsl:param name="tempat-tanggal"/>
    <xsl:for-each select="k:naskah/k:penanda-tangan">
      <xsl:call-template name="seorang-penanda-tangan"><xsl:with-param name="tempat-tanggal" select="$tempat-tanggal"/></xsl:call-template>
    </xsl:for-each>
  </xsl:template>

  <!--
    signature: the role, if it says more than the jabatan; "a.n. Sekretaris, / Kepala Bagian, / u.b." above the own jabatan,
    Plt. and Plh. before it
  -->
  <xsl:template name="seorang-penanda-tangan">
    <xsl:param name="tempat-tanggal"/>
    <tanda-tangan>
      <xsl:if test="$tempat-tanggal != ''"><atas><xsl:value-of select="$tempat-tanggal"/></atas></xsl:if>
      <xsl:if test="@peran and normalize-space(@peran) != k:jabatan"><atas><xsl:value-of select="normalize-space(@peran)"/>,</atas></xsl:if>
      <xsl:for-each select="k:atas-nama[@bentuk = 'a.n.']">
        <atas><xsl:value-of select="concat('a.n. ', .)"/>,</atas>
      </xsl:for-each>
      <xsl:for-each select="k:atas-nama[@bentuk = 'u.b.']">
        <xsl:if test=". != ''"><atas><xsl:value-of select="."/>,</atas></xsl:if>
        <atas>u.b.</atas>
      </xsl:for-each>
      <atas><xsl:call-template name="jabatan"/>,</atas>
      <kotak-nama><xsl:call-template name="nama-tanpa-gelar"/></kotak-nama>
      <kotak-jabatan><xsl:call-template name="jabatan"/></kotak-jabatan>
      <nama><xsl:value-of select="k:nama"/></nama>
      <xsl:call-template name="bawah-nama"/>
    </tanda-tangan>
  </xsl:template>

  <xsl:template name="jabatan">
    <xsl:for-each select="k:atas-nama[@bentuk = 'Plt.' or @bentuk = 'Plh.']"><xsl:value-of select="concat(@bentuk, ' ')"/></xsl:for-each>
    <xsl:value-of select="k:jabatan"/>
  </xsl:template>

  <xsl:template name="nama-tanpa-gelar">
    <xsl:choose>
      <xsl:when test="k:nama-tanpa-gelar"><xsl:value-of select="k:nama-tanpa-gelar"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="k:nama"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- "Kolonel Cke NRP 99002"; a general's rank stands alone. "Pembina (IV/a)" and "NIP 1980..." -->
  <xsl:template name="bawah-nama">
    <xsl:choose>
      <xsl:when test="k:nrp and contains(concat(k:pangkat, '|'), ' TNI|')">
        <bawah><xsl:value-of select="k:pangkat"/></bawah>
      </xsl:when>
      <xsl:when test="k:nrp">
        <bawah><xsl:value-of select="normalize-space(concat(k:pangkat, ' ', k:korps, ' NRP ', k:nrp))"/></bawah>
      </xsl:when>
      <xsl:otherwise>
        <xsl:if test="k:pangkat or k:golongan">
          <bawah><xsl:call-template name="pangkat-golongan"/></bawah>
        </xsl:if>
        <xsl:if test="k:nip">
          <bawah>NIP <xsl:value-of select="n:nip(k:nip)"/></bawah>
        </xsl:if>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- what the line below is called: soldiers have a korps, civil servants a golongan -->
  <xsl:template name="kata-pangkat">
    <xsl:choose>
      <xsl:when test="k:nrp">Pangkat/Korps</xsl:when>
      <xsl:otherwise>Pangkat/Golongan</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- "Pembina (IV/a)", "Kolonel Cke", "IV/a" -->
  <xsl:template name="pangkat-golongan">
    <xsl:param name="pangkat" select="k:pangkat"/>
    <xsl:param name="korps" select="k:korps"/>
    <xsl:param name="golongan" select="k:golongan"/>
    <xsl:value-of select="normalize-space(concat($pangkat, ' ', $korps))"/>
    <xsl:choose>
      <xsl:when test="$pangkat and $golongan"> (<xsl:value-of select="$golongan"/>)</xsl:when>
      <xsl:otherwise><xsl:value-of select="$golongan"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="tembusan">
    <xsl:if test="k:naskah/k:tembusan">
      <tembusan label="{n:label('tembusan')}">
        <xsl:for-each select="k:naskah/k:tembusan">
          <butir label="{position()}."><xsl:value-of select="."/></butir>
        </xsl:for-each>
      </tembusan>
    </xsl:if>
  </xsl:template>

  <!-- a; b; and c. A no-break space keeps "dan" from standing alone on a line. -->
  <xsl:template name="akhir-butir">
    <xsl:choose>
      <xsl:when test="position() = last()">.</xsl:when>
      <xsl:when test="position() = last() - 1">;&#160;dan</xsl:when>
      <xsl:otherwise>;</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- text without the full stop that its author may have put -->
  <xsl:template name="tanpa-titik">
    <xsl:param name="teks" select="."/>
    <xsl:variable name="rapi" select="normalize-space($teks)"/>
    <xsl:choose>
      <xsl:when test="substring($rapi, string-length($rapi)) = '.'"><xsl:value-of select="substring($rapi, 1, string-length($rapi) - 1)"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$rapi"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- the letters a, b, c as labels -->
  <xsl:template name="huruf">
    <xsl:param name="ke" select="position()"/>
    <xsl:number value="$ke" format="a."/>
  </xsl:template>

  <!-- several values in a row: "x, y dan z" -->
  <xsl:template name="deretan">
    <xsl:param name="nilai"/>
    <xsl:for-each select="$nilai">
      <xsl:if test="position() &gt; 1 and position() &lt; last()">, </xsl:if>
      <xsl:if test="position() &gt; 1 and position() = last()"> dan </xsl:if>
      <xsl:value-of select="."/>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
