/*
 * The table of faults, row by row: an office of its own runs one case while the sandbox goes wrong, and what became of
 * it must be what the row says. Over all rows nothing bad is published, and no call is made twice.
 */
#include "run_rig.h"

#include "extend/extend.h"
#include "extend/fetch.h"
#include "sandbox/fault.h"
#include "verify/verify.h"
#include "json/json.h"

#define ONE_PDF    "letters/UND-1/02-surat-rekomendasi-sertifikat.pdf"
#define SIGNER_NIK "5108066412680008"

static struct trust *trust;
static const struct fault_entry *row;
static enum fault fault;
static size_t published, rows_run;

static int start(void **state)
{
	struct err e = ERR_INIT;

	if (start_sandbox(state) != 0)
		return -1;
	if (trust_load(sandbox_root_file(sandbox), &trust, &e) != 0) {
		print_error("%s\n", e.msg);
		return -1;
	}
	return 0;
}

static int end(void **state)
{
	trust_release(&trust);
	return stop_sandbox(state);
}

/* ---- the way to the sandbox ----------------------------------------------------------------------------- */

static int make_plain_signer(void *user, struct signer *out, struct err *e)
{
	struct net_config net = {.base_url = sandbox_url(sandbox),
		.username = sandbox_username(sandbox),
		.connect_timeout_ms = 5000};
	/* The answer never ends. */
	bool endless = fault == FAULT_SILENT || fault == FAULT_DRIP;

	(void)user;
	if (!password && secret_load(sandbox_password_file(sandbox), &password, e) != 0)
		return -1;
	net.password = password;
	return signer_bsre_v2_new(&net, endless ? 500 : 20000, out, e);
}

static int connect_sandbox(void *user, struct desk_service *to, const char **roots, struct err *e)
{
	(void)user;
	(void)e;
	*to = (struct desk_service){.make = make_plain_signer};
	*roots = sandbox_root_file(sandbox);
	return 0;
}

/* How often the sandbox was asked to sign, as it says itself: what curl does behind our back counts too. */
static unsigned sign_calls(void)
{
	static const char *const endpoints[] = {"/api/v2/sign/pdf", "/api/sign/pdf", "/api/v2/seal/pdf"};
	struct net_config net = {.base_url = sandbox_url(sandbox),
		.username = sandbox_username(sandbox),
		.connect_timeout_ms = 5000};
	const struct net_request req = {
		.method = "GET", .path = "/sandbox/calls?brief=1", .timeout_ms = 5000};
	AUTO(net_client_release) struct net_client *client = NULL;
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(MIB)};
	AUTO(json_release) json_t *json = NULL;
	struct err e = ERR_INIT;
	unsigned sum = 0;

	if (!password && secret_load(sandbox_password_file(sandbox), &password, &e) != 0)
		fail_msg("%s", e.msg);
	net.password = password;
	if (net_client_new(&net, &client, &e) != 0 || net_call(client, &req, &reply, &e) != 0 ||
		json_parse(reply.body.data, reply.body.len, "calls", &json, &e) != 0)
		fail_msg("%s", e.msg);
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++)
		sum += (unsigned)json_integer_value(json_object_get(
			json_object_get(json_object_get(json, "counts"), endpoints[i]), "calls"));
	return sum;
}

/* ---- what became of it ---------------------------------------------------------------------------------- */

static void load_letter(struct buf *out)
{
	char path[400];
	struct err e = ERR_INIT;

	snprintf(path, sizeof path, "%s/" ONE_PDF, out_folder);
	if (buf_load(out, path, &e) != 0)
		fail_msg("%s: %s", row->name, e.msg);
}

/* Whatever lies in out/letters is signed by the right person, and whole. */
static void nothing_bad_is_published(bool expected)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	struct verdict v;
	struct err e = ERR_INIT;

	assert_int_equal(there(ONE_PDF), expected);
	shell("test $(find '%s' -path '*/letters/*' -name '*.pdf' | wc -l) -eq %d", out_folder, expected);
	if (!expected)
		return;
	load_letter(&pdf);
	const struct verify_request req = {
		.pdf = pdf.data, .len = pdf.len, .name = "letter", .trust = trust, .now_at = NOW};
	assert_int_equal(verify_pdf(&req, &v, &e), 0);
	if (v.all_good != FINDING_YES || v.signature_count != 1 ||
		strcmp(v.signatures[0].signer_id, SIGNER_NIK) != 0)
		fail_msg("%s: published a bad file: %s (by %s)", row->name, v.why,
			v.signature_count > 0 ? v.signatures[0].signer : "nobody");
	published++;
}

static void stands(enum case_outcome outcome, enum letter_state letter)
{
	if (result.count != 1 || result.entries[0].outcome != outcome)
		fail_msg("%s: %s (%s)", row->name, case_outcome_name(result.entries[0].outcome),
			result.entries[0].message ? result.entries[0].message : "");
	struct census c = census();
	for (size_t i = 0; i < ARRAY_LEN(c.states); i++)
		if (c.states[i] != 0 && i != letter)
			fail_msg(
				"%s: the letter is '%s'", row->name, letter_state_name((enum letter_state)i));
	/* A letter that nobody could be asked to sign has not been written down, or is planned. */
	assert_true(c.states[letter] == 1 || letter == LETTER_PLANNED);
}

static void first_run(void)
{
	switch (row->end) {
	case END_PUBLISHED:
	case END_NOT_EXTENDED:
		stands(CASE_PUBLISHED, LETTER_PUBLISHED);
		break;
	case END_REFUSED:
		stands(CASE_WAITING, LETTER_REFUSED);
		break;
	case END_UNKNOWN:
		stands(CASE_UNKNOWN, LETTER_UNKNOWN);
		break;
	case END_KEPT:
		stands(CASE_UNKNOWN, LETTER_UNKNOWN);
		shell("test $(find '%s/inspect' -type f | wc -l) -ge 1", out_folder);
		break;
	case END_WAITING:
		stands(CASE_WAITING, LETTER_PLANNED);
		break;
	}
}

/* The fault is gone: what waits is published, what is unknown stays so until a person decides, and nobody is asked. */
static void second_run(void)
{
	bool again = row->end == END_REFUSED || row->end == END_WAITING;
	bool unknown = row->end == END_UNKNOWN || row->end == END_KEPT;
	unsigned before = sign_calls();

	run();
	stands(unknown ? CASE_UNKNOWN : CASE_PUBLISHED, unknown ? LETTER_UNKNOWN : LETTER_PUBLISHED);
	if (sign_calls() - before != (again ? 1 : 0))
		fail_msg("%s: %u calls in the second run", row->name, sign_calls() - before);
	nothing_bad_is_published(!unknown);
}

/* ---- and afterwards ------------------------------------------------------------------------------------- */

/* While the fault is on: to B-LTA, or not at all. */
static void extended(void)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES), longer = BUF_INIT(LIMIT_PDF_BYTES);
	AUTO(fetcher_release) struct fetcher *fetcher = NULL;
	AUTO(extender_release) struct extender *extender = NULL;
	const struct fetcher_config fc = {.connect_timeout_ms = 2000, .timeout_ms = 5000, .tries = 1};
	struct extend_report report = {.end = EXTEND_NONE};
	char stamp_url[128];
	struct verdict v;
	struct err e = ERR_INIT;

	snprintf(stamp_url, sizeof stamp_url, "%s/tsa", sandbox_url(sandbox));
	load_letter(&pdf);
	const struct verify_request verify = {
		.pdf = pdf.data, .len = pdf.len, .name = "letter", .trust = trust, .now_at = NOW};
	if (fetcher_new(&fc, &fetcher, &e) != 0)
		fail_msg("%s", e.msg);
	const struct extender_config xc = {
		.trust = trust, .fetch = fetch, .user = fetcher, .stamp_url = stamp_url, .renew_days = 90};
	if (extender_new(&xc, &extender, &e) != 0 || verify_pdf(&verify, &v, &e) != 0)
		fail_msg("%s", e.msg);
	const struct extend_request req = {.pdf = pdf.data,
		.len = pdf.len,
		.name = "letter",
		.verdict = &v,
		.level = LEVEL_B_LTA,
		.now_at = NOW};
	if (extend_pdf(extender, &req, &longer, &report, &e) != 0)
		fail_msg("%s", e.msg);
	if ((report.end == EXTEND_DONE) != (row->end == END_PUBLISHED))
		fail_msg("%s: extend ended %d: %s", row->name, (int)report.end, report.why);
	if (report.end != EXTEND_DONE) {
		assert_int_equal(longer.len, 0);
		assert_true(report.why[0] != '\0');
		return;
	}
	const struct verify_request again = {
		.pdf = longer.data, .len = longer.len, .name = "longer", .trust = trust, .now_at = NOW};
	assert_int_equal(verify_pdf(&again, &v, &e), 0);
	if (v.level != LEVEL_B_LTA)
		fail_msg("%s: level %d: %s", row->name, (int)v.level, v.why);
}

static void one_row(void **state)
{
	bool is_about_status = row->calls & (CALL_TSA | CALL_OCSP | CALL_CRL);
	struct err e = ERR_INIT;

	open_office(state);
	request.connect = connect_sandbox;
	shell("sed 's/UND-2026-001/UND-1/' fixtures/cases/und-2026-001.xml >'%s/a.xml'", case_folder);
	if (fault != FAULT_NONE && fault_book_add(sandbox_faults(sandbox), row->name, 0, NULL, &e) != 0)
		fail_msg("%s", e.msg);
	unsigned before = sign_calls();
	run();
	first_run();
	if (sign_calls() - before != (row->end == END_WAITING ? 0 : 1))
		fail_msg("%s: %u calls", row->name, sign_calls() - before);
	nothing_bad_is_published(row->end == END_PUBLISHED || row->end == END_NOT_EXTENDED);
	if (fault == FAULT_NONE || is_about_status || row->end == END_NOT_EXTENDED)
		extended();
	fault_book_clear(sandbox_faults(sandbox));
	second_run();
	close_office(state);
	rows_run++;
}

/* Rows whose calls are made by the usual signer: v2 with a passphrase. */
static bool is_usual(const struct fault_entry *r)
{
	return r == &fault_list()[FAULT_NONE] ||
	       (r->calls & (CALL_SIGN_V2 | CALL_STATUS | CALL_TSA | CALL_OCSP | CALL_CRL));
}

static void every_row(void **state)
{
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		row = &fault_list()[i];
		fault = (enum fault)i;
		if (is_usual(row))
			one_row(state);
	}
	print_message("%zu rows, %zu files published, 0 of them bad\n", rows_run, published);
	assert_true(rows_run >= 45);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row),
	};

	return cmocka_run_group_tests(tests, start, end);
}
