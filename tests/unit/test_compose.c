#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/outfile.h"
#include "base/text.h"
#include "casefile/casefile.h"
#include "letter/letter.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static struct studio *studio;
static struct xml_schema *case_schema;

static int is_xml(const struct dirent *entry)
{
	return text_has_suffix(entry->d_name, ".xml");
}

static void golden(const char *name, const struct buf *got)
{
	AUTO(buf_release) struct buf want = BUF_INIT(MIB);
	char path[512];
	struct err e = ERR_INIT;

	snprintf(path, sizeof path, "tests/golden/tree/%s.txt", name);
	if (getenv("UPDATE")) {
		assert_int_equal(outfile_put(path, 0644, got->data, got->len, &e), 0);
		return;
	}
	if (buf_load(&want, path, &e))
		fail_msg("%s", e.msg);
	assert_string_equal(buf_str(got), buf_str(&want));
}

struct loaded {
	struct casefile c;
	struct xml_doc *doc;
	struct letter_plan *plans;
	size_t count;
};

static void loaded_release(struct loaded *l)
{
	xml_doc_free(l->doc);
	casefile_release(&l->c);
}

static int load_bytes(const struct buf *bytes, const char *path, struct loaded *l, struct err *e)
{
	const struct casefile_context ctx = {case_schema, false};

	*l = (struct loaded){.c = CASEFILE_INIT};
	if (casefile_parse(&ctx, bytes->data, bytes->len, path, NULL, NULL, &l->c, &l->doc, e) ||
		xml_tidy(l->doc, e))
		return -1;
	return letter_plans(studio, &l->c, &l->c.arena, &l->plans, &l->count, e);
}

static int load_case(const char *path, struct loaded *l, struct err *e)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);

	return buf_load(&bytes, path, e) || load_bytes(&bytes, path, l, e) ? -1 : 0;
}

/* The place of a letter among those of its case. */
static size_t index_of(const struct loaded *l, const char *kind)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->plans[i].kind, kind) == 0)
			return i;
	fail_msg("the case has no letter '%s'", kind);
	return 0;
}

static int compose(const struct studio *s, struct loaded *l, size_t index, struct letter **out, struct err *e)
{
	return letter_compose(s, &l->c, l->doc, &l->plans[index], &l->c.arena, out, e);
}

/* Every letter of every good case, as a tree. */
static void test_golden(void **state)
{
	struct dirent **files = NULL;
	int count = scandir("fixtures/cases", &files, is_xml, alphasort);
	size_t letters = 0;

	(void)state;
	assert_true(count >= 16);
	for (int i = 0; i < count; i++) {
		AUTO(loaded_release) struct loaded l;
		struct err e = ERR_INIT;
		char path[320];
		snprintf(path, sizeof path, "fixtures/cases/%s", files[i]->d_name);
		if (load_case(path, &l, &e))
			fail_msg("%s", e.msg);
		assert_true(l.count > 0);
		for (size_t k = 0; k < l.count; k++, letters++) {
			AUTO(buf_release) struct buf dump = BUF_INIT(MIB);
			struct letter *letter = NULL;
			char name[400];
			if (compose(studio, &l, k, &letter, &e))
				fail_msg("%s", e.msg);
			buf_addf(&dump, "nomor %s\nkantor %s\nprofil %s\n", l.plans[k].number,
				l.plans[k].office, studio_profile(studio, l.plans[k].profile)->name);
			letter_dump(letter, &dump);
			assert_false(dump.failed);
			snprintf(name, sizeof name, "%.*s-%02u-%s", (int)strlen(files[i]->d_name) - 4,
				files[i]->d_name, l.plans[k].nn, l.plans[k].kind);
			golden(name, &dump);
		}
		free(files[i]);
	}
	free(files);
	assert_true(letters >= 40);
}

/* ---- plans ---------------------------------------------------------------------------------------------------- */

/* The fixture with every `from` replaced. */
static void edited(const char *file, const char *from, const char *to, struct buf *out)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	struct err e = ERR_INIT;

	assert_int_equal(buf_load(&bytes, file, &e), 0);
	const char *p = buf_str(&bytes);
	assert_non_null(strstr(p, from));
	for (const char *hit; (hit = strstr(p, from)) != NULL; p = hit + strlen(from)) {
		buf_add(out, p, (size_t)(hit - p));
		buf_adds(out, to);
	}
	buf_adds(out, p);
}

#define UND "fixtures/cases/und-2026-001.xml"
#define KMH "fixtures/cases/kmh-2026-001.xml"

static void refuse_case(const char *file, const char *from, const char *to, const char *expected)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	AUTO(loaded_release) struct loaded l;
	struct letter *letter = NULL;
	struct err e = ERR_INIT;

	edited(file, from, to, &bytes);
	int r = load_bytes(&bytes, file, &l, &e);
	for (size_t i = 0; r == 0 && i < l.count; i++)
		r = compose(studio, &l, i, &letter, &e);
	assert_int_equal(r, -1);
	assert_string_equal(e.msg, expected);
}

static void test_places(void **state)
{
	static const struct {
		unsigned nn;
		const char *kind, *title, *number;
	} rows[] = {
		{1, "surat-permohonan", "Surat Permohonan", "555/14/DISKOMINFO/2026"},
		{2, "formulir-permohonan", "Formulir Permohonan", "555/14/DISKOMINFO/2026"},
		{3, "lembar-disposisi-1", "Lembar Disposisi I", "DISP/31/III/2026/PUSDATIN"},
		{4, "lembar-disposisi-2", "Lembar Disposisi II", "DISP/32/III/2026/PUSDATIN"},
		{5, "lembar-disposisi-3", "Lembar Disposisi III", "DISP/33/III/2026/PUSDATIN"},
		{6, "pemberitahuan-standar", "Pemberitahuan Standar Teknis", "B/41/III/2026/PUSDATIN"},
		{10, "undangan-uji-1", "Undangan Uji Kesesuaian Putaran ke-1", "B/57/III/2026/PUSDATIN"},
		{11, "berita-acara-uji-1", "Berita Acara Uji Kesesuaian Putaran ke-1",
			"BA/12/III/2026/PUSDATIN"},
		{13, "berita-acara-uji-2", "Berita Acara Uji Kesesuaian Putaran ke-2",
			"BA/15/IV/2026/PUSDATIN"},
		{90, "surat-rekomendasi-sistem", "Surat Rekomendasi", "B.88/BSSN/BS/HK.07.02/04/2026"},
	};
	AUTO(loaded_release) struct loaded l;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(load_case(KMH, &l, &e), 0);
	assert_int_equal(l.count, ARRAY_LEN(rows));
	for (size_t i = 0; i < l.count; i++) {
		assert_int_equal(l.plans[i].nn, rows[i].nn);
		assert_string_equal(l.plans[i].kind, rows[i].kind);
		assert_string_equal(l.plans[i].title, rows[i].title);
		assert_string_equal(l.plans[i].number, rows[i].number);
	}
	/* a letter and its form are one naskah */
	assert_ptr_equal(l.plans[0].naskah, l.plans[1].naskah);
	assert_string_equal(l.plans[0].office, "Dinas Komunikasi dan Informatika, Pemerintah Kota Contoh");
}

static void test_number_by_pattern(void **state)
{
	static const struct {
		const char *to, *number;
	} rows[] = {
		{"<nomor urut=\"7\" satker=\"UPT-TIK\"/>", "T/7/UPT-TIK/03/2026"},
		{"<nomor urut=\"123456\" satker=\"X\"/>", "T/123456/X/03/2026"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
		AUTO(loaded_release) struct loaded l;
		struct err e = ERR_INIT;
		edited(UND, "<nomor>21/UPT-TIK/III/2026</nomor>", rows[i].to, &bytes);
		if (load_bytes(&bytes, UND, &l, &e))
			fail_msg("%s", e.msg);
		assert_string_equal(l.plans[0].number, rows[i].number);
	}
	refuse_case(UND, "<nomor>21/UPT-TIK/III/2026</nomor>", "<nomor urut=\"7\"/>",
		"fixtures/cases/und-2026-001.xml:5: nomor: profile 'umum' has no satker of its own; write "
		"<nomor urut=\"...\" satker=\"...\"/>");
	/* a written number that the pattern makes too; that of a letter and its form is used once */
	refuse_case(KMH, "<nomor>DISP/33/III/2026/PUSDATIN</nomor>", "<nomor>B/41/III/2026/PUSDATIN</nomor>",
		"fixtures/cases/kmh-2026-001.xml:154: nomor: 'B/41/III/2026/PUSDATIN' is the number of "
		"'disposisi' in line 128 already");
	refuse_case(UND, "profil=\"umum\"", "profil=\"lain\"",
		"fixtures/cases/und-2026-001.xml:5: naskah: there is no profile 'lain', only bssn, kemhan, "
		"umum");
}

/* ---- what a letter says --------------------------------------------------------------------------------------- */

static const char *composed(
	const char *file, const char *from, const char *to, const char *kind, struct buf *dump)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	AUTO(loaded_release) struct loaded l;
	struct letter *letter = NULL;
	struct err e = ERR_INIT;

	edited(file, from, to, &bytes);
	if (load_bytes(&bytes, file, &l, &e) || compose(studio, &l, index_of(&l, kind), &letter, &e))
		fail_msg("%s", e.msg);
	letter_dump(letter, dump);
	return buf_str(dump);
}

static void says(const char *file, const char *from, const char *to, const char *kind, const char *expected)
{
	AUTO(buf_release) struct buf dump = BUF_INIT(MIB);

	if (!strstr(composed(file, from, to, kind, &dump), expected))
		fail_msg("'%s' is not in\n%s", expected, buf_str(&dump));
}

static void test_wording(void **state)
{
	(void)state;
	says(KMH, "<derajat>biasa</derajat>", "<derajat>\n  sangat_segera\n</derajat>", "surat-permohonan",
		"biasa Sangat Segera\n");
	says(KMH, "<klasifikasi>B</klasifikasi>", "<klasifikasi> T </klasifikasi>", "surat-permohonan",
		"biasa Biasa/Terbatas\n");
	says(KMH, "<klasifikasi>B</klasifikasi>", "<klasifikasi>T</klasifikasi>", "surat-permohonan",
		"kata-klasifikasi TERBATAS\n");
	/* white space of the file is not the letter's */
	says(KMH, "<instruksi>Telaah</instruksi>", "<instruksi>\n\tTelaah\n</instruksi>",
		"lembar-disposisi-1", "silang\n            biasa Telaah\n");
	says(KMH, "<instruksi>Telaah</instruksi>", "<instruksi>Bahas dengan saya</instruksi>",
		"lembar-disposisi-1", "silang\n            biasa Bahas dengan saya\n");
	says(KMH,
		"<dasar>Peraturan Presiden Nomor 95 Tahun 2018 tentang Sistem Pemerintahan Berbasis "
		"Elektronik</dasar>",
		"<dasar>Satu.</dasar>", "surat-permohonan", "biasa Satu.\n");
	/* on behalf of, acting */
	says(KMH, "<jabatan>Kepala Dinas Komunikasi dan Informatika</jabatan>\n        <email>",
		"<atas-nama bentuk=\"a.n.\">Wali Kota Contoh</atas-nama><jabatan>Kepala Dinas</jabatan>\n    "
		"    <email>",
		"surat-permohonan", "atas a.n. Wali Kota Contoh,\n    atas Kepala Dinas,\n");
	says(KMH, "<jabatan>Kepala Dinas Komunikasi dan Informatika</jabatan>\n        <email>",
		"<atas-nama bentuk=\"Plt.\"/><jabatan>Kepala Dinas</jabatan>\n        <email>",
		"surat-permohonan",
		"atas Plt. Kepala Dinas,\n    kotak-nama Budi Contoh Santoso\n    kotak-jabatan Plt. Kepala "
		"Dinas\n");
}

static void test_certificate_on_behalf(void **state)
{
	(void)state;
	says(UND, "<jabatan>Kepala UPT TIK</jabatan>",
		"<atas-nama bentuk=\"a.n.\">Rektor</atas-nama><jabatan>Kepala UPT TIK</jabatan>",
		"surat-rekomendasi-sertifikat",
		"atas Tanggal: 11 Maret 2026\n    atas a.n. Rektor,\n    atas Kepala UPT TIK,\n    "
		"kotak-nama");
	says(UND, "<jabatan>Kepala UPT TIK</jabatan>",
		"<atas-nama bentuk=\"Plh.\"/><jabatan>Kepala UPT TIK</jabatan>",
		"surat-rekomendasi-sertifikat",
		"atas Hormat saya,\n    kotak-nama Rektora Contoh Dewi\n    kotak-jabatan Plh. Kepala UPT "
		"TIK");
}

/* A letter shows the holder as of its day. */
static void test_changed_holder(void **state)
{
	static const char file[] = "fixtures/cases/und-2026-006.xml",
			  asked[] = "<tanggal>2026-04-20</tanggal>";
	static const char old[] = "biasa Kepala Subbagian Umum\n", new[] = "biasa Kepala Bagian Tata Usaha\n";
	AUTO(buf_release) struct buf dump = BUF_INIT(MIB);

	(void)state;
	says(file, asked, "<tanggal>2026-05-11</tanggal>", "surat-perpanjangan", new);
	says(file, asked, "<tanggal>2026-05-12</tanggal>", "surat-perpanjangan", old);
	assert_null(strstr(
		composed(file, asked, "<tanggal>2026-05-12</tanggal>", "surat-perpanjangan", &dump), new));
	/* the request itself: registered data in the box, both in the table */
	says(file, asked, asked, "surat-perubahan-data",
		"label Jabatan\n      paragraf kiri\n        biasa Kepala Subbagian Umum\n");
	says(file, asked, asked, "surat-perubahan-data", new);
}

/* Every blank inside a text becomes a line end with indentation, and every text stands on lines of its own. */
static void mess_up(const struct buf *in, struct buf *out)
{
	bool in_tag = true;

	for (const char *p = buf_str(in); *p; p++) {
		bool text = !in_tag && p[strspn(p, " \t\r\n")] != '<';
		if (*p == '<') {
			in_tag = true;
			buf_addc(out, '<');
		} else if (*p == '>') {
			in_tag = false;
			buf_adds(out, p[1 + strspn(p + 1, " \t\r\n")] != '<' && p[1] ? ">\n\t" : ">");
		} else if (*p == ' ' && text) {
			buf_adds(out, "\n   \t ");
		} else {
			buf_addc(out, *p);
		}
	}
}

static void test_white_space(void **state)
{
	static const char *const files[] = {KMH, UND, "fixtures/cases/kmh-2026-011.xml"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		AUTO(buf_release)
		struct buf neat = BUF_INIT(LIMIT_CASE_BYTES), messy = BUF_INIT(LIMIT_CASE_BYTES);
		AUTO(loaded_release) struct loaded a, b;
		struct err e = ERR_INIT;
		assert_int_equal(buf_load(&neat, files[i], &e), 0);
		mess_up(&neat, &messy);
		assert_true(messy.len > neat.len + 200);
		if (load_bytes(&neat, files[i], &a, &e) || load_bytes(&messy, files[i], &b, &e))
			fail_msg("%s", e.msg);
		assert_int_equal(a.count, b.count);
		for (size_t k = 0; k < a.count; k++) {
			AUTO(buf_release) struct buf one = BUF_INIT(MIB), two = BUF_INIT(MIB);
			struct letter *letter = NULL;
			assert_int_equal(compose(studio, &a, k, &letter, &e), 0);
			letter_dump(letter, &one);
			assert_int_equal(compose(studio, &b, k, &letter, &e), 0);
			letter_dump(letter, &two);
			assert_string_equal(buf_str(&one), buf_str(&two));
		}
	}
}

static void test_specimen(void **state)
{
	const struct studio_config config = {"templates", "schemas", false};
	AUTO(studio_release) struct studio *real = NULL;
	AUTO(loaded_release) struct loaded l;
	struct letter *letter = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(load_case(KMH, &l, &e), 0);
	assert_int_equal(compose(studio, &l, index_of(&l, "surat-permohonan"), &letter, &e), 0);
	assert_false(letter->specimen); /* the office's own */
	assert_int_equal(compose(studio, &l, index_of(&l, "surat-rekomendasi-sistem"), &letter, &e), 0);
	assert_true(letter->specimen);
	assert_int_equal(studio_new(&config, &real, &e), 0);
	assert_int_equal(compose(real, &l, index_of(&l, "surat-rekomendasi-sistem"), &letter, &e), 0);
	assert_false(letter->specimen);
	const struct sha256 a = studio_hash(real), b = studio_hash(studio);
	assert_memory_equal(a.bytes, b.bytes, SHA256_LEN);
}

/* ---- templates that are wrong --------------------------------------------------------------------------------- */

static char folder[64];

#define STYLESHEET                                                                                           \
	"<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' "                    \
	"xmlns:n='urn:naskah:fungsi:1' xmlns:k='urn:naskah:kasus:1' xmlns='urn:naskah:surat:1' "             \
	"exclude-result-prefixes='n k'>\n"
#define HEAD STYLESHEET "<xsl:template match='/'>\n"
#define TAIL "\n</xsl:template></xsl:stylesheet>\n"

static void put(const char *file, const char *text, size_t len)
{
	char path[128];
	struct err e = ERR_INIT;

	snprintf(path, sizeof path, "%s/%s", folder, file);
	assert_int_equal(outfile_put(path, 0644, text, len, &e), 0);
}

/* A studio of one kind, whose template holds `body`. */
static int make_studio(const char *body, struct studio **out, struct err *e)
{
	static const char kinds[] =
		"<jenis-surat xmlns='urn:naskah:jenis:1'><surat nama='s' perkara='penerbitan-sertifikat' "
		"elemen='rekomendasi-sertifikat' nn='2' templat='t.xsl' judul='S'/></jenis-surat>";
	const struct studio_config config = {folder, "schemas", false};
	AUTO(buf_release) struct buf profile = BUF_INIT(MIB);
	AUTO(buf_release) struct buf template = BUF_INIT(MIB);

	if (buf_load(&profile, "templates/profiles/umum.xml", e))
		return -1;
	buf_adds(&template, HEAD);
	buf_adds(&template, body);
	buf_adds(&template, TAIL);
	put("profiles/umum.xml", buf_str(&profile), profile.len);
	put("kinds.xml", kinds, sizeof kinds - 1);
	put("t.xsl", buf_str(&template), template.len);
	return studio_new(&config, out, e);
}

/* The message without the name of the folder, which only this run has. */
static const char *message(const struct err *e)
{
	static char text[sizeof e->msg];
	size_t len = strlen(folder), n = 0;

	for (const char *p = e->msg; *p;)
		if (strncmp(p, folder, len) == 0)
			p += len + 1;
		else
			text[n++] = *p++;
	text[n] = 0;
	return text;
}

static void refuse_template(const char *body, const char *expected)
{
	AUTO(studio_release) struct studio *s = NULL;
	AUTO(buf_release) struct buf dump = BUF_INIT(MIB);
	AUTO(loaded_release) struct loaded l;
	struct letter *letter = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(load_case(UND, &l, &e), 0);
	if (make_studio(body, &s, &e) == 0) {
		assert_int_equal(letter_plans(s, &l.c, &l.c.arena, &l.plans, &l.count, &e), 0);
		assert_int_equal(compose(s, &l, 0, &letter, &e), -1);
	}
	assert_null(letter);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_string_equal(message(&e), expected);
}

static void test_wrong_templates(void **state)
{
	(void)state;
	refuse_template("<surat><foto/></surat>",
		"t.xsl:3: foto: does "
		"not belong here in 'surat', here must come 'kop', 'paragraf', 'daftar', 'data', 'tabel', "
		"'pilihan-pilihan', 'jarak', 'rujukan', 'yth' or 'judul'");
	refuse_template("<surat><paragraf rata='miring'>x</paragraf></surat>",
		"t.xsl:3: paragraf: "
		"attribute 'rata': 'miring' is not one of 'penuh', 'kiri', 'tengah', 'kanan'");
	refuse_template("<surat><paragraf ukuran-pt='12,5'>x</paragraf></surat>",
		"t.xsl:3: paragraf: "
		"attribute 'ukuran-pt': '12,5' does not have the right form, it must match "
		"[0-9]{1,3}(\\.[0-9]{1,3})?");
	refuse_template("<surat><tanda-tangan><kotak-nama>x</kotak-nama></tanda-tangan></surat>",
		"t.xsl:3: "
		"tanda-tangan: not complete, next must come 'kotak-jabatan'");
	refuse_template("<surat><data><isian label='a'>x<paragraf>y</paragraf></isian></data></surat>",
		"t.xsl:3: isian: holds text beside blocks; put the text into "
		"a <paragraf>");
	refuse_template("<surat><daftar><butir label=''>x</butir></daftar></surat>",
		"t.xsl:3: butir: "
		"attribute 'label': empty, a value is expected");
	refuse_template("<surat><paragraf>x<paragraf>y</paragraf></paragraf></surat>",
		"t.xsl:3: paragraf: "
		"does not belong here in 'paragraf', here must come 'tebal' or 'miring'");
	refuse_template("<letter/>", "t.xsl:3: letter: cannot be the root element, it must be 'surat'");
	refuse_template("", "t.xsl: made no letter");
	refuse_template("<surat><xsl:copy-of select=\"document('profiles/umum.xml')\"/></surat>",
		"t.xsl:3: Local file read for profiles/umum.xml refused");
	refuse_template("<surat><paragraf>\n<xsl:value-of select=\"n:label('salah')\"/></paragraf></surat>",
		"t.xsl:4: label(): profile 'umum' has no label 'salah'");
	refuse_template(
		"<surat><paragraf>\n<xsl:value-of select=\"n:tanggal(//k:nama)\"/></paragraf></surat>",
		"t.xsl:4: tanggal(): 'Prof. Dr. Rektora Contoh Dewi, M.Pd.' "
		"is no date such as 2026-03-13");
	refuse_template(
		"<surat><paragraf>\n<xsl:value-of select=\"n:tanggal('2026-02-30')\"/></paragraf></surat>",
		"t.xsl:4: tanggal(): '2026-02-30' is no date such as "
		"2026-03-13");
	refuse_template(
		"<surat><paragraf>\n<xsl:value-of select=\"n:pukul('2026-02-03')\"/></paragraf></surat>",
		"t.xsl:4: pukul(): '2026-02-03' is no moment such as "
		"2026-03-13T09:15:00+07:00");
	refuse_template("<surat><paragraf>\n<xsl:value-of select=\"n:terbilang(1.5)\"/></paragraf></surat>",
		"t.xsl:4: terbilang(): '1.5' is no whole number from 0 to "
		"999999999999999");
	refuse_template(
		"<surat><paragraf>\n<xsl:value-of select=\"n:nomor('disposisi', 1)\"/></paragraf></surat>",
		"t.xsl:4: nomor(): the case has no letter of 'disposisi' 1");
	refuse_template("<surat><paragraf>\n<xsl:value-of select=\"$tidak-ada\"/></paragraf></surat>",
		"t.xsl:4: Variable 'tidak-ada' has not been declared.");
	refuse_template("<surat>\n<xsl:if test='1'><xsl:apply-templates select='/'/></xsl:if></surat>",
		"t.xsl:3: this template does not come to an end");
}

/* The very element, wherever it was written; of elements that only the case has, the one around them. */
static void test_places_in_templates(void **state)
{
	static const char part[] = STYLESHEET
		"\n<xsl:template name='part'>\n<paragraf>x</paragraf>\n<paragraf rata='miring'>y</paragraf>"
		"</xsl:template></xsl:stylesheet>";

	(void)state;
	refuse_template(
		"<surat><paragraf>x</paragraf>\n<paragraf>y</paragraf>\n<paragraf>\n<tebal>z</tebal>\n"
		"<sel/></paragraf>\n<paragraf>y</paragraf></surat>",
		"t.xsl:7: sel: does not belong here in 'paragraf'");
	refuse_template("<surat><data>\n<isian label='a'>1</isian>\n<isian label='b'>x<paragraf/></isian>\n"
			"<isian label='c'>1</isian></data></surat>",
		"t.xsl:5: isian: holds text beside blocks; put the text into a <paragraf>");
	refuse_template("<surat><xsl:variable name='v'>\n<paragraf><xsl:copy-of select='//k:kegunaan'/>"
			"</paragraf></xsl:variable>\n<xsl:copy-of select='$v'/></surat>",
		"t.xsl:4: kegunaan: is in the namespace 'urn:naskah:kasus:1', it must be in "
		"'urn:naskah:surat:1'");
	put("part.xsl", part, sizeof part - 1);
	refuse_template("<surat><paragraf/>\n<xsl:call-template name='part'/></surat></xsl:template>"
			"<xsl:include href='part.xsl'/><xsl:template name='other'>",
		"part.xsl:5: paragraf: attribute 'rata': 'miring' is not one of 'penuh', 'kiri', 'tengah', "
		"'kanan'");
}

/* A letter of blocks in blocks in blocks: refused, not followed. */
static void test_too_deep(void **state)
{
	AUTO(buf_release) struct buf body = BUF_INIT(MIB);

	(void)state;
	for (int i = 0; i < 15; i++)
		buf_adds(&body, "<daftar><butir label='-'>");
	buf_adds(&body, "<xsl:call-template name='x'/>");
	for (int i = 0; i < 15; i++)
		buf_adds(&body, "</butir></daftar>");
	AUTO(buf_release) struct buf all = BUF_INIT(MIB);
	buf_addf(&all,
		"<surat>%s</surat></xsl:template><xsl:template name='x'><xsl:param name='d' select='9'/>"
		"<xsl:choose><xsl:when test='$d = 0'>x</xsl:when><xsl:otherwise>%.*s<xsl:call-template "
		"name='x'>"
		"<xsl:with-param name='d' select='$d - "
		"1'/></xsl:call-template>%s</xsl:otherwise></xsl:choose>",
		buf_str(&body), 15 * 25, buf_str(&body), strstr(buf_str(&body), "</butir>"));
	refuse_template(buf_str(&all), "t.xsl:3: blocks are nested more than 64 deep");
}

static int set_up(void **state)
{
	const struct studio_config config = {"templates", "schemas", true};
	struct err e = ERR_INIT;

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/naskah-compose-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	xml_start();
	if (xml_schema_load("schemas/case.xsd", &case_schema, &e) || studio_new(&config, &studio, &e)) {
		print_error("%s\n", e.msg);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	studio_free(studio);
	xml_schema_free(case_schema);
	xml_end();
	static const char *const made[] = {
		"profiles/umum.xml", "profiles", "kinds.xml", "t.xsl", "part.xsl", ""};
	for (size_t i = 0; i < ARRAY_LEN(made); i++) {
		char path[128];
		snprintf(path, sizeof path, "%s/%s", folder, made[i]);
		(void)remove(path);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_number_by_pattern),
		cmocka_unit_test(test_wording),
		cmocka_unit_test(test_certificate_on_behalf),
		cmocka_unit_test(test_changed_holder),
		cmocka_unit_test(test_white_space),
		cmocka_unit_test(test_specimen),
		cmocka_unit_test(test_wrong_templates),
		cmocka_unit_test(test_places_in_templates),
		cmocka_unit_test(test_too_deep),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
