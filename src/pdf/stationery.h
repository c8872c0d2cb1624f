/*
 * stationery: the letterhead, printed once per profile by libharu, kept as a block of finished PDF objects.
 *
 * Holds the kop of the first page, the footer of every page, the embedded fonts, the emblem and the
 * sRGB output intent. letter_pdf() copies the block and adds the letter (design, decision 1). Immutable after
 * stationery_new(): any number of threads may write letters from it.
 */
#ifndef NASKAH_PDF_STATIONERY_H
#define NASKAH_PDF_STATIONERY_H

#include "base/err.h"
#include "model/profile.h"
#include "pdf/font.h"

struct stationery;

/* `fonts` may be released afterwards. `icc_path` is an sRGB profile. Same input, same bytes. */
int stationery_new(const struct profile *profile, const struct fonts *fonts, const char *icc_path,
	struct stationery **out, struct err *e) __attribute__((warn_unused_result));
void stationery_free(struct stationery *s);
void stationery_release(struct stationery **s); /* for AUTO() */

#endif
