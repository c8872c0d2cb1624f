/*
 * guard: looks at the bytes of a document before libxml2 does.
 *
 * Refuses what must not reach a general XML parser: bytes that are not UTF-8, another declared encoding,
 * characters outside XML 1.0 (section 2.2), any markup declaration (DOCTYPE, hence entities), and documents
 * beyond the ceilings of base/limits.h. One pass for characters and one for tags, no allocation: a hostile
 * file costs nothing but the reading of it. Well-formedness stays libxml2's business; wherever the tags make
 * no sense the guard stops looking, because libxml2 stops at the same place.
 */
#ifndef NASKAH_XML_GUARD_H
#define NASKAH_XML_GUARD_H

#include "base/err.h"

/* ERR_INPUT or ERR_LIMIT, "NAME:LINE: ..." */
int xml_guard(const char *bytes, size_t len, const char *name, struct err *e)
	__attribute__((warn_unused_result));

#endif
