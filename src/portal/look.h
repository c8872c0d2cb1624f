/*
 * look: everything the office knows of a code, checked against the file on disk. Private to portal/.
 */
#ifndef NASKAH_PORTAL_LOOK_H
#define NASKAH_PORTAL_LOOK_H

#include "base/buf.h"
#include "crypto/cert.h"
#include "ledger/ledger.h"
#include "model/verdict.h"

enum looked_kind {
	LOOKED_FAILED = 0, /* we could not look */
	LOOKED_MISTYPED,   /* no code: wrong length or check digit */
	LOOKED_UNKNOWN,
	LOOKED_NOT_PUBLISHED,
	LOOKED_SUPERSEDED,
	LOOKED_NO_FILE,    /* published, but its file is not there */
	LOOKED_WRONG_FILE, /* the file on disk is not the one that was published */
	LOOKED_NOT_VALID,  /* it is, but its signature doesn't verify */
	LOOKED_GOOD,
};

struct looked {
	enum looked_kind kind;
	char code[CODE_TEXT]; /* "" when mistyped */
	struct ledger_letter letter;
	struct ledger_letter successor; /* of a superseded letter; id 0 = none found */
	struct verdict *verdict;        /* owned; NULL unless there was a file */
	/* The very file that was published, verified just now: always for LOOKED_GOOD, for LOOKED_SUPERSEDED if kept. */
	struct buf pdf;
	bool is_in_place; /* that file stands where the ledger's state says */
	bool has_receipt;
};

/* `typed` is what stands in the address; `folder` is the out folder. Never fails: what cannot be looked at is a kind. */
void look(
	const char *folder, const struct trust *trust, const char *typed, int64_t now_at, struct looked *out);
void looked_release(struct looked *l);
/* Why whoever has the code learns that a letter is real, but not what it says. */
enum looked_closed {
	LOOKED_OPEN = 0,
	LOOKED_SECRET,   /* classified R or SR (Rahasia, Sangat Rahasia) */
	LOOKED_PERSONAL, /* full of personal data: the ledger withholds its subject */
};
enum looked_closed looked_closed(const struct looked *l);
/* The receipt of a published letter. */
int look_receipt(const char *folder, const struct ledger_letter *letter, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
