/*
 * run: a batch of cases through all stages, and the account of what became of each.
 *
 * Two passes. First every file is read and checked (in the order of their names), so that what is wrong with the
 * setup stops the run before any work and the same id or number twice is found; a case whose bytes are those of a
 * finished run is only recognised. Then what a killed run left open is finished or called unknown, the batch sheet is
 * made and approved (sheet.h), and the workers take case by case: compose, print, sign, check, publish. Memory grows with the number of files by their names,
 * hashes and messages only.
 */
#ifndef NASKAH_PIPELINE_RUN_H
#define NASKAH_PIPELINE_RUN_H

#include "ledger/ledger.h"
#include "pipeline/desk.h"
#include "pipeline/office.h"
#include "pipeline/sheet.h"

#include <stdatomic.h>
#include <stdint.h>

struct run_request {
	const struct config *config;
	const char *const *inputs; /* case files and folders of them (*.xml, not below) */
	size_t input_count;
	/*
	 * Finds or starts the signing service, and names the PEM file of the roots that signatures must chain to. Called
	 * at most once, when the ledger is this run's alone, and only when there is something to sign or to check.
	 */
	int (*connect)(void *user, struct desk_service *service, const char **roots, struct err *e);
	void *connect_user;
	int64_t now_at; /* fixed clock; 0 = this machine's */
	unsigned jobs;  /* letters made or checked at once, each on a core; 0 = one per core */
	const char *
		sign_again; /* a person's reason to sign letters of unknown outcome again; NULL = leave them */
	const char
		*by; /* who decides and approves: named in ledger and log; NULL = the user of this process */
	/* The short code of the batch sheet that `by` approves; NULL: `approve` is asked. */
	const char *approve_code;
	/* Shows the sheet and asks a person; *yes: exactly this sheet is approved. NULL = nobody can be asked. */
	int (*approve)(void *user, const struct sheet *sheet, bool *yes, struct err *e);
	void *approve_user;
	const atomic_bool *stop; /* set by a signal: finish what is under way and end; NULL = never */
	/* Called after each case of the second pass, by one thread at a time; NULL = nobody watches. */
	void (*progress)(void *user, size_t done, size_t total, size_t letters);
	/* The same while the batch sheet is made; `letters` are on it so far. */
	void (*sheet_progress)(void *user, size_t done, size_t total, size_t letters);
	void *user;
};

/* One input file at the end of the run. */
struct run_entry {
	const char *path;
	const char *id;       /* "" when the file did not get that far */
	const char *message;  /* why, or what to know of a published case; NULL = nothing */
	struct sha256 source; /* of the file as the first pass read it */
	enum case_outcome outcome;
	bool twin;  /* the id belongs to another file of this run */
	bool setup; /* CASE_FAILED by a template or another file of the office's setup */
};

struct run_result {
	struct arena arena;        /* paths, ids and messages */
	struct run_entry *entries; /* one per input file, by name */
	size_t count;
	size_t outcomes[CASE_FAILED + 1];
	size_t published_now;     /* letters signed and published by this run */
	size_t letters;           /* letters that stand published, of these cases */
	size_t calls;             /* sign requests made */
	size_t undecided;         /* letters that wait for a person, of whatever case */
	struct buf case_warnings; /* what the rules warn of, one line each; also in the cases' messages */
	struct buf warnings;      /* of the run itself, one line each */
	bool begun; /* the second pass began: the account below is whole, however the run ended */
	bool interrupted;
};

void run_result_init(struct run_result *r);
void run_result_release(struct run_result *r);

/*
 * ERR_CONFIG before any work when the setup is wrong. Otherwise 0, or -1 when this machine failed on the way (disk
 * full...): with `begun` the result then still tells what became of every case so far.
 */
int run_batch(const struct run_request *req, struct run_result *out, struct err *e)
	__attribute__((warn_unused_result));

/* Only the first pass: no ledger, no keys, nothing written. */
int run_check(const struct office *o, const char *const *inputs, size_t input_count, struct run_result *out,
	struct err *e) __attribute__((warn_unused_result));

#endif
