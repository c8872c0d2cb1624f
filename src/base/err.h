/*
 * err: what went wrong, passed from the place that knows to the person who must know.
 *
 * Functions return 0 on success and -1 on failure and take a `struct err *` as their last argument. The first
 * error stays: err_set() on an error that is already set changes nothing, because the first failure is the
 * cause and later ones are echoes. Outer levels put context in front with err_context(). Start with
 * `struct err e = ERR_INIT;`; no release needed.
 *
 * Messages are one line, start in lower case, end without a full stop, name the subject in 'quotes' and say
 * what would be right. Input errors begin with "file:line: ". Control bytes are replaced by '?'.
 */
#ifndef NASKAH_BASE_ERR_H
#define NASKAH_BASE_ERR_H

#include <stddef.h>

enum err_kind {
	ERR_NONE = 0,
	ERR_USAGE,  /* the command line */
	ERR_CONFIG, /* the configuration, templates, profiles: what the office set up */
	ERR_INPUT,  /* a case file or a PDF from outside */
	ERR_LIMIT,  /* input beyond a ceiling of base/limits.h */
	ERR_IO,     /* disk, files, sockets of this machine */
	ERR_NOMEM,
	ERR_REMOTE, /* the signing service or the way to it */
	ERR_CRYPTO, /* a key, certificate or signature is not what it must be */
	ERR_BUG,    /* a rule of the program itself is broken */
};

struct err {
	enum err_kind kind;
	int sys;       /* errno, CURLcode, libharu status...; 0 if none */
	char msg[512]; /* one line, no control bytes */
};

#define ERR_INIT                                                                                             \
	{                                                                                                    \
		ERR_NONE, 0, ""                                                                              \
	}

/* Sets kind and message unless an error is set already. Always returns -1. `e` may be NULL. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same, with ": " and strerror(sys) at the end; keeps `sys`. */
int err_sys(struct err *e, enum err_kind kind, int sys, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Out of memory: needs no allocation itself. Always returns -1. */
int err_nomem(struct err *e);

/* Puts "context: " in front of the message. Always returns -1, so that `return err_context(...)` reads well. */
int err_context(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Forgets the error. */
void err_clear(struct err *e);

#endif
