/* Who approved what, and what a person decides: the batch sheet and naskah resolve, over several runs. */
#include "base/text.h"
#include "run_rig.h"

#include "ledger/batch.h"
#include "pipeline/resolve.h"

static void put(const char *file, int n, const char *system)
{
	shell("sed -e 's/UND-2026-001/UND-%d/' -e 's|21/UPT-TIK|%d/UPT-TIK|' -e 's/SRIKANDI/%s/' "
	      "fixtures/cases/und-2026-001.xml >'%s/%s'",
		n, n, system, case_folder, file);
}

/* An office that wants a person's approval, with three cases of one letter. */
static int open_three(void **state)
{
	if (open_office(state) != 0)
		return -1;
	config.approve = true;
	put("a.xml", 1, "A");
	put("b.xml", 2, "A");
	put("c.xml", 3, "A");
	return 0;
}

static struct sheet sheet(void)
{
	const char *const inputs[] = {case_folder};
	struct sheet s = SHEET_INIT;
	struct err e = ERR_INIT;

	request.inputs = inputs;
	request.input_count = 1;
	if (sheet_show(&request, &s, &e) != 0)
		fail_msg("%s", e.msg);
	return s;
}

/* The run stops before the first call, and says `words`. */
static void not_approved(const char *words)
{
	struct err e = ERR_INIT;

	assert_int_equal(try_run(&e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	if (!strstr(e.msg, words))
		fail_msg("'%s' is not in: %s", words, e.msg);
	assert_false(result.begun);
	assert_int_equal(connected, 0);
	assert_int_equal(service.calls, 0);
	assert_false(there("letters"));
}

static void all_published(size_t now)
{
	run();
	for (size_t i = 0; i < result.count; i++)
		ends(i, CASE_PUBLISHED, NULL);
	assert_int_equal(result.published_now, now);
}

static int last_batch(void *user, const struct ledger_batch *b, struct err *e)
{
	struct ledger_batch *out = user;

	(void)e;
	if (out->id < b->id)
		*out = *b;
	return 0;
}

static struct ledger_batch newest(void)
{
	AUTO(ledger_release) struct ledger *l = NULL;
	struct ledger_batch b = {.id = 0};
	struct err e = ERR_INIT;
	char path[256];

	snprintf(path, sizeof path, "%s/ledger.db", out_folder);
	if (ledger_open(path, true, &l, &e) != 0 || ledger_each_batch(l, last_batch, &b, &e) != 0)
		fail_msg("%s", e.msg);
	return b;
}

/* ---- the sheet ------------------------------------------------------------------------------------------ */

static void the_sheet_does_not_depend_on_order_or_threads(void **state)
{
	(void)state;
	AUTO(sheet_release) struct sheet one = sheet();
	assert_int_equal(one.count, 3);
	assert_non_null(strstr(one.text, "3 surat dari kasus UND-1 sampai UND-3"));
	shell("cd '%s' && mv a.xml z.xml && mv c.xml a.xml", case_folder);
	request.jobs = 4;
	AUTO(sheet_release) struct sheet two = sheet();
	assert_memory_equal(&one.root, &two.root, sizeof one.root);
	assert_string_equal(one.text, two.text);
	assert_string_equal(one.code, two.code);
	/* One letter more or other words make another sheet. */
	put("z.xml", 1, "B");
	AUTO(sheet_release) struct sheet three = sheet();
	assert_int_equal(three.count, 3);
	assert_memory_not_equal(&one.root, &three.root, sizeof one.root);
	/* The leaves give the root again; the keeper gets the same list. */
	shell("test $(wc -c <'%s/leaves') -eq 96", three.folder);
	request.approve_code = three.code;
	all_published(3);
	shell("cmp '%s/leaves' '%s/batch/order'", three.folder, out_folder);
}

static void only_the_code_of_this_batch_approves(void **state)
{
	char lower[BATCH_CODE];

	(void)state;
	AUTO(sheet_release) struct sheet s = sheet();
	not_approved(s.code);
	assert_true(there("batch"));
	request.approve_code = "0000-0000";
	not_approved("is not the code of this batch");
	request.approve_code = "";
	not_approved("is not the code of this batch");
	/* The whole root, for who does not trust 40 bits. */
	char root[2 * SHA256_LEN + 1];
	hex_text(root, s.root.bytes, SHA256_LEN);
	assert_true(sheet_code_is(&s, root));
	root[2 * SHA256_LEN - 1] ^= 1;
	assert_false(sheet_code_is(&s, root));
	/* Typed by a person: small letters, no hyphen. */
	for (size_t i = 0, n = 0; i < sizeof lower; i++)
		if (s.code[i] != '-')
			lower[n++] = (char)(s.code[i] >= 'A' ? s.code[i] | 32 : s.code[i]);
	request.approve_code = lower;
	request.by = "Contoh Pejabat";
	all_published(3);
	struct ledger_batch b = newest();
	assert_int_equal(b.how, APPROVED_BY_PERSON);
	assert_string_equal(b.by, "Contoh Pejabat");
	assert_string_equal(b.code, s.code);
	assert_int_equal(b.count, 3);
	assert_memory_equal(&b.root, &s.root, sizeof b.root);
	assert_int_equal(b.at, NOW);
}

static bool says_yes;
static int asked_times;

static int ask(void *user, const struct sheet *s, bool *yes, struct err *e)
{
	(void)user;
	(void)e;
	asked_times++;
	assert_non_null(strstr(s->text, s->code));
	*yes = says_yes;
	return 0;
}

static void a_person_is_asked_once(void **state)
{
	(void)state;
	request.approve = ask;
	asked_times = 0;
	says_yes = false;
	not_approved("--approve");
	assert_int_equal(asked_times, 1);
	says_yes = true;
	all_published(3);
	assert_int_equal(asked_times, 2);
	all_published(0);
	assert_int_equal(asked_times, 2);
}

static void the_configuration_may_approve(void **state)
{
	(void)state;
	config.approve = false;
	all_published(3);
	assert_int_equal(newest().how, APPROVED_BY_CONFIGURATION);
}

static void stop_it(int call)
{
	if (call == 1)
		atomic_store(&stop, true);
}

/* A run ended in the middle of its batch. */
static void approve_and_stop(void)
{
	AUTO(sheet_release) struct sheet s = sheet();

	request.approve_code = s.code;
	service.after = stop_it;
	run();
	assert_int_equal(result.published_now, 1);
	request.approve_code = NULL;
	service.after = NULL;
	atomic_store(&stop, false);
}

static void what_is_approved_stays_approved(void **state)
{
	(void)state;
	approve_and_stop();
	AUTO(sheet_release) struct sheet rest = sheet();
	assert_int_equal(rest.count, 0);
	assert_int_equal(rest.approved, 2);
	all_published(2);
}

static void a_changed_case_needs_a_new_approval(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	approve_and_stop();
	put("b.xml", 2, "B");
	AUTO(sheet_release) struct sheet s = sheet();
	assert_int_equal(s.count, 1);
	assert_int_equal(s.approved, 1);
	assert_int_equal(try_run(&e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(service.calls, 0);
	request.approve_code = s.code;
	all_published(2);
	assert_int_equal(newest().count, 1);
}

/* ---- decisions ------------------------------------------------------------------------------------------ */

#define LATE "/late.pdf"

static char late_file[256];
static int (*honest_sign)(void *, const struct sign_job *, struct sign_result *, struct err *);

/* The service signs; its answer gets lost on the way, and lies where it can be fetched. */
static int sign_and_lose(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	if (honest_sign(self, job, out, e) != 0)
		return -1;
	assert_non_null(job->to);
	shell("head -c %zu '%s' >'%s'", out->pdf_len, job->to->tmp, late_file);
	sign_result_release(out);
	sign_result_init(out);
	snprintf(out->text, sizeof out->text, "terputus");
	snprintf(out->document_id, sizeof out->document_id, "65f0c2b7e4a1");
	return 0;
}

static int fetch_late(
	void *self, const char *document_id, struct outfile *to, struct sign_result *out, struct err *e)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);

	(void)self;
	assert_string_equal(document_id, "65f0c2b7e4a1");
	if (buf_load(&pdf, late_file, e) != 0 || outfile_write(to, pdf.data, pdf.len, e) != 0)
		return -1;
	out->outcome = SIGN_ACCEPTED;
	return 0;
}

static int make_losing(void *user, struct signer *out, struct err *e)
{
	if (make_signer(user, out, e) != 0)
		return -1;
	honest_sign = out->sign;
	out->sign = sign_and_lose;
	out->fetch = fetch_late;
	return 0;
}

static int connect_losing(void *user, struct desk_service *to, const char **roots, struct err *e)
{
	if (connect_service(user, to, roots, e) != 0)
		return -1;
	to->make = make_losing;
	return 0;
}

/* One case whose letter was signed, but whose answer did not come. */
static int open_lost(void **state)
{
	if (open_office(state) != 0)
		return -1;
	snprintf(late_file, sizeof late_file, "%s" LATE, tool_folder);
	put("a.xml", 1, "A");
	request.connect = connect_losing;
	run();
	ends(0, CASE_UNKNOWN, "terputus");
	assert_int_equal(result.undecided, 1);
	request.by = "Contoh Pejabat";
	return 0;
}

static int note_code(void *user, const struct undecided *u, struct err *e)
{
	(void)e;
	memcpy(user, u->letter->code, CODE_TEXT);
	return 0;
}

static void code_of(char code[CODE_TEXT])
{
	struct err e = ERR_INIT;

	code[0] = '\0';
	if (resolve_each(&config, note_code, code, &e) != 0)
		fail_msg("%s", e.msg);
	assert_true(code[0]);
}

static int resolve(const char *code, enum resolve_action action, const char *file, struct err *e)
{
	const struct resolve_order order = {.action = action,
		.code = code,
		.file = file,
		.reason = action >= RESOLVE_SIGN_AGAIN ? REASON : NULL};
	struct ledger_letter letter;
	char kept[400];

	request.input_count = 0;
	return resolve_letter(&request, &order, &letter, kept, e);
}

#define RESOLVED(code, action, file)                                                                         \
	do {                                                                                                 \
		struct err re = ERR_INIT;                                                                    \
		if (resolve(code, action, file, &re) != 0)                                                   \
			fail_msg("%s", re.msg);                                                              \
	} while (0)

#define NOT_RESOLVED(code, action, file, want)                                                               \
	do {                                                                                                 \
		struct err re = ERR_INIT;                                                                    \
		assert_int_equal(resolve(code, action, file, &re), -1);                                      \
		if (re.kind != (want))                                                                       \
			fail_msg("kind %d: %s", (int)re.kind, re.msg);                                       \
	} while (0)

/* What the audit log holds stays in step with the ledger. */
static void nothing_is_left(void)
{
	char code[CODE_TEXT] = "";
	struct err e = ERR_INIT;

	assert_int_equal(resolve_each(&config, note_code, code, &e), 0);
	assert_string_equal(code, "");
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_int_equal(service.calls, 0);
}

static void a_late_file_is_published_when_it_is_the_answer(void **state)
{
	char code[CODE_TEXT], wrong[300];

	(void)state;
	code_of(code);
	/* Anything else is not, and costs nothing. */
	snprintf(wrong, sizeof wrong, "%s.wrong", late_file);
	shell("sed '1s/%%PDF-1/%%PDF-2/' '%s' >'%s'", late_file, wrong);
	NOT_RESOLVED(code, RESOLVE_FILE, wrong, ERR_INPUT);
	NOT_RESOLVED(code, RESOLVE_FILE, "README.md", ERR_INPUT);
	NOT_RESOLVED(code, RESOLVE_FILE, "/nothing", ERR_IO);
	NOT_RESOLVED("000000000000000000000", RESOLVE_FILE, late_file, ERR_USAGE);
	assert_false(there("letters/UND-1/02-surat-rekomendasi-sertifikat.pdf"));
	RESOLVED(code, RESOLVE_FILE, late_file);
	assert_true(there("letters/UND-1/02-surat-rekomendasi-sertifikat.pdf"));
	assert_true(there("letters/UND-1/02-surat-rekomendasi-sertifikat.tlog-proof"));
	NOT_RESOLVED(code, RESOLVE_FILE, late_file, ERR_USAGE);
	NOT_RESOLVED(code, RESOLVE_DROP, NULL, ERR_USAGE);
	nothing_is_left();
}

/* The name alone is not enough: the ledger knows the person by a keyed hash of the NIK, that of BKP-2026-001's here. */
static void a_namesake_is_another_person(void **state)
{
	char code[CODE_TEXT];

	(void)state;
	code_of(code);
	shell("cp fixtures/cases/bkp-2026-001.xml '%s/b.xml'", case_folder);
	run();
	shell("sqlite3 '%s/ledger.db' \"UPDATE letters SET signer_key = (SELECT signer_key FROM letters "
	      "WHERE "
	      "case_id = 'BKP-2026-001') WHERE code = '%s'\"",
		out_folder, code);
	NOT_RESOLVED(code, RESOLVE_FILE, late_file, ERR_INPUT);
}

static void the_service_hands_the_file_out_once_more(void **state)
{
	char code[CODE_TEXT];

	(void)state;
	code_of(code);
	RESOLVED(code, RESOLVE_FETCH, NULL);
	assert_true(there("letters/UND-1/02-surat-rekomendasi-sertifikat.pdf"));
	nothing_is_left();
}

static void a_wrong_file_that_was_fetched_is_kept(void **state)
{
	char code[CODE_TEXT];

	(void)state;
	code_of(code);
	shell("printf x >>'%s'", late_file);
	NOT_RESOLVED(code, RESOLVE_FETCH, NULL, ERR_INPUT);
	shell("ls '%s'/inspect/*-fetched.pdf", out_folder);
	assert_int_equal(census().states[LETTER_UNKNOWN], 1);
}

static void a_person_has_it_signed_again(void **state)
{
	char code[CODE_TEXT];

	(void)state;
	code_of(code);
	RESOLVED(code, RESOLVE_SIGN_AGAIN, NULL);
	NOT_RESOLVED(code, RESOLVE_SIGN_AGAIN, NULL, ERR_USAGE);
	request.connect = connect_service;
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_int_equal(service.calls, 1);
	assert_int_equal(result.undecided, 0);
}

static void a_dropped_letter_is_not_made_again(void **state)
{
	char code[CODE_TEXT];

	(void)state;
	code_of(code);
	RESOLVED(code, RESOLVE_DROP, NULL);
	request.connect = connect_service;
	run();
	ends(0, CASE_PUBLISHED, "by decision of a person");
	assert_int_equal(service.calls, 0);
	assert_int_equal(census().states[LETTER_WITHDRAWN], 1);
	run();
	ends(0, CASE_PUBLISHED, "by decision of a person");
	/* Unless a person changes their mind. */
	RESOLVED(code, RESOLVE_SIGN_AGAIN, NULL);
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_int_equal(service.calls, 1);
	assert_int_equal(result.letters, 1);
}

static void what_is_always_refused_waits_for_a_person(void **state)
{
	char code[CODE_TEXT];

	(void)state;
	shell("rm '%s'/[bc].xml", case_folder);
	config.approve = false;
	service.outcome = SIGN_REFUSED;
	for (int i = 0; i < LEDGER_REFUSALS_MAX; i++) {
		run();
		ends(0, CASE_WAITING, "layanan");
		assert_int_equal(service.calls, 1);
	}
	run();
	ends(0, CASE_WAITING, "a person must decide");
	assert_int_equal(service.calls, 0);
	assert_int_equal(result.undecided, 1);
	code_of(code);
	service.outcome = SIGN_ACCEPTED;
	run();
	assert_int_equal(service.calls, 0);
	RESOLVED(code, RESOLVE_SIGN_AGAIN, NULL);
	run();
	ends(0, CASE_PUBLISHED, NULL);
	assert_int_equal(service.calls, 1);
}

/* ---- the report ----------------------------------------------------------------------------------------- */

static int collect(void *user, const void *bytes, size_t len, struct err *e)
{
	(void)e;
	buf_add(user, bytes, len);
	return 0;
}

static void the_report_tells_who_and_how_often(void **state)
{
	static const char *const words[] = {
		"\"how\":\"configuration\"",
		"\"calls\":2,\"good\":1,\"refused\":0,\"wrong_secret\":0,\"unknown\":1,\"not_sent\":0",
		"\"attempts\":2,\"approved\":\"",
		"\"decisions\":[\n{\"code\":\"",
		"\"what\":\"decided\",\"by\":\"",
	};
	AUTO(buf_release) struct buf json = BUF_INIT(MIB);
	struct err e = ERR_INIT;
	char code[CODE_TEXT];

	(void)state;
	code_of(code);
	assert_int_equal(report_json(&config, &result, collect, &json, &e), 0);
	assert_non_null(strstr(buf_str(&json), "\"service\":{\"code\":\"\",\"text\":\"terputus\""));
	shell("mkdir -p '%s/inspect' && cp '%s' '%s/inspect/%s-1.pdf'", out_folder, late_file, out_folder,
		code);
	assert_int_equal(report_write(&config, &result, &e), 0);
	shell("grep -q 'terputus (<a href=\"../inspect/%s-1.pdf\">.*naskah resolve %s<' "
	      "'%s/report/index.html'",
		code, code, out_folder);
	shell("grep -q '\"kept\":\"inspect/%s-1.pdf\"' '%s/report/report.json'", code, out_folder);
	RESOLVED(code, RESOLVE_SIGN_AGAIN, NULL);
	request.connect = connect_service;
	run();
	buf_reset(&json);
	assert_int_equal(report_json(&config, &result, collect, &json, &e), 0);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strstr(buf_str(&json), words[i]))
			fail_msg("'%s' is not in: %s", words[i], buf_str(&json));
}

/* A letter that was dropped does not vanish from the account: who wanted it no more, and why. */
static void the_report_tells_what_was_dropped(void **state)
{
	AUTO(buf_release) struct buf json = BUF_INIT(MIB);
	struct err e = ERR_INIT;
	char code[CODE_TEXT];

	(void)state;
	code_of(code);
	RESOLVED(code, RESOLVE_DROP, NULL);
	run();
	assert_int_equal(report_json(&config, &result, collect, &json, &e), 0);
	assert_non_null(strstr(buf_str(&json), "\"state\":\"withdrawn\",\"dropped\":true"));
	assert_non_null(strstr(buf_str(&json), "\"what\":\"dropped\""));
	assert_int_equal(report_write(&config, &result, &e), 0);
	shell("grep -q 'ditarik atas keputusan seseorang' '%s/report/index.html'", out_folder);
	shell("grep -q '<code>%s</code></td><td>ditarik</td>' '%s/report/index.html'", code, out_folder);
}

/* What the service said stands beside the letter, and what to type once only a person can go on. */
static void the_page_tells_why_a_letter_was_refused(void **state)
{
	struct err e = ERR_INIT;
	char code[CODE_TEXT];

	(void)state;
	shell("rm '%s'/[bc].xml", case_folder);
	config.approve = false;
	service.outcome = SIGN_REFUSED;
	for (int i = 0; i < LEDGER_REFUSALS_MAX; i++) {
		shell("! grep -q '<code>naskah resolve [0-9A-Z]' '%s/report/index.html'", out_folder);
		run();
		assert_int_equal(report_write(&config, &result, &e), 0);
		shell("grep -q '<br><small>layanan' '%s/report/index.html'", out_folder);
	}
	code_of(code);
	shell("grep -q '<code>naskah resolve %s<' '%s/report/index.html'", code, out_folder);
}

/* Ten thousand cases that wait for one reason are one line and the first of them. */
static void the_page_stays_small(void **state)
{
	enum { MANY = 10000 };
	AUTO(buf_release) struct buf page = BUF_INIT(MIB);
	struct err e = ERR_INIT;
	char path[256];

	(void)state;
	config.approve = false;
	run();
	struct run_result many;
	run_result_init(&many);
	many.entries = calloc(MANY, sizeof *many.entries);
	assert_non_null(many.entries);
	many.count = many.outcomes[CASE_WAITING] = MANY;
	for (size_t i = 0; i < MANY; i++)
		many.entries[i] = (struct run_entry){.path = "kasus/sebuah-nama-yang-agak-panjang.xml",
			.id = "",
			.message = i % 2 ? "layanan mati" : "frasa sandi salah",
			.outcome = CASE_WAITING};
	assert_int_equal(report_write(&config, &many, &e), 0);
	snprintf(path, sizeof path, "%s/report/index.html", out_folder);
	assert_int_equal(buf_load(&page, path, &e), 0);
	assert_true(page.len < 20000);
	assert_non_null(strstr(buf_str(&page), "5000 kasus: layanan mati"));
	assert_non_null(strstr(buf_str(&page), "dan 4980 kasus lain dengan alasan yang sama"));
	run_result_release(&many);
}

#define OF_THREE(f) cmocka_unit_test_setup_teardown(f, open_three, close_office)
#define OF_LOST(f)  cmocka_unit_test_setup_teardown(f, open_lost, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OF_THREE(the_sheet_does_not_depend_on_order_or_threads),
		OF_THREE(only_the_code_of_this_batch_approves),
		OF_THREE(a_person_is_asked_once),
		OF_THREE(the_configuration_may_approve),
		OF_THREE(what_is_approved_stays_approved),
		OF_THREE(a_changed_case_needs_a_new_approval),
		OF_LOST(a_late_file_is_published_when_it_is_the_answer),
		OF_LOST(a_namesake_is_another_person),
		OF_LOST(the_service_hands_the_file_out_once_more),
		OF_LOST(a_wrong_file_that_was_fetched_is_kept),
		OF_LOST(a_person_has_it_signed_again),
		OF_LOST(a_dropped_letter_is_not_made_again),
		OF_THREE(what_is_always_refused_waits_for_a_person),
		OF_LOST(the_report_tells_who_and_how_often),
		OF_LOST(the_report_tells_what_was_dropped),
		OF_THREE(the_page_tells_why_a_letter_was_refused),
		OF_THREE(the_page_stays_small),
	};

	return cmocka_run_group_tests(tests, start_sandbox, stop_sandbox);
}
