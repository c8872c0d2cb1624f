/*
 * profile: reads a profile (templates/profiles/NAME.xml) and answers what templates and numbering ask of it.
 */
#ifndef NASKAH_LETTER_PROFILE_H
#define NASKAH_LETTER_PROFILE_H

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "model/profile.h"
#include "xml/doc.h"

/* ERR_CONFIG "PATH:LINE: ...". On success the profile owns its arena. */
int profile_load(const char *path, const struct xml_schema *schema, struct profile *out, struct err *e)
	__attribute__((warn_unused_result));
void profile_release(struct profile *p);

/* NULL when the profile has no such label or fact. */
const char *profile_label(const struct profile *p, const char *key);
const char *profile_fact(const struct profile *p, const char *key);

/* What a number is made of. */
struct number_parts {
	const char *class_code;
	unsigned serial;
	struct date date;
	const char *unit; /* NULL = the profile's own */
};

/* Appends the number that the pattern makes. ERR_INPUT when the pattern wants a unit and there is none. */
int profile_number(const struct profile *p, const struct number_parts *parts, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
