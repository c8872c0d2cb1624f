/*
 * setup: what the readers of profiles and kinds share: files that an office has set up, checked by a schema.
 */
#ifndef NASKAH_LETTER_SETUP_H
#define NASKAH_LETTER_SETUP_H

#include "base/arena.h"
#include "base/err.h"
#include "model/sha256.h"
#include "xml/doc.h"

#include <stdbool.h>

/* Parses and validates; `hash` (may be NULL) is of the file's bytes. ERR_CONFIG "PATH:LINE: ..." */
int setup_load(const char *path, const struct xml_schema *schema, struct xml_doc **out, struct sha256 *hash,
	struct err *e) __attribute__((warn_unused_result));

/* The schemas' `panjang`: one to three digits, perhaps a point and one to three more; no sign, exponent or locale. */
bool length_parse(const char *text, double *out);

struct setup_names {
	char **names; /* owned, sorted by bytes */
	size_t count;
};
/* The files of a folder that end in `suffix`, without those that begin with a dot. */
int setup_list(const char *folder, const char *suffix, struct setup_names *out, struct err *e)
	__attribute__((warn_unused_result));
void setup_names_release(struct setup_names *n);

#endif
