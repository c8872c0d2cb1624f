/*
 * authority: the sandbox's TEST hierarchy and the persons' keys, in its state folder.
 *
 *	root.key root.pem  ca.key ca.pem      "ROOT CA UJI NASKAH", "CA UJI TTE"
 *	person/NAME.key person/NAME.pem       made when the person first signs: RSA keys take time
 *	passphrase/NAME                       mode 0600
 *
 * A second start finds the same keys. A person's certificate is issued anew when its period doesn't cover now.
 */
#ifndef NASKAH_SANDBOX_AUTHORITY_H
#define NASKAH_SANDBOX_AUTHORITY_H

#include "base/buf.h"
#include "crypto/cms.h"
#include "sandbox/people.h"

struct authority;

int authority_new(const char *state, const struct people *people, int64_t now_at, struct authority **out,
	struct err *e) __attribute__((warn_unused_result));
void authority_free(struct authority *a);
void authority_release(struct authority **a);

const char *authority_root_file(const struct authority *a);
const char *authority_passphrase_file(const struct authority *a, size_t person);
/* Constant time. */
bool authority_passphrase_fits(const struct authority *a, size_t person, const char *passphrase);

/* Lends key, certificate and chain of a person; makes them at first use. Safe from many threads. */
int authority_signer(struct authority *a, size_t person, int64_t now_at, struct cms_signer *out,
	struct err *e) __attribute__((warn_unused_result));
/* A self-made certificate of that person, which leads to no root; kept in memory only. */
int authority_stranger(struct authority *a, size_t person, int64_t now_at, struct cms_signer *out,
	struct err *e) __attribute__((warn_unused_result));
const struct trust *authority_trust(const struct authority *a);

/* A file with a random word (mode 0600) unless it is there; its content either way. */
int authority_word(const char *path, struct secret **out, struct err *e) __attribute__((warn_unused_result));

#endif
