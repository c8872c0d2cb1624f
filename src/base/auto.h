/*
 * auto: release things when their scope ends.
 *
 *	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);
 *
 * The release function takes a pointer to the variable and is called on every way out of the scope, so the
 * variable must be initialised in its declaration. Hand ownership on with `*out = steal(&p)` (pointers) or
 * by a plain struct copy followed by re-initialising the source.
 */
#ifndef NASKAH_BASE_AUTO_H
#define NASKAH_BASE_AUTO_H

#include <stdlib.h>

#define AUTO(release_fn) __attribute__((cleanup(release_fn)))

/* The pointer's value; the variable itself becomes NULL. */
#define steal(pp)                                                                                            \
	__extension__({                                                                                      \
		__typeof__(pp) steal_pp_ = (pp);                                                             \
		__typeof__(*(pp)) steal_p_ = *steal_pp_;                                                     \
		*steal_pp_ = NULL;                                                                           \
		steal_p_;                                                                                    \
	})

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* For AUTO(free_ptr) char *p: frees what malloc and friends gave. */
static inline void free_ptr(void *pp)
{
	free(*(void **)pp);
}

#endif
