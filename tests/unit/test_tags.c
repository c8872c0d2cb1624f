/*
 * test_tags: letters made by hand, one per construct, and the structure that reading software finds in them.
 *
 * LETTERS=DIR keeps the files, for other judges (make interop).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/outfile.h"
#include "pdf/tags.h"
#include "qr/encode.h"
#include "unit/paper.h"
#include "unit/tool.h"

static struct fonts fonts = FONTS_INIT;
static struct stationery *stationery;
static struct qr qr;

static int load(void **state)
{
	struct err e = ERR_INIT;
	struct profile p = paper_profile();

	(void)state;
	if (fonts_load(FONT_FOLDER, paper_fonts, &fonts, &e) != 0 ||
		stationery_new(&p, &fonts, ICC_FILE, &stationery, &e) != 0 ||
		qr_encode("https://tte.contoh.example/v/7K3M", &qr, &e) != 0)
		print_error("%s\n", e.msg);
	return e.kind;
}

static int unload(void **state)
{
	(void)state;
	stationery_release(&stationery);
	fonts_release(&fonts);
	tool_temp_remove();
	return 0;
}

/* ---- letters -------------------------------------------------------------------------------------------- */

#define PAGES 4
struct draft {
	struct page_item items[PAGES][64];
	struct page pages[PAGES];
	size_t count;
	double y_pt;
};

static struct page_item *put(struct draft *d, enum page_role role, unsigned block, const char *text)
{
	struct page *page = &d->pages[d->count ? d->count - 1 : 0];

	if (d->count == 0)
		d->count = 1;
	page->items = d->items[d->count - 1];
	if (page->count == 0)
		d->y_pt = 640;
	struct page_item *it = &page->items[page->count++];
	*it = paper_text(85, d->y_pt -= 16, FACE_REGULAR, text);
	it->role = role;
	it->block = block;
	return it;
}

static void put_cell(struct draft *d, enum page_role role, unsigned block, unsigned row, unsigned column,
	enum page_head head, const char *text)
{
	struct page_item *it = put(d, role, block, text);

	it->cell = row * 64 + column + 1;
	it->head = head;
	it->x_pt += 90 * column;
	if (column > 0)
		it->y_pt = d->y_pt += 16;
}

static void put_qr(struct draft *d, unsigned block, double x)
{
	struct page_item *it = put(d, ROLE_FIGURE, block, "");

	*it = (struct page_item){.kind = PAGE_QR, .role = ROLE_FIGURE, .block = block, .x_pt = x};
	it->y_pt = d->y_pt -= 60;
	it->x2_pt = x + 60;
	it->y2_pt = it->y_pt + 60;
	it->qr = &qr;
	it->alt = "https://tte.contoh.example/v/7K3M";
}

static struct page_list list_of(struct draft *d)
{
	return (struct page_list){.pages = d->pages, .count = d->count};
}

/* ---- what is in them ------------------------------------------------------------------------------------ */

static void write_file(
	const struct stationery *s, const struct page_list *list, const char *name, char *path, size_t size)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	const char *keep = getenv("LETTERS");
	struct err e = ERR_INIT;

	if (letter_pdf(s, list, &paper_meta, &out, &e) != 0)
		fail_msg("%s", e.msg);
	if (keep)
		snprintf(path, size, "%s/%s.pdf", keep, name);
	else
		tool_temp(path, size, name);
	assert_int_equal(outfile_put(path, 0644, out.data, out.len, &e), 0);
}

/* The objects of the file, readable. */
static void objects_of(const struct page_list *list, const char *name, struct buf *said)
{
	char path[256];

	write_file(stationery, list, name, path, sizeof path);
	const char *argv[] = {"qpdf", "--qdf", "--object-streams=disable", path, "-", NULL};
	int status = tool_run(argv, said);
	if (status == TOOL_MISSING)
		skip();
	assert_int_equal(status, 0);
}

static size_t count_in(const struct buf *said, const char *text)
{
	size_t count = 0;

	for (const unsigned char *p = said->data;
		(p = memmem(p, said->len - (size_t)(p - said->data), text, strlen(text))); p++)
		count++;
	return count;
}

/* "Document(P Table(TR(TH TD)))": the tree by names, with what a node says of itself. */
static void add_tree(const struct tags *t, int32_t node, struct buf *out)
{
	const struct tag_node *n = &t->nodes[node];

	buf_adds(out, tag_names[n->tag]);
	if (n->tag == TAG_TH)
		buf_adds(out, n->head == HEAD_ROW ? ":row" : ":column");
	if (n->span > 1)
		buf_addf(out, "*%u", n->span);
	if (n->numbering)
		buf_addf(out, ":%s", n->numbering);
	if (n->title)
		buf_addf(out, ":'%s'", n->title);
	if (n->first_kid < 0)
		return;
	buf_addc(out, '(');
	for (int32_t k = n->first_kid; k >= 0; k = t->nodes[k].next) {
		if (k != n->first_kid)
			buf_addc(out, ' ');
		assert_int_equal(t->nodes[k].parent, node);
		add_tree(t, k, out);
	}
	buf_addc(out, ')');
}

/* Builds the tree; each piece of content must be in it once, in the order of its page. */
static void tree_is(const struct page_list *list, const char *tree)
{
	AUTO(tags_release) struct tags t = TAGS_INIT;
	AUTO(buf_release) struct buf out = BUF_INIT(64 * KIB);
	const struct tags_kop none = {.has_text = false};
	size_t marks = 0;

	assert_int_equal(tags_build(list, &none, &t, NULL), 0);
	add_tree(&t, 0, &out);
	assert_string_equal(buf_str(&out), tree);
	for (size_t i = 0; i < t.node_count; i++)
		for (int32_t m = t.nodes[i].first_mark; m >= 0; m = t.marks[m].next, marks++)
			assert_int_equal(t.marks[m].node, i);
	assert_int_equal(marks, t.mark_count);
	for (size_t i = 1; i < t.mark_count; i++)
		assert_true(
			t.marks[i].page > t.marks[i - 1].page || t.marks[i].mcid == t.marks[i - 1].mcid + 1);
}

/* ---- tests ---------------------------------------------------------------------------------------------- */

/* The letter and its attachments: a part each, with a bookmark and a title of its own. */
static void test_parts(void **state)
{
	static struct draft d;
	AUTO(buf_release) struct buf said = BUF_INIT(4 * MIB);
	struct page_part parts[] = {{"Surat Permohonan", 0, 650}, {"Lampiran I – Formulir", 1, 700},
		{"Lampiran II (Daftar)", 3, 710}};

	(void)state;
	put(&d, ROLE_TEXT, 1, "Kami mengajukan permohonan.");
	d.count = 2;
	put(&d, ROLE_ARTIFACT, 0, "- 2 -")->y_pt = 800;
	put(&d, ROLE_TITLE, 2, "FORMULIR PERMOHONAN");
	put(&d, ROLE_TEXT, 3, "Isi formulir, yang");
	d.count = 3;
	put(&d, ROLE_TEXT, 3, "masih berlanjut.");
	d.count = 4;
	put(&d, ROLE_TITLE, 4, "DAFTAR PESERTA");
	put(&d, ROLE_TITLE, 5, "UJI KESESUAIAN");
	put(&d, ROLE_TEXT, 6, "Contoh Peserta");
	struct page_list list = list_of(&d);
	tree_is(&list, "Document(P H1 P H1 P)");
	objects_of(&list, "tanpa-bagian", &said);
	assert_int_equal(count_in(&said, "/Outlines"), 0);
	assert_int_equal(count_in(&said, "/UseOutlines"), 0);

	list.parts = parts;
	list.part_count = ARRAY_LEN(parts);
	tree_is(&list, "Document(Sect:'Surat Permohonan'(P) Sect:'Lampiran I – Formulir'(H1 P) "
		       "Sect:'Lampiran II (Daftar)'(H1 P))");
	buf_reset(&said);
	objects_of(&list, "bagian", &said);
	assert_int_equal(count_in(&said, "/PageMode /UseOutlines"), 1);
	assert_int_equal(count_in(&said, "/Title (Surat Permohonan)"), 1);
	assert_int_equal(count_in(&said, "/Title (Lampiran II \\(Daftar\\))"), 1);
	assert_int_equal(count_in(&said, "/XYZ"), 3);
	assert_int_equal(count_in(&said, "/S /Sect"), 3);
	assert_int_equal(
		count_in(&said, "/Type/Pagination"), 1 + 1); /* the footer of all pages, a page number */
	assert_int_equal(count_in(&said, "/Subtype/Header"), 1);

	/* Two parts on one page: the second has all the text; an attachment that never came has nothing. */
	parts[1].page = 0;
	parts[2].page = 9;
	tree_is(&list, "Document(Sect:'Lampiran I – Formulir'(P H1 P H1 P))");
}

static void test_table_heads(void **state)
{
	static struct draft d;
	AUTO(buf_release) struct buf said = BUF_INIT(4 * MIB);

	(void)state;
	put_cell(&d, ROLE_TABLE, 1, 0, 0, HEAD_COLUMN, "No.");
	put_cell(&d, ROLE_TABLE, 1, 0, 1, HEAD_COLUMN, "Kriteria");
	put_cell(&d, ROLE_TABLE, 1, 0, 2, HEAD_COLUMN, "Hasil");
	put_cell(&d, ROLE_TABLE, 1, 1, 0, HEAD_ROW, "1.");
	put_cell(&d, ROLE_TABLE, 1, 1, 1, HEAD_NONE, "Tampilan");
	put_cell(&d, ROLE_TABLE, 1, 1, 2, HEAD_NONE, "Sesuai");
	put_cell(&d, ROLE_TABLE, 1, 2, 0, HEAD_ROW, "Bagian kedua"); /* a heading across the table */
	put_cell(&d, ROLE_TABLE, 1, 3, 0, HEAD_ROW, "2.");
	d.count = 2; /* the head is repeated */
	put_cell(&d, ROLE_ARTIFACT, 1, 0, 0, HEAD_COLUMN, "No.");
	put_cell(&d, ROLE_ARTIFACT, 1, 0, 1, HEAD_COLUMN, "Kriteria");
	put_cell(&d, ROLE_TABLE, 1, 3, 1, HEAD_NONE, "Bahasa");
	put_cell(&d, ROLE_TABLE, 1, 3, 2, HEAD_NONE, "Sesuai");
	/* a form: rows have their own number of cells, the first names them */
	put_cell(&d, ROLE_TABLE, 2, 0, 0, HEAD_ROW, "Nama sistem");
	put_cell(&d, ROLE_TABLE, 2, 0, 1, HEAD_NONE, "SURELKO");
	put_cell(&d, ROLE_TABLE, 2, 1, 0, HEAD_ROW, "Alamat");
	put_cell(&d, ROLE_TABLE, 2, 1, 1, HEAD_NONE, "IP");
	put_cell(&d, ROLE_TABLE, 2, 1, 2, HEAD_NONE, "203.0.113.9");
	/* a cell whose text begins on the next page only */
	put_cell(&d, ROLE_TABLE, 4, 0, 2, HEAD_NONE, "panjang");
	d.count = 3;
	put_cell(&d, ROLE_TABLE, 4, 0, 0, HEAD_NONE, "nanti");
	put_cell(&d, ROLE_TABLE, 4, 0, 2, HEAD_NONE, "dan lanjutannya");
	put_cell(&d, ROLE_TABLE, 4, 1, 1, HEAD_NONE, "tengah");
	/* bold is no head */
	put(&d, ROLE_TABLE, 3, "Tebal")->face = FACE_BOLD;
	d.items[2][d.pages[2].count - 1].cell = 1;
	struct page_list list = list_of(&d);
	tree_is(&list, "Document(Table(TR(TH:column TH:column TH:column) TR(TH:row TD TD) TR(TH:row*3) "
		       "TR(TH:row TD TD)) Table(TR(TH:row TD*2) TR(TH:row TD TD)) Table(TR(TD TD TD) TR(TD "
		       "TD*2)) Table(TR(TD)))");
	objects_of(&list, "tabel", &said);
	assert_int_equal(count_in(&said, "/Scope /Column"), 3);
	assert_int_equal(count_in(&said, "/Scope /Row"), 5);
	assert_int_equal(count_in(&said, "/ColSpan 3"), 1);
}

static void test_lists(void **state)
{
	static struct draft d;
	static const char *const labels[] = {"1.", "a.", "(i)", "I.", "B)", "•", "-", "Nama", "1.2", "12)"};
	AUTO(buf_release) struct buf said = BUF_INIT(4 * MIB);

	(void)state;
	/* Nomor, with the date beside it, Sifat: one list */
	put_cell(&d, ROLE_LIST, 1, 0, 0, HEAD_NONE, "Nomor :");
	put_cell(&d, ROLE_LIST, 1, 0, 1, HEAD_NONE, "B/1/2026");
	put(&d, ROLE_TEXT, 1, "Jakarta, 2 Maret 2026");
	put_cell(&d, ROLE_LIST, 1, 1, 0, HEAD_NONE, "Sifat :");
	put_cell(&d, ROLE_LIST, 1, 1, 1, HEAD_NONE, "Biasa");
	put(&d, ROLE_TEXT, 2, "Isi surat.");
	put(&d, ROLE_TEXT, 3, "Tembusan:");
	put_cell(&d, ROLE_LIST, 3, 0, 0, HEAD_NONE, "1.");
	put_cell(&d, ROLE_LIST, 3, 0, 1, HEAD_NONE, "Contoh Pejabat");
	d.count = 2; /* goes on over the page */
	put_cell(&d, ROLE_LIST, 3, 1, 0, HEAD_NONE, "2.");
	put_cell(&d, ROLE_LIST, 3, 1, 1, HEAD_NONE, "Contoh Arsip");
	struct page_list list = list_of(&d);
	tree_is(&list, "Document(L(LI(Lbl LBody) LI(Lbl LBody)) P P "
		       "L:Decimal(Caption LI(Lbl LBody) LI(Lbl LBody)))");
	objects_of(&list, "daftar", &said);
	assert_int_equal(count_in(&said, "/ListNumbering /Decimal"), 1);

	static struct draft e;
	for (unsigned i = 0; i < ARRAY_LEN(labels); i++) {
		put_cell(&e, ROLE_LIST, i + 1, 0, 0, HEAD_NONE, labels[i]);
		put_cell(&e, ROLE_LIST, i + 1, 0, 1, HEAD_NONE, "isi");
	}
	list = list_of(&e);
	tree_is(&list,
		"Document(L:Decimal(LI(Lbl LBody)) L:LowerAlpha(LI(Lbl LBody)) L:LowerRoman(LI(Lbl LBody)) "
		"L:UpperRoman(LI(Lbl LBody)) L:UpperAlpha(LI(Lbl LBody)) L:Disc(LI(Lbl LBody)) "
		"L(LI(Lbl LBody)) L(LI(Lbl LBody)) L(LI(Lbl LBody)) L:Decimal(LI(Lbl LBody)))");
}

/* Three who sign: each symbol says in the letter's language what it is for. */
static void test_signatures(void **state)
{
	static struct draft d;
	AUTO(buf_release) struct buf said = BUF_INIT(4 * MIB);

	(void)state;
	for (unsigned i = 1; i <= 3; i++) {
		put(&d, ROLE_TEXT, i, "Penguji,");
		put_qr(&d, i, 100);
		put(&d, ROLE_TEXT, i, "Contoh Penguji");
	}
	struct page_list list = list_of(&d);
	tree_is(&list, "Document(P Figure P P Figure P P Figure P)");
	objects_of(&list, "tiga-penanda-tangan", &said);
	assert_int_equal(
		count_in(&said,
			"/Alt (Kode QR untuk memeriksa keaslian surat: https://tte.contoh.example/v/7K3M)"),
		3);
	assert_int_equal(count_in(&said, "/BBox"), 3);
}

/* All scripts, a divided word, marks in outlines and every kind of artifact on one page. */
static void test_marks(void **state)
{
	static struct draft d;
	AUTO(buf_release) struct buf said = BUF_INIT(4 * MIB);

	(void)state;
	put(&d, ROLE_ARTIFACT, 0, "RAHASIA")->y_pt = 810;
	put(&d, ROLE_ARTIFACT, 0, "RAHASIA")->y_pt = 30;
	struct page_item *mark = put(&d, ROLE_ARTIFACT, 0, "CONTOH");
	mark->paint = PAINT_SHAPES;
	mark->face = FACE_BOLD;
	mark->ink = INK_LIGHT;
	mark->size_pt = 90;
	put(&d, ROLE_TITLE, 1, "PENGUJIAN ŁÓDŹ")->face = FACE_BOLD;
	put(&d, ROLE_TEXT, 2, "Иван Щёголев, Ελευθέριος, Nguyễn Thị Hồng, permo\xc2\xad");
	put(&d, ROLE_TEXT, 2, "honan → ½ № 7");
	put(&d, ROLE_TEXT, 3, "[x] ")->paint = PAINT_NOTHING;
	put(&d, ROLE_TEXT, 3, "Segera")->face = FACE_ITALIC;
	*put(&d, ROLE_ARTIFACT, 4, "") = (struct page_item){
		.kind = PAGE_LINE, .x_pt = 85, .y_pt = 300, .x2_pt = 200, .y2_pt = 300, .width_pt = 0.5};
	struct page_list list = list_of(&d);
	tree_is(&list, "Document(H1 P P)");
	objects_of(&list, "semua-aksara", &said);
	assert_int_equal(count_in(&said, "/Subtype/Header/Attached[/Top]"), 1);
	assert_int_equal(count_in(&said, "/Subtype/Footer/Attached[/Bottom]"), 2); /* and the stationery's */
	assert_int_equal(count_in(&said, "/Subtype/Watermark"), 1);
	assert_true(count_in(&said, "/Artifact<</Type/Layout>>") >= 2);
	assert_int_equal(count_in(&said, "/Artifact BMC"), 0);
}

/* The office's own picture is content: it has a text, and stands before the kop's words. */
static void test_emblem(void **state)
{
	static struct draft d;
	static const unsigned char rgb[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 0x0d, 'I',
		'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c,
		'I', 'D', 'A', 'T', 0x08, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d,
		0xb0, 0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};
	AUTO(buf_release) struct buf said = BUF_INIT(4 * MIB);
	AUTO(stationery_release) struct stationery *s = NULL;
	struct profile p = paper_profile();
	struct err e = ERR_INIT;
	char path[256], file[256];

	(void)state;
	tool_temp(path, sizeof path, "lambang.png");
	assert_int_equal(outfile_put(path, 0600, rgb, sizeof rgb, &e), 0);
	p.kop.emblem_image = path;
	p.kop.emblem_alt = "Lambang Kementerian Contoh";
	if (stationery_new(&p, &fonts, ICC_FILE, &s, &e) != 0)
		fail_msg("%s", e.msg);
	put(&d, ROLE_TEXT, 1, "Isi surat.");
	d.count = 2;
	put(&d, ROLE_TEXT, 2, "Halaman kedua.");
	struct page_list list = list_of(&d);
	write_file(s, &list, "lambang", file, sizeof file);
	const char *argv[] = {"qpdf", "--qdf", "--object-streams=disable", file, "-", NULL};
	int status = tool_run(argv, &said);
	if (status == TOOL_MISSING)
		skip();
	assert_int_equal(status, 0);
	assert_int_equal(count_in(&said, "/Alt (Lambang Kementerian Contoh)"), 1);
	assert_int_equal(count_in(&said, "/Subtype /Image"), 1);
	assert_int_equal(count_in(&said, "/Em Do"), 1);
	assert_int_equal(count_in(&said, "/Figure<</MCID 1>>"), 1);
	const char *structure[] = {"pdfinfo", "-struct-text", file, NULL};
	buf_reset(&said);
	if (tool_run(structure, &said) == TOOL_MISSING)
		skip();
	const char *figure = strstr(buf_str(&said), "Figure"), *kop = strstr(buf_str(&said), "KEMENTERIAN");
	assert_true(figure && kop && figure < kop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_table_heads),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_emblem),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
