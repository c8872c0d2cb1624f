#include "extend/collect.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "crypto/parts.h"

/* How often certificates that are missing on a path are fetched: each round brings the next authority. */
#define ISSUER_ROUNDS 4
/* Addresses that a file's certificates may send us to for others: three people and a time-stamp have four paths. */
#define ISSUERS_MAX   16
/* A responder may itself need an answer about itself; not for ever. */
#define DEPTH_MAX     3
/* A CRL of a busy authority has some MB; an OCSP response or a certificate a few kB. */
#define CRL_BYTES     (16 * MIB)
#define ANSWER_BYTES  (256 * KIB)

void collector_release(struct collector *c)
{
	evidence_release(&c->ev);
}

/* Adds to the pool and marks; the same bytes are there once. */
static int keep(struct collector *c, enum evidence_kind kind, const void *der, size_t len, struct need *need,
	struct err *e)
{
	if (evidence_add(&c->ev, kind, der, len, e) != 0)
		return -1;
	for (size_t i = 0; i < c->ev.count; i++)
		if (c->ev.items[i].kind == kind && c->ev.items[i].len == len &&
			memcmp(c->ev.items[i].der, der, len) == 0)
			need->item[i] = true;
	return 0;
}

static int keep_cert(struct collector *c, const struct cert *cert, struct need *need, struct err *e)
{
	AUTO(buf_release) struct buf der = BUF_INIT(ANSWER_BYTES);

	if (cert_der(cert, &der, e) != 0)
		return -1;
	return keep(c, EVIDENCE_CERT, der.data, der.len, need, e);
}

/* ---- the path ---- */

/*
 * Fetches what certificates in the pool say of their issuers, the signature's own first: they came last. `*fresh`:
 * something came that was not there.
 */
static int fetch_issuers(struct collector *c, bool *fresh, struct err *e)
{
	size_t known = c->ev.count;

	*fresh = false;
	for (size_t i = known; i-- > 0 && c->asked < ISSUERS_MAX;) {
		AUTO(cert_release) struct cert *cert = NULL, *issuer = NULL;
		AUTO(buf_release) struct buf der = BUF_INIT(ANSWER_BYTES);
		struct err trouble = ERR_INIT;
		struct cert_urls urls;
		const struct buf *answer = NULL;
		const struct evidence_item *item = &c->ev.items[i];
		if (item->kind != EVIDENCE_CERT || c->is_asked[i] ||
			cert_parse(item->der, item->len, &cert, &trouble) != 0)
			continue;
		cert_urls(cert, &urls);
		const struct extend_question q = {.url = urls.issuer, .answer_max = ANSWER_BYTES};
		c->is_asked[i] = true;
		c->asked += urls.issuer[0] != '\0';
		/* No answer is no worse than no address: the path says what is missing. */
		if (!urls.issuer[0] || answers_fetch(c->answers, &q, &answer, &trouble) != 0 ||
			cert_parse(answer->data, answer->len, &issuer, &trouble) != 0)
			continue;
		if (cert_der(issuer, &der, e) != 0 ||
			evidence_add(&c->ev, EVIDENCE_CERT, der.data, der.len, e) != 0)
			return -1;
	}
	*fresh = c->ev.count > known;
	return 0;
}

static int find_path(
	struct collector *c, const void *cms, size_t len, int64_t at, struct cert_path *out, struct err *e)
{
	struct err trouble = ERR_INIT;
	bool fresh = true;

	for (int i = 0; i < ISSUER_ROUNDS && fresh; i++) {
		err_clear(&trouble);
		if (cert_path_of_cms(cms, len, &c->ev, c->trust, at, out, &trouble) == 0)
			return 0;
		if (trouble.kind == ERR_NOMEM)
			break;
		if (fetch_issuers(c, &fresh, e) != 0)
			return -1;
	}
	return err_set(e, trouble.kind == ERR_NOMEM ? ERR_NOMEM : ERR_CRYPTO, "%s", trouble.msg);
}

/* ---- was it good? ---- */

static int say_revoked(struct collector *c, const struct cert *cert, int64_t revoked_at, struct err *e)
{
	struct cert_info info;
	char when[21];

	if (cert_info(cert, &info, e) != 0)
		return -1;
	c->revoked_at = revoked_at;
	moment_text(revoked_at, when);
	return err_set(e, ERR_CRYPTO, _("the certificate of '%s' was revoked on %s"), info.common_name, when);
}

static int is_good(struct collector *c, const struct cert *cert, const struct cert *issuer, int64_t at,
	int depth, struct need *need, struct err *e);

/* A responder whom the authority named, and who is not exempt, has to be good too (RFC 6960 4.2.2.2.1). */
static int responders_are_good(struct collector *c, size_t item, const struct cert *issuer, int64_t at,
	int depth, struct need *need, struct err *e)
{
	AUTO(evidence_release) struct evidence certs = EVIDENCE_INIT;

	if (ocsp_certificates(c->ev.items[item].der, c->ev.items[item].len, &certs, e) != 0)
		return -1;
	for (size_t i = 0; i < certs.count; i++) {
		AUTO(cert_release) struct cert *responder = NULL;
		if (cert_parse(certs.items[i].der, certs.items[i].len, &responder, e) != 0 ||
			keep_cert(c, responder, need, e) != 0)
			return -1;
		if (!revocation_is_exempt(responder) && cert_is_by(responder, issuer) &&
			is_good(c, responder, issuer, at, depth + 1, need, e) != 0)
			return -1;
	}
	return 0;
}

/* What the pool says: 1 = good, 0 = nothing, -1 = revoked or no memory. */
static int ask_pool(struct collector *c, const struct cert *cert, const struct cert *issuer, int64_t at,
	int depth, struct need *need, struct err *e)
{
	struct revocation found = {0};

	if (revocation_judge(cert, issuer, &c->ev, at, &found, e) != 0)
		return -1;
	if (found.good == FINDING_NO)
		return say_revoked(c, cert, found.revoked_at, e);
	if (found.good != FINDING_YES || found.item >= c->ev.count)
		return 0;
	need->item[found.item] = true;
	if (c->ev.items[found.item].kind == EVIDENCE_OCSP &&
		responders_are_good(c, found.item, issuer, at, depth, need, e) != 0)
		return -1;
	return 1;
}

/* An answer goes into the pool only when it decides: what says nothing is not carried along for decades. */
static int try_answer(struct collector *c, const struct cert *cert, const struct cert *issuer, int64_t at,
	enum evidence_kind kind, const struct buf *answer, const char **why, struct err *e)
{
	AUTO(evidence_release) struct evidence alone = EVIDENCE_INIT;
	struct revocation found = {0};

	for (size_t i = 0; i < c->ev.count; i++)
		if (c->ev.items[i].kind == EVIDENCE_CERT &&
			evidence_add(&alone, EVIDENCE_CERT, c->ev.items[i].der, c->ev.items[i].len, e) != 0)
			return -1;
	if (evidence_add(&alone, kind, answer->data, answer->len, e) != 0 ||
		revocation_judge(cert, issuer, &alone, at, &found, e) != 0)
		return -1;
	if (found.good == FINDING_NO)
		return say_revoked(c, cert, found.revoked_at, e);
	if (found.good == FINDING_YES)
		return evidence_add(&c->ev, kind, answer->data, answer->len, e);
	*why = found.why ? found.why : _("the answer says nothing about it");
	return 0;
}

struct asking {
	const struct cert *cert, *issuer;
	int64_t at;
	const char *url;
	enum evidence_kind kind;
};

/* Asks one address. Whatever prevents an answer goes to `trouble`; -1 only for what ends everything. */
static int ask(struct collector *c, const struct asking *a, struct err *trouble, struct err *e)
{
	AUTO(buf_release) struct buf request = BUF_INIT(ANSWER_BYTES);
	struct extend_question q = {.url = a->url, .answer_max = CRL_BYTES};
	const struct buf *answer = NULL;
	const char *why = NULL;

	if (!a->url[0])
		return 0;
	if (a->kind == EVIDENCE_OCSP) {
		if (ocsp_request(a->cert, a->issuer, &request, e) != 0)
			return -1;
		q.content_type = "application/ocsp-request";
		q.body = request.data;
		q.len = request.len;
		q.answer_max = ANSWER_BYTES;
	}
	if (answers_fetch(c->answers, &q, &answer, trouble) != 0)
		return trouble->kind == ERR_NOMEM ? err_nomem(e) : 0;
	if (try_answer(c, a->cert, a->issuer, a->at, a->kind, answer, &why, e) != 0)
		return -1;
	if (why)
		err_set(trouble, ERR_CRYPTO, "%s: %s", a->url, why);
	return 0;
}

static int is_good(struct collector *c, const struct cert *cert, const struct cert *issuer, int64_t at,
	int depth, struct need *need, struct err *e)
{
	struct err trouble = ERR_INIT;
	struct cert_info info;
	struct cert_urls urls;

	if (depth > DEPTH_MAX)
		return err_set(e, ERR_CRYPTO, _("whoever answers for a certificate needs answers for ever"));
	cert_urls(cert, &urls);
	const struct asking ocsp = {cert, issuer, at, urls.ocsp, EVIDENCE_OCSP};
	const struct asking crl = {cert, issuer, at, urls.crl, EVIDENCE_CRL};
	/*
	 * Of an authority its issuer's CRL first: short, the same for all files, and there are validators that cannot
	 * do with an OCSP response that a root signed (pyHanko 0.38).
	 */
	bool crl_first = cert_is_authority(cert);
	const struct asking *asking[] = {crl_first ? &crl : &ocsp, crl_first ? &ocsp : &crl};
	int said = ask_pool(c, cert, issuer, at, depth, need, e);
	for (size_t i = 0; i < ARRAY_LEN(asking) && said == 0; i++) {
		if (ask(c, asking[i], &trouble, e) != 0)
			return -1;
		said = ask_pool(c, cert, issuer, at, depth, need, e);
	}
	if (said != 0)
		return said > 0 ? 0 : -1;
	if (cert_info(cert, &info, e) != 0)
		return -1;
	if (trouble.kind == ERR_NONE)
		return err_set(e, ERR_CRYPTO,
			_("the certificate of '%s' names nobody who answers for it (OCSP, CRL)"),
			info.common_name);
	return err_set(e, trouble.kind == ERR_REMOTE ? ERR_REMOTE : ERR_CRYPTO,
		_("whether the certificate of '%s' was good cannot be shown: %s"), info.common_name,
		trouble.msg);
}

int collect(struct collector *c, const void *cms, size_t len, int64_t at, struct need *need, struct err *e)
{
	AUTO(cert_path_release) struct cert_path path = {.count = 0};

	if (evidence_add_cms(&c->ev, cms, len, e) != 0 || find_path(c, cms, len, at, &path, e) != 0)
		return -1;
	for (size_t i = 0; i < path.count; i++) {
		/* The root, too: it proves nothing, but tools look for it here. */
		if (keep_cert(c, path.certs[i], need, e) != 0)
			return -1;
		if (i + 1 < path.count && !revocation_is_exempt(path.certs[i]) &&
			is_good(c, path.certs[i], path.certs[i + 1], at, 0, need, e) != 0)
			return -1;
	}
	return 0;
}
