/*
 * letter/layout against the page dumps in tests/golden/pages: NAME.xml is the letter document, NAME.txt what
 * it must look like. UPDATE=1 writes the dumps anew; read the difference before you keep it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "layout_rig.h"
#include "page_check.h"

#include <glob.h>

static void write_file(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(b->data, 1, b->len, f), b->len);
	assert_int_equal(fclose(f), 0);
}

static void compare(const char *xml_path)
{
	AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CASE_ARENA);
	AUTO(buf_release) struct buf xml = BUF_INIT(LIMIT_CASE_BYTES);
	AUTO(buf_release) struct buf want = BUF_INIT(LIMIT_CASE_BYTES);
	AUTO(buf_release) struct buf dump = BUF_INIT(LIMIT_CASE_BYTES);
	struct err e = ERR_INIT;
	struct letter *letter = NULL;
	struct page_list pages = PAGE_LIST_INIT;
	const char *path = arena_printf(&a, "%.*s.txt", (int)strlen(xml_path) - 4, xml_path);

	assert_non_null(path);
	if (buf_load(&xml, xml_path, &e) || rig_letter(buf_str(&xml), xml.len, &a, &letter, &e))
		fail_msg("%s: %s", xml_path, e.msg);
	struct profile profile = rig_profile;
	if (letter->blocks && letter->blocks->kind == BLOCK_KOP) {
		/* plain paper: as templates/profiles/umum.xml */
		profile.first_top_pt = profile.kop.text_top_pt = 15 * MM;
		profile.kop.text_x1_pt = 30 * MM;
		profile.kop.text_x2_pt = 190 * MM;
	}
	if (letter_layout(letter, &profile, &rig_fonts.metrics, &rig_stamp, &a, &pages, &e))
		fail_msg("%s: %s", xml_path, e.msg);
	const char *wrong = page_check(&pages, &profile, true);
	if (wrong)
		fail_msg("%s: %s", xml_path, wrong);
	page_list_dump(&pages, &dump);
	assert_int_equal(buf_check(&dump, &e), 0);
	if (getenv("UPDATE"))
		write_file(path, &dump);
	if (buf_load(&want, path, &e))
		fail_msg("%s", e.msg);
	if (strcmp(buf_str(&want), buf_str(&dump)) != 0)
		fail_msg("%s differs; UPDATE=1 writes it anew", path);
}

static void test_golden(void **state)
{
	glob_t found = {0};

	(void)state;
	assert_int_equal(glob("tests/golden/pages/*.xml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		compare(found.gl_pathv[i]);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden)};
	struct err e = ERR_INIT;

	if (rig_init(&e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	rig_release();
	return failed;
}
