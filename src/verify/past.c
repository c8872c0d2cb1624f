#include "verify/past.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/cms.h"
#include "crypto/tsp.h"
#include "pdf/dss.h"

static bool holds(const struct evidence *ev, const struct buf *der)
{
	for (size_t i = 0; i < ev->count; i++)
		if (ev->items[i].kind == EVIDENCE_CERT && ev->items[i].len == der->len &&
			memcmp(ev->items[i].der, der->data, der->len) == 0)
			return true;
	return false;
}

/* One certificate of the path, and the one that issued it. */
static int judge_one(const struct past_question *q, const struct evidence *ev, const struct cert_path *path,
	size_t i, struct past_finding *out, struct err *e)
{
	AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_CMS_BYTES);
	struct revocation then, later;

	if (cert_der(path->certs[i], &der, e) != 0)
		return -1;
	out->is_complete = out->is_complete && holds(ev, &der);
	if (revocation_is_exempt(path->certs[i]))
		return 0;
	if (revocation_judge(path->certs[i], path->certs[i + 1], ev, q->at, &then, e) != 0)
		return -1;
	later = then;
	if (q->until_at > q->at &&
		revocation_judge(path->certs[i], path->certs[i + 1], ev, q->until_at, &later, e) != 0)
		return -1;
	if (i == 0)
		out->revoked_at = then.revoked_at;
	if (then.good == FINDING_NO || later.good == FINDING_NO) {
		out->unrevoked = FINDING_NO;
		out->why = i > 0 ? _("an authority in the certificate's path had been revoked")
			   : then.good == FINDING_NO ? then.why
						     : later.why;
	} else if (then.good == FINDING_UNKNOWN && out->unrevoked == FINDING_YES) {
		out->unrevoked = FINDING_UNKNOWN;
	}
	return 0;
}

int past_judge(
	const struct past_question *q, const struct evidence *ev, struct past_finding *out, struct err *e)
{
	AUTO(cert_path_release) struct cert_path path = {.count = 0};
	struct past_finding found = {.unrevoked = FINDING_YES, .is_complete = true};
	struct err trouble = ERR_INIT;

	*out = (struct past_finding){.unrevoked = FINDING_UNKNOWN};
	if (cert_path_of_cms(q->cms, q->len, ev, q->trust, q->at, &path, &trouble) != 0)
		/* Without a path nothing is proven; that there is none is said elsewhere. */
		return trouble.kind == ERR_NOMEM ? err_set(e, trouble.kind, "%s", trouble.msg) : 0;
	for (size_t i = 0; i + 1 < path.count && found.unrevoked != FINDING_NO; i++)
		if (judge_one(q, ev, &path, i, &found, e) != 0)
			return -1;
	*out = found;
	return 0;
}

int past_add_store(struct evidence *ev, struct pdf_reader *r, struct err *e)
{
	static const enum evidence_kind kind[] = {
		[DSS_CERT] = EVIDENCE_CERT, [DSS_OCSP] = EVIDENCE_OCSP, [DSS_CRL] = EVIDENCE_CRL};
	AUTO(dss_release) struct dss dss = {NULL, 0};

	if (pdf_reader_dss(r, &dss, e) != 0)
		return -1;
	for (size_t i = 0; i < dss.count; i++)
		if (evidence_add(ev, kind[dss.items[i].kind], dss.items[i].der, dss.items[i].len, e) != 0)
			return -1;
	return 0;
}

/* What cannot be taken apart holds nothing; what is wrong with it is said where the signature is judged. */
static int add_certificates(struct evidence *ev, const void *cms, size_t len, struct err *e)
{
	struct err trouble = ERR_INIT;

	if (evidence_add_cms(ev, cms, len, &trouble) == 0 || trouble.kind == ERR_INPUT)
		return 0;
	return err_set(e, trouble.kind, "%s", trouble.msg);
}

int past_add_signature(struct evidence *ev, const struct pdf_signature *s, struct err *e)
{
	size_t token_len = 0;
	const void *token = cms_token(s->contents.data, s->contents.len, &token_len);

	if (cms_add_revocation(s->contents.data, s->contents.len, ev, e) != 0 ||
		add_certificates(ev, s->contents.data, s->contents.len, e) != 0)
		return -1;
	return token ? add_certificates(ev, token, token_len, e) : 0;
}
