#include "verify/judge.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/cms.h"
#include "crypto/hash.h"
#include "crypto/tsp.h"
#include "pdf/changes.h"
#include "pdf/reader.h"
#include "verify/past.h"
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
	out->is_stamp = s->is_timestamp;
	if (!pdf_date_parse(s->modified, &out->claimed_at))
		out->claimed_at = 0;
}

/* A document time-stamp that tells when all before it existed. */
static bool is_proof(const struct signature_verdict *s)
{
	return s->is_stamp && s->intact == FINDING_YES && s->stamped_at > 0 && s->unrevoked != FINDING_NO;
}

static const char *kind_problem(const struct pdf_signature *s)
{
	if (s->is_timestamp != (strcmp(s->subfilter, "ETSI.RFC3161") == 0))
		return _("half a signature, half a document time-stamp (Type, SubFilter)");
	if (!s->is_timestamp && strcmp(s->subfilter, "ETSI.CAdES.detached") != 0 &&
		strcmp(s->subfilter, "adbe.pkcs7.detached") != 0)
		return _("a kind of signature that is not accepted (SubFilter)");
	return NULL;
}

/* What is known while a file is judged. */
struct trial {
	const struct verify_request *req;
	const struct pdf_signature *items; /* lent; as many as the verdict has */
	struct verdict *out;
	struct evidence file;       /* what the file holds */
	struct evidence both;       /* that and what the caller brought, if anything */
	const struct evidence *all; /* the one of these that counts */
	bool has_evidence;          /* anything that speaks of revocation */
	int64_t proven_at
		[LIMIT_SIGNATURES]; /* when each is known to have existed: a younger time-stamp, or now */
	bool is_stamped[LIMIT_SIGNATURES]; /* by a good document time-stamp over it */
};

static void trial_release(struct trial *t)
{
	evidence_release(&t->file);
	evidence_release(&t->both);
}

static int add_all(struct evidence *to, const struct evidence *from, struct err *e)
{
	for (size_t i = 0; i < from->count; i++)
		if (evidence_add(to, from->items[i].kind, from->items[i].der, from->items[i].len, e) != 0)
			return -1;
	return 0;
}

static int gather(struct trial *t, struct pdf_reader *reader, struct err *e)
{
	const struct evidence *more = t->req->evidence;

	if (past_add_store(&t->file, reader, e) != 0)
		return -1;
	t->has_evidence = t->file.count > 0 || more;
	for (size_t i = 0; i < t->out->signature_count; i++)
		t->has_evidence =
			t->has_evidence || strcmp(t->items[i].subfilter, "adbe.pkcs7.detached") == 0;
	/* Most letters carry none, and are judged without this. */
	for (size_t i = 0; i < t->out->signature_count && t->has_evidence; i++)
		if (past_add_signature(&t->file, &t->items[i], e) != 0)
			return -1;
	t->all = more ? &t->both : &t->file;
	return more && (add_all(&t->both, &t->file, e) != 0 || add_all(&t->both, more, e) != 0) ? -1 : 0;
}

/* ---- one signature ---- */

/* The signer's path, or that of the time-stamp inside; `*cms` is NULL without one. */
static struct past_question ask(const struct trial *t, size_t i, bool about_stamp)
{
	const struct signature_verdict *s = &t->out->signatures[i];
	const struct buf *contents = &t->items[i].contents;
	struct past_question q = {
		.cms = contents->data, .len = contents->len, .trust = t->req->trust, .at = t->proven_at[i]};

	if (s->stamped_at)
		q.at = s->stamped_at;
	q.until_at = about_stamp ? t->proven_at[i] : q.at;
	if (about_stamp && !s->is_stamp)
		q.cms = cms_token(contents->data, contents->len, &q.len);
	return q;
}

static int judge_revocation(const struct trial *t, size_t i, struct err *e)
{
	struct signature_verdict *s = &t->out->signatures[i];
	struct past_question q = ask(t, i, s->is_stamp);
	struct past_finding found;

	if (!t->has_evidence || s->intact != FINDING_YES || s->trusted != FINDING_YES)
		return 0;
	if (past_judge(&q, t->all, &found, e) != 0)
		return -1;
	s->unrevoked = found.unrevoked;
	s->revoked_at = found.revoked_at;
	if (found.unrevoked == FINDING_NO)
		blame(s->why, sizeof s->why, found.why);
	if (s->is_stamp || !s->stamped_at)
		return 0;
	q = ask(t, i, true);
	if (past_judge(&q, t->all, &found, e) != 0)
		return -1;
	if (found.unrevoked == FINDING_NO) {
		s->in_time = FINDING_UNKNOWN;
		blame(s->why, sizeof s->why,
			_("the time-stamp's authority was revoked, and no younger time-stamp covers it"));
	}
	return 0;
}

/* Do these hold all that the signature and its time-stamp need for ever (ETSI EN 319 142-1 6.3, B-LT)? */
static int is_long_term(const struct trial *t, const struct evidence *ev, size_t i, bool *out, struct err *e)
{
	*out = true;
	for (int about_stamp = 0; about_stamp < 2 && *out; about_stamp++) {
		struct past_question q = ask(t, i, about_stamp);
		struct past_finding found;
		if (!q.cms)
			continue;
		if (past_judge(&q, ev, &found, e) != 0)
			return -1;
		*out = found.unrevoked == FINDING_YES && found.is_complete;
	}
	return 0;
}

static int judge_signature(struct trial *t, size_t i, struct err *e)
{
	const struct pdf_signature *item = &t->items[i];
	struct signature_verdict *s = &t->out->signatures[i];
	const unsigned char *pdf = t->req->pdf;
	const struct cms_question q = {.der = item->contents.data,
		.len = item->contents.len,
		.pieces = {{pdf, (size_t)item->range[1]}, {pdf + item->range[2], (size_t)item->range[3]}},
		.trust = t->req->trust,
		.evidence = t->all,
		.claimed_at = s->claimed_at,
		.proven_at = t->proven_at[i]};
	bool long_term = false;

	if (cms_judge(&q, s, e) != 0 || judge_revocation(t, i, e) != 0)
		return -1;
	if (s->claimed_at > t->req->now_at + CLOCK_SLACK_S) {
		s->in_time = FINDING_NO;
		blame(s->why, sizeof s->why, _("the signing time lies in the future"));
	}
	/* PAdES baseline asks for /M, too. */
	if (strcmp(s->subfilter, "ETSI.CAdES.detached") != 0 || s->claimed_at == 0)
		s->level = LEVEL_NONE;
	/* ETSI EN 319 142-1 6.3: a document time-stamp makes B-T as well. */
	if (s->level == LEVEL_B_B && t->is_stamped[i])
		s->level = LEVEL_B_T;
	if (s->level != LEVEL_B_T || !t->has_evidence)
		return 0;
	if (is_long_term(t, &t->file, i, &long_term, e) != 0)
		return -1;
	if (long_term)
		s->level = LEVEL_B_LT;
	return 0;
}

/* ---- document time-stamps ---- */

static void describe_stamp(const struct tsp_verdict *stamp, struct signature_verdict *s)
{
	s->intact = stamp->is_whole ? FINDING_YES : FINDING_NO;
	s->trusted = s->in_time = stamp->stamped_at ? FINDING_YES : FINDING_NO;
	s->stamped_at = stamp->stamped_at;
	s->stamp_ends_at = stamp->ends_at;
	memcpy(s->signer, stamp->authority, sizeof s->signer);
	memcpy(s->stamper, stamp->authority, sizeof s->stamper);
	memcpy(s->serial, stamp->who.serial, sizeof s->serial);
	memcpy(s->issuer, stamp->who.issuer_cn, sizeof s->issuer);
	s->certificate = stamp->who.sha256;
	s->not_before_at = stamp->who.not_before_at;
	s->not_after_at = stamp->who.not_after_at;
	if (stamp->why)
		blame(s->why, sizeof s->why, stamp->why);
}

/* A good one proves that all before it existed then: `*proven_at`. */
static int judge_stamp(struct trial *t, size_t i, int64_t *proven_at, struct err *e)
{
	const struct pdf_signature *item = &t->items[i];
	struct signature_verdict *s = &t->out->signatures[i];
	const unsigned char *pdf = t->req->pdf;
	const struct tsp_question q = {.token = item->contents.data,
		.len = item->contents.len,
		.stamped = {{pdf, (size_t)item->range[1]}, {pdf + item->range[2], (size_t)item->range[3]}},
		.trust = t->req->trust,
		.evidence = t->all,
		.proven_at = t->proven_at[i],
		.is_document = true};
	struct tsp_verdict stamp;

	if (tsp_judge(&q, &stamp, e) != 0)
		return -1;
	describe_stamp(&stamp, s);
	if (judge_revocation(t, i, e) != 0)
		return -1;
	if (is_proof(s) && s->stamped_at < *proven_at)
		*proven_at = s->stamped_at;
	return 0;
}

/* ---- all of them ---- */

static void judge_range(const struct verify_request *req, const struct pdf_signature *s, int64_t previous_end,
	struct signature_verdict *out)
{
	describe(s, out);
	const char *problem = range_problem(req->pdf, req->len, s, previous_end);
	if (problem) {
		out->intact = out->covers_all = FINDING_NO;
		blame(out->why, sizeof out->why, problem);
		return;
	}
	out->covers_to = s->range[2] + s->range[3];
	out->covers_all = (size_t)out->covers_to == req->len ? FINDING_YES : FINDING_NO;
	problem = kind_problem(s);
	if (problem)
		blame(out->why, sizeof out->why, problem);
}

/*
 * From the newest back (ETSI EN 319 102-1 5.6.3): each is judged at the moment by which it is known to have existed.
 * That is now, or what the caller knows, until a document time-stamp proves an earlier one for all before it.
 */
static int judge_items(struct trial *t, struct err *e)
{
	const struct verify_request *req = t->req;
	bool is_known = req->known_at > 0 && req->known_at < req->now_at;
	int64_t proven_at = is_known ? req->known_at : req->now_at;
	bool is_stamped = false;

	for (size_t i = t->out->signature_count; i-- > 0;) {
		struct signature_verdict *s = &t->out->signatures[i];
		t->proven_at[i] = proven_at;
		t->is_stamped[i] = is_stamped;
		if (s->why[0])
			continue;
		if ((s->is_stamp ? judge_stamp(t, i, &proven_at, e) : judge_signature(t, i, e)) != 0)
			return -1;
		is_stamped = is_stamped || is_proof(s);
	}
	return 0;
}

/* B-LTA: the newest good document time-stamp covers all that makes B-LT, as the file was then. */
static int judge_archive(struct trial *t, struct err *e)
{
	AUTO(evidence_release) struct evidence covered = EVIDENCE_INIT;
	AUTO(pdf_reader_release) struct pdf_reader *then = NULL;
	size_t last = t->out->signature_count;

	while (last > 0 && !is_proof(&t->out->signatures[last - 1]))
		last--;
	if (last == 0)
		return 0;
	if (pdf_reader_open(t->req->pdf, (size_t)t->out->signatures[last - 1].covers_to, t->req->name, &then,
		    e) != 0 ||
		past_add_store(&covered, then, e) != 0)
		return -1;
	for (size_t i = 0; i < last; i++)
		if (past_add_signature(&covered, &t->items[i], e) != 0)
			return -1;
	for (size_t i = 0; i + 1 < last; i++) {
		struct signature_verdict *s = &t->out->signatures[i];
		bool archived = false;
		if (s->level == LEVEL_B_LT && is_long_term(t, &covered, i, &archived, e) != 0)
			return -1;
		if (archived)
			s->level = LEVEL_B_LTA;
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
			/* An annotation may look like a signature and stand in no form: readers would not agree. */
			if (changes.signatures + changes.stamps != (i + 1 < out->signature_count))
				blame(changes.why, sizeof changes.why,
					_("a signature was added that the form does not list"));
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

/*
 * CAdES asks for signing-certificate-v2; the older PKCS#7 kind does not know it. A document time-stamp by an authority that
 * proves nothing takes nothing from the signatures: anybody could have added it.
 */
static bool is_good(const struct signature_verdict *s)
{
	bool cades = s->cades == FINDING_YES || strcmp(s->subfilter, "adbe.pkcs7.detached") == 0;

	if (s->is_stamp)
		return s->intact == FINDING_YES && s->unchanged == FINDING_YES;
	return s->intact == FINDING_YES && cades && s->trusted == FINDING_YES && s->in_time == FINDING_YES &&
	       s->unchanged == FINDING_YES && s->unrevoked != FINDING_NO;
}

static void conclude_level(struct verdict *out)
{
	bool first = true;

	for (size_t i = 0; i < out->signature_count; i++) {
		const struct signature_verdict *s = &out->signatures[i];
		if (s->is_stamp)
			continue;
		if (first || s->level < out->level)
			out->level = s->level;
		first = false;
	}
}

static void conclude(bool is_xfa, struct verdict *out)
{
	out->all_good = FINDING_NO;
	if (verdict_signers(out) == 0) {
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
	/* Behind the last one only validation data may follow: a signature would be the last one itself. */
	struct signature_verdict *last = &out->signatures[out->signature_count - 1];
	if (last->covers_all != FINDING_YES && last->unchanged != FINDING_YES) {
		blame(last->why, sizeof last->why, _("the signature does not cover the whole file"));
		blame(out->why, sizeof out->why, last->why);
	}
	if (is_xfa)
		blame(out->why, sizeof out->why, _("an XFA form: what people see is not in its pages"));
	conclude_level(out);
	if (!out->why[0])
		out->all_good = FINDING_YES;
}

static int judge(
	const struct verify_request *req, struct pdf_reader **reader, struct verdict *out, struct err *e)
{
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};
	AUTO(trial_release) struct trial t = {.req = req, .out = out};
	struct pdf_form_kind kind;
	int64_t previous_end = 0;

	if (pdf_reader_open(req->pdf, req->len, req->name, reader, e) != 0 ||
		pdf_reader_signatures(*reader, &list, e) != 0 || pdf_reader_form_kind(*reader, &kind, e) != 0)
		return -1;
	t.items = list.items;
	out->signature_count = list.count;
	for (size_t i = 0; i < list.count; i++) {
		judge_range(req, &list.items[i], previous_end, &out->signatures[i]);
		if (out->signatures[i].covers_to > 0)
			previous_end = out->signatures[i].covers_to;
	}
	if (gather(&t, *reader, e) != 0 || judge_items(&t, e) != 0 || judge_archive(&t, e) != 0 ||
		judge_changes(req, *reader, kind.docmdp == 1, out, e) != 0)
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
