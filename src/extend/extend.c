#include "extend/extend.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/hash.h"
#include "crypto/parts.h"
#include "crypto/tsp.h"
#include "extend/collect.h"
#include "pdf/append.h"
#include "pdf/dss.h"

/* Room for the first token of an authority that is not known yet; they have 3 to 8 kB. */
#define STAMP_ROOM  (12 * KIB)
/* Beside the token that was seen last: serial numbers and fractions of seconds differ. */
#define STAMP_SLACK 256
#define STAMP_TRIES 3
#define DAY_S       86400

struct extender {
	struct extender_config config;
	struct answers *answers; /* owned */
	size_t stamp_room;       /* for the next token */
};

int extender_new(const struct extender_config *config, struct extender **out, struct err *e)
{
	AUTO(extender_release) struct extender *x = calloc(1, sizeof *x);

	if (!x)
		return err_nomem(e);
	x->config = *config;
	x->stamp_room = STAMP_ROOM;
	if (answers_new(config->fetch, config->user, &x->answers, e) != 0)
		return -1;
	*out = steal(&x);
	return 0;
}

void extender_free(struct extender *x)
{
	if (x)
		answers_free(x->answers);
	free(x);
}

void extender_release(struct extender **x)
{
	extender_free(*x);
	*x = NULL;
}

/* ---- what is to be done ---- */

static const struct signature_verdict *newest_stamp(const struct verdict *v)
{
	for (size_t i = v->signature_count; i-- > 0;)
		if (v->signatures[i].is_stamp)
			return &v->signatures[i];
	return NULL;
}

static bool is_renewal(const struct extender *x, const struct extend_request *req)
{
	const struct signature_verdict *last = newest_stamp(req->verdict);

	return req->level == LEVEL_B_LTA && req->verdict->level == LEVEL_B_LTA && last &&
	       last->stamp_ends_at - req->now_at < (int64_t)x->config.renew_days * DAY_S;
}

bool extend_is_due(const struct extender *x, const struct extend_request *req)
{
	return req->verdict->all_good != FINDING_YES || req->verdict->level < req->level ||
	       is_renewal(x, req);
}

static int refuse(const struct verdict *v, const char *why, struct err *e)
{
	return err_set(e, ERR_CRYPTO, "%s", v->why[0] ? v->why : why);
}

/* Only a missing path may still be mended: an authority's certificate can be fetched. */
static int check_signature(const struct verdict *v, const struct signature_verdict *s,
	struct extend_report *report, struct err *e)
{
	if (!s->is_stamp && strcmp(s->subfilter, "ETSI.CAdES.detached") != 0)
		return err_set(e, ERR_CRYPTO, _("the signature is not PAdES (ETSI EN 319 142-1)"));
	if (s->intact != FINDING_YES || s->cades == FINDING_NO || s->unchanged != FINDING_YES ||
		s->in_time == FINDING_NO)
		return refuse(v, _("the signature is not valid"), e);
	if (s->unrevoked == FINDING_NO) {
		report->revoked_at = s->revoked_at;
		return refuse(v, _("the signer's certificate was revoked"), e);
	}
	return 0;
}

static int check_file(const struct verdict *v, struct extend_report *report, struct err *e)
{
	size_t signers = 0;

	for (size_t i = 0; i < v->signature_count; i++) {
		signers += !v->signatures[i].is_stamp;
		if (check_signature(v, &v->signatures[i], report, e) != 0)
			return -1;
	}
	if (signers == 0)
		return refuse(v, _("there is no signature in this file"), e);
	return 0;
}

/* ---- the security store ---- */

static int load_pool(struct pdf_reader *r, struct evidence *ev, struct err *e)
{
	static const enum evidence_kind kinds[] = {0, EVIDENCE_CERT, EVIDENCE_OCSP, EVIDENCE_CRL};
	AUTO(dss_release) struct dss dss = {NULL, 0};

	if (pdf_reader_dss(r, &dss, e) != 0)
		return -1;
	for (size_t i = 0; i < dss.count; i++)
		if (evidence_add(ev, kinds[dss.items[i].kind], dss.items[i].der, dss.items[i].len, e) != 0)
			return -1;
	return 0;
}

/* When a later document time-stamp fixed what stands before it; now if none did. */
static int64_t sealed_at(const struct extend_request *req, size_t i)
{
	for (size_t k = i + 1; k < req->verdict->signature_count; k++)
		if (req->verdict->signatures[k].is_stamp && req->verdict->signatures[k].stamped_at > 0)
			return req->verdict->signatures[k].stamped_at;
	return req->now_at;
}

/* The signer as of the time-stamp; each time-stamp as of the next one over it, the newest as of now. */
static int collect_one(struct collector *c, const struct extend_request *req, const struct pdf_signature *s,
	size_t i, struct need *need, struct err *e)
{
	int64_t later = sealed_at(req, i);
	int64_t stamped_at = i < req->verdict->signature_count ? req->verdict->signatures[i].stamped_at : 0;
	int64_t at = s->is_timestamp || stamped_at == 0 ? later : stamped_at;

	if (collect(c, s->contents.data, s->contents.len, at, need, e) != 0)
		return err_context(e, "%s", s->field);
	size_t token_len = 0;
	const void *token = s->is_timestamp ? NULL : cms_token(s->contents.data, s->contents.len, &token_len);
	if (token && collect(c, token, token_len, later, need, e) != 0)
		return err_context(e, _("%s, its time-stamp"), s->field);
	return 0;
}

/* Everything that is collected, in the shape that pdf/ wants. */
struct addition {
	struct dss_addition add;
	struct dss_item items[EVIDENCE_MAX];
	size_t place[EVIDENCE_MAX]; /* of an item of the pool among them */
	struct dss_vri vri[LIMIT_SIGNATURES];
	size_t lists[LIMIT_SIGNATURES][EVIDENCE_MAX];
};

static void fill_addition(struct addition *a, const struct evidence *ev, const struct need *needs,
	const struct pdf_signature_list *list)
{
	static const enum dss_kind kinds[] = {0, DSS_CERT, DSS_OCSP, DSS_CRL};

	a->add = (struct dss_addition){a->items, 0, a->vri, list->count};
	for (size_t i = 0; i < ev->count; i++) {
		bool needed = false;
		for (size_t k = 0; k < list->count; k++)
			needed = needed || needs[k].item[i];
		a->place[i] = a->add.count;
		if (needed)
			a->items[a->add.count++] = (struct dss_item){
				kinds[ev->items[i].kind], ev->items[i].der, ev->items[i].len};
	}
	for (size_t k = 0; k < list->count; k++) {
		struct dss_vri *vri = &a->vri[k];
		sha1_name(list->items[k].contents.data, list->items[k].contents.len, vri->key);
		vri->items = a->lists[k];
		for (size_t i = 0; i < ev->count; i++)
			if (needs[k].item[i])
				a->lists[k][vri->count++] = a->place[i];
	}
}

/* True if something is needed that is not among the first `known` items of the pool: those of the file's own store. */
static bool is_news(const struct need *needs, size_t count, size_t known)
{
	for (size_t k = 0; k < count; k++)
		for (size_t i = known; i < EVIDENCE_MAX; i++)
			if (needs[k].item[i])
				return true;
	return false;
}

/* `out` stays empty when the file has all of it. */
static int add_data(struct extender *x, const struct extend_request *req, const unsigned char *pdf,
	size_t len, struct buf *out, struct extend_report *report, struct err *e)
{
	AUTO(collector_release)
	struct collector c = {.answers = x->answers, .trust = x->config.trust, .ev = EVIDENCE_INIT};
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};
	AUTO(free_ptr) struct need *needs = calloc(LIMIT_SIGNATURES, sizeof *needs);
	AUTO(free_ptr) struct addition *a = calloc(1, sizeof *a);

	if (!needs || !a)
		return err_nomem(e);
	if (pdf_reader_open(pdf, len, req->name, &r, e) != 0 || pdf_reader_signatures(r, &list, e) != 0 ||
		load_pool(r, &c.ev, e) != 0)
		return -1;
	size_t known = c.ev.count;
	for (size_t i = 0; i < list.count; i++)
		if (collect_one(&c, req, &list.items[i], i, &needs[i], e) != 0) {
			report->revoked_at = c.revoked_at;
			return -1;
		}
	if (!is_news(needs, list.count, known))
		return 0;
	fill_addition(a, &c.ev, needs, &list);
	return pdf_append_dss(pdf, len, req->name, &a->add, out, e);
}

/* ---- the document time-stamp ---- */

static int ask_for_token(
	struct extender *x, const struct buf *file, const int64_t range[4], struct buf *token, struct err *e)
{
	AUTO(hasher_release) struct hasher *h = NULL;
	AUTO(buf_release) struct buf request = BUF_INIT(4 * KIB);
	AUTO(buf_release) struct buf answer = BUF_INIT(LIMIT_CMS_BYTES);
	uint64_t nonce;

	if (hasher_new(&h, e) != 0 || random_bytes(&nonce, sizeof nonce, e) != 0)
		return -1;
	hasher_add(h, file->data, (size_t)range[1]);
	hasher_add(h, file->data + range[2], (size_t)range[3]);
	struct sha256 imprint = hasher_end(h);
	if (tsp_request(&imprint, nonce, &request, e) != 0)
		return -1;
	const struct extend_question q = {.url = x->config.stamp_url,
		.content_type = "application/timestamp-query",
		.body = request.data,
		.len = request.len,
		.answer_max = LIMIT_CMS_BYTES,
		.is_stamp = true};
	if (x->config.fetch(x->config.user, &q, &answer, e) != 0)
		return -1;
	return tsp_response(answer.data, answer.len, &imprint, nonce, token, e);
}

static int add_stamp(struct extender *x, const struct extend_request *req, const unsigned char *pdf,
	size_t len, unsigned number, struct buf *out, struct err *e)
{
	char field[64];

	if (!x->config.stamp_url)
		return err_set(e, ERR_CONFIG, _("B-LTA needs a time-stamp authority: [stamp] url"));
	snprintf(field, sizeof field, "stempel_%lld_%zu", (long long)req->now_at,
		req->verdict->signature_count + number);
	for (int i = 0; i < STAMP_TRIES; i++) {
		AUTO(buf_release) struct buf token = BUF_INIT(LIMIT_CMS_BYTES);
		int64_t range[4];
		buf_release(out);
		if (pdf_append_stamp(pdf, len, req->name, field, x->stamp_room, out, range, e) != 0 ||
			ask_for_token(x, out, range, &token, e) != 0)
			return -1;
		bool fits = token.len <= x->stamp_room;
		if (fits && pdf_patch_contents(out, range, token.data, token.len, e) != 0)
			return -1;
		/* Zeros are bytes in every copy: the next one gets what this authority needs. */
		x->stamp_room = token.len + STAMP_SLACK;
		if (fits)
			return 0;
	}
	return err_set(e, ERR_REMOTE, _("the time-stamp authority's tokens grow from one to the next"));
}

/* ---- all of it ---- */

/* Where the steps stand: the file so far is req->pdf or the last buffer that was filled. */
struct steps {
	const unsigned char *pdf;
	size_t len;
	struct buf last;
	unsigned stamps;
};

static void steps_release(struct steps *s)
{
	buf_release(&s->last);
}

static void advance(struct steps *s, struct buf *next)
{
	if (next->len == 0)
		return;
	buf_release(&s->last);
	s->last = *next;
	*next = (struct buf)BUF_INIT(next->max);
	s->pdf = s->last.data;
	s->len = s->last.len;
}

static int take_steps(struct extender *x, const struct extend_request *req, struct buf *out,
	struct extend_report *report, struct err *e)
{
	AUTO(steps_release) struct steps s = {req->pdf, req->len, BUF_INIT(0), 0};
	AUTO(buf_release) struct buf next = BUF_INIT(out->max);

	if (check_file(req->verdict, report, e) != 0)
		return -1;
	/* Without any time-stamp nothing tells when the signature was there already: the first thing it needs. */
	if (req->verdict->level < LEVEL_B_T && !newest_stamp(req->verdict)) {
		if (add_stamp(x, req, s.pdf, s.len, s.stamps++, &next, e) != 0)
			return -1;
		advance(&s, &next);
	}
	if (add_data(x, req, s.pdf, s.len, &next, report, e) != 0)
		return -1;
	advance(&s, &next);
	if (req->level == LEVEL_B_LTA) {
		if (add_stamp(x, req, s.pdf, s.len, s.stamps++, &next, e) != 0)
			return -1;
		advance(&s, &next);
	}
	if (s.last.len == 0)
		return err_set(e, ERR_CRYPTO,
			_("the file has all data that can be had, and still cannot be shown to be good"));
	buf_release(out);
	*out = s.last;
	s.last = (struct buf)BUF_INIT(0);
	return 0;
}

/* An error that is about the file or about others is an answer. */
static int conclude(const struct err *trouble, struct extend_report *report, struct err *e)
{
	switch (trouble->kind) {
	case ERR_CRYPTO:
	case ERR_INPUT:
	case ERR_LIMIT:
		report->end = report->revoked_at != 0 ? EXTEND_REVOKED : EXTEND_CANNOT;
		break;
	case ERR_REMOTE:
		report->end = EXTEND_DOWN;
		break;
	default:
		return err_set(e, trouble->kind, "%s", trouble->msg);
	}
	snprintf(report->why, sizeof report->why, "%s", trouble->msg);
	return 0;
}

int extend_pdf(struct extender *x, const struct extend_request *req, struct buf *out,
	struct extend_report *report, struct err *e)
{
	struct err trouble = ERR_INIT;

	*report = (struct extend_report){.end = EXTEND_NONE};
	if (!extend_is_due(x, req)) {
		report->end = EXTEND_NOT_DUE;
		return 0;
	}
	if (take_steps(x, req, out, report, &trouble) != 0) {
		buf_release(out);
		return conclude(&trouble, report, e);
	}
	report->end = EXTEND_DONE;
	report->renewed = req->verdict->level == LEVEL_B_LTA;
	return 0;
}
