/* What a CRL says (RFC 5280 5, 6.3); declared in status.h. */
#include "base/auto.h"
#include "crypto/chain.h"
#include "crypto/status.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

CRYPTO_RELEASE(release_scope, ISSUING_DIST_POINT, ISSUING_DIST_POINT_free)
CRYPTO_RELEASE(release_points, CRL_DIST_POINTS, CRL_DIST_POINTS_free)
CRYPTO_RELEASE(release_reason, ASN1_ENUMERATED, ASN1_ENUMERATED_free)

static bool share_a_name(const GENERAL_NAMES *a, const GENERAL_NAMES *b)
{
	for (int i = 0; i < sk_GENERAL_NAME_num(a); i++)
		for (int k = 0; k < sk_GENERAL_NAME_num(b); k++)
			if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(a, i), sk_GENERAL_NAME_value(b, k)) == 0)
				return true;
	return false;
}

/* RFC 5280 6.3.3 (b)(2)(i): the certificate must send its readers to this very list. */
static bool is_sent_here(X509 *subject, const DIST_POINT_NAME *here)
{
	AUTO(release_points)
	CRL_DIST_POINTS *points = X509_get_ext_d2i(subject, NID_crl_distribution_points, NULL, NULL);

	if (here->type != 0)
		return false; /* a name relative to the issuer: nobody uses it */
	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT *p = sk_DIST_POINT_value(points, i);
		if (p->distpoint && p->distpoint->type == 0 && !p->reasons && !p->CRLissuer &&
			share_a_name(p->distpoint->name.fullname, here->name.fullname))
			return true;
	}
	return false;
}

/* The extensions of the list are known, and none takes this certificate out of it. */
static bool is_in_scope(X509_CRL *crl, X509 *subject)
{
	int critical = -1;

	for (int i = 0; i < X509_CRL_get_ext_count(crl); i++) {
		X509_EXTENSION *x = X509_CRL_get_ext(crl, i);
		int nid = OBJ_obj2nid(X509_EXTENSION_get_object(x));
		if (nid == NID_delta_crl ||
			(X509_EXTENSION_get_critical(x) && nid != NID_issuing_distribution_point))
			return false;
	}
	AUTO(release_scope)
	ISSUING_DIST_POINT *scope =
		X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, &critical, NULL);
	if (!scope)
		return critical == -1;
	bool is_ca = X509_check_ca(subject) > 0;
	return !scope->indirectCRL && !scope->onlysomereasons && scope->onlyattr <= 0 &&
	       !(scope->onlyuser > 0 && is_ca) && !(scope->onlyCA > 0 && !is_ca) &&
	       (!scope->distpoint || is_sent_here(subject, scope->distpoint));
}

static bool may_list(X509 *issuer)
{
	return X509_check_ca(issuer) > 0 && (X509_get_key_usage(issuer) & KU_CRL_SIGN) != 0 &&
	       !key_problem(issuer);
}

static bool is_signed_by(X509_CRL *crl, X509 *issuer)
{
	const X509_ALGOR *algorithm = NULL;

	X509_CRL_get0_signature(crl, NULL, &algorithm);
	return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) == 0 &&
	       is_strong_algorithm(algorithm) && X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1;
}

/* False if the entry says something that we do not know. */
static bool read_entry(const X509_REVOKED *entry, struct status *out)
{
	int critical = -1;

	for (int i = 0; i < X509_REVOKED_get_ext_count(entry); i++) {
		X509_EXTENSION *x = X509_REVOKED_get_ext(entry, i);
		if (X509_EXTENSION_get_critical(x) &&
			OBJ_obj2nid(X509_EXTENSION_get_object(x)) != NID_crl_reason)
			return false;
	}
	AUTO(release_reason)
	ASN1_ENUMERATED *reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, &critical, NULL);
	if (!reason && critical != -1)
		return false;
	out->is = STATUS_REVOKED;
	out->on_hold = reason && ASN1_ENUMERATED_get(reason) == CRL_REASON_CERTIFICATE_HOLD;
	out->revoked_at = asn1_time_at(X509_REVOKED_get0_revocationDate(entry));
	return out->revoked_at != 0;
}

struct status crl_status(struct evidence_item *item, X509 *subject, X509 *issuer)
{
	static const struct status none = {.is = STATUS_NONE};
	X509_CRL *crl = evidence_crl(item);
	struct status out = {.is = STATUS_GOOD};
	X509_REVOKED *entry = NULL;

	if (!crl || !may_list(issuer) || !is_signed_by(crl, issuer) || !is_in_scope(crl, subject)) {
		ERR_clear_error();
		return none;
	}
	out.this_at = asn1_time_at(X509_CRL_get0_lastUpdate(crl));
	out.next_at = asn1_time_at(X509_CRL_get0_nextUpdate(crl));
	if (out.this_at == 0)
		return none;
	if (X509_CRL_get0_by_cert(crl, &entry, subject) != 0 && !read_entry(entry, &out))
		out = none;
	ERR_clear_error();
	return out;
}
