/*
 * builder: what the two kinds of case share while a document becomes a struct casefile. Private to casefile/.
 *
 * The schema has been asked before, so what is missing here is a disagreement of schema and code: builder_need() says
 * so. Nothing stops at an error: the first one stays, `failed` is set, texts are empty, and casefile_build() ends in it.
 * NULL comes back only where said, and from functions that make room when memory has run out.
 */
#ifndef NASKAH_CASEFILE_BUILDER_H
#define NASKAH_CASEFILE_BUILDER_H

#include "model/casefile.h"
#include "xml/doc.h"

struct builder {
	struct xml_doc *doc;
	struct arena *arena; /* of the case: all that comes back lives there */
	const char *path;
	struct err *err;
	bool failed;
	struct casefile *out;
	/* being filled; counted before, so that each has its final size */
	struct naskah *naskah;
	const struct person **people;
	struct text_at *contacts;
};

void builder_nomem(struct builder *b);
/* "PATH:LINE: ELEMENT: why" of this element. */
void builder_fail(struct builder *b, const struct xml_node *n, const char *why);
/* At least one of them, zeroed; NULL = no memory. */
void *builder_room(struct builder *b, size_t count, size_t size);

/* ---- single values; n is the parent where a name is given -------------------------------------------------- */

const char *builder_text(struct builder *b, const struct xml_node *n);
/* Of the element itself: a copy, the document's own goes when it goes. */
const char *builder_name(struct builder *b, const struct xml_node *n);
struct text_at builder_placed(struct builder *b, const struct xml_node *n);
/* NULL when there is no such child. */
const char *builder_want(struct builder *b, const struct xml_node *n, const char *name);
/* The same, with its line; 0 = absent. */
const char *builder_want_at(struct builder *b, const struct xml_node *n, const char *name, unsigned *line);
/* What the schema demands: NULL and "" only with ERR_BUG. */
const struct xml_node *builder_need_node(struct builder *b, const struct xml_node *n, const char *name);
const char *builder_need(struct builder *b, const struct xml_node *n, const char *name);
unsigned builder_line(const struct xml_node *n, const char *name);
size_t builder_count(const struct xml_node *n, const char *name);
/* Trimmed; NULL when absent. */
const char *builder_attribute(struct builder *b, const struct xml_node *n, const char *name);
unsigned builder_ordinal(struct builder *b, const struct xml_node *n, const char *name);
/* Year 0 when absent. */
struct date builder_date(struct builder *b, const struct xml_node *n, const char *name);
/* A moment and the local date it was written with (`local` may be NULL); 0 when absent. */
int64_t builder_moment(struct builder *b, const struct xml_node *n, const char *name, struct date *local);
/* What an element says, in the one form that its value has: kept, and put into the document for the templates. */
const char *builder_normal_form(
	struct builder *b, const struct xml_node *n, const char *written, const char *normal);
/* A golongan in its normal form; NULL (and an error) when it is none. */
const char *builder_grade(struct builder *b, const struct xml_node *n);

/* ---- people, offices, letters: noted in b->out, too -------------------------------------------------------- */

void builder_contact(struct builder *b, const struct xml_node *n, const char *name);
/* NULL = no memory. */
struct person *builder_person(struct builder *b, const struct xml_node *n);
void builder_office(struct builder *b, const struct xml_node *n);
/* The letter in `parent`; NULL only with an error. */
const struct naskah *builder_naskah(
	struct builder *b, const struct xml_node *parent, unsigned ordinal_of_parent);

/* ---- penerbitan-sertifikat: build_certificate.c ------------------------------------------------------------ */

void build_certificate(struct builder *b, const struct xml_node *root);

#endif
