/*
 * secret: a passphrase, OTP or key while it must be in memory.
 *
 * The bytes live in their own locked page that is left out of core dumps and of forked children, and are
 * wiped when released. Nothing prints a secret: there is no conversion to text, only secret_bytes() for the
 * one place that uses it (the request to the service, a key operation). Where locking is not allowed
 * (RLIMIT_MEMLOCK) it fails: better no signature than a passphrase in the swap file.
 */
#ifndef NASKAH_BASE_SECRET_H
#define NASKAH_BASE_SECRET_H

#include "base/err.h"

#include <stddef.h>

struct secret;

/* Empty, with room for `max` bytes. */
int secret_new(size_t max, struct secret **out, struct err *e) __attribute__((warn_unused_result));
/* Replaces the content. The caller wipes its own copy. ERR_LIMIT if it doesn't fit. */
int secret_set(struct secret *s, const void *bytes, size_t len, struct err *e)
	__attribute__((warn_unused_result));
/*
 * Up to the first line feed or the end. secret_load() wants a regular file that only its owner can read
 * (mode 0600 or 0400); `name` and path appear in messages, the content never does.
 */
int secret_load(const char *path, struct secret **out, struct err *e) __attribute__((warn_unused_result));
/* A systemd credential of this service: the file `name` in $CREDENTIALS_DIRECTORY. ERR_CONFIG when there is none. */
int secret_load_credential(const char *name, struct secret **out, struct err *e)
	__attribute__((warn_unused_result));
int secret_read_fd(int fd, const char *name, struct secret **out, struct err *e)
	__attribute__((warn_unused_result));
/*
 * Asks on the terminal, without echo. ERR_USAGE if there is no terminal or a signal came instead of a line; that
 * signal then does what it does, after the echo is back. One prompt at a time in a process. Signals come to any thread:
 * a program with several blocks SIGINT, SIGTERM, SIGQUIT, SIGHUP and SIGTSTP in all of them; the prompt lets them in.
 */
int secret_prompt(const char *prompt, struct secret **out, struct err *e) __attribute__((warn_unused_result));
const unsigned char *secret_bytes(const struct secret *s);
size_t secret_len(const struct secret *s);
/* Wipes, unlocks, frees. Takes NULL. */
void secret_free(struct secret *s);
/* For AUTO(). */
void secret_release(struct secret **s);

#endif
