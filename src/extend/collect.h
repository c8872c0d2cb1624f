/*
 * collect: the certificates and revocation data that the validation of a file needs. Private to extend/.
 */
#ifndef NASKAH_EXTEND_COLLECT_H
#define NASKAH_EXTEND_COLLECT_H

#include "crypto/revocation.h"
#include "extend/answers.h"

/* Which items of the pool one signature needs. */
struct need {
	bool item[EVIDENCE_MAX];
};

struct collector {
	struct answers *answers;     /* borrowed */
	const struct trust *trust;   /* borrowed */
	struct evidence ev;          /* what is in the file already, and what was found */
	int64_t revoked_at;          /* of the certificate that stopped it; 0 = none */
	bool is_asked[EVIDENCE_MAX]; /* which certificates of `ev` said where their issuer's is */
	unsigned asked;              /* how many: a hostile file may name any number of servers */
};
void collector_release(struct collector *c);

/*
 * Everything for the signer of a CMS (signature or token) at the moment `at`: the path and, for each of its
 * certificates but the root, a proof that it was good. Marks them in `need`. ERR_CRYPTO when it cannot be
 * had (with revoked_at when that is why), ERR_REMOTE when somebody did not answer.
 */
int collect(struct collector *c, const void *cms, size_t len, int64_t at, struct need *need, struct err *e)
	__attribute__((warn_unused_result));

#endif
