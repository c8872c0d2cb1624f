/*
 * studio: everything that is loaded once. Private to letter/; see letter.h for what others may do with it.
 */
#ifndef NASKAH_LETTER_STUDIO_H
#define NASKAH_LETTER_STUDIO_H

#include "language/hyphen.h"
#include "letter/kinds.h"
#include "letter/letter.h"
#include "xml/xslt.h"

struct studio {
	struct arena arena;
	struct xml_schema *letter_schema;
	struct kinds kinds;
	struct xslt **templates; /* one per kind, the same for kinds of the same file */
	const char **paths;      /* of the templates, for messages */
	struct hyphenator *hyphens;
	struct profile *profiles;
	size_t profile_count;
	bool specimen;
	struct sha256 hash;
};

/* The profile that a letter of the case names. ERR_INPUT "PATH:LINE: ..." */
int plan_profile(const struct studio *s, const struct casefile *c, const struct naskah *n, size_t *index,
	struct err *e) __attribute__((warn_unused_result));
/* Appends the number of a letter of the case: as written, or by its profile's pattern. ERR_INPUT likewise. */
int plan_number(const struct studio *s, const struct casefile *c, const struct naskah *n, struct buf *out,
	struct err *e) __attribute__((warn_unused_result));

#endif
