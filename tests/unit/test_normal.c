/* test_normal: form C, wherever a text of a case stands; characters that no text may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "language/normal.h"
#include "xml/doc.h"

#include <string.h>

static void test_form_c(void **state)
{
	static const struct {
		const char *text, *normal; /* NULL = as it is */
	} texts[] = {
		{"", NULL}, {"Contoh", NULL}, {"José Łódź", NULL}, {"Jose\xcc\x81", "Jos\xc3\xa9"},
		{"Nguye\xcc\x82\xcc\x83n", "Nguy\xe1\xbb\x85n"},
		{"Nguy\xc3\xaa\xcc\x83n", "Nguy\xe1\xbb\x85n"},
		{"\xd0\x98\xcc\x86", "\xd0\x99"},          /* Cyrillic short I */
		{"a\xcc\xa3\xcc\x82", "\xe1\xba\xad"},     /* dot below before circumflex */
		{"a\xcc\x82\xcc\xa3", "\xe1\xba\xad"},     /* and the other way round */
		{"x\xcc\x81", NULL},                       /* there is no such letter */
		{"\xe2\x84\xa6", "\xce\xa9"},              /* ohm is omega */
		{"\xef\xac\x81", NULL},                    /* fi stays one: form C is not KC */
		{"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd", NULL} /* nothing to do */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO(free_ptr) char *out = NULL;
		assert_int_equal(text_normal(texts[i].text, &out, NULL), 0);
		if (texts[i].normal)
			assert_string_equal(out, texts[i].normal);
		else
			assert_null(out);
	}
}

static void test_trouble(void **state)
{
	static const int32_t fine[] = {'\t', '\n', '\r', ' ', 'a', 0xa0, 0xe9, 0x3a9, 0x416, 0x1ec5, 0x2013,
		0x20ac, 0x4e00, 0x1f600};
	static const int32_t hidden[] = {0, 0x1f, 0x7f, 0x85, 0xad, 0x34f, 0x61c, 0x115f, 0x17b4, 0x180e,
		0x200b, 0x200f, 0x2028, 0x202e, 0x2060, 0x2069, 0x3164, 0xd800, 0xe000, 0xfdd0, 0xfe0f,
		0xfeff, 0xfff9, 0xffff, 0x1bca0, 0x1d173, 0xe0001, 0xf0000, 0x10ffff};
	static const int32_t marks[] = {0x300, 0x301, 0x338, 0x483, 0x20dd, 0x93f};
	static const int32_t leftward[] = {0x5d0, 0x627, 0x661, 0x7ca, 0xfb1d, 0x10800};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fine); i++)
		assert_int_equal(text_trouble(fine[i]), TEXT_FINE);
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
		assert_int_equal(text_trouble(hidden[i]), TEXT_HIDDEN);
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		assert_int_equal(text_trouble(marks[i]), TEXT_MARK);
	for (size_t i = 0; i < ARRAY_LEN(leftward); i++)
		assert_int_equal(text_trouble(leftward[i]), TEXT_RIGHT_TO_LEFT);
	assert_string_equal(text_hidden_name(0xad), "soft hyphen");
	assert_null(text_hidden_name(0x61c));
}

/* Elements, attributes, character references, around other elements; a mark never joins across a tag. */
static void test_document(void **state)
{
	static const char xml[] = "<a b='e\xcc\x81'>\n<c>o&#x308;</c>"
				  "e\xcc\x81<d/>\xcc\x81<e>tetap</e></a>";
	AUTO(xml_doc_release) struct xml_doc *d = NULL;
	struct arena a = ARENA_INIT(65536);

	(void)state;
	assert_int_equal(xml_parse(xml, sizeof xml - 1, "x", &d, NULL), 0);
	assert_int_equal(xml_map_texts(d, text_normal, NULL), 0);
	const struct xml_node *root = xml_root(d);
	assert_string_equal(xml_attr(root, "b", &a), "\xc3\xa9");
	assert_string_equal(xml_text(xml_child(root, "c"), &a), "\xc3\xb6");
	assert_string_equal(xml_text(root, &a), "\xc3\xb6\xc3\xa9\xcc\x81tetap");
	assert_int_equal(xml_line(xml_child(root, "c")), 2);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form_c),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_document),
	};
	xml_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	xml_end();
	return failed;
}
