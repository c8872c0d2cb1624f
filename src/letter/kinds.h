/*
 * kinds: templates/kinds.xml: which letters are made of which element of a case, and where they are kept.
 *
 * One element may make several letters: a letter and the form attached to it share number, date and signers.
 */
#ifndef NASKAH_LETTER_KINDS_H
#define NASKAH_LETTER_KINDS_H

#include "base/arena.h"
#include "base/err.h"
#include "model/casefile.h"
#include "xml/doc.h"

struct kind {
	unsigned line;
	const char *name; /* "lembar-disposisi-{n}" */
	enum case_kind of;
	const char *element; /* "disposisi" */
	unsigned nn, step;   /* of the first letter; from one to the next, 0 = there is only one */
	const char *file;    /* "lembar-disposisi.xsl" */
	const char *title;   /* "Lembar Disposisi {N}" */
	bool foreign;        /* only another office may sign it */
	bool personal;       /* full of personal data: for those only who work on the case */
};

struct kinds {
	const struct kind *items;
	size_t count;
};

/* ERR_CONFIG "PATH:LINE: ..." */
int kinds_load(const char *path, const struct xml_schema *schema, struct arena *a, struct kinds *out,
	struct err *e) __attribute__((warn_unused_result));
/* The letters made of an element: the first one after `after` (NULL = from the start); NULL = no more. */
const struct kind *kinds_lookup(
	const struct kinds *k, enum case_kind of, const char *element, const struct kind *after);
/* `pattern` with {n} and {N} filled in; NULL = no memory. */
const char *kind_text(const char *pattern, unsigned ordinal, struct arena *a);

#endif
