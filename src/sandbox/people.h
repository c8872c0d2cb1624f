/*
 * people: who the sandbox knows: made-up persons, from an INI file or built in.
 *
 *	[kapusdatin]
 *	nik = 3300000000000001
 *	nama = Contoh Pejabat
 *	email = contoh@uji.example
 *	status = ISSUE
 */
#ifndef NASKAH_SANDBOX_PEOPLE_H
#define NASKAH_SANDBOX_PEOPLE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct person {
	char section[64]; /* a-z, 0-9, '-', '_': names files */
	char nik[17];
	char name[128];
	char email[128];
	char status[32]; /* one of the nine (reference bsre-api 5) */
};

struct people {
	struct person *items; /* owned */
	size_t count;
};

#define PEOPLE_MAX 1000

/* `path` NULL: nine people, one in each status. */
int people_load(const char *path, struct people *out, struct err *e) __attribute__((warn_unused_result));
void people_release(struct people *p);
/* Index, or -1. */
long people_by_nik(const struct people *p, const char *nik);
long people_by_email(const struct people *p, const char *email);

#endif
