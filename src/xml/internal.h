/*
 * internal: what the files of this door share; libxml2's types go no further.
 */
#ifndef NASKAH_XML_INTERNAL_H
#define NASKAH_XML_INTERNAL_H

#include "xml/doc.h"

#include <libxml/tree.h>

/* Takes ownership of `doc`, also on failure (no memory gives NULL). */
struct xml_doc *xml_doc_wrap(xmlDoc *doc);
/* Lent. */
xmlDoc *xml_doc_tree(const struct xml_doc *d);

static inline const xmlNode *xml_tree(const struct xml_node *n)
{
	return (const xmlNode *)n;
}

static inline const struct xml_node *xml_node_of(const xmlNode *n)
{
	return (const struct xml_node *)n;
}

#endif
