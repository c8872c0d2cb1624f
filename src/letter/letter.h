/*
 * letter: from a case to laid-out pages, in two steps that can each be dumped.
 *
 *	compose   template (XSLT) -> letter document (schemas/letter.xsd) -> struct letter: what is said
 *	layout    struct letter -> pages: where it stands
 *
 * Templates, profiles and the list of kinds are data in templates/; `struct studio` holds all of them, loaded once,
 * read-only, shared by all threads.
 */
#ifndef NASKAH_LETTER_LETTER_H
#define NASKAH_LETTER_LETTER_H

#include "model/casefile.h"
#include "model/code.h"
#include "model/letter.h"
#include "model/page.h"
#include "model/profile.h"
#include "model/qr.h"
#include "xml/doc.h"

struct studio;

struct studio_config {
	const char *templates; /* folder with kinds.xml, *.xsl, profiles/ */
	const char *schemas;   /* folder with letter.xsd, profile.xsd, kinds.xsd */
	bool specimen; /* letters that only another office may sign are marked CONTOH (the sandbox signs) */
};

int studio_new(const struct studio_config *config, struct studio **out, struct err *e)
	__attribute__((warn_unused_result));
void studio_free(struct studio *s);
void studio_release(struct studio **s);
size_t studio_profile_count(const struct studio *s);
const struct profile *studio_profile(const struct studio *s, size_t index);
/* Over every template, schema and pattern that can change a letter: goes into the ledger beside each letter. */
struct sha256 studio_hash(const struct studio *s);

/* One letter to make of a case. Texts live in the case's arena or in the studio. */
struct letter_plan {
	const char *kind; /* "lembar-disposisi-1": file name and ledger */
	unsigned nn;      /* fixed place in the case's folder, 1 to 99 */
	const struct naskah *naskah;
	const char *number; /* complete: written in the case, or made by the profile's pattern */
	const char *title;  /* "Lembar Disposisi I" */
	const char *office; /* the issuing office, for page, metadata and portal */
	size_t profile;     /* index in the studio */
	bool personal;      /* full of personal data: neither ledger nor portal may tell what it is about */
	size_t template_index; /* private */
};

/* The letters of a case, ascending by nn. ERR_INPUT "path:line: ..." for an unknown profile or a missing number. */
int letter_plans(const struct studio *s, const struct casefile *c, struct arena *a, struct letter_plan **out,
	size_t *count, struct err *e) __attribute__((warn_unused_result));

/* The template's output as a tree in `a`; letter_dump() of it is what the content hash is made of. */
int letter_compose(const struct studio *s, const struct casefile *c, const struct xml_doc *doc,
	const struct letter_plan *plan, struct arena *a, struct letter **out, struct err *e)
	__attribute__((warn_unused_result));
/*
 * The same once more, slowly: the lines in the tree are those of the template that wrote the blocks (none where another
 * file of its folder did). To say where a letter cannot be laid out.
 */
int letter_compose_traced(const struct studio *s, const struct casefile *c, const struct xml_doc *doc,
	const struct letter_plan *plan, struct arena *a, struct letter **out, struct err *e)
	__attribute__((warn_unused_result));
/* The file that the letter is made by, for messages. Lent. */
const char *letter_template(const struct studio *s, const struct letter_plan *plan);

/* What is stamped into the signature box. */
struct letter_stamp {
	const char *code;    /* CODE_TEXT; NULL in drafts: no QR, no claim of a signature */
	const struct qr *qr; /* of the verification URL; outlives the pages */
	const char *url;     /* alternative text of the QR */
};

/*
 * Where everything stands: justified lines, pages, marks at their edges. The same input gives the same pages,
 * which live in `a`; texts are borrowed from the letter, but a line that ends in the middle of a word has a copy with
 * U+00AD behind it. A last page that would hold little is saved by less leading, down to the profile's tight one, and the
 * second of two also by a size of 11 points, if that is enough.
 *
 * Nothing leaves the margins; no signature stands without two lines of text above it on its page. ERR_INPUT
 * "line N: ..." (of the letter document): a character that the face lacks. ERR_CONFIG: a column too narrow for text.
 * ERR_LIMIT: more than LIMIT_PAGES pages, blocks nested too deeply, something that cannot be parted and is taller
 * than a page.
 */
int letter_layout(const struct letter *l, const struct profile *profile, const struct font_set *fonts,
	const struct letter_stamp *stamp, struct arena *a, struct page_list *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
