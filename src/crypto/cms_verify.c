#include "crypto/cms.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/bag.h"
#include "crypto/chain.h"
#include "crypto/timestamp.h"

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

/* The padding of /Contents is zeros, and nothing else may hide there. */
static size_t without_padding(const unsigned char *der, size_t len)
{
	size_t whole = der_length(der, len);

	for (size_t i = whole; whole > 0 && i < len; i++)
		if (der[i] != 0)
			return 0;
	return whole;
}

static void judge_certificate(
	const struct trust *trust, struct bag *bag, int64_t at, struct signature_verdict *out)
{
	const char *why = usage_problem(bag->signer);

	if (!why)
		why = bag_path_problem(trust, bag, at);
	out->trusted = why ? FINDING_NO : FINDING_YES;
	if (!why && (why = bag_stranger_problem(trust, bag)))
		out->intact = FINDING_NO;
	if (why)
		blame(out, why);
	if (out->in_time == FINDING_UNKNOWN)
		return;
	bool early = at<out->not_before_at, late = at> out->not_after_at;
	if (early || late)
		out->in_time = FINDING_NO;
	if (early)
		blame(out, _("the certificate was not valid yet at the time of signing"));
	if (late)
		blame(out, _("the certificate had expired at the time of signing"));
}

static int judge(const struct signed_data *s, const struct sha256 *digest, const struct trust *trust,
	struct bag *bag, int64_t claimed_at, int64_t now_at, struct signature_verdict *out, struct err *e)
{
	fill_signer(bag, out);
	const char *why = key_problem(bag->signer);
	if (!why)
		why = signed_data_problem(s, X509_get0_pubkey(bag->signer), digest->bytes);
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

	if (timestamp_judge(s, trust, &out->stamped_at, &why, e) != 0)
		return -1;
	/* A time-stamp that is not whole says that the file is not, either; when it was signed is then not known. */
	out->in_time = why ? FINDING_UNKNOWN : FINDING_YES;
	if (why)
		blame(out, why);
	judge_certificate(trust, bag,
		out->stamped_at  ? out->stamped_at
		: claimed_at > 0 ? claimed_at
				 : now_at,
		out);
	return 0;
}

int cms_verify(const unsigned char *der, size_t len, const struct sha256 *digest, const struct trust *trust,
	int64_t claimed_at, int64_t now_at, struct signature_verdict *out, struct err *e)
{
	out->intact = out->cades = out->trusted = out->in_time = FINDING_UNKNOWN;
	out->stamped_at = 0;
	if (len > LIMIT_CMS_BYTES) {
		blame(out, _("the signature is larger than any real one"));
		return 0;
	}
	ERR_clear_error();
	size_t whole = without_padding(der, len);
	if (whole == 0) {
		out->intact = FINDING_NO;
		blame(out, _("the signature is not DER followed by zeros"));
		return 0;
	}
	struct signed_data s;
	struct bag *bag = NULL;
	bool foreign_digest = false;
	const char *why = signed_data_read(der, whole, SIGNED_DETACHED, &s, &foreign_digest);
	if (!why && foreign_digest) {
		blame(out, _("the signature uses a digest that this program doesn't compute (only SHA-256)"));
		return 0;
	}
	if (!why && bag_open(trust, &s, &bag, &why, e) != 0)
		return -1;
	int status = 0;
	if (why) {
		out->intact = FINDING_NO;
		blame(out, why);
	} else {
		status = judge(&s, digest, trust, bag, claimed_at, now_at, out, e);
	}
	bag_close(trust, bag);
	ERR_clear_error();
	return status;
}
