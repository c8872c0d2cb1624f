/* Design decision 6: nothing is believed that comes back. Declared in verify.h. */
#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "pdf/changes.h"
#include "verify/judge.h"

static int refuse(struct verdict *out, const char *why)
{
	out->all_good = FINDING_NO;
	if (!out->why[0])
		snprintf(out->why, sizeof out->why, "%s", why);
	return 0;
}

/* Names as certificates spell them: letter case and blanks differ between offices, nothing else may. */
static bool same_name(const char *a, const char *b)
{
	for (;;) {
		bool a_gap = *a == ' ', b_gap = *b == ' ';
		a += strspn(a, " ");
		b += strspn(b, " ");
		if (!*a || !*b)
			return !*a && !*b;
		char x = *a >= 'a' && *a <= 'z' ? (char)(*a - 'a' + 'A') : *a;
		char y = *b >= 'a' && *b <= 'z' ? (char)(*b - 'a' + 'A') : *b;
		if (a_gap != b_gap || x != y)
			return false;
		a++;
		b++;
	}
}

static bool is_by(const struct signature_verdict *s, const struct expected_signer *who)
{
	if (s->signer_id[0] && who->nik)
		return strcmp(s->signer_id, who->nik) == 0;
	return who->name && s->signer[0] && same_name(s->signer, who->name);
}

bool verdict_is_by(const struct verdict *v, const struct expected_signer *people, size_t count)
{
	if (verdict_signers(v) != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!is_by(verdict_signer(v, i), &people[i]))
			return false;
	return true;
}

static const char *signature_problem(const struct reply_check *req, const struct signature_verdict *s)
{
	if (strcmp(s->subfilter, "ETSI.CAdES.detached") != 0 || s->cades != FINDING_YES)
		return _("the reply's signature is not PAdES (ETSI EN 319 142-1)");
	if ((uint64_t)s->range[1] < req->sent_len)
		return _("the reply's signature stands in the part that was sent");
	if (!is_by(s, &req->signers[req->signer_count - 1]))
		return _("the reply is signed by another person than asked for");
	if (s->claimed_at == 0)
		return _("the reply's signature has no signing time (/M)");
	return NULL;
}

/* Services measure in whole points, and round. */
#define AREA_SLACK_PT 1.5

/* A signature that is seen may stand where it was asked for, and nowhere else: it could cover what is written. */
static const char *area_problem(const struct page_area *asked, const struct pdf_changes *changes)
{
	const struct page_area *is = &changes->area;

	if (!changes->visible)
		return asked ? _("the reply's signature was asked to be visible, and is not") : NULL;
	if (!asked)
		return _("the reply's signature covers a part of a page");
	if (asked->page == 0)
		return is->width <= asked->width + AREA_SLACK_PT &&
				       is->height <= asked->height + AREA_SLACK_PT
			       ? NULL
			       : _("the reply's visible signature is larger than asked for");
	return is->page == asked->page && is->x >= asked->x - AREA_SLACK_PT &&
			       is->y >= asked->y - AREA_SLACK_PT &&
			       is->x + is->width <= asked->x + asked->width + AREA_SLACK_PT &&
			       is->y + is->height <= asked->y + asked->height + AREA_SLACK_PT
		       ? NULL
		       : _("the reply's visible signature stands elsewhere than asked for");
}

int verify_reply(const struct reply_check *req, struct verdict *out, struct err *e)
{
	const struct verify_request whole = {.pdf = req->reply,
		.len = req->reply_len,
		.name = _("reply"),
		.trust = req->trust,
		.now_at = req->now_at,
		.evidence = req->evidence};
	AUTO(pdf_reader_release) struct pdf_reader *reader = NULL;
	struct pdf_changes changes;

	if (verify_and_keep(&whole, out, &reader, e) != 0)
		return -1;
	if (req->sent_len == 0 || req->reply_len <= req->sent_len ||
		memcmp(req->reply, req->sent, req->sent_len) != 0) {
		/* Before any verdict on its signatures: a perfectly signed other letter is the worst case. */
		out->why[0] = '\0';
		return refuse(out, _("the reply does not begin with the very bytes that were sent"));
	}
	if (out->all_good != FINDING_YES)
		return refuse(out, _("the reply's signature could not be judged"));
	if (pdf_reader_changes(reader, req->sent_len, &changes, e) != 0) {
		*out = (struct verdict){0};
		return -1;
	}
	if (changes.why[0])
		return refuse(out, changes.why);
	if (changes.signatures != 1)
		return refuse(out, _("the reply must add exactly one signature"));
	const char *problem = area_problem(req->area, &changes);
	if (!problem)
		problem = signature_problem(req, verdict_signer(out, verdict_signers(out) - 1));
	if (problem)
		return refuse(out, problem);
	if (!req->of_any && !verdict_is_by(out, req->signers, req->signer_count))
		return refuse(out, _("the earlier signatures are not those of the signers before"));
	return 0;
}
