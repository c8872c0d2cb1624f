/*
 * casefile: from the bytes of a case file to a checked struct casefile.
 *
 * Three steps, three places: parse (xml/, every text in Unicode's form C), shape (schemas/case.xsd), rules (rules.c:
 * what a schema cannot say).
 * The parsed document is handed out as well, because templates read it. Its white space is still the file's, for
 * whoever has to name a line; xml_tidy() it before a template does.
 */
#ifndef NASKAH_CASEFILE_CASEFILE_H
#define NASKAH_CASEFILE_CASEFILE_H

#include "model/casefile.h"
#include "xml/doc.h"

struct casefile_context {
	const struct xml_schema *schema;
	bool test_identities; /* accept NIKs of the BSrE test service (province codes that do not exist) */
};

/* A warning: worth telling, no reason to refuse (NIK and NIP disagree, a step took longer than its norm). */
typedef void casefile_warning(void *user, const char *message);

/* Everything in one: parse, validate, build, rules. Errors: "PATH:LINE: ELEMENT: wrong, right". */
int casefile_parse(const struct casefile_context *ctx, const void *bytes, size_t len, const char *path,
	casefile_warning *warn, void *warn_user, struct casefile *out, struct xml_doc **doc, struct err *e)
	__attribute__((warn_unused_result));

#endif
