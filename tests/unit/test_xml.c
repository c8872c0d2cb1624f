#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "xml/doc.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

static int start(void **state)
{
	(void)state;
	xml_start();
	return 0;
}

static int end(void **state)
{
	(void)state;
	xml_end();
	return 0;
}

/* Parsing must refuse with exactly this kind and message. */
static void refused_bytes(const void *bytes, size_t len, enum err_kind kind, const char *message)
{
	struct xml_doc *d = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(xml_parse(bytes, len, "x.xml", &d, &e), -1);
	assert_null(d);
	assert_string_equal(e.msg, message);
	assert_int_equal(e.kind, kind);
}

static void refused(const char *text, const char *message)
{
	refused_bytes(text, strlen(text), ERR_INPUT, message);
}

static struct xml_doc *parsed(const char *text)
{
	struct xml_doc *d = NULL;
	struct err e = ERR_INIT;

	if (xml_parse(text, strlen(text), "x.xml", &d, &e) != 0)
		fail_msg("%s", e.msg);
	return d;
}

static void reads_a_tree(void **state)
{
	(void)state;
	AUTO(arena_release) struct arena a = ARENA_INIT(64 * KIB);
	AUTO(xml_doc_release)
	struct xml_doc *d = parsed("\xef\xbb\xbf<?xml version='1.0' encoding=\"utf-8\"?>\n"
				   "<a xmlns='urn:x' one='1' two=' b  c '>\n"
				   "  <b>  satu\n\t dua<!-- no --> tiga </b>\n"
				   "  <c/><b/>\n"
				   "<![CDATA[<raw>]]></a>\n");
	const struct xml_node *root = xml_root(d), *b = xml_child(root, "b");

	assert_string_equal(xml_name(root), "a");
	assert_int_equal(xml_line(root), 2);
	assert_int_equal(xml_line(b), 3);
	assert_true(xml_is(b, "b"));
	assert_false(xml_is(b, "c"));
	assert_string_equal(xml_text(b, &a), "satu dua tiga");
	assert_string_equal(xml_text_raw(b, &a), "  satu\n\t dua tiga ");
	assert_string_equal(xml_attr(root, "one", &a), "1");
	assert_string_equal(xml_attr(root, "two", &a), " b  c ");
	assert_null(xml_attr(root, "three", &a));
	assert_null(xml_attr(root, "xmlns", &a));
	assert_ptr_equal(xml_child(root, NULL), b);
	assert_string_equal(xml_name(xml_next(b, NULL)), "c");
	assert_int_equal(xml_line(xml_next(b, "b")), 5);
	assert_string_equal(xml_text(xml_next(b, "b"), &a), "");
	assert_null(xml_next(xml_next(b, "b"), NULL));
	assert_null(xml_child(b, NULL));
	assert_string_equal(xml_text(root, &a), "satu dua tiga <raw>");
	int count = 0;
	xml_for_each (n, root, "b")
		count++;
	assert_int_equal(count, 2);
}

static void walks_mixed_content(void **state)
{
	(void)state;
	AUTO(arena_release) struct arena a = ARENA_INIT(64 * KIB);
	AUTO(xml_doc_release) struct xml_doc *d = parsed("<p>satu <b>dua</b><i/> tiga<?pi x?>!</p>");
	const struct xml_node *n = xml_first_piece(xml_root(d));

	assert_true(xml_piece_is_text(n));
	assert_string_equal(xml_text_raw(n, &a), "satu ");
	n = xml_next_piece(n);
	assert_false(xml_piece_is_text(n));
	assert_null(xml_piece_text(n));
	assert_string_equal(xml_name(n), "b");
	n = xml_next_piece(xml_next_piece(n));
	assert_string_equal(xml_text_raw(n, &a), " tiga!");
	assert_string_equal(xml_piece_text(n), " tiga!");
	assert_null(xml_next_piece(n));
	assert_null(xml_first_piece(xml_child(xml_root(d), "i")));
}

static void sets_the_text_of_an_element(void **state)
{
	(void)state;
	AUTO(arena_release) struct arena a = ARENA_INIT(64 * KIB);
	AUTO(xml_doc_release) struct xml_doc *d = parsed("<p><b>satu<i>dua</i></b><c/></p>");
	const struct xml_node *b = xml_child(xml_root(d), "b"), *c = xml_child(xml_root(d), "c");
	struct err e = ERR_INIT;

	assert_int_equal(xml_set_text(d, b, "III/d <&>", &e), 0);
	assert_int_equal(xml_set_text(d, c, "x", &e), 0);
	assert_string_equal(xml_text_raw(b, &a), "III/d <&>");
	assert_null(xml_child(b, NULL));
	assert_string_equal(xml_text_raw(c, &a), "x");
}

static void tidies_white_space(void **state)
{
	(void)state;
	AUTO(arena_release) struct arena a = ARENA_INIT(64 * KIB);
	AUTO(xml_doc_release)
	struct xml_doc *d = parsed("<p x='\n y  z '  z='' w=' '>\n  <b> a\n\tb  c </b>\n<c> </c>"
				   "<i>\n</i>\n<u>x\ny</u><s>&#9;q&#32;</s> </p>");
	const struct xml_node *root = xml_root(d);
	struct err e = ERR_INIT;

	assert_int_equal(xml_tidy(d, &e), 0);
	assert_false(xml_piece_is_text(xml_first_piece(root)));
	assert_string_equal(xml_text_raw(root, &a), "a b cx yq");
	assert_string_equal(xml_text_raw(xml_child(root, "b"), &a), "a b c");
	assert_null(xml_first_piece(xml_child(root, "c")));
	assert_string_equal(xml_attr(root, "x", &a), "y z");
	assert_string_equal(xml_attr(root, "z", &a), "");
	assert_string_equal(xml_attr(root, "w", &a), "");
	assert_int_equal(xml_line(xml_child(root, "u")), 7);
	assert_int_equal(xml_tidy(d, &e), 0);
	assert_string_equal(xml_text_raw(root, &a), "a b cx yq");
}

static void refuses_what_is_not_utf8(void **state)
{
	(void)state;
	refused("", "x.xml:1: the file is empty");
	refused_bytes("\xff\xfe<\0a\0/\0>\0", 10, ERR_INPUT,
		"x.xml:1: this is UTF-16 or UTF-32 (or no text at all), the file must be UTF-8");
	refused_bytes("\0\0\0<", 4, ERR_INPUT,
		"x.xml:1: this is UTF-16 or UTF-32 (or no text at all), the file must be UTF-8");
	refused_bytes("<a>\n\0</a>", 9, ERR_INPUT, "x.xml:2: a NUL byte, the file must be plain text");
	refused("<a>\n\n\xe9</a>", "x.xml:3: byte 0xE9 is not UTF-8 here, the file must be UTF-8");
	refused("<a>\xc0\xaf</a>", "x.xml:1: byte 0xC0 is not UTF-8 here, the file must be UTF-8");
	refused("<a>\xed\xa0\x80</a>", "x.xml:1: byte 0xED is not UTF-8 here, the file must be UTF-8");
	refused("<a>\n\x1b</a>", "x.xml:2: character U+001B is not allowed in XML");
	refused("<a>\xef\xbf\xbf</a>", "x.xml:1: character U+FFFF is not allowed in XML");
	refused("<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
		"x.xml:1: encoding 'ISO-8859-1', only UTF-8 is accepted");
	refused("<?xml version='1.0' encoding = \"UTF-7\"?><a/>",
		"x.xml:1: encoding 'UTF-7', only UTF-8 is accepted");
	refused("<?xml version='1.1'?><a/>", "x.xml:1: XML version '1.1', only 1.0 is accepted");
}

static void refuses_declarations(void **state)
{
	(void)state;
	const char *say = "x.xml:2: a DOCTYPE or other declaration, a document must have none";

	refused("<?xml version='1.0'?>\n<!DOCTYPE a><a/>", say);
	refused("<!-- -->\n<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", say);
	refused("<a>\n<!ENTITY x 'y'></a>", say);
	refused("<a>&e;</a>",
		"x.xml:1: entity '&e;' is not known, there are only &amp; &lt; &gt; &quot; &apos;");
	refused("<a x='&e;'/>",
		"x.xml:1: entity '&e;' is not known, there are only &amp; &lt; &gt; &quot; &apos;");
	refused("<a>\n<x:include xmlns:x='http://www.w3.org/2001/XInclude' href='/etc/passwd'/></a>",
		"x.xml:2: an XInclude element, a document must be complete in itself");
	/* Not a declaration: in a comment, in CDATA, in an attribute. */
	AUTO(xml_doc_release)
	struct xml_doc *d = parsed("<a x='&lt;!DOCTYPE>'><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>");
	assert_non_null(d);
}

static void refuses_what_is_not_well_formed(void **state)
{
	(void)state;
	refused("nothing", "x.xml:1: no XML here, a document begins with '<'");
	refused("<a>\n<b>\n</a>", "x.xml:3: 'b' of line 2 is closed as 'a'");
	refused("<a>\n<b>\n", "x.xml:3: the file ends before 'b' of line 2 is closed");
	refused("<a/>\n<b/>", "x.xml:2: something follows the end of the root element");
	refused("<a>\n<x:b/></a>", "x.xml:2: the namespace prefix 'x' of 'b' is not declared");
	refused("<a b='1'\nb='2'/>", "x.xml:2: attribute 'b' stands twice");
	refused("<a b='<'/>", "x.xml:1: a '<' in an attribute's value, write &lt;");
	refused("<a>&#0;</a>", "x.xml:1: not well-formed XML (xmlParseCharRef: invalid xmlChar value 0)");
}

static void stops_at_the_ceilings(void **state)
{
	(void)state;
	AUTO(buf_release) struct buf b = BUF_INIT(64 * MIB);
	struct xml_doc *d = NULL;
	struct err e = ERR_INIT;
	struct rusage before, after;

	/* Exactly the ceiling is fine, one more is not. */
	for (int extra = 0; extra < 2; extra++) {
		buf_reset(&b);
		for (int i = 0; i < LIMIT_XML_DEPTH + extra; i++)
			buf_adds(&b, "<a>\n");
		for (int i = 0; i < LIMIT_XML_DEPTH + extra; i++)
			buf_adds(&b, "</a>");
		err_clear(&e);
		assert_int_equal(xml_parse(b.data, b.len, "x.xml", &d, &e), -extra);
		xml_doc_release(&d);
	}
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.msg, "x.xml:65: nested deeper than 64 elements");

	buf_reset(&b);
	buf_adds(&b, "<a");
	for (int i = 0; i < 150000; i++)
		buf_addf(&b, " a%d=''", i);
	buf_adds(&b, "/>");
	refused_bytes(
		b.data, b.len, ERR_LIMIT, "x.xml:1: more than the ceiling of 64 attributes in one element");

	buf_reset(&b);
	unsigned char *room = buf_room(&b, 50 * MIB);
	assert_non_null(room);
	memset(room, ' ', 50 * MIB);
	refused_bytes(room, 50 * MIB, ERR_LIMIT, "x.xml: 52428800 bytes, more than the ceiling of 2097152");

	buf_reset(&b);
	buf_adds(&b, "<a>");
	for (size_t i = 0; i < LIMIT_XML_ELEMENTS; i++)
		buf_adds(&b, "<a/>");
	buf_adds(&b, "</a>");
	refused_bytes(b.data, b.len, ERR_LIMIT, "x.xml:1: more than the ceiling of 32768 elements");

	buf_reset(&b);
	buf_adds(&b, "<a>");
	for (size_t i = 0; i < LIMIT_XML_LINES; i++)
		buf_adds(&b, "\n");
	buf_adds(&b, "</a>");
	refused_bytes(b.data, b.len, ERR_LIMIT, "x.xml: more than the ceiling of 65535 lines");

	/* Deep and large input must not make the process larger than the input itself. */
	buf_reset(&b);
	for (int i = 0; i < 10000; i++)
		buf_adds(&b, "<a>");
	getrusage(RUSAGE_SELF, &before);
	refused_bytes(b.data, b.len, ERR_LIMIT, "x.xml:1: nested deeper than 64 elements");
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 1024);
}

/* ---- schemas ---------------------------------------------------------------------------------------------- */

static const char schema_text[] =
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:x' xmlns='urn:x'"
	" elementFormDefault='qualified'>"
	"<xs:simpleType name='tanggal'><xs:restriction base='xs:date'>"
	"<xs:pattern value='[0-9]{4}-[0-9]{2}-[0-9]{2}'/></xs:restriction></xs:simpleType>"
	"<xs:simpleType name='kelas'><xs:restriction base='xs:token'><xs:enumeration value='B'/>"
	"<xs:enumeration value='SR'/></xs:restriction></xs:simpleType>"
	"<xs:simpleType name='teks'><xs:restriction base='xs:token'><xs:minLength value='1'/>"
	"<xs:maxLength value='5'/></xs:restriction></xs:simpleType>"
	"<xs:simpleType name='urut'><xs:restriction base='xs:positiveInteger'>"
	"<xs:maxInclusive value='99'/></xs:restriction></xs:simpleType>"
	"<xs:element name='surat'><xs:complexType><xs:sequence>"
	"<xs:element name='nomor' type='teks'/>"
	"<xs:choice><xs:element name='tanggal' type='tanggal'/><xs:element name='waktu' type='xs:dateTime'/>"
	"</xs:choice>"
	"<xs:element name='kelas' type='kelas' minOccurs='0'/>"
	"<xs:element name='kosong' minOccurs='0'><xs:complexType><xs:attribute name='n' type='urut'"
	" use='required'/></xs:complexType></xs:element>"
	"</xs:sequence><xs:attribute name='id' type='teks' use='required'/></xs:complexType></xs:element>"
	"</xs:schema>";

/* A schema from text: the file lives only as long as the call. */
static int load(const char *text, struct xml_schema **out, struct err *e)
{
	char path[] = "/tmp/naskah-xsd-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	int r = xml_schema_load(path, out, e);
	unlink(path);
	return r;
}

static void invalid(const struct xml_schema *s, const char *text, const char *message)
{
	AUTO(xml_doc_release) struct xml_doc *d = parsed(text);
	struct err e = ERR_INIT;

	assert_int_equal(xml_validate(s, d, "x.xml", &e), -1);
	assert_string_equal(e.msg, message);
	assert_int_equal(e.kind, ERR_INPUT);
}

#define SURAT(inside) "<surat xmlns='urn:x' id='a'>\n" inside "</surat>"

static void says_what_would_be_right(void **state)
{
	(void)state;
	AUTO(xml_schema_release) struct xml_schema *s = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(load(schema_text, &s, &e), 0);
	AUTO(xml_doc_release)
	struct xml_doc *good = parsed(SURAT("<nomor>1</nomor><tanggal>2026-03-01</tanggal>"));
	assert_int_equal(xml_validate(s, good, "x.xml", &e), 0);

	invalid(s, "<x xmlns='urn:x'/>", "x.xml:1: x: cannot be the root element, it must be 'surat'");
	invalid(s, "<surat id='a'/>", "x.xml:1: surat: the namespace is '', it must be 'urn:x'");
	invalid(s, "<surat xmlns='urn:x'><nomor>1</nomor><tanggal>2026-03-01</tanggal></surat>",
		"x.xml:1: surat: attribute 'id' is missing");
	invalid(s, SURAT(""), "x.xml:1: surat: not complete, next must come 'nomor'");
	invalid(s, SURAT("<nomor>1</nomor>"),
		"x.xml:1: surat: not complete, next must come 'tanggal' or 'waktu'");
	invalid(s, SURAT("<tanggal>2026-03-01</tanggal>"),
		"x.xml:2: tanggal: does not belong here in 'surat', here must come 'nomor'");
	invalid(s, SURAT("<nomor>1</nomor>\n<kelas>B</kelas>"),
		"x.xml:3: kelas: does not belong here in 'surat', here must come 'tanggal' or 'waktu'");
	invalid(s, SURAT("<nomor>1</nomor><tanggal>2026-03-01</tanggal><tanggal>2026-03-01</tanggal>"),
		"x.xml:2: tanggal: does not belong here in 'surat', here must come 'kelas' or 'kosong'");
	invalid(s, SURAT("<nomor>1</nomor>\n<tanggal>2026-02-30</tanggal>"),
		"x.xml:3: tanggal: '2026-02-30' does not have the right form, it must be a date such as "
		"2026-03-13");
	invalid(s, SURAT("<nomor>1</nomor>\n<tanggal>2026-02-20Z</tanggal>"),
		"x.xml:3: tanggal: '2026-02-20Z' does not have the right form, it must be a date such as "
		"2026-03-13");
	invalid(s, SURAT("<nomor>1</nomor><waktu>besok</waktu>"),
		"x.xml:2: waktu: 'besok' does not have the right form, it must be a moment such as "
		"2026-03-13T09:00:00+07:00");
	invalid(s, SURAT("<nomor> </nomor>"), "x.xml:2: nomor: empty, a value is expected");
	invalid(s, SURAT("<nomor>123456</nomor>"),
		"x.xml:2: nomor: '123456' is too long, at most 5 characters are allowed");
	invalid(s, SURAT("<nomor>1</nomor><tanggal>2026-03-01</tanggal>\n<kelas>X</kelas>"),
		"x.xml:3: kelas: 'X' is not one of 'B', 'SR'");
	invalid(s, SURAT("<nomor>1</nomor><tanggal>2026-03-01</tanggal><kosong n='100'/>"),
		"x.xml:2: kosong: attribute 'n': '100' is too large, the most is 99");
	invalid(s, SURAT("<nomor>1</nomor><tanggal>2026-03-01</tanggal><kosong n='1' m='2'/>"),
		"x.xml:2: kosong: attribute 'm' is not known here");
	invalid(s, SURAT("<nomor>1</nomor><tanggal>2026-03-01</tanggal><kosong n='1'>x</kosong>"),
		"x.xml:2: kosong: must be empty");
	invalid(s, SURAT("<nomor><b/></nomor>"), "x.xml:2: nomor: holds elements, here must be text alone");
	invalid(s, SURAT("teks<nomor>1</nomor>"),
		"x.xml:1: surat: holds text between its elements, here must be elements alone");
	invalid(s, SURAT("<n:nomor xmlns:n='urn:y'>1</n:nomor>"),
		"x.xml:2: nomor: is in the namespace 'urn:y', it must be in 'urn:x'");
}

static void a_bad_schema_is_a_matter_of_setup(void **state)
{
	(void)state;
	struct xml_schema *s = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(xml_schema_load("/nowhere/x.xsd", &s, &e), -1);
	assert_int_equal(e.kind, ERR_IO);
	err_clear(&e);
	assert_int_equal(load("<a/>", &s, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	err_clear(&e);
	assert_int_equal(load("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\n"
			      "<xs:element name='a' type='b'/></xs:schema>",
				 &s, &e),
		-1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.msg, ":2: "));
	assert_null(s);
}

struct work {
	const struct xml_schema *schema;
	int wrong;
};

static void *validate_many(void *user)
{
	struct work *w = user;
	const char *good = SURAT("<nomor>1</nomor><tanggal>2026-03-01</tanggal><kelas>B</kelas>");
	const char *bad = SURAT("<nomor>1</nomor><tanggal>2026-03-01</tanggal>\n<kelas>X</kelas>");

	for (int i = 0; i < 500; i++) {
		struct err e = ERR_INIT;
		struct xml_doc *d = NULL;
		const char *text = i % 2 ? bad : good;
		int r = xml_parse(text, strlen(text), "x.xml", &d, &e);
		if (r == 0)
			r = xml_validate(w->schema, d, "x.xml", &e);
		xml_doc_free(d);
		if (i % 2 ? strcmp(e.msg, "x.xml:3: kelas: 'X' is not one of 'B', 'SR'") != 0 : r != 0)
			w->wrong++;
	}
	return NULL;
}

static void one_schema_serves_many_threads(void **state)
{
	(void)state;
	AUTO(xml_schema_release) struct xml_schema *s = NULL;
	struct err e = ERR_INIT;
	pthread_t threads[4];
	struct work work[4];

	assert_int_equal(load(schema_text, &s, &e), 0);
	for (int i = 0; i < 4; i++) {
		work[i] = (struct work){s, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, validate_many, &work[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(work[i].wrong, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_tree),
		cmocka_unit_test(walks_mixed_content),
		cmocka_unit_test(sets_the_text_of_an_element),
		cmocka_unit_test(tidies_white_space),
		cmocka_unit_test(refuses_what_is_not_utf8),
		cmocka_unit_test(refuses_declarations),
		cmocka_unit_test(refuses_what_is_not_well_formed),
		cmocka_unit_test(stops_at_the_ceilings),
		cmocka_unit_test(says_what_would_be_right),
		cmocka_unit_test(a_bad_schema_is_a_matter_of_setup),
		cmocka_unit_test(one_schema_serves_many_threads),
	};

	return cmocka_run_group_tests(tests, start, end);
}
