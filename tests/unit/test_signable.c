/* What may be signed and what not, each refusal with its own words: one table, files made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "pdf/append.h"
#include "pdf/signable.h"
#include "pdf_variants.h"

#define CEILING (4 * MIB)

#define SIGNATURE                                                                                            \
	"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents "  \
	"<00>"
#define MDP(method, params)                                                                                  \
	"/Reference [<< /Type /SigRef /TransformMethod /" method " /TransformParams << " params " >> >>]"

enum damage {
	NONE,
	JUNK_IN_FRONT,
	JUNK_BEHIND,
	CUT,
	STARTXREF,
	ENTRY,
	SIZE,
	BLANK_BEFORE_XREF,
	NO_PAGES,
	VERSION,
	EMPTY,
};

static const struct row {
	const char *what;
	const char *catalog;   /* entries of the catalog */
	const char *field;     /* entries of a signature field; NULL = no form */
	const char *signature; /* entries of its value; NULL = not signed */
	enum damage damage;
	const char *words[2]; /* in the refusal; NULL = may be signed */
} rows[] = {
	{"plain", "", NULL, NULL, NONE, {NULL, NULL}},
	{"a field to be signed", "", "", NULL, NONE, {NULL, NULL}},
	{"signed", "", "", "", NONE, {NULL, NULL}},
	{"certified, more signatures allowed", "/Perms << /DocMDP 6 0 R >>", "", MDP("DocMDP", "/P 2"), NONE,
		{NULL, NULL}},
	{"certified, the default", "/Perms << /DocMDP 6 0 R >>", "", MDP("DocMDP", ""), NONE, {NULL, NULL}},
	{"certified as final", "/Perms << /DocMDP 6 0 R >>", "", MDP("DocMDP", "/P 1"), NONE,
		{"DocMDP P=1", "ask its author"}},
	{"a later signature says final", "", "", MDP("DocMDP", "/P 1"), NONE,
		{"locks the document", "'ttd'"}},
	{"all fields locked", "", "", MDP("FieldMDP", "/Action /All"), NONE,
		{"locks the document", "sign last"}},
	{"all but one locked", "", "", MDP("FieldMDP", "/Action /Exclude /Fields [(x)]"), NONE,
		{"locks the document", "'ttd'"}},
	{"one field locked", "", "", MDP("FieldMDP", "/Action /Include /Fields [(x)]"), NONE, {NULL, NULL}},
	{"a lock, signed", "", "/Lock << /Type /SigFieldLock /Action /All >>", "", NONE,
		{"locks the document", "'ttd'"}},
	{"a lock with P, signed", "", "/Lock << /Type /SigFieldLock /Action /Include /Fields [] /P 1 >>", "",
		NONE, {"locks the document", "'ttd'"}},
	{"a lock that may add", "", "/Lock << /Type /SigFieldLock /Action /Include /Fields [] /P 2 >>", "",
		NONE, {NULL, NULL}},
	{"a lock, not signed yet", "", "/Lock << /Type /SigFieldLock /Action /All >>", NULL, NONE,
		{NULL, NULL}},
	{"XFA", "/AcroForm << /Fields [] /XFA [] >>", NULL, NULL, NONE, {"XFA", "print it"}},
	{"no pages", "", NULL, NULL, NO_PAGES, {"no pages", "no pages"}},
	{"junk in front", "", NULL, NULL, JUNK_IN_FRONT, {"does not begin with", "fetch it"}},
	{"junk behind", "", NULL, NULL, JUNK_BEHIND, {"damaged end", "written anew"}},
	{"cut short", "", NULL, NULL, CUT, {"cut short", "written anew"}},
	{"startxref", "", NULL, NULL, STARTXREF, {"'startxref' does not point", "written anew"}},
	{"an entry of the table", "", NULL, NULL, ENTRY, {"damaged", "written anew"}},
	{"version", "", NULL, NULL, VERSION, {"version", "written anew"}},
	{"empty", "", NULL, NULL, EMPTY, {"does not begin with", "it is no PDF"}},
	{"/Size is wrong", "", NULL, NULL, SIZE, {NULL, NULL}},
	{"a blank line before xref", "", NULL, NULL, BLANK_BEFORE_XREF,
		{"'startxref' does not point", "written anew"}},
};

static void make(const struct row *row, struct buf *out)
{
	size_t at[7] = {0};

	buf_reset(out);
	buf_adds(out, row->damage == JUNK_IN_FRONT ? "HTTP/1.1 200 OK\r\n\r\n" : "");
	buf_adds(out, row->damage == VERSION ? "%PDF-3.0\n" : "%PDF-1.7\n");
	at[1] = out->len;
	buf_addf(out, "1 0 obj\n<< /Type /Catalog /Pages 2 0 R %s %s >>\nendobj\n", row->catalog,
		row->field ? "/AcroForm << /Fields [5 0 R] /SigFlags 3 >>" : "");
	at[2] = out->len;
	buf_adds(out, row->damage == NO_PAGES
			      ? "2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
			      : "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
	at[3] = out->len;
	buf_adds(out, "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] >>\nendobj\n");
	at[4] = out->len;
	buf_adds(out, "4 0 obj\nnull\nendobj\n");
	at[5] = out->len;
	buf_addf(out,
		"5 0 obj\n<< /FT /Sig /T (ttd) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] %s %s "
		">>\nendobj\n",
		row->field ? row->field : "", row->signature ? "/V 6 0 R" : "");
	at[6] = out->len;
	buf_addf(out, "6 0 obj\n<< " SIGNATURE " %s >>\nendobj\n", row->signature ? row->signature : "");
	size_t xref = out->len;
	buf_adds(out, row->damage == BLANK_BEFORE_XREF ? "\nxref\n0 7\n0000000000 65535 f \n"
						       : "xref\n0 7\n0000000000 65535 f \n");
	for (int i = 1; i < 7; i++)
		buf_addf(out, "%010zu 00000 %c \n", at[i], row->damage == ENTRY && i == 3 ? 'x' : 'n');
	if (row->damage != CUT)
		buf_addf(out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
			row->damage == SIZE ? 5 : 7, row->damage == STARTXREF ? xref + 1 : xref);
	if (row->damage == JUNK_BEHIND)
		buf_adds(out, "<script>");
	if (row->damage == EMPTY)
		buf_reset(out);
}

static int append(const struct buf *pdf, struct err *e)
{
	const struct pdf_append_request request = {
		.field = "esc_1", .signed_at = 1774924800, .contents_max = 64};
	AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
	int64_t range[4];

	return pdf_append_signature(pdf->data, pdf->len, "uji.pdf", &request, &out, range, e);
}

static void expect(const char *what, const struct buf *pdf, const char *const words[2])
{
	struct err e = ERR_INIT, again = ERR_INIT;
	int r = pdf_check_signable(pdf->data, pdf->len, "uji.pdf", &e);

	if (!words[0]) {
		if (r != 0 || append(pdf, &e) != 0)
			fail_msg("%s: %s", what, e.msg);
		return;
	}
	if (r == 0)
		fail_msg("%s: may be signed", what);
	assert_int_equal(e.kind, ERR_INPUT);
	if (strncmp(e.msg, "uji.pdf: ", 9) != 0 || !strstr(e.msg, words[0]) || !strstr(e.msg, words[1]))
		fail_msg("%s: %s", what, e.msg);
	/* The appender itself does not rely on having been asked. */
	assert_int_equal(append(pdf, &again), -1);
	assert_int_equal(again.kind, ERR_INPUT);
}

static void test_table(void **state)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		make(&rows[i], &pdf);
		expect(rows[i].what, &pdf, rows[i].words);
	}
}

static void test_encrypted(void **state)
{
	static const char *const words[] = {"is encrypted", "--decrypt"};
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	(void)state;

	for (int v = ENCRYPTED; v <= ENCRYPTED_EMPTY; v++) {
		fixture(&pdf, "plain.pdf", (enum variant)v);
		expect("encrypted", &pdf, words);
	}
}

/* The same words must not come for different reasons: nobody would know what to do. */
static void test_words_differ(void **state)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	struct err seen[sizeof rows / sizeof rows[0]];
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		err_clear(&seen[i]);
		make(&rows[i], &pdf);
		(void)!pdf_check_signable(pdf.data, pdf.len, "uji.pdf", &seen[i]);
		for (size_t k = 0; k < i; k++)
			if (rows[i].words[0] && rows[k].words[0] && strcmp(seen[i].msg, seen[k].msg) == 0 &&
				strcmp(rows[i].words[0], rows[k].words[0]) != 0)
				fail_msg("%s and %s: %s", rows[k].what, rows[i].what, seen[i].msg);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_encrypted),
		cmocka_unit_test(test_words_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
