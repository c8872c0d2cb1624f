/*
 * schema_words: what libxml2's schema validator found, said for people.
 */
#ifndef NASKAH_XML_SCHEMA_WORDS_H
#define NASKAH_XML_SCHEMA_WORDS_H

#include "base/buf.h"

#include <libxml/xmlerror.h>

/* What the words need to know about the schema. */
struct schema_pattern {
	const char *pattern, *type; /* of a named simple type */
};

struct schema_facts {
	const char *target; /* namespace; "" = none */
	const char *roots;  /* "'pengajuan-sistem' or 'penerbitan-sertifikat'" */
	const struct schema_pattern *patterns;
	size_t pattern_count;
};

/* Appends "ELEMENT: what is wrong, what would be right". */
void schema_words(const struct schema_facts *facts, const xmlError *error, struct buf *out);
/*
 * The validator reports a value twice: first the facet it breaks, then the type it is not. True when `error` is
 * the second report and its type has a description; appends ", the value must be DESCRIPTION".
 */
bool schema_words_type(const xmlError *error, struct buf *out);

#endif
