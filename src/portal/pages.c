#include "portal/pages.h"

#include "base/auto.h"
#include "base/text.h"
#include "portal/html.h"

static void add_form(struct buf *out)
{
	buf_adds(out,
		"<form class=\"kartu\" action=\"/\" method=\"get\">\n<label for=\"kode\">Kode surat</label>\n"
		"<input id=\"kode\" name=\"kode\" required maxlength=\"40\" autocomplete=\"off\" "
		"autocapitalize=\"characters\" spellcheck=\"false\" aria-describedby=\"bantuan\" "
		"placeholder=\"XXXXX-XXXXX-XXXXX-XXXXX-X\">\n<p class=\"kecil\" id=\"bantuan\">21 huruf dan "
		"angka, "
		"tercetak di bawah kode QR. Tanda hubung, spasi, dan huruf kecil tidak berpengaruh.</p>\n"
		"<div class=\"aksi\"><button class=\"tombol\">Periksa</button></div>\n</form>\n");
}

void page_home(struct buf *out, const char *office)
{
	html_begin(out, "Periksa keaslian surat", office);
	buf_adds(out, "<h1>Periksa keaslian surat</h1>\n<p>Pindai kode QR pada surat dengan kamera ponsel, "
		      "atau ketik "
		      "kode yang tercetak di bawahnya.</p>\n");
	add_form(out);
	html_end(out, office);
}

void page_not_found(struct buf *out, const char *office)
{
	html_begin(out, "Halaman tidak ada", office);
	buf_adds(out, "<section class=\"kartu\"><h1>Halaman ini tidak ada</h1>\n<p>Untuk memeriksa sebuah "
		      "surat, ketik "
		      "kodenya di bawah ini.</p></section>\n");
	add_form(out);
	html_end(out, office);
}

enum tone { TONE_GOOD, TONE_CARE, TONE_BAD };

/* The answer in one line, with a shape besides the colour. */
static void add_result(struct buf *out, enum tone tone, const char *title, const char *text)
{
	static const struct {
		const char *name, *shape;
	} look[] = {
		[TONE_GOOD] = {"baik", "<path d=\"M14 25l7 7 14-16\"/>"},
		[TONE_CARE] = {"awas", "<path d=\"M24 14v13M24 33v1\"/>"},
		[TONE_BAD] = {"buruk", "<path d=\"M16 16l16 16M32 16L16 32\"/>"},
	};

	buf_addf(out,
		"<section class=\"hasil %s\"><svg viewBox=\"0 0 48 48\" fill=\"none\" "
		"stroke=\"currentColor\" "
		"stroke-width=\"4\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\">"
		"<circle cx=\"24\" cy=\"24\" r=\"21\"/>%s</svg><div>",
		look[tone].name, look[tone].shape);
	html_tag(out, "h1", title);
	html_tag(out, "p", text);
	buf_adds(out, "</div></section>\n");
}

static void add_row(struct buf *out, const char *term, const char *text)
{
	if (!text[0])
		return;
	html_tag(out, "dt", term);
	html_tag(out, "dd", text);
	buf_adds(out, "\n");
}

static const char *month_name(int month)
{
	static const char *const name[] = {"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli",
		"Agustus", "September", "Oktober", "November", "Desember"};

	return month >= 1 && month <= 12 ? name[month - 1] : "?";
}

static void date_text(struct date d, char *out, size_t size)
{
	out[0] = '\0';
	if (d.year > 0)
		snprintf(out, size, "%d %s %d", d.day, month_name(d.month), d.year);
}

static void time_text(int64_t at, enum zone zone, char *out, size_t size)
{
	struct moment m = moment_in(at, zone);
	const char *name = zone_name(zone);

	out[0] = '\0';
	if (at > 0)
		snprintf(out, size, "%d %s %d pukul %02d.%02d.%02d %s", m.date.day, month_name(m.date.month),
			m.date.year, m.hour, m.minute, m.second, name ? name : "UTC");
}

static bool has_word(const char *text, const char *word)
{
	static const char blanks[] = " ,.-_()";
	size_t len = strlen(word);

	while (*(text += strspn(text, blanks))) {
		size_t n = strcspn(text, blanks);
		if (n == len && memcmp(text, word, n) == 0)
			return true;
		text += n;
	}
	return false;
}

/*
 * The sandbox's authorities say in their names that they are a test. Only the issuer is asked, and by whole words:
 * people are called Ujianto.
 */
static bool is_test(const struct signature_verdict *s)
{
	return has_word(s->issuer, "UJI") || has_word(s->issuer, "TEST");
}

static bool any_test(const struct verdict *v)
{
	for (size_t i = 0; i < v->signature_count; i++)
		if (is_test(&v->signatures[i]))
			return true;
	return false;
}

static void add_facts(struct buf *out, enum zone zone, const struct looked *l)
{
	static const char *const hidden[] = {
		[LOOKED_OPEN] = NULL,
		[LOOKED_SECRET] = "tidak ditampilkan: surat rahasia",
		[LOOKED_PERSONAL] = "tidak ditampilkan: memuat data pribadi",
	};
	static const char *const labels[LIMIT_SIGNERS] = {
		"Penanda tangan pertama", "Penanda tangan kedua", "Penanda tangan ketiga"};
	const struct ledger_letter *letter = &l->letter;
	char text[96], code[CODE_SHOWN];

	buf_adds(out, "<section class=\"kartu\"><h2>Surat yang terdaftar</h2>\n<dl>\n");
	add_row(out, "Jenis", letter->title);
	add_row(out, "Nomor", letter->number);
	date_text(letter->date, text, sizeof text);
	add_row(out, "Tanggal surat", text);
	add_row(out, "Hal", hidden[looked_closed(l)] ? hidden[looked_closed(l)] : letter->subject);
	add_row(out, "Kantor", letter->office);
	unsigned signers = ledger_letter_signers(letter);
	for (unsigned i = 0; i < signers; i++) {
		add_row(out, signers == 1 ? "Penanda tangan" : labels[i], letter->signers[i].name);
		add_row(out, "Jabatan", letter->signers[i].title);
	}
	time_text(letter->signed_at, zone, text, sizeof text);
	add_row(out, "Ditandatangani", text);
	code_show(l->code, code);
	buf_addf(out, "<dt>Kode</dt><dd class=\"kode\">%s</dd>\n</dl></section>\n", code);
}

static void add_check(struct buf *out, enum finding f, const char *yes, const char *no)
{
	static const char *const kind[] = {"tahu", "tidak", "ya"};

	buf_addf(out, "<li class=\"%s\">", kind[f]);
	html_add(out, f == FINDING_YES ? yes : f == FINDING_NO ? no : "Tidak dapat diperiksa: ");
	if (f == FINDING_UNKNOWN)
		html_add(out, yes);
	buf_adds(out, "</li>\n");
}

/* What the file proves beyond the signature; what it does not prove is no blemish, and not worth a worry here. */
static void add_proofs(struct buf *out, enum zone zone, const struct signature_verdict *s)
{
	AUTO(buf_release) struct buf line = BUF_INIT(1024);
	char at[96];

	if (s->stamped_at) {
		time_text(s->stamped_at, zone, at, sizeof at);
		buf_addf(&line, "Waktunya, %s, dibuktikan oleh pihak lain: %s", at, s->stamper);
		add_check(out, FINDING_YES, buf_str(&line), "");
		buf_reset(&line);
	}
	if (s->unrevoked == FINDING_UNKNOWN)
		return;
	time_text(s->revoked_at, zone, at, sizeof at);
	if (s->revoked_at)
		buf_addf(
			&line, "Sertifikat baru dicabut sesudahnya (%s): tanda tangan ini tetap berlaku", at);
	else
		buf_adds(&line, "Sertifikat tidak dicabut pada saat penandatanganan");
	add_check(out, s->unrevoked, buf_str(&line),
		"Sertifikat SUDAH DICABUT sebelum waktu penandatanganan terbukti");
}

static void add_signature_checks(struct buf *out, enum zone zone, const struct signature_verdict *s)
{
	AUTO(buf_release) struct buf chain = BUF_INIT(1024);

	buf_addf(&chain, "Sertifikat penanda tangan (%s) diterbitkan oleh %s, yang dipercaya kantor ini",
		s->signer, s->issuer);
	add_check(out, s->intact, "Isi surat tidak berubah sejak ditandatangani",
		"Isi surat BERUBAH sesudah ditandatangani, atau tanda tangannya bukan untuk berkas ini");
	add_check(out, s->unchanged,
		s->covers_all == FINDING_YES
			? "Tidak ada yang ditambahkan sesudah ditandatangani"
			: "Sesudahnya hanya ditambahkan tanda tangan berikutnya atau data untuk memeriksanya",
		"Ada yang ditambahkan atau diubah sesudah tanda tangan ini");
	add_check(out, s->trusted, buf_str(&chain),
		"Sertifikat penanda tangan TIDAK berasal dari penerbit yang dipercaya");
	add_check(out, s->in_time, "Sertifikat berlaku pada saat penandatanganan",
		"Sertifikat TIDAK berlaku pada saat penandatanganan");
	add_proofs(out, zone, s);
}

/* Whatever follows the last signature is its own time-stamps and validation data, or it would have been found. */
static enum finding covers_letter(const struct verdict *v)
{
	const struct signature_verdict *last = &v->signatures[v->signature_count - 1];

	return last->covers_all == FINDING_NO && last->unchanged == FINDING_YES ? FINDING_YES
										: last->covers_all;
}

/* For those who know the words. */
static void add_level(struct buf *out, enum zone zone, const struct verdict *v)
{
	int64_t lasts_to = verdict_lasts_to(v);
	char at[96];

	buf_addf(out, "<p class=\"kecil\">Tingkat tanda tangan (PAdES, ETSI EN 319 142-1): %s.",
		v->level == LEVEL_NONE ? "bukan PAdES baseline" : pades_level_name(v->level));
	if (lasts_to > 0) {
		time_text(lasts_to, zone, at, sizeof at);
		buf_addf(out, " Berkas ini dapat diperiksa sendiri sampai %s.", at);
	}
	buf_adds(out, "</p>");
}

static void add_checks(struct buf *out, enum zone zone, const struct looked *l)
{
	const struct verdict *v = l->verdict;
	char hash[65] = "";

	buf_adds(out, "<section class=\"kartu\"><h2>Yang diperiksa barusan</h2>\n<ul class=\"periksa\">\n"
		      "<li class=\"ya\">Kode ini terdaftar dalam daftar surat kantor ini</li>\n");
	add_check(out, l->kind == LOOKED_WRONG_FILE ? FINDING_NO : FINDING_YES,
		"Berkas yang disimpan sama persis dengan yang diterbitkan",
		"Berkas yang disimpan BUKAN yang diterbitkan");
	if (l->kind != LOOKED_WRONG_FILE) {
		size_t count = verdict_signers(v);
		for (size_t i = 0; i < count; i++) {
			if (count > 1)
				buf_addf(out,
					"</ul>\n<h3>Tanda tangan ke-%zu dari %zu</h3>\n<ul "
					"class=\"periksa\">\n",
					i + 1, count);
			add_signature_checks(out, zone, verdict_signer(v, i));
		}
		if (count > 1)
			buf_adds(out, "</ul>\n<h3>Surat seutuhnya</h3>\n<ul class=\"periksa\">\n");
		if (count > 0)
			add_check(out, covers_letter(v), "Tanda tangan terakhir mencakup seluruh surat",
				"Tanda tangan terakhir tidak mencakup seluruh surat");
		if (l->letter.leaf >= 0)
			buf_addf(out,
				"<li class=\"ya\">Penerbitannya tercatat di log audit publik, urutan "
				"ke-%lld</li>\n",
				(long long)l->letter.leaf + 1);
	}
	buf_adds(out, "</ul>\n");
	if (l->kind == LOOKED_GOOD) {
		for (size_t i = 0; i < 32; i++)
			snprintf(hash + 2 * i, 3, "%02x", v->file.bytes[i]);
		buf_adds(out, "<details><summary>Untuk yang ingin memeriksa sendiri</summary><p "
			      "class=\"kecil\">SHA-256 "
			      "berkas PDF yang asli: <code>");
		buf_adds(out, hash);
		buf_adds(out, "</code></p>");
		add_level(out, zone, v);
		buf_adds(out,
			"<p class=\"kecil\">Log audit publik: <a "
			"href=\"/audit/checkpoint\">checkpoint</a> "
			"dan <a href=\"/audit/vkey\">kunci pemeriksa</a> (C2SP tlog-tiles).</p></details>\n");
	}
	buf_adds(out, "</section>\n");
}

static void add_test_notice(struct buf *out)
{
	buf_adds(out,
		"<section class=\"kartu uji\"><h2>UJI COBA</h2><p>Surat ini ditandatangani dengan sertifikat "
		"<strong>uji coba</strong>. Tanda tangannya tidak berkekuatan hukum dan surat ini hanya "
		"contoh.</p></section>\n");
}

static void add_buttons(struct buf *out, const struct looked *l, const char *pdf)
{
	buf_adds(out, "<div class=\"aksi\">");
	if (looked_closed(l) == LOOKED_OPEN)
		buf_addf(out, "<a class=\"tombol\" href=\"/v/%s/pdf\">%s</a>", l->code, pdf);
	if (l->has_receipt)
		buf_addf(out, "<a class=\"tombol dua\" href=\"/v/%s/receipt\">Unduh tanda terima log</a>",
			l->code);
	buf_adds(out, "</div></section>\n");
}

static void add_downloads(struct buf *out, const struct looked *l)
{
	if (looked_closed(l) == LOOKED_PERSONAL) {
		buf_adds(out,
			"<section class=\"kartu\"><h2>Data pribadi</h2>\n<p>Surat ini memuat data pribadi "
			"yang hanya boleh dibaca oleh petugas yang menangani permohonannya. Karena itu "
			"isinya "
			"tidak dibagikan di halaman ini. Cocokkan nomor, tanggal, dan penanda tangan di "
			"atas; "
			"untuk isinya, periksa tanda tangan pada berkas PDF yang Anda terima, atau tanyakan "
			"kepada kantor kami.</p>\n");
		add_buttons(out, l, "");
		return;
	}
	if (looked_closed(l) == LOOKED_SECRET) {
		buf_adds(out,
			"<section class=\"kartu\"><h2>Surat rahasia</h2>\n<p>Isi surat berklasifikasi R "
			"atau SR tidak dibagikan di halaman ini. Cocokkan nomor, tanggal, dan penanda tangan "
			"di atas; untuk isinya, periksa tanda tangan pada berkas PDF yang Anda terima, atau "
			"tanyakan kepada kantor kami.</p>\n");
		add_buttons(out, l, "");
		return;
	}
	buf_adds(out, "<section class=\"kartu\"><h2>Bandingkan dengan surat di tangan Anda</h2>\n<p>Kode QR "
		      "dapat disalin "
		      "ke surat lain. Karena itu <strong>bandingkan isi surat di tangan Anda dengan PDF "
		      "ini</strong>: "
		      "nomor, tanggal, nama, dan setiap kalimat. Yang berlaku adalah PDF ini.</p>\n");
	add_buttons(out, l, "Buka surat (PDF)");
}

static void answer_good(struct buf *out, enum zone zone, const struct looked *l)
{
	bool test = any_test(l->verdict);

	add_result(out, TONE_GOOD,
		test ? "Surat uji coba ini asli dan terdaftar" : "Surat ini asli dan terdaftar",
		test ? "Surat dengan kode ini dibuat oleh kantor kami sebagai uji coba. Tanda tangan "
		       "elektroniknya baru "
		       "saja diperiksa dan cocok."
		     : "Surat dengan kode ini diterbitkan oleh kantor kami, dan tanda tangan elektroniknya "
		       "baru saja "
		       "diperiksa: sah.");
	if (test)
		add_test_notice(out);
	add_facts(out, zone, l);
	add_downloads(out, l);
	add_checks(out, zone, l);
}

/* Holders may have to show what they had; what they hold may also be another letter with a copied QR. */
static void add_old_downloads(struct buf *out, const struct looked *l)
{
	buf_adds(out,
		"<section class=\"kartu\"><h2>Surat yang lama</h2>\n<p>Untuk arsip dan untuk "
		"dibandingkan dengan surat di tangan Anda, inilah surat sebagaimana dulu diterbitkan. Tanda "
		"tangan elektroniknya baru saja diperiksa dan cocok, tetapi suratnya <strong>tidak berlaku "
		"lagi</strong>.</p>\n");
	add_buttons(out, l, "Buka surat lama (PDF)");
}

static void answer_superseded(struct buf *out, enum zone zone, const struct looked *l)
{
	char text[96];

	add_result(out, TONE_CARE, "Surat ini sudah digantikan",
		"Surat dengan kode ini pernah diterbitkan oleh kantor kami, tetapi tidak berlaku lagi: sudah "
		"ada surat "
		"yang lebih baru untuk urusan yang sama.");
	buf_adds(out, "<section class=\"kartu\"><h2>Apa artinya</h2><p>Jangan memakai surat ini. Mintalah "
		      "surat yang "
		      "terbaru kepada pihak yang memberikannya, lalu periksa kode QR pada surat itu.</p>");
	if (l->successor.id > 0) {
		date_text(l->successor.date, text, sizeof text);
		buf_adds(out, "<p>Penggantinya: nomor ");
		html_tag(out, "strong", l->successor.number);
		buf_adds(out, ", tanggal ");
		html_add(out, text);
		buf_adds(out, ".</p>");
	}
	buf_adds(out, "</section>\n");
	add_facts(out, zone, l);
	if (l->pdf.len > 0 && looked_closed(l) == LOOKED_OPEN) {
		if (any_test(l->verdict))
			add_test_notice(out);
		add_old_downloads(out, l);
	}
}

static void answer_unknown(struct buf *out)
{
	add_result(out, TONE_BAD, "Kode ini tidak terdaftar",
		"Kantor kami tidak pernah menerbitkan surat dengan kode ini.");
	buf_adds(out,
		"<section class=\"kartu\"><h2>Apa yang dapat dilakukan</h2><p>Kodenya sendiri berbentuk "
		"benar, jadi "
		"kemungkinan salah ketik kecil sekali. Ada dua kemungkinan: surat itu dari kantor lain "
		"(periksa "
		"alamat pada kode QR), atau <strong>surat itu palsu</strong>.</p><p>Jangan bertindak "
		"berdasarkan surat itu sebelum menanyakannya langsung kepada kantor yang disebut di "
		"dalamnya, "
		"lewat nomor telepon atau alamat yang Anda cari sendiri, bukan yang tertulis di surat.</p>"
		"</section>\n");
	add_form(out);
}

static void answer_mistyped(struct buf *out)
{
	add_result(out, TONE_CARE, "Kode ini salah ketik",
		"Kode surat terdiri atas 21 huruf dan angka, dan yang terakhir adalah angka pemeriksa. Kode "
		"ini tidak "
		"cocok dengan angka pemeriksanya.");
	buf_adds(out, "<section class=\"kartu\"><p>Ini belum berarti suratnya palsu. Pindai kode QR-nya, "
		      "atau ketik lagi "
		      "kodenya dengan teliti. Huruf I, L, O, dan U tidak dipakai: 1 dan 0 selalu "
		      "angka.</p></section>\n");
	add_form(out);
}

static void answer_doubtful(struct buf *out, enum zone zone, const struct looked *l)
{
	static const char *const text[] = {
		[LOOKED_NO_FILE] = "Kode ini terdaftar, tetapi berkas suratnya saat ini tidak ada di tempat "
				   "penyimpanan kami, sehingga tidak dapat diperiksa.",
		[LOOKED_WRONG_FILE] =
			"Kode ini terdaftar, tetapi berkas yang ada di tempat penyimpanan kami bukan yang "
			"diterbitkan. Berkas itu tidak kami tampilkan.",
		[LOOKED_NOT_VALID] =
			"Kode ini terdaftar, tetapi tanda tangan elektronik pada berkasnya tidak lolos "
			"pemeriksaan.",
	};

	add_result(out, l->kind == LOOKED_NO_FILE ? TONE_CARE : TONE_BAD,
		"Keaslian surat ini tidak dapat dipastikan", text[l->kind]);
	buf_adds(out, "<section class=\"kartu\"><h2>Apa yang dapat dilakukan</h2><p>Jangan menganggap surat "
		      "ini sah "
		      "sebelum kantor kami menjelaskannya. Sampaikan kode di bawah ini kepada "
		      "kami.</p></section>\n");
	add_facts(out, zone, l);
	if (l->verdict)
		add_checks(out, zone, l);
}

int page_letter(struct buf *out, const char *office, enum zone zone, const struct looked *l)
{
	static const struct {
		const char *title;
		int status;
	} head[] = {
		[LOOKED_FAILED] = {"Pemeriksaan sedang tidak dapat dilakukan", 503},
		[LOOKED_MISTYPED] = {"Kode salah ketik", 404},
		[LOOKED_UNKNOWN] = {"Kode tidak terdaftar", 404},
		[LOOKED_NOT_PUBLISHED] = {"Surat belum diterbitkan", 200},
		[LOOKED_SUPERSEDED] = {"Surat sudah digantikan", 200},
		[LOOKED_NO_FILE] = {"Keaslian tidak dapat dipastikan", 200},
		[LOOKED_WRONG_FILE] = {"Keaslian tidak dapat dipastikan", 200},
		[LOOKED_NOT_VALID] = {"Keaslian tidak dapat dipastikan", 200},
		[LOOKED_GOOD] = {"Surat asli dan terdaftar", 200},
	};

	html_begin(out, head[l->kind].title, office);
	switch (l->kind) {
	case LOOKED_GOOD:
		answer_good(out, zone, l);
		break;
	case LOOKED_SUPERSEDED:
		answer_superseded(out, zone, l);
		break;
	case LOOKED_UNKNOWN:
		answer_unknown(out);
		break;
	case LOOKED_MISTYPED:
		answer_mistyped(out);
		break;
	case LOOKED_NOT_PUBLISHED:
		add_result(out, TONE_CARE, "Surat ini belum diterbitkan",
			"Kode ini ada dalam daftar surat kantor kami, tetapi suratnya belum ditandatangani "
			"oleh semua penanda tangannya atau batal terbit. Surat yang beredar dengan kode ini "
			"belum sah.");
		break;
	case LOOKED_NO_FILE:
	case LOOKED_WRONG_FILE:
	case LOOKED_NOT_VALID:
		answer_doubtful(out, zone, l);
		break;
	case LOOKED_FAILED:
		add_result(out, TONE_CARE, "Pemeriksaan sedang tidak dapat dilakukan",
			"Terjadi gangguan pada sistem kami. Ini tidak berkata apa-apa tentang surat Anda; "
			"cobalah beberapa "
			"saat lagi.");
		break;
	}
	html_end(out, office);
	return head[l->kind].status;
}
