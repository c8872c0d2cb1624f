/*
 * pages: the words that a visitor reads, in Bahasa Indonesia. Private to portal/.
 */
#ifndef NASKAH_PORTAL_PAGES_H
#define NASKAH_PORTAL_PAGES_H

#include "base/date.h"
#include "portal/look.h"

/* The form to type a code. */
void page_home(struct buf *out, const char *office);
/* The answer for a code; returns the HTTP status that goes with it. */
int page_letter(struct buf *out, const char *office, enum zone zone, const struct looked *l);
void page_not_found(struct buf *out, const char *office);

#endif
