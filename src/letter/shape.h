/*
 * shape: does a letter document look as schemas/letter.xsd says? Yes, or "ask the schema".
 *
 * The schema is the contract and has the words for what is wrong. But a template is right thousands of times before it
 * is wrong once, and a schema validator spends on each letter what this answer costs a tenth of. A yes is never given
 * to what the schema refuses (tests/unit/test_shape.c holds the two against each other); a no says nothing.
 */
#ifndef NASKAH_LETTER_SHAPE_H
#define NASKAH_LETTER_SHAPE_H

#include "xml/doc.h"

bool shape_is_letter(const struct xml_doc *doc);

#endif
