/*
 * office: all that letters are made with: schema, templates, stationery, the code key. Made once, then read-only
 * and shared by all threads.
 */
#ifndef NASKAH_PIPELINE_OFFICE_H
#define NASKAH_PIPELINE_OFFICE_H

#include "base/secret.h"
#include "config/config.h"
#include "letter/letter.h"
#include "pdf/stationery.h"

enum office_need {
	OFFICE_CHECK = 0, /* schema and templates: enough to check cases */
	OFFICE_PRINT = 1, /* fonts and stationery */
	OFFICE_CODE = 2,  /* the key that verification codes are derived with; made at first use */
};

struct office {
	const struct config *config; /* borrowed */
	struct xml_schema *schema;
	struct studio *studio;
	struct fonts *fonts; /* sets of fonts, each different: profiles share what they have in common */
	size_t font_count;
	size_t *font_of;                /* per profile: its set */
	struct stationery **stationery; /* one per profile */
	size_t profile_count;
	struct secret *code_key;
	/* Over every file that can change a letter: templates, profiles, schemas, patterns, fonts, pictures, colours. Zeros
	 * until there is something to print with. */
	struct sha256 recipe;
};

#define OFFICE_INIT                                                                                          \
	{                                                                                                    \
		.config = NULL                                                                               \
	}

int office_open(const struct config *config, unsigned needs, struct office *out, struct err *e)
	__attribute__((warn_unused_result));
/* Fonts and stationery later: a run that finds nothing to print need not wait for them. Once; repeating is free. */
int office_open_print(struct office *o, struct err *e) __attribute__((warn_unused_result));
/* The code key later: when nobody else can be making it at the same time. */
int office_open_code(struct office *o, struct err *e) __attribute__((warn_unused_result));
/* The metrics that a profile's letters are measured with. */
const struct font_set *office_metrics(const struct office *o, size_t profile);
void office_release(struct office *o);

#endif
