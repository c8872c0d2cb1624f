/* The batch from end to end: what is published, waits, is refused or unknown, over several runs. */
#include "run_rig.h"

#define ONE_PDF "letters/UND-1/02-surat-rekomendasi-sertifikat.pdf"

static struct buf model; /* the fixture that all cases are made from */

/* A case of one letter with this id, number and system. */
static void put_case(const char *file, const char *id, const char *number, const char *system)
{
	char path[256];
	AUTO(buf_release) struct buf text = BUF_INIT(MIB);

	snprintf(path, sizeof path, "%s/%s", case_folder, file);
	for (const char *p = buf_str(&model); *p;) {
		if (strncmp(p, "UND-2026-001", 12) == 0) {
			buf_adds(&text, id);
			p += 12;
		} else if (strncmp(p, "21/UPT-TIK", 10) == 0) {
			buf_adds(&text, number);
			p += 10;
		} else if (strncmp(p, "SRIKANDI", 8) == 0) {
			buf_adds(&text, system);
			p += 8;
		} else {
			buf_addc(&text, *p++);
		}
	}
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text.data, 1, text.len, f), text.len);
	fclose(f);
}

static void one(const char *system)
{
	put_case("a.xml", "UND-1", "1/UPT-TIK", system);
}

/* ---- the usual way -------------------------------------------------------------------------------------- */

static void published_once(void **state)
{
	(void)state;
	one("A");
	put_case("b.xml", "UND-2", "2/UPT-TIK", "A");
	run();
	ends(0, CASE_PUBLISHED, NULL);
	ends(1, CASE_PUBLISHED, NULL);
	assert_int_equal(result.published_now, 2);
	assert_int_equal(result.letters, 2);
	assert_int_equal(service.calls, 2);
	assert_true(there(ONE_PDF));
	assert_true(there("letters/UND-1/02-surat-rekomendasi-sertifikat.tlog-proof"));
	/* Again: neither a service nor a passphrase is wanted. */
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_int_equal(connected, 0);
	assert_int_equal(result.published_now, 0);
	assert_int_equal(result.letters, 2);
}

static void a_change_makes_a_new_letter_and_keeps_the_old(void **state)
{
	(void)state;
	one("A");
	run();
	one("B");
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_int_equal(result.letters, 1);
	struct census c = census();
	assert_int_equal(c.states[LETTER_PUBLISHED], 1);
	assert_int_equal(c.states[LETTER_SUPERSEDED], 1);
	shell("test $(ls '%s/letters/UND-1/superseded' | wc -l) -eq 2", out_folder);
}

static void another_file_name_is_no_other_case(void **state)
{
	AUTO(ledger_release) struct ledger *l = NULL;
	struct ledger_case known;
	struct err e = ERR_INIT;
	bool found = false;
	char path[256];

	(void)state;
	one("A");
	run();
	shell("mv '%s/a.xml' '%s/z.xml'", case_folder, case_folder);
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_int_equal(service.calls, 0);
	snprintf(path, sizeof path, "%s/ledger.db", out_folder);
	assert_int_equal(ledger_open(path, true, &l, &e), 0);
	assert_int_equal(ledger_case_by_source(l, &result.entries[0].source, &known, &found, &e), 0);
	assert_true(found);
	assert_non_null(strstr(known.path, "/z.xml"));
}

/* ---- what must not be signed ---------------------------------------------------------------------------- */

static void a_change_undone_before_it_was_signed_signs_nothing(void **state)
{
	static const enum sign_outcome outcomes[] = {SIGN_NOT_SENT, SIGN_REFUSED};

	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		one("A");
		run();
		one("B");
		service.outcome = outcomes[i];
		run();
		ends(0, CASE_WAITING, "layanan");
		assert_int_equal(result.letters, 1);
		service.outcome = SIGN_ACCEPTED;
		one("A");
		run();
		ends(0, CASE_PUBLISHED, NULL);
		assert_int_equal(service.calls, 0);
		struct census c = census();
		assert_int_equal(c.states[LETTER_PUBLISHED], 1);
		assert_int_equal(c.states[LETTER_WITHDRAWN], 1);
		assert_int_equal(c.states[LETTER_PLANNED] + c.states[LETTER_REFUSED], 0);
		close_office(state);
		open_office(state);
	}
}

static void unknown_waits_for_a_person(void **state)
{
	(void)state;
	one("A");
	service.outcome = SIGN_UNKNOWN;
	run();
	ends(0, CASE_UNKNOWN, "layanan");
	service.outcome = SIGN_ACCEPTED;
	run();
	ends(0, CASE_UNKNOWN, "a person must decide");
	assert_int_equal(service.calls, 0);
	/* A change of the case does not decide it either. */
	one("B");
	run();
	ends(0, CASE_UNKNOWN, "a person must decide");
	assert_int_equal(service.calls, 0);
	request.sign_again = REASON;
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_int_equal(service.calls, 1);
	struct census c = census();
	assert_int_equal(c.states[LETTER_PUBLISHED], 1);
	assert_int_equal(c.states[LETTER_WITHDRAWN], 1);
}

static void an_unknown_change_undone_is_still_unknown(void **state)
{
	(void)state;
	one("A");
	run();
	one("B");
	service.outcome = SIGN_UNKNOWN;
	run();
	service.outcome = SIGN_ACCEPTED;
	one("A");
	run();
	ends(0, CASE_UNKNOWN, "later wording unknown");
	assert_int_equal(service.calls, 0);
	assert_int_equal(result.letters, 1);
	request.sign_again = REASON;
	run();
	/* What the case wants is out: decided, but nothing is left to be signed. */
	ends(0, CASE_PUBLISHED, NULL);
	assert_int_equal(service.calls, 0);
	run();
	assert_int_equal(connected, 0);
}

static void unknown_letters_of_absent_cases_are_told(void **state)
{
	(void)state;
	one("A");
	service.outcome = SIGN_UNKNOWN;
	run();
	assert_int_equal(result.warnings.len, 0);
	service.outcome = SIGN_ACCEPTED;
	shell("rm '%s/a.xml'", case_folder);
	put_case("b.xml", "UND-2", "2/UPT-TIK", "A");
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_non_null(
		strstr(buf_str(&result.warnings), "1 letters of cases that are not part of this run"));
}

static void a_bad_file_is_kept_aside(void **state)
{
	(void)state;
	one("A");
	service.forge = true;
	run();
	ends(0, CASE_UNKNOWN, "/inspect/");
	assert_false(there(ONE_PDF));
	shell("test $(ls '%s/inspect' | wc -l) -eq 1 && test -z \"$(ls '%s/staging')\"", out_folder,
		out_folder);
}

static void a_silent_service_is_left_alone(void **state)
{
	char file[32], id[32], number[32];

	(void)state;
	for (int i = 1; i <= 7; i++) {
		snprintf(file, sizeof file, "%d.xml", i);
		snprintf(id, sizeof id, "UND-%d", i);
		snprintf(number, sizeof number, "%d/UPT-TIK", i);
		put_case(file, id, number, "A");
	}
	service.outcome = SIGN_UNKNOWN;
	run();
	assert_int_equal(service.calls, 3);
	assert_int_equal(result.outcomes[CASE_UNKNOWN], 3);
	assert_int_equal(result.outcomes[CASE_WAITING], 4);
	ends(6, CASE_WAITING, "no usable answer");
}

/* ---- files that are not what they were ------------------------------------------------------------------ */

static void twins_are_told_apart(void **state)
{
	(void)state;
	one("A");
	run();
	shell("cp '%s/a.xml' '%s/b.xml'", case_folder, case_folder);
	put_case("c.xml", "UND-1", "1/UPT-TIK", "B");
	run();
	ends(0, CASE_PUBLISHED, NULL);
	ends(1, CASE_REFUSED, "a.xml");
	ends(2, CASE_REFUSED, "a.xml");
	assert_int_equal(result.letters, 1);
	assert_int_equal(service.calls, 0);
	/* A number that is out already, on another case. */
	shell("rm '%s/b.xml' '%s/c.xml'", case_folder, case_folder);
	put_case("0.xml", "UND-0", "1/UPT-TIK", "A");
	run();
	ends(0, CASE_REFUSED, "UND-1");
	ends(1, CASE_PUBLISHED, NULL);
}

static void change_it(void)
{
	one("B");
}

static void remove_it(void)
{
	shell("rm '%s/a.xml'", case_folder);
}

static void a_file_that_changes_meanwhile_is_refused(void **state)
{
	(void)state;
	one("A");
	put_case("b.xml", "UND-2", "2/UPT-TIK", "A");
	between_passes = change_it;
	run();
	ends(0, CASE_REFUSED, "changed during the run");
	ends(1, CASE_PUBLISHED, NULL);
	assert_int_equal(service.calls, 1);
	one("A");
	between_passes = remove_it;
	run();
	ends(0, CASE_REFUSED, "cannot read");
	ends(1, CASE_PUBLISHED, NULL);
	between_passes = NULL;
	one("A");
	run();
	ends(0, CASE_PUBLISHED, NULL);
}

static void a_lost_letter_is_told_until_it_is_back(void **state)
{
	(void)state;
	one("A");
	run();
	shell("cd '%s' && mv %s ../kept.pdf && rm letters/UND-1/*.tlog-proof", out_folder, ONE_PDF);
	run();
	ends(0, CASE_FAILED, ONE_PDF);
	run();
	ends(0, CASE_FAILED, "backup");
	assert_int_equal(service.calls, 0);
	shell("cd '%s' && mv ../kept.pdf %s", out_folder, ONE_PDF);
	run();
	ends(0, CASE_PUBLISHED, NULL);
	/* The receipt needs no backup. */
	assert_true(there("letters/UND-1/02-surat-rekomendasi-sertifikat.tlog-proof"));
}

static void a_strange_file_in_the_way_is_kept(void **state)
{
	(void)state;
	one("A");
	run();
	shell("echo changed >>'%s/%s'", out_folder, ONE_PDF);
	one("B");
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_non_null(strstr(buf_str(&result.warnings), "/inspect/UND-1-02-"));
	shell("test $(ls '%s'/inspect/UND-1-02-*.pdf | wc -l) -eq 1", out_folder);
	run();
	ends(0, CASE_PUBLISHED, NULL);
	/* Also where there was nothing of ours before. */
	put_case("b.xml", "UND-2", "2/UPT-TIK", "A");
	shell("mkdir '%s/letters/UND-2' && echo stray "
	      ">'%s/letters/UND-2/02-surat-rekomendasi-sertifikat.pdf'",
		out_folder, out_folder);
	run();
	ends(1, CASE_PUBLISHED, NULL);
	assert_non_null(strstr(buf_str(&result.warnings), "/inspect/UND-2-02-"));
}

/* ---- cases that hold less than before ------------------------------------------------------------------- */

/* KMH-2026-003 without what comes after the first disposition. */
static void put_chain(bool whole)
{
	shell("cp fixtures/cases/kmh-2026-00%d.xml '%s/a.xml' && sed -i 's/KMH-2026-00[0-9]/KMH-1/' "
	      "'%s/a.xml'",
		whole ? 3 : 2, case_folder, case_folder);
}

static void what_a_case_no_longer_holds_still_counts(void **state)
{
	(void)state;
	put_chain(true);
	run();
	ends(0, CASE_PUBLISHED, NULL);
	size_t whole = result.letters;
	put_chain(false);
	run();
	ends(0, CASE_PUBLISHED, "no longer holds it");
	assert_true(result.letters >= whole);
	assert_non_null(strstr(buf_str(&result.case_warnings), "no longer holds it"));
	/* The same is told when there is nothing to do. */
	run();
	ends(0, CASE_PUBLISHED, "no longer holds it");
	assert_int_equal(connected, 0);
}

static void an_unknown_letter_that_is_no_longer_wanted(void **state)
{
	(void)state;
	put_chain(false);
	run();
	size_t before = result.letters;
	service.outcome = SIGN_UNKNOWN;
	put_chain(true);
	run();
	ends(0, CASE_UNKNOWN, NULL);
	service.outcome = SIGN_ACCEPTED;
	put_chain(false);
	run();
	if (result.entries[0].outcome != CASE_UNKNOWN)
		fail_msg("an unknown letter was forgotten");
	request.sign_again = REASON;
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_int_equal(result.letters, before);
	assert_int_equal(census().states[LETTER_UNKNOWN], 0);
}

/* ---- the end of a run ----------------------------------------------------------------------------------- */

static void stop_after_one(void *user, size_t done, size_t total, size_t letters)
{
	(void)user;
	(void)letters;
	assert_true(done <= total);
	atomic_store(&stop, true);
}

static void a_stopped_run_goes_on_later(void **state)
{
	(void)state;
	one("A");
	put_case("b.xml", "UND-2", "2/UPT-TIK", "A");
	put_case("c.xml", "UND-3", "3/UPT-TIK", "A");
	request.progress = stop_after_one;
	run();
	assert_true(result.interrupted);
	ends(0, CASE_PUBLISHED, NULL);
	ends(1, CASE_WAITING, "stopped");
	ends(2, CASE_WAITING, "stopped");
	assert_int_equal(service.calls, 1);
	request.progress = NULL;
	/* Stopped before it began. */
	run();
	assert_true(result.interrupted);
	assert_int_equal(service.calls, 0);
	atomic_store(&stop, false);
	run();
	assert_false(result.interrupted);
	assert_int_equal(result.outcomes[CASE_PUBLISHED], 3);
	assert_int_equal(service.calls, 2);
}

static void a_template_that_fails_stops_its_cases_only(void **state)
{
	(void)state;
	one("A");
	put_chain(true);
	shell("mv '%s/a.xml' '%s/b.xml'", case_folder, case_folder);
	one("A");
	shell("cp -r templates '%s/office/templates'", tool_folder);
	/* Only the letters of the other case use this one. */
	shell("cd '%s/office/templates' && sed -i 's|<xsl:template match=\"/\">|&<nothing-of-ours/>|' "
	      "surat-permohonan.xsl && grep -q nothing-of-ours surat-permohonan.xsl",
		tool_folder);
	char templates[200];
	snprintf(templates, sizeof templates, "%s/office/templates", tool_folder);
	config.templates = templates;
	run();
	ends(0, CASE_PUBLISHED, NULL);
	ends(1, CASE_FAILED, "surat-permohonan");
	/* Nothing of the case went out, not even its good letters. */
	assert_false(there("letters/KMH-1"));
}

static int collect(void *user, const void *bytes, size_t len, struct err *e)
{
	(void)e;
	buf_add(user, bytes, len);
	return 0;
}

static void odd_file_names_do_not_break_the_report(void **state)
{
	AUTO(buf_release) struct buf json = BUF_INIT(MIB), page = BUF_INIT(MIB);
	struct err e = ERR_INIT;
	char path[256];

	(void)state;
	put_case("\xff<b>&\"1.xml", "UND-1", "1/UPT-TIK", "A");
	put_case("\xfe.xml", "UND-1", "1/UPT-TIK", "A");
	run();
	assert_int_equal(report_json(&config, &result, collect, &json, &e), 0);
	assert_int_equal(report_write(&config, &result, &e), 0);
	assert_non_null(strstr(buf_str(&json), "\xef\xbf\xbd<b>&\\\"1.xml"));
	snprintf(path, sizeof path, "%s/report/index.html", out_folder);
	assert_int_equal(buf_load(&page, path, &e), 0);
	assert_null(strstr(buf_str(&page), "<b>"));
	assert_non_null(strstr(buf_str(&page), "&lt;b&gt;&amp;&quot;"));
	/* The refused twin has none of the other's letters. */
	assert_int_equal(result.outcomes[CASE_REFUSED], 1);
	const char *first = strstr(buf_str(&json), "\"kind\":");
	assert_non_null(first);
	assert_null(strstr(first + 1, "\"kind\":"));
}

static void the_same_standing_writes_the_same_report(void **state)
{
	(void)state;
	struct err e = ERR_INIT;
	one("A");
	run();
	assert_int_equal(report_write(&config, &result, &e), 0);
	shell("cd '%s' && cp -a report ../before", out_folder);
	run();
	assert_int_equal(report_write(&config, &result, &e), 0);
	shell("cd '%s' && for f in report.json index.html; do "
	      "test \"$(stat -c %%i-%%Y report/$f | cut -d- -f2)\" = \"$(stat -c %%Y ../before/$f)\" && "
	      "cmp report/$f ../before/$f || exit 1; done; test $(ls -A report | wc -l) -eq 2",
		out_folder);
	/* Shorter, longer, other: written anew. */
	shell("cd '%s' && printf x >>report/report.json && : >report/index.html", out_folder);
	assert_int_equal(report_write(&config, &result, &e), 0);
	shell("cd '%s' && cmp report/report.json ../before/report.json && cmp report/index.html "
	      "../before/index.html",
		out_folder);
}

static void a_setup_that_is_wrong_begins_nothing(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	one("A");
	config.signer_count = 0;
	assert_int_equal(try_run(&e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_false(result.begun);
	assert_int_equal(connected, 0);
	assert_false(there("letters"));
}

static int start_with_model(void **state)
{
	struct err e = ERR_INIT;

	model = (struct buf)BUF_INIT(MIB);
	if (buf_load(&model, "fixtures/cases/und-2026-001.xml", &e) != 0)
		return -1;
	return start_sandbox(state);
}

static int stop_with_model(void **state)
{
	buf_release(&model);
	return stop_sandbox(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_OFFICE(published_once),
		IN_OFFICE(a_change_makes_a_new_letter_and_keeps_the_old),
		IN_OFFICE(another_file_name_is_no_other_case),
		IN_OFFICE(a_change_undone_before_it_was_signed_signs_nothing),
		IN_OFFICE(unknown_waits_for_a_person),
		IN_OFFICE(an_unknown_change_undone_is_still_unknown),
		IN_OFFICE(unknown_letters_of_absent_cases_are_told),
		IN_OFFICE(a_bad_file_is_kept_aside),
		IN_OFFICE(a_silent_service_is_left_alone),
		IN_OFFICE(twins_are_told_apart),
		IN_OFFICE(a_file_that_changes_meanwhile_is_refused),
		IN_OFFICE(a_lost_letter_is_told_until_it_is_back),
		IN_OFFICE(a_strange_file_in_the_way_is_kept),
		IN_OFFICE(what_a_case_no_longer_holds_still_counts),
		IN_OFFICE(an_unknown_letter_that_is_no_longer_wanted),
		IN_OFFICE(a_stopped_run_goes_on_later),
		IN_OFFICE(a_template_that_fails_stops_its_cases_only),
		IN_OFFICE(odd_file_names_do_not_break_the_report),
		IN_OFFICE(the_same_standing_writes_the_same_report),
		IN_OFFICE(a_setup_that_is_wrong_begins_nothing),
	};

	return cmocka_run_group_tests(tests, start_with_model, stop_with_model);
}
