/*
 * extended: a file that somebody signed, with validation data and document time-stamps behind it (PAdES B-LT, B-LTA).
 */
#ifndef NASKAH_VERIFY_EXTENDED_H
#define NASKAH_VERIFY_EXTENDED_H

#include "verify/verify.h"

/*
 * How long the file was when the last person had signed it: what a longer one must begin with to be a copy of it. 0 if
 * the verdict is not good, as then nothing is known of what follows; the whole length if nothing follows.
 */
size_t verdict_signed_len(const struct verdict *v);

#endif
