#include "verify/judge.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/cms.h"
#include "crypto/hash.h"
#include "pdf/changes.h"
#include "pdf/reader.h"
#include "verify/range.h"

/* A clock may be wrong by hours (13 minutes were seen at the service, reference bsre-api 14), not by more than a day. */
#define CLOCK_SLACK_S 86400

/* The first thing that is wrong stays. */
static void blame(char *why, size_t size, const char *text)
{
	if (!why[0])
		snprintf(why, size, "%s", text);
}

/* What the dictionary says of itself; nothing of it is proof. */
static void describe(const struct pdf_signature *s, struct signature_verdict *out)
{
	*out = (struct signature_verdict){0};
	memcpy(out->field, s->field, sizeof out->field);
	memcpy(out->subfilter, s->subfilter, sizeof out->subfilter);
	memcpy(out->reason, s->reason, sizeof out->reason);
	memcpy(out->location, s->location, sizeof out->location);
	memcpy(out->range, s->range, sizeof out->range);
	if (!pdf_date_parse(s->modified, &out->claimed_at))
		out->claimed_at = 0;
}

static const char *kind_problem(const struct pdf_signature *s)
{
	if (s->is_timestamp || strcmp(s->subfilter, "ETSI.RFC3161") == 0)
		return _("a document time-stamp, which is not judged yet");
	if (strcmp(s->subfilter, "ETSI.CAdES.detached") != 0 &&
		strcmp(s->subfilter, "adbe.pkcs7.detached") != 0)
		return _("a kind of signature that is not accepted (SubFilter)");
	return NULL;
}

static int judge_signature(const struct verify_request *req, const struct pdf_signature *s,
	int64_t previous_end, struct signature_verdict *out, struct err *e)
{
	struct sha256 digest;

	describe(s, out);
	const char *problem = range_problem(req->pdf, req->len, s, previous_end);
	if (problem) {
		out->intact = out->covers_all = FINDING_NO;
		blame(out->why, sizeof out->why, problem);
		return 0;
	}
	out->covers_to = s->range[2] + s->range[3];
	out->covers_all = (size_t)out->covers_to == req->len ? FINDING_YES : FINDING_NO;
	problem = kind_problem(s);
	if (problem) {
		blame(out->why, sizeof out->why, problem);
		return 0;
	}
	if (range_digest(req->pdf, s->range, &digest, e) != 0 ||
		cms_verify(s->contents.data, s->contents.len, &digest, req->trust, out->claimed_at,
			req->now_at, out, e) != 0)
		return -1;
	if (out->claimed_at > req->now_at + CLOCK_SLACK_S) {
		out->in_time = FINDING_NO;
		blame(out->why, sizeof out->why, _("the signing time lies in the future"));
	}
	return 0;
}

/*
 * From the newest signature back: what was appended after each one? A change anywhere behind a signature is a change
 * for all before it.
 */
static int judge_changes(const struct verify_request *req, struct pdf_reader *whole, bool is_final,
	struct verdict *out, struct err *e)
{
	size_t newer = req->len;
	enum finding so_far = FINDING_YES;

	for (size_t i = out->signature_count; i-- > 0;) {
		struct signature_verdict *s = &out->signatures[i];
		struct pdf_changes changes;
		if (s->covers_to == 0) { /* its ranges mean nothing */
			s->unchanged = FINDING_NO;
			continue;
		}
		if (so_far == FINDING_YES && (size_t)s->covers_to < newer) {
			int status = newer == req->len
					     ? pdf_reader_changes(whole, (size_t)s->covers_to, &changes, e)
					     : pdf_changes(req->pdf, (size_t)s->covers_to, newer, req->name,
						       &changes, e);
			if (status != 0)
				return -1;
			if (is_final)
				blame(changes.why, sizeof changes.why,
					_("the file was certified as final (DocMDP P=1) and then added to"));
			if (changes.why[0]) {
				so_far = FINDING_NO;
				blame(s->why, sizeof s->why, changes.why);
			}
		}
		s->unchanged = so_far;
		if (so_far == FINDING_NO)
			blame(s->why, sizeof s->why, _("the file was changed after this signature"));
		newer = (size_t)s->covers_to;
	}
	return 0;
}

/* CAdES asks for signing-certificate-v2; the older PKCS#7 kind does not know it. */
static bool is_good(const struct signature_verdict *s)
{
	bool cades = s->cades == FINDING_YES || strcmp(s->subfilter, "adbe.pkcs7.detached") == 0;

	return s->intact == FINDING_YES && cades && s->trusted == FINDING_YES && s->in_time == FINDING_YES &&
	       s->unchanged == FINDING_YES;
}

static void conclude(bool is_xfa, struct verdict *out)
{
	out->all_good = FINDING_NO;
	if (out->signature_count == 0) {
		blame(out->why, sizeof out->why, _("there is no signature in this file"));
		return;
	}
	for (size_t i = 0; i < out->signature_count; i++) {
		struct signature_verdict *s = &out->signatures[i];
		if (is_good(s))
			continue;
		blame(s->why, sizeof s->why, _("the signature could not be judged"));
		blame(out->why, sizeof out->why, s->why);
	}
	struct signature_verdict *last = &out->signatures[out->signature_count - 1];
	if (last->covers_all != FINDING_YES) {
		blame(last->why, sizeof last->why, _("the signature does not cover the whole file"));
		blame(out->why, sizeof out->why, last->why);
	}
	if (is_xfa)
		blame(out->why, sizeof out->why, _("an XFA form: what people see is not in its pages"));
	if (!out->why[0])
		out->all_good = FINDING_YES;
}

static int judge(
	const struct verify_request *req, struct pdf_reader **reader, struct verdict *out, struct err *e)
{
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};
	struct pdf_form_kind kind;
	int64_t previous_end = 0;

	if (pdf_reader_open(req->pdf, req->len, req->name, reader, e) != 0 ||
		pdf_reader_signatures(*reader, &list, e) != 0 || pdf_reader_form_kind(*reader, &kind, e) != 0)
		return -1;
	out->signature_count = list.count;
	for (size_t i = 0; i < list.count; i++) {
		struct signature_verdict *s = &out->signatures[i];
		if (judge_signature(req, &list.items[i], previous_end, s, e) != 0)
			return -1;
		if (s->covers_to > 0)
			previous_end = s->covers_to;
	}
	if (judge_changes(req, *reader, kind.docmdp == 1, out, e) != 0)
		return -1;
	conclude(kind.is_xfa, out);
	return 0;
}

int verify_and_keep(
	const struct verify_request *req, struct verdict *out, struct pdf_reader **reader, struct err *e)
{
	struct err trouble = ERR_INIT;

	*reader = NULL;
	*out = (struct verdict){.file = sha256_of(req->pdf, req->len)};
	if (judge(req, reader, out, &trouble) == 0)
		return 0;
	pdf_reader_release(reader);
	struct sha256 file = out->file;
	*out = (struct verdict){0};
	if (trouble.kind != ERR_INPUT && trouble.kind != ERR_LIMIT)
		return err_set(e, trouble.kind, "%s", trouble.msg);
	out->file = file;
	out->all_good = FINDING_NO;
	snprintf(out->why, sizeof out->why, "%.255s", trouble.msg);
	return 0;
}

int verify_pdf(const struct verify_request *req, struct verdict *out, struct err *e)
{
	AUTO(pdf_reader_release) struct pdf_reader *reader = NULL;

	return verify_and_keep(req, out, &reader, e);
}
