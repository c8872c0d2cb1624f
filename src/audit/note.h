/*
 * note: signed notes, verifier keys and checkpoints (C2SP signed-note, tlog-checkpoint), Ed25519 only.
 *
 * Whatever is parsed here comes from outside. A note whose signature by the wanted key is missing or wrong is
 * refused whole (ERR_CRYPTO); wrong form is ERR_INPUT. Signatures by other keys (witnesses) are skipped.
 */
#ifndef NASKAH_AUDIT_NOTE_H
#define NASKAH_AUDIT_NOTE_H

#include "base/buf.h"
#include "crypto/key.h"
#include "model/sha256.h"

#include <stdbool.h>
#include <stdint.h>

#define NOTE_NAME      256          /* longest key name and origin, with the final 0 */
#define NOTE_MAX_BYTES (128 * 1024) /* sixteen cosignatures of 5 kB and more */

struct vkey {
	char name[NOTE_NAME];
	unsigned char id[4];
	unsigned char public[32];
};

/* "name+0a1b2c3d+base64", one spelling; a final line feed is allowed. */
int vkey_parse(const char *text, size_t len, struct vkey *out, struct err *e)
	__attribute__((warn_unused_result));
void vkey_write(const struct vkey *v, struct buf *out);
int vkey_of(const char *name, const struct key *key, struct vkey *out, struct err *e)
	__attribute__((warn_unused_result));

/* The text must end with a line feed. */
int note_sign(const void *text, size_t len, const struct vkey *v, const struct key *key, struct buf *out,
	struct err *e) __attribute__((warn_unused_result));
/* Checks and lends the signed text. */
int note_open(const void *note, size_t len, const struct vkey *v, const char **text, size_t *text_len,
	struct err *e) __attribute__((warn_unused_result));

struct checkpoint {
	char origin[NOTE_NAME];
	int64_t size;
	struct sha256 root;
};

void checkpoint_write(const struct checkpoint *c, struct buf *text);
int checkpoint_parse(const char *text, size_t len, struct checkpoint *out, struct err *e)
	__attribute__((warn_unused_result));

/* Decimal without leading zeroes or sign, up to INT64_MAX. */
bool decimal_parse(const char *text, size_t len, int64_t *out);
/* Exactly one hash in base64. */
bool hash_parse(const char *text, size_t len, struct sha256 *out);

#endif
