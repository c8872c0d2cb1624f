/* test_letter_pdf: other people's programs read our letters; the same input gives the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/outfile.h"
#include "qr/encode.h"
#include "unit/paper.h"
#include "unit/tool.h"

#include <pthread.h>

static struct fonts fonts = FONTS_INIT;
static struct stationery *stationery;
static struct qr qr;

static const char url[] = "https://tte.contoh.go.id/v/7K3M-9QPX-4TBC-2WZA-D";
static const char plain[] = "Sehubungan dengan dasar (a\\b) tersebut, diajukan permohonan";
static const char marks[] = "Ṣaḥīḥ Łukasz Šimić Đặng Ñuñez č(ć) “kutip” € ≥ ½";

static int load(void **state)
{
	struct err e = ERR_INIT;
	struct profile p = paper_profile();

	(void)state;
	if (fonts_load(FONT_FOLDER, paper_fonts, &fonts, &e) != 0 ||
		stationery_new(&p, &fonts, ICC_FILE, &stationery, &e) != 0 || qr_encode(url, &qr, &e) != 0)
		print_error("%s\n", e.msg);
	/* Stationery keeps what it needs. */
	fonts_release(&fonts);
	return e.kind;
}

static int unload(void **state)
{
	(void)state;
	stationery_release(&stationery);
	tool_temp_remove();
	return 0;
}

/* One of everything, twice over: two pages. */
#define ITEMS 11
static struct page_list sample(struct page_item items[ITEMS], struct page pages[2])
{
	size_t n = 0;

	items[n] = paper_text(200, 640, FACE_BOLD, "SURAT CONTOH");
	items[n++].role = ROLE_TITLE;
	items[n] = paper_text(85, 600, FACE_REGULAR, plain);
	items[n++].space_extra_pt = 7.25; /* wide enough that a reader might see two blanks */
	items[n] = paper_text(85, 582, FACE_REGULAR, plain);
	items[n++].space_extra_pt = -0.8;
	items[n++] = paper_text(85, 564, FACE_ITALIC, marks);
	items[n++] = (struct page_item){
		.kind = PAGE_LINE, .x_pt = 85, .y_pt = 550, .x2_pt = 300, .y2_pt = 550, .width_pt = 1};
	items[n] = paper_text(85, 520, FACE_BOLD, "Kepala");
	items[n].role = ROLE_TABLE;
	items[n].block = 7;
	items[n].head = HEAD_COLUMN;
	items[n++].cell = 1;
	items[n] = paper_text(85, 500, FACE_REGULAR, "isi");
	items[n].role = ROLE_TABLE;
	items[n].block = 7;
	items[n++].cell = 65;
	items[n++] = (struct page_item){.kind = PAGE_BOX,
		.x_pt = 300,
		.y_pt = 90,
		.x2_pt = 500,
		.y2_pt = 170,
		.width_pt = 0.5,
		.ink = INK_GREY,
		.filled = true,
		.fill_ink = INK_LIGHT};
	items[n++] = (struct page_item){.kind = PAGE_QR,
		.role = ROLE_FIGURE,
		.block = 9,
		.x_pt = 310,
		.y_pt = 95,
		.x2_pt = 310 + 62.36,
		.y2_pt = 95 + 62.36,
		.qr = &qr,
		.alt = url};
	items[n] = paper_text(85, 140, FACE_BOLD, "RAHASIA");
	items[n++].ink = INK_RED;
	items[n] = paper_text(280, 800, FACE_REGULAR, "- 2 -");
	items[n++].role = ROLE_ARTIFACT;
	assert_int_equal(n, ITEMS);
	pages[0] = pages[1] = (struct page){items, n};
	return (struct page_list){.pages = pages, .count = 2};
}

static int make(const struct letter_meta *meta, struct buf *out, struct err *e)
{
	struct page_item items[ITEMS];
	struct page pages[2];
	struct page_list list = sample(items, pages);

	return letter_pdf(stationery, &list, meta, out, e);
}

/* Writes the sample once and runs a tool over it; skips the test when the tool is not there. */
static void ask(const char *const argv[], const struct letter_meta *meta, struct buf *said)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	struct err e = ERR_INIT;
	char path[96];
	const char *full[12] = {NULL};
	size_t n = 0;

	assert_int_equal(make(meta, &out, &e), 0);
	tool_temp(path, sizeof path, "letter.pdf");
	assert_int_equal(outfile_put(path, 0600, out.data, out.len, &e), 0);
	for (; argv[n]; n++)
		full[n] = strcmp(argv[n], "FILE") == 0 ? path : argv[n];
	int status = tool_run(full, said);
	if (status == TOOL_MISSING)
		skip();
	if (status != 0)
		print_error("%s: %s\n", argv[0], buf_str(said));
	assert_int_equal(status, 0);
}

static void has(const struct buf *said, const char *text)
{
	if (!strstr(buf_str(said), text))
		print_error("no '%s' in: %s\n", text, buf_str(said));
	assert_non_null(strstr(buf_str(said), text));
}

static void test_qpdf(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(64 * KIB);
	const char *argv[] = {"qpdf", "--check", "FILE", NULL};

	(void)state;
	ask(argv, &paper_meta, &said);
	has(&said, "No syntax or stream encoding errors");
}

static void test_fonts_are_embedded(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(64 * KIB);
	const char *argv[] = {"pdffonts", "FILE", NULL};
	unsigned count = 0;

	(void)state;
	ask(argv, &paper_meta, &said);
	assert_null(strstr(buf_str(&said), "Syntax"));
	for (const char *p = buf_str(&said); (p = strstr(p, "CID TrueType")); p++) {
		assert_memory_equal(p, "CID TrueType      Identity-H       yes yes yes", 46);
		count++;
	}
	assert_int_equal(count, 4); /* each face once, and the rare characters of the italic */
}

static void test_text_reads_back(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(64 * KIB);
	const char *argv[] = {"pdftotext", "-nopgbrk", "FILE", "-", NULL};

	(void)state;
	ask(argv, &paper_meta, &said);
	assert_null(strstr(buf_str(&said), "Syntax"));
	has(&said, "PUSAT DATA DAN INFORMASI\n");
	has(&said, marks);
	has(&said, "elektronik – sertifikat diterbitkan oleh “BSrE”.");
	/* both justified lines, each word once and one blank between */
	const char *first = strstr(buf_str(&said), plain);
	assert_non_null(first);
	assert_non_null(strstr(first + 1, plain));
}

static void test_mutool_agrees(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(64 * KIB);
	const char *argv[] = {"mutool", "draw", "-q", "-F", "txt", "FILE", NULL};

	(void)state;
	ask(argv, &paper_meta, &said);
	has(&said, plain);
	has(&said, marks);
	assert_null(strstr(buf_str(&said), "error"));
}

static void test_metadata(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(64 * KIB);
	const char *argv[] = {"pdfinfo", "-rawdates", "FILE", NULL};

	(void)state;
	ask(argv, &paper_meta, &said);
	has(&said, "Surat Contoh B/14/III/2026\n");
	has(&said, "Pusat Data & Informasi – Contoh\n");
	has(&said, "Permohonan <TTE> (uji)\n");
	has(&said, "D:20260313000000+07'00'");
	has(&said, "Tagged:          yes");
	has(&said, "A4");
	const char *meta[] = {"pdfinfo", "-meta", "FILE", NULL};
	buf_reset(&said);
	ask(meta, &paper_meta, &said);
	has(&said, "Permohonan &lt;TTE&gt; (uji)");
	has(&said, "2026-03-13T00:00:00+07:00");
}

static void test_qr_is_read(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(64 * KIB);
	char path[96], picture[104];

	(void)state;
	tool_temp(path, sizeof path, "page");
	const char *argv[] = {"pdftoppm", "-r", "150", "-png", "-singlefile", "FILE", path, NULL};
	ask(argv, &paper_meta, &said);
	snprintf(picture, sizeof picture, "%s.png", path);
	const char *zbar[] = {"zbarimg", "--nodbus", "-q", "--raw", picture, NULL};
	buf_reset(&said);
	if (tool_run(zbar, &said) == TOOL_MISSING)
		skip();
	has(&said, url);
}

static void test_structure(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(64 * KIB);
	const char *argv[] = {"pdfinfo", "-struct-text", "FILE", NULL};

	(void)state;
	ask(argv, &paper_meta, &said);
	has(&said, "Document\n  P (block)\n    \"KEMENTERIAN CONTOH");
	has(&said, "  H1 (block)\n    \"SURAT CONTOH\"");
	has(&said, "  Table (block)\n    TR\n      TH");
	has(&said, "      TD\n        \"isi\"");
	/* lines of one paragraph are joined by a blank */
	has(&said, "REPUBLIK INDONESIA PUSAT DATA");
	has(&said, "permohonan Sehubungan");
	has(&said, "Figure");
	assert_null(strstr(buf_str(&said), "- 2 -"));
	assert_null(strstr(buf_str(&said), "Catatan"));
}

/* Rows of a table must have the same number of columns (ISO 14289-1 7.5). */
static void test_irregular_table(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	struct page_item items[6];
	struct page page = {items, ARRAY_LEN(items)};
	struct page_list list = {.pages = &page, .count = 1};
	/* no head: the second row spans; with a head: its empty cells are there */
	static const unsigned cells[6] = {1, 3, 65, 1, 2, 65};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		items[i] = paper_text(85, 600 - 20 * (double)i, FACE_REGULAR, "sel");
		items[i].role = ROLE_TABLE;
		items[i].block = i < 3 ? 1 : 2;
		items[i].cell = cells[i];
		items[i].head = i == 3 ? HEAD_COLUMN : HEAD_NONE;
	}
	assert_int_equal(letter_pdf(stationery, &list, &paper_meta, &out, NULL), 0);
	assert_non_null(memmem(out.data, out.len, "/ColSpan 3", 10));
	size_t cells_seen = 0;
	for (const unsigned char *p = out.data;
		(p = memmem(p, out.len - (size_t)(p - out.data), "<</S/T", 6)); p++)
		cells_seen += p[6] == 'D' || p[6] == 'H';
	assert_int_equal(cells_seen, 4 + 4); /* 1, empty, 3; spanning; head, 2; 65, empty */
}

static size_t count_in(const struct buf *said, const char *text)
{
	size_t count = 0;

	for (const unsigned char *p = said->data;
		(p = memmem(p, said->len - (size_t)(p - said->data), text, strlen(text))); p++)
		count++;
	return count;
}

/* Drawn, not written: DRAF is on the page and nowhere in its text. */
static void test_draft_mark(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(4 * MIB), plain_text = BUF_INIT(MIB);
	const char *argv[] = {"qpdf", "--qdf", "--object-streams=disable", "FILE", "-", NULL};
	const char *text[] = {"pdftotext", "FILE", "-", NULL};
	struct letter_meta draft = paper_meta;

	(void)state;
	ask(argv, &paper_meta, &said);
	assert_int_equal(count_in(&said, "/Watermark"), 0);
	draft.draft = true;
	buf_reset(&said);
	ask(argv, &draft, &said);
	assert_int_equal(count_in(&said, "/Watermark"), 2); /* once a page */
	ask(text, &paper_meta, &plain_text);
	buf_reset(&said);
	ask(text, &draft, &said);
	has(&said, plain);
	for (const char *piece = "DRAF\0DR\0AF\0"; *piece; piece += strlen(piece) + 1)
		assert_int_equal(count_in(&said, piece), count_in(&plain_text, piece));
	/* and not a word of a signature */
	assert_null(strstr(buf_str(&said), "ditandatangani"));
}

/* `items` on a page of their own, and what a tool says of it. */
static void ask_about(struct page_item *items, size_t count, const char *const argv[], struct buf *said)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	struct page page = {items, count};
	struct page_list list = {.pages = &page, .count = 1};
	struct err e = ERR_INIT;
	char path[96];
	const char *full[12] = {NULL};

	assert_int_equal(letter_pdf(stationery, &list, &paper_meta, &out, &e), 0);
	tool_temp(path, sizeof path, "page.pdf");
	assert_int_equal(outfile_put(path, 0600, out.data, out.len, &e), 0);
	for (size_t n = 0; argv[n]; n++)
		full[n] = strcmp(argv[n], "FILE") == 0 ? path : argv[n];
	int status = tool_run(full, said);
	if (status == TOOL_MISSING)
		skip();
	assert_int_equal(status, 0);
}

/* A mark is seen and not read, the state of a check box is read and not seen. */
static void test_paint(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(MIB);
	const char *text[] = {"pdftotext", "FILE", "-", NULL};
	const char *picture[] = {"pdftoppm", "-r", "20", "-gray", "FILE", NULL};
	struct page_item items[3] = {paper_text(60, 500, FACE_BOLD, "SALINAN"),
		paper_text(85, 400, FACE_REGULAR, "[x] "), paper_text(105, 400, FACE_REGULAR, "Segera")};
	struct page_list list = PAGE_LIST_INIT;
	AUTO(buf_release) struct buf seen = BUF_INIT(MIB), blank = BUF_INIT(MIB), out = BUF_INIT(MIB);
	struct err e = ERR_INIT;

	(void)state;
	items[0].role = ROLE_ARTIFACT;
	items[0].paint = PAINT_SHAPES;
	items[0].size_pt = 120;
	items[1].paint = PAINT_NOTHING;
	ask_about(items, 3, text, &said);
	has(&said, "[x] Segera");
	assert_null(strstr(buf_str(&said), "SALINAN"));
	/* the letters of the mark leave ink, the state none */
	ask_about(items, 1, picture, &seen);
	ask_about(items + 1, 1, picture, &blank);
	assert_int_equal(seen.len, blank.len);
	assert_memory_not_equal(seen.data, blank.data, seen.len);
	items[1].text_len = 0;
	buf_reset(&seen);
	ask_about(items + 1, 1, picture, &seen);
	assert_memory_equal(seen.data, blank.data, seen.len);
	/* only capitals have outlines */
	struct page page = {items, 1};
	list = (struct page_list){.pages = &page, .count = 1};
	items[0].text = "Salinan";
	assert_int_equal(letter_pdf(stationery, &list, &paper_meta, &out, &e), -1);
	assert_int_equal(e.kind, ERR_BUG);
	assert_int_equal(out.len, 0);
}

/* A signature in a table: its figure is a child of the cell, between the cell's texts. */
static void test_figure_in_cell(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(MIB);
	const char *argv[] = {"pdfinfo", "-struct-text", "FILE", NULL};
	struct page_item items[4] = {paper_text(85, 500, FACE_REGULAR, "kiri"),
		paper_text(300, 500, FACE_REGULAR, "atas"),
		{.kind = PAGE_QR,
			.x_pt = 300,
			.y_pt = 420,
			.x2_pt = 360,
			.y2_pt = 480,
			.qr = &qr,
			.alt = url},
		paper_text(300, 400, FACE_REGULAR, "bawah")};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		items[i].role = i == 2 ? ROLE_FIGURE : ROLE_TABLE;
		items[i].block = 5;
		items[i].cell = i == 0 ? 1 : 2;
	}
	ask_about(items, ARRAY_LEN(items), argv, &said);
	assert_int_equal(count_in(&said, "Table (block)"), 1);
	assert_int_equal(count_in(&said, "TR\n"), 1);
	has(&said, "      TD\n        \"kiri\"\n      TD\n        \"atas\"\n        Figure");
	has(&said, "\"bawah\"");
}

/* Every script that the faces have, mixed within words and lines, comes back as it was. */
static const char *const scripts[] = {
	"Nguyễn Thị Hồng Ánh, Đặng Quốc Việt, Trần Ẩn Ỡ Ự",
	"Ελευθέριος Παπαδόπουλος, Ἀθῆναι, Ὀδυσσεύς",
	"Владимир Ильич Щёголев, Їжак Ґанок, Ђорђе Џ.",
	"Łukasz Ŵęgłowski-Ǿ, Þórður Ðæ, Ḥājj ʿAbd al-Ṣamad Ẓāhirī, Ɓɛɗo Ŋ",
	"Budi Иван (Иванov) αβγ-Test, ≤ 5 µm ± 0,3 ‰ № 7 € → ¼",
	"(\\) ŒŽœž\xc2\xa0― … ‘‚’ ‹›",
};

static void make_scripts(struct page_item *items)
{
	for (size_t i = 0; i < 3 * ARRAY_LEN(scripts); i++) {
		items[i] = paper_text(85, 640 - 18 * (double)i, (enum face)(i % 3), scripts[i / 3]);
		items[i].block = (unsigned)i + 1;
		items[i].space_extra_pt = (double)(i % 3);
	}
}

static void test_scripts(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(MIB), again = BUF_INIT(MIB), fonts_said = BUF_INIT(MIB);
	const char *poppler[] = {"pdftotext", "-raw", "FILE", "-", NULL};
	const char *mutool[] = {"mutool", "draw", "-q", "-F", "txt", "FILE", NULL};
	const char *qpdf[] = {"qpdf", "--check", "FILE", NULL};
	struct page_item items[3 * ARRAY_LEN(scripts)];

	(void)state;
	make_scripts(items);
	ask_about(items, ARRAY_LEN(items), qpdf, &fonts_said);
	ask_about(items, ARRAY_LEN(items), poppler, &said);
	for (size_t i = 0; i < ARRAY_LEN(scripts) - 1; i++)
		assert_int_equal(count_in(&said, scripts[i]), 3);
	/* poppler writes the no-break space as a blank */
	assert_int_equal(count_in(&said, "(\\) ŒŽœž ― … ‘‚’ ‹›"), 3);
	ask_about(items, ARRAY_LEN(items), mutool, &again);
	for (size_t i = 0; i < ARRAY_LEN(scripts) - 1; i++)
		assert_int_equal(count_in(&again, scripts[i]), 3);
}

/* A letter pays for the characters that it holds, not for those that it might. */
static void test_price_of_a_name(void **state)
{
	AUTO(buf_release) struct buf latin = BUF_INIT(MIB), cyrillic = BUF_INIT(MIB), all = BUF_INIT(MIB);
	struct page_item items[3 * ARRAY_LEN(scripts)];
	struct page_item item = paper_text(85, 600, FACE_REGULAR, "Ivan Ivanov");
	struct page page = {&item, 1};
	struct page_list list = {.pages = &page, .count = 1};

	(void)state;
	assert_int_equal(letter_pdf(stationery, &list, &paper_meta, &latin, NULL), 0);
	item.text = "Иван Иванов";
	item.text_len = strlen(item.text);
	assert_int_equal(letter_pdf(stationery, &list, &paper_meta, &cyrillic, NULL), 0);
	assert_true(cyrillic.len > latin.len);
	assert_true(cyrillic.len - latin.len < 2500);
	make_scripts(items);
	page = (struct page){items, ARRAY_LEN(items)};
	assert_int_equal(letter_pdf(stationery, &list, &paper_meta, &all, NULL), 0);
	assert_true(all.len < 90000);
}

/* The hyphen of a divided word is seen and not read (ISO 32000-1 14.8.2.2.3). */
static void test_divided_word(void **state)
{
	AUTO(buf_release) struct buf said = BUF_INIT(MIB);
	const char *structure[] = {"pdfinfo", "-struct-text", "FILE", NULL};
	const char *text[] = {"pdftotext", "FILE", "-", NULL};
	struct page_item items[2] = {paper_text(85, 600, FACE_REGULAR, "Kami mengajukan permo\xc2\xad"),
		paper_text(85, 582, FACE_REGULAR, "honan sertifikat")};

	(void)state;
	ask_about(items, 2, structure, &said);
	has(&said, "\"Kami mengajukan permohonan sertifikat\"");
	buf_reset(&said);
	ask_about(items, 2, text, &said);
	has(&said, "permo\xc2\xad\nhonan"); /* by lines; whoever joins them drops U+00AD */
}

static void *make_many(void *out)
{
	for (int i = 0; i < 30; i++) {
		buf_reset(out);
		if (make(&paper_meta, out, NULL) != 0)
			return NULL;
	}
	return out;
}

static void test_same_bytes_from_threads(void **state)
{
	struct buf first = BUF_INIT(LIMIT_LETTER_BYTES), out[4];
	pthread_t thread[4];
	void *done;

	(void)state;
	assert_int_equal(make(&paper_meta, &first, NULL), 0);
	assert_true(first.len < 65000); /* three faces, one of them with everything */
	for (int i = 0; i < 4; i++) {
		out[i] = (struct buf)BUF_INIT(LIMIT_LETTER_BYTES);
		assert_int_equal(pthread_create(&thread[i], NULL, make_many, &out[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(thread[i], &done), 0);
		assert_non_null(done);
		assert_int_equal(first.len, out[i].len);
		assert_memory_equal(first.data, out[i].data, first.len);
		buf_release(&out[i]);
	}
	buf_release(&first);
}

static void test_appends(void **state)
{
	AUTO(buf_release) struct buf alone = BUF_INIT(LIMIT_LETTER_BYTES);
	AUTO(buf_release) struct buf after = BUF_INIT(LIMIT_LETTER_BYTES);

	(void)state;
	/* Offsets count from the letter's own beginning. */
	buf_adds(&after, "something else");
	assert_int_equal(make(&paper_meta, &alone, NULL), 0);
	assert_int_equal(make(&paper_meta, &after, NULL), 0);
	assert_int_equal(after.len, alone.len + 14);
	assert_memory_equal(after.data + 14, alone.data, alone.len);
}

static void test_refusals(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} bad[] = {{"naïve שלום", "U+05E9"}, {"emoji \xf0\x9f\x98\x80", "U+1F600"}, {"tab\there", "U+0009"},
		{"zero\xe2\x80\x8bwidth", "U+200B"}, {"\xff", "UTF-8"}, {"e\xcc\x81", "U+0301"}};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
		struct page_item items[2] = {paper_text(85, 600, FACE_REGULAR, "baik"),
			paper_text(85, 500, FACE_BOLD, bad[i].text)};
		struct page pages[2] = {{items, 1}, {items, 2}};
		struct page_list list = {.pages = pages, .count = 2};
		struct err e = ERR_INIT;
		buf_adds(&out, "kept");
		assert_int_equal(letter_pdf(stationery, &list, &paper_meta, &out, &e), -1);
		assert_int_equal(e.kind, ERR_INPUT);
		assert_non_null(strstr(e.msg, bad[i].says));
		assert_non_null(strstr(e.msg, "page 2"));
		assert_int_equal(out.len, 4);
	}
	struct page_list none = PAGE_LIST_INIT;
	struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	struct err e = ERR_INIT;
	assert_int_equal(letter_pdf(stationery, &none, &paper_meta, &out, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	/* a ceiling is an error, not half a letter */
	struct buf small = BUF_INIT(20000);
	err_clear(&e);
	assert_int_equal(make(&paper_meta, &small, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	buf_release(&small);
	buf_release(&out);
}

static void test_many_pages(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	static struct page pages[LIMIT_PAGES + 1];
	struct page_item item = paper_text(85, 600, FACE_REGULAR, plain);
	struct page_list list = {.pages = pages, .count = LIMIT_PAGES};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++)
		pages[i] = (struct page){&item, i % 2}; /* every other page is empty */
	assert_int_equal(letter_pdf(stationery, &list, &paper_meta, &out, &e), 0);
	list.count++;
	assert_int_equal(letter_pdf(stationery, &list, &paper_meta, &out, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_qpdf),
		cmocka_unit_test(test_fonts_are_embedded),
		cmocka_unit_test(test_text_reads_back),
		cmocka_unit_test(test_mutool_agrees),
		cmocka_unit_test(test_metadata),
		cmocka_unit_test(test_qr_is_read),
		cmocka_unit_test(test_structure),
		cmocka_unit_test(test_irregular_table),
		cmocka_unit_test(test_draft_mark),
		cmocka_unit_test(test_paint),
		cmocka_unit_test(test_figure_in_cell),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_price_of_a_name),
		cmocka_unit_test(test_divided_word),
		cmocka_unit_test(test_same_bytes_from_threads),
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_many_pages),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
