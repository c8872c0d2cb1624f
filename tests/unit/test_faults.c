/*
 * The table of faults, row by row: an office of its own runs one case while the sandbox goes wrong, and what became of
 * it must be what the row says. Over all rows nothing bad is published, and no call is made twice.
 */
#include "run_rig.h"

#include "extend/extend.h"
#include "extend/fetch.h"
#include "sandbox/fault.h"
#include "signer_v2.h"
#include "verify/verify.h"
#include "json/json.h"

#define ONE_PDF     "letters/UND-1/02-surat-rekomendasi-sertifikat.pdf"
#define SIGNER_NAME "kepala-upt-tik"
#define SIGNER_NIK  "5108066412680008"

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

/* A row of another way to sign than v2 with a passphrase takes that way. */
static bool is_v1(void)
{
	return (row->calls & (CALL_SIGN_V1 | CALL_SIGN_V2)) == CALL_SIGN_V1;
}

static bool is_otp(void)
{
	return row->calls == CALL_OTP;
}

static int (*own_sign)(void *, const struct sign_job *, struct sign_result *, struct err *);

/* The secret, which in a real run only the keeper knows. */
static int sign_with_secret(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	AUTO(secret_release) struct secret *secret = NULL;
	struct sign_job whole = *job;
	char mail[256];

	snprintf(mail, sizeof mail, "%s/totp/" SIGNER_NAME, state_folder);
	if (secret_load(is_otp() ? mail : sandbox_passphrase_file(sandbox, job->who.nik), &secret, e) != 0)
		return -1;
	whole.passphrase = secret;
	whole.is_otp = is_otp();
	return own_sign(self, &whole, out, e);
}

static int make_plain_signer(void *user, struct signer *out, struct err *e)
{
	/* The answer never ends. */
	bool endless = fault == FAULT_SILENT || fault == FAULT_DRIP;
	struct signer_profile profile = {.way = is_otp() ? WAY_TOTP : WAY_PASSPHRASE,
		.api = is_v1() ? 1 : 2,
		.net = {.base_url = sandbox_url(sandbox),
			.username = sandbox_username(sandbox),
			.connect_timeout_ms = 5000},
		.sign_timeout_ms = endless ? 500 : 20000};

	(void)user;
	if (!password && secret_load(sandbox_password_file(sandbox), &password, e) != 0)
		return -1;
	profile.net.password = password;
	if (signer_new(&profile, out, e) != 0)
		return -1;
	own_sign = out->sign;
	out->sign = sign_with_secret;
	return 0;
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
	row = *state;
	fault = (enum fault)(row - fault_list());
	bool is_about_status = row->calls & (CALL_TSA | CALL_OCSP | CALL_CRL);
	struct err e = ERR_INIT;

	open_office(state);
	request.connect = connect_sandbox;
	for (size_t i = 0; is_otp() && i < config.signer_count; i++)
		config.signers[i].way = WAY_TOTP;
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

/* Two rows are about what no run does by itself: a seal signs as an agency, and a file is fetched by `naskah resolve`. */
static bool is_of_a_run(const struct fault_entry *r)
{
	return r->calls != CALL_SEAL && r->calls != CALL_FETCH;
}

static void over_all_rows(void **state)
{
	(void)state;
	print_message("%zu rows, %zu files published, 0 of them bad\n", rows_run, published);
	assert_true(rows_run + 2 == FAULT_COUNT);
	assert_true(rows_run > 45 && published > 0);
}

int main(void)
{
	struct CMUnitTest tests[FAULT_COUNT + 1];
	size_t count = 0;

	for (size_t i = 0; i < FAULT_COUNT; i++) {
		const struct fault_entry *r = &fault_list()[i];
		if (is_of_a_run(r))
			tests[count++] =
				(struct CMUnitTest){r->name, one_row, NULL, NULL, (void *)(uintptr_t)r};
	}
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(over_all_rows);
	return _cmocka_run_group_tests("faults", tests, count, start, end);
}
