/*
 * event: a state change of a letter, or the approval of a batch: a row of the ledger and a leaf of the public log.
 */
#ifndef NASKAH_MODEL_EVENT_H
#define NASKAH_MODEL_EVENT_H

#include "model/code.h"
#include "model/sha256.h"

#include <stdint.h>

enum event_kind {
	EVENT_ATTEMPT = 1, /* a signature is about to be asked for */
	EVENT_REFUSED,     /* the service said no */
	EVENT_UNKNOWN,     /* no usable answer */
	EVENT_PUBLISHED,   /* signed, checked, in place */
	EVENT_SUPERSEDED,  /* a newer letter of the same case and kind replaced it */
	EVENT_DECIDED, /* a person decided that a letter goes on: to be asked for again, or its late answer taken */
	EVENT_SIGNED, /* one of several signers signed, and others are to follow: nothing is published yet */
	EVENT_APPROVED, /* of a batch: `code` is its short code, `content` its root */
	EVENT_DROPPED,  /* a person decided that a letter is not wanted any more */
};

struct event {
	enum event_kind kind;
	int64_t at;
	char code[CODE_TEXT];
	struct sha256 content; /* of the letter's canonical text */
	struct sha256 unsigned_pdf;
	struct sha256
		signed_pdf; /* zeros when there is none; of SIGNED the file with the signatures so far */
	/* Of APPROVED, DECIDED and DROPPED: who did it and why, or for APPROVED how. "" in all others. */
	char person[129];
	char note[513];
	unsigned char salt[16]; /* opens the leaf's hashes; in the receipt and the ledger, never in the log */
};

/* "attempt", "refused", ...: leaves, ledger, JSON. NULL for an unknown number. */
const char *event_kind_name(enum event_kind kind);
/* 0 if there is no such name. */
enum event_kind event_kind_parse(const char *name);

#endif
