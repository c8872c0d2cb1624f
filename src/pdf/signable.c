#include "pdf/signable.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "pdf/handle.h"

#include <stdio.h>

/* ---- locks: what an earlier signature says about later ones ---- */

static bool is_name(struct pdf_reader *r, qpdf_oh dict, const char *key, const char *name)
{
	qpdf_oh value = qpdf_oh_get_key_if_dict(r->q, dict, key);
	const char *text = "";
	size_t len = 0;

	return qpdf_oh_get_value_as_name(r->q, value, &text, &len) && len == strlen(name) &&
	       memcmp(text, name, len) == 0;
}

/* /P 1: no changes at all (ISO 32000-2 tables 235 and 257). */
static bool forbids_all(struct pdf_reader *r, qpdf_oh dict)
{
	int p = 0;

	return qpdf_oh_get_value_as_int(r->q, qpdf_oh_get_key_if_dict(r->q, dict, "/P"), &p) && p == 1;
}

/* /All, and /Exclude, which knows no field of ours (tables 235 and 259). */
static bool locks_new_fields(struct pdf_reader *r, qpdf_oh dict)
{
	return is_name(r, dict, "/Action", "/All") || is_name(r, dict, "/Action", "/Exclude");
}

static bool reference_locks(struct pdf_reader *r, qpdf_oh reference)
{
	qpdf_oh params = qpdf_oh_get_key_if_dict(r->q, reference, "/TransformParams");

	if (is_name(r, reference, "/TransformMethod", "/FieldMDP"))
		return locks_new_fields(r, params);
	return is_name(r, reference, "/TransformMethod", "/DocMDP") && forbids_all(r, params);
}

static int look_for_lock(
	void *user, struct pdf_reader *r, qpdf_oh field, const char *full, const char *type, struct err *e)
{
	qpdf_oh value = qpdf_oh_get_key(r->q, field, "/V");
	qpdf_oh lock = qpdf_oh_get_key(r->q, field, "/Lock");
	(void)user;

	/* A lock holds once the field is signed. */
	if (strcmp(type, "Sig") != 0 || !qpdf_oh_is_dictionary(r->q, value))
		return 0;
	bool locked =
		qpdf_oh_is_dictionary(r->q, lock) && (forbids_all(r, lock) || locks_new_fields(r, lock));
	qpdf_oh references = qpdf_oh_get_key(r->q, value, "/Reference");
	int count = qpdf_oh_is_array(r->q, references) ? qpdf_oh_get_array_n_items(r->q, references) : 0;
	for (int i = 0; i < count && !locked; i++)
		locked = reference_locks(r, qpdf_oh_get_array_item(r->q, references, i));
	if (!locked)
		return 0;
	return err_set(e, ERR_INPUT,
		_("%s: the signature in field '%.60s' locks the document: another one would break it; let "
		  "that person sign "
		  "last, or without a lock"),
		r->name, full);
}

int pdf_reader_signable(struct pdf_reader *r, struct err *e)
{
	qpdf_oh page;

	if (pdf_reader_is_xfa(r))
		return err_set(e, ERR_INPUT,
			_("%s: is an XFA form: what people see is not in its pages; print it to a PDF and "
			  "have that "
			  "one signed"),
			r->name);
	if (pdf_reader_docmdp(r) == 1)
		return err_set(e, ERR_INPUT,
			_("%s: is certified with 'no changes allowed' (DocMDP P=1): another signature would "
			  "break it; ask its author for a file without"),
			r->name);
	if (pdf_reader_each_field(r, look_for_lock, NULL, e) != 0)
		return -1;
	return pdf_reader_first_page(r, &page, e);
}

/* ---- the whole file ---- */

/* What to do about a file that cannot be opened. */
static const char *advice(const unsigned char *pdf, size_t len, const char *name, const struct err *why)
{
	char encrypted[sizeof why->msg];

	if (why->kind != ERR_INPUT)
		return NULL;
	if (len < 5 || memcmp(pdf, "%PDF-", 5) != 0)
		return _("it is no PDF, or something stands in front of it (a mail's or a web server's "
			 "header): fetch it "
			 "anew");
	snprintf(encrypted, sizeof encrypted, _("%s: is encrypted"), name);
	if (strcmp(why->msg, encrypted) == 0)
		return _("have a copy without protection signed ('qpdf --decrypt IN OUT')");
	return _("have it written anew by the program that made it, or repair a copy ('qpdf IN OUT'; "
		 "signatures in it are "
		 "lost) and look at it before it is signed");
}

int pdf_check_signable(const unsigned char *pdf, size_t len, const char *name, struct err *e)
{
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	struct err why = ERR_INIT;
	size_t pages;

	if (pdf_reader_open(pdf, len, name, &r, &why) != 0) {
		const char *what = advice(pdf, len, name, &why);
		return what ? err_set(e, why.kind, "%s; %s", why.msg, what)
			    : err_set(e, why.kind, "%s", why.msg);
	}
	/* All pages are walked: damage further on is found now, not by those who are asked to sign. */
	if (pdf_reader_signable(r, e) != 0)
		return -1;
	return pdf_reader_page_count(r, &pages, e);
}
