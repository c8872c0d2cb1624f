/*
 * people: who the sandbox knows: made-up persons, from an INI file or built in.
 *
 *	[kapusdatin]
 *	nik = 3300000000000001
 *	nama = Contoh Pejabat
 *	email = contoh@uji.example
 *	status = ISSUE
 *
 * A section with `subscriber` instead of `nik` is an agency's seal (idSubscriber). Behind them all stand the magic
 * people, one for each fault (sandbox/fault.h): status ISSUE, with the passphrase of the first person.
 */
#ifndef NASKAH_SANDBOX_PEOPLE_H
#define NASKAH_SANDBOX_PEOPLE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct person {
	char section[64];    /* a-z, 0-9, '-', '_': names files */
	char nik[17];        /* "" = a seal */
	char subscriber[64]; /* of a seal; "" = a person */
	bool is_magic;       /* has no passphrase of its own */
	char name[128];
	char email[128];
	char status[32]; /* one of the nine (reference bsre-api 5) */
};

struct people {
	struct person *items; /* owned */
	size_t count;
};

#define PEOPLE_MAX 1000

/* `path` NULL: nine people, one in each status, and a seal. */
int people_load(const char *path, struct people *out, struct err *e) __attribute__((warn_unused_result));
void people_release(struct people *p);
/* Index, or -1. */
long people_by_nik(const struct people *p, const char *nik);
long people_by_email(const struct people *p, const char *email);
long people_by_subscriber(const struct people *p, const char *subscriber);
/* Whose passphrase is this one's? */
size_t people_lender(const struct people *p, size_t person);

#endif
