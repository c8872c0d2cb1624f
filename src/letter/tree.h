/*
 * tree: a letter document (schemas/letter.xsd) as struct letter.
 *
 * The schema is the contract and has the words for what is wrong. But a template is right thousands of times before it
 * is wrong once, and a schema validator spends on each letter five times what this costs. So the reader is as strict
 * as the schema: what the schema refuses, it refuses (tests/unit/test_tree.c holds the two against each other), in few
 * words; whoever wants better ones asks the schema then. It refuses more than the schema does in three cases only: text
 * beside blocks, blocks nested deeper than LIMIT_XML_DEPTH, and the xsi: attributes that every schema allows.
 *
 * White space is normalised, millimetres become points, alignment is resolved, blocks are numbered in reading order.
 * Text that stands alone in an item, a value or a cell becomes a paragraph of its own (which has a number, but no
 * element).
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
