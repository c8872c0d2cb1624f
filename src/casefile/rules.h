/*
 * rules: what a schema cannot say about a case. One file per subject; rules.c asks them in order.
 *
 * The first broken rule ends the check: "PATH:LINE: ELEMENT: what is wrong, what would be right". A warning goes
 * to the caller's function and changes nothing. No message repeats a NIK. Sources: reference naskah-dinas 2, 5.8.
 */
#ifndef NASKAH_CASEFILE_RULES_H
#define NASKAH_CASEFILE_RULES_H

#include "casefile/casefile.h"

struct rules {
	const struct casefile *c;
	const struct xml_doc *doc;
	bool test_identities;
	casefile_warning *warn; /* NULL = nobody listens */
	void *warn_user;
	struct err *err;
};

/* All of them; 0 when none is broken. */
int rules_check(const struct rules *r) __attribute__((warn_unused_result));

/* By subject, for rules.c. */
int rules_text(const struct rules *r);        /* characters that must not be printed */
int rules_people(const struct rules *r);      /* NIK, NIP, NRP, ranks, names */
int rules_contacts(const struct rules *r);    /* e-mail, telephone, URL, IP */
int rules_chain(const struct rules *r);       /* steps, dispositions, dates, letters */
int rules_rounds(const struct rules *r);      /* test rounds and the recommendation */
int rules_status(const struct rules *r);      /* life of a certificate */
int rules_certificate(const struct rules *r); /* letters about a certificate */

/* Reports a broken rule; always -1. */
int rules_broken(const struct rules *r, unsigned line, const char *element, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void rules_warn(const struct rules *r, unsigned line, const char *element, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Written alike but for letter case: titles of offices. */
bool rules_same_title(const char *a, const char *b);

#endif
