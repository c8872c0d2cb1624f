/*
 * state: what the workers of one run share. Private to pipeline/.
 */
#ifndef NASKAH_PIPELINE_STATE_H
#define NASKAH_PIPELINE_STATE_H

#include "audit/log.h"
#include "base/mapped.h"
#include "crypto/cert.h"
#include "ledger/batch.h"
#include "pipeline/render.h"
#include "pipeline/run.h"
#include "signing/signer.h"
#include "verify/verify.h"

#include <pthread.h>
#include <semaphore.h>

/* Published letters between two seals: a crash leaves at most this many to be tidied by the next run. */
#define SEAL_EVERY 64

/* commit.c: the ledger's open group, that workers share. Over `coming` no lock, over the rest the run's. */
struct commit {
	atomic_uint coming; /* workers on their way in */
	bool open;
	unsigned members;
	uint64_t number, closed; /* of the newest group, of the newest that has ended; from 1 */
	uint64_t lost;           /* the group that could not be written, and why; 0 = none */
	struct err why;
	pthread_cond_t change;
};

struct run {
	const struct run_request *req;
	struct office office;
	struct desk *desk;    /* NULL until run_connect() */
	struct signer asker;  /* asked for status and one-time passwords before the first letter */
	struct trust *trust;  /* the same */
	size_t *wanted;       /* per signer of the config: signatures that may be needed; 0 = not used */
	sem_t slots;          /* for work that keeps a core busy */
	pthread_mutex_t lock; /* over everything below */
	struct commit commit;
	struct ledger *ledger;
	struct audit_log *log;
	struct ledger_case cases[SEAL_EVERY]; /* finished, not yet in the ledger */
	size_t case_count;
	struct ledger_letter placed[SEAL_EVERY]; /* letters in place, not yet marked so, without receipt */
	size_t placed_count;
	struct run_result *result;
	size_t done;              /* cases of the second pass */
	atomic_size_t next;       /* file to take */
	atomic_bool stop;         /* a worker failed */
	char by[129];             /* see run_by() */
	struct approval approval; /* what may be sent in this run */
};

/* One thread's own things. */
struct worker {
	struct run *run;
	struct signer signer;
	struct err e;
};

/* run.c: opens everything and looks at every file: the first pass. To be ended by run_end() whatever it returns. */
int run_begin(struct run *run, const struct run_request *req, struct run_result *out, struct err *e)
	__attribute__((warn_unused_result));
void run_end(struct run *run);

/*
 * commit.c: changes of the ledger in a group that workers share, so that many letters cost one fsync. commit_enter() takes
 * the lock; commit_leave() gives it back, and only when that returns 0 is the change durable: it waits for the others who are
 * on their way. `result` is how the change went: -1 stays -1. commit_flush() ends the group now; with the lock held. Who changes
 * the ledger with the lock but without entering joins a group that is open.
 */
void commit_init(struct commit *c);
void commit_destroy(struct commit *c);
int commit_enter(struct run *run, struct err *e) __attribute__((warn_unused_result));
int commit_leave(struct run *run, int result, struct err *e) __attribute__((warn_unused_result));
void commit_flush(struct run *run);

/* The moment, by the request's clock. */
int64_t run_now(const struct run *run);
/* Nothing new shall be begun. */
bool run_is_stopping(const struct run *run);
/*
 * Around work that keeps a core busy (composing, printing, verifying): there are many more workers than cores, as most
 * of them wait for the service. Never while holding the lock, never twice.
 */
void run_take_slot(struct run *run);
void run_give_slot(struct run *run);
/* The signing service and the roots, once. */
int run_connect(struct run *run, struct err *e) __attribute__((warn_unused_result));
/* One line for the operator and the report. With the lock held, once there are workers. */
void run_warn(struct run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same about one case: for the operator only, the report has it as the case's message. */
void run_warn_of_case(struct run *run, const struct run_entry *entry, const char *message);
/* How a case ended, and why ("" or NULL: the message stays). With the lock held, once there are workers. */
int run_set_entry(struct run_result *out, struct run_entry *entry, enum case_outcome outcome, const char *why,
	struct err *e) __attribute__((warn_unused_result));
/* Failures that concern one case; others are this machine's or the setup's. */
bool run_is_the_cases_fault(const struct err *e);

/* events.c: who decides and approves: as the request names them, else the user of this process. With the lock held. */
const char *run_by(struct run *run);
/* The keyed hash of a person's NIK, as the ledger has it; zeros for NULL. */
struct sha256 run_person_key(const struct run *run, const char *nik);

/* case.c: second pass over one file. -1: this machine failed, the run must end. */
int make_case(struct worker *w, struct run_entry *entry, struct err *e) __attribute__((warn_unused_result));

/* recover.c: how much of a file is what was sent, by its hash; 0 = none of it. */
size_t publish_sent_length(const void *file, size_t len, const struct sha256 *sent);

/* The same without any consequence: each letter of the case that would be sent to a signer, with its row. */
struct letter_job;
typedef int preview_fn(void *user, const struct open_case *c, const struct letter_job *job, struct err *e);
int preview_case(struct run *run, const struct run_entry *entry, preview_fn *fn, void *user, struct err *e)
	__attribute__((warn_unused_result));

/* publish.c: a letter that is printed and wants its signatures. */
struct letter_job {
	struct draft draft;
	struct ledger_letter row; /* planned, or to be; with the signatures so far */
	bool plan;                /* not in the ledger yet */
	bool settled;             /* nothing (more) is to be done: state and why say how it stands */
	struct buf pdf;     /* as printed, or as it was found partly signed: what the next signer gets */
	struct mapped back; /* what a signer of this run gave back: that, then */
	enum letter_state state;
	char why[600]; /* "" when published */
};
/* Asks signer after signer and publishes, or tells why not. -1: this machine failed. */
int publish_letter(struct worker *w, struct letter_job *job, struct err *e)
	__attribute__((warn_unused_result));
/* Are the signatures so far good, and those of the case's signers? `wrong` is not "" when they are not. */
int publish_check_partly(const struct run *run, const struct letter_job *job, const struct buf *pdf,
	char wrong[300], struct err *e) __attribute__((warn_unused_result));
/*
 * Whose certificate must come back for a signer of the case. A seal or a key of the office's own has a certificate of its
 * own: whose, says the configuration.
 */
struct expected_signer publish_expect(const struct run *run, const char *nik, const char *name);
/* Whom the configuration has for the next signature; false: nobody. */
bool publish_next_signer(const struct run *run, const struct letter_job *job, size_t *index);
/* How the letter stands; settles the job. */
int publish_settle(struct letter_job *job, enum letter_state state, const char *why);
/* The first code of this content that the ledger doesn't know. With the lock held. */
int publish_free_code(struct run *run, const struct sha256 *content, char code[CODE_TEXT], struct err *e)
	__attribute__((warn_unused_result));
/* A person said so: unknown becomes planned, with the reason in ledger and log. With the lock held. */
int publish_decide_again(struct run *run, const struct ledger_letter *row, struct err *e)
	__attribute__((warn_unused_result));

/*
 * A staged, durable reply to `attempt`: if it passes `check` it is published, or one more signature stands (*state is
 * LETTER_PLANNED, and `row` says so); else it is kept aside and the outcome is unknown. Shared by the run and by recovery.
 */
int publish_reply(struct run *run, struct ledger_letter *row, int64_t attempt,
	const struct reply_check *check, struct sign_result *reply, enum letter_state *state, char why[600],
	struct err *e) __attribute__((warn_unused_result));
/* Ends an attempt by its outcome, which is not a publication; `text` says why. */
int publish_end_attempt(struct run *run, const struct ledger_letter *row, int64_t attempt,
	const struct sign_result *r, const char *text, struct err *e) __attribute__((warn_unused_result));

/* place.c: puts a published letter's staged file in place and what is in its way aside. Safe to repeat after a crash
 * at any point. *lost: there is no staged file and none in place. Durable with the next seal. With the lock held. */
int publish_place(struct run *run, const struct ledger_letter *letter, bool *lost, struct err *e)
	__attribute__((warn_unused_result));

/* The file of a partly signed letter. `wrong` is not "" when it is not there, or not the one that the ledger knows. */
int publish_load_partly(const struct run *run, const struct ledger_letter *letter, struct buf *out,
	char wrong[300], struct err *e) __attribute__((warn_unused_result));
/* What has been signed of a letter that is not wanted any more is kept aside, and the operator told. With the lock held. */
int publish_set_aside(struct run *run, const struct ledger_letter *letter, struct err *e)
	__attribute__((warn_unused_result));
/*
 * A letter in work is not wanted any more: withdrawn. What has been signed of it is kept aside, and the operator told.
 * With the lock held.
 */
int publish_withdraw(struct run *run, const struct ledger_letter *letter, struct err *e)
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
/* Who decided, and why. */
struct decision {
	const char *by, *reason;
};
int decision_leaf_make(const struct run *run, const struct ledger_letter *letter, enum event_kind kind,
	const struct decision *decision, struct event_leaf *out, struct err *e)
	__attribute__((warn_unused_result));
int batch_leaf_make(const struct run *run, const struct ledger_batch *batch, struct event_leaf *out,
	struct err *e) __attribute__((warn_unused_result));
/* For the ledger; borrows. */
struct ledger_leaf event_leaf_lend(const struct event_leaf *l);

/* recover.c: what a killed run left open. Before any other work. */
int recover(struct run *run, struct err *e) __attribute__((warn_unused_result));
/* What an answer must be that is looked at later than it was asked for: the bytes that were sent are gone. */
struct answer_check {
	struct expected_signer people[LIMIT_SIGNERS];
	struct buf partly;
	struct page_area area;
	struct reply_check check; /* borrows from the other three and the answer */
};
#define ANSWER_CHECK_INIT                                                                                    \
	{                                                                                                    \
		.partly = BUF_INIT(LIMIT_PDF_BYTES)                                                          \
	}
void answer_check_release(struct answer_check *k);
int answer_check_make(const struct run *run, const struct ledger_letter *row, const struct buf *answer,
	struct answer_check *out, struct err *e) __attribute__((warn_unused_result));

/*
 * seal.c: makes durable and tells the world what has happened since the last time: new events into the log, receipts
 * beside the letters, folders to disk, and then the marks into the ledger. With the lock held, as all of these.
 */
int seal(struct run *run, struct err *e) __attribute__((warn_unused_result));
/* This letter is in place: goes with the next seal, which may be now. */
int seal_letter(struct run *run, const struct ledger_letter *letter, struct err *e)
	__attribute__((warn_unused_result));
/* The account of a case, with the next seal. */
int seal_case(struct run *run, const struct run_entry *entry, struct err *e)
	__attribute__((warn_unused_result));

/* account.c: outcomes and letters counted, the files of published letters looked for, lost receipts made again. */
int account(struct run *run, bool whole, struct err *e) __attribute__((warn_unused_result));

#endif
