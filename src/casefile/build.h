/*
 * build: from a document that is valid by case.xsd to a struct casefile. No judgement here, that is rules.h.
 */
#ifndef NASKAH_CASEFILE_BUILD_H
#define NASKAH_CASEFILE_BUILD_H

#include "model/casefile.h"
#include "xml/doc.h"

/*
 * Fills `out` (CASEFILE_INIT), whose arena holds all texts. ERR_INPUT for what the schema lets through and no
 * struct can hold (24:00 as a time, a golongan of no known form); ERR_BUG when schema and code disagree. On
 * failure `out` is to be released. Golongan and serial numbers of certificates become their normal form in the document,
 * too: templates print that.
 */
int casefile_build(struct xml_doc *doc, const char *path, struct casefile *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
