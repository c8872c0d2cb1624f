/*
 * log: the public, append-only log of events as static files (C2SP tlog-tiles, tlog-checkpoint, signed-note;
 * RFC 6962 hashing; Ed25519).
 *
 *	checkpoint                  signed note: origin, size, root hash
 *	tile/0/000[.p/N] ...        Merkle tree tiles of 256 hashes
 *	tile/entries/000[.p/N] ...  entry bundles
 *	vkey                        verifier key of the log, for people who check
 *
 * The ledger's events are the source; the files can be made again from them at any time.
 */
#ifndef NASKAH_AUDIT_LOG_H
#define NASKAH_AUDIT_LOG_H

#include "base/buf.h"
#include "base/limits.h"
#include "crypto/key.h"
#include "model/event.h"

#include <stdint.h>

struct audit_log;

struct audit_config {
	const char *dir; /* out/audit */
	const char *
		origin; /* "naskah.contoh.example/log"; NULL with a key_path of NULL: whatever the log says */
	const char *key_path; /* Ed25519 private key, made at first use (0600); NULL: read and check only */
};

/* Reads checkpoint and right edge; a damaged folder is an error that says what does not fit. */
int audit_log_open(const struct audit_config *config, struct audit_log **out, struct err *e)
	__attribute__((warn_unused_result));
void audit_log_free(struct audit_log *l);
void audit_log_release(struct audit_log **l);
int64_t audit_log_size(const struct audit_log *l);
/*
 * Adds one leaf; full tiles go to disk as they fill, so memory holds only the edge. audit_log_commit() makes all tiles
 * and bundles durable and then the checkpoint; without news it touches nothing. After a failure of either the
 * handle only reads: open it again. One process may write at a time (the ledger's lock sees to that).
 */
int audit_log_add(struct audit_log *l, const void *leaf, size_t len, struct err *e)
	__attribute__((warn_unused_result));
int audit_log_commit(struct audit_log *l, struct err *e) __attribute__((warn_unused_result));

/* The receipt of the event at `index` against the committed checkpoint: C2SP tlog-proof with the event in `extra`. */
int audit_log_prove(struct audit_log *l, int64_t index, const struct event *event, struct buf *out,
	struct err *e) __attribute__((warn_unused_result));

#endif
