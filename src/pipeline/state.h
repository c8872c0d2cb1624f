/*
 * state: what the workers of one run share. Private to pipeline/.
 */
#ifndef NASKAH_PIPELINE_STATE_H
#define NASKAH_PIPELINE_STATE_H

#include "audit/log.h"
#include "crypto/cert.h"
#include "pipeline/render.h"
#include "pipeline/run.h"
#include "signing/signer.h"
#include "verify/verify.h"

#include <pthread.h>

/* Published letters between two seals: a crash leaves at most this many to be tidied by the next run. */
#define SEAL_EVERY 64

struct run {
	const struct run_request *req;
	struct office office;
	struct desk *desk;
	struct trust *trust;
	pthread_mutex_t lock; /* over everything below */
	struct ledger *ledger;
	struct audit_log *log;
	struct ledger_case cases[SEAL_EVERY]; /* finished, not yet in the ledger */
	size_t case_count;
	int64_t placed[SEAL_EVERY]; /* letters in place, not yet marked so */
	size_t placed_count;
	struct run_result *result;
	struct err failed;  /* of this machine: ends the run */
	atomic_size_t next; /* file to take */
	atomic_bool stop;
};

/* One thread's own things. */
struct worker {
	struct run *run;
	struct signer signer;
	struct buf pdf; /* of the letter in hand, unsigned */
	struct err e;
};

/* The moment, by the request's clock. */
int64_t run_now(const struct run *run);

/* publish.c: from a composed draft to a published letter, or why not. */
struct publish_result {
	enum letter_state state;
	char why[600]; /* "" when published */
};
/* -1: this machine failed. */
int publish_letter(struct worker *w, struct open_case *c, const struct draft *d, struct publish_result *out,
	struct err *e) __attribute__((warn_unused_result));

/*
 * A staged, durable reply to `attempt`: publishes it if it passes `check`, else keeps it aside and calls the
 * outcome unknown. Shared by the run and by recovery.
 */
int publish_reply(struct run *run, struct ledger_letter *row, int64_t attempt,
	const struct reply_check *check, struct sign_result *reply, struct publish_result *out, struct err *e)
	__attribute__((warn_unused_result));
/* Ledger first, then the rename; an older letter of the same kind is superseded in the same transaction. */
int publish_finish(struct run *run, struct ledger_letter *row, int64_t attempt, const struct verdict *verdict,
	const struct sign_result *reply, struct err *e) __attribute__((warn_unused_result));
/* Ends an attempt by its outcome, which is not a publication; `text` says why. */
int publish_end_attempt(struct run *run, const struct ledger_letter *row, int64_t attempt,
	const struct sign_result *r, const char *text, struct err *e) __attribute__((warn_unused_result));

/*
 * Puts a published letter's staged file in place and a superseded one aside. Safe to repeat after a crash at any
 * point. Call with the lock held.
 */
int publish_place(struct run *run, const struct ledger_letter *letter, struct err *e)
	__attribute__((warn_unused_result));

/* An event and its leaf, for a transition of `letter`. `leaf` starts empty. */
struct event_leaf {
	struct event event;
	struct buf bytes;
};
#define EVENT_LEAF_INIT                                                                                      \
	{                                                                                                    \
		.bytes = BUF_INIT(4096)                                                                      \
	}
void event_leaf_release(struct event_leaf *l);
int event_leaf_make(const struct run *run, const struct ledger_letter *letter, enum event_kind kind,
	const struct sha256 *signed_pdf, int64_t at, struct event_leaf *out, struct err *e)
	__attribute__((warn_unused_result));

/* recover.c: what a killed run left open. Before any other work. */
int recover(struct run *run, struct err *e) __attribute__((warn_unused_result));

/* seal.c: pending marks into the ledger, new events into the log, receipts beside the letters. With the lock held. */
int seal(struct run *run, struct err *e) __attribute__((warn_unused_result));

#endif
