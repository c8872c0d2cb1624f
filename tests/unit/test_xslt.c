/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/auto.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "xml/xslt.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

#define HEAD                                                                                                 \
	"<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' "                    \
	"xmlns:n='" XSLT_FUNCTION_NAMESPACE "' exclude-result-prefixes='n'>\n"
#define TAIL "</xsl:stylesheet>\n"

static void put(const char *file, const char *text)
{
	char path[128];
	struct err e = ERR_INIT;

	snprintf(path, sizeof path, "%s/%s", folder, file);
	assert_int_equal(outfile_put(path, 0644, text, strlen(text), &e), 0);
}

static int load(const char *file, struct xslt **out, struct err *e)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, file);
	return xslt_load(path, out, e);
}

static struct xslt *load_text(const char *text)
{
	struct xslt *x = NULL;
	struct err e = ERR_INIT;

	put("t.xsl", text);
	if (load("t.xsl", &x, &e) != 0)
		fail_msg("%s", e.msg);
	return x;
}

/* The message without the name of the folder, which only this run has. */
static const char *message(const struct err *e)
{
	static char text[sizeof e->msg];
	size_t len = strlen(folder), n = 0;

	for (const char *p = e->msg; *p;)
		if (strncmp(p, folder, len) == 0)
			p += len + 1;
		else
			text[n++] = *p++;
	text[n] = 0;
	return text;
}

static void refuse_load(const char *text, const char *expected)
{
	AUTO(xslt_release) struct xslt *x = NULL;
	struct err e = ERR_INIT;

	put("t.xsl", text);
	assert_int_equal(load("t.xsl", &x, &e), -1);
	assert_null(x);
	assert_string_equal(message(&e), expected);
	assert_int_equal(e.kind, ERR_CONFIG);
}

static int upper(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	if (count != 1)
		return err_set(e, ERR_CONFIG, "one argument, please");
	if (strcmp(args[0], "bad") == 0) {
		buf_adds(out, "half");
		return err_set(e, ERR_CONFIG, "'%s' is bad", args[0]);
	}
	for (const char *p = args[0]; *p; p++)
		buf_addc(out, (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p));
	buf_adds(out, user);
	return 0;
}

static int apply(const struct xslt *x, const char *input, char *out, size_t size, struct err *e)
{
	static char mark[] = "!";
	const char *const params[] = {"p", "it's \"5\"", NULL};
	const struct xslt_function_entry functions[] = {{"upper", upper}};
	const struct xslt_call call = {params, functions, 1, mark};
	AUTO(xml_doc_release) struct xml_doc *in = NULL, *made = NULL;
	struct arena a = ARENA_INIT(MIB);

	if (xml_parse(input, strlen(input), "input.xml", &in, e))
		return -1;
	if (xslt_apply(x, in, &call, &made, e)) {
		assert_null(made);
		return -1;
	}
	snprintf(out, size, "%s:%s", xml_name(xml_root(made)), xml_text_raw(xml_root(made), &a));
	arena_release(&a);
	return 0;
}

static void make(const char *text, const char *input, const char *expected)
{
	AUTO(xslt_release) struct xslt *x = load_text(text);
	struct err e = ERR_INIT;
	char out[256];

	if (apply(x, input, out, sizeof out, &e))
		fail_msg("%s", e.msg);
	assert_string_equal(out, expected);
}

static void refuse_run(const char *text, const char *expected)
{
	AUTO(xslt_release) struct xslt *x = load_text(text);
	struct err e = ERR_INIT;
	char out[256] = "untouched";

	assert_int_equal(apply(x, "<a><b>hi</b></a>", out, sizeof out, &e), -1);
	assert_string_equal(message(&e), expected);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_string_equal(out, "untouched");
}

static void test_transforms(void **state)
{
	(void)state;
	make(HEAD "<xsl:template match='/'><r><xsl:value-of select='a/b'/></r></xsl:template>" TAIL,
		"<a><b>hi</b></a>", "r:hi");
}

static void test_params_are_plain_strings(void **state)
{
	(void)state;
	make(HEAD "<xsl:param name='p'/><xsl:template match='/'><r><xsl:value-of "
		  "select='$p'/></r></xsl:template>" TAIL,
		"<a/>", "r:it's \"5\"");
}

static void test_functions(void **state)
{
	(void)state;
	make(HEAD "<xsl:template match='/'><r><xsl:value-of select='n:upper(a/b)'/>"
		  "<xsl:value-of select=\"n:upper('x')\"/></r></xsl:template>" TAIL,
		"<a><b>hi</b></a>", "r:HI!X!");
	/* numbers come as their digits, where XPath would write 1.5e+10 */
	make(HEAD "<xsl:template match='/'><r><xsl:value-of select='n:upper(sum(a/b))'/>"
		  "<xsl:value-of select='n:upper(-0)'/><xsl:value-of "
		  "select='n:upper(0.5)'/></r></xsl:template>" TAIL,
		"<a><b>9999999999</b><b>5000000001</b></a>", "r:15000000000!0!0.5!");
	refuse_run(HEAD "<xsl:template match='/'><r>\n<xsl:value-of "
			"select=\"n:upper('bad')\"/></r></xsl:template>" TAIL,
		"t.xsl:3: upper(): 'bad' is bad");
	refuse_run(HEAD
		"<xsl:template match='/'><r>\n<xsl:value-of select=\"n:upper()\"/></r></xsl:template>" TAIL,
		"t.xsl:3: upper(): one argument, please");
	refuse_run(HEAD "<xsl:template match='/'><r>\n<xsl:value-of "
			"select=\"n:lower('x')\"/></r></xsl:template>" TAIL,
		"t.xsl:3: function lower not found");
}

static void test_message(void **state)
{
	(void)state;
	refuse_run(HEAD
		"<xsl:template match='/'>\n<xsl:message terminate='yes'>no\n   <xsl:value-of select='a/b'/> "
		"here</xsl:message><r/></xsl:template>" TAIL,
		"t.xsl:3: no hi here");
	/* one that goes on is no error */
	make(HEAD "<xsl:template match='/'><xsl:message>hello</xsl:message><r>x</r></xsl:template>" TAIL,
		"<a/>", "r:x");
}

static void test_reaches_nothing(void **state)
{
	(void)state;
	refuse_run(HEAD "<xsl:template match='/'><r>\n<xsl:copy-of "
			"select=\"document('/etc/passwd')\"/></r></xsl:template>" TAIL,
		"t.xsl:3: Local file read for /etc/passwd refused");
	refuse_run(HEAD "<xsl:template match='/'><r>\n<xsl:copy-of "
			"select=\"document('http://127.0.0.1/x')\"/></r></xsl:template>" TAIL,
		"t.xsl:3: Network file read for http://127.0.0.1/x refused");
	refuse_run(HEAD "<xsl:template match='/'><r>\n<xsl:copy-of "
			"select=\"document('t.xsl')\"/></r></xsl:template>" TAIL,
		"t.xsl:3: Local file read for t.xsl refused");
	refuse_run(HEAD
		"<xsl:template match='/'><r>\n<xsl:copy-of select=\"document('')\"/></r></xsl:template>" TAIL,
		"t.xsl:3: Local file read for t.xsl refused");
	char path[256];
	snprintf(path, sizeof path,
		"<xsl:stylesheet version='1.1' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
		"<xsl:template match='/'><r>\n<xsl:document "
		"href='%s/written'>x</xsl:document></r></xsl:template>" TAIL,
		folder);
	refuse_run(path, "t.xsl:2: File write for written refused");
	snprintf(path, sizeof path, "%s/written", folder);
	assert_int_equal(access(path, F_OK), -1);
}

static void test_endless(void **state)
{
	(void)state;
	refuse_run(HEAD "<xsl:template match='/'>\n<xsl:apply-templates select='/'/></xsl:template>" TAIL,
		"t.xsl:3: this template does not come to an end");
	refuse_run(HEAD "<xsl:template match='/'><r>\n<xsl:call-template name='t'/></r></xsl:template>"
			"<xsl:template name='t'><xsl:for-each select='//node()|//@*'>x</xsl:for-each>\n"
			"<xsl:call-template name='t'/><xsl:call-template name='t'/></xsl:template>" TAIL,
		"t.xsl: this template does not come to an end");
	/* the template that recurs, not the one that it called last */
	refuse_run(HEAD "\n<xsl:template match='/'><r><xsl:call-template name='t'/></r></xsl:template>\n"
			"<xsl:template name='t'>\n<xsl:call-template name='u'/>"
			"<xsl:call-template name='t'/></xsl:template>\n"
			"<xsl:template name='u'><xsl:call-template name='v'/></xsl:template>\n"
			"<xsl:template name='v'>x</xsl:template>" TAIL,
		"t.xsl:4: this template does not come to an end");
	/* never deep, but for ever */
	refuse_run(HEAD
		"<xsl:template match='/'><r><xsl:call-template name='t'/></r></xsl:template>"
		"<xsl:template name='t'><xsl:param name='d' select='60'/>\n"
		"<xsl:if test='$d &gt; 0'><xsl:call-template name='t'><xsl:with-param name='d' select='$d - "
		"1'/>"
		"</xsl:call-template><xsl:call-template name='t'><xsl:with-param name='d' select='$d - 1'/>"
		"</xsl:call-template></xsl:if></xsl:template>" TAIL,
		"t.xsl:3: this template does not come to an end");
	/* all in XPath */
	refuse_run(HEAD
		"<xsl:template match='/'><r>\n<xsl:value-of "
		"select='count(//node()[count(//node()[count(//node()"
		"[count(//node()[count(//node()[count(//node()[count(//node()[count(//node()[count(//node()"
		"[count(//node()[count(//node()[count(//node()[count(//node()[count(//node()[count(//node()"
		"[count(//node()[count(//node())>0])>0])>0])>0])>0])>0])>0])>0])>0])>0])>0])>0])>0])>0])>0])"
		">0])'/></r></xsl:template>" TAIL,
		"t.xsl:3: this template does not come to an end");
}

static void test_load_errors(void **state)
{
	(void)state;
	refuse_load("<r>", "t.xsl:1: the file ends before 'r' of line 1 is closed");
	refuse_load("<!DOCTYPE r><r/>", "t.xsl:1: a DOCTYPE or other declaration, a document must have none");
	refuse_load("<r/>", "t.xsl:1: xsltParseStylesheetProcess : document is not a stylesheet");
	refuse_load(HEAD "\n<xsl:template match='/'><xsl:value-of/></xsl:template>" TAIL,
		"t.xsl:3: xsl:value-of : select is missing");
	refuse_load(HEAD "\n<xsl:template match='/'>\n<xsl:value-of select='a['/></xsl:template>" TAIL,
		"t.xsl:4: Invalid expression: 'a['");
	refuse_load(HEAD "\n<xsl:template match='a['></xsl:template>" TAIL,
		"t.xsl:3: xsltCompileStepPattern : ']' expected");
	refuse_load(HEAD "\n<xsl:strip-space elements='*'/>" TAIL,
		"t.xsl: xsl:strip-space would change the case, which others read too");
	refuse_load(HEAD "\n<xsl:template match='/'><xsl:wrong/></xsl:template>" TAIL,
		"t.xsl:3: xsltStylePreCompute: unknown xsl:wrong");
}

static void test_include(void **state)
{
	(void)state;
	put("part.xsl",
		HEAD "<xsl:template name='part'>\n\n<xsl:value-of select='n:upper(.)'/></xsl:template>" TAIL);
	make(HEAD "<xsl:include href='part.xsl'/>"
		  "<xsl:template match='/'><r><xsl:for-each select='a/b'><xsl:call-template "
		  "name='part'/></xsl:for-each></r>"
		  "</xsl:template>" TAIL,
		"<a><b>x</b></a>", "r:X!");
	refuse_run(HEAD "<xsl:include href='part.xsl'/>"
			"<xsl:template match='/'><r><xsl:for-each select=\"a/b[. = 'hi']\">"
			"<xsl:call-template name='part2'/></xsl:for-each></r></xsl:template>" TAIL,
		"t.xsl:2: The called template 'part2' was not found.");
	refuse_load(HEAD "\n<xsl:include href='missing.xsl'/>" TAIL,
		"t.xsl:3: cannot read 'missing.xsl': No such file or directory");
	refuse_load(HEAD "\n<xsl:include href='/etc/passwd'/>" TAIL,
		"t.xsl:3: '/etc/passwd': only a file of the same folder can be included");
	refuse_load(HEAD "\n<xsl:include href='../x.xsl'/>" TAIL,
		"t.xsl:3: '../x.xsl': only a file of the same folder can be included");
	refuse_load(HEAD "\n<xsl:import href='http://127.0.0.1/x.xsl'/>" TAIL,
		"t.xsl:3: 'http://127.0.0.1/x.xsl': only a file of the same folder can be included");
	refuse_load(HEAD "\n<xsl:include href='t.xsl'/>" TAIL,
		"t.xsl:3: xsl:include : recursion detected on included URL t.xsl");
	put("broken.xsl", HEAD "\n\n<xsl:template match='/'><xsl:value-of/></xsl:template>" TAIL);
	refuse_load(HEAD "\n<xsl:include href='broken.xsl'/>" TAIL,
		"broken.xsl:4: xsl:value-of : select is missing");
	put("broken.xsl", "<a>\n<b>");
	refuse_load(HEAD "\n<xsl:include href='broken.xsl'/>" TAIL,
		"t.xsl:3: broken.xsl:2: the file ends before 'b' of line 2 is closed");
}

static void *worker(void *user)
{
	static _Thread_local char out[256];

	for (int i = 0; i < 200; i++) {
		struct err e = ERR_INIT;
		if (apply(user, "<a><b>hi</b></a>", out, sizeof out, &e) != 0 || strcmp(out, "r:HI!") != 0)
			return NULL;
	}
	return user;
}

static void test_threads(void **state)
{
	(void)state;
	AUTO(xslt_release)
	struct xslt *x = load_text(HEAD
		"<xsl:template match='/'><r><xsl:value-of select='n:upper(a/b)'/></r></xsl:template>" TAIL);
	pthread_t threads[4];

	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, worker, x), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		void *fine = NULL;
		assert_int_equal(pthread_join(threads[i], &fine), 0);
		assert_ptr_equal(fine, x);
	}
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/naskah-xslt-XXXXXX");
	xml_start();
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const files[] = {"t.xsl", "part.xsl", "broken.xsl"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i]);
		unlink(path);
	}
	xml_end();
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transforms),
		cmocka_unit_test(test_params_are_plain_strings),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_reaches_nothing),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_load_errors),
		cmocka_unit_test(test_include),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
