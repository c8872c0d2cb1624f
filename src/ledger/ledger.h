/*
 * ledger: the truth about every case, letter, attempt and event (SQLite file out/ledger.db).
 *
 * A state change and its event are one transaction, durable before the call returns. The order that makes
 * publication exactly-once and survivable:
 *
 *	plan       the letter's row exists                        -> PLANNED
 *	attempt    intent, before the service is called           -> SENDING   (event attempt)
 *	(reply file is fsynced under out/staging)
 *	publish    hashes and event, older revision superseded    -> PUBLISHED (events superseded, published)
 *	(rename into out/letters)
 *	placed     the file is where it belongs
 *	or: refuse -> REFUSED, waits; not_sent -> PLANNED; unknown -> UNKNOWN, until a person decides
 *
 * A letter of several signers has an attempt for each, in their order. Every signature but the last ends in
 *
 *	sign       one more signature stands, its file stays       -> PLANNED   (event signed)
 *	           in out/staging for the next signer
 *
 * and whatever happens to the next attempt, `signatures` and `partly` say what stands.
 *
 * After a crash a letter in SENDING has an attempt without an end: the pipeline looks for its staged reply and
 * publishes it or calls it unknown. One process writes at a time (a lock file beside the database). The NIK of a
 * signer is not stored. Format: see ledger/README.md.
 */
#ifndef NASKAH_LEDGER_LEDGER_H
#define NASKAH_LEDGER_LEDGER_H

#include "base/buf.h"
#include "base/date.h"
#include "base/limits.h"
#include "model/code.h"
#include "model/event.h"
#include "model/sha256.h"

#include <stdbool.h>
#include <stdint.h>

struct ledger;

enum letter_state {
	LETTER_NONE = 0,
	LETTER_PLANNED,
	LETTER_SENDING,
	LETTER_REFUSED,
	LETTER_UNKNOWN,
	LETTER_PUBLISHED,
	LETTER_SUPERSEDED,
	LETTER_WITHDRAWN, /* planned, but the case changed before it was signed */
};
const char *letter_state_name(enum letter_state s);

/* How a case stands after a run. */
enum case_outcome {
	CASE_OUTCOME_NONE = 0,
	CASE_PUBLISHED, /* every letter it holds is published */
	CASE_REFUSED,   /* input refused: nothing of it was made */
	CASE_WAITING,   /* letters wait: refused by the service, not sent, render only */
	CASE_UNKNOWN,   /* at least one letter's outcome is unknown */
	CASE_FAILED,    /* this machine or the setup failed it */
};
const char *case_outcome_name(enum case_outcome o);

struct ledger_signer {
	char name[129];  /* without titles; "" = there is no such signer */
	char title[257]; /* jabatan */
	/* HMAC-SHA256 of the NIK under the office's code key: tells the person from a namesake; zeros = not known. */
	struct sha256 key;
};

struct ledger_letter {
	int64_t id; /* 0 until planned */
	char case_id[65];
	char kind[65];
	unsigned nn;
	char code[CODE_TEXT];
	char number[129];
	char title[129];
	char subject
		[513]; /* "" = withheld: a letter for those only who work on the case (kinds.xsd: pribadi) */
	char office[257];
	struct ledger_signer signers[LIMIT_SIGNERS]; /* in the order of signing */
	unsigned signatures;                         /* that stand: those of the first signers */
	char class_code[3]; /* klasifikasi: "B", "T", "R", "SR"; what may be shown to whoever has the code */
	struct date date;
	struct sha256 content, unsigned_pdf, signed_pdf, recipe;
	struct sha256 partly; /* of the file with `signatures`, while that are some but not all; else zeros */
	enum letter_state state;
	int64_t signed_at;                        /* 0 = not */
	int64_t leaf;                             /* index of its published event in the log; -1 = none */
	bool placed;                              /* the signed file is in out/letters */
	bool receipt;                             /* its receipt is beside it */
	char refused_code[32], refused_text[257]; /* of the last attempt */
	unsigned attempts;                        /* calls of the service for it, and late answers */
	unsigned refusals; /* of these, refused since the last decision of a person or signature */
	bool dropped;      /* withdrawn by decision of a person: not to be made again */
};

/* How many people sign it. */
unsigned ledger_letter_signers(const struct ledger_letter *l);
/* Of the file that the next signer gets. */
const struct sha256 *ledger_letter_to_sign(const struct ledger_letter *l);

struct ledger_case {
	char id[65];
	char path[1025];
	struct sha256 source;
	enum case_outcome outcome;
	char message[513]; /* why, for people; "" if all is well */
};

/*
 * Makes file and tables when missing (readonly: ERR_IO with sys ENOENT); ERR_CONFIG when another process has it
 * open for writing, or a naskah of another format made it. Readers and the one writer work side by side; one handle belongs to one thread at a time.
 */
int ledger_open(const char *path, bool readonly, struct ledger **out, struct err *e)
	__attribute__((warn_unused_result));
void ledger_free(struct ledger *l);
void ledger_release(struct ledger **l);

/* The case whose file had these very bytes when it was last noted. *found false leaves `out` alone. */
int ledger_case_by_source(struct ledger *l, const struct sha256 *source, struct ledger_case *out, bool *found,
	struct err *e) __attribute__((warn_unused_result));
/* Inserts or updates; several may share one transaction between ledger_group_begin and _end. */
int ledger_case_put(struct ledger *l, const struct ledger_case *c, struct err *e)
	__attribute__((warn_unused_result));

/*
 * Cases and numbers of this run, to find the same twice. Temporary, on disk, gone with the process. `year` and
 * `issuer` are the scope of a number. A repeat gives ERR_INPUT naming the first place; a number that comes again within
 * the same case is that case's affair.
 */
int ledger_seen_reset(struct ledger *l, struct err *e) __attribute__((warn_unused_result));
int ledger_seen_case(struct ledger *l, const char *id, const char *place, struct err *e)
	__attribute__((warn_unused_result));
int ledger_seen_number(struct ledger *l, const char *issuer, int year, const char *number,
	const char *case_id, const char *place, struct err *e) __attribute__((warn_unused_result));

/* Letters. Looks up the newest revision of (case, kind) that is not withdrawn or superseded. */
int ledger_letter_find(struct ledger *l, const char *case_id, const char *kind, struct ledger_letter *out,
	bool *found, struct err *e) __attribute__((warn_unused_result));
/* The letter of (case, kind) that is in force: what the next one supersedes. */
int ledger_letter_published(struct ledger *l, const char *case_id, const char *kind,
	struct ledger_letter *out, bool *found, struct err *e) __attribute__((warn_unused_result));
/* By code the published one first, if the same wording was published more than once. */
int ledger_letter_by_code(struct ledger *l, const char *code, struct ledger_letter *out, bool *found,
	struct err *e) __attribute__((warn_unused_result));
int ledger_letter_by_file(struct ledger *l, const struct sha256 *signed_pdf, struct ledger_letter *out,
	bool *found, struct err *e) __attribute__((warn_unused_result));
/* The letter that this was a file of when only some of its signers had signed. */
int ledger_letter_by_partly(struct ledger *l, const struct sha256 *file, struct ledger_letter *out,
	bool *found, struct err *e) __attribute__((warn_unused_result));
/*
 * A letter of another case with this number, issuer (its `office`) and year (of its date) that went out, may have, or
 * has been signed by the first of its signers: the same number must not go out twice.
 */
int ledger_number_taken(struct ledger *l, const char *issuer, int year, const char *number,
	const char *case_id, bool *taken, char by_case[65], struct err *e)
	__attribute__((warn_unused_result));

/* State changes; each is one durable transaction. `leaf` bytes are stored with the event, in log order. */
struct ledger_leaf {
	const struct event *event;
	const void *bytes;
	size_t len;
};
/*
 * Inserts as PLANNED and sets letter->id; an older plan of (case, kind) that nobody has signed becomes WITHDRAWN. No
 * event.
 */
int ledger_plan(struct ledger *l, struct ledger_letter *letter, struct err *e)
	__attribute__((warn_unused_result));
int ledger_attempt_begin(struct ledger *l, int64_t letter, const struct ledger_leaf *attempt,
	int64_t *attempt_id, struct err *e) __attribute__((warn_unused_result));

struct ledger_answer {
	long http_status;
	const char *code, *text; /* the service's own */
	const void *raw;         /* raw reply without secrets and files */
	size_t raw_len;
	const char *document_id; /* NULL or "" = none */
	bool wrong_secret;       /* refused for passphrase or OTP */
};
int ledger_attempt_refused(struct ledger *l, int64_t attempt, const struct ledger_answer *a,
	const struct ledger_leaf *refused, struct err *e) __attribute__((warn_unused_result));
int ledger_attempt_unknown(struct ledger *l, int64_t attempt, const struct ledger_answer *a,
	const struct ledger_leaf *unknown, struct err *e) __attribute__((warn_unused_result));
/* Back to PLANNED, no event: nothing left this machine. */
int ledger_attempt_not_sent(struct ledger *l, int64_t attempt, const char *why, struct err *e)
	__attribute__((warn_unused_result));
/* One more signature, not the last: back to PLANNED. `signed_` holds the hash of the file, that the next one gets. */
int ledger_sign(struct ledger *l, int64_t attempt, const struct sha256 *file, const struct ledger_answer *a,
	const struct ledger_leaf *signed_, struct err *e) __attribute__((warn_unused_result));
/* The last signature. `superseded` is NULL unless `old_letter` (> 0) is replaced. Sets signed hash and moment; leaf index follows. */
int ledger_publish(struct ledger *l, int64_t attempt, const struct sha256 *signed_pdf, int64_t signed_at,
	const struct ledger_answer *a, const struct ledger_leaf *published, int64_t old_letter,
	const struct ledger_leaf *superseded, struct err *e) __attribute__((warn_unused_result));
/*
 * Decisions of a person; name and reason are in the event.
 *
 * To have an UNKNOWN letter, or one that was refused too often, signed again by who was asked, or, when a partly signed
 * file is lost, by all: back to PLANNED. One that was dropped: it may be planned anew.
 */
int ledger_decide_again(struct ledger *l, int64_t letter, const struct ledger_leaf *decided, struct err *e)
	__attribute__((warn_unused_result));
/* UNKNOWN, REFUSED or PLANNED becomes WITHDRAWN for good: this wording is not made again. */
int ledger_drop(struct ledger *l, int64_t letter, const struct ledger_leaf *dropped, struct err *e)
	__attribute__((warn_unused_result));
/*
 * The answer to the call that left the letter UNKNOWN has come on another way: SENDING, with an attempt that is no call,
 * to be ended like any other.
 */
int ledger_late_begin(struct ledger *l, int64_t letter, const struct ledger_leaf *decided,
	int64_t *attempt_id, struct err *e) __attribute__((warn_unused_result));
/* The case no longer wants this PLANNED or REFUSED letter. No event: nothing of it went out. Its signatures stay. */
int ledger_withdraw(struct ledger *l, int64_t letter, struct err *e) __attribute__((warn_unused_result));
int ledger_set_placed(struct ledger *l, int64_t letter, struct err *e) __attribute__((warn_unused_result));
int ledger_set_receipt(struct ledger *l, int64_t letter, struct err *e) __attribute__((warn_unused_result));

/*
 * Groups writes into one transaction with one fsync. Nothing in it is durable before ledger_group_end() returns 0:
 * only then may a service be called, a file be renamed or a success be told. A change that the state machine refuses
 * leaves the group as it was; one that fails while writing ends it: all later ones and _end fail. When _end fails
 * nothing of the group happened.
 */
int ledger_group_begin(struct ledger *l, struct err *e) __attribute__((warn_unused_result));
int ledger_group_end(struct ledger *l, struct err *e) __attribute__((warn_unused_result));
/* Forgets all that the group did. Harmless without one. */
void ledger_group_cancel(struct ledger *l);

/* Walks; the callback returns 0 to go on, -1 (error set) to stop. It may not change the ledger. */
typedef int ledger_letter_fn(void *user, const struct ledger_letter *letter, struct err *e);
int ledger_each_letter(struct ledger *l, const char *case_id /* NULL = all */, ledger_letter_fn *fn,
	void *user, struct err *e) __attribute__((warn_unused_result));
/* No letter of the case is planned, being sent, refused or unknown. */
int ledger_case_is_settled(struct ledger *l, const char *id, bool *settled, struct err *e)
	__attribute__((warn_unused_result));
/* Letters of unknown outcome, of all cases. */
int ledger_unknown_count(struct ledger *l, int64_t *out, struct err *e) __attribute__((warn_unused_result));
/* Letters that wait for a person's decision: unknown, or refused LEDGER_REFUSALS_MAX times. By id. */
#define LEDGER_REFUSALS_MAX 5
int ledger_each_undecided(struct ledger *l, ledger_letter_fn *fn, void *user, struct err *e)
	__attribute__((warn_unused_result));

/* The last attempt at a letter that was a call of the service. */
struct ledger_attempt {
	int64_t id;
	unsigned signer; /* from 1 */
	int64_t begun_at;
	char ended[16]; /* "" = still open */
	long http_status;
	char code[65], text[1025]; /* the service's own words, or why there are none */
	char document_id[129];
};
int ledger_last_call(struct ledger *l, int64_t letter, struct ledger_attempt *out, bool *found, struct err *e)
	__attribute__((warn_unused_result));

/* Calls of all runs, signer by signer in the order of their names; late answers are no calls. */
struct ledger_calls {
	const char *signer;
	int64_t letters, calls, good, refused, wrong_secret, unknown, not_sent;
};
typedef int ledger_calls_fn(void *user, const struct ledger_calls *calls, struct err *e);
int ledger_each_signer(struct ledger *l, ledger_calls_fn *fn, void *user, struct err *e)
	__attribute__((warn_unused_result));
/* What a crash left open, in small pages that the caller may work through while changing the ledger. */
struct ledger_open_attempt {
	int64_t attempt, letter;
	struct ledger_letter row;
};
int ledger_next_open_attempt(struct ledger *l, struct ledger_open_attempt *out, bool *found, struct err *e)
	__attribute__((warn_unused_result));
/* The first published letter with id > after that is not placed, or has no receipt. */
int ledger_next_unplaced(struct ledger *l, int64_t after, struct ledger_letter *out, bool *found,
	struct err *e) __attribute__((warn_unused_result));
int ledger_next_unreceipted(struct ledger *l, int64_t after, struct ledger_letter *out, bool *found,
	struct err *e) __attribute__((warn_unused_result));

/* Events in log order, index from 0. */
int ledger_event_count(struct ledger *l, int64_t *out, struct err *e) __attribute__((warn_unused_result));
int ledger_event(struct ledger *l, int64_t index, struct event *event, struct buf *leaf, struct err *e)
	__attribute__((warn_unused_result));
/* What people decided about letters, the newest first. */
typedef int ledger_event_fn(void *user, const struct event *event, struct err *e);
int ledger_each_decision(struct ledger *l, ledger_event_fn *fn, void *user, struct err *e)
	__attribute__((warn_unused_result));

#endif
