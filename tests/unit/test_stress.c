/*
 * Letters that nobody would write, and what must hold for them all the same (page_check.h, letter_check.h).
 *
 * Two ways in: the cases of fixtures/ with texts and lists as long as the schema lets them be, under every profile,
 * through the whole program; and letter documents put together at random (seeded: the same letters every time;
 * STRESS_LETTERS=5000 in the environment tries more, STRESS_SHOW=SEED prints one and its pages).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/text.h"
#include "letter/tree.h"
#include "letter_check.h"
#include "model/qr.h"
#include "pipeline/inputs.h"
#include "pipeline/render.h"

#include <unistd.h>

#define LETTERS 500
#define CODE    "7K3Q9XWM2RTDH5VB0C1EF"

static struct config config;
static struct office office = OFFICE_INIT;
static struct xml_schema *letter_schema;

/* ---- the fixtures' cases, stretched ---------------------------------------------------------------------------- */

/* Every occurrence of `from` by `to`; how many there were. */
static size_t replace(struct buf *b, const char *from, const char *to)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_CASE_BYTES);
	const char *p = buf_str(b);
	size_t count = 0;

	for (const char *hit; (hit = strstr(p, from)) != NULL; p = hit + strlen(from), count++) {
		buf_add(&out, p, (size_t)(hit - p));
		buf_adds(&out, to);
	}
	buf_adds(&out, p);
	struct buf swap = *b;
	*b = out;
	out = swap;
	return count;
}

/* From `p` on, the next element of this name, whole; NULL = there is none. */
static const char *element(const char *p, const char *name, size_t *len)
{
	AUTO(free_ptr) char *close = NULL;
	size_t n = strlen(name);

	if (asprintf(&close, "</%s>", name) < 0)
		abort();
	for (; (p = strchr(p, '<')) != NULL; p++) {
		const char *end = strstr(p, close);
		if (!end)
			return NULL;
		if (strncmp(p + 1, name, n) == 0 && strchr(" >", p[1 + n])) {
			*len = (size_t)(end - p) + strlen(close);
			return p;
		}
	}
	return NULL;
}

/* Every element of this name says `text`; attributes stay. */
static size_t set_text(struct buf *b, const char *name, const char *text)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_CASE_BYTES);
	const char *p = buf_str(b), *hit;
	size_t len = 0, count = 0;

	for (; (hit = element(p, name, &len)) != NULL; p = hit + len, count++) {
		buf_add(&out, p, (size_t)(strchr(hit, '>') + 1 - p));
		buf_addf(&out, "%s</%s>", text, name);
	}
	buf_adds(&out, p);
	struct buf swap = *b;
	*b = out;
	out = swap;
	return count;
}

/* Runs of elements of this name become `times` of the first, %u in it being its number. */
static size_t multiply(struct buf *b, const char *name, const char *text, unsigned times)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_CASE_BYTES);
	const char *p = buf_str(b), *hit;
	size_t len = 0, count = 0;

	for (; (hit = element(p, name, &len)) != NULL; count++) {
		buf_add(&out, p, (size_t)(hit - p));
		for (unsigned i = 0; i < times; i++) {
			char number[16];
			snprintf(number, sizeof number, "%u", i + 1);
			AUTO(buf_release) struct buf one = BUF_INIT(LIMIT_CASE_BYTES);
			buf_adds(&one, text);
			replace(&one, "%u", number);
			buf_add(&out, one.data, one.len);
		}
		for (p = hit + len; element(p, name, &len) == p + strspn(p, " \t\n"); p += len)
			p += strspn(p, " \t\n");
	}
	buf_adds(&out, p);
	struct buf swap = *b;
	*b = out;
	out = swap;
	return count;
}

static char *repeat(const char *unit, size_t times)
{
	size_t len = strlen(unit);
	char *text = malloc(len * times + 1);

	if (!text)
		abort();
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * len, unit, len);
	text[len * times] = 0;
	return text;
}

static void check_letter(struct open_case *c, const struct letter_plan *plan, const char *code)
{
	struct page_list pages = PAGE_LIST_INIT;
	struct draft d;
	struct err e = ERR_INIT;
	const struct profile *profile = studio_profile(office.studio, plan->profile);

	if (draft_compose(&office, c, plan, &d, &e) || draft_pages(&office, c, &d, code, &pages, &e))
		fail_msg("%s, profile %s: %s", plan->kind, profile->name, e.msg);
	const char *wrong = letter_check(d.letter, code, &pages, profile, true);
	if (wrong)
		fail_msg("%s %s, profile %s, %s: %s", c->c.id, plan->kind, profile->name,
			code ? "signed" : "draft", wrong);
}

/* Numbers that are made by a profile's pattern get a unit, because not every profile has one. */
static void give_unit(struct buf *b)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_CASE_BYTES);
	static const char nomor[] = "<nomor urut=";
	const char *p = buf_str(b);

	for (const char *hit; (hit = strstr(p, nomor)) != NULL; p = hit + strlen(nomor)) {
		const char *unit = strstr(hit, "satker="), *end = strchr(hit, '>');
		buf_add(&out, p, (size_t)(hit - p));
		buf_adds(&out, unit && unit < end ? nomor : "<nomor satker=\"CONTOH\" urut=");
	}
	buf_adds(&out, p);
	struct buf swap = *b;
	*b = out;
	out = swap;
}

/* All letters of the case, under every profile, as drafts and with a code. Returns how many. */
static size_t check_case(const struct buf *bytes, const char *name)
{
	size_t letters = 0;

	for (size_t i = 0; i < office.profile_count; i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);
		AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;
		struct err e = ERR_INIT;
		char profil[80];

		buf_add(&b, bytes->data, bytes->len);
		snprintf(profil, sizeof profil, "profil=\"%s\"", studio_profile(office.studio, i)->name);
		for (size_t k = 0; k < office.profile_count; k++) {
			char other[80];
			snprintf(
				other, sizeof other, "profil=\"%s\"", studio_profile(office.studio, k)->name);
			replace(&b, other, profil);
		}
		/* not every profile has a unit for its numbers */
		give_unit(&b);
		if (open_case(&office, b.data, b.len, name, NULL, NULL, &c, &e))
			fail_msg("%s", e.msg);
		for (size_t k = 0; k < c.plan_count; k++, letters++) {
			check_letter(&c, &c.plans[k], NULL);
			check_letter(&c, &c.plans[k], CODE);
		}
	}
	return letters;
}

static void load(struct buf *b, const char *path)
{
	struct err e = ERR_INIT;

	buf_reset(b);
	if (buf_load(b, path, &e))
		fail_msg("%s", e.msg);
}

static void test_fixtures(void **state)
{
	AUTO(arena_release) struct arena names = ARENA_INIT(MIB);
	AUTO(inputs_release) struct inputs in = {NULL, 0};
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);
	static const char *const folder[] = {"fixtures/cases"};
	struct err e = ERR_INIT;
	size_t letters = 0;

	(void)state;
	assert_int_equal(inputs_list(folder, 1, &names, &in, &e), 0);
	for (size_t i = 0; i < in.count; i++) {
		load(&b, in.paths[i]);
		letters += check_case(&b, in.paths[i]);
	}
	assert_true(letters > 100);
}

#define KMH "fixtures/cases/kmh-2026-001.xml"
#define UND "fixtures/cases/und-2026-001.xml"

/* Every element of the name in both cases says `text`; at least one letter says so. */
static void with_text(const char *name, const char *text)
{
	static const char *const files[] = {KMH, UND};
	size_t found = 0;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);
		load(&b, files[i]);
		size_t here = set_text(&b, name, text);
		if (strcmp(name, "nama") == 0)
			set_text(&b, "nama-tanpa-gelar", text);
		found += here;
		if (here > 0)
			check_case(&b, files[i]);
	}
	assert_true(found > 0);
}

static void test_names(void **state)
{
	static const size_t lengths[] = {1, 2, 12, 40, 80, 140, 200};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		AUTO(free_ptr) char *unbroken = repeat("contohwati", lengths[i] / 10 + 1);
		unbroken[lengths[i]] = 0;
		AUTO(free_ptr) char *words = repeat("Contohwati Ayu ", lengths[i] / 15 + 1);
		words[strlen(words) - 1] = 0;
		with_text("nama", unbroken);
		with_text("nama", words);
	}
	with_text("nama", "Ñandú Žižka Ø. Contohwati");
}

static void test_texts(void **state)
{
	static const char *const short_names[] = {"perihal", "alamat", "instansi", "satker", "tempat", "di",
		"unit-kerja", "nomor-agenda", "instruksi", "narahubung", "untuk", "kota", "platform",
		"lokasi-peladen", "tembusan", "lampiran"};
	static const char *const long_names[] = {
		"dasar", "catatan", "standar", "temuan", "perbaikan", "uraian", "syarat"};
	AUTO(free_ptr) char *five = repeat("Gedung Contoh Lantai 12 Sayap Timur, Jalan Contoh Raya, ", 8);
	AUTO(free_ptr) char *unbroken = repeat("abcdefghij", 12);
	AUTO(free_ptr) char *lines = repeat("Peraturan Contoh Nomor 71 Tahun 2019 tentang Contoh. ", 75);

	(void)state;
	five[strlen(five) - 2] = lines[strlen(lines) - 1] = 0;
	for (size_t i = 0; i < ARRAY_LEN(short_names); i++) {
		with_text(short_names[i], "x");
		with_text(short_names[i], unbroken);
		with_text(short_names[i], five);
	}
	/* not every jabatan: the chain of dispositions is checked by them */
	const char *const jabatan[] = {"x", unbroken, five};
	for (size_t i = 0; i < ARRAY_LEN(jabatan); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);
		load(&b, KMH);
		assert_true(replace(&b, "Kepala Dinas Komunikasi dan Informatika", jabatan[i]) > 1);
		check_case(&b, KMH);
		load(&b, UND);
		assert_true(set_text(&b, "jabatan", jabatan[i]) > 1);
		check_case(&b, UND);
	}
	for (size_t i = 0; i < ARRAY_LEN(long_names); i++) {
		with_text(long_names[i], "x");
		with_text(long_names[i], unbroken);
		with_text(long_names[i], lines);
	}
}

static void test_long_url(void **state)
{
	AUTO(free_ptr) char *path = repeat("bagian-berikutnya/", 15);
	AUTO(free_ptr) char *url = NULL;

	(void)state;
	if (asprintf(&url, "https://surelko.kotacontoh.example/%s?p=%s", path, "q%20r") < 0)
		abort();
	assert_true(strlen(url) > 300);
	with_text("url", url);
	with_text("tautan", url);
}

static void with_many(const char *file, const char *name, const char *text, unsigned times)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);

	load(&b, file);
	assert_true(multiply(&b, name, text, times) > 0);
	check_case(&b, file);
}

static void test_many(void **state)
{
	static const unsigned counts[] = {1, 5, 6, 17, 40};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		with_many(KMH, "tembusan", "<tembusan>Kepala Dinas Contoh Nomor %u</tembusan>", counts[i]);
		with_many(KMH, "dasar", "<dasar>Peraturan Contoh Nomor %u Tahun 2019 tentang Contoh</dasar>",
			counts[i]);
		with_many(KMH, "standar", "<standar>Standar contoh ke-%u dipenuhi.</standar>", counts[i]);
		with_many(KMH, "syarat", "<syarat>Syarat contoh ke-%u dipenuhi.</syarat>", counts[i]);
		with_many(KMH, "instruksi", "<instruksi>Bahas dengan saya butir %u</instruksi>", counts[i]);
		with_many(KMH, "peserta",
			"<peserta><nama>Contoh Peserta %u, S.Kom.</nama><jabatan>Pranata Komputer Ahli "
			"Muda</jabatan><instansi>Pemerintah Kota Contoh</instansi></peserta>",
			counts[i]);
	}
	with_many(KMH, "ip", "<ip>203.0.113.%u</ip>", 64);
}

#define CRITERION                                                                                            \
	"<kriteria kode=\"K.%u\"><uraian>Kegagalan penandatanganan dicatat beserta pesan dari BSrE pada "    \
	"log yang tidak dapat diubah</uraian><hasil>Sesuai</hasil><temuan>Pesan dari BSrE tidak "            \
	"dicatat pada percobaan ke-%u</temuan><perbaikan>Simpan pesan apa adanya</perbaikan></kriteria>"

static void test_criteria(void **state)
{
	static const unsigned counts[] = {1, 12, 60, 200};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		with_many("fixtures/cases/kmh-2026-010.xml", "kriteria", CRITERION, counts[i]);
}

/* ---- letter documents ----------------------------------------------------------------------------------------- */

/* A letter document under a profile; with `seed` 0 it is nobody's random letter. */
static void check_document(
	const struct buf *b, size_t profile, const struct letter_stamp *stamp, unsigned seed)
{
	struct profile p = *studio_profile(office.studio, profile);
	const char *ask = getenv("STRESS_SHOW");
	bool shown = seed > 0 && ask && strtoul(ask, NULL, 10) == seed;
	AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CASE_ARENA);
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;
	struct letter *letter = NULL;
	struct page_list pages = PAGE_LIST_INIT;
	struct err e = ERR_INIT;

	if (shown)
		puts(buf_str(b));
	/* where there is room for it */
	p.catchword = seed % 2 && p.bottom_pt - p.footer.rule_y_pt >= 10;
	if (buf_check(b, &e) || xml_parse(buf_str(b), b->len, "letter.xml", &doc, &e) ||
		xml_validate(letter_schema, doc, "letter.xml", &e) ||
		tree_build(doc, "letter.xml", &a, &letter, &e) ||
		letter_layout(letter, &p, office_metrics(&office, profile), stamp, &a, &pages, &e))
		fail_msg("seed %u: %s", seed, e.msg);
	if (shown) {
		AUTO(buf_release) struct buf dump = BUF_INIT(LIMIT_LETTER_BYTES);
		page_list_dump(&pages, &dump);
		puts(buf_str(&dump));
	}
	/* One line above a signature may be all there is, when what stands before it is as high as a page. */
	const char *wrong = letter_check(letter, stamp->code, &pages, &p, seed == 0);
	if (wrong)
		fail_msg("seed %u (STRESS_SHOW=%u prints it): %s", seed, seed, wrong);
}

static struct qr qr = {.side = 37};
static const struct letter_stamp stamps[] = {
	{CODE, &qr, "https://naskah.example/v/" CODE}, {NULL, NULL, NULL}};

#define SENTENCE                                                                                             \
	"Sehubungan dengan hal tersebut di atas, dengan hormat disampaikan bahwa penyelenggaraan sistem "    \
	"elektronik wajib memenuhi ketentuan peraturan perundang-undangan yang berlaku. "

/* Bodies of 20 to 3,000 words, in one paragraph and in many, then a signature and 40 tembusan. */
static void test_bodies(void **state)
{
	static const unsigned counts[] = {1, 5, 9, 10, 11, 12, 13, 14, 15, 16, 18, 24, 50, 150};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(counts) * 2; i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);
		bool many = i % 2;
		buf_adds(&b, "<surat xmlns='urn:naskah:surat:1'><paragraf>");
		for (unsigned k = 0; k < counts[i / 2]; k++)
			buf_addf(&b, "%s" SENTENCE,
				many && k > 0 && k % 3 == 0 ? "</paragraf><paragraf>" : "");
		buf_adds(&b, "</paragraf><paragraf>Demikian disampaikan.</paragraf><tanda-tangan><atas>Kepala"
			     ",</atas><kotak-nama>Contoh Pejabat</kotak-nama><kotak-jabatan>Kepala"
			     "</kotak-jabatan><nama>Contoh Pejabat, S.T.</nama></tanda-tangan><tembusan "
			     "label='Tembusan:'>");
		for (unsigned k = 1; k <= 40; k++)
			buf_addf(&b, "<butir label='%u.'>Kepala Dinas Contoh ke-%u</butir>", k, k);
		buf_adds(&b, "</tembusan></surat>");
		for (size_t p = 0; p < office.profile_count; p++)
			check_document(&b, p, &stamps[0], 0);
	}
}

static void check_text(const char *blocks)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);

	buf_addf(&b, "<surat xmlns='urn:naskah:surat:1'>%s</surat>", blocks);
	for (size_t p = 0; p < office.profile_count; p++)
		check_document(&b, p, &stamps[0], 0);
}

/* What random letters found once. */
static void test_found(void **state)
{
	AUTO(free_ptr) char *page = repeat("<paragraf>" SENTENCE "</paragraf>", 22);
	AUTO(free_ptr) char *blocks = NULL;

	(void)state;
	/* a box with one letter, wherever on the line it comes to stand */
	for (size_t n = 1; n < 70; n++) {
		AUTO(free_ptr) char *wide = repeat("i", n);
		AUTO(free_ptr) char *checks = NULL;
		if (asprintf(&checks,
			    "<tabel><baris><sel lebar-mm='60'><pilihan-pilihan sebaris='ya'><pilihan>%s"
			    "</pilihan><pilihan>B</pilihan></pilihan-pilihan></sel></baris></tabel>",
			    wide) < 0)
			abort();
		check_text(checks);
	}
	/* a title above a row as high as a page; room at its end; a label of two lines in a cell */
	if (asprintf(&blocks,
		    "<paragraf>Awal.</paragraf><judul><paragraf>Judul</paragraf></judul><tabel "
		    "garis-pt='0.5'><baris><sel>%s<jarak "
		    "tinggi-mm='40'/></sel></baris><baris><sel><data titik-dua-mm='20'><isian label='Nama "
		    "lengkap pejabat'>" SENTENCE "</isian></data></sel></baris></tabel>",
		    page) < 0)
		abort();
	check_text(blocks);
	/* a signature in the row below one as high as a page */
	free(blocks);
	if (asprintf(&blocks,
		    "<tabel "
		    "garis-pt='0.5'><baris><sel>%s</sel></baris><baris><sel>Tempat</sel><sel><tanda-tangan>"
		    "<kotak-nama>Contoh</kotak-nama><kotak-jabatan>Kepala</kotak-jabatan><nama>Contoh</nama>"
		    "</tanda-tangan></sel></baris></tabel>",
		    page) < 0)
		abort();
	check_text(blocks);
}

/* Rows of a label-value block on a page. */
static size_t count_rows(const struct page *page)
{
	size_t rows = 0;
	unsigned seen = 0;

	for (size_t i = 0; i < page->count; i++) {
		const struct page_item *it = &page->items[i];
		if (it->role == ROLE_LIST && it->cell && (it->cell - 1) / 64 + 1 != seen) {
			seen = (it->cell - 1) / 64 + 1;
			rows++;
		}
	}
	return rows;
}

/* However far down a label-value block begins: no row of it stands alone on a page. */
static void test_rows_together(void **state)
{
	bool parted = false;

	(void)state;
	for (unsigned lines = 1; lines < 45; lines++) {
		AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);
		AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CASE_ARENA);
		AUTO(xml_doc_release) struct xml_doc *doc = NULL;
		struct letter *letter = NULL;
		struct page_list pages = PAGE_LIST_INIT;
		struct err e = ERR_INIT;
		buf_adds(&b, "<surat xmlns='urn:naskah:surat:1'>");
		for (unsigned i = 0; i < lines; i++)
			buf_adds(&b, "<paragraf>Sebaris contoh.</paragraf>");
		buf_adds(&b, "<data>");
		for (unsigned i = 0; i < 25; i++)
			buf_addf(&b, "<isian label='Contoh %u'>isi</isian>", i);
		buf_adds(&b, "</data></surat>");
		if (buf_check(&b, &e) || xml_parse(buf_str(&b), b.len, "letter.xml", &doc, &e) ||
			tree_build(doc, "letter.xml", &a, &letter, &e) ||
			letter_layout(letter, studio_profile(office.studio, 0), office_metrics(&office, 0),
				&stamps[1], &a, &pages, &e))
			fail_msg("%s", e.msg);
		for (size_t i = 0; i < pages.count; i++) {
			size_t rows = count_rows(&pages.pages[i]);
			assert_int_not_equal(rows, 1);
			parted |= rows > 0 && rows < 25;
		}
	}
	assert_true(parted);
}

/* Vigna's splitmix64: the same letters on every machine. */
static uint64_t random_state;

static uint64_t draw(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

/* 0 to n - 1. */
static unsigned pick(unsigned n)
{
	return (unsigned)(draw() % n);
}

static bool chance(unsigned percent)
{
	return pick(100) < percent;
}

static void add_word(struct buf *b)
{
	static const char *const words[] = {"dan", "yang", "di", "untuk", "penandatanganan", "elektronik",
		"sertifikat", "undang-undang", "pertanggungjawaban", "ketidaksesuaian", "a", "Jakarta",
		"KEMENTERIAN", "2026", "(dua)", "“sah”", "Zoë", "IV/c", "sistem", "surat", "naskah",
		"permohonan", "berdasarkan", "dimaksud", "mempertanggungjawabkan", "Rp1.250.000,00", "I",
		"ke-2", "dll.", "mengikutsertakan"};

	switch (pick(60)) {
	case 0:
		for (unsigned i = 20 + pick(100); i > 0; i--)
			buf_addc(b, (char)('a' + pick(26)));
		break;
	case 1:
		buf_adds(b, "https://contoh.example/");
		for (unsigned i = 1 + pick(20); i > 0; i--)
			buf_addf(b, "%s%c", "bagian", "/-._~?=#"[pick(8)]);
		buf_adds(b, "x");
		break;
	case 2:
		for (unsigned i = 1 + pick(40); i > 0; i--)
			buf_addc(b, 'W');
		break;
	default:
		buf_adds(b, words[pick(ARRAY_LEN(words))]);
	}
}

static void add_words(struct buf *b, unsigned most)
{
	for (unsigned i = 1 + pick(most); i > 0; i--) {
		add_word(b);
		if (i > 1)
			buf_adds(b, pick(30) ? " " : "\u00a0");
	}
}

static void add_text(struct buf *b, unsigned most)
{
	for (unsigned i = 1 + pick(3); i > 0; i--) {
		static const char *const faces[] = {NULL, NULL, "tebal", "miring"};
		const char *face = faces[pick(4)];
		if (face)
			buf_addf(b, "<%s>", face);
		add_words(b, most);
		if (face)
			buf_addf(b, "</%s>", face);
		if (i > 1)
			buf_addc(b, ' ');
	}
}

static void add_style(struct buf *b)
{
	if (chance(8))
		buf_addf(b, " ukuran-pt='%u'", 8 + pick(6));
	if (chance(5))
		buf_addf(b, " spasi-pt='%u'", 15 + pick(8));
}

static void add_paragraph(struct buf *b, unsigned most, bool may_keep)
{
	static const char *const align[] = {"penuh", "kiri", "tengah", "kanan"};

	buf_adds(b, "<paragraf");
	add_style(b);
	if (may_keep && chance(10))
		buf_adds(b, " ikut-berikut='ya'");
	if (chance(15))
		buf_addf(b, " rata='%s'", align[pick(4)]);
	else if (may_keep && chance(30))
		buf_adds(b, " indentasi-mm='12.5'");
	buf_addc(b, '>');
	add_text(b, most);
	buf_adds(b, "</paragraf>");
}

static void add_flow(struct buf *b, unsigned depth);

static void add_content(struct buf *b, unsigned depth)
{
	if (depth > 2 || chance(80)) {
		add_text(b, 12);
		return;
	}
	for (unsigned i = 1 + pick(2); i > 0; i--)
		add_flow(b, depth + 1);
}

static void add_list(struct buf *b, unsigned depth)
{
	static const char *const labels[] = {"1.", "a.", "a)", "(iii)", "-", "IV.", "10.2.3."};

	buf_adds(b, "<daftar>");
	for (unsigned i = 1 + pick(8); i > 0; i--) {
		buf_addf(b, "<butir label='%s'>", labels[pick(ARRAY_LEN(labels))]);
		add_content(b, depth);
		buf_adds(b, "</butir>");
	}
	buf_adds(b, "</daftar>");
}

static void add_fields(struct buf *b, const char *name, unsigned depth)
{
	buf_addf(b, "<%s", name);
	if (*name == 'r') {
		if (chance(90)) {
			buf_adds(b, " tempat-tanggal='");
			add_words(b, 3);
			buf_adds(b, ", 2 Maret 2026'");
		}
	} else if (depth == 0 && chance(30)) {
		buf_addf(b, " bingkai-pt='0.75' titik-dua-mm='%u'", 40 + pick(20));
	}
	buf_addc(b, '>');
	for (unsigned i = 1 + pick(6); i > 0; i--) {
		buf_adds(b, "<isian label='");
		add_words(b, depth == 0 ? 3 : 1);
		buf_addc(b, '\'');
		if (chance(30))
			buf_addf(b, " nomor='%u.'", 1 + pick(12));
		buf_addc(b, '>');
		if (chance(90))
			add_content(b, depth + 1);
		buf_adds(b, "</isian>");
	}
	buf_addf(b, "</%s>", name);
}

static void add_table(struct buf *b, unsigned depth)
{
	static const unsigned widths[][5] = {
		{8, 62, 22, 38, 30}, {10, 60, 90}, {80, 80}, {0, 0, 0}, {0, 0, 0, 0}, {40, 0}};
	const unsigned *w = widths[depth == 0 ? pick(ARRAY_LEN(widths)) : 2 + pick(2)];
	unsigned columns = 0, heads = pick(3), rows = 1 + (depth == 0 && chance(20) ? pick(60) : pick(8));

	while (columns < 5 &&
		(w[columns] > 0 || (w[0] == 0 && columns < 3) || (w == widths[5] && columns < 2)))
		columns++;
	buf_addf(b, "<tabel ukuran-pt='%s'%s>", chance(50) ? "9.5" : "10.5",
		chance(80) ? " garis-pt='0.5'" : "");
	for (unsigned r = 0; r < heads + rows; r++) {
		buf_adds(b, r < heads    ? "<baris kepala='ya'>"
			    : chance(20) ? "<baris tinggi-mm='12'>"
					 : "<baris>");
		for (unsigned c = 0; c < columns; c++) {
			buf_adds(b, "<sel");
			if (w[c] > 0 && depth == 0)
				buf_addf(b, " lebar-mm='%u'", w[c]);
			if (c == 0 && chance(20))
				buf_adds(b, " kepala='ya'");
			buf_addc(b, '>');
			unsigned wide = depth == 0 && w[c] ? w[c] : w == widths[5] ? 100 : 40;
			/* rows of a table in a cell are not so high that they are parted: read back in another order */
			if (wide < 20)
				buf_addf(b, "%u", r);
			else if (r < heads)
				buf_addf(b, "Kolom ke-%u", c);
			else if (depth > 0)
				add_words(b, 2);
			else if (c == 0) /* a row that says nothing could be all there is on a page */
				add_text(b, 12);
			else if (chance(95))
				add_content(b, wide < 80 ? 9 : depth + 1);
			buf_adds(b, "</sel>");
		}
		buf_adds(b, "</baris>");
	}
	buf_adds(b, "</tabel>");
}

static void add_checks(struct buf *b)
{
	buf_addf(b, "<pilihan-pilihan%s>", chance(50) ? " sebaris='ya'" : "");
	for (unsigned i = 1 + pick(6); i > 0; i--) {
		buf_addf(b, "<pilihan%s>", chance(40) ? " silang='ya'" : "");
		add_words(b, 6);
		buf_adds(b, "</pilihan>");
	}
	buf_adds(b, "</pilihan-pilihan>");
}

static void add_flow(struct buf *b, unsigned depth)
{
	buf_addc(b, '\n'); /* messages name lines */
	switch (pick(depth == 0 ? 12 : 6)) {
	case 0:
		add_list(b, depth);
		break;
	case 1:
		add_fields(b, "data", depth);
		break;
	case 2:
		add_table(b, depth);
		break;
	case 3:
		add_checks(b);
		break;
	case 4:
		buf_addf(b, "<jarak tinggi-mm='%u'/>", 1 + pick(30));
		break;
	default:
		add_paragraph(b, depth == 0 ? 120 : 20, depth == 0);
	}
}

static void add_lines(struct buf *b, const char *name, unsigned most)
{
	for (unsigned i = pick(most + 1); i > 0; i--) {
		buf_addf(b, "<%s>", name);
		add_words(b, 8);
		buf_addf(b, "</%s>", name);
	}
}

static void add_signature(struct buf *b)
{
	buf_adds(b, "<tanda-tangan>");
	add_lines(b, "atas", 3);
	buf_adds(b, "<kotak-nama>");
	add_words(b, 6);
	buf_adds(b, "</kotak-nama><kotak-jabatan>");
	add_words(b, 10);
	buf_adds(b, "</kotak-jabatan><nama>");
	add_words(b, 8);
	buf_adds(b, "</nama>");
	add_lines(b, "bawah", 2);
	buf_adds(b, "</tanda-tangan>");
}

static void add_letter(struct buf *b)
{
	buf_adds(b, "<surat xmlns='urn:naskah:surat:1'");
	if (chance(20))
		buf_adds(b, " rapat='ya'");
	buf_addc(b, '>');
	if (chance(20)) {
		buf_adds(b, "<kop>");
		for (unsigned i = 1 + pick(4); i > 0; i--)
			buf_adds(b, "<paragraf ukuran-pt='11' spasi-pt='13'>Kop contoh</paragraf>");
		buf_adds(b, "</kop>");
	}
	if (chance(60))
		add_fields(b, "rujukan", 3);
	if (chance(60)) {
		buf_adds(b, "<yth>");
		for (unsigned i = 1 + pick(5); i > 0; i--)
			add_paragraph(b, 8, false);
		buf_adds(b, "</yth>");
	}
	for (unsigned part = chance(20) ? 2 : 1; part > 0; part--) {
		if (chance(40)) {
			buf_addf(b, "<judul%s>", chance(50) ? " garis-bawah='ya'" : "");
			add_paragraph(b, 8, false);
			buf_adds(b, "</judul>");
		}
		for (unsigned i = pick(14); i > 0; i--)
			add_flow(b, 0);
		add_paragraph(b, 60, false);
		if (chance(70))
			add_signature(b);
		if (chance(30)) {
			buf_adds(b, "<tembusan label='Tembusan:'>");
			for (unsigned i = 1 + pick(chance(20) ? 40 : 5); i > 0; i--)
				buf_adds(b, "<butir label='1.'>Kepala Dinas Contoh</butir>");
			buf_adds(b, "</tembusan>");
		}
		if (part == 2)
			buf_adds(b, "<halaman-baru bagian='Lampiran'/>");
	}
	buf_adds(b, "</surat>");
}

static void check_random(unsigned seed)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);

	random_state = seed;
	add_letter(&b);
	check_document(&b, seed % office.profile_count, &stamps[seed % 7 == 0], seed);
}

static void test_random(void **state)
{
	const char *ask = getenv("STRESS_LETTERS");
	unsigned long last = ask ? strtoul(ask, NULL, 10) : LETTERS;

	(void)state;
	for (unsigned seed = 1; seed <= last; seed++)
		check_random(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_long_url),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_criteria),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_rows_together),
		cmocka_unit_test(test_random),
	};
	struct err e = ERR_INIT;

	xml_start();
	if (config_load("fixtures/demo.ini", ".", "out/none", &config, &e) ||
		office_open(&config, OFFICE_PRINT, &office, &e) ||
		xml_schema_load("schemas/letter.xsd", &letter_schema, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	xml_schema_free(letter_schema);
	office_release(&office);
	config_release(&config);
	xml_end();
	return failed;
}
