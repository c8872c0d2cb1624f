/*
 * tree: a letter document (schemas/letter.xsd) as struct letter.
 *
 * Expects a document that the schema accepts, and checks again whatever it relies on. White space is normalised,
 * millimetres become points, alignment is resolved, blocks are numbered in reading order. Text that stands alone in
 * an item, a value or a cell becomes a paragraph of its own (which has a number, but no element).
 */
#ifndef NASKAH_LETTER_TREE_H
#define NASKAH_LETTER_TREE_H

#include "base/arena.h"
#include "base/err.h"
#include "model/letter.h"
#include "xml/doc.h"

/*
 * Fills blocks, tight and copies of a letter in `a`; what the document cannot say stays empty. `name` is the
 * template's file name. ERR_CONFIG "NAME: ELEMENT: what is wrong"; of a traced document "FILE:LINE: ELEMENT: ..."
 */
int tree_build(const struct xml_doc *doc, const char *name, struct arena *a, struct letter **out,
	struct err *e) __attribute__((warn_unused_result));

#endif
