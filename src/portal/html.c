#include "portal/html.h"

#include "base/text.h"

void html_tag(struct buf *out, const char *tag, const char *text)
{
	buf_addf(out, "<%s>", tag);
	html_add(out, text);
	buf_addf(out, "</%s>", tag);
}

void html_begin(struct buf *out, const char *title, const char *office)
{
	buf_adds(out, "<!DOCTYPE html>\n<html lang=\"id\">\n<head>\n<meta charset=\"utf-8\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=\"robots\" content=\"noindex\">\n<title>");
	html_add(out, title);
	buf_adds(out, "</title>\n<link rel=\"stylesheet\" href=\"/gaya.css\">\n"
		      "<link rel=\"icon\" href=\"/ikon.svg\" type=\"image/svg+xml\">\n</head>\n<body>\n"
		      "<a class=\"lewati\" href=\"#isi\">Langsung ke isi</a>\n<header><a href=\"/\">");
	buf_adds(out, "<span class=\"nama\">");
	html_add(out, office);
	buf_adds(out, "</span><span class=\"guna\">Pemeriksaan keaslian surat</span></a></header>\n"
		      "<main id=\"isi\">\n");
}

void html_end(struct buf *out, const char *office)
{
	buf_adds(out, "</main>\n<footer><p>Halaman ini dibuat oleh ");
	html_add(out, office);
	buf_adds(out,
		". Pastikan alamat di peramban Anda benar-benar alamat resmi kantor ini, sebab halaman "
		"tiruan "
		"dapat dibuat serupa.</p><p>Pemeriksaan juga dapat dilakukan tanpa halaman ini: buka berkas "
		"PDF "
		"dengan aplikasi pembaca PDF yang dapat memeriksa tanda tangan elektronik.</p></footer>\n"
		"</body>\n</html>\n");
}

const char html_policy[] = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
			   "base-uri 'none'; frame-ancestors 'none'";

const char html_icon[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" "
	"rx=\"7\" "
	"fill=\"#14324f\"/><path d=\"M9 16.5l5 5 9.5-11\" fill=\"none\" stroke=\"#fff\" stroke-width=\"3.6\" "
	"stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>\n";

/* Colours keep a contrast of 4.5:1 and more (WCAG 2.1 AA), in light and dark. */
const char html_css[] =
	":root{--dasar:#f3f5f7;--kartu:#fff;--tinta:#1b232b;--redup:#55616d;--garis:#dde3e8;--biru:#14324f;"
	"--tautan:#0b5394;--baik:#0c6b3d;--baik-dasar:#e6f4ec;--awas:#8a4b00;--awas-dasar:#fdf1dd;--buruk:#"
	"a61b1b;"
	"--buruk-dasar:#fdeaea}\n"
	"@media "
	"(prefers-color-scheme:dark){:root{--dasar:#12181e;--kartu:#1b232b;--tinta:#e8edf1;--redup:#a9b5c0;"
	"--garis:#313c47;--biru:#0d2238;--tautan:#8cc4ff;--baik:#7fd9a8;--baik-dasar:#12351f;--awas:#f3c27a;"
	"--awas-dasar:#3a2a0d;--buruk:#ff9d9d;--buruk-dasar:#421717}}\n"
	"*{box-sizing:border-box}\n"
	"html{-webkit-text-size-adjust:100%}\n"
	"body{margin:0;background:var(--dasar);color:var(--tinta);font:1rem/1.55 "
	"system-ui,-apple-system,'Segoe UI',"
	"Roboto,'Liberation Sans',sans-serif}\n"
	".lewati{position:absolute;left:-99rem}.lewati:focus{left:.5rem;top:.5rem;background:var(--kartu);"
	"padding:.5rem}\n"
	"header{background:var(--biru);color:#fff}\n"
	"header a{display:block;max-width:44rem;margin:0 auto;padding:1rem "
	"1.25rem;color:inherit;text-decoration:none}\n"
	".nama{display:block;font-weight:650;line-height:1.3}.guna{font-size:.9rem;opacity:.85}\n"
	"main,footer{max-width:44rem;margin:0 auto;padding:1.25rem}\n"
	"footer{color:var(--redup);font-size:.875rem}\n"
	"a{color:var(--tautan)}\n"
	":focus-visible{outline:3px solid var(--tautan);outline-offset:2px}\n"
	"h1{font-size:1.4rem;line-height:1.25;margin:0 0 .25rem;text-wrap:balance}\n"
	"h2{font-size:1.05rem;margin:0 0 .6rem}\n"
	"h3{font-size:1rem;margin:1rem 0 .2rem}\n"
	"p{margin:.5rem 0}\n"
	".kartu,.hasil{background:var(--kartu);border:1px solid "
	"var(--garis);border-radius:.8rem;padding:1.1rem 1.25rem;"
	"margin:0 0 1rem}\n"
	".hasil{display:flex;gap:1rem;border-left-width:.45rem}\n"
	".hasil svg{flex:none;width:2.6rem;height:2.6rem}\n"
	".baik{background:var(--baik-dasar);border-color:var(--baik)}.baik h1{color:var(--baik)}.baik "
	"svg{color:var(--baik)}\n"
	".awas{background:var(--awas-dasar);border-color:var(--awas)}.awas h1{color:var(--awas)}.awas "
	"svg{color:var(--awas)}\n"
	".buruk{background:var(--buruk-dasar);border-color:var(--buruk)}.buruk h1{color:var(--buruk)}"
	".buruk svg{color:var(--buruk)}\n"
	"dl{margin:0;display:grid;grid-template-columns:1fr;gap:0}\n"
	"dt{color:var(--redup);font-size:.875rem;margin-top:.65rem}dt:first-child{margin-top:0}\n"
	"dd{margin:0;overflow-wrap:anywhere}\n"
	"@media (min-width:36rem){dl{grid-template-columns:11rem 1fr;gap:.45rem "
	"1rem}dt{margin:0;font-size:1rem}}\n"
	".uji{border:2px dashed var(--awas);background:var(--awas-dasar);color:var(--tinta)}\n"
	"ul.periksa{list-style:none;margin:0;padding:0}\n"
	"ul.periksa li{padding:.4rem 0 .4rem 2rem;position:relative}\n"
	"ul.periksa li+li{border-top:1px solid var(--garis)}\n"
	"ul.periksa li::before{position:absolute;left:.3rem;font-weight:700}\n"
	"li.ya::before{content:'\\2713';color:var(--baik)}\n"
	"li.tidak::before{content:'\\2717';color:var(--buruk)}\n"
	"li.tahu::before{content:'?';color:var(--awas)}\n"
	"code,.kode{font-family:ui-monospace,'Liberation "
	"Mono',monospace;letter-spacing:.02em;overflow-wrap:anywhere}\n"
	".kecil{font-size:.875rem;color:var(--redup)}\n"
	".tombol{display:inline-block;border:0;border-radius:.5rem;padding:.7rem "
	"1.1rem;font:inherit;font-weight:600;"
	"text-decoration:none;cursor:pointer;background:#0b5394;color:#fff}\n"
	".tombol.dua{background:transparent;color:var(--tautan);border:1px solid currentColor}\n"
	".aksi{display:flex;flex-wrap:wrap;gap:.6rem;margin-top:.9rem}\n"
	"label{display:block;font-weight:600;margin-bottom:.35rem}\n"
	"input{width:100%;font:1.15rem/1.4 ui-monospace,'Liberation Mono',monospace;padding:.65rem .75rem;"
	"border:1px solid var(--redup);border-radius:.5rem;background:var(--kartu);color:var(--tinta)}\n"
	"details{margin-top:.8rem}summary{cursor:pointer;color:var(--tautan)}\n"
	"@media print{header{background:none;color:#000}.aksi,.lewati{display:none}}\n";
