/*
 * xslt: templates (libxslt, XSLT 1.0). A template reads nothing but its input document: no files, no network,
 * no other documents but xsl:include/import from its own folder at load time.
 */
#ifndef NASKAH_XML_XSLT_H
#define NASKAH_XML_XSLT_H

#include "base/buf.h"
#include "xml/doc.h"

#define XSLT_FUNCTION_NAMESPACE "urn:naskah:fungsi:1" /* of our extension functions */

/*
 * A function of strings, their white space normalised as by normalize-space(): appends its result to `out`. A whole
 * number comes as its digits, however large. -1 with an error becomes the template's error, with file and line in
 * front.
 */
typedef int xslt_function(void *user, const char *const args[], size_t count, struct buf *out, struct err *e);

struct xslt_function_entry {
	const char *name;
	xslt_function *function;
};

struct xslt;
/* ERR_CONFIG "FILE:LINE: ..." */
int xslt_load(const char *path, struct xslt **out, struct err *e) __attribute__((warn_unused_result));
void xslt_free(struct xslt *x);
void xslt_release(struct xslt **x);

struct xslt_call {
	const char *const *params; /* name, value, name, value, ..., NULL; values are plain strings */
	const struct xslt_function_entry *functions;
	size_t function_count;
	void *user; /* for the functions */
};
/* Safe from many threads with one template. Errors: "TEMPLATE:LINE: ..." */
int xslt_apply(const struct xslt *x, const struct xml_doc *in, const struct xslt_call *call,
	struct xml_doc **out, struct err *e) __attribute__((warn_unused_result));
/*
 * The same, and every element of the result knows where in the template it was written: xml_file() and xml_line(). The
 * template is loaded again, so this is for saying what is wrong with a result.
 */
int xslt_trace(const struct xslt *x, const struct xml_doc *in, const struct xslt_call *call,
	struct xml_doc **out, struct err *e) __attribute__((warn_unused_result));

#endif
