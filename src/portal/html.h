/*
 * html: the frame of every page. Private to portal/.
 */
#ifndef NASKAH_PORTAL_HTML_H
#define NASKAH_PORTAL_HTML_H

#include "base/buf.h"

/* Opening tag, escaped text, closing tag: html_tag(out, "dd", "B/14"). */
void html_tag(struct buf *out, const char *tag, const char *text);

/* Up to <main>, and from </main> on. `title` and `office` are plain text. */
void html_begin(struct buf *out, const char *title, const char *office);
void html_end(struct buf *out, const char *office);

/* The style sheet and the icon, served as files so that the policy needs no exception for inline styles. */
extern const char html_css[];
extern const char html_icon[];
/* The Content-Security-Policy of our pages: own style sheet and icon, forms to ourselves, nothing else. */
extern const char html_policy[];

#endif
