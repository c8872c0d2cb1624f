<?xml version="1.0" encoding="UTF-8"?>
<!-- Surat Rekomendasi Sertifikat as XSL-FO: the same words, fonts and frames as naskah's, from the same case file. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:k="urn:naskah:kasus:1"
    xmlns:fo="http://www.w3.org/1999/XSL/Format" xmlns:fox="http://xmlgraphics.apache.org/fop/extensions"
    exclude-result-prefixes="k">
  <xsl:param name="id"/>
  <xsl:param name="qr"/>

  <xsl:variable name="upper" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZ'"/>
  <xsl:variable name="lower" select="'abcdefghijklmnopqrstuvwxyz'"/>

  <xsl:template match="/k:penerbitan-sertifikat">
    <xsl:variable name="n" select="k:rekomendasi-sertifikat/k:naskah"/>
    <xsl:variable name="office" select="k:kantor"/>
    <fo:root font-family="Liberation Sans" font-size="11pt" line-height="14pt" xml:lang="id">
      <fo:layout-master-set>
        <fo:simple-page-master master-name="a4" page-width="210mm" page-height="297mm" margin-left="30mm" margin-right="20mm"
            margin-top="8mm" margin-bottom="6mm">
          <fo:region-body margin-top="7mm" margin-bottom="19mm"/>
          <fo:region-before extent="7mm"/>
          <fo:region-after extent="15mm"/>
        </fo:simple-page-master>
      </fo:layout-master-set>
      <fo:declarations>
        <x:xmpmeta xmlns:x="adobe:ns:meta/">
          <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
              <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Surat Rekomendasi Permohonan Penerbitan Sertifikat Elektronik <xsl:value-of select="$n/k:nomor"/></rdf:li></rdf:Alt></dc:title>
            </rdf:Description>
          </rdf:RDF>
        </x:xmpmeta>
      </fo:declarations>
      <fo:page-sequence master-reference="a4">
        <fo:static-content flow-name="xsl-region-before">
          <fo:block font-size="13pt" font-weight="bold"><xsl:value-of select="$n/k:klasifikasi"/></fo:block>
        </fo:static-content>
        <fo:static-content flow-name="xsl-region-after">
          <fo:table table-layout="fixed" width="160mm" border-top="0.5pt solid #888888" font-size="7pt" line-height="9pt" color="#444444">
            <fo:table-column column-width="138mm"/><fo:table-column column-width="22mm"/>
            <fo:table-body>
              <fo:table-row>
                <fo:table-cell padding-top="1mm">
                  <fo:block>UU ITE Pasal 5 ayat (1): “Informasi Elektronik dan/atau Dokumen Elektronik dan/atau hasil cetaknya merupakan</fo:block>
                  <fo:block>alat bukti hukum yang sah.” Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik</fo:block>
                  <fo:block>yang diterbitkan oleh Balai Besar Sertifikasi Elektronik (BSrE), BSSN. Keaslian dokumen diperiksa melalui kode QR.</fo:block>
                </fo:table-cell>
                <fo:table-cell padding-top="2mm">
                  <fo:block font-size="11pt" line-height="8mm" font-weight="bold" text-align="center" border="0.5pt solid #888888"
                      fox:border-radius="2mm">BSrE</fo:block>
                </fo:table-cell>
              </fo:table-row>
            </fo:table-body>
          </fo:table>
        </fo:static-content>
        <fo:flow flow-name="xsl-region-body">
          <fo:block text-align="center" font-size="13pt" line-height="16pt"><xsl:value-of select="translate($office/k:instansi, $lower, $upper)"/></fo:block>
          <fo:block text-align="center" font-size="13pt" line-height="16pt" font-weight="bold"><xsl:value-of select="translate($office/k:satker, $lower, $upper)"/></fo:block>
          <fo:block text-align="center" font-size="9pt" line-height="11pt"><xsl:value-of select="$office/k:alamat"/></fo:block>
          <fo:block text-align="center" font-size="9pt" line-height="11pt">Telepon <xsl:value-of select="$office/k:telepon"/>, surel <xsl:value-of select="$office/k:email"/></fo:block>
          <fo:block border-top="1.8pt solid black" border-bottom="0.6pt solid black" line-height="2.5pt" margin-top="3mm" space-after="5mm"><fo:leader/></fo:block>
          <fo:block text-align="center" font-weight="bold" role="H1">SURAT REKOMENDASI</fo:block>
          <fo:block text-align="center" font-weight="bold" role="H1">PERMOHONAN PENERBITAN SERTIFIKAT ELEKTRONIK</fo:block>
          <fo:block text-align="center" space-before="4pt" space-after="4mm">Nomor: <xsl:value-of select="$n/k:nomor"/></fo:block>
          <fo:block space-after="3pt">Saya yang bertanda tangan di bawah ini:</fo:block>
          <xsl:for-each select="$n/k:penanda-tangan">
            <fo:block-container border="0.75pt solid black">
              <fo:table table-layout="fixed" width="100%">
                <fo:table-column column-width="9mm"/><fo:table-column column-width="46mm"/><fo:table-column column-width="3mm"/>
                <fo:table-column column-width="proportional-column-width(1)"/>
                <fo:table-body>
                <xsl:call-template name="first-five"/>
                <xsl:call-template name="row"><xsl:with-param name="no" select="'6.'"/><xsl:with-param name="label" select="'Instansi'"/><xsl:with-param name="value" select="k:instansi"/></xsl:call-template>
                <xsl:call-template name="row"><xsl:with-param name="no" select="'7.'"/><xsl:with-param name="label" select="'Unit Kerja'"/><xsl:with-param name="value" select="k:unit-kerja"/></xsl:call-template>
                <xsl:call-template name="row"><xsl:with-param name="no" select="'8.'"/><xsl:with-param name="label" select="'Alamat Email'"/><xsl:with-param name="value" select="k:email"/></xsl:call-template>
              </fo:table-body>
              </fo:table>
            </fo:block-container>
          </xsl:for-each>
          <fo:block space-before="4pt" space-after="3pt">Dengan ini memberikan rekomendasi kepada:</fo:block>
          <xsl:for-each select="k:pemegang">
            <fo:block-container border="0.75pt solid black">
              <fo:table table-layout="fixed" width="100%">
                <fo:table-column column-width="9mm"/><fo:table-column column-width="46mm"/><fo:table-column column-width="3mm"/>
                <fo:table-column column-width="proportional-column-width(1)"/>
                <fo:table-body>
                <xsl:call-template name="first-five"/>
                <xsl:call-template name="row"><xsl:with-param name="no" select="'6.'"/><xsl:with-param name="label" select="'Unit Kerja'"/><xsl:with-param name="value" select="k:unit-kerja"/></xsl:call-template>
                <xsl:call-template name="row"><xsl:with-param name="no" select="'7.'"/><xsl:with-param name="label" select="'Instansi'"/><xsl:with-param name="value" select="k:instansi"/></xsl:call-template>
                <xsl:call-template name="row"><xsl:with-param name="label" select="'Kota'"/><xsl:with-param name="value" select="k:kota"/></xsl:call-template>
                <xsl:call-template name="row"><xsl:with-param name="label" select="'Provinsi'"/><xsl:with-param name="value" select="k:provinsi"/></xsl:call-template>
                <xsl:call-template name="row"><xsl:with-param name="no" select="'8.'"/><xsl:with-param name="label" select="'Alamat Email'"/><xsl:with-param name="value" select="k:email"/></xsl:call-template>
                <xsl:call-template name="row"><xsl:with-param name="no" select="'9.'"/><xsl:with-param name="label" select="'No. Telepon'"/><xsl:with-param name="value" select="k:telepon"/></xsl:call-template>
              </fo:table-body>
              </fo:table>
            </fo:block-container>
          </xsl:for-each>
          <fo:block text-align="justify" space-before="4pt" space-after="3pt">Untuk melakukan pendaftaran sertifikat elektronik sekaligus menjadi pemegang sertifikat elektronik yang digunakan pada:</fo:block>
          <xsl:for-each select="k:rekomendasi-sertifikat/k:kegunaan">
            <fo:block-container border="none">
              <fo:table table-layout="fixed" width="100%">
                <fo:table-column column-width="9mm"/><fo:table-column column-width="46mm"/><fo:table-column column-width="3mm"/>
                <fo:table-column column-width="proportional-column-width(1)"/>
                <fo:table-body>
                <xsl:call-template name="row"><xsl:with-param name="no" select="'a.'"/><xsl:with-param name="label" select="'Sistem'"/><xsl:with-param name="value" select="k:sistem"/></xsl:call-template>
                <xsl:call-template name="row"><xsl:with-param name="no" select="'b.'"/><xsl:with-param name="label" select="'Kegunaan'"/><xsl:with-param name="value" select="k:untuk"/></xsl:call-template>
              </fo:table-body>
              </fo:table>
            </fo:block-container>
          </xsl:for-each>
          <fo:block text-align="justify" space-before="4pt">Demikian surat rekomendasi ini saya buat, agar dapat digunakan sebagaimana mestinya.</fo:block>
          <xsl:for-each select="$n/k:penanda-tangan"><xsl:call-template name="signature"/></xsl:for-each>
        </fo:flow>
      </fo:page-sequence>
    </fo:root>
  </xsl:template>

  <xsl:template name="row">
    <xsl:param name="no"/>
    <xsl:param name="label"/>
    <xsl:param name="value"/>
    <fo:table-row>
      <fo:table-cell padding-left="2mm"><fo:block><xsl:value-of select="$no"/></fo:block></fo:table-cell>
      <fo:table-cell><fo:block><xsl:value-of select="$label"/></fo:block></fo:table-cell>
      <fo:table-cell><fo:block>:</fo:block></fo:table-cell>
      <fo:table-cell><fo:block><xsl:value-of select="$value"/></fo:block></fo:table-cell>
    </fo:table-row>
  </xsl:template>

  <xsl:template name="first-five">
    <xsl:call-template name="row"><xsl:with-param name="no" select="'1.'"/><xsl:with-param name="label" select="'Nama Lengkap'"/><xsl:with-param name="value" select="k:nama"/></xsl:call-template>
    <xsl:call-template name="row"><xsl:with-param name="no" select="'2.'"/><xsl:with-param name="label" select="'NIP'"/><xsl:with-param name="value"><xsl:call-template name="nip"/></xsl:with-param></xsl:call-template>
    <xsl:call-template name="row"><xsl:with-param name="no" select="'3.'"/><xsl:with-param name="label" select="'NIK'"/><xsl:with-param name="value" select="k:nik"/></xsl:call-template>
    <xsl:call-template name="row"><xsl:with-param name="no" select="'4.'"/><xsl:with-param name="label" select="'Pangkat/Golongan'"/><xsl:with-param name="value" select="concat(k:pangkat, ' (', k:golongan, ')')"/></xsl:call-template>
    <xsl:call-template name="row"><xsl:with-param name="no" select="'5.'"/><xsl:with-param name="label" select="'Jabatan'"/><xsl:with-param name="value" select="k:jabatan"/></xsl:call-template>
  </xsl:template>

  <xsl:template name="nip">
    <xsl:value-of select="concat(substring(k:nip, 1, 8), ' ', substring(k:nip, 9, 6), ' ', substring(k:nip, 15, 1), ' ', substring(k:nip, 16))"/>
  </xsl:template>

  <xsl:template name="day">
    <xsl:param name="date"/>
    <xsl:variable name="names" select="'Januari  Februari Maret    April    Mei      Juni     Juli     Agustus  SeptemberOktober  November Desember '"/>
    <xsl:value-of select="concat(number(substring($date, 9, 2)), ' ', normalize-space(substring($names, number(substring($date, 6, 2)) * 9 - 8, 9)), ' ', substring($date, 1, 4))"/>
  </xsl:template>

  <xsl:template name="signature">
    <fo:table table-layout="fixed" width="160mm" space-before="4mm">
      <fo:table-column column-width="85mm"/><fo:table-column column-width="75mm"/>
      <fo:table-body><fo:table-row><fo:table-cell><fo:block/></fo:table-cell><fo:table-cell>
      <fo:table table-layout="fixed" width="75mm">
        <fo:table-column column-width="34mm"/><fo:table-column column-width="3mm"/><fo:table-column column-width="proportional-column-width(1)"/>
        <fo:table-body>
          <fo:table-row>
            <fo:table-cell><fo:block>Ditandatangani di</fo:block></fo:table-cell><fo:table-cell><fo:block>:</fo:block></fo:table-cell>
            <fo:table-cell><fo:block><xsl:value-of select="../k:tempat"/></fo:block></fo:table-cell>
          </fo:table-row>
          <fo:table-row>
            <fo:table-cell><fo:block>Tanggal</fo:block></fo:table-cell><fo:table-cell><fo:block>:</fo:block></fo:table-cell>
            <fo:table-cell><fo:block><xsl:call-template name="day"><xsl:with-param name="date" select="../k:tanggal"/></xsl:call-template></fo:block></fo:table-cell>
          </fo:table-row>
        </fo:table-body>
      </fo:table>
      <fo:block space-after="2mm">Hormat saya,</fo:block>
      <fo:table table-layout="fixed" width="75mm" border="0.5pt solid #888888" font-size="8pt" line-height="10pt">
        <fo:table-column column-width="25mm"/><fo:table-column column-width="proportional-column-width(1)"/>
        <fo:table-body>
          <fo:table-row>
            <fo:table-cell padding="3mm 0mm 1mm 3mm"><fo:block line-height="1pt"><fo:external-graphic src="{$qr}" width="49pt" height="49pt" content-width="49pt" fox:alt-text="Kode QR verifikasi"/></fo:block></fo:table-cell>
            <fo:table-cell display-align="center">
              <fo:block>Ditandatangani</fo:block><fo:block>secara elektronik oleh:</fo:block>
              <fo:block font-weight="bold"><xsl:value-of select="k:nama-tanpa-gelar"/></fo:block>
              <fo:block><xsl:value-of select="k:jabatan"/></fo:block>
            </fo:table-cell>
          </fo:table-row>
          <fo:table-row>
            <fo:table-cell number-columns-spanned="2" padding="0mm 0mm 1mm 3mm"><fo:block>Kode: Z10XJ-2RQ5Z-EKJV7-<xsl:value-of select="substring($id, 7)"/></fo:block></fo:table-cell>
          </fo:table-row>
        </fo:table-body>
      </fo:table>
      <fo:block space-before="2mm" font-weight="bold"><xsl:value-of select="k:nama"/></fo:block>
      <fo:block>NIP <xsl:call-template name="nip"/></fo:block>
    </fo:table-cell></fo:table-row></fo:table-body>
    </fo:table>
  </xsl:template>
</xsl:stylesheet>
