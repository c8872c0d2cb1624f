#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "db/db.h"
#include "ledger/batch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW      INT64_C(1773626400)
#define WHO      "Contoh Pejabat"
#define APPROVAL 1 /* events before the first of a letter */

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
		.signers = {{.name = "Budi Contoh", .title = "Kepala"}},
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

/* A decision, or the approval of a batch. */
static const struct ledger_leaf *signed_leaf(
	struct leaf *out, enum event_kind kind, const struct ledger_letter *row, const char *why)
{
	leaf_of(out, kind, row, NULL);
	snprintf(out->event.person, sizeof out->event.person, WHO);
	snprintf(out->event.note, sizeof out->event.note, "%s", why);
	return &out->leaf;
}

static struct ledger_batch batch_of(const struct sha256 *root, int64_t count)
{
	struct ledger_batch b = {
		.root = *root, .count = count, .by = WHO, .at = NOW, .how = APPROVED_BY_PERSON};

	batch_code(root, b.code);
	return b;
}

static const struct ledger_leaf *batch_leaf(struct leaf *out, const struct ledger_batch *b)
{
	struct ledger_letter as = {.content = b->root};

	memcpy(as.code, b->code, sizeof b->code);
	return signed_leaf(out, EVENT_APPROVED, &as, "person");
}

/* The files of all letters of these tests, in one batch: the ledger's first event. */
static void approve_all(void)
{
	const struct sha256 root = hash_of(0xa5);
	struct ledger_batch b = batch_of(&root, 256);
	struct leaf a;
	bool fresh;

	OK(ledger_sheet_reset(l, &e));
	for (unsigned i = 0; i < 256; i++) {
		struct sha256 file = hash_of((unsigned char)i);
		OK(ledger_sheet_add(l, &file, &fresh, &e));
		assert_true(fresh);
	}
	OK(ledger_approve(l, &b, batch_leaf(&a, &b), &e));
	assert_int_equal(b.id, 1);
}

static int open_approved(void **state)
{
	int r = open_fresh(state);

	if (r == 0)
		approve_all();
	return r;
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
	const struct ledger_answer answer = {200, NULL, NULL, "{}", 2, NULL, false};
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
	return n - APPROVAL;
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
	assert_int_equal(back.leaf, APPROVAL + 1);
	assert_int_equal(back.signed_at, NOW);
	assert_memory_equal(&back.signed_pdf, &file, sizeof file);
	OK(ledger_next_open_attempt(l, &open, &found, &e));
	assert_false(found);
	assert_int_equal(events(), 2);
	OK(ledger_event(l, APPROVAL + 1, &event, &leaf, &e));
	assert_int_equal(event.kind, EVENT_PUBLISHED);
	assert_memory_equal(&event.signed_pdf, &file, sizeof file);
	assert_int_equal(event.salt[15], 7);
	assert_memory_equal(leaf.data, "published ", 10);
	REFUSED(ERR_BUG, ledger_event(l, APPROVAL + 2, &event, &leaf, &e));

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
	const struct ledger_answer answer = {400, "2031", "Passphrase anda salah", "raw", 3, NULL, false};
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
	OK(ledger_decide_again(
		l, row.id, signed_leaf(&a, EVENT_DECIDED, &row, "called the service: nothing arrived"), &e));
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PLANNED);
	publish(&row, begin(&row), 50);
	assert_int_equal(events(), 8);
}

/* ---- several signers ------------------------------------------------------------------------------------ */

static struct ledger_letter of_three(const char *case_id, unsigned char seed)
{
	struct ledger_letter row = letter_of(case_id, "berita-acara", seed);

	row.signers[1] = (struct ledger_signer){.name = "Sari Contoh", .title = "Pemohon"};
	row.signers[2] = (struct ledger_signer){.name = "Putri Contoh", .title = "Verifikator"};
	return row;
}

static void sign(const struct ledger_letter *row, int64_t attempt, unsigned char file)
{
	const struct ledger_answer answer = {200, NULL, NULL, "{}", 2, NULL, false};
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
	OK(ledger_event(l, APPROVAL + 1, &event, &leaf, &e));
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
	assert_int_equal(back.leaf, APPROVAL + 5);
	assert_int_equal(events(), 6);
	OK(ledger_letter_by_partly(l, &first, &back, &found, &e));
	assert_true(found && back.state == LETTER_PUBLISHED);
}

/* Whatever happens to a later signer's attempt, the signatures before it stand. */
static void signatures_outlast_failed_attempts(void **state)
{
	const struct ledger_answer answer = {400, "2031", "Passphrase anda salah", "raw", 3, NULL, false};
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
	OK(ledger_decide_again(l, row.id, signed_leaf(&a, EVENT_DECIDED, &row, "sebab"), &e));
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
	OK(ledger_decide_again(l, row.id, signed_leaf(&a, EVENT_DECIDED, &row, "hilang"), &e));
	OK(ledger_withdraw(l, row.id, &e));
	OK(ledger_number_taken(l, row.office, 2026, row.number, "C-2", &taken, by, &e));
	assert_false(taken);
	OK(ledger_plan(l, &newer, &e));
	assert_int_equal(state_of("C-1", "berita-acara", &back), LETTER_PLANNED);
	assert_int_equal(back.signatures, 0);
}

static void no_signature_too_many_or_too_few(void **state)
{
	const struct ledger_answer answer = {200, NULL, NULL, NULL, 0, NULL, false};
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
	REFUSED(ERR_BUG, ledger_decide_again(l, one.id, signed_leaf(&a, EVENT_DECIDED, &one, ""), &e));
}

static void illegal_changes_are_refused(void **state)
{
	const struct ledger_answer answer = {200, NULL, NULL, NULL, 0, NULL, false};
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
	REFUSED(ERR_BUG, ledger_decide_again(l, row.id, signed_leaf(&a, EVENT_DECIDED, &row, ""), &e));
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
	const struct ledger_answer answer = {200, NULL, NULL, NULL, 0, NULL, false};
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
	OK(ledger_event(l, APPROVAL + 3, &event, &leaf, &e));
	assert_int_equal(event.kind, EVENT_SUPERSEDED);
	OK(ledger_event(l, APPROVAL + 4, &event, &leaf, &e));
	assert_int_equal(event.kind, EVENT_PUBLISHED);
	OK(ledger_letter_by_file(l, &file1, &back, &found, &e));
	assert_int_equal(back.state, LETTER_SUPERSEDED);
	assert_int_equal(back.leaf, APPROVAL + 1);

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
		"INSERT INTO events SELECT 4, letter, attempt, batch, kind, at, code, content, unsigned_pdf, "
		"signed_pdf, salt, leaf, person, note FROM events WHERE seq = 1",
		"INSERT INTO events SELECT 1, letter, attempt, batch, kind, at, code, content, unsigned_pdf, "
		"signed_pdf, salt, leaf, person, note FROM events WHERE seq = 1",
		"INSERT INTO attempts(letter, signer, begun_at, batch) VALUES(99, 1, 0, 1)",
		"INSERT INTO attempts(letter, signer, begun_at, batch) VALUES(2, 4, 0, 1)",
		"UPDATE attempts SET ended = 'perhaps'",
		"INSERT INTO attempts(letter, signer, begun_at, batch) VALUES(2, 1, 0, 2)", /* no such batch */
		"INSERT INTO attempts(letter, signer, begun_at, batch) VALUES(4, 1, 0, 1)", /* not approved */
		"INSERT INTO attempts(letter, signer, begun_at) VALUES(2, 1, 0)",
		"UPDATE attempts SET wrong_secret = 1",
		"UPDATE batches SET approved_by = 'x'",
		"DELETE FROM batches",
		"DELETE FROM approved",
		"UPDATE approved SET batch = 1 WHERE file = (SELECT unsigned_pdf FROM letters WHERE id = 1)",
		"INSERT INTO approved(file, batch) VALUES(randomblob(32), 1)",
		"INSERT INTO batches VALUES(2, randomblob(32), 'ABCD-EFGH', 1, 'x', 1, 'person')", /* without files */
		"INSERT INTO approved(file, batch) VALUES(randomblob(32), 9)", /* of no batch */
		"INSERT INTO approved(file, batch) VALUES(zeroblob(31), 2)",
		"UPDATE letters SET dropped = 1 WHERE id = 2",
		"UPDATE letters SET refusals = attempts + 1 WHERE id = 2",
		/* An event of nothing, an approval of a letter, a decision without a name or a reason. */
		"INSERT INTO events SELECT 3, NULL, NULL, NULL, 'attempt', at, code, content, unsigned_pdf, "
		"signed_pdf, salt, leaf, '', '' FROM events WHERE seq = 1",
		"INSERT INTO events SELECT 3, 1, NULL, 1, 'approved', at, code, content, unsigned_pdf, "
		"signed_pdf, salt, leaf, 'a', 'b' FROM events WHERE seq = 1",
		"INSERT INTO events SELECT 3, 1, NULL, NULL, 'decided', at, code, content, unsigned_pdf, "
		"signed_pdf, salt, leaf, '', 'b' FROM events WHERE seq = 1",
		"INSERT INTO events SELECT 3, 1, NULL, NULL, 'dropped', at, code, content, unsigned_pdf, "
		"signed_pdf, salt, leaf, 'a', '' FROM events WHERE seq = 1",
		"INSERT INTO events SELECT 3, 1, NULL, NULL, 'published', at, code, content, unsigned_pdf, "
		"signed_pdf, salt, leaf, 'a', '' FROM events WHERE seq = 1",
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
	struct ledger_letter strange = letter_of("C-4", "surat", 7);
	strange.unsigned_pdf.bytes[0] ^= 1;
	OK(ledger_plan(l, &strange, &e));
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
	OK(ledger_decide_again(l, row.id, signed_leaf(&leaf, EVENT_DECIDED, &row, "sebab"), &e));
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
			assert_int_equal(open_approved(state), 0);
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
	OK(db_exec(d, "PRAGMA user_version = 4", &e));
	REFUSED(ERR_CONFIG, ledger_open(path, false, &other, &e));
	REFUSED(ERR_CONFIG, ledger_open(path, true, &other, &e));
	/* An older one is neither read nor changed: its tables know nothing of approvals. */
	OK(db_exec(d, "PRAGMA user_version = 2", &e));
	REFUSED(ERR_CONFIG, ledger_open(path, true, &other, &e));
	struct err older = ERR_INIT;
	assert_int_equal(ledger_open(path, false, &other, &older), -1);
	assert_int_equal(older.kind, ERR_CONFIG);
	assert_non_null(strstr(older.msg, "has format 2"));
	OK(db_exec(d, "PRAGMA user_version = 3; PRAGMA application_id = 7", &e));
	REFUSED(ERR_CONFIG, ledger_open(path, false, &other, &e));
	assert_null(other);
}

/* ---- batches and decisions ------------------------------------------------------------------------------ */

struct seen_files {
	struct sha256 last;
	int count;
};

static int note_file(void *user, const struct sha256 *file, struct err *e)
{
	struct seen_files *seen = user;

	(void)e;
	assert_true(seen->count == 0 || memcmp(file, &seen->last, sizeof *file) > 0); /* ascending */
	seen->last = *file;
	seen->count++;
	return 0;
}

static int note_count(void *user, const char *name, int64_t count, struct err *e)
{
	char *line = user;
	size_t len = strlen(line);

	(void)e;
	snprintf(line + len, 100 - len, "%s=%lld ", name, (long long)count);
	return 0;
}

static void a_batch_is_approved_once_and_for_good(void **state)
{
	struct sha256 a = hash_of(1), b, c, root = hash_of(0x5a);
	struct ledger_batch batch = batch_of(&root, 2), back;
	struct ledger_letter letter = letter_of("C-1", "surat", 1);
	struct seen_files seen = {.count = 0};
	char counts[100] = "";
	int64_t others, attempt;
	struct leaf leaf;
	bool fresh, found;

	(void)state;
	b = c = a;
	b.bytes[31] = c.bytes[30] = 0xee;
	OK(ledger_sheet_reset(l, &e));
	OK(ledger_sheet_add(l, &a, &fresh, &e));
	assert_false(fresh); /* approved with the first batch */
	OK(ledger_sheet_add(l, &c, &fresh, &e));
	assert_true(fresh);
	OK(ledger_sheet_add(l, &b, &fresh, &e));
	assert_true(fresh);
	OK(ledger_sheet_add(l, &b, &fresh, &e));
	assert_false(fresh);
	OK(ledger_sheet_each(l, false, note_file, &seen, &e));
	assert_int_equal(seen.count, 3);
	for (int i = 0; i < 3; i++)
		OK(ledger_sheet_count(l, "kind", i == 1 ? "b" : "c", &e));
	OK(ledger_sheet_count(l, "kind", "a", &e));
	OK(ledger_sheet_each_count(l, "kind", 2, note_count, counts, &others, &e));
	assert_string_equal(counts, "c=2 a=1 ");
	assert_int_equal(others, 1);

	/* Nobody can approve more or less than the sheet, or with another batch's event. */
	batch.count = 3;
	REFUSED(ERR_BUG, ledger_approve(l, &batch, batch_leaf(&leaf, &batch), &e));
	batch.count = 2;
	struct ledger_batch other = batch;
	other.root.bytes[0] ^= 1;
	REFUSED(ERR_BUG, ledger_approve(l, &batch, batch_leaf(&leaf, &other), &e));
	REFUSED(ERR_BUG, ledger_approve(l, &batch, NULL, &e));
	OK(ledger_batch_of(l, &b, &back, &found, &e));
	assert_false(found);
	/* A letter on no approved sheet cannot be sent. */
	letter.unsigned_pdf = b;
	OK(ledger_plan(l, &letter, &e));
	REFUSED(ERR_BUG, ledger_attempt_begin(
				 l, letter.id, leaf_of(&leaf, EVENT_ATTEMPT, &letter, NULL), &attempt, &e));

	OK(ledger_approve(l, &batch, batch_leaf(&leaf, &batch), &e));
	assert_int_equal(batch.id, 2);
	OK(ledger_batch_of(l, &b, &back, &found, &e));
	assert_true(found && back.id == 2 && back.count == 2 && back.how == APPROVED_BY_PERSON);
	assert_string_equal(back.by, WHO);
	assert_string_equal(back.code, "B9D5-MPJT"); /* 0x5a, five times over */
	OK(ledger_batch_of(l, &a, &back, &found, &e));
	assert_true(found && back.id == 1);
	begin(&letter);
	/* The same root again is no second approval. */
	struct sha256 d = hash_of(1);
	d.bytes[3] = 7;
	OK(ledger_sheet_reset(l, &e));
	OK(ledger_sheet_add(l, &d, &fresh, &e));
	batch.count = 1;
	REFUSED(ERR_BUG, ledger_approve(l, &batch, batch_leaf(&leaf, &batch), &e));
	OK(ledger_batch_of(l, &d, &back, &found, &e));
	assert_false(found);
}

static void leave_unknown(struct ledger_letter *row)
{
	const struct ledger_answer answer = {.text = "terputus", .document_id = "65f0"};
	struct leaf a;

	OK(ledger_plan(l, row, &e));
	OK(ledger_attempt_unknown(l, begin(row), &answer, leaf_of(&a, EVENT_UNKNOWN, row, NULL), &e));
}

static void a_dropped_letter_is_taken_up_by_a_person_only(void **state)
{
	struct ledger_letter row = letter_of("C-1", "surat", 1), back, other = letter_of("C-2", "surat", 5);
	struct ledger_attempt call;
	struct leaf a;
	char by[65];
	bool found, taken;

	(void)state;
	leave_unknown(&row);
	OK(ledger_last_call(l, row.id, &call, &found, &e));
	assert_true(found);
	assert_string_equal(call.document_id, "65f0");
	assert_string_equal(call.ended, "unknown");
	/* Neither without a name nor without a reason. */
	REFUSED(ERR_BUG, ledger_drop(l, row.id, leaf_of(&a, EVENT_DROPPED, &row, NULL), &e));
	REFUSED(ERR_BUG, ledger_drop(l, row.id, signed_leaf(&a, EVENT_DROPPED, &row, ""), &e));
	REFUSED(ERR_BUG, ledger_drop(l, row.id, signed_leaf(&a, EVENT_DECIDED, &row, "x"), &e));
	OK(ledger_drop(l, row.id, signed_leaf(&a, EVENT_DROPPED, &row, "batal"), &e));
	OK(ledger_letter_by_code(l, row.code, &back, &found, &e));
	assert_true(back.state == LETTER_WITHDRAWN && back.dropped);
	REFUSED(ERR_BUG, ledger_drop(l, row.id, signed_leaf(&a, EVENT_DROPPED, &row, "batal"), &e));
	/* Its signature may be somewhere: the number stays its own. */
	OK(ledger_number_taken(l, other.office, 2026, other.number, "C-2", &taken, by, &e));
	assert_true(taken);
	OK(ledger_decide_again(l, row.id, signed_leaf(&a, EVENT_DECIDED, &row, "ternyata perlu"), &e));
	OK(ledger_letter_by_code(l, row.code, &back, &found, &e));
	assert_true(back.state == LETTER_WITHDRAWN && !back.dropped);
	REFUSED(ERR_BUG, ledger_decide_again(l, row.id, signed_leaf(&a, EVENT_DECIDED, &row, "lagi"), &e));
	assert_int_equal(events(), 4);
}

static void a_late_answer_is_no_call(void **state)
{
	struct ledger_letter row = letter_of("C-1", "surat", 1), back;
	struct ledger_attempt call;
	int64_t attempt;
	struct leaf a;
	bool found;

	(void)state;
	leave_unknown(&row);
	REFUSED(ERR_BUG,
		ledger_late_begin(l, row.id, signed_leaf(&a, EVENT_DECIDED, &row, ""), &attempt, &e));
	OK(ledger_late_begin(l, row.id, signed_leaf(&a, EVENT_DECIDED, &row, "berkas"), &attempt, &e));
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_SENDING);
	OK(ledger_last_call(l, row.id, &call, &found, &e));
	assert_true(call.id < attempt);
	publish(&row, attempt, 50);
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PUBLISHED);
	assert_int_equal(back.attempts, 2);
	assert_int_equal(events(), 4); /* attempt, unknown, decided, published */
}

static int count_walked(void *user, const struct ledger_letter *row, struct err *e)
{
	(void)row;
	(void)e;
	++*(int *)user;
	return 0;
}

static int note_calls(void *user, const struct ledger_calls *c, struct err *e)
{
	(void)e;
	assert_string_equal(c->signer, "Budi Contoh");
	assert_int_equal(c->calls, c->good + c->refused + c->unknown + c->not_sent);
	*(struct ledger_calls *)user = *c;
	return 0;
}

static void what_is_refused_too_often_waits_for_a_person(void **state)
{
	const struct ledger_answer answer = {.code = "2031", .text = "salah", .wrong_secret = true};
	struct ledger_letter row = letter_of("C-1", "surat", 1), back;
	struct ledger_calls calls;
	struct leaf a;
	int walked = 0;

	(void)state;
	OK(ledger_plan(l, &row, &e));
	for (unsigned i = 1; i <= LEDGER_REFUSALS_MAX; i++) {
		assert_int_equal(walked, 0);
		OK(ledger_attempt_refused(
			l, begin(&row), &answer, leaf_of(&a, EVENT_REFUSED, &row, NULL), &e));
		assert_int_equal(state_of("C-1", "surat", &back), LETTER_REFUSED);
		assert_int_equal(back.refusals, i);
		OK(ledger_each_undecided(l, count_walked, &walked, &e));
	}
	assert_int_equal(walked, 1);
	OK(ledger_decide_again(l, row.id, signed_leaf(&a, EVENT_DECIDED, &row, "sandi diganti"), &e));
	assert_int_equal(state_of("C-1", "surat", &back), LETTER_PLANNED);
	assert_int_equal(back.refusals, 0);
	assert_int_equal(back.attempts, LEDGER_REFUSALS_MAX);
	OK(ledger_attempt_not_sent(l, begin(&row), "mati", &e));
	OK(ledger_each_signer(l, note_calls, &calls, &e));
	assert_int_equal(calls.calls, LEDGER_REFUSALS_MAX + 1);
	assert_int_equal(calls.wrong_secret, LEDGER_REFUSALS_MAX);
	assert_int_equal(calls.not_sent, 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_approved, drop)
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
		T(a_batch_is_approved_once_and_for_good),
		T(a_dropped_letter_is_taken_up_by_a_person_only),
		T(a_late_answer_is_no_call),
		T(what_is_refused_too_often_waits_for_a_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
