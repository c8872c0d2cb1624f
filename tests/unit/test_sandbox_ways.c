/* The table of faults by the other ways to sign: v1, and the agency's seal with the calls that it needs. */
#include "sandbox_rig.h"
#include "signing/signer.h"

static char seal_code[64];
static struct secret *activation, *secret;

static void keep_secret(struct secret **out, const char *word)
{
	struct err e = ERR_INIT;

	MUST(secret_new(64, out, &e));
	MUST(secret_set(*out, word, strlen(word), &e));
}

/* One seal, activated; and a person's passphrase. */
static void prepare(void **state)
{
	char path[160];

	(void)state;
	assert_int_equal(post("/api/v2/seal/get/activation", "{\"idSubscriber\":\"SUB-UJI-1\"}"), 0);
	snprintf(path, sizeof path, "%s/totp/aktivasi-SUB-UJI-1", state_folder);
	read_word(path, seal_code, sizeof seal_code);
	keep_secret(&activation, seal_code);
	keep_secret(&secret, passphrase);
}

static enum sign_outcome outcome_of(enum fault_end end)
{
	switch (end) {
	case END_REFUSED:
		return SIGN_REFUSED;
	case END_UNKNOWN:
		return SIGN_UNKNOWN;
	case END_WAITING:
		return SIGN_NOT_SENT;
	case END_PUBLISHED:
	case END_KEPT: /* says "accepted"; verify/ must catch it */
	case END_NOT_EXTENDED:
		break;
	}
	return SIGN_ACCEPTED;
}

static bool is_good(const struct buf *pdf, bool by_seal)
{
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	const struct expected_signer by = {
		by_seal ? NULL : NIK, by_seal ? "Segel Elektronik UJI" : "Contoh Pejabat 1"};
	const struct reply_check check = {
		.sent = letter.data,
		.sent_len = letter.len,
		.reply = pdf->data,
		.reply_len = pdf->len,
		.signers = &by,
		.signer_count = 1,
		.trust = trust,
		.now_at = NOW,
	};
	struct err e = ERR_INIT;

	MUST(verify_reply(&check, verdict, &e));
	return verdict->all_good == FINDING_YES;
}

static void no_wait(void *user, long ms)
{
	(void)user;
	(void)ms;
}

static void make(bool by_seal, long timeout_ms, struct signer *out)
{
	struct err e = ERR_INIT;
	const struct signer_profile profile = {
		.way = by_seal ? WAY_SEAL : WAY_PASSPHRASE,
		.api = by_seal ? 2 : 1,
		.net = {.base_url = sandbox_url(sandbox),
			.username = sandbox_username(sandbox),
			.password = password,
			.connect_timeout_ms = 5000,
			.stall_ms = 500},
		.sign_timeout_ms = timeout_ms,
		.subscriber = by_seal ? "SUB-UJI-1" : NULL,
		.secret = by_seal ? activation : NULL,
		.clock = {.sleep_ms = no_wait},
	};

	MUST(signer_new(&profile, out, &e));
}

static void sign(struct signer *signer, bool by_seal, struct sign_result *out)
{
	const struct sign_job job = {
		.who.nik = by_seal ? NULL : NIK,
		.who.subscriber = by_seal ? "SUB-UJI-1" : NULL,
		.passphrase = by_seal ? NULL : secret,
		.pdf = letter.data,
		.pdf_len = letter.len,
	};
	struct err e = ERR_INIT;

	MUST(signer->sign(signer->self, &job, out, &e));
}

static void meet(size_t i, bool by_seal)
{
	const struct fault_entry *fault = &fault_list()[i];
	bool endless = i == FAULT_SILENT || i == FAULT_DRIP;
	AUTO(signer_release) struct signer signer = SIGNER_INIT;
	AUTO(sign_result_release) struct sign_result result;
	struct err e = ERR_INIT;

	sign_result_init(&result);
	make(by_seal, endless ? 700 : 20000, &signer);
	if (i == FAULT_WRONG_ORDER) { /* of the call before: another letter */
		letter.data[5] ^= 2;  /* %PDF-1.5 */
		sign(&signer, by_seal, &result);
		letter.data[5] ^= 2;
	}
	MUST(fault_book_add(sandbox_faults(sandbox), fault->name, 0, NULL, &e));
	sign(&signer, by_seal, &result);
	fault_book_clear(sandbox_faults(sandbox));
	/* Asking for the code is a part of sealing: no code is the service's no. */
	enum sign_outcome wanted = by_seal && i == FAULT_OTP_NONE ? SIGN_REFUSED : outcome_of(fault->end);
	if (result.outcome != wanted)
		fail_msg("%s: outcome %d (%s)", fault->name, (int)result.outcome, result.text);
	if (result.outcome == SIGN_ACCEPTED && is_good(&result.pdf, by_seal) == (fault->end == END_KEPT))
		fail_msg("%s: good or not, against the table", fault->name);
}

static void every_fault_by_v1(void **state)
{
	(void)state;
	for (size_t i = 1; i < FAULT_COUNT; i++)
		if (fault_list()[i].calls & CALL_SIGN_V1)
			meet(i, false);
}

/* What was signed and did not arrive is fetched by its id: once, and not when the service says that it is gone. */
static void fetches_what_was_cut(void **state)
{
	AUTO(signer_release) struct signer signer = SIGNER_INIT;
	AUTO(sign_result_release) struct sign_result result;
	AUTO(sign_result_release) struct sign_result fetched;
	struct err e = ERR_INIT;

	(void)state;
	sign_result_init(&result);
	sign_result_init(&fetched);
	make(false, 20000, &signer);
	MUST(fault_book_add(sandbox_faults(sandbox), "cut-inside,gone", 1, NULL, &e));
	sign(&signer, false, &result);
	assert_int_equal(result.outcome, SIGN_UNKNOWN);
	assert_int_equal(strlen(result.document_id), 24);
	MUST(signer.fetch(signer.self, result.document_id, NULL, &fetched, &e));
	assert_int_not_equal(fetched.outcome, SIGN_ACCEPTED);
	MUST(signer.fetch(signer.self, result.document_id, NULL, &fetched, &e));
	assert_int_equal(fetched.outcome, SIGN_ACCEPTED);
	assert_true(is_good(&fetched.pdf, false));
	MUST(signer.fetch(signer.self, result.document_id, NULL, &fetched, &e));
	assert_int_not_equal(fetched.outcome, SIGN_ACCEPTED);
}

static void every_fault_of_a_status(void **state)
{
	AUTO(signer_release) struct signer signer = SIGNER_INIT;
	const struct sign_identity who = {.nik = NIK};

	(void)state;
	make(false, 20000, &signer);
	for (size_t i = 1; i < FAULT_COUNT; i++) {
		const struct fault_entry *fault = &fault_list()[i];
		struct sign_status found = {.may_sign = false};
		struct err e = ERR_INIT;
		if (!(fault->calls & CALL_STATUS))
			continue;
		MUST(fault_book_add(sandbox_faults(sandbox), fault->name, 0, NULL, &e));
		bool may = signer.status(signer.self, &who, &found, &e) == 0 && found.may_sign;
		fault_book_clear(sandbox_faults(sandbox));
		if (may != (fault->end == END_PUBLISHED))
			fail_msg("%s: %d %s", fault->name, may, found.status);
	}
}

static void every_fault_of_a_seal(void **state)
{
	(void)state;
	for (size_t i = 1; i < FAULT_COUNT; i++)
		if (fault_list()[i].calls & (CALL_SEAL | CALL_OTP))
			meet(i, true);
	secret_release(&activation);
	secret_release(&secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prepare),
		cmocka_unit_test(every_fault_by_v1),
		cmocka_unit_test(fetches_what_was_cut),
		cmocka_unit_test(every_fault_of_a_status),
		cmocka_unit_test(every_fault_of_a_seal),
	};

	return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
