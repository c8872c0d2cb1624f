#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/outfile.h"
#include "letter/letter.h"
#include "letter_case.h"

#include <stdlib.h>

static struct studio *studio;

static void golden(const char *name, const struct buf *got)
{
	AUTO(buf_release) struct buf want = BUF_INIT(MIB);
	char path[256];
	struct err e = ERR_INIT;

	snprintf(path, sizeof path, "tests/golden/tree/%s.txt", name);
	if (getenv("UPDATE")) {
		assert_int_equal(outfile_put_if_changed(path, 0644, got->data, got->len, &e), 0);
		return;
	}
	if (buf_load(&want, path, &e))
		fail_msg("%s", e.msg);
	assert_string_equal(buf_str(got), buf_str(&want));
}

/* Every letter of a case, as a tree. */
static void compose_all(const char *file, size_t expected)
{
	struct letter_case lc;
	struct letter_plan *plans = NULL;
	struct err e = ERR_INIT;
	size_t count = 0;
	char path[96];

	snprintf(path, sizeof path, "fixtures/cases/%s.xml", file);
	if (letter_case_load(path, &lc, &e) || letter_plans(studio, &lc.c, &lc.c.arena, &plans, &count, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(count, expected);
	for (size_t i = 0; i < count; i++) {
		AUTO(buf_release) struct buf dump = BUF_INIT(MIB);
		struct letter *l = NULL;
		char name[160];
		if (letter_compose(studio, &lc.c, lc.doc, &plans[i], &lc.c.arena, &l, &e))
			fail_msg("%s", e.msg);
		buf_addf(&dump, "nomor %s\nkantor %s\nprofil %s\n", plans[i].number, plans[i].office,
			studio_profile(studio, plans[i].profile)->name);
		letter_dump(l, &dump);
		assert_false(dump.failed);
		snprintf(name, sizeof name, "%s-%02u-%s", file, plans[i].nn, plans[i].kind);
		golden(name, &dump);
	}
	letter_case_release(&lc);
}

static void test_fixtures(void **state)
{
	(void)state;
	compose_all("kmh-2026-001", 5);
	compose_all("und-2026-001", 1);
}

static int set_up(void **state)
{
	const struct studio_config config = {"templates", "schemas", true};
	struct err e = ERR_INIT;

	(void)state;
	xml_start();
	if (studio_new(&config, &studio, &e)) {
		print_error("%s\n", e.msg);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	studio_free(studio);
	xml_end();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
