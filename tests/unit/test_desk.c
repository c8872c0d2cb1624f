#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "pipeline/desk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#define THREADS 4

/* The service that all fake signers of a test speak to. */
static struct fake {
	const char *status; /* NULL: no answer */
	enum sign_outcome outcome;
	bool wrong_secret;
	int64_t not_after_at;
	unsigned slept_ms;   /* by the desk */
	unsigned back_at_ms; /* slept so long, the service answers again; 0 = never away */
	int otps;
	size_t otp_files;
	bool no_otp;
	atomic_int asked, signs, under_way, most;
} fake;

static int fake_status(void *self, const struct sign_identity *who, struct sign_status *out, struct err *e)
{
	(void)self;
	assert_non_null(who->nik);
	atomic_fetch_add(&fake.asked, 1);
	if (!fake.status || fake.slept_ms < fake.back_at_ms)
		return err_set(e, ERR_REMOTE, "no answer");
	out->not_after_at = fake.not_after_at;
	out->may_sign = strcmp(fake.status, "ISSUE") == 0;
	snprintf(out->status, sizeof out->status, "%s", fake.status);
	snprintf(out->code, sizeof out->code, "1110");
	snprintf(out->text, sizeof out->text, "keterangan");
	return 0;
}

static int fake_sign(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	struct timespec moment = {.tv_nsec = 5000000};

	(void)self;
	(void)e;
	/* The keeper's affair. */
	assert_null(job->passphrase);
	atomic_fetch_add(&fake.signs, 1);
	int now = atomic_fetch_add(&fake.under_way, 1) + 1;
	if (now > atomic_load(&fake.most))
		atomic_store(&fake.most, now);
	nanosleep(&moment, NULL);
	atomic_fetch_sub(&fake.under_way, 1);
	out->outcome = fake.outcome;
	out->wrong_secret = fake.wrong_secret;
	snprintf(out->code, sizeof out->code, "2031");
	snprintf(out->text, sizeof out->text, "kata layanan");
	return 0;
}

static int fake_otp(
	void *self, const struct sign_identity *who, size_t files, struct sign_otp *out, struct err *e)
{
	(void)self;
	(void)e;
	assert_string_equal(who->name, "satu");
	fake.otps++;
	fake.otp_files = files;
	out->granted = !fake.no_otp;
	snprintf(out->text, sizeof out->text, "kode dikirim");
	return 0;
}

static void fake_sleep(void *user, long ms)
{
	(void)user;
	fake.slept_ms += (unsigned)ms;
}

static uint32_t no_jitter(void *user)
{
	(void)user;
	return 0;
}

static void fake_free(void *self)
{
	(void)self;
}

static int make_fake(void *user, struct signer *out, struct err *e)
{
	(void)user;
	(void)e;
	*out = (struct signer){.status = fake_status, .sign = fake_sign, .otp = fake_otp, .free = fake_free};
	return 0;
}

/* ---- a desk with two signers ---------------------------------------------------------------------------- */

static struct config config;
static struct config_signer signers[2];
static struct desk *desk;

static int open_desk(void **state)
{
	const struct desk_service service = {
		.make = make_fake, .clock = {.sleep_ms = fake_sleep, .random = no_jitter}};
	struct err e = ERR_INIT;

	(void)state;
	memset(&fake, 0, sizeof fake);
	fake.status = "ISSUE";
	fake.outcome = SIGN_ACCEPTED;
	signers[0] = (struct config_signer){.name = "satu", .nik = "3174051208700002", .passphrase_fd = -1};
	signers[1] = (struct config_signer){.name = "dua", .nik = "3276020304740003", .passphrase_fd = -1};
	config = (struct config){.signers = signers,
		.signer_count = 2,
		.in_flight = 2 * THREADS,
		.in_flight_per_signer = THREADS};
	assert_int_equal(desk_new(&config, &service, &desk, &e), 0);
	return 0;
}

static int close_desk(void **state)
{
	(void)state;
	desk_release(&desk);
	return 0;
}

/* One letter of one signer; `good`: what our checks say of the file. The reason when it was not asked for. */
static bool one_letter(size_t signer, bool good, char why[300])
{
	AUTO(signer_release) struct signer by = SIGNER_INIT;
	AUTO(sign_result_release) struct sign_result result;
	struct sign_job job = {.pdf = (const unsigned char *)"x", .pdf_len = 1};
	struct desk_turn turn;
	struct err e = ERR_INIT;

	sign_result_init(&result);
	if (desk_signer(desk, &by, &e) != 0)
		return false;
	desk_take_turn(desk, signer, &by, &turn);
	if (why)
		snprintf(why, 300, "%s", turn.why);
	if (!turn.allowed)
		return false;
	if (desk_sign(desk, signer, &by, &turn, &job, &result, &e) != 0)
		return false;
	if (result.outcome == SIGN_ACCEPTED)
		desk_settle(desk, signer, &turn, good, "berkas lain");
	desk_pass(desk, signer, &turn);
	return true;
}

static void *three_letters(void *user)
{
	(void)user;
	for (int i = 0; i < 3; i++)
		one_letter(0, true, NULL);
	return NULL;
}

static void in_threads(void)
{
	pthread_t threads[THREADS];

	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, three_letters, NULL), 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* ---- tests ---------------------------------------------------------------------------------------------- */

static void a_wrong_passphrase_costs_one_call(void **state)
{
	char why[300];

	(void)state;
	fake.outcome = SIGN_REFUSED;
	fake.wrong_secret = true;
	in_threads();
	assert_int_equal(fake.signs, 1);
	assert_int_equal(fake.asked, 1);
	assert_true(desk_is_closed(desk, 0, why));
	assert_non_null(strstr(why, "kata layanan (2031)"));
	/* The other signer's passphrase may be right. */
	assert_false(desk_is_closed(desk, 1, why));
}

static void other_refusals_are_about_one_letter(void **state)
{
	(void)state;
	fake.outcome = SIGN_REFUSED;
	in_threads();
	assert_int_equal(fake.signs, 3 * THREADS);
}

static void only_an_active_certificate_is_asked_to_sign(void **state)
{
	static const char *const states[] = {"EXPIRED", "REVOKE", "SUSPEND", "issue", ""};
	char why[300];

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		fake.status = states[i];
		assert_false(one_letter(0, true, why));
		assert_non_null(strstr(why, states[i]));
		assert_non_null(strstr(why, "keterangan"));
		assert_false(one_letter(0, true, why));
		assert_int_equal(fake.signs, 0);
		assert_int_equal(fake.asked, 1);
		close_desk(state);
		open_desk(state);
	}
	fake.status = NULL;
	assert_false(one_letter(0, true, why));
	assert_non_null(strstr(why, "no answer"));
	assert_int_equal(fake.signs, 0);
}

static void one_at_a_time_until_the_first_good_signature(void **state)
{
	(void)state;
	fake.outcome = SIGN_REFUSED;
	in_threads();
	assert_int_equal(fake.most, 1);
	fake.outcome = SIGN_ACCEPTED;
	assert_true(one_letter(0, true, NULL));
	in_threads();
	assert_true(fake.most > 1);
	/* Asked for the status once, whatever happens. */
	assert_int_equal(fake.asked, 1);
}

static void a_bad_file_is_no_proof(void **state)
{
	(void)state;
	assert_true(one_letter(0, false, NULL));
	assert_true(one_letter(0, false, NULL));
	fake.outcome = SIGN_REFUSED;
	in_threads();
	assert_int_equal(fake.most, 1);
}

static void three_silent_calls_end_the_asking(void **state)
{
	static const struct {
		enum sign_outcome outcome;
		bool good;
		const char *why;
	} silences[] = {{SIGN_NOT_SENT, true, "kata layanan"}, {SIGN_UNKNOWN, true, "kata layanan"},
		{SIGN_ACCEPTED, false, "berkas lain"}};
	char why[300];

	for (size_t i = 0; i < ARRAY_LEN(silences); i++) {
		assert_true(one_letter(0, true, NULL));
		fake.outcome = silences[i].outcome;
		for (int n = 0; n < 3; n++)
			assert_true(one_letter((size_t)n % 2, silences[i].good, NULL));
		assert_false(one_letter(0, true, why));
		assert_non_null(strstr(why, silences[i].why));
		assert_false(one_letter(1, true, why));
		close_desk(state);
		open_desk(state);
	}
}

static void an_answer_in_between_starts_the_count_again(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		fake.outcome = SIGN_UNKNOWN;
		assert_true(one_letter(0, true, NULL));
		assert_true(one_letter(0, true, NULL));
		fake.outcome = i % 2 ? SIGN_REFUSED : SIGN_ACCEPTED;
		assert_true(one_letter(0, true, NULL));
	}
}

/* Unknown is not asked for again, but the next letter is tried once the service answers a harmless question. */
static void a_service_out_of_order_is_waited_for(void **state)
{
	char why[300];

	(void)state;
	config.patience_s = 60;
	assert_true(one_letter(0, true, NULL));
	fake.outcome = SIGN_UNKNOWN;
	for (int i = 0; i < 3; i++)
		assert_true(one_letter(0, true, NULL));
	assert_int_equal(fake.slept_ms, 0);
	/* It comes back while 4 s are waited: 1 + 2 + 4. */
	fake.back_at_ms = 5000;
	fake.outcome = SIGN_ACCEPTED;
	int asked = fake.asked;
	assert_true(one_letter(1, true, NULL));
	assert_int_equal(fake.slept_ms, 7000);
	assert_int_equal(fake.asked - asked, 3 + 1); /* and the second signer's own status */
	assert_true(one_letter(0, true, why));
	assert_int_equal(fake.slept_ms, 7000);
}

static void patience_has_an_end(void **state)
{
	char why[300];

	(void)state;
	config.patience_s = 10;
	fake.outcome = SIGN_UNKNOWN;
	for (int i = 0; i < 3; i++)
		assert_true(one_letter(0, true, NULL));
	fake.back_at_ms = 1000000;
	int signs = fake.signs;
	assert_false(one_letter(0, true, why));
	assert_non_null(strstr(why, "kata layanan"));
	assert_int_equal(fake.slept_ms, 7000); /* 1 + 2 + 4; 8 more would be too long */
	assert_int_equal(fake.signs, signs);
	assert_false(one_letter(1, true, why));
	assert_int_equal(fake.slept_ms, 7000);
}

/* A service that answers questions but does not sign: one letter each time, and longer pauses. */
static void each_trial_costs_one_letter(void **state)
{
	(void)state;
	config.patience_s = 30;
	fake.outcome = SIGN_UNKNOWN;
	int letters = 0;
	while (one_letter(0, true, NULL))
		letters++;
	/* 3, then one after 1, 2, 4 and 8 s. */
	assert_int_equal(letters, 3 + 4);
	assert_int_equal(fake.slept_ms, 15000);
}

/* All that wait at the desk go on when one of them has found the service well. */
static void nobody_is_left_waiting(void **state)
{
	(void)state;
	config.patience_s = 60;
	assert_true(one_letter(0, true, NULL));
	fake.outcome = SIGN_UNKNOWN;
	for (int i = 0; i < 3; i++)
		assert_true(one_letter(0, true, NULL));
	fake.outcome = SIGN_ACCEPTED;
	int signs = fake.signs;
	in_threads();
	assert_int_equal(fake.signs - signs, 3 * THREADS);
	assert_int_equal(fake.slept_ms, 1000);
}

static void no_more_under_way_than_is_allowed(void **state)
{
	(void)state;
	config.in_flight_per_signer = 2;
	assert_true(one_letter(0, true, NULL));
	in_threads();
	assert_int_equal(fake.most, 2);
}

/* What is done with an answer holds nobody up: the place is free when the call is over. */
static void calls_are_counted_not_letters(void **state)
{
	AUTO(signer_release) struct signer by = SIGNER_INIT;
	AUTO(sign_result_release) struct sign_result result;
	struct sign_job job = {.pdf = (const unsigned char *)"x", .pdf_len = 1};
	struct desk_turn first, second;
	struct err e = ERR_INIT;

	(void)state;
	sign_result_init(&result);
	config.in_flight = 1;
	config.in_flight_per_signer = 1;
	assert_true(one_letter(0, true, NULL));
	assert_true(one_letter(1, true, NULL));
	assert_int_equal(desk_signer(desk, &by, &e), 0);
	desk_take_turn(desk, 0, &by, &first);
	assert_int_equal(desk_sign(desk, 0, &by, &first, &job, &result, &e), 0);
	desk_take_turn(desk, 0, &by, &second);
	assert_true(second.allowed);
	desk_settle(desk, 0, &first, true, "");
	desk_pass(desk, 0, &second);
	/* In all, whoever signs. */
	fake.most = 0;
	in_threads();
	assert_int_equal(fake.most, 1);
}

static void *a_letter_of_the_first(void *user)
{
	(void)user;
	one_letter(0, true, NULL);
	return NULL;
}

/* Also while the service is out of order: nobody's passphrase is tried twice at once. */
static void a_trial_waits_for_the_first_signature(void **state)
{
	AUTO(signer_release) struct signer by = SIGNER_INIT;
	const struct timespec a_while = {.tv_nsec = 50000000};
	struct desk_turn turn;
	struct err e = ERR_INIT;
	pthread_t second;

	(void)state;
	config.patience_s = 60;
	assert_int_equal(desk_signer(desk, &by, &e), 0);
	desk_take_turn(desk, 0, &by, &turn);
	assert_true(turn.allowed);
	fake.outcome = SIGN_UNKNOWN;
	for (int i = 0; i < 3; i++)
		assert_true(one_letter(1, true, NULL));
	int signs = fake.signs;
	assert_int_equal(pthread_create(&second, NULL, a_letter_of_the_first, NULL), 0);
	nanosleep(&a_while, NULL);
	int early = fake.signs - signs;
	desk_pass(desk, 0, &turn);
	pthread_join(second, NULL);
	assert_int_equal(early, 0);
	assert_int_equal(fake.signs - signs, 1);
}

static void the_operator_is_told_before_the_first_call(void **state)
{
	AUTO(signer_release) struct signer by = SIGNER_INIT;
	const int64_t now = 1773626400;
	struct err e = ERR_INIT;
	char warning[300], why[300];

	(void)state;
	assert_int_equal(desk_signer(desk, &by, &e), 0);
	desk_prepare(desk, 0, &by, 5, now, warning);
	assert_string_equal(warning, "");
	assert_int_equal(fake.otps, 0);
	fake.not_after_at = now + 29 * 86400;
	desk_prepare(desk, 0, &by, 5, now, warning);
	assert_non_null(strstr(warning, "29"));
	fake.not_after_at = now + 31 * 86400;
	signers[0].way = WAY_TOTP;
	desk_prepare(desk, 0, &by, 5, now, warning);
	assert_string_equal(warning, "");
	assert_int_equal(fake.otps, 1);
	assert_int_equal(fake.otp_files, 5);
	assert_false(desk_is_closed(desk, 0, why));
	fake.no_otp = true;
	desk_prepare(desk, 0, &by, 5, now, warning);
	assert_true(desk_is_closed(desk, 0, why));
	assert_non_null(strstr(why, "kode dikirim"));
	fake.status = "EXPIRED";
	desk_prepare(desk, 1, &by, 5, now, warning);
	assert_non_null(strstr(warning, "EXPIRED"));
	/* Asked once: the turns need not ask again. */
	int asked = fake.asked;
	assert_false(one_letter(1, true, why));
	assert_int_equal(fake.asked, asked);
	assert_int_equal(fake.signs, 0);
}

static void who_is_named_how(void **state)
{
	struct config c = {.api = 2};
	struct config_signer s = {.name = "a", .nik = "3300000000000001"};

	(void)state;
	assert_string_equal(desk_identity(&c, &s).nik, s.nik);
	s.email = "contoh@contoh.example";
	assert_string_equal(desk_identity(&c, &s).email, s.email);
	assert_null(desk_identity(&c, &s).nik);
	c.api = 1; /* which knows no addresses */
	assert_string_equal(desk_identity(&c, &s).nik, s.nik);
	s.way = WAY_SEAL;
	s.subscriber = "langganan";
	assert_string_equal(desk_identity(&c, &s).subscriber, s.subscriber);
	assert_null(desk_identity(&c, &s).nik);
}

#define WITH_DESK(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DESK(a_wrong_passphrase_costs_one_call),
		WITH_DESK(other_refusals_are_about_one_letter),
		WITH_DESK(only_an_active_certificate_is_asked_to_sign),
		WITH_DESK(one_at_a_time_until_the_first_good_signature),
		WITH_DESK(a_bad_file_is_no_proof),
		WITH_DESK(three_silent_calls_end_the_asking),
		WITH_DESK(a_service_out_of_order_is_waited_for),
		WITH_DESK(patience_has_an_end),
		WITH_DESK(each_trial_costs_one_letter),
		WITH_DESK(nobody_is_left_waiting),
		WITH_DESK(no_more_under_way_than_is_allowed),
		WITH_DESK(calls_are_counted_not_letters),
		WITH_DESK(a_trial_waits_for_the_first_signature),
		WITH_DESK(the_operator_is_told_before_the_first_call),
		WITH_DESK(who_is_named_how),
		WITH_DESK(an_answer_in_between_starts_the_count_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
