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
		assert_int_equal(outfile_put_if_changed(path, 0644, got->data, got->len, &e), 0);
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
	if (casefile_parse(&ctx, bytes->data, bytes->len, path, NULL, NULL, &l->c, &l->doc, e))
		return -1;
	return letter_plans(studio, &l->c, &l->c.arena, &l->plans, &l->count, e);
}

static int load_case(const char *path, struct loaded *l, struct err *e)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);

	return buf_load(&bytes, path, e) || load_bytes(&bytes, path, l, e) ? -1 : 0;
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

static int set_up(void **state)
{
	const struct studio_config config = {"templates", "schemas", true};
	struct err e = ERR_INIT;

	(void)state;
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
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
