/*
 * check: verification of the log and of receipts, by anyone, from files alone.
 */
#ifndef NASKAH_AUDIT_CHECK_H
#define NASKAH_AUDIT_CHECK_H

#include "audit/log.h"

#include <stdbool.h>

/* Leaf `index` as the ledger has it; *found false when it has no such event. */
typedef int audit_source(void *user, int64_t index, struct buf *leaf, bool *found, struct err *e);

struct audit_result {
	bool good;
	int64_t size;
	struct sha256 root;
	int64_t beyond; /* tile files of a batch without a checkpoint yet: its writer is at work, or was killed */
	char why[512]; /* the first thing that does not fit, with its file; "" when good */
};

/*
 * Recomputes everything from the files: bundles -> leaf hashes -> every tile -> root -> checkpoint signature by
 * `vkey` (text; NULL: the one in dir, which otherwise must be the same). No other file may lie below tile/; older
 * partial tiles must be the beginning of theirs; what lies beyond the checkpoint is counted, not judged. Then, if
 * `source` is given, each leaf against the ledger, and that the ledger has no more events than the log. -1 only
 * when it could not look. `origin` NULL: whatever the log says.
 */
int audit_check(const char *dir, const char *origin, const char *vkey, audit_source *source, void *user,
	struct audit_result *out, struct err *e) __attribute__((warn_unused_result));

struct receipt_result {
	bool good;          /* proof, checkpoint signature, and `signed_pdf` matches when given */
	struct event event; /* as opened by the receipt */
	int64_t index, size;
	char why[256];
};
/* `vkey` is the verifier key text ("origin+hash+base64"). Offline. `signed_pdf` may be NULL. */
int receipt_check(const void *receipt, size_t len, const char *vkey, const struct sha256 *signed_pdf,
	struct receipt_result *out, struct err *e) __attribute__((warn_unused_result));

#endif
