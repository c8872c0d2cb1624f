/*
 * xslt_report: what libxslt and XPath have to say, made into one error with a place.
 *
 * libxslt reports in printf pieces: first a line "runtime error: file F line N element E", then the error. A
 * xsl:message comes the same way without the first line. A report puts the pieces together and keeps the first
 * error and the last message. Private to the door.
 */
#ifndef NASKAH_XML_XSLT_REPORT_H
#define NASKAH_XML_XSLT_REPORT_H

#include "base/err.h"

#include <libxml/xmlerror.h>
#include <libxslt/xsltInternals.h>
#include <stdarg.h>
#include <stdbool.h>

struct xslt_report {
	const char *folder;
	const xsltTransformContext *running; /* NULL while loading */
	char partial[512];                   /* line that has not ended yet */
	size_t partial_len;
	bool located;       /* the line that says where has come, the error follows */
	char place[192];    /* of the error; of the message while there is no error */
	struct err error;   /* the first */
	struct err message; /* the last xsl:message */
};

/* A piece of what libxslt prints; `user` of the second is a struct xslt_report. */
void report_add(struct xslt_report *r, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void report_on_text(void *user, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The error is at this node of a template. */
void report_place(struct xslt_report *r, const xmlNode *n);
/* The error, else the last message, else `otherwise`. */
const char *report_text(const struct xslt_report *r, const char *otherwise);

/* libxml2's own handlers, of this thread: what XPath says without a context of its own comes here. */
struct xslt_handlers {
	xmlStructuredErrorFunc structured;
	void *structured_user;
	xmlGenericErrorFunc generic;
	void *generic_user;
};

struct xslt_handlers report_handlers_take(struct xslt_report *r);
void report_handlers_restore(const struct xslt_handlers *old);

#endif
