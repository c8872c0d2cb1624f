#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "letter/tree.h"

#include <stdlib.h>
#include <string.h>

/* Every element and attribute of the schema, at least once. */
static const char whole[] =
	"<surat xmlns=\"urn:naskah:surat:1\" rapat=\"ya\" kopi=\"Kopi Nomor 1\">"
	"<kop indentasi-mm=\"1\" ukuran-pt=\"13\" spasi-pt=\"16.5\" ikut-berikut=\"ya\"><paragraf>A "
	"<tebal>b</tebal></paragraf></kop>"
	"<rujukan label-mm=\"0\" titik-dua-mm=\"25\" tempat-tanggal=\"Jakarta\"><isian "
	"label=\"Nomor\">1</isian>"
	"<isian label=\"Hal\" nomor=\"1.\"/></rujukan>"
	"<yth><paragraf>Yth.</paragraf><paragraf>di</paragraf></yth>"
	"<judul garis-bawah=\"ya\"><paragraf rata=\"tengah\" indentasi-mm=\"12.5\">S "
	"<miring>x</miring></paragraf></judul>"
	"<daftar indentasi-mm=\"7\"><butir label=\"a.\">satu</butir><butir "
	"label=\"b.\"><paragraf>dua</paragraf></butir></daftar>"
	"<data indentasi-mm=\"2\" label-mm=\"7\" titik-dua-mm=\"55\" lebar-mm=\"100\" "
	"bingkai-pt=\"0.75\"><isian label=\"X\"><paragraf>x</paragraf></isian></data>"
	"<tabel garis-pt=\"0.5\"><baris kepala=\"ya\" tinggi-mm=\"8\"><sel lebar-mm=\"20\" rata=\"kiri\" "
	"kepala=\"ya\">No</sel>"
	"<sel><jarak "
	"tinggi-mm=\"3\"/><tanda-tangan><kotak-nama>N</kotak-nama><kotak-jabatan>J</kotak-jabatan><nama>N</"
	"nama>"
	"</tanda-tangan></sel></baris></tabel>"
	"<pilihan-pilihan sebaris=\"ya\"><pilihan "
	"silang=\"ya\">Ya</pilihan><pilihan>Tidak</pilihan></pilihan-pilihan>"
	"<tanda-tangan indentasi-mm=\"85\"><atas>a.n. B,</atas><atas>C,</atas><kotak-nama>N</kotak-nama>"
	"<kotak-jabatan>J</kotak-jabatan><nama>N</nama><bawah>NIP</bawah><bawah>x</bawah></tanda-tangan>"
	"<halaman-baru bagian=\"Lampiran\"/><paragraf/><halaman-baru/>"
	"<para-penanda-tangan><tanda-tangan><kotak-nama>N</kotak-nama><kotak-jabatan>J</"
	"kotak-jabatan><nama>N</nama></tanda-tangan>"
	"<tanda-tangan><kotak-nama>N</kotak-nama><kotak-jabatan>J</kotak-jabatan><nama>N</nama></"
	"tanda-tangan></para-penanda-tangan>"
	"<tembusan label=\"Tembusan:\"><butir label=\"1.\">Arsip</butir></tembusan>"
	"</surat>";

static const char *const elements[] = {"atas", "kotak-nama", "kotak-jabatan", "nama", "bawah", "isian",
	"paragraf", "sel", "baris", "butir", "pilihan", "tebal", "miring", "daftar", "data", "tabel",
	"pilihan-pilihan", "jarak", "tanda-tangan", "kop", "rujukan", "yth", "judul", "para-penanda-tangan",
	"tembusan", "halaman-baru", "surat", "lain"};
static const char *const attributes[] = {"ukuran-pt", "spasi-pt", "ikut-berikut", "rata", "indentasi-mm",
	"label-mm", "titik-dua-mm", "lebar-mm", "tinggi-mm", "label", "nomor", "tempat-tanggal",
	"garis-bawah", "bingkai-pt", "garis-pt", "kepala", "sebaris", "silang", "bagian", "rapat", "kopi",
	"lain", "xml:lang"};
static const char *const values[] = {"", " ", "ya", "Ya", " ya", "ya ", "tidak", "0", "12", "999", "1234",
	"1.234", "1.2345", ".5", "5.", "+5", "-5", " 12", "12 ", "1,5", "1e1", "kiri", "penuh", "kanan",
	"tengah", "atas", "&#9;", "&#160;", "teks &amp; teks"};
static const char *const insertions[] = {" ", "\n", "x", "&#160;", "<!-- x -->", "<?x y?>",
	"<tebal>x</tebal>", "<lain/>", "<paragraf>x</paragraf>", "<jarak tinggi-mm=\"1\"/>",
	"<tebal xmlns=\"urn:lain\">x</tebal>", "<paragraf xmlns=\"\"/>", "<![CDATA[ ]]>", "<![CDATA[x]]>",
	"<tebal rata=\"kiri\"/>", "<tanda-tangan/>", "<judul><paragraf/></judul>",
	"<tabel><baris><sel/></baris></tabel>", "<butir label=\"x\"/>", "<isian label=\"x\"/>", "<pilihan/>",
	"<baris><sel/></baris>", "<tembusan label=\"x\"><butir label=\"x\"/></tembusan>", "<halaman-baru/>",
	"<tebal><miring>x</miring></tebal>", "<kop><paragraf/></kop>", "<sel/>", "<atas>x</atas>",
	"<bawah>x</bawah>", "<atas> </atas>", "<nama/>"};

struct tally {
	struct xml_schema *schema;
	size_t accepted, refused, mixed;
};

/* The one thing in these mutants that a schema cannot say: a butir, isian or sel with text beside blocks. */
static bool is_mixed(const struct xml_node *n)
{
	bool holder = xml_is(n, "butir") || xml_is(n, "isian") || xml_is(n, "sel"), words = false,
	     blocks = false;

	for (const struct xml_node *p = xml_first_piece(n); p; p = xml_next_piece(p)) {
		const char *text = xml_piece_text(p);
		bool face = !text && (xml_is(p, "tebal") || xml_is(p, "miring"));
		words |= face || (text && text[strspn(text, " \t\r\n")]);
		blocks |= !text && !face;
		if (!text && is_mixed(p))
			return true;
	}
	return holder && words && blocks;
}

static bool builds(const struct xml_doc *doc, struct err *e)
{
	AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CASE_ARENA);
	struct letter *letter = NULL;
	bool built = tree_build(doc, "x", &a, &letter, e) == 0;

	assert_int_equal(built, letter != NULL);
	return built;
}

/* The one rule: the tree takes exactly what the schema accepts, but for the exception. */
static void judge(struct tally *t, const struct buf *text)
{
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;
	struct err parse = ERR_INIT, by_schema = ERR_INIT, by_tree = ERR_INIT;

	assert_false(text->failed);
	if (xml_parse(text->data, text->len, "x", &doc, &parse) != 0)
		return; /* such as two attributes of one name */
	bool valid = xml_validate(t->schema, doc, "x", &by_schema) == 0;
	bool mixed = valid && is_mixed(xml_root(doc));
	*(mixed ? &t->mixed : valid ? &t->accepted : &t->refused) += 1;
	if (builds(doc, &by_tree) != (valid && !mixed))
		fail_msg("%s by the schema, %s by the tree: %s%s\n%s", valid ? "right" : "wrong",
			by_tree.kind == ERR_NONE ? "right" : "wrong", by_schema.msg, by_tree.msg,
			buf_str((struct buf *)(uintptr_t)text));
	if (by_tree.kind != ERR_NONE)
		assert_int_equal(by_tree.kind, ERR_CONFIG);
}

/* With [from, to) replaced. */
static void edit(struct tally *t, const char *from, const char *to, const char *with)
{
	AUTO(buf_release) struct buf text = BUF_INIT(MIB);

	buf_add(&text, whole, (size_t)(from - whole));
	buf_adds(&text, with);
	buf_adds(&text, to);
	judge(t, &text);
}

/* The end of the element whose start tag begins at p. */
static const char *end_of(const char *p)
{
	int depth = 0;

	do {
		p = strchr(p, '<');
		const char *close = strchr(p, '>');
		if (p[1] == '/')
			depth--;
		else if (close[-1] != '/')
			depth++;
		p = close + 1;
	} while (depth > 0);
	return p;
}

static void edit_name(struct tally *t, const char *at, const char *end, const char *name)
{
	AUTO(buf_release) struct buf text = BUF_INIT(MIB);
	const char *rest = at + 1 + strcspn(at + 1, " />");
	size_t old = (size_t)(rest - at - 1);

	buf_add(&text, whole, (size_t)(at + 1 - whole));
	buf_adds(&text, name);
	if (end[-2] == '/') {
		buf_adds(&text, rest);
	} else {
		const char *closing = end - 1 - old;
		buf_add(&text, rest, (size_t)(closing - rest));
		buf_adds(&text, name);
		buf_adds(&text, closing + old);
	}
	judge(t, &text);
}

static void edit_attributes(struct tally *t, const char *at)
{
	const char *name_end = at + 1 + strcspn(at + 1, " />"), *tag_end = strchr(at, '>');
	char text[128];

	for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
		for (size_t v = 0; v < ARRAY_LEN(values); v++) {
			snprintf(text, sizeof text, " %s=\"%s\"", attributes[i], values[v]);
			edit(t, name_end, name_end, text);
		}
	for (const char *a = name_end; a < tag_end && *a == ' ';) {
		const char *quote = strchr(a, '"'), *end = strchr(quote + 1, '"') + 1;
		edit(t, a, end, "");
		for (size_t v = 0; v < ARRAY_LEN(values); v++)
			edit(t, quote + 1, end - 1, values[v]);
		a = end;
	}
}

static void edit_element(struct tally *t, const char *at)
{
	const char *end = end_of(at), *inside = strchr(at, '>') + 1;
	AUTO(buf_release) struct buf text = BUF_INIT(MIB);

	edit(t, at, end, "");
	if (end[-2] != '/' && inside[0] != '/')
		edit(t, inside, end - 1 - (strcspn(at + 1, " />")) - 2, "");
	for (size_t i = 0; i < ARRAY_LEN(insertions); i++) {
		edit(t, at, at, insertions[i]);
		edit(t, end, end, insertions[i]);
		if (end[-2] != '/')
			edit(t, inside, inside, insertions[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(elements); i++)
		edit_name(t, at, end, elements[i]);
	edit_attributes(t, at);
	/* Up to one too many of everything that is counted. */
	static const int counts[] = {1, 2, 3, 61, 62, 63};
	for (size_t k = 0; k < ARRAY_LEN(counts); k++) {
		buf_reset(&text);
		for (int i = 0; i < counts[k]; i++)
			buf_add(&text, at, (size_t)(end - at));
		edit(t, at, at, buf_str(&text));
	}
	/* The next one before this one. */
	if (*end == '<' && end[1] != '/') {
		const char *next = end_of(end);
		buf_reset(&text);
		buf_add(&text, end, (size_t)(next - end));
		buf_add(&text, at, (size_t)(end - at));
		edit(t, at, next, buf_str(&text));
	}
}

static void answers_as_the_schema_does(void **state)
{
	struct tally t = {.schema = *state};

	edit(&t, whole, whole, "");
	assert_int_equal(t.accepted, 1);
	for (const char *p = whole; (p = strchr(p, '<')); p++)
		if (p[1] != '/')
			edit_element(&t, p);
	AUTO(buf_release) struct buf foreign = BUF_INIT(MIB);
	buf_adds(&foreign, "<surat xmlns=\"urn:lain\"/>");
	judge(&t, &foreign);
	/* It is no test when all mutants are of one kind. */
	assert_true(t.accepted > 1000 && t.refused > 1000 && t.mixed > 10);
	print_message(
		"%zu accepted, %zu refused, %zu with text beside blocks\n", t.accepted, t.refused, t.mixed);
}

/* What the schema lets through and the tree does not, all of it. */
static void refuses_more_than_the_schema(void **state)
{
#define SURAT "<surat xmlns='urn:naskah:surat:1' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'"
	static const char *const rows[][2] = {
		{SURAT "><data><isian label='a'>x<jarak tinggi-mm='1'/></isian></data></surat>",
			"x: isian: holds text beside blocks; put the text into a <paragraf>"},
		{SURAT "><daftar><butir label='a'><tebal/><paragraf/></butir></daftar></surat>",
			"x: butir: holds text beside blocks; put the text into a <paragraf>"},
		{SURAT "><tabel><baris><sel><paragraf/>x</sel></baris></tabel></surat>",
			"x: sel: holds text beside blocks; put the text into a <paragraf>"},
		{SURAT "><judul><paragraf i:type='paragraf'/></judul></surat>",
			"x: paragraf: has a wrong attribute, or lacks one"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(xml_doc_release) struct xml_doc *doc = NULL;
		struct err e = ERR_INIT;
		assert_int_equal(xml_parse(rows[i][0], strlen(rows[i][0]), "x", &doc, &e), 0);
		assert_int_equal(xml_validate(*state, doc, "x", &e), 0);
		assert_false(builds(doc, &e));
		assert_string_equal(e.msg, rows[i][1]);
	}
}

/* Every attribute is where it belongs, in its unit. */
static void reads_everything(void **state)
{
	static const char path[] = "tests/golden/tree/semua-blok.txt";
	AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CASE_ARENA);
	AUTO(buf_release) struct buf got = BUF_INIT(MIB), want = BUF_INIT(MIB);
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;
	struct letter *letter = NULL;
	struct err e = ERR_INIT;

	(void)state;
	if (xml_parse(whole, sizeof whole - 1, "x", &doc, &e) || tree_build(doc, "x", &a, &letter, &e))
		fail_msg("%s", e.msg);
	letter_dump(letter, &got);
	assert_false(got.failed);
	if (getenv("UPDATE")) {
		assert_int_equal(outfile_put(path, 0644, got.data, got.len, &e), 0);
		return;
	}
	if (buf_load(&want, path, &e))
		fail_msg("%s", e.msg);
	assert_string_equal(buf_str(&got), buf_str(&want));
}

static int load(void **state)
{
	struct err e = ERR_INIT;

	xml_start();
	return xml_schema_load("schemas/letter.xsd", (struct xml_schema **)state, &e);
}

static int unload(void **state)
{
	xml_schema_free(*state);
	xml_end();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_as_the_schema_does),
		cmocka_unit_test(refuses_more_than_the_schema),
		cmocka_unit_test(reads_everything),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
