/*
 * sheet: the batch sheet, and what a person approves before the first call of a run.
 *
 * Every letter of the run that wants a signature is composed, printed and hashed as the workers will do it later.
 * Those that nobody has approved yet make the sheet: an RFC 6962 tree over the SHA-256 of the unsigned files in
 * ascending order gives the root, its first 40 bits the short code. A person who names the code approves exactly
 * these files; with `[signing] approve = no` the configuration does. What is approved once stays approved (ledger),
 * so that a run after a kill asks nothing new; one changed letter makes another sheet.
 *
 *	OUT/batch/CODE/sheet.txt   for a person, half a page, Indonesian
 *	OUT/batch/CODE/sheet.json  the same for machines
 *	OUT/batch/CODE/leaves      the hashes, 32 bytes each, ascending: whoever has them can make the root again
 *
 * The same cases give the same sheet, whatever their order and however many threads. Memory does not grow with the
 * number of letters: hashes and counts lie in a temporary table of the ledger.
 */
#ifndef NASKAH_PIPELINE_SHEET_H
#define NASKAH_PIPELINE_SHEET_H

#include "base/err.h"
#include "ledger/batch.h"
#include "model/sha256.h"

#include <stdbool.h>
#include <stdint.h>

/* What is to be approved. */
struct sheet {
	int64_t count;         /* letters; 0 = nothing is to be approved */
	int64_t approved;      /* further letters of this run, approved earlier */
	size_t refused;        /* cases whose letters are not on it: something is wrong with them */
	struct sha256 root;    /* of the `count` */
	char code[BATCH_CODE]; /* of that root */
	char *text;            /* owned: sheet.txt */
	char *folder;          /* owned: OUT/batch/CODE */
};

#define SHEET_INIT                                                                                           \
	{                                                                                                    \
		.count = 0                                                                                   \
	}

void sheet_release(struct sheet *s);

/*
 * What may be sent in this run, for the keeper: the hashes of all its letters, approved now or earlier, as a file of
 * count * 32 bytes, ascending, and the root over exactly these. When nothing was approved earlier it is the sheet's.
 */
struct approval {
	struct sha256 root;
	int64_t count;
	char code[BATCH_CODE]; /* of this root */
	char *leaves_path;     /* owned: OUT/batch/order, written anew by each run */
};

#define APPROVAL_INIT                                                                                        \
	{                                                                                                    \
		.count = 0                                                                                   \
	}

void approval_release(struct approval *a);

struct run;
/*
 * Between the first pass and the first call, once what a killed run left is tidied. Makes the sheet, has it approved
 * (by the request's code, its `approve` callback, or the configuration) and records that. ERR_USAGE with the code and
 * what to do when it is not approved: nothing has been sent.
 */
int sheet_approve(struct run *run, struct approval *out, struct err *e) __attribute__((warn_unused_result));

struct run_request;
/*
 * Is this the sheet's code, as a person types it, or its whole root in hex? The code has 40 bits: whoever can change the
 * cases between the look and the run, and has the machines for it, could search for other letters with the same code.
 */
bool sheet_code_is(const struct sheet *s, const char *typed);

/* `naskah sheet`: the first pass and the sheet, no service. */
int sheet_show(const struct run_request *req, struct sheet *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
