/*
 * letter/layout on the letters that we have: how even their lines are, and what the hyphens are good for. Prints what
 * it found: `out/build/release/unit/test_typography`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "config/config.h"
#include "letter/layout.h"
#include "pipeline/inputs.h"
#include "pipeline/render.h"

#include <stdio.h>

static struct config config;
static struct office office = OFFICE_INIT;
static struct inputs cases = {NULL, 0};

/* Lines whose blanks are not the font's own: justified ones. */
struct evenness {
	unsigned lines, hyphens;
	unsigned loose, gaping; /* blanks wider than 1.5, than 2.5 of their own width */
	double sum, most;
};

static bool ends_in_hyphen(const struct page_item *it)
{
	return it->text_len > 2 && memcmp(it->text + it->text_len - 2, "\xc2\xad", 2) == 0;
}

static void look(const struct page_list *pages, const struct font_set *fonts, struct evenness *out)
{
	for (size_t n = 0; n < pages->count; n++)
		for (size_t i = 0; i < pages->pages[n].count; i++) {
			const struct page_item *it = &pages->pages[n].items[i];
			const struct page_item *next = i + 1 < pages->pages[n].count ? it + 1 : NULL;
			if (it->kind != PAGE_TEXT || it->role == ROLE_ARTIFACT)
				continue;
			out->hyphens += ends_in_hyphen(it);
			/* the last run of its line */
			bool ends = !next || next->y_pt < it->y_pt || next->y_pt > it->y_pt;
			if (!ends || (!(it->space_extra_pt > 0) && !(it->space_extra_pt < 0)))
				continue;
			double blank = 1 + it->space_extra_pt * 1000 /
						   (it->size_pt * fonts->face[it->face]->advance[' ']);
			out->lines++;
			out->loose += blank > 1.5;
			out->gaping += blank > 2.5;
			out->sum += blank;
			out->most = blank > out->most ? blank : out->most;
		}
}

/* All letters of all cases. */
static struct evenness set_all(bool hyphens)
{
	struct evenness found = {0};

	for (size_t i = 0; i < cases.count; i++) {
		AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;
		AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
		struct err e = ERR_INIT;
		if (buf_load(&bytes, cases.paths[i], &e) ||
			open_case(&office, bytes.data, bytes.len, cases.paths[i], NULL, NULL, &c, &e))
			fail_msg("%s", e.msg);
		for (size_t k = 0; k < c.plan_count; k++) {
			const struct letter_plan *plan = &c.plans[k];
			const struct font_set *fonts = office_metrics(&office, plan->profile);
			const struct letter_stamp stamp = {NULL, NULL, NULL};
			struct profile profile = *studio_profile(office.studio, plan->profile);
			struct page_list pages = PAGE_LIST_INIT;
			struct draft d;
			if (!hyphens)
				profile.hyphens = NULL;
			if (draft_compose(&office, &c, plan, &d, &e) ||
				letter_layout(d.letter, &profile, fonts, &stamp, &c.c.arena, &pages, &e))
				fail_msg("%s: %s", cases.paths[i], e.msg);
			look(&pages, fonts, &found);
		}
	}
	return found;
}

static void show(const char *name, const struct evenness *v)
{
	print_message("%s: %u justified lines, blanks %.2f times their width, at most %.2f; over 1.5: %u, "
		      "over 2.5: %u; "
		      "%u hyphens\n",
		name, v->lines, v->sum / v->lines, v->most, v->loose, v->gaping, v->hyphens);
}

static void test_even_lines(void **state)
{
	struct evenness with = set_all(true), without = set_all(false);

	(void)state;
	show("words whole ", &without);
	show("words parted", &with);
	assert_true(with.lines > 100);
	assert_int_equal(without.hyphens, 0);
	/* They even the lines out, and stay rare; what still gapes stands between names and numbers. */
	assert_true(with.sum / with.lines < without.sum / without.lines - 0.03);
	assert_true(with.loose < without.loose && with.gaping * 4 < without.gaping * 3);
	assert_true(with.hyphens > 0 && with.hyphens * 4 < with.lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_even_lines)};
	const char *folder = "fixtures/cases";
	AUTO(arena_release) struct arena names = ARENA_INIT(MIB);
	struct err e = ERR_INIT;

	xml_start();
	if (config_load("fixtures/demo.ini", ".", "out/none", &config, &e) ||
		office_open(&config, OFFICE_PRINT, &office, &e) ||
		inputs_list(&folder, 1, &names, &cases, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	inputs_release(&cases);
	office_release(&office);
	config_release(&config);
	xml_end();
	return failed;
}
