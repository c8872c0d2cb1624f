/*
 * doc: XML from outside, read as if it were hostile (libxml2 2.9.14).
 *
 * xml_parse() takes UTF-8 only, refuses any DOCTYPE (so no entities but the five and character references, no
 * external subset), XInclude elements, NUL bytes, nesting beyond LIMIT_XML_DEPTH; touches no file and no network.
 * Errors are "NAME:LINE: what is wrong". Nodes are read through the functions below; libxml2's types stay here.
 */
#ifndef NASKAH_XML_DOC_H
#define NASKAH_XML_DOC_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct xml_doc;
struct xml_node;

/* Call once per process before any thread starts; xml_end() at the end (for leak checkers). */
void xml_start(void);
void xml_end(void);

int xml_parse(const void *bytes, size_t len, const char *name, struct xml_doc **out, struct err *e)
	__attribute__((warn_unused_result));
void xml_doc_free(struct xml_doc *d);
void xml_doc_release(struct xml_doc **d); /* for AUTO() */

const struct xml_node *xml_root(const struct xml_doc *d);
/* First child element with that local name, or any when NULL; NULL if none. */
const struct xml_node *xml_child(const struct xml_node *n, const char *name);
/* Next sibling element with that local name, or any when NULL. */
const struct xml_node *xml_next(const struct xml_node *n, const char *name);
const char *xml_name(const struct xml_node *n); /* local name, lent */
unsigned xml_line(const struct xml_node *n);
/* The template that wrote an element of a traced document (xslt_trace); NULL for all others. Lent. */
const char *xml_file(const struct xml_node *n);
bool xml_is(const struct xml_node *n, const char *name);
/* In that namespace. */
bool xml_is_of(const struct xml_node *n, const char *namespace);
/* True when every attribute of the element is in no namespace and `check` says yes to it; the first no ends it. */
typedef bool xml_attr_check(void *user, const char *name, const char *value);
bool xml_attrs_are(const struct xml_node *n, xml_attr_check *check, void *user);
/* All text below, white space trimmed at both ends and runs of it made one blank. NULL: no memory. */
char *xml_text(const struct xml_node *n, struct arena *a);
/* Text exactly as it stands. */
char *xml_text_raw(const struct xml_node *n, struct arena *a);
/* NULL when the attribute is absent (or no memory). */
char *xml_attr(const struct xml_node *n, const char *name, struct arena *a);
/*
 * Mixed content, in order: *n starts as the first child node of an element (xml_first_piece) and walks over
 * text and elements. `text` is set for text pieces (raw), NULL for elements.
 */
const struct xml_node *xml_first_piece(const struct xml_node *element);
const struct xml_node *xml_next_piece(const struct xml_node *piece);
bool xml_piece_is_text(const struct xml_node *piece);
/* The raw text of a text piece, lent; NULL for an element. */
const char *xml_piece_text(const struct xml_node *piece);

/* Gives an element of `d` this text instead of what it holds (a value in its normal form). */
int xml_set_text(struct xml_doc *d, const struct xml_node *element, const char *text, struct err *e)
	__attribute__((warn_unused_result));

/*
 * Gives `map` every text and attribute value, in order. It leaves *mapped NULL, or makes it the text to stand there
 * instead, which is freed here. The first -1 ends it.
 */
typedef int xml_text_map(const char *text, char **mapped, struct err *e);
int xml_map_texts(struct xml_doc *d, xml_text_map *map, struct err *e) __attribute__((warn_unused_result));

/*
 * White space as a schema's xs:token has it, in every text and attribute value: runs are one blank, none at the
 * ends; text between elements that is nothing but white space goes. For documents without mixed content, once
 * they are checked: the raw text is gone and with it the lines inside a text.
 */
int xml_tidy(struct xml_doc *d, struct err *e) __attribute__((warn_unused_result));

#define xml_for_each(var, parent, name)                                                                      \
	for (const struct xml_node *var = xml_child((parent), (name)); var; var = xml_next(var, (name)))

/* A compiled XSD. Validation is safe from many threads with one schema. */
struct xml_schema;
int xml_schema_load(const char *path, struct xml_schema **out, struct err *e)
	__attribute__((warn_unused_result));
void xml_schema_free(struct xml_schema *s);
void xml_schema_release(struct xml_schema **s);
/*
 * First violation: "NAME:LINE: ELEMENT: what is wrong, what would be right", in words of our own. Elements of a traced
 * document bring the name of their file; where a document was made and has no lines it is "NAME: ELEMENT: ...".
 */
int xml_validate(const struct xml_schema *s, const struct xml_doc *d, const char *name, struct err *e)
	__attribute__((warn_unused_result));

#endif
