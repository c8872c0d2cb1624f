/*
 * copies: of signed PDFs, such as can be checked in decades (PAdES B-LT, B-LTA; extend/extend.h), made beside them and renewed.
 *
 * The signed file never changes: what the service returned is the canonical one, and its hash is in ledger and log. A copy
 * begins with all of its bytes, so whoever has the copy has the letter. A copy is verified before it gets its name, and
 * replaced only by one that begins with it.
 */
#ifndef NASKAH_PIPELINE_COPIES_H
#define NASKAH_PIPELINE_COPIES_H

#include "extend/extend.h"
#include "ledger/ledger.h"

#include <stdatomic.h>

struct copies_config {
	struct extender_config extender;
	enum pades_level level; /* LEVEL_B_LT or LEVEL_B_LTA */
	int64_t now_at;         /* 0 = this machine's clock, asked for each file */
};

struct copies; /* used by one thread at a time */

/* Lends everything in the config. */
int copies_new(const struct copies_config *config, struct copies **out, struct err *e)
	__attribute__((warn_unused_result));
void copies_free(struct copies *c);
void copies_release(struct copies **c);

struct copy_result {
	struct extend_report report;
	enum pades_level level; /* of the copy as it is now; LEVEL_NONE = there is none */
	int64_t ends_at;        /* when its newest time-stamp's certificate ends; 0 = it has none */
};
/*
 * Makes or renews `to`, a copy of `from`; the same name twice: the file is such a copy itself. A `to` that is there
 * and no copy of `from` is left alone (EXTEND_CANNOT). -1 only when this machine failed.
 */
int copies_make(struct copies *c, const char *from, const char *to, struct copy_result *out, struct err *e)
	__attribute__((warn_unused_result));

/*
 * The same for every published letter of the ledger, beside it (PLACE_COPY). `tell` hears of each; -1 from it ends the
 * walk. `stop` (may be NULL) ends it between two letters.
 */
typedef int copies_tell(
	void *user, const char *from, const char *to, const struct copy_result *result, struct err *e);
int copies_of_letters(struct copies *c, struct ledger *ledger, const char *out_dir, copies_tell *tell,
	void *user, const atomic_bool *stop, struct err *e) __attribute__((warn_unused_result));

#endif
