/* A Berita Acara of three signers, over several runs: nobody is asked twice, nothing that was signed is lost. */
#include "run_rig.h"

#include "pki.h"
#include "verify/verify.h"

#define MINUTES "letters/KMH-1/11-berita-acara-uji-1.pdf"

/*
 * Of the fixture only the first test round, whose Berita Acara is the only letter: signed by penguji (...6), pemohon
 * (...1) and verifikator (...5).
 */
static void minutes(const char *subject)
{
	shell("sed -e '/<uji putaran=\"2\">/,/<\\/rekomendasi-sistem>/d' -e 's/KMH-2026-001/KMH-1/' "
	      "-e 's/Berita Acara Uji Kesesuaian Sistem TTE putaran ke-1/%s/' "
	      "fixtures/cases/kmh-2026-001.xml "
	      ">'%s/a.xml'",
		subject, case_folder);
}

static char templates[200];

static int open_minutes(void **state)
{
	if (open_office(state) != 0)
		return -1;
	snprintf(templates, sizeof templates, "%s/office/templates", tool_folder);
	/* With a kind of letter of their own: these tests are not about words. */
	shell("cp -r templates '%s' && cp tests/unit/minutes/* '%s'", templates, templates);
	config.templates = templates;
	minutes("A");
	return 0;
}

static void asked(const char *whom)
{
	assert_string_equal(service.asked, whom);
}

static void files(const char *folder, int want)
{
	shell("test $(ls '%s/%s' 2>/dev/null | wc -l) -eq %d", out_folder, folder, want);
}

/* The letter that went out holds three good signatures, by these people in this order. */
static void is_signed_by_all(void)
{
	static const char *const names[] = {
		"Penguji Contoh Mahendra", "Budi Contoh Santoso", "Verifika Contoh Putri"};
	AUTO(free_ptr) struct verdict *v = calloc(1, sizeof *v);
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	AUTO(trust_release) struct trust *trust = NULL;
	struct err e = ERR_INIT;
	char path[400];

	assert_non_null(v);
	snprintf(path, sizeof path, "%s/%s", out_folder, MINUTES);
	if (buf_load(&pdf, path, &e) != 0 || trust_load(sandbox_root_file(sandbox), &trust, &e) != 0)
		fail_msg("%s", e.msg);
	const struct verify_request req = {
		.pdf = pdf.data, .len = pdf.len, .name = "pdf", .trust = trust, .now_at = NOW};
	assert_int_equal(verify_pdf(&req, v, &e), 0);
	if (v->all_good != FINDING_YES)
		fail_msg("%s", v->why);
	assert_int_equal(v->signature_count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(v->signatures[i].signer, names[i]);
	assert_int_equal(v->signatures[2].covers_all, FINDING_YES);
}

static void finished(const char *whom)
{
	run();
	ends(0, CASE_PUBLISHED, NULL);
	asked(whom);
	is_signed_by_all();
	files("staging", 0);
	assert_int_equal(result.letters, 1);
	run();
	assert_int_equal(connected, 0);
}

static int collect(void *user, const void *bytes, size_t len, struct err *e)
{
	(void)e;
	buf_add(user, bytes, len);
	return 0;
}

static void report_says(const char *words)
{
	AUTO(buf_release) struct buf json = BUF_INIT(MIB);
	struct err e = ERR_INIT;

	assert_int_equal(report_json(&config, &result, collect, &json, &e), 0);
	if (!strstr(buf_str(&json), words))
		fail_msg("'%s' is not in: %s", words, buf_str(&json));
}

static void three_sign_in_their_order(void **state)
{
	(void)state;
	finished("615");
	report_says("\"signers\":[\"Penguji Contoh Mahendra\",\"Budi Contoh Santoso\",\"Verifika Contoh "
		    "Putri\"],\"signatures\":3");
	assert_true(there("letters/KMH-1/11-berita-acara-uji-1.tlog-proof"));
}

/* ---- the second or third signature does not come ------------------------------------------------------- */

static void the_next_run_goes_on_with_who_is_missing(void **state)
{
	static const struct {
		enum sign_outcome outcome;
		int at;
		const char *first, *next, *so_far;
	} rows[] = {
		{SIGN_REFUSED, 1, "6", "615", NULL},
		{SIGN_REFUSED, 2, "61", "15", "1 of 3"},
		{SIGN_NOT_SENT, 2, "61", "15", "1 of 3"},
		{SIGN_REFUSED, 3, "615", "5", "2 of 3"},
		{SIGN_NOT_SENT, 3, "615", "5", "2 of 3"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		service.outcome = rows[i].outcome;
		service.at = rows[i].at;
		run();
		ends(0, CASE_WAITING, "layanan");
		ends(0, CASE_WAITING, rows[i].so_far);
		asked(rows[i].first);
		assert_false(there(MINUTES));
		service.outcome = SIGN_ACCEPTED;
		finished(rows[i].next);
		close_office(state);
		open_minutes(state);
	}
}

static void what_stands_is_told(void **state)
{
	(void)state;
	service.outcome = SIGN_REFUSED;
	service.at = 3;
	run();
	report_says("\"signatures\":2,\"state\":\"refused\"");
	shell("ls '%s'/staging/*.2-of-3.pdf", out_folder);
	/* Waiting again costs no signature. */
	service.at = 1;
	run();
	asked("5");
	report_says("\"signatures\":2");
}

static void unknown_at_the_second_waits_for_a_person(void **state)
{
	for (int forged = 0; forged < 2; forged++) {
		service.at = 2;
		service.forge = forged;
		service.outcome = forged ? SIGN_ACCEPTED : SIGN_UNKNOWN;
		run();
		ends(0, CASE_UNKNOWN, forged ? "/inspect/" : "layanan");
		asked("61");
		files("inspect", forged);
		service.at = 0;
		service.forge = false;
		service.outcome = SIGN_ACCEPTED;
		run();
		ends(0, CASE_UNKNOWN, "a person must decide");
		asked("");
		request.sign_again = REASON;
		finished("15");
		close_office(state);
		open_minutes(state);
	}
}

static void stop_it(int call)
{
	if (call == 1)
		atomic_store(&stop, true);
}

static void a_stopped_run_keeps_what_was_signed(void **state)
{
	(void)state;
	service.after = stop_it;
	run();
	assert_true(result.interrupted);
	ends(0, CASE_WAITING, "1 of 3");
	asked("6");
	service.after = NULL;
	atomic_store(&stop, false);
	finished("15");
}

/* ---- what was signed is not wanted any more ------------------------------------------------------------- */

static void one_signature(void)
{
	service.outcome = SIGN_NOT_SENT;
	service.at = 2;
	run();
	ends(0, CASE_WAITING, "1 of 3");
	service.outcome = SIGN_ACCEPTED;
	service.at = 0;
}

static void is_kept_aside(void)
{
	assert_int_equal(census().states[LETTER_WITHDRAWN], 1);
	shell("ls '%s'/inspect/*.1-of-3.pdf", out_folder);
	assert_non_null(strstr(buf_str(&result.warnings), "withdrawn with 1 of 3 signatures"));
	assert_non_null(strstr(buf_str(&result.warnings), ".1-of-3.pdf"));
	/* For good, not only in this run's warnings. */
	report_says("\"signatures\":1,\"state\":\"withdrawn\"");
	report_says("\"path\":\"inspect/");
}

static void another_wording_is_signed_by_all(void **state)
{
	(void)state;
	one_signature();
	minutes("B");
	run();
	asked("615");
	is_kept_aside();
	is_signed_by_all();
	files("staging", 0);
}

static void an_unknown_second_signature_of_an_older_wording(void **state)
{
	(void)state;
	service.outcome = SIGN_UNKNOWN;
	service.at = 2;
	run();
	minutes("B");
	service.outcome = SIGN_ACCEPTED;
	run();
	ends(0, CASE_UNKNOWN, "a person must decide");
	asked("");
	request.sign_again = REASON;
	run();
	asked("615");
	is_kept_aside();
	is_signed_by_all();
}

static void a_case_without_it_leaves_it_unpublished(void **state)
{
	(void)state;
	one_signature();
	shell("sed -i '/<berita-acara>/,/<\\/berita-acara>/d' '%s/a.xml'", case_folder);
	run();
	ends(0, CASE_PUBLISHED, NULL);
	asked("");
	is_kept_aside();
	files("staging", 0);
}

/* The case went back before a killed run could note that the file was moved. */
static void a_file_that_was_moved_already_is_found(void **state)
{
	(void)state;
	one_signature();
	shell("cd '%s' && mkdir inspect && mv staging/*.pdf inspect/", out_folder);
	finished("15");
}

/* A stranger's file with its name is not what was signed; what lies aside already is not written over. */
static void what_lies_aside_is_never_written_over(void **state)
{
	(void)state;
	one_signature();
	shell("cd '%s' && mkdir inspect && mv staging/*.pdf inspect/ && cp inspect/*.pdf ../kept.pdf && "
	      "echo stray >staging/$(ls inspect)",
		out_folder);
	minutes("B");
	run();
	asked("615");
	is_kept_aside();
	shell("cd '%s' && cmp inspect/*.1-of-3.pdf ../kept.pdf", out_folder);
}

static void a_lost_file_is_told_and_a_person_decides(void **state)
{
	(void)state;
	one_signature();
	shell("cd '%s' && cp staging/*.pdf ../kept.pdf && echo changed >>$(ls staging/*.pdf)", out_folder);
	run();
	ends(0, CASE_WAITING, "backup");
	asked("");
	shell("cd '%s' && mv ../kept.pdf $(ls staging/*.pdf)", out_folder);
	service.outcome = SIGN_NOT_SENT;
	run();
	asked("1");
	service.outcome = SIGN_ACCEPTED;
	shell("rm '%s'/staging/*.pdf", out_folder);
	run();
	ends(0, CASE_WAITING, "backup");
	asked("");
	request.sign_again = REASON;
	run();
	ends(0, CASE_PUBLISHED, NULL);
	asked("615");
	assert_non_null(strstr(buf_str(&result.warnings), "is lost"));
	is_signed_by_all();
}

/* The letter says the same, but other people shall sign it: a template need not print them. */
static void other_signers_are_asked_anew(void **state)
{
	(void)state;
	one_signature();
	shell("sed -i '/<pihak peran=\"Verifikator\">/,/<\\/pihak>/d' '%s/a.xml'", case_folder);
	run();
	ends(0, CASE_PUBLISHED, NULL);
	asked("61");
	is_kept_aside();
	files("staging", 0);
}

static void configure(const char *name, const char *nik)
{
	for (size_t i = 0; i < config.signer_count; i++)
		if (strcmp(config.signers[i].name, name) == 0)
			config.signers[i].nik = nik;
}

static void nobody_signs_what_could_not_be_published(void **state)
{
	(void)state;
	one_signature();
	/* The first signer gets another NIK: who signed is not who should have. */
	configure("penguji", "3671031704880016");
	shell("sed -i 's/3671031704880006/3671031704880016/' '%s/a.xml'", case_folder);
	run();
	ends(0, CASE_WAITING, "not those of the case's signers");
	asked("");
	configure("penguji", "3671031704880006");
	minutes("A");
	/* The first signature does not chain to the office's roots any more. */
	struct pki stranger;
	char root[200];
	snprintf(root, sizeof root, "%s/office/root.pem", tool_folder);
	pki_new(&stranger, root);
	pki_release(&stranger);
	other_roots = root;
	run();
	ends(0, CASE_WAITING, "not good any more");
	asked("");
	other_roots = NULL;
	finished("15");
}

/* ---- before any work ------------------------------------------------------------------------------------ */

static void every_signer_is_in_the_configuration(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	configure("verifikator", "3173047011950006");
	assert_int_equal(try_run(&e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.msg, "Verifika Contoh Putri"));
	asked("");
}

static void a_number_that_somebody_signed_is_taken(void **state)
{
	(void)state;
	one_signature();
	shell("sed 's/\"KMH-1\"/\"KMH-0\"/' '%s/a.xml' >'%s/0.xml'; rm '%s/a.xml'", case_folder, case_folder,
		case_folder);
	run();
	ends(0, CASE_REFUSED, "KMH-1");
	asked("");
}

#define OF_THREE(f) cmocka_unit_test_setup_teardown(f, open_minutes, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OF_THREE(three_sign_in_their_order),
		OF_THREE(the_next_run_goes_on_with_who_is_missing),
		OF_THREE(what_stands_is_told),
		OF_THREE(unknown_at_the_second_waits_for_a_person),
		OF_THREE(a_stopped_run_keeps_what_was_signed),
		OF_THREE(another_wording_is_signed_by_all),
		OF_THREE(an_unknown_second_signature_of_an_older_wording),
		OF_THREE(a_case_without_it_leaves_it_unpublished),
		OF_THREE(a_file_that_was_moved_already_is_found),
		OF_THREE(what_lies_aside_is_never_written_over),
		OF_THREE(a_lost_file_is_told_and_a_person_decides),
		OF_THREE(other_signers_are_asked_anew),
		OF_THREE(nobody_signs_what_could_not_be_published),
		OF_THREE(every_signer_is_in_the_configuration),
		OF_THREE(a_number_that_somebody_signed_is_taken),
	};

	return cmocka_run_group_tests(tests, start_sandbox, stop_sandbox);
}
