/*
 * render: one case from bytes to letters, in steps that can be stopped between.
 *
 *	open_case       bytes -> checked case and the list of its letters
 *	draft_compose   a letter's words and their content hash
 *	draft_print     its PDF, with or without a code
 *
 * Nothing here touches the ledger or the network; safe from many threads, each with its own open_case.
 */
#ifndef NASKAH_PIPELINE_RENDER_H
#define NASKAH_PIPELINE_RENDER_H

#include "casefile/casefile.h"
#include "pipeline/office.h"

struct open_case {
	struct casefile c;
	struct xml_doc *doc;
	struct letter_plan *plans; /* in the case's arena, ascending by nn */
	size_t plan_count;
};

#define OPEN_CASE_INIT                                                                                       \
	{                                                                                                    \
		.c = CASEFILE_INIT, .doc = NULL                                                              \
	}

int open_case(const struct office *o, const void *bytes, size_t len, const char *path, casefile_warning *warn,
	void *warn_user, struct open_case *out, struct err *e) __attribute__((warn_unused_result));
void open_case_release(struct open_case *c);

struct draft {
	const struct letter_plan *plan;
	struct letter *letter; /* in the case's arena */
	struct sha256 content; /* of the case's id, the kind and the letter's canonical text */
};

int draft_compose(const struct office *o, struct open_case *c, const struct letter_plan *plan,
	struct draft *out, struct err *e) __attribute__((warn_unused_result));

/*
 * The verification code: HMAC of content and revision under the office's key (design decision 8). `revision`
 * counts letters with this very content that were superseded before, so that a change and its undoing do not
 * bring an old code back to life.
 */
void draft_code(
	const struct office *o, const struct sha256 *content, unsigned revision, char code[CODE_TEXT]);

/* Lays out; `code` NULL: a draft, without QR or any claim of a signature. */
int draft_pages(const struct office *o, struct open_case *c, const struct draft *d, const char *code,
	struct page_list *out, struct err *e) __attribute__((warn_unused_result));
/* Appends the PDF to `out`. */
int draft_print(const struct office *o, struct open_case *c, const struct draft *d, const char *code,
	struct buf *out, struct err *e) __attribute__((warn_unused_result));

#endif
