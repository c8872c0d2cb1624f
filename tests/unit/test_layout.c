/* letter/layout: every letter stands whole inside its margins, whatever it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "layout_rig.h"
#include "letter/layout_pieces.h"
#include "page_check.h"

#include <math.h>

#define HEAD "<surat xmlns='urn:naskah:surat:1'>"
#define TAIL "</surat>"

#define REFERENCE                                                                                            \
	"<rujukan tempat-tanggal='Jakarta, 2 Maret 2026'><isian label='Nomor'>B/14/III/2026</isian>"         \
	"<isian label='Klasifikasi'>Biasa</isian><isian label='Lampiran'>1 (satu) berkas</isian>"            \
	"<isian label='Perihal'>Permohonan Pengajuan Sistem Tanda Tangan Elektronik pada Sistem Surat "      \
	"Elektronik Kota Contoh</isian></rujukan>"
#define SIGNATURE                                                                                            \
	"<tanda-tangan><atas>Kepala Pusat Data dan Informasi,</atas>"                                        \
	"<kotak-nama>Budi Contoh Santoso</kotak-nama><kotak-jabatan>Kepala Pusat Data dan Informasi"         \
	"</kotak-jabatan><nama>Dr. Budi Contoh Santoso, M.T.</nama><bawah>Brigadir Jenderal TNI</bawah>"     \
	"</tanda-tangan>"
#define SENTENCE                                                                                             \
	"Sehubungan dengan dasar tersebut di atas, dengan hormat diajukan permohonan penggunaan tanda "      \
	"tangan elektronik pada sistem yang bersangkutan. "

struct made {
	struct arena arena;
	struct page_list pages;
	struct letter *letter;
};

static void made_release(struct made *m)
{
	arena_release(&m->arena);
}

#define MADE_INIT                                                                                            \
	{                                                                                                    \
		ARENA_INIT(LIMIT_CASE_ARENA), PAGE_LIST_INIT, NULL                                           \
	}

static int make_with(struct made *m, const char *xml, const struct letter_stamp *stamp, struct err *e)
{
	if (!m->letter && rig_letter(xml, strlen(xml), &m->arena, &m->letter, e))
		return -1;
	return letter_layout(m->letter, &rig_profile, &rig_fonts.metrics, stamp, &m->arena, &m->pages, e);
}

/* Lays out and checks; `company` = its signature needs text above it. */
static void make(struct made *m, const char *xml, bool company)
{
	struct err e = ERR_INIT;

	if (make_with(m, xml, &rig_stamp, &e))
		fail_msg("%s", e.msg);
	const char *wrong = page_check(&m->pages, &rig_profile, company);
	if (wrong)
		fail_msg("%s", wrong);
}

/* `head`, then `unit` again and again, then `tail`. */
static char *repeat(const char *head, const char *unit, size_t times, const char *tail)
{
	struct buf b = BUF_INIT(LIMIT_CASE_BYTES);
	struct err e = ERR_INIT;

	buf_adds(&b, head);
	for (size_t i = 0; i < times; i++)
		buf_adds(&b, unit);
	buf_adds(&b, tail);
	if (buf_check(&b, &e))
		fail_msg("%s", e.msg);
	return (char *)b.data;
}

static const struct page_item *find_text(const struct page_list *pages, const char *text, size_t *page)
{
	for (size_t n = 0; n < pages->count; n++)
		for (size_t i = 0; i < pages->pages[n].count; i++) {
			const struct page_item *it = &pages->pages[n].items[i];
			if (it->kind == PAGE_TEXT && memmem(it->text, it->text_len, text, strlen(text))) {
				if (page)
					*page = n;
				return it;
			}
		}
	return NULL;
}

static bool ends_in_hyphen(const struct page_item *it)
{
	return it->kind == PAGE_TEXT && it->text_len > 2 &&
	       memcmp(it->text + it->text_len - 2, "\xc2\xad", 2) == 0;
}

static size_t count_text(const struct page *page, const char *text)
{
	size_t count = 0;

	for (size_t i = 0; i < page->count; i++)
		count += page->items[i].kind == PAGE_TEXT && page->items[i].text_len == strlen(text) &&
			 memcmp(page->items[i].text, text, strlen(text)) == 0;
	return count;
}

static void test_one_page(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;

	(void)state;
	make(&m,
		HEAD REFERENCE
		"<yth><paragraf>Yth. Kepala Pusat Data</paragraf><paragraf>di Jakarta</paragraf></yth>"
		"<paragraf>" SENTENCE SENTENCE "</paragraf>" SIGNATURE TAIL,
		true);
	assert_int_equal(m.pages.count, 1);
	const struct page_item *date = find_text(&m.pages, "Jakarta, 2 Maret 2026", NULL);
	const struct page_item *label = find_text(&m.pages, "Nomor", NULL);
	assert_non_null(date);
	assert_non_null(label);
	assert_true(date->y_pt == label->y_pt);
	assert_true(date->x2_pt > 190 * MM - 0.01 && date->x2_pt < 190 * MM + 0.01);
	/* the code can be typed from the paper */
	const struct page_item *code = find_text(&m.pages, "7K3Q9-XWM2R-TDH5V-B0C1E-F", NULL);
	assert_non_null(code);
	assert_true(code->size_pt >= 7);
}

/* All lines but the last end at the right margin; the last line keeps its natural blanks. */
static void test_justified(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	double y = 0;

	(void)state;
	make(&m, HEAD "<paragraf>" SENTENCE "<tebal>" SENTENCE "</tebal>" SENTENCE "</paragraf>" TAIL, false);
	const struct page *page = &m.pages.pages[0];
	for (size_t i = 0; i + 1 < page->count; i++) {
		const struct page_item *it = &page->items[i];
		bool ends = page->items[i + 1].y_pt < it->y_pt;
		if (ends)
			assert_true(it->x2_pt > 190 * MM - 0.01 && it->x2_pt < 190 * MM + 0.01);
		y = it->y_pt;
	}
	const struct page_item *last = &page->items[page->count - 1];
	assert_true(last->y_pt <= y);
	assert_true(last->space_extra_pt <= 0);
}

/* No text is lost or put twice by breaking: what is read back is what was written. */
static void test_nothing_lost(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	struct buf b = BUF_INIT(LIMIT_CASE_BYTES);
	AUTO(free_ptr)
	char *xml = repeat(HEAD "<paragraf>", SENTENCE "undang-undang https://a.example/b/c-d?e=f#g ", 200,
		"</paragraf>" TAIL);
	AUTO(free_ptr)
	char *want = repeat("", SENTENCE "undang-undang https://a.example/b/c-d?e=f#g ", 200, "");

	(void)state;
	make(&m, xml, false);
	for (size_t n = 0; n < m.pages.count; n++)
		for (size_t i = 0; i < m.pages.pages[n].count; i++) {
			const struct page_item *it = &m.pages.pages[n].items[i];
			if (it->kind == PAGE_TEXT && it->role != ROLE_ARTIFACT)
				buf_add(&b, it->text, it->text_len - (ends_in_hyphen(it) ? 2 : 0));
		}
	want[strlen(want) - 1] = 0; /* the blank at the end */
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

#define LONG_WORDS                                                                                           \
	"Penyelenggaraan pertanggungjawaban penandatanganan dipertanggungjawabkan berkesinambungan dengan "  \
	"memperhatikan keikutsertaan masyarakat sebagaimana diselenggarakan Dinas Komunikasi Kota Contoh. "

/* Words are parted only where letters are small, never thrice one below the other, never at the foot of a page. */
static void test_hyphens(void **state)
{
	size_t parted = 0, ends = 0;

	(void)state;
	for (int mm = 0; mm < 90; mm += 3) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr) char *head = NULL;
		assert_true(asprintf(&head,
				    HEAD "<data titik-dua-mm='%d'><isian label='a'><paragraf rata='penuh'>",
				    20 + mm) > 0);
		AUTO(free_ptr) char *xml = repeat(head, LONG_WORDS, 40, "</paragraf></isian></data>" TAIL);
		make(&m, xml, false);
		for (size_t n = 0; n < m.pages.count; n++) {
			const struct page *page = &m.pages.pages[n];
			size_t row = 0;
			for (size_t i = 0; i < page->count; i++) {
				const struct page_item *it = &page->items[i];
				row = ends_in_hyphen(it) ? row + 1 : 0;
				if (row == 0)
					continue;
				const char *end = it->text + it->text_len - 2, *word = end;
				while (word > it->text && word[-1] != ' ')
					word--;
				assert_true(end - word >= 2 && row <= 2);
				for (const char *c = word; c < end; c++)
					assert_true(*c >= 'a' && *c <= 'z');
				assert_true(i + 1 < page->count);
				const struct page_item *next = it + 1;
				assert_true(next->text[0] >= 'a' && next->text[2] >= 'a');
				parted++;
				ends += i + 2 == page->count && n + 1 == m.pages.count;
			}
		}
	}
	assert_true(parted > 50);
	assert_true(ends < 3); /* the last full line: only when all else is worse */
}

static void test_no_hyphens(void **state)
{
	static const char *const places[] = {
		HEAD "<judul><paragraf>" LONG_WORDS LONG_WORDS "</paragraf></judul>" TAIL,
		HEAD "<yth><paragraf>" LONG_WORDS "</paragraf></yth>" TAIL,
		HEAD "<data titik-dua-mm='70'><isian label='" LONG_WORDS "'>a</isian></data>" TAIL,
		HEAD "<tabel><baris kepala='ya'><sel lebar-mm='60'>" LONG_WORDS "</sel></baris></tabel>" TAIL,
		HEAD "<tabel><baris><sel lebar-mm='60'><pilihan-pilihan><pilihan>" LONG_WORDS
		     "</pilihan></pilihan-pilihan></sel></baris></tabel>" TAIL,
		HEAD "<tanda-tangan><atas>" LONG_WORDS
		     "</atas><kotak-nama>a</kotak-nama><kotak-jabatan>" LONG_WORDS
		     "</kotak-jabatan><nama>c</nama></tanda-tangan>" TAIL,
		/* nothing that would gain by it */
		HEAD "<paragraf>" SENTENCE SENTENCE "</paragraf>" TAIL,
		HEAD "<tabel><baris><sel lebar-mm='21'>Tidak sesuai</sel></baris></tabel>" TAIL,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		AUTO(made_release) struct made m = MADE_INIT;
		make(&m, places[i], false);
		assert_null(find_text(&m.pages, "\xc2\xad", NULL));
	}
}

/* Punctuation, quotation marks and a word that U+00A0 ties to it keep no word whole. */
static void test_hyphens_in_punctuation(void **state)
{
	static const char *const words[] = {"pertanggungjawaban,", "(pertanggungjawaban)",
		"\xe2\x80\x9cpertanggungjawaban\xe2\x80\x9d.",
		"pertanggungjawaban;\xc2\xa0"
		"dan"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr) char *xml = NULL;
		assert_true(
			asprintf(&xml,
				HEAD "<tabel><baris><sel lebar-mm='30'>%s akhir</sel></baris></tabel>" TAIL,
				words[i]) > 0);
		make(&m, xml, false);
		assert_non_null(find_text(&m.pages, "\xc2\xad", NULL));
	}
}

/* No paragraph ends in a line that has only the end of a word. */
static void test_last_line(void **state)
{
	(void)state;
	for (int mm = 0; mm < 60; mm++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr) char *xml = NULL;
		assert_true(asprintf(&xml,
				    HEAD "<paragraf indentasi-mm='%d'>Perjanjian kerja sama Nomor "
					 "PKS/01/I/2023 tentang "
					 "pemanfaatan sertifikat elektronik.</paragraf>" TAIL,
				    mm) > 0);
		make(&m, xml, false);
		const struct page *page = &m.pages.pages[0];
		const struct page_item *last = &page->items[page->count - 1];
		bool whole = page->count == 1 || !ends_in_hyphen(last - 1);
		assert_true(whole || memchr(last->text, ' ', last->text_len));
	}
}

/* A narrow cell takes a hyphen that saves it a line; a word too wide for any line takes them everywhere. */
static void test_hyphens_in_cells(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT, wide = MADE_INIT;

	(void)state;
	make(&m,
		HEAD "<tabel><baris><sel lebar-mm='32'>Surat dipertanggungjawabkan"
		     "</sel></baris></tabel>" TAIL,
		false);
	assert_non_null(find_text(&m.pages, "\xc2\xad", NULL));
	make(&wide,
		HEAD "<tabel><baris kepala='ya'><sel lebar-mm='26'>Penyelenggaraan "
		     "pertanggungjawaban</sel></baris>"
		     "</tabel>" TAIL,
		false);
	assert_non_null(find_text(&wide.pages, "Penyeleng\xc2\xad", NULL));
	assert_non_null(find_text(&wide.pages, "pertang\xc2\xad", NULL));
}

static double row_text_y(const char *height)
{
	AUTO(made_release) struct made m = MADE_INIT;
	AUTO(free_ptr) char *xml = NULL;

	assert_true(asprintf(&xml,
			    HEAD "<tabel garis-pt='0.5' ukuran-pt='10.5' spasi-pt='13'><baris %s><sel "
				 "lebar-mm='40'>Isian"
				 "</sel></baris></tabel>" TAIL,
			    height) > 0);
	make(&m, xml, false);
	const struct page_item *it = find_text(&m.pages, "Isian", NULL);
	assert_non_null(it);
	return it->y_pt;
}

/* Text has the middle of a row that is a little higher than it, and the top of one that leaves room to write. */
static void test_row_in_the_middle(void **state)
{
	double top = row_text_y("");

	(void)state;
	double drop = top - row_text_y("tinggi-mm='8'"), half = (8 * MM - 13 - 2 * MM) / 2;
	assert_true(drop > half - 0.01 && drop < half + 0.01);
	assert_true(row_text_y("tinggi-mm='26'") == top);
}

/* In ragged lines a hyphen that saves no line of its own is none. */
static void test_hyphens_are_dear(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;

	(void)state;
	make(&m,
		HEAD "<tabel garis-pt='0.5' ukuran-pt='9.5' spasi-pt='12'><baris><sel lebar-mm='34'>Cetak "
		     "nomor halaman "
		     "sebelum dokumen dikirim untuk ditandatangani</sel></baris></tabel>" TAIL,
		false);
	assert_null(find_text(&m.pages, "\xc2\xad", NULL));
}

/* A word that is read with the number behind it is not parted from its own end, either. */
static void test_hyphens_and_ties(void **state)
{
	(void)state;
	for (int mm = 2; mm < 80; mm++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr) char *xml = NULL;
		assert_true(
			asprintf(&xml,
				HEAD
				"<daftar indentasi-mm='%d' ukuran-pt='11'><butir label='a.'>Berita Acara Uji "
				"Kesesuaian putaran kedua Nomor BA/236/IV/2026/PUSDATIN tanggal 30 April "
				"2026 "
				"(belum sesuai).</butir><butir label='b.'>Dari 60 (enam puluh) kriteria "
				"tersebut, 47 "
				"(empat puluh tujuh) kriteria sesuai, 9 (sembilan) kriteria tidak sesuai, "
				"dan 4 "
				"(empat) kriteria tidak diuji.</butir></daftar>" TAIL,
				mm) > 0);
		make(&m, xml, false);
		assert_null(find_text(&m.pages, "tang\xc2\xad", NULL));
		assert_null(find_text(&m.pages, "sembi\xc2\xad", NULL));
	}
}

static void test_ties(void **state)
{
	static const struct {
		const char *a, *b;
		bool tied;
	} pairs[] = {{"Pasal", "5", true}, {"ayat", "(1)", true}, {"Nomor", "11", true},
		{"Tahun", "2008", true}, {"huruf", "a", true}, {"huruf", "b,", true},
		{"Rp", "5.000.000,00", true}, {"pukul", "09.00", true}, {"Bab", "IV", true},
		{"13", "Maret", true}, {"14", "hari", true}, {"1", "(satu)", true}, {"09.00", "WIB", true},
		{"Dr.", "Contoh", true}, {"A.", "Contoh", true}, {"a.n.", "Kepala", true},
		{"Wulandari,", "S.Kom.", true}, {"M.T.,", "Ph.D.", true}, {"Yth.", "Kepala", true},
		{"Pasal", "dan", false}, {"2008", "tentang", false}, {"surat.", "Pada", false},
		{"surat,", "Pada", false}, {"a", "b", false}, {"5", "dan", false}, {"Kota,", "2", false},
		{"dari", "10", false}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		assert_int_equal(tie_between(pairs[i].a, strlen(pairs[i].a), pairs[i].b, strlen(pairs[i].b)),
			pairs[i].tied);
}

/* Wherever they come to stand these words share a line, unless it would gape; no line ends in "https://". */
static void test_ties_hold(void **state)
{
	static const char *const whole[] = {
		"Pasal 5", "ayat (1)", "Dr. Contoh", "13 Maret", "pukul 09.00 WIB"};
	size_t parted = 0;

	(void)state;
	for (int mm = 0; mm < 70; mm++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr) char *xml = NULL;
		assert_true(
			asprintf(&xml,
				HEAD
				"<paragraf indentasi-mm='%d'>sesuai dengan ketentuan yang diatur dalam Pasal "
				"5 ayat "
				"(1) oleh Dr. Contoh pada tanggal 13 Maret pukul 09.00 WIB di kantor yang "
				"alamatnya https://kotacontoh.example/surat dan seterusnya sampai selesai."
				"</paragraf>" TAIL,
				mm) > 0);
		make(&m, xml, false);
		for (size_t i = 0; i < ARRAY_LEN(whole); i++)
			parted += find_text(&m.pages, whole[i], NULL) == NULL;
		for (size_t i = 0; i < m.pages.pages[0].count; i++) {
			const struct page_item *it = &m.pages.pages[0].items[i];
			assert_false(it->text_len > 3 && memcmp(it->text + it->text_len - 3, "://", 3) == 0);
		}
	}
	assert_true(parted < 10);
}

static void test_dump_lines(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_CASE_BYTES);

	(void)state;
	make(&m,
		HEAD "<data><isian label='Nama'>Contoh</isian></data><paragraf>" LONG_WORDS "<tebal>" SENTENCE
		     "</tebal></paragraf>" TAIL,
		false);
	page_list_dump_lines(&m.pages, &rig_fonts.metrics, &out);
	const char *text = buf_str(&out);
	assert_int_equal(strncmp(text, "page 1\n  b1 r0c0 x85.04 y", 25), 0);
	assert_non_null(strstr(text, "|Nama :|\n  b1 r0c1 "));
	assert_non_null(strstr(text, " w453.54 blank1."));
	assert_non_null(strstr(text, " blank1.00 |"));
}

static void test_refuses_characters(void **state)
{
	static const struct {
		const char *xml, *words;
	} wrong[] = {
		{HEAD "<paragraf>ada \xe6\xbc\xa2 di sini</paragraf>" TAIL, "U+6F22"},
		{HEAD "\n<paragraf>ada \xf0\x9f\x98\x80</paragraf>" TAIL, "U+1F600"},
		{HEAD "\n<paragraf>pi\xc2\xadsah</paragraf>" TAIL,
			"line 2: the font has no character U+00AD"},
		{HEAD "<daftar><butir label='\xe6\xbc\xa2'>a</butir></daftar>" TAIL, "U+6F22"},
		{HEAD "<tanda-tangan><kotak-nama>\xe6\xbc\xa2</kotak-nama><kotak-jabatan>b</"
		      "kotak-jabatan><nama>c"
		      "</nama></tanda-tangan>" TAIL,
			"U+6F22"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		AUTO(made_release) struct made m = MADE_INIT;
		struct err e = ERR_INIT;
		assert_int_equal(make_with(&m, wrong[i].xml, &rig_stamp, &e), -1);
		assert_int_equal(e.kind, ERR_INPUT);
		assert_non_null(strstr(e.msg, wrong[i].words));
		assert_null(m.pages.pages);
	}
}

static void test_draft_claims_nothing(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	struct err e = ERR_INIT;

	(void)state;
	if (make_with(&m, HEAD "<paragraf>" SENTENCE SENTENCE "</paragraf>" SIGNATURE TAIL, &rig_draft, &e))
		fail_msg("%s", e.msg);
	assert_null(find_text(&m.pages, "elektronik oleh", NULL));
	assert_null(find_text(&m.pages, "Kode", NULL));
	for (size_t i = 0; i < m.pages.pages[0].count; i++)
		assert_int_not_equal(m.pages.pages[0].items[i].kind, PAGE_QR);
}

/* However long the text before it: the signature never stands alone. */
static void test_signature_company(void **state)
{
	(void)state;
	for (size_t n = 1; n < 60; n++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr)
		char *xml = repeat(HEAD REFERENCE, "<paragraf>" SENTENCE "</paragraf>", n,
			"<paragraf>Demikian mohon dimaklumi.</paragraf>" SIGNATURE TAIL);
		make(&m, xml, true);
		size_t closing = 0, signature = 1;
		assert_non_null(find_text(&m.pages, "Demikian", &closing));
		assert_non_null(find_text(&m.pages, "Dr. Budi", &signature));
		assert_int_equal(closing, signature);
	}
}

static void test_no_widows(void **state)
{
	(void)state;
	for (size_t n = 20; n < 80; n++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr)
		char *xml =
			repeat(HEAD "<paragraf>Awal.</paragraf><paragraf>", SENTENCE, n, "</paragraf>" TAIL);
		make(&m, xml, false);
		for (size_t k = 0; k < m.pages.count; k++) {
			const struct page *page = &m.pages.pages[k];
			size_t lines = 0;
			for (size_t i = 0; i < page->count; i++)
				lines += page->items[i].block == 2;
			assert_int_not_equal(lines, 1);
		}
	}
}

static void test_second_page(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	AUTO(free_ptr)
	char *xml = repeat(HEAD, "<paragraf>" SENTENCE SENTENCE "</paragraf>", 40, SIGNATURE TAIL);

	(void)state;
	make(&m, xml, true);
	assert_true(m.pages.count > 1);
	assert_int_equal(count_text(&m.pages.pages[0], "- 1 -"), 0);
	assert_int_equal(count_text(&m.pages.pages[1], "- 2 -"), 1);
}

static void test_class_marks(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	struct err e = ERR_INIT;
	AUTO(free_ptr)
	char *xml = repeat(HEAD, "<paragraf>" SENTENCE SENTENCE "</paragraf>", 30, SIGNATURE TAIL);

	(void)state;
	assert_int_equal(rig_letter(xml, strlen(xml), &m.arena, &m.letter, &e), 0);
	m.letter->class_code = "SR";
	m.letter->class_word = "SANGAT RAHASIA";
	m.letter->copies = "Kopi Nomor 1 dari 10 kopi.";
	m.letter->specimen = true;
	make(&m, xml, true);
	for (size_t n = 0; n < m.pages.count; n++) {
		assert_int_equal(count_text(&m.pages.pages[n], "SANGAT RAHASIA"), 2);
		assert_int_equal(count_text(&m.pages.pages[n], "SR"), 1);
		assert_int_equal(count_text(&m.pages.pages[n], "CONTOH"), 1);
		assert_int_equal(count_text(&m.pages.pages[n], m.letter->copies), n == 0);
		assert_int_equal(m.pages.pages[n].items[0].role, ROLE_ARTIFACT);
	}
	assert_int_equal(find_text(&m.pages, "CONTOH", NULL)->paint, PAINT_SHAPES);
	assert_int_equal(find_text(&m.pages, "SR", NULL)->ink, INK_RED);
	m.letter->class_code = "T";
	make(&m, xml, true);
	assert_int_equal(find_text(&m.pages, "SANGAT RAHASIA", NULL)->ink, INK_BLACK);
	assert_null(find_text(&m.pages, "Kopi", NULL));
	m.letter->class_code = "B";
	make(&m, xml, true);
	assert_null(find_text(&m.pages, "SANGAT RAHASIA", NULL));
}

#define CRITERION                                                                                            \
	"<baris><sel>1</sel><sel>Footer BSrE tercetak pada setiap halaman</sel><sel>Tidak sesuai</sel>"      \
	"<sel>Catatan kaki hilang pada halaman kedua dan seterusnya</sel><sel>Perbaiki pola "                \
	"cetak</sel></baris>"
#define CRITERIA                                                                                             \
	HEAD "<paragraf>Awal.</paragraf><tabel garis-pt='0.5' ukuran-pt='9.5'><baris kepala='ya'><sel "      \
	     "lebar-mm='8'>No</sel>"                                                                         \
	     "<sel lebar-mm='62'>Kriteria</sel><sel lebar-mm='22'>Hasil</sel><sel "                          \
	     "lebar-mm='38'>Temuan</sel>"                                                                    \
	     "<sel lebar-mm='30'>Rekomendasi perbaikan</sel></baris>"

static void test_table_head_repeats(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	AUTO(free_ptr) char *xml = repeat(CRITERIA, CRITERION, 60, "</tabel>" SIGNATURE TAIL);
	size_t rows = 0;

	(void)state;
	make(&m, xml, true);
	assert_true(m.pages.count > 2);
	for (size_t n = 0; n < m.pages.count; n++) {
		assert_int_equal(count_text(&m.pages.pages[n], "Kriteria"), 1);
		rows += count_text(&m.pages.pages[n], "1");
		/* the repeated head is decoration, it was read on the first page */
		for (size_t i = 0; i < m.pages.pages[n].count; i++) {
			const struct page_item *it = &m.pages.pages[n].items[i];
			if (it->kind == PAGE_TEXT && it->text_len == 8 &&
				memcmp(it->text, "Kriteria", 8) == 0)
				assert_int_equal(it->role, n == 0 ? ROLE_TABLE : ROLE_ARTIFACT);
		}
	}
	assert_int_equal(rows, 60);
}

/* Each line of the grid is drawn once: vertical lines run through, horizontal ones are shared. */
static void test_grid_shared(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	AUTO(free_ptr) char *xml = repeat(CRITERIA, CRITERION, 5, "</tabel>" TAIL);
	size_t lines = 0;

	(void)state;
	make(&m, xml, false);
	for (size_t i = 0; i < m.pages.pages[0].count; i++)
		lines += m.pages.pages[0].items[i].kind == PAGE_LINE;
	assert_int_equal(lines, 6 + 7);
}

static void test_tall_row(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	AUTO(free_ptr)
	char *xml = repeat(HEAD "<paragraf>a</paragraf><tabel garis-pt='0.5'><baris><sel>kiri</sel><sel>",
		SENTENCE, 120, "</sel></baris></tabel>" TAIL);

	(void)state;
	make(&m, xml, false);
	assert_true(m.pages.count > 1);
}

static void stress(const char *head, const char *unit, size_t times, const char *tail, bool company)
{
	AUTO(made_release) struct made m = MADE_INIT;
	AUTO(free_ptr) char *xml = repeat(head, unit, times, tail);

	make(&m, xml, company);
}

static void test_stress(void **state)
{
	(void)state;
	stress(HEAD REFERENCE "<paragraf>", SENTENCE, 170, "</paragraf>" SIGNATURE TAIL, true);
	stress(HEAD "<paragraf>" SENTENCE SENTENCE "</paragraf>" SIGNATURE "<tembusan label='Tembusan:'>",
		"<butir label='1.'>Kepala Dinas Komunikasi dan Informatika Kota Contoh</butir>", 40,
		"</tembusan>" TAIL, true);
	stress(HEAD "<paragraf>", "a ", 3000, "</paragraf>" SIGNATURE TAIL, true);
	stress(HEAD "<paragraf>", "a b ", 3000, "</paragraf>" TAIL, false);
	stress(HEAD "<paragraf>", "w", 300, "</paragraf>" TAIL, false);
	stress(HEAD "<paragraf>kata ", "w", 300, " kata</paragraf>" TAIL, false);
	stress(HEAD "<paragraf>kata ", "ab-cd/", 100, " kata</paragraf>" TAIL, false);
	stress(HEAD "<paragraf>", "<tebal>ab</tebal>cd", 100, "</paragraf>" TAIL, false);
	stress(HEAD "<paragraf indentasi-mm='12.5'>", "W", 3000, "</paragraf>" TAIL, false);
	stress(HEAD
		"<paragraf/><yth><paragraf/></yth><daftar><butir label='1.'/></daftar><data><isian "
		"label='x'/>"
		"</data><tabel><baris><sel/></baris></tabel><pilihan-pilihan><pilihan/></pilihan-pilihan>",
		"<halaman-baru/>", 3, TAIL, false);
	stress(HEAD, "", 0, TAIL, false);
	stress(HEAD "<tanda-tangan><atas>", "Kepala ", 60,
		",</atas><kotak-nama>a</kotak-nama><kotak-jabatan>b</kotak-jabatan><nama>c</nama></"
		"tanda-tangan>" TAIL,
		false);
}

static void test_long_names(void **state)
{
	(void)state;
	stress(HEAD "<rujukan tempat-tanggal='Kota Contoh Yang Namanya Panjang Sekali Sampai Tidak Muat, 2 "
		    "Maret 2026'>"
		    "<isian label='Nomor'>",
		"B/14/", 30, "</isian></rujukan>" TAIL, false);
	stress(HEAD "<paragraf>" SENTENCE SENTENCE
		    "</paragraf><tanda-tangan><atas>Kepala,</atas><kotak-nama>",
		"Contohwati", 12,
		"</kotak-nama><kotak-jabatan>Kepala Bidang Manajemen Data dan Sistem Aplikasi Pusat Data dan "
		"Informasi Kementerian Pertahanan Republik Indonesia</kotak-jabatan><nama>Prof. Dr. Ir. "
		"Contoh "
		"Panjang Sekali Wijayakusumaningrat Danurejo, S.T., M.T., M.Sc., Ph.D., IPU, ASEAN "
		"Eng.</nama>"
		"</tanda-tangan>" TAIL,
		true);
	stress(HEAD "<data titik-dua-mm='55' label-mm='7'><isian nomor='1.' label='Nama Lengkap'>", "Contoh ",
		120,
		"</isian><isian nomor='2.' label='Sebuah label yang jauh lebih panjang daripada "
		"kolomnya'>x</isian>"
		"</data>" TAIL,
		false);
	stress(HEAD "<tanda-tangan indentasi-mm='120'><kotak-nama>", "Contoh ", 5,
		"</kotak-nama><kotak-jabatan>Kepala</kotak-jabatan><nama>Contoh</nama></tanda-tangan>" TAIL,
		false);
}

/* Labels wider than their columns stand on lines of their own; nothing is printed over another text. */
static void test_wide_labels(void **state)
{
	(void)state;
	stress(HEAD "<daftar indentasi-mm='5'><butir label='", "Sebuah label ", 20,
		"'>isi</butir><butir label='Pasal 12.'>isi</butir></daftar>" TAIL, false);
	stress(HEAD "<data label-mm='2'>", "<isian nomor='1000.' label='Nama Lengkap Pejabat'>isi</isian>", 3,
		"</data>" TAIL, false);
	stress(HEAD "<data titik-dua-mm='20'>",
		"<isian label='Sebuah label panjang'><jarak tinggi-mm='1'/></isian>", 3, "</data>" TAIL,
		false);
}

static void test_limits(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT, narrow = MADE_INIT;
	struct err e = ERR_INIT;
	AUTO(free_ptr)
	char *xml = repeat(HEAD, "<halaman-baru/><paragraf>a</paragraf>", LIMIT_PAGES + 1, TAIL);

	(void)state;
	assert_int_equal(make_with(&m, xml, &rig_stamp, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	err_clear(&e);
	assert_int_equal(
		make_with(&narrow,
			HEAD "<tabel><baris><sel lebar-mm='1'>ab</sel><sel>c</sel></baris></tabel>" TAIL,
			&rig_stamp, &e),
		-1);
	assert_int_equal(e.kind, ERR_CONFIG);
}

/* However small, text beside a box has a width; its measuring line has no end. */
static void test_tiny(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	struct err e = ERR_INIT;

	(void)state;
	if (make_with(&m,
		    HEAD "<pilihan-pilihan sebaris='ya' "
			 "ukuran-pt='0.01'><pilihan>a</pilihan></pilihan-pilihan>" TAIL,
		    &rig_stamp, &e))
		fail_msg("%s", e.msg);
	assert_non_null(find_text(&m.pages, "a", NULL));
}

/* Memory may end anywhere: the answer is ERR_NOMEM and nothing else. */
static void test_no_memory(void **state)
{
	(void)state;
	for (size_t max = 0; max < 200000; max += 1777) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(arena_release) struct arena small = ARENA_INIT(max);
		struct err e = ERR_INIT;
		struct page_list pages = PAGE_LIST_INIT;
		const char *xml = CRITERIA CRITERION "</tabel>" SIGNATURE TAIL;
		assert_int_equal(rig_letter(xml, strlen(xml), &m.arena, &m.letter, &e), 0);
		if (letter_layout(
			    m.letter, &rig_profile, &rig_fonts.metrics, &rig_stamp, &small, &pages, &e) == 0)
			return;
		assert_int_equal(e.kind, ERR_NOMEM);
		assert_null(pages.pages);
	}
	fail_msg("a small letter needs more than 200 kB");
}

/* A few lines too many for one page: less leading instead of a second page with a signature. */
static void test_squeezed(void **state)
{
	bool squeezed = false, loose = false, second = false;

	(void)state;
	for (size_t n = 1; n < 40; n++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr)
		char *xml = repeat(HEAD "<paragraf>", SENTENCE, n, "</paragraf>" SIGNATURE TAIL);
		make(&m, xml, true);
		const struct page *page = &m.pages.pages[0];
		double leading = 0;
		for (size_t i = 1; i < page->count && page->items[i].block == 1; i++)
			if (page->items[i].y_pt < page->items[i - 1].y_pt)
				leading = page->items[i - 1].y_pt - page->items[i].y_pt;
		if (m.pages.count > 1 || n < 3) {
			second |= m.pages.count > 1;
			continue;
		}
		assert_false(second); /* more text never takes fewer pages */
		assert_true(leading > 13.8 * 11 / 12 - 0.01 && leading < 18.01);
		squeezed |= leading < 17.99;
		loose |= leading > 17.99;
	}
	assert_true(squeezed && loose && second);
}

/* No page of a long letter is begun for a few lines, at any number of pages. */
static void test_squeezed_pages(void **state)
{
	size_t most = 0;

	(void)state;
	for (size_t n = 30; n < 120; n++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr)
		char *xml = repeat(HEAD "<paragraf>", SENTENCE, n, "</paragraf>" TAIL);
		make(&m, xml, false);
		const struct page *last = &m.pages.pages[m.pages.count - 1];
		assert_true(last->items[last->count - 1].y_pt < 297 * MM - 120);
		most = m.pages.count > most ? m.pages.count : most;
	}
	assert_true(most > 3);
}

/* What an attachment says does not make the letter before it longer, and its own last page is saved too. */
static void test_squeezed_parts(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT, two = MADE_INIT;
	AUTO(free_ptr) char *letter = repeat(HEAD "<paragraf>", SENTENCE, 22, "</paragraf>" TAIL);
	AUTO(free_ptr)
	char *both = repeat(HEAD "<paragraf>", SENTENCE, 22,
		"</paragraf><halaman-baru bagian='Lampiran'/><paragraf>Lampiran</paragraf>" TAIL);

	(void)state;
	make(&m, letter, false);
	assert_int_equal(m.pages.count, 1);
	assert_true(m.pages.pages[0].items[0].y_pt - m.pages.pages[0].items[1].y_pt < 17.9);
	make(&two, both, false);
	assert_int_equal(two.pages.count, 2);
}

/* "Dasar:" does not stand at the foot of a page without what it announces. */
static void test_lead_in(void **state)
{
	(void)state;
	for (int mm = 150; mm < 240; mm++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr) char *head_xml = NULL;
		assert_true(asprintf(&head_xml,
				    HEAD "<paragraf>a</paragraf><jarak tinggi-mm='%d'/><daftar><butir "
					 "label='1.'><paragraf>"
					 "Dasar:</paragraf><daftar><butir "
					 "label='a.'>satu</butir></daftar></butir></daftar>",
				    mm) > 0);
		AUTO(free_ptr) char *xml = repeat(head_xml, "<paragraf>" SENTENCE "</paragraf>", 20, TAIL);
		size_t head = 0, body = 1;
		make(&m, xml, false);
		assert_non_null(find_text(&m.pages, "Dasar:", &head));
		assert_non_null(find_text(&m.pages, "satu", &body));
		assert_int_equal(head, body);
	}
}

static const struct page_item *find_catchword(const struct page *page)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct page_item *it = &page->items[i];
		if (it->kind == PAGE_TEXT && it->text_len > 3 &&
			memcmp(it->text + it->text_len - 3, "...", 3) == 0)
			return it;
	}
	return NULL;
}

/* The first word of the next page below the text at the right; not on the last page, before a part or before a table. */
static void test_catchword(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	AUTO(free_ptr)
	char *xml = repeat(HEAD, "<paragraf>" SENTENCE SENTENCE "</paragraf>", 30,
		"<halaman-baru bagian='Lampiran'/><paragraf>Lampiran</paragraf><tabel garis-pt='0.5'>");
	AUTO(free_ptr) char *all = repeat(xml, CRITERION, 40, "</tabel>" TAIL);
	size_t words = 0;

	(void)state;
	rig_profile.catchword = true;
	rig_profile.footer.rule_y_pt = 21 * MM;
	make(&m, all, false);
	rig_profile.catchword = false;
	for (size_t n = 0; n + 1 < m.pages.count; n++) {
		const struct page_item *word = find_catchword(&m.pages.pages[n]);
		const struct page *next = &m.pages.pages[n + 1];
		size_t first = 0;
		while (next->items[first].role == ROLE_ARTIFACT)
			first++;
		if (next->items[first].role == ROLE_TABLE ||
			memcmp(next->items[first].text, "Lampiran", 8) == 0) {
			assert_null(word);
			continue;
		}
		assert_non_null(word);
		words++;
		assert_int_equal(word->role, ROLE_ARTIFACT);
		assert_memory_equal(word->text, next->items[first].text, word->text_len - 3);
		assert_int_equal(next->items[first].text[word->text_len - 3], ' ');
		assert_true(fabs(word->x2_pt - 190 * MM) < 0.01);
		assert_true(word->y_pt > 21 * MM && word->y_pt + 0.73 * word->size_pt < 25 * MM);
	}
	assert_true(words > 1);
	assert_null(find_catchword(&m.pages.pages[m.pages.count - 1]));
	AUTO(made_release) struct made off = MADE_INIT;
	make(&off, all, false);
	assert_null(find_catchword(&off.pages.pages[0]));
}

/* In a column as narrow as this a page may begin with a line that is half a word. */
static void test_catchword_of_half_a_word(void **state)
{
	size_t parts = 0;

	(void)state;
	rig_profile.catchword = true;
	rig_profile.footer.rule_y_pt = 21 * MM;
	for (int mm = 100; mm < 200; mm += 7) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr) char *head = NULL;
		assert_true(asprintf(&head,
				    HEAD "<paragraf>a</paragraf><jarak tinggi-mm='%d'/><data "
					 "titik-dua-mm='132'><isian label='a'>",
				    mm) > 0);
		AUTO(free_ptr)
		char *xml = repeat(head, "pertanggungjawaban ", 80, "</isian></data>" TAIL);
		make(&m, xml, false);
		const struct page_item *word = find_catchword(&m.pages.pages[0]);
		assert_non_null(word);
		assert_null(memmem(word->text, word->text_len, "\xc2\xad", 2));
		size_t len = word->text_len - 3, first = 0;
		const struct page *next = &m.pages.pages[1];
		while (next->items[first].role == ROLE_ARTIFACT)
			first++;
		assert_memory_equal(word->text, next->items[first].text, len);
		parts += ends_in_hyphen(&next->items[first]);
	}
	rig_profile.catchword = false;
	assert_true(parts > 0);
}

static void test_keep_with_next(void **state)
{
	(void)state;
	for (size_t n = 5; n < 60; n++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr)
		char *xml = repeat(HEAD "<paragraf>a</paragraf>", "<paragraf>" SENTENCE "</paragraf>", n,
			"<paragraf ikut-berikut='ya'>KEPALA</paragraf><paragraf>BADAN</paragraf>"
			"<halaman-baru/><paragraf>lain</paragraf><halaman-baru/><halaman-baru/"
			"><paragraf>akhir</paragraf>"
			"<halaman-baru/>" TAIL);
		size_t head = 0, body = 1, other = 0, last = 0;
		make(&m, xml, false);
		assert_non_null(find_text(&m.pages, "KEPALA", &head));
		assert_non_null(find_text(&m.pages, "BADAN", &body));
		assert_non_null(find_text(&m.pages, "lain", &other));
		assert_non_null(find_text(&m.pages, "akhir", &last));
		assert_int_equal(head, body);
		assert_int_equal(other, body + 1);
		assert_int_equal(last, other + 1); /* two page breaks make no empty page */
		assert_int_equal(m.pages.count, last + 1);
	}
}

/* Page breaks and room with nothing behind them make no empty page. */
static void test_breaks_at_the_end(void **state)
{
	static const char *const ends[] = {"<halaman-baru/>", "<halaman-baru/><halaman-baru/>",
		"<halaman-baru/><jarak tinggi-mm='9'/>",
		"<jarak tinggi-mm='9'/><halaman-baru/><jarak tinggi-mm='9'/>"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		AUTO(made_release) struct made m = MADE_INIT;
		AUTO(free_ptr) char *xml = repeat(HEAD "<paragraf>a</paragraf>", ends[i], 1, TAIL);
		make(&m, xml, false);
		assert_int_equal(m.pages.count, 1);
	}
}

/* Bookmarks: the letter and each attachment; a letter without attachments has none. */
static void test_parts(void **state)
{
	static const char head[] =
		HEAD "<judul><paragraf>SURAT</paragraf></judul><paragraf>satu</paragraf><halaman-baru/>"
		     "<paragraf>masih surat</paragraf>";
	AUTO(made_release) struct made m = MADE_INIT, none = MADE_INIT, empty = MADE_INIT;
	AUTO(free_ptr)
	char *xml = repeat(head,
		"<halaman-baru bagian='Lampiran'/><jarak tinggi-mm='9'/><paragraf>isi</paragraf>", 3, TAIL);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(rig_letter(xml, strlen(xml), &m.arena, &m.letter, &e), 0);
	m.letter->title = "Surat Undangan";
	make(&m, xml, false);
	assert_int_equal(m.pages.part_count, 4);
	assert_string_equal(m.pages.parts[0].title, "Surat Undangan");
	assert_true(fabs(m.pages.parts[0].top_pt - 247 * MM) < 0.01);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(m.pages.parts[i].page, i == 0 ? 0 : i + 1);
	assert_string_equal(m.pages.parts[3].title, "Lampiran");
	assert_true(fabs(m.pages.parts[3].top_pt - 277 * MM) < 0.01);
	make(&none, HEAD "<paragraf>a</paragraf><halaman-baru/><paragraf>b</paragraf>" TAIL, false);
	assert_int_equal(none.pages.part_count, 0);
	make(&empty, HEAD "<paragraf>a</paragraf><halaman-baru bagian='Lampiran'/>" TAIL, false);
	assert_int_equal(empty.pages.part_count, 0);
}

/* What a table's cells are to each other, through lists and tables inside them. */
static void test_heads(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	static const struct {
		const char *text;
		enum page_head head;
	} want[] = {{"No", HEAD_COLUMN}, {"Kriteria", HEAD_COLUMN}, {"satu", HEAD_ROW}, {"dalam", HEAD_ROW},
		{"dua", HEAD_NONE}, {"isi", HEAD_NONE}, {"luar", HEAD_NONE}};

	(void)state;
	make(&m,
		HEAD
		"<tabel><baris kepala='ya'><sel>No</sel><sel>Kriteria</sel></baris>"
		"<baris><sel kepala='ya'><paragraf>satu</paragraf><daftar><butir label='a.'>dalam</butir>"
		"</daftar></sel><sel><paragraf>dua</paragraf><tabel><baris><sel kepala='ya'>isi</sel>"
		"</baris></tabel></sel></baris></tabel><paragraf>luar</paragraf>" TAIL,
		false);
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_int_equal(find_text(&m.pages, want[i].text, NULL)->head, want[i].head);
}

/* Positions for the structure tree: labels in column 0, all of the body in column 1. */
static void test_cells(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	static const struct {
		const char *text;
		unsigned cell;
	} want[] = {{"1.", 1}, {"satu", 2}, {"2.", 65}, {"dua", 66}, {"a.", 66}, {"alfa", 66}, {"7.", 1},
		{"Nama", 1}, {"Sari", 2}};

	(void)state;
	make(&m,
		HEAD
		"<daftar><butir label='1.'>satu</butir><butir label='2.'><paragraf>dua</paragraf><daftar>"
		"<butir label='a.'>alfa</butir></daftar></butir></daftar>"
		"<data><isian nomor='7.' label='Nama'>Sari</isian></data>" TAIL,
		false);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		const struct page_item *it = find_text(&m.pages, want[i].text, NULL);
		assert_non_null(it);
		assert_int_equal(it->role, ROLE_LIST);
		assert_int_equal(it->cell, want[i].cell);
	}
}

static void test_checks(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	size_t boxes = 0, lines = 0;

	(void)state;
	make(&m,
		HEAD
		"<pilihan-pilihan sebaris='ya'><pilihan>Kilat</pilihan><pilihan silang='ya'>Segera</pilihan>"
		"</pilihan-pilihan><pilihan-pilihan><pilihan>Biasa</pilihan></pilihan-pilihan>" TAIL,
		false);
	for (size_t i = 0; i < m.pages.pages[0].count; i++) {
		boxes += m.pages.pages[0].items[i].kind == PAGE_BOX;
		lines += m.pages.pages[0].items[i].kind == PAGE_LINE;
	}
	assert_int_equal(boxes, 3);
	assert_int_equal(lines, 2);
	assert_true(find_text(&m.pages, "Kilat", NULL)->y_pt == find_text(&m.pages, "Segera", NULL)->y_pt);
	assert_true(find_text(&m.pages, "Biasa", NULL)->y_pt < find_text(&m.pages, "Segera", NULL)->y_pt);
	/* what the drawing says, in front of its text and no further */
	assert_int_equal(count_text(&m.pages.pages[0], "[ ] "), 2);
	const struct page_item *crossed = find_text(&m.pages, "[x] ", NULL);
	assert_non_null(crossed);
	assert_int_equal(crossed->paint, PAINT_NOTHING);
	assert_true(crossed->y_pt == find_text(&m.pages, "Segera", NULL)->y_pt);
	assert_true(fabs(crossed->x2_pt - find_text(&m.pages, "Segera", NULL)->x_pt) < 0.01);
}

/* The last row of a sheet: everything of the signature is that cell's, and ends at its edge. */
static void test_signature_in_cell(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	struct page_item qr = {.block = 0}, box = {.block = 0};

	(void)state;
	make(&m,
		HEAD "<paragraf>a</paragraf><paragraf>b</paragraf><tabel garis-pt='0.75'>"
		     "<baris><sel>satu</sel><sel>dua</sel></baris>"
		     "<baris><sel lebar-mm='80'>kiri</sel><sel lebar-mm='80'>" SIGNATURE
		     "</sel></baris></tabel>" TAIL,
		true);
	assert_int_equal(m.pages.count, 1);
	for (size_t i = 0; i < m.pages.pages[0].count; i++) {
		const struct page_item *it = &m.pages.pages[0].items[i];
		if (it->kind == PAGE_QR)
			qr = *it;
		else if (it->kind == PAGE_BOX)
			box = *it;
	}
	const struct page_item *name = find_text(&m.pages, "Dr. Budi", NULL);
	assert_int_equal(qr.cell, 64 + 2);
	assert_int_equal(name->cell, 64 + 2);
	assert_int_equal(qr.block, name->block);
	assert_true(qr.x_pt > box.x_pt && qr.x2_pt < box.x2_pt);
	assert_true(box.x_pt > 110 * MM && box.x2_pt < 190 * MM);
}

/* A number may come near the date on its line; the subject below ends where it always does. */
static void test_long_number(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;

	(void)state;
	make(&m,
		HEAD "<rujukan titik-dua-mm='25' tempat-tanggal='Jakarta, 5 Maret 2026'>"
		     "<isian label='Nomor'>B-412/BADSPBC/SU.3/TI.02.01/03/2026</isian>"
		     "<isian label='Hal'>Permohonan Pengajuan Sistem Tanda Tangan "
		     "Elektronik</isian></rujukan>" TAIL,
		false);
	assert_non_null(find_text(&m.pages, "B-412/BADSPBC/SU.3/TI.02.01/03/2026", NULL));
	assert_true(find_text(&m.pages, "Permohonan", NULL)->x2_pt <= 125 * MM);
}

/* The last line of a subject is not a word alone. */
static void test_subject_balanced(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;

	(void)state;
	make(&m,
		HEAD
		"<rujukan titik-dua-mm='25' tempat-tanggal='Jakarta, 5 Maret 2026'>"
		"<isian label='Nomor'>1</isian><isian label='Hal'>Undangan Uji Kesesuaian Sistem TTE</isian>"
		"</rujukan>" TAIL,
		false);
	assert_non_null(find_text(&m.pages, "Sistem TTE", NULL));
}

/* A number of two lines is read whole, then the date, which stands beside its first line. */
static void test_number_before_date(void **state)
{
	static const char *const want[] = {"Nomor", ":", "B-412/BADAN SIBER DAN SANDI PUSAT ", "DATA/2026",
		"Jakarta, 5 Maret 2026", "Hal", ":", "Permohonan"};
	AUTO(made_release) struct made m = MADE_INIT;

	(void)state;
	make(&m,
		HEAD "<rujukan titik-dua-mm='25' tempat-tanggal='Jakarta, 5 Maret 2026'>"
		     "<isian label='Nomor'>B-412/BADAN SIBER DAN SANDI PUSAT DATA/2026</isian>"
		     "<isian label='Hal'>Permohonan</isian></rujukan>" TAIL,
		false);
	const struct page *page = &m.pages.pages[0];
	assert_int_equal(page->count, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_int_equal(page->items[i].text_len, strlen(want[i]));
		assert_memory_equal(page->items[i].text, want[i], strlen(want[i]));
	}
	assert_true(fabs(page->items[4].y_pt - page->items[0].y_pt) < 0.01);
	assert_true(page->items[3].y_pt < page->items[2].y_pt);
}

static void test_same_twice(void **state)
{
	AUTO(made_release) struct made a = MADE_INIT, b = MADE_INIT;
	AUTO(buf_release) struct buf first = BUF_INIT(LIMIT_CASE_BYTES), second = BUF_INIT(LIMIT_CASE_BYTES);
	AUTO(free_ptr) char *xml = repeat(CRITERIA, CRITERION, 30, "</tabel>" SIGNATURE TAIL);

	(void)state;
	make(&a, xml, true);
	make(&b, xml, true);
	page_list_dump(&a.pages, &first);
	page_list_dump(&b.pages, &second);
	assert_string_equal(buf_str(&first), buf_str(&second));
}

/* The checker itself sees what it is for. */
static void test_checker(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;

	(void)state;
	make(&m, HEAD "<paragraf>satu</paragraf><paragraf>dua</paragraf>" SIGNATURE TAIL, true);
	struct page_item *it = m.pages.pages[0].items;
	struct page_item saved = it[0];
	it[0].y_pt = it[0].y2_pt = 80 * MM;
	assert_non_null(strstr(page_check(&m.pages, &rig_profile, true), "text above"));
	it[0] = saved;
	it[0].y_pt = it[0].y2_pt = it[1].y_pt + 5;
	assert_non_null(strstr(page_check(&m.pages, &rig_profile, false), "overlaps"));
	it[0] = saved;
	it[0].x2_pt = 190 * MM + 1;
	assert_non_null(strstr(page_check(&m.pages, &rig_profile, true), "margins"));
	it[0] = saved;
	assert_null(page_check(&m.pages, &rig_profile, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_page),
		cmocka_unit_test(test_justified),
		cmocka_unit_test(test_nothing_lost),
		cmocka_unit_test(test_hyphens),
		cmocka_unit_test(test_no_hyphens),
		cmocka_unit_test(test_hyphens_in_punctuation),
		cmocka_unit_test(test_last_line),
		cmocka_unit_test(test_hyphens_in_cells),
		cmocka_unit_test(test_hyphens_are_dear),
		cmocka_unit_test(test_hyphens_and_ties),
		cmocka_unit_test(test_row_in_the_middle),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_ties_hold),
		cmocka_unit_test(test_dump_lines),
		cmocka_unit_test(test_refuses_characters),
		cmocka_unit_test(test_draft_claims_nothing),
		cmocka_unit_test(test_signature_company),
		cmocka_unit_test(test_no_widows),
		cmocka_unit_test(test_second_page),
		cmocka_unit_test(test_class_marks),
		cmocka_unit_test(test_table_head_repeats),
		cmocka_unit_test(test_grid_shared),
		cmocka_unit_test(test_tall_row),
		cmocka_unit_test(test_stress),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_wide_labels),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_tiny),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_squeezed),
		cmocka_unit_test(test_squeezed_pages),
		cmocka_unit_test(test_squeezed_parts),
		cmocka_unit_test(test_lead_in),
		cmocka_unit_test(test_catchword),
		cmocka_unit_test(test_catchword_of_half_a_word),
		cmocka_unit_test(test_keep_with_next),
		cmocka_unit_test(test_breaks_at_the_end),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_signature_in_cell),
		cmocka_unit_test(test_long_number),
		cmocka_unit_test(test_subject_balanced),
		cmocka_unit_test(test_number_before_date),
		cmocka_unit_test(test_same_twice),
		cmocka_unit_test(test_checker),
	};
	struct err e = ERR_INIT;

	if (rig_init(&e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	rig_release();
	return failed;
}
