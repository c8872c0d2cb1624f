#include "xml/xslt.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "xml/internal.h"
#include "xml/xslt_report.h"
#include "xml/xslt_trace.h"

#include <libxml/xpathInternals.h>
#include <libxslt/documents.h>
#include <libxslt/extensions.h>
#include <libxslt/functions.h>
#include <libxslt/imports.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xslt.h>
#include <libxslt/xsltutils.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

struct xslt {
	xsltStylesheet *style;   /* owned; read-only once loaded */
	xsltSecurityPrefs *deny; /* owned */
	char *folder;            /* owned: "templates/", or "" */
	char *file;              /* owned: "surat-permohonan.xsl" */
};

/* ---- loading ----------------------------------------------------------------------------------------------- */

/*
 * While a thread loads a template. libxslt reports compile errors and loads included files through process-wide
 * hooks that carry no context; naskah is libxslt's only user in this process, so the hooks are set once and find
 * the load they belong to here.
 */
static _Thread_local struct loading {
	struct xslt_report report;
	struct err err; /* of an included file that cannot be read */
	bool traced;    /* elements carry their places */
} * loading;

static pthread_once_t hooks_once = PTHREAD_ONCE_INIT;

static void on_load_text(void *user, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void on_load_text(void *user, const char *fmt, ...)
{
	va_list ap;

	(void)user;
	if (!loading)
		return;
	va_start(ap, fmt);
	report_add(&loading->report, fmt, ap);
	va_end(ap);
}

/* The file as a tree whose URL is its bare name, so that what it includes resolves to a bare name as well. */
static xmlDoc *read_template(const char *folder, const char *file, bool traced, struct err *e)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_SETUP_BYTES);
	AUTO(buf_release) struct buf path = BUF_INIT(LIMIT_SETUP_BYTES);
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;

	buf_adds(&path, folder);
	buf_adds(&path, file);
	if (buf_check(&path, e) || buf_load(&bytes, buf_str(&path), e) ||
		xml_parse(bytes.data, bytes.len, buf_str(&path), &doc, e)) {
		/* What is wrong with a template is the office's setup, not input. */
		if (e && (e->kind == ERR_INPUT || e->kind == ERR_LIMIT || e->kind == ERR_IO))
			e->kind = ERR_CONFIG;
		return NULL;
	}
	/* libxslt wants a tree that it can own and change. */
	xmlDoc *tree = xmlCopyDoc(xml_doc_tree(doc), 1);
	if (tree) {
		xmlFree((xmlChar *)(uintptr_t)tree->URL);
		tree->URL = xmlStrdup((const xmlChar *)file);
	}
	if (!tree || !tree->URL || (traced && !trace_mark(tree, file))) {
		xmlFreeDoc(tree);
		err_nomem(e);
		return NULL;
	}
	return tree;
}

/* Every file that libxslt ever asks for comes through here: included templates, from the same folder. */
static xmlDoc *load_for_libxslt(const xmlChar *uri, xmlDict *dict, int options, void *ctxt, xsltLoadType type)
{
	const char *file = (const char *)uri;

	(void)dict;
	(void)options;
	(void)ctxt;
	if (!loading || type != XSLT_LOAD_STYLESHEET)
		return NULL;
	if (strpbrk(file, "/\\:%?#") || file[0] == '.') {
		err_set(&loading->err, ERR_CONFIG, _("'%s': only a file of the same folder can be included"),
			file);
		return NULL;
	}
	return read_template(loading->report.folder, file, loading->traced, &loading->err);
}

static void on_trace(void *user, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void on_trace(void *user, const char *fmt, ...)
{
	(void)user;
	(void)fmt;
}

static void set_hooks(void)
{
	xsltInit();
	xsltSetGenericErrorFunc(NULL, on_load_text);
	xsltSetGenericDebugFunc(NULL, on_trace);
	xsltSetLoaderFunc(load_for_libxslt);
}

static int deny_everything(struct xslt *x, struct err *e)
{
	static const xsltSecurityOption options[] = {XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE,
		XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK, XSLT_SECPREF_WRITE_NETWORK};

	x->deny = xsltNewSecurityPrefs();
	if (!x->deny)
		return err_nomem(e);
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (xsltSetSecurityPrefs(x->deny, options[i], xsltSecurityForbid) != 0)
			return err_set(e, ERR_BUG, "libxslt does not know a security option");
	return 0;
}

/* What libxslt said while loading, the likeliest cause first. */
static int load_error(const struct xslt *x, const struct loading *l, struct err *e)
{
	const struct xslt_report *r = &l->report;

	if (l->err.kind != ERR_NONE && *r->place)
		return err_set(e, l->err.kind, "%s: %s", r->place, l->err.msg);
	if (l->err.kind != ERR_NONE)
		return err_set(e, l->err.kind, "%s%s: %s", x->folder, x->file, l->err.msg);
	const char *text = report_text(r, _("is not a template"));
	if (*r->place)
		return err_set(e, ERR_CONFIG, "%s: %s", r->place, text);
	return err_set(e, ERR_CONFIG, "%s%s: %s", x->folder, x->file, text);
}

static int compile(struct xslt *x, bool traced, struct err *e)
{
	struct loading l = {.report = {.folder = x->folder}, .err = ERR_INIT, .traced = traced};

	xmlDoc *tree = read_template(x->folder, x->file, traced, e);
	if (!tree)
		return -1;
	loading = &l;
	struct xslt_handlers old = report_handlers_take(&l.report);
	x->style = xsltParseStylesheetDoc(tree);
	report_handlers_restore(&old);
	loading = NULL;
	if (!x->style) {
		xmlFreeDoc(tree);
		return load_error(x, &l, e);
	}
	if (x->style->errors > 0 || l.err.kind != ERR_NONE || l.report.error.kind != ERR_NONE)
		return load_error(x, &l, e);
	for (xsltStylesheet *s = x->style; s; s = xsltNextImport(s))
		if (s->stripSpaces || s->stripAll)
			return err_set(e, ERR_CONFIG,
				_("%s%s: xsl:strip-space would change the case, which others read too"),
				x->folder, x->file);
	return 0;
}

static int load(const char *folder, size_t folder_len, const char *file, bool traced, struct xslt **out,
	struct err *e)
{
	AUTO(xslt_release) struct xslt *x = calloc(1, sizeof *x);

	if (!x)
		return err_nomem(e);
	x->file = strdup(file);
	x->folder = strndup(folder, folder_len);
	if (!x->file || !x->folder)
		return err_nomem(e);
	if (deny_everything(x, e) || compile(x, traced, e))
		return -1;
	*out = steal(&x);
	return 0;
}

int xslt_load(const char *path, struct xslt **out, struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash ? slash + 1 : path;

	pthread_once(&hooks_once, set_hooks);
	return load(path, (size_t)(file - path), file, false, out, e);
}

void xslt_free(struct xslt *x)
{
	if (!x)
		return;
	xsltFreeStylesheet(x->style);
	xsltFreeSecurityPrefs(x->deny);
	free(x->folder);
	free(x->file);
	free(x);
}

void xslt_release(struct xslt **x)
{
	xslt_free(*x);
	*x = NULL;
}

/* ---- running ----------------------------------------------------------------------------------------------- */

#define MAX_ARGS 8

/* One transformation, reached from libxslt's callbacks through the context's private pointer. */
struct run {
	const struct xslt_call *call;
	struct xslt_report report;
	struct err err; /* of one of our functions */
	struct buf text;
};

static void stop(xsltTransformContext *ctxt)
{
	ctxt->state = XSLT_STATE_STOPPED;
}

static const struct xslt_function_entry *function_called(const struct xslt_call *call, const char *name)
{
	for (size_t i = 0; i < call->function_count; i++)
		if (strcmp(call->functions[i].name, name) == 0)
			return &call->functions[i];
	return NULL;
}

static void call_function(
	struct run *run, xsltTransformContext *ctxt, const char *name, const char *const args[], size_t count)
{
	const struct xslt_function_entry *f = function_called(run->call, name);

	if (!f) /* lookup_function() finds no others */
		err_set(&run->err, ERR_BUG, "no function '%s'", name);
	else if (f->function(run->call->user, args, count, &run->text, &run->err) == 0 &&
		 buf_check(&run->text, &run->err) == 0)
		return;
	if (run->report.error.kind == ERR_NONE) {
		report_place(&run->report, ctxt->inst);
		err_set(&run->report.error, run->err.kind, "%s(): %s", name, run->err.msg);
	}
	buf_reset(&run->text);
	stop(ctxt);
}

/* Runs of white space as one blank, none at the ends: a case may have its values on lines of their own. */
static void normalise(char *text)
{
	char *to = text;

	for (char *p = text + strspn(text, " \t\r\n"); *p;) {
		size_t word = strcspn(p, " \t\r\n"), blanks = strspn(p + word, " \t\r\n");
		memmove(to, p, word);
		to += word;
		p += word + blanks;
		if (blanks > 0 && *p)
			*to++ = ' ';
	}
	*to = 0;
}

/* XPath writes large numbers as "1.2e+10"; a template that adds amounts up means digits. */
static xmlChar *pop_argument(xmlXPathParserContext *xpath)
{
	const xmlXPathObject *top = xpath->value;
	const double exact = 9007199254740992.0; /* 2^53 */

	if (!top || top->type != XPATH_NUMBER || !(fabs(top->floatval) <= exact) ||
		trunc(top->floatval) != top->floatval)
		return xmlXPathPopString(xpath);
	char digits[32];
	snprintf(digits, sizeof digits, "%.0f", xmlXPathPopNumber(xpath) + 0.0 /* no "-0" */);
	return xmlStrdup((const xmlChar *)digits);
}

static void on_function(xmlXPathParserContext *xpath, int count)
{
	xsltTransformContext *ctxt = xsltXPathGetTransformContext(xpath);
	struct run *run = ctxt->_private;
	xmlChar *args[MAX_ARGS] = {NULL};

	if (count > MAX_ARGS) {
		xmlXPathSetArityError(xpath);
		return;
	}
	for (int i = count - 1; i >= 0; i--)
		args[i] = pop_argument(xpath);
	bool complete = !xmlXPathCheckError(xpath);
	const char *texts[MAX_ARGS];
	for (int i = 0; i < count; i++) {
		texts[i] = (const char *)args[i];
		if (args[i])
			normalise((char *)args[i]);
		complete &= args[i] != NULL;
	}
	buf_reset(&run->text);
	if (complete)
		call_function(run, ctxt, (const char *)xpath->context->function, texts, (size_t)count);
	for (int i = 0; i < count; i++)
		xmlFree(args[i]);
	if (complete)
		valuePush(xpath, xmlXPathNewCString(buf_str(&run->text)));
}

/* Asked when a template calls one; to register all of them for each letter costs more. */
static xmlXPathFunction lookup_function(void *user, const xmlChar *name, const xmlChar *namespace)
{
	const xsltTransformContext *ctxt = user;
	const struct run *run = ctxt->_private;

	if (namespace && strcmp((const char *)namespace, XSLT_FUNCTION_NAMESPACE) == 0)
		return function_called(run->call, (const char *)name) ? on_function : NULL;
	return xsltXPathFunctionLookup(ctxt->xpathCtxt, name, namespace);
}

static int prepare(const struct xslt *x, xsltTransformContext *ctxt, struct run *run, struct err *e)
{
	const struct xslt_call *call = run->call;

	xsltSetTransformErrorFunc(ctxt, &run->report, report_on_text);
	ctxt->_private = run;
	ctxt->maxTemplateDepth = LIMIT_TEMPLATE_DEPTH;
	ctxt->opLimit = LIMIT_TEMPLATE_STEPS;
	ctxt->xpathCtxt->opLimit = LIMIT_TEMPLATE_STEPS;
	if (xsltSetCtxtSecurityPrefs(x->deny, ctxt) != 0)
		return err_set(e, ERR_BUG, "libxslt refuses security preferences");
	xmlXPathRegisterFuncLookup(ctxt->xpathCtxt, lookup_function, ctxt);
	for (const char *const *p = call->params; p && p[0]; p += 2)
		if (xsltQuoteOneUserParam(ctxt, (const xmlChar *)p[0], (const xmlChar *)p[1]) != 0)
			return err_nomem(e);
	return 0;
}

static int run_error(const struct xslt *x, const struct run *run, struct err *e)
{
	const struct xslt_report *r = &run->report;
	const char *text = report_text(r, _("made no letter"));
	enum err_kind kind = run->err.kind != ERR_NONE ? run->err.kind : ERR_CONFIG;

	if (*r->place)
		return err_set(e, kind, "%s: %s", r->place, text);
	return err_set(e, kind, "%s%s: %s", x->folder, x->file, text);
}

static void release_context(xsltTransformContext **ctxt)
{
	if (*ctxt)
		xsltFreeTransformContext(*ctxt);
}

static void release_tree(xmlDoc **tree)
{
	if (*tree)
		xmlFreeDoc(*tree);
}

static void release_run(struct run *run)
{
	buf_release(&run->text);
}

int xslt_apply(const struct xslt *x, const struct xml_doc *in, const struct xslt_call *call,
	struct xml_doc **out, struct err *e)
{
	AUTO(release_run)
	struct run run = {.call = call,
		.report = {.folder = x->folder},
		.err = ERR_INIT,
		.text = BUF_INIT(LIMIT_SETUP_BYTES)};
	/* libxslt marks nodes of its input while it runs and cleans up behind itself. */
	xmlDoc *input = xml_doc_tree(in);
	AUTO(release_context) xsltTransformContext *ctxt = xsltNewTransformContext(x->style, input);

	if (!ctxt)
		return err_nomem(e);
	run.report.running = ctxt;
	if (prepare(x, ctxt, &run, e))
		return -1;
	AUTO(release_tree)
	xmlDoc *tree = NULL;
	struct xslt_handlers old = report_handlers_take(&run.report);
	tree = xsltApplyStylesheetUser(x->style, input, NULL, NULL, NULL, ctxt);
	report_handlers_restore(&old);
	if (ctxt->state != XSLT_STATE_OK || run.report.error.kind != ERR_NONE || !tree ||
		!xmlDocGetRootElement(tree))
		return run_error(x, &run, e);
	struct xml_doc *doc = xml_doc_wrap(steal(&tree));
	if (!doc)
		return err_nomem(e);
	*out = doc;
	return 0;
}

int xslt_trace(const struct xslt *x, const struct xml_doc *in, const struct xslt_call *call,
	struct xml_doc **out, struct err *e)
{
	AUTO(xslt_release) struct xslt *traced = NULL;
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;

	if (load(x->folder, strlen(x->folder), x->file, true, &traced, e) ||
		xslt_apply(traced, in, call, &doc, e))
		return -1;
	if (!trace_collect(xml_doc_tree(doc), x->folder))
		return err_nomem(e);
	*out = steal(&doc);
	return 0;
}
