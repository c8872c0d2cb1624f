#include "xml/xslt_report.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_place(struct xslt_report *r, const char *file, int file_len, long line)
{
	if (line > 0)
		snprintf(r->place, sizeof r->place, "%s%.*s:%ld", r->folder, file_len, file, line);
	else
		snprintf(r->place, sizeof r->place, "%s%.*s", r->folder, file_len, file);
}

void report_place(struct xslt_report *r, const xmlNode *n)
{
	const char *file = n && n->doc && n->doc->URL ? (const char *)n->doc->URL : "";

	if (*file)
		put_place(r, file, (int)strlen(file), xmlGetLineNo(n));
}

/* "compilation error: file surat.xsl line 12 element choose": false if it is no such line. */
static bool read_place(struct xslt_report *r, const char *line)
{
	static const char *const types[] = {"runtime error", "compilation error", "error"};
	const char *rest = NULL;

	for (size_t i = 0; i < ARRAY_LEN(types) && !rest; i++) {
		size_t len = strlen(types[i]);
		if (strncmp(line, types[i], len) == 0 && (line[len] == ':' || line[len] == 0))
			rest = line + len;
	}
	if (!rest)
		return false;
	if (strncmp(rest, ": file ", 7) != 0)
		return true;
	const char *file = rest + 7, *number = strstr(file, " line "), *element = strstr(file, " element ");
	if (number)
		put_place(r, file, (int)(number - file), strtol(number + 6, NULL, 10));
	else
		put_place(r, file, element ? (int)(element - file) : (int)strlen(file), 0);
	return true;
}

static bool is_inside(const xmlNode *n, const xmlNode *element)
{
	while (n && n != element)
		n = n->parent;
	return n != NULL;
}

/*
 * A recursion without end is noticed wherever the last call stood. The template that is entered most often is the one
 * to look at, unless the last call is one of its own.
 */
static void place_recursion(struct xslt_report *r)
{
	const xsltTransformContext *ctxt = r->running;
	const xsltTemplate *most = NULL;
	int best = 0;

	for (int i = 0; ctxt && i < ctxt->templNr; i++) {
		int count = 0;
		for (int k = 0; k <= i; k++)
			count += ctxt->templTab[k] == ctxt->templTab[i];
		if (count > best) {
			best = count;
			most = ctxt->templTab[i];
		}
	}
	if (most && !is_inside(ctxt->inst, most->elem))
		report_place(r, most->elem);
}

/* libxslt's words, but ours where its own speak to programmers. */
static void set_error(struct xslt_report *r, const char *line)
{
	if (strstr(line, "infinite template recursion"))
		place_recursion(r);
	if (strstr(line, "infinite template recursion") || strstr(line, "limit exceeded"))
		err_set(&r->error, ERR_CONFIG, _("this template does not come to an end"));
	else
		err_set(&r->error, ERR_CONFIG, "%s", line);
}

static void end_of_line(struct xslt_report *r)
{
	const char *line = r->partial;

	if (r->error.kind != ERR_NONE) {
		/* The first error stays; XPath's, which came without a place, takes the next one named. */
		if (!*r->place)
			read_place(r, line);
	} else if (!r->located && read_place(r, line)) {
		r->located = true;
	} else if (r->located) {
		set_error(r, line);
	} else {
		if (r->running)
			report_place(r, r->running->inst);
		err_clear(&r->message);
		err_set(&r->message, ERR_CONFIG, "%s", line);
	}
	r->partial_len = 0;
	r->partial[0] = 0;
}

void report_add(struct xslt_report *r, const char *fmt, va_list ap)
{
	char piece[1024];

	vsnprintf(piece, sizeof piece, fmt, ap);
	/* A message may go over several lines: only an end that libxslt itself has put is one. */
	size_t len = strlen(piece);
	bool ends = len > 0 && piece[len - 1] == '\n';
	for (size_t i = 0; i < len - ends; i++) {
		char c = piece[i] == '\n' || piece[i] == '\t' || piece[i] == '\r' ? ' ' : piece[i];
		bool again = c == ' ' && (r->partial_len == 0 || r->partial[r->partial_len - 1] == ' ');
		if (!again && r->partial_len + 1 < sizeof r->partial)
			r->partial[r->partial_len++] = c;
	}
	r->partial[r->partial_len] = 0;
	if (ends && r->partial_len > 0)
		end_of_line(r);
}

void report_on_text(void *user, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_add(user, fmt, ap);
	va_end(ap);
}

/* XPath speaks through libxml2's structured errors; where, libxslt knows. */
static void on_xpath_error(void *user, xmlErrorPtr error)
{
	struct xslt_report *r = user;

	if (r->error.kind != ERR_NONE || error->level < XML_ERR_ERROR)
		return;
	if (r->running)
		report_place(r, r->running->inst);
	const char *words = error->message ? error->message : "XPath error";
	char text[256];
	snprintf(text, sizeof text, "%.*s%s%s%s", (int)strcspn(words, "\n"), words, error->str1 ? ": '" : "",
		error->str1 ? error->str1 : "", error->str1 ? "'" : "");
	set_error(r, text);
}

/* The one thing that XPath prints on its own: "function f not found". */
static void on_xpath_text(void *user, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void on_xpath_text(void *user, const char *fmt, ...)
{
	struct xslt_report *r = user;
	char text[256];
	va_list ap;

	if (r->error.kind != ERR_NONE)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (r->running)
		report_place(r, r->running->inst);
	text[strcspn(text, "\n")] = 0;
	const char *words = strstr(text, ": ");
	err_set(&r->error, ERR_CONFIG, "%s", words ? words + 2 : text);
}

const char *report_text(const struct xslt_report *r, const char *otherwise)
{
	return r->error.kind != ERR_NONE     ? r->error.msg
	       : r->message.kind != ERR_NONE ? r->message.msg
					     : otherwise;
}

struct xslt_handlers report_handlers_take(struct xslt_report *r)
{
	struct xslt_handlers old = {
		xmlStructuredError, xmlStructuredErrorContext, xmlGenericError, xmlGenericErrorContext};

	xmlSetStructuredErrorFunc(r, on_xpath_error);
	xmlSetGenericErrorFunc(r, on_xpath_text);
	return old;
}

void report_handlers_restore(const struct xslt_handlers *old)
{
	xmlSetStructuredErrorFunc(old->structured_user, old->structured);
	xmlSetGenericErrorFunc(old->generic_user, old->generic);
}
