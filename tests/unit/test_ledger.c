#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "db/db.h"
#include "ledger/ledger.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW INT64_C(1773626400)

static char folder[64], path[96];
static struct ledger *l;

static int open_fresh(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/naskah-ledger-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/ledger.db", folder);
	return ledger_open(path, false, &l, &e);
}

static int drop(void **state)
{
	static const char *const names[] = {"ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.lock"};

	(void)state;
	ledger_release(&l);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char file[160];
		snprintf(file, sizeof file, "%s/%s", folder, names[i]);
		unlink(file);
	}
	return rmdir(folder);
}

#define OK(call)                                                                                             \
	do {                                                                                                 \
		struct err e = ERR_INIT;                                                                     \
		if ((call) != 0)                                                                             \
			fail_msg("%s: %s", #call, e.msg);                                                    \
	} while (0)

#define REFUSED(want, call)                                                                                  \
	do {                                                                                                 \
		struct err e = ERR_INIT;                                                                     \
		assert_int_equal(call, -1);                                                                  \
		if (e.kind != (want))                                                                        \
			fail_msg("%s: kind %d: %s", #call, (int)e.kind, e.msg);                              \
	} while (0)

static struct sha256 hash_of(unsigned char seed)
{
	struct sha256 h;

	memset(h.bytes, seed, sizeof h.bytes);
	return h;
}

/* `seed` stands for the wording: it makes code and hashes. */
static struct ledger_letter letter_of(const char *case_id, const char *kind, unsigned char seed)
{
	struct ledger_letter row = {.nn = 1,
		.number = "R/12/III/2026",
		.title = "Surat Rekomendasi",
		.subject = "Rekomendasi",
		.office = "Pusat Contoh",
		.signers = {{"Budi Contoh", "Kepala"}},
		.class_code = "B",
		.date = {2026, 3, 16}};

	snprintf(row.case_id, sizeof row.case_id, "%s", case_id);
	snprintf(row.kind, sizeof row.kind, "%s", kind);
	snprintf(row.code, sizeof row.code, "%021u", seed);
	row.content = hash_of(seed);
	row.unsigned_pdf = hash_of((unsigned char)(seed + 1));
	row.recipe = hash_of(9);
	return row;
}

struct leaf {
	struct event event;
	struct ledger_leaf leaf;
	char text[64];
};

/* The event of a letter, with a leaf that says what it is. */
static const struct ledger_leaf *leaf_of(struct leaf *out, enum event_kind kind,
	const struct ledger_letter *row, const struct sha256 *signed_pdf)
{
	memset(out, 0, sizeof *out);
	out->event.kind = kind;
	out->event.at = NOW;
	memcpy(out->event.code, row->code, sizeof row->code);
	out->event.content = row->content;
	out->event.unsigned_pdf = row->unsigned_pdf;
	if (signed_pdf)
		out->event.signed_pdf = *signed_pdf;
	memset(out->event.salt, 7, sizeof out->event.salt);
	snprintf(out->text, sizeof out->text, "%s %s", event_kind_name(kind), row->code);
	out->leaf = (struct ledger_leaf){&out->event, out->text, strlen(out->text)};
	return &out->leaf;
}

static int64_t begin(const struct ledger_letter *row)
{
	struct leaf a;
	int64_t attempt = 0;

	OK(ledger_attempt_begin(l, row->id, leaf_of(&a, EVENT_ATTEMPT, row, NULL), &attempt, &e));
	assert_true(attempt > 0);
	return attempt;
}

static void publish(const struct ledger_letter *row, int64_t attempt, unsigned char file)
{
	const struct ledger_answer answer = {200, NULL, NULL, "{}", 2};
	struct sha256 signed_pdf = hash_of(file);
	struct leaf p;

	OK(ledger_publish(l, attempt, &signed_pdf, NOW, &answer,
		leaf_of(&p, EVENT_PUBLISHED, row, &signed_pdf), 0, NULL, &e));
}

static enum letter_state state_of(const char *case_id, const char *kind, struct ledger_letter *row)
{
	bool found = false;

	OK(ledger_letter_find(l, case_id, kind, row, &found, &e));
	return found ? row->state : LETTER_NONE;
}

static int64_t events(void)
{
	int64_t n = -1;

	OK(ledger_event_count(l, &n, &e));
	return n;
}

static void the_way_of_a_letter(void **state)
{
	AUTO(buf_release) struct buf leaf = BUF_INIT(1000);
	struct ledger_letter row = letter_of("C-1", "surat", 1), back = {0};
	struct sha256 file = hash_of(50);
	struct event event;
	bool found;

	(void)state;
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_NONE);
	OK(ledger_plan(l, &row, &e));
	assert_int_equal(events(), 0);
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PLANNED);
	assert_int_equal(back.id, row.id);
	assert_string_equal(back.number, row.number);
	assert_string_equal(back.signers[0].title, "Kepala");
	assert_int_equal(back.date.month, 3);
	assert_int_equal(back.leaf, -1);
	assert_memory_equal(&back.unsigned_pdf, &row.unsigned_pdf, sizeof row.unsigned_pdf);

	int64_t attempt = begin(&row);
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_SENDING);
	struct ledger_open_attempt open;
	OK(ledger_next_open_attempt(l, &open, &found, &e));
	assert_true(found);
	assert_int_equal(open.attempt, attempt);
	assert_int_equal(open.row.id, row.id);

	publish(&row, attempt, 50);
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PUBLISHED);
	assert_int_equal(back.leaf, 1);
	assert_int_equal(back.signed_at, NOW);
	assert_memory_equal(&back.signed_pdf, &file, sizeof file);
	OK(ledger_next_open_attempt(l, &open, &found, &e));
	assert_false(found);
	assert_int_equal(events(), 2);
	OK(ledger_event(l, 1, &event, &leaf, &e));
	assert_int_equal(event.kind, EVENT_PUBLISHED);
	assert_memory_equal(&event.signed_pdf, &file, sizeof file);
	assert_int_equal(event.salt[15], 7);
	assert_memory_equal(leaf.data, "published ", 10);
	REFUSED(ERR_BUG, ledger_event(l, 2, &event, &leaf, &e));

	OK(ledger_next_unplaced(l, 0, &back, &found, &e));
	assert_true(found);
	OK(ledger_set_placed(l, row.id, &e));
	OK(ledger_set_placed(l, row.id, &e)); /* again is fine */
	OK(ledger_next_unplaced(l, 0, &back, &found, &e));
	assert_false(found);
	OK(ledger_next_unreceipted(l, row.id, &back, &found, &e));
	assert_false(found); /* only behind it */
	OK(ledger_next_unreceipted(l, 0, &back, &found, &e));
	assert_true(found);
	OK(ledger_set_receipt(l, row.id, &e));
	OK(ledger_next_unreceipted(l, 0, &back, &found, &e));
	assert_false(found);

	OK(ledger_letter_by_code(l, row.code, &back, &found, &e));
	assert_true(found && back.placed && back.receipt);
	OK(ledger_letter_by_file(l, &file, &back, &found, &e));
	assert_true(found);
	file.bytes[3] ^= 1;
	OK(ledger_letter_by_file(l, &file, &back, &found, &e));
	assert_false(found);
}

static void refused_and_not_sent_and_unknown(void **state)
{
	const struct ledger_answer answer = {400, "2031", "Passphrase anda salah", "raw", 3};
	struct ledger_letter row = letter_of("C-1", "surat", 1), back = {0};
	struct leaf a;

	(void)state;
	OK(ledger_plan(l, &row, &e));
	OK(ledger_attempt_refused(l, begin(&row), &answer, leaf_of(&a, EVENT_REFUSED, &row, NULL), &e));
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_REFUSED);
	assert_string_equal(back.refused_code, "2031");
	assert_string_equal(back.refused_text, "Passphrase anda salah");

	OK(ledger_attempt_not_sent(l, begin(&row), "no route", &e));
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PLANNED);
	assert_string_equal(back.refused_code, "");
	assert_int_equal(events(), 3); /* not sent is no event */

	OK(ledger_attempt_unknown(l, begin(&row), NULL, leaf_of(&a, EVENT_UNKNOWN, &row, NULL), &e));
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_UNKNOWN);
	OK(ledger_decide_again(l, row.id, "called the service: nothing arrived",
		leaf_of(&a, EVENT_DECIDED, &row, NULL), &e));
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PLANNED);
	publish(&row, begin(&row), 50);
	assert_int_equal(events(), 8);
}

/* ---- several signers ------------------------------------------------------------------------------------ */

static struct ledger_letter of_three(const char *case_id, unsigned char seed)
{
	struct ledger_letter row = letter_of(case_id, "berita-acara", seed);

	row.signers[1] = (struct ledger_signer){"Sari Contoh", "Pemohon"};
	row.signers[2] = (struct ledger_signer){"Putri Contoh", "Verifikator"};
	return row;
}

static void sign(const struct ledger_letter *row, int64_t attempt, unsigned char file)
{
	const struct ledger_answer answer = {200, NULL, NULL, "{}", 2};
	struct sha256 hash = hash_of(file);
	struct leaf s;

	OK(ledger_sign(l, attempt, &hash, &answer, leaf_of(&s, EVENT_SIGNED, row, &hash), &e));
}

static void three_sign_one_after_the_other(void **state)
{
	AUTO(buf_release) struct buf leaf = BUF_INIT(1000);
	struct ledger_letter row = of_three("C-1", 1), back = {0};
	struct sha256 first = hash_of(50), second = hash_of(51);
	struct event event;
	bool found;

	(void)state;
	OK(ledger_plan(l, &row, &e));
	assert_int_equal(state_of("C-1", "berita-acara", &back), LETTER_PLANNED);
	assert_int_equal(ledger_letter_signers(&back), 3);
	assert_string_equal(back.signers[2].name, "Putri Contoh");
	assert_string_equal(back.signers[1].title, "Pemohon");
	assert_memory_equal(ledger_letter_to_sign(&back), &row.unsigned_pdf, sizeof first);
	sign(&row, begin(&row), 50);
	assert_int_equal(state_of("C-1", "berita-acara", &back), LETTER_PLANNED);
	assert_int_equal(back.signatures, 1);
	assert_int_equal(back.signed_at, 0);
	assert_memory_equal(ledger_letter_to_sign(&back), &first, sizeof first);
	OK(ledger_event(l, 1, &event, &leaf, &e));
	assert_int_equal(event.kind, EVENT_SIGNED);
	assert_memory_equal(&event.signed_pdf, &first, sizeof first);
	/* It is no file that went out, but it is known. */
	OK(ledger_letter_by_file(l, &first, &back, &found, &e));
	assert_false(found);
	OK(ledger_letter_by_partly(l, &first, &back, &found, &e));
	assert_true(found && back.id == row.id);
	OK(ledger_letter_by_partly(l, &second, &back, &found, &e));
	assert_false(found);
	sign(&row, begin(&row), 51);
	int64_t attempt = begin(&row);
	state_of("C-1", "berita-acara", &back);
	assert_int_equal(back.signatures, 2);
	assert_memory_equal(&back.partly, &second, sizeof second);
	publish(&row, attempt, 52);
	assert_int_equal(state_of("C-1", "berita-acara", &back), LETTER_PUBLISHED);
	assert_int_equal(back.signatures, 3);
	assert_int_equal(back.leaf, 5);
	assert_int_equal(events(), 6);
	OK(ledger_letter_by_partly(l, &first, &back, &found, &e));
	assert_true(found && back.state == LETTER_PUBLISHED);
}

/* Whatever happens to a later signer's attempt, the signatures before it stand. */
static void signatures_outlast_failed_attempts(void **state)
{
	const struct ledger_answer answer = {400, "2031", "Passphrase anda salah", "raw", 3};
	struct ledger_letter row = of_three("C-1", 1), back = {0};
	struct sha256 first = hash_of(50);
	struct leaf a;

	(void)state;
	OK(ledger_plan(l, &row, &e));
	sign(&row, begin(&row), 50);
	OK(ledger_attempt_refused(l, begin(&row), &answer, leaf_of(&a, EVENT_REFUSED, &row, NULL), &e));
	assert_int_equal(state_of("C-1", "berita-acara", &back), LETTER_REFUSED);
	assert_int_equal(back.signatures, 1);
	OK(ledger_attempt_not_sent(l, begin(&row), "no route", &e));
	OK(ledger_attempt_unknown(l, begin(&row), NULL, leaf_of(&a, EVENT_UNKNOWN, &row, NULL), &e));
	assert_int_equal(state_of("C-1", "berita-acara", &back), LETTER_UNKNOWN);
	OK(ledger_decide_again(l, row.id, "sebab", leaf_of(&a, EVENT_DECIDED, &row, NULL), &e));
	assert_int_equal(state_of("C-1", "berita-acara", &back), LETTER_PLANNED);
	assert_int_equal(back.signatures, 1);
	assert_memory_equal(ledger_letter_to_sign(&back), &first, sizeof first);
	/* Nor does a newer wording push it aside unseen. */
	struct ledger_letter newer = of_three("C-1", 3);
	REFUSED(ERR_BUG, ledger_plan(l, &newer, &e));
	/* Its number is taken: somebody has signed it. */
	bool taken = false;
	char by[65];
	OK(ledger_number_taken(l, row.office, 2026, row.number, "C-2", &taken, by, &e));
	assert_true(taken);
	/* A lost file: a person decides, and all begins anew. */
	OK(ledger_decide_again(l, row.id, "hilang", leaf_of(&a, EVENT_DECIDED, &row, NULL), &e));
	OK(ledger_withdraw(l, row.id, &e));
	OK(ledger_number_taken(l, row.office, 2026, row.number, "C-2", &taken, by, &e));
	assert_false(taken);
	OK(ledger_plan(l, &newer, &e));
	assert_int_equal(state_of("C-1", "berita-acara", &back), LETTER_PLANNED);
	assert_int_equal(back.signatures, 0);
}

static void no_signature_too_many_or_too_few(void **state)
{
	const struct ledger_answer answer = {200, NULL, NULL, NULL, 0};
	struct ledger_letter row = of_three("C-1", 1), one = letter_of("C-2", "surat", 5), back;
	struct sha256 file = hash_of(50), other = hash_of(51);
	struct leaf a;

	(void)state;
	OK(ledger_plan(l, &row, &e));
	OK(ledger_plan(l, &one, &e));
	int64_t attempt = begin(&row);
	REFUSED(ERR_BUG, ledger_publish(l, attempt, &file, NOW, &answer,
				 leaf_of(&a, EVENT_PUBLISHED, &row, &file), 0, NULL, &e));
	REFUSED(ERR_BUG,
		ledger_sign(l, attempt, &file, &answer, leaf_of(&a, EVENT_PUBLISHED, &row, &file), &e));
	REFUSED(ERR_BUG, ledger_sign(l, attempt, &file, &answer, leaf_of(&a, EVENT_SIGNED, &one, &file), &e));
	REFUSED(ERR_BUG,
		ledger_sign(l, attempt, &other, &answer, leaf_of(&a, EVENT_SIGNED, &row, &file), &e));
	assert_int_equal(state_of("C-1", "berita-acara", &back), LETTER_SENDING);
	sign(&row, attempt, 50);
	REFUSED(ERR_BUG, ledger_sign(l, attempt, &file, &answer, leaf_of(&a, EVENT_SIGNED, &row, &file), &e));
	sign(&row, begin(&row), 51);
	attempt = begin(&row);
	REFUSED(ERR_BUG, ledger_sign(l, attempt, &file, &answer, leaf_of(&a, EVENT_SIGNED, &row, &file), &e));
	attempt = begin(&one);
	REFUSED(ERR_BUG, ledger_sign(l, attempt, &file, &answer, leaf_of(&a, EVENT_SIGNED, &one, &file), &e));
	/* Only a lost file lets a person decide about what is not unknown. */
	OK(ledger_attempt_not_sent(l, attempt, "", &e));
	REFUSED(ERR_BUG, ledger_decide_again(l, one.id, "", leaf_of(&a, EVENT_DECIDED, &one, NULL), &e));
}

static void illegal_changes_are_refused(void **state)
{
	const struct ledger_answer answer = {200, NULL, NULL, NULL, 0};
	struct ledger_letter row = letter_of("C-1", "surat", 1), other = letter_of("C-2", "surat", 3), back;
	struct sha256 file = hash_of(50), other_file = hash_of(51);
	struct leaf a;
	int64_t attempt, id = 0;

	(void)state;
	OK(ledger_plan(l, &row, &e));
	OK(ledger_plan(l, &other, &e));
	/* Unknown rows; nothing that has gone out yet. */
	REFUSED(ERR_BUG, ledger_attempt_begin(l, 99, leaf_of(&a, EVENT_ATTEMPT, &row, NULL), &id, &e));
	REFUSED(ERR_BUG, ledger_attempt_not_sent(l, 99, "", &e));
	REFUSED(ERR_BUG, ledger_set_placed(l, row.id, &e));
	REFUSED(ERR_BUG, ledger_set_receipt(l, row.id, &e));
	REFUSED(ERR_BUG, ledger_set_placed(l, 99, &e));
	REFUSED(ERR_BUG, ledger_decide_again(l, row.id, "", leaf_of(&a, EVENT_DECIDED, &row, NULL), &e));
	/* An event of another letter or another kind. */
	REFUSED(ERR_BUG, ledger_attempt_begin(l, row.id, leaf_of(&a, EVENT_ATTEMPT, &other, NULL), &id, &e));
	REFUSED(ERR_BUG, ledger_attempt_begin(l, row.id, leaf_of(&a, EVENT_REFUSED, &row, NULL), &id, &e));
	REFUSED(ERR_BUG, ledger_attempt_begin(l, row.id, NULL, &id, &e));
	assert_int_equal(events(), 0);
	assert_int_equal(id, 0);

	attempt = begin(&row);
	/* What is being sent is neither sent again nor planned anew. */
	REFUSED(ERR_BUG, ledger_attempt_begin(l, row.id, leaf_of(&a, EVENT_ATTEMPT, &row, NULL), &id, &e));
	struct ledger_letter newer = letter_of("C-1", "surat", 5);
	REFUSED(ERR_BUG, ledger_plan(l, &newer, &e));
	assert_int_equal(newer.id, 0);
	/* The event's file is not the one that is published. */
	REFUSED(ERR_BUG, ledger_publish(l, attempt, &file, NOW, &answer,
				 leaf_of(&a, EVENT_PUBLISHED, &row, &other_file), 0, NULL, &e));
	REFUSED(ERR_BUG, ledger_publish(l, attempt, &file, 0, &answer,
				 leaf_of(&a, EVENT_PUBLISHED, &row, &file), 0, NULL, &e));
	/* Nothing to supersede. */
	REFUSED(ERR_BUG, ledger_publish(l, attempt, &file, NOW, &answer,
				 leaf_of(&a, EVENT_PUBLISHED, &row, &file), other.id, NULL, &e));
	assert_int_equal(events(), 1);
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_SENDING);

	publish(&row, attempt, 50);
	REFUSED(ERR_BUG, ledger_publish(l, attempt, &file, NOW, &answer,
				 leaf_of(&a, EVENT_PUBLISHED, &row, &file), 0, NULL, &e));
	REFUSED(ERR_BUG, ledger_attempt_not_sent(l, attempt, "", &e));
	REFUSED(ERR_BUG,
		ledger_attempt_unknown(l, attempt, NULL, leaf_of(&a, EVENT_UNKNOWN, &row, NULL), &e));
	REFUSED(ERR_BUG, ledger_attempt_begin(l, row.id, leaf_of(&a, EVENT_ATTEMPT, &row, NULL), &id, &e));
	/* The same file for another letter. */
	attempt = begin(&other);
	REFUSED(ERR_BUG, ledger_publish(l, attempt, &file, NOW, &answer,
				 leaf_of(&a, EVENT_PUBLISHED, &other, &file), 0, NULL, &e));
	assert_int_equal(state_of("C-2", "surat", &back), LETTER_SENDING);
	assert_int_equal(events(), 3);
	/* An unknown letter is neither tried nor planned again. */
	OK(ledger_attempt_unknown(l, attempt, NULL, leaf_of(&a, EVENT_UNKNOWN, &other, NULL), &e));
	REFUSED(ERR_BUG,
		ledger_attempt_begin(l, other.id, leaf_of(&a, EVENT_ATTEMPT, &other, NULL), &id, &e));
	newer = letter_of("C-2", "surat", 5);
	REFUSED(ERR_BUG, ledger_plan(l, &newer, &e));
}

static void a_newer_letter_supersedes(void **state)
{
	const struct ledger_answer answer = {200, NULL, NULL, NULL, 0};
	struct ledger_letter first = letter_of("C-1", "surat", 1), second = letter_of("C-1", "surat", 3),
			     back;
	struct sha256 file1 = hash_of(50), file2 = hash_of(51);
	AUTO(buf_release) struct buf leaf = BUF_INIT(1000);
	struct event event;
	struct leaf p, s;
	bool found;

	(void)state;
	OK(ledger_plan(l, &first, &e));
	publish(&first, begin(&first), 50);
	OK(ledger_plan(l, &second, &e)); /* the published one stays in force meanwhile */
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PLANNED);
	OK(ledger_letter_published(l, "C-1", "surat", &back, &found, &e));
	assert_true(found && back.id == first.id);
	int64_t attempt = begin(&second);
	/* Without the old one's end there is no second published letter. */
	REFUSED(ERR_BUG, ledger_publish(l, attempt, &file2, NOW, &answer,
				 leaf_of(&p, EVENT_PUBLISHED, &second, &file2), 0, NULL, &e));
	REFUSED(ERR_BUG, ledger_publish(l, attempt, &file2, NOW, &answer,
				 leaf_of(&p, EVENT_PUBLISHED, &second, &file2), first.id, NULL, &e));
	REFUSED(ERR_BUG, ledger_publish(l, attempt, &file2, NOW, &answer,
				 leaf_of(&p, EVENT_PUBLISHED, &second, &file2), first.id,
				 leaf_of(&s, EVENT_SUPERSEDED, &first, &file2), &e));
	assert_int_equal(events(), 3);
	OK(ledger_publish(l, attempt, &file2, NOW, &answer, leaf_of(&p, EVENT_PUBLISHED, &second, &file2),
		first.id, leaf_of(&s, EVENT_SUPERSEDED, &first, &file1), &e));
	assert_int_equal(events(), 5);
	OK(ledger_event(l, 3, &event, &leaf, &e));
	assert_int_equal(event.kind, EVENT_SUPERSEDED);
	OK(ledger_event(l, 4, &event, &leaf, &e));
	assert_int_equal(event.kind, EVENT_PUBLISHED);
	OK(ledger_letter_by_file(l, &file1, &back, &found, &e));
	assert_int_equal(back.state, LETTER_SUPERSEDED);
	assert_int_equal(back.leaf, 1);

	/* The case goes back to its first wording: the same code, a new letter, in force again. */
	struct ledger_letter third = letter_of("C-1", "surat", 1);
	struct sha256 file3 = hash_of(52);
	OK(ledger_plan(l, &third, &e));
	OK(ledger_letter_by_code(l, first.code, &back, &found, &e));
	assert_int_equal(back.state, LETTER_SUPERSEDED);
	OK(ledger_publish(l, begin(&third), &file3, NOW, &answer,
		leaf_of(&p, EVENT_PUBLISHED, &third, &file3), second.id,
		leaf_of(&s, EVENT_SUPERSEDED, &second, &file2), &e));
	OK(ledger_letter_by_code(l, first.code, &back, &found, &e));
	assert_int_equal(back.id, third.id);
}

static void plans_replace_plans(void **state)
{
	struct ledger_letter first = letter_of("C-1", "surat", 1), second = letter_of("C-1", "surat", 3),
			     back;
	struct ledger_letter same_code = letter_of("C-2", "surat", 3);
	bool found;

	(void)state;
	OK(ledger_plan(l, &first, &e));
	OK(ledger_plan(l, &second, &e));
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PLANNED);
	assert_int_equal(back.id, second.id);
	OK(ledger_letter_by_code(l, first.code, &back, &found, &e));
	assert_int_equal(back.state, LETTER_WITHDRAWN);
	REFUSED(ERR_INPUT, ledger_plan(l, &same_code, &e)); /* one code, two letters */
	assert_int_equal(state_of("C-2", "surat", &back), LETTER_NONE);
}

static void tables_refuse_what_the_program_must_not_do(void **state)
{
	static const char *const wrong[] = {
		"UPDATE letters SET state = 'published' WHERE id = 2",
		"UPDATE letters SET placed = 1 WHERE id = 2",
		"UPDATE letters SET state = 'planned', signed_pdf = NULL, leaf = NULL, signed_at = 0, placed "
		"= 0 "
		"WHERE id = 1",
		"UPDATE letters SET code = '999999999999999999999' WHERE id = 1",
		"UPDATE letters SET signed_pdf = zeroblob(32) WHERE id = 1",
		"UPDATE letters SET state = 'lost' WHERE id = 2",
		"DELETE FROM letters WHERE id = 1",
		"DELETE FROM events WHERE seq = 1",
		"UPDATE events SET at = 0 WHERE seq = 0",
		"INSERT INTO events SELECT 3, letter, attempt, kind, at, code, content, unsigned_pdf, "
		"signed_pdf, "
		"salt, leaf, note FROM events WHERE seq = 1",
		"INSERT INTO events SELECT 1, letter, attempt, kind, at, code, content, unsigned_pdf, "
		"signed_pdf, "
		"salt, leaf, note FROM events WHERE seq = 1",
		"INSERT INTO attempts(letter, signer, begun_at) VALUES(99, 1, 0)",
		"INSERT INTO attempts(letter, signer, begun_at) VALUES(2, 4, 0)",
		"UPDATE attempts SET ended = 'perhaps'",
		"UPDATE letters SET signatures = 0 WHERE id = 1",
		"UPDATE letters SET signatures = 1 WHERE id = 2",
		"UPDATE letters SET signatures = 1, partly = zeroblob(32) WHERE id = 2", /* has one signer */
		"UPDATE letters SET signatures = 1 WHERE id = 3",
		"UPDATE letters SET partly = zeroblob(32) WHERE id = 3",
		"UPDATE letters SET signatures = 3, partly = zeroblob(32) WHERE id = 3",
		"UPDATE letters SET signer2 = '' WHERE id = 3",
	};
	struct ledger_letter row = letter_of("C-1", "surat", 1), planned = letter_of("C-2", "surat", 3),
			     three = of_three("C-3", 5);
	AUTO(db_release) struct db *d = NULL;

	(void)state;
	OK(ledger_plan(l, &row, &e));
	OK(ledger_plan(l, &planned, &e));
	OK(ledger_plan(l, &three, &e));
	publish(&row, begin(&row), 50);
	ledger_release(&l);
	OK(db_open(path, false, &d, &e));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct err e = ERR_INIT;
		if (db_exec(d, wrong[i], &e) == 0)
			fail_msg("the tables allow: %s", wrong[i]);
		assert_int_equal(e.kind, ERR_BUG);
	}
}

static void cases_and_outcomes(void **state)
{
	struct ledger_case c = {.id = "C-1", .path = "a.xml", .outcome = CASE_WAITING, .message = "wait"},
			   back;
	bool found = true;

	(void)state;
	c.source = hash_of(4);
	OK(ledger_case_by_source(l, &c.source, &back, &found, &e));
	assert_false(found);
	OK(ledger_case_put(l, &c, &e));
	c.outcome = CASE_PUBLISHED;
	c.message[0] = '\0';
	OK(ledger_case_put(l, &c, &e));
	OK(ledger_case_by_source(l, &c.source, &back, &found, &e));
	assert_true(found);
	assert_int_equal(back.outcome, CASE_PUBLISHED);
	assert_string_equal(back.message, "");
	assert_string_equal(back.path, "a.xml");
	assert_memory_equal(&back.source, &c.source, sizeof c.source);
	for (int o = CASE_OUTCOME_NONE; o <= CASE_FAILED; o++) {
		c.outcome = (enum case_outcome)o;
		OK(ledger_case_put(l, &c, &e));
		OK(ledger_case_by_source(l, &c.source, &back, &found, &e));
		assert_int_equal(back.outcome, o);
	}
}

static void a_case_is_known_by_its_bytes(void **state)
{
	struct ledger_case c = {.id = "C-1", .path = "a.xml", .outcome = CASE_PUBLISHED}, known;
	struct sha256 bytes = hash_of(1), others = hash_of(2);
	struct ledger_letter row = letter_of("C-1", "rekomendasi", 20),
			     unsent = letter_of("C-1", "disposisi", 30);
	bool found = true, settled = false;

	(void)state;
	OK(ledger_case_by_source(l, &bytes, &known, &found, &e));
	assert_false(found);
	c.source = bytes;
	OK(ledger_case_put(l, &c, &e));
	OK(ledger_case_by_source(l, &bytes, &known, &found, &e));
	assert_true(found);
	assert_string_equal(known.id, "C-1");
	OK(ledger_case_by_source(l, &others, &known, &found, &e));
	assert_false(found);
	/* Settled: nothing of it is in work. */
	OK(ledger_case_is_settled(l, "C-1", &settled, &e));
	assert_true(settled);
	OK(ledger_plan(l, &row, &e));
	OK(ledger_case_is_settled(l, "C-1", &settled, &e));
	assert_false(settled);
	publish(&row, begin(&row), 40);
	OK(ledger_case_is_settled(l, "C-1", &settled, &e));
	assert_true(settled);
	OK(ledger_plan(l, &unsent, &e));
	OK(ledger_withdraw(l, unsent.id, &e));
	OK(ledger_case_is_settled(l, "C-1", &settled, &e));
	assert_true(settled);
}

static void only_what_was_not_sent_is_withdrawn(void **state)
{
	struct ledger_letter row = letter_of("C-1", "rekomendasi", 20);
	const struct ledger_answer answer = {.text = "x"};
	int64_t unknown = -1;
	struct leaf leaf;

	(void)state;
	OK(ledger_plan(l, &row, &e));
	int64_t attempt = begin(&row);
	REFUSED(ERR_BUG, ledger_withdraw(l, row.id, &e));
	OK(ledger_unknown_count(l, &unknown, &e));
	assert_int_equal(unknown, 0);
	OK(ledger_attempt_unknown(l, attempt, &answer, leaf_of(&leaf, EVENT_UNKNOWN, &row, NULL), &e));
	REFUSED(ERR_BUG, ledger_withdraw(l, row.id, &e));
	OK(ledger_unknown_count(l, &unknown, &e));
	assert_int_equal(unknown, 1);
	OK(ledger_decide_again(l, row.id, "sebab", leaf_of(&leaf, EVENT_DECIDED, &row, NULL), &e));
	OK(ledger_withdraw(l, row.id, &e));
	REFUSED(ERR_BUG, ledger_withdraw(l, row.id, &e));
	REFUSED(ERR_BUG, ledger_withdraw(l, 999, &e));
	OK(ledger_unknown_count(l, &unknown, &e));
	assert_int_equal(unknown, 0);
	row = letter_of("C-1", "rekomendasi", 21);
	OK(ledger_plan(l, &row, &e));
	publish(&row, begin(&row), 40);
	REFUSED(ERR_BUG, ledger_withdraw(l, row.id, &e));
}

static void the_same_twice_in_a_run(void **state)
{
	struct err twice = ERR_INIT;

	(void)state;
	OK(ledger_seen_case(l, "C-1", "a.xml:2", &e));
	OK(ledger_seen_case(l, "C-2", "b.xml:2", &e));
	assert_int_equal(ledger_seen_case(l, "C-1", "c.xml:2", &twice), -1);
	assert_int_equal(twice.kind, ERR_INPUT);
	assert_non_null(strstr(twice.msg, "c.xml:2: "));
	assert_non_null(strstr(twice.msg, "a.xml:2"));
	OK(ledger_seen_number(l, "Pusat", 2026, "R/1", "C-1", "a.xml:5", &e));
	OK(ledger_seen_number(l, "Pusat", 2025, "R/1", "C-2", "b.xml:5", &e));
	OK(ledger_seen_number(l, "Biro", 2026, "R/1", "C-2", "b.xml:6", &e));
	OK(ledger_seen_number(l, "Pusat", 2026, "R/1", "C-1", "a.xml:9", &e));
	REFUSED(ERR_INPUT, ledger_seen_number(l, "Pusat", 2026, "R/1", "C-3", "d.xml:5", &e));
	OK(ledger_seen_reset(l, &e));
	OK(ledger_seen_case(l, "C-1", "c.xml:2", &e));
	OK(ledger_seen_number(l, "Pusat", 2026, "R/1", "C-3", "d.xml:5", &e));
}

static void numbers_that_went_out_are_taken(void **state)
{
	struct ledger_letter row = letter_of("C-1", "surat", 1);
	char by[65] = "";
	bool taken = true;

	(void)state;
	OK(ledger_plan(l, &row, &e));
	OK(ledger_number_taken(l, row.office, 2026, row.number, "C-2", &taken, by, &e));
	assert_false(taken); /* planned only */
	publish(&row, begin(&row), 50);
	OK(ledger_number_taken(l, row.office, 2026, row.number, "C-2", &taken, by, &e));
	assert_true(taken);
	assert_string_equal(by, "C-1");
	OK(ledger_number_taken(l, row.office, 2026, row.number, "C-1", &taken, by, &e));
	assert_false(taken);
	OK(ledger_number_taken(l, row.office, 2027, row.number, "C-2", &taken, by, &e));
	assert_false(taken);
	OK(ledger_number_taken(l, "Biro", 2026, row.number, "C-2", &taken, by, &e));
	assert_false(taken);
}

static int count_letter(void *user, const struct ledger_letter *letter, struct err *e)
{
	int *left = user;

	(void)letter;
	return --*left < 0 ? err_set(e, ERR_LIMIT, "enough") : 0;
}

static void walks_can_be_stopped(void **state)
{
	struct ledger_letter a = letter_of("C-1", "surat", 1), b = letter_of("C-2", "surat", 3);
	int left = 5;

	(void)state;
	OK(ledger_plan(l, &a, &e));
	OK(ledger_plan(l, &b, &e));
	OK(ledger_each_letter(l, NULL, count_letter, &left, &e));
	assert_int_equal(left, 3);
	OK(ledger_each_letter(l, "C-2", count_letter, &left, &e));
	assert_int_equal(left, 2);
	left = 1;
	REFUSED(ERR_LIMIT, ledger_each_letter(l, NULL, count_letter, &left, &e));
	OK(ledger_plan(l, &a, &e)); /* and the ledger can be written afterwards */
}

static void groups_hold_together(void **state)
{
	struct ledger_letter a = letter_of("C-1", "surat", 1), b = letter_of("C-2", "surat", 1);
	struct ledger_letter c = letter_of("C-3", "surat", 3), back;
	struct leaf leaf;
	int64_t attempt;

	(void)state;
	OK(ledger_group_begin(l, &e));
	REFUSED(ERR_BUG, ledger_group_begin(l, &e));
	OK(ledger_plan(l, &a, &e));
	REFUSED(ERR_INPUT, ledger_plan(l, &b, &e)); /* the same code: this one only */
	OK(ledger_plan(l, &c, &e));
	OK(ledger_attempt_begin(l, c.id, leaf_of(&leaf, EVENT_ATTEMPT, &c, NULL), &attempt, &e));
	OK(ledger_group_end(l, &e));
	REFUSED(ERR_BUG, ledger_group_end(l, &e));
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PLANNED);
	assert_int_equal(state_of("C-2", "surat", &back), LETTER_NONE);
	assert_int_equal(state_of("C-3", "surat", &back), LETTER_SENDING);
	assert_int_equal(events(), 1);

	OK(ledger_group_begin(l, &e));
	publish(&c, attempt, 50);
	ledger_group_cancel(l);
	ledger_group_cancel(l);
	/* A change that fails while it writes takes the whole group with it, and nothing sneaks in afterwards. */
	struct ledger_letter d = letter_of("C-4", "surat", 7), broken = letter_of("", "surat", 9);
	struct ledger_case fine = {.id = "C-4", .path = "d.xml"};
	OK(ledger_group_begin(l, &e));
	OK(ledger_plan(l, &d, &e));
	struct ledger_letter older = letter_of("C-1", "surat", 11);
	snprintf(older.code, sizeof older.code, "short"); /* withdraws the older plan, then is refused */
	REFUSED(ERR_BUG, ledger_plan(l, &older, &e));
	REFUSED(ERR_IO, ledger_plan(l, &broken, &e));
	REFUSED(ERR_IO, ledger_case_put(l, &fine, &e));
	REFUSED(ERR_IO, ledger_set_placed(l, a.id, &e));
	REFUSED(ERR_IO, ledger_group_end(l, &e));
	assert_int_equal(state_of("C-4", "surat", &back), LETTER_NONE);
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PLANNED);
	assert_int_equal(state_of("C-3", "surat", &back), LETTER_SENDING);
	assert_int_equal(events(), 1);
}

/* ---- other processes ------------------------------------------------------------------------------------ */

static void one_writer_and_many_readers(void **state)
{
	struct ledger_letter row = letter_of("C-1", "surat", 1), back;
	struct ledger *reader = NULL;
	bool found;
	int status;

	(void)state;
	pid_t pid = fork();
	if (pid == 0) {
		struct ledger *mine = NULL;
		struct err e = ERR_INIT;
		char want[64];
		snprintf(want, sizeof want, "process %ld", (long)getppid());
		int r = ledger_open(path, false, &mine, &e);
		_exit(r == -1 && e.kind == ERR_CONFIG && strstr(e.msg, want) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);

	OK(ledger_open(path, true, &reader, &e));
	OK(ledger_letter_find(reader, "C-1", "surat", &back, &found, &e));
	assert_false(found);
	OK(ledger_group_begin(l, &e));
	OK(ledger_plan(l, &row, &e));
	OK(ledger_letter_find(reader, "C-1", "surat", &back, &found, &e));
	assert_false(found); /* not committed */
	OK(ledger_group_end(l, &e));
	OK(ledger_letter_find(reader, "C-1", "surat", &back, &found, &e));
	assert_true(found);
	REFUSED(ERR_IO, ledger_plan(reader, &row, &e));
	OK(ledger_seen_case(reader, "C-1", "a.xml:1", &e)); /* temporary tables need no right to write */
	ledger_release(&reader);
}

/* A process goes through a letter's way and is killed after `steps` of it; what was told stays. */
static void live_and_die(int steps, bool in_group)
{
	struct ledger_letter row = letter_of("C-1", "surat", 1);

	OK(ledger_open(path, false, &l, &e));
	if (in_group)
		OK(ledger_group_begin(l, &e));
	if (steps > 0)
		OK(ledger_plan(l, &row, &e));
	int64_t attempt = steps > 1 ? begin(&row) : 0;
	if (steps > 2)
		publish(&row, attempt, 50);
	if (steps > 3)
		OK(ledger_set_placed(l, row.id, &e));
	kill(getpid(), SIGKILL);
}

static void killed_processes_leave_whole_steps(void **state)
{
	static const enum letter_state want[] = {
		LETTER_NONE, LETTER_PLANNED, LETTER_SENDING, LETTER_PUBLISHED, LETTER_PUBLISHED};
	static const int64_t want_events[] = {0, 0, 1, 2, 2};

	for (int group = 0; group < 2; group++)
		for (int steps = 0; steps <= 4; steps++) {
			struct ledger_letter back = {0};
			int status;
			drop(state);
			assert_int_equal(open_fresh(state), 0);
			ledger_release(&l);
			pid_t pid = fork();
			if (pid == 0) {
				live_and_die(steps, group == 1);
				_exit(1);
			}
			assert_int_equal(waitpid(pid, &status, 0), pid);
			assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
			OK(ledger_open(path, false, &l, &e)); /* the lock went with it */
			assert_int_equal(state_of("C-1", "surat", &back), group ? LETTER_NONE : want[steps]);
			assert_int_equal(events(), group ? 0 : want_events[steps]);
			if (!group)
				assert_int_equal(back.placed, steps == 4);
		}
}

static void foreign_and_newer_files_are_refused(void **state)
{
	AUTO(db_release) struct db *d = NULL;
	struct ledger *other = NULL;
	char missing[128];

	(void)state;
	snprintf(missing, sizeof missing, "%s/none.db", folder);
	struct err none = ERR_INIT;
	assert_int_equal(ledger_open(missing, true, &other, &none), -1);
	assert_int_equal(none.kind, ERR_IO);
	assert_int_equal(none.sys, 2);
	ledger_release(&l);
	OK(db_open(path, false, &d, &e));
	OK(db_exec(d, "PRAGMA user_version = 3", &e));
	REFUSED(ERR_CONFIG, ledger_open(path, false, &other, &e));
	REFUSED(ERR_CONFIG, ledger_open(path, true, &other, &e));
	/* An older one is neither read nor changed: its tables know nothing of several signers. */
	OK(db_exec(d, "PRAGMA user_version = 1", &e));
	REFUSED(ERR_CONFIG, ledger_open(path, true, &other, &e));
	struct err older = ERR_INIT;
	assert_int_equal(ledger_open(path, false, &other, &older), -1);
	assert_int_equal(older.kind, ERR_CONFIG);
	assert_non_null(strstr(older.msg, "has format 1"));
	OK(db_exec(d, "PRAGMA user_version = 2; PRAGMA application_id = 7", &e));
	REFUSED(ERR_CONFIG, ledger_open(path, false, &other, &e));
	assert_null(other);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_fresh, drop)
	const struct CMUnitTest tests[] = {
		T(the_way_of_a_letter),
		T(refused_and_not_sent_and_unknown),
		T(three_sign_one_after_the_other),
		T(signatures_outlast_failed_attempts),
		T(no_signature_too_many_or_too_few),
		T(illegal_changes_are_refused),
		T(a_newer_letter_supersedes),
		T(plans_replace_plans),
		T(tables_refuse_what_the_program_must_not_do),
		T(cases_and_outcomes),
		T(a_case_is_known_by_its_bytes),
		T(only_what_was_not_sent_is_withdrawn),
		T(the_same_twice_in_a_run),
		T(numbers_that_went_out_are_taken),
		T(walks_can_be_stopped),
		T(groups_hold_together),
		T(one_writer_and_many_readers),
		T(killed_processes_leave_whole_steps),
		T(foreign_and_newer_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
