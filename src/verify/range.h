/*
 * range: the rules for /ByteRange (ISO 32000-2 12.8.1). Private to verify/.
 *
 * Two ranges: the first starts at 0, the gap between them is exactly the hex string of this signature's /Contents,
 * brackets included. That the gap holds the very bytes that the reader took for /Contents ties the ranges to the
 * dictionary: a second copy elsewhere would lie inside the signed bytes, and no signature can contain itself. So a
 * wrapped, moved or doubled signature cannot pass (pdf-insecurity.org: USF, SWA).
 */
#ifndef NASKAH_VERIFY_RANGE_H
#define NASKAH_VERIFY_RANGE_H

#include "pdf/reader.h"

/* NULL if the ranges of `s` are right in these bytes, else why not. `previous_end`: where the signature before ends. */
const char *range_problem(
	const unsigned char *pdf, size_t len, const struct pdf_signature *s, int64_t previous_end);

#endif
