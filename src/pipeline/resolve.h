/*
 * resolve: letters that only a person can bring further: of unknown outcome, or refused too often.
 *
 * An outcome unknown means that a signature may exist that we do not have. What can be done, one letter at a time, each
 * recorded in ledger and log with who decided and why:
 *
 *	fetch       the service hands out the signed file once more, by its document id (v1)
 *	file        a person has the answer, from the service's own pages or from inspect/
 *	sign again  the next run asks for another signature
 *	drop        the letter is not wanted any more: withdrawn, and not made again
 *
 * The first two publish only what is the file that was sent plus the signature that was asked for.
 */
#ifndef NASKAH_PIPELINE_RESOLVE_H
#define NASKAH_PIPELINE_RESOLVE_H

#include "ledger/ledger.h"
#include "pipeline/run.h"

/* A letter that waits. */
struct undecided {
	const struct ledger_letter *letter;
	struct ledger_attempt call; /* the last; id 0 = none */
	char *kept;                 /* owned: the answer that was not published; NULL = none */
};

/* Every letter that waits, in the order of the ledger; without the writer's lock. */
typedef int undecided_fn(void *user, const struct undecided *u, struct err *e);
int resolve_each(const struct config *c, undecided_fn *fn, void *user, struct err *e)
	__attribute__((warn_unused_result));

enum resolve_action { RESOLVE_FETCH = 1, RESOLVE_FILE, RESOLVE_SIGN_AGAIN, RESOLVE_DROP };

struct resolve_order {
	enum resolve_action action;
	const char *code;   /* of the letter, CODE_TEXT */
	const char *file;   /* RESOLVE_FILE */
	const char *reason; /* required for SIGN_AGAIN and DROP; NULL: made from the action */
};

/*
 * `req` without inputs: config, connect, clock and who decides. What a killed run left is tidied first. *out is the letter
 * as it stands then. ERR_USAGE: no such letter, or it does not wait for this; ERR_INPUT: the file is not the answer;
 * ERR_REMOTE: the service has none. `kept` tells where a fetched file lies that was not published: "" = none.
 */
int resolve_letter(const struct run_request *req, const struct resolve_order *order,
	struct ledger_letter *out, char kept[400], struct err *e) __attribute__((warn_unused_result));

#endif
