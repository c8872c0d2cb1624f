#include "crypto/cms.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/bag.h"
#include "crypto/chain.h"
#include "crypto/oid.h"
#include "crypto/revocation.h"
#include "crypto/tsp.h"

#include <openssl/err.h>

/* The first thing that is wrong stays. */
static void blame(struct signature_verdict *out, const char *why)
{
	if (!out->why[0])
		copy_text(out->why, sizeof out->why, why, strlen(why));
}

/* A NIK is 16 digits; nothing longer than 15 digits is shown. */
static void mask_nik(char *text)
{
	while (*text) {
		size_t digits = strspn(text, "0123456789");
		if (digits >= 16)
			memset(text, '*', digits);
		text += digits ? digits : 1;
	}
}

static void fill_signer(const struct bag *bag, struct signature_verdict *out)
{
	struct cert_info info = bag->who;

	mask_nik(info.subject);
	memcpy(out->signer, info.common_name, sizeof out->signer);
	memcpy(out->signer_dn, info.subject, sizeof out->signer_dn);
	memcpy(out->signer_id, info.subject_id, sizeof out->signer_id);
	memcpy(out->serial, info.serial, sizeof out->serial);
	memcpy(out->issuer, info.issuer_cn, sizeof out->issuer);
	out->certificate = info.sha256;
	out->not_before_at = info.not_before_at;
	out->not_after_at = info.not_after_at;
}

/* Within the certificate's validity? */
static void judge_moment(int64_t at, struct signature_verdict *out)
{
	bool early = at<out->not_before_at, late = at> out->not_after_at;

	if (early || late)
		out->in_time = FINDING_NO;
	if (early)
		blame(out, _("the certificate was not valid yet at the time of signing"));
	if (late)
		blame(out, _("the certificate had expired at the time of signing"));
}

static void judge_time(const struct cms_question *q, int64_t moment, struct signature_verdict *out)
{
	if (out->in_time == FINDING_UNKNOWN)
		return;
	if (out->stamped_at == 0 && q->claimed_at > 0)
		judge_moment(q->claimed_at, out);
	if (out->stamped_at == 0 && out->in_time == FINDING_YES && moment > out->not_after_at) {
		out->in_time = FINDING_NO;
		blame(out,
			_("the certificate has expired since, and nothing proves that it was used before"));
	}
	judge_moment(moment, out);
}

static void judge_certificate(
	const struct cms_question *q, struct bag *bag, int64_t moment, struct signature_verdict *out)
{
	const char *why = usage_problem(bag->signer);

	if (!why)
		why = bag_path_problem_with(q->trust, bag, q->evidence, moment);
	out->trusted = why ? FINDING_NO : FINDING_YES;
	if (!why && (why = bag_stranger_problem(q->trust, bag)))
		out->intact = FINDING_NO;
	if (why)
		blame(out, why);
}

/* A time-stamp that is not whole says that the file is not, either; when it was signed is then not known. */
static int judge_stamp(const struct cms_question *q, const struct signed_data *s,
	struct signature_verdict *out, struct err *e)
{
	struct tsp_verdict stamp;
	struct der token;

	out->in_time = FINDING_YES;
	if (s->unsigned_attributes.whole_len == 0)
		return 0;
	if (!signed_data_token(s, &token)) {
		out->in_time = FINDING_UNKNOWN;
		blame(out, _("the signature carries something that nothing protects"));
		return 0;
	}
	const struct tsp_question about = {.token = token.whole,
		.len = token.whole_len,
		.stamped = {{s->signature.body, s->signature.len}, {"", 0}},
		.trust = q->trust,
		.evidence = q->evidence,
		.proven_at = q->proven_at};
	if (tsp_judge(&about, &stamp, e) != 0)
		return -1;
	if (!stamp.is_whole) {
		out->in_time = FINDING_UNKNOWN;
		blame(out, stamp.why);
	}
	if (stamp.stamped_at == 0)
		return 0;
	out->stamped_at = stamp.stamped_at;
	out->stamp_ends_at = stamp.ends_at;
	memcpy(out->stamper, stamp.authority, sizeof out->stamper);
	return 0;
}

/* PAdES baseline (ETSI EN 319 142-1 6.3) forbids the attribute signing-time. */
static enum pades_level level_of(const struct signed_data *s, const struct signature_verdict *v)
{
	if (v->cades != FINDING_YES || signed_attribute_count(s, OID(OID_SIGNING_TIME)) > 0)
		return LEVEL_NONE;
	return v->stamped_at ? LEVEL_B_T : LEVEL_B_B;
}

static int judge(const struct cms_question *q, const struct signed_data *s, const unsigned char *digest,
	struct bag *bag, struct signature_verdict *out, struct err *e)
{
	fill_signer(bag, out);
	const char *why = key_problem(bag->signer);
	if (!why)
		why = signed_data_problem(s, X509_get0_pubkey(bag->signer), digest);
	out->intact = why ? FINDING_NO : FINDING_YES;
	if (why) {
		/* Without a good signature the attributes are anybody's words, and the path proves nothing. */
		blame(out, why);
		out->cades = out->trusted = FINDING_NO;
		return 0;
	}
	why = ess_problem(s, bag, false);
	out->cades = why ? FINDING_NO : FINDING_YES;
	if (why)
		blame(out, why);
	if (judge_stamp(q, s, out, e) != 0)
		return -1;
	int64_t moment = out->stamped_at ? out->stamped_at : q->proven_at;
	judge_time(q, moment, out);
	judge_certificate(q, bag, moment, out);
	out->level = level_of(s, out);
	return 0;
}

/* The digest of the signed bytes that this signature is about; false if only another one is known. */
static bool find_digest(const struct cms_question *q, const struct signed_data *s, unsigned char *out)
{
	if (q->digest) {
		memcpy(out, q->digest->bytes, sizeof q->digest->bytes);
		return s->md == EVP_sha256();
	}
	AUTO(release_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	if (!ctx || EVP_DigestInit_ex(ctx, s->md, NULL) != 1)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(q->pieces); i++)
		if (EVP_DigestUpdate(ctx, q->pieces[i].bytes, q->pieces[i].len) != 1)
			return false;
	return EVP_DigestFinal_ex(ctx, out, NULL) == 1;
}

static int refuse(struct signature_verdict *out, const char *why)
{
	out->intact = FINDING_NO;
	blame(out, why);
	return 0;
}

int cms_judge(const struct cms_question *q, struct signature_verdict *out, struct err *e)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	struct signed_data s;
	struct bag *bag = NULL;

	out->intact = out->cades = out->trusted = out->in_time = FINDING_UNKNOWN;
	out->stamped_at = out->stamp_ends_at = 0;
	out->level = LEVEL_NONE;
	if (q->len > LIMIT_CMS_BYTES) {
		blame(out, _("the signature is larger than any real one"));
		return 0;
	}
	ERR_clear_error();
	size_t whole = without_padding(q->der, q->len);
	if (whole == 0)
		return refuse(out, _("the signature is not DER followed by zeros"));
	const char *why = signed_data_read(q->der, whole, SIGNED_DETACHED, &s);
	if (why)
		return refuse(out, why);
	if (!find_digest(q, &s, digest)) {
		blame(out,
			_("only the SHA-256 of the signed bytes is known, and the signature uses another"));
		return 0;
	}
	if (bag_open(q->trust, &s, &bag, &why, e) != 0)
		return -1;
	int status = bag ? judge(q, &s, digest, bag, out, e) : refuse(out, why);
	bag_close(q->trust, bag);
	ERR_clear_error();
	return status;
}

/* SEQUENCE OF in an explicit tag: CRLs or OCSP responses. */
static int add_each(const struct der *explicit, enum evidence_kind kind, struct evidence *ev, struct err *e)
{
	struct der list, item;

	if (!der_only(explicit, DER_SEQUENCE, &list))
		return 0;
	const unsigned char *at = list.body, *end = at + list.len;
	while (der_take(&at, end, DER_SEQUENCE, &item))
		if (evidence_add(ev, kind, item.whole, item.whole_len, e) != 0)
			return -1;
	return 0;
}

int cms_add_revocation(const void *cms, size_t len, struct evidence *ev, struct err *e)
{
	struct signed_data s;
	struct der value, part;
	size_t whole = without_padding(cms, len);

	if (whole == 0 || signed_data_read(cms, whole, SIGNED_DETACHED, &s) ||
		!signed_attribute(&s, OID(OID_ADBE_REVOCATION), &value) || value.tag != DER_SEQUENCE)
		return 0;
	const unsigned char *at = value.body, *end = at + value.len;
	if (der_take(&at, end, DER_CONTEXT_0, &part) && add_each(&part, EVIDENCE_CRL, ev, e) != 0)
		return -1;
	if (der_take(&at, end, DER_CONTEXT_1, &part) && add_each(&part, EVIDENCE_OCSP, ev, e) != 0)
		return -1;
	return 0;
}
