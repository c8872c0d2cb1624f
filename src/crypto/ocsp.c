/* What an OCSP response says (RFC 6960 4.2); declared in status.h. And how to ask; declared in revocation.h. */
#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/chain.h"
#include "crypto/status.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

CRYPTO_RELEASE(release_request, OCSP_REQUEST, OCSP_REQUEST_free)
CRYPTO_RELEASE(release_id, OCSP_CERTID, OCSP_CERTID_free)

/* Certificates that one response may carry: the responder's and its path. */
#define CARRIED_MAX 8

static bool is_named(const OCSP_BASICRESP *basic, const X509 *x)
{
	const ASN1_OCTET_STRING *key_hash = NULL;
	const X509_NAME *name = NULL;
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (!OCSP_resp_get0_id(basic, &key_hash, &name))
		return false;
	if (name)
		return X509_NAME_cmp(name, X509_get_subject_name(x)) == 0;
	/* RFC 6960 4.2.1: SHA-1, as a name and not as a proof. */
	return X509_pubkey_digest(x, EVP_sha1(), hash, &len) == 1 &&
	       (unsigned)ASN1_STRING_length(key_hash) == len &&
	       memcmp(ASN1_STRING_get0_data(key_hash), hash, len) == 0;
}

static bool is_signed_by(const OCSP_BASICRESP *basic, X509 *x)
{
	const X509_ALGOR *algorithm = OCSP_resp_get0_tbs_sigalg(basic);

	return !key_problem(x) && is_strong_algorithm(algorithm) &&
	       ASN1_item_verify(ASN1_ITEM_rptr(OCSP_RESPDATA), algorithm, OCSP_resp_get0_signature(basic),
		       OCSP_resp_get0_respdata(basic), X509_get0_pubkey(x)) == 1;
}

/* A responder without nocheck must itself be proven good, by a list: a response would ask the same question again. */
static bool is_unrevoked(X509 *responder, X509 *issuer, const struct evidence *ev, int64_t at)
{
	if (X509_get_ext_by_NID(responder, NID_id_pkix_OCSP_noCheck, -1) >= 0)
		return true;
	for (size_t i = 0; i < ev->count; i++) {
		if (ev->items[i].kind != EVIDENCE_CRL)
			continue;
		struct status s = crl_status(&ev->items[i], responder, issuer);
		if (s.is == STATUS_REVOKED)
			return false;
		if (s.is == STATUS_GOOD && (s.this_at >= at || at <= s.next_at))
			return true;
	}
	return false;
}

/* RFC 6960 4.2.2.2: issued by the very authority whose certificates it speaks about, and for that. */
static bool may_speak_for(X509 *responder, X509 *issuer, const struct evidence *ev, int64_t at)
{
	const X509_ALGOR *algorithm = NULL;

	X509_get0_signature(NULL, &algorithm, responder);
	return (X509_get_extension_flags(responder) & (EXFLAG_XKUSAGE | EXFLAG_INVALID)) == EXFLAG_XKUSAGE &&
	       (X509_get_extended_key_usage(responder) & XKU_OCSP_SIGN) != 0 &&
	       (X509_get_key_usage(responder) & KU_DIGITAL_SIGNATURE) != 0 &&
	       asn1_time_at(X509_get0_notBefore(responder)) <= at &&
	       asn1_time_at(X509_get0_notAfter(responder)) >= at &&
	       X509_NAME_cmp(X509_get_issuer_name(responder), X509_get_subject_name(issuer)) == 0 &&
	       is_strong_algorithm(algorithm) && X509_verify(responder, X509_get0_pubkey(issuer)) == 1 &&
	       is_unrevoked(responder, issuer, ev, at);
}

static bool is_by(const OCSP_BASICRESP *basic, X509 *responder, X509 *issuer, const struct evidence *ev,
	int64_t produced_at)
{
	return is_named(basic, responder) && is_signed_by(basic, responder) &&
	       may_speak_for(responder, issuer, ev, produced_at);
}

static bool is_authentic(const OCSP_BASICRESP *basic, X509 *issuer, const struct evidence *ev)
{
	int64_t produced_at = asn1_time_at(OCSP_resp_get0_produced_at(basic));
	const STACK_OF(X509) *carried = OCSP_resp_get0_certs(basic);

	if (produced_at == 0)
		return false;
	if (is_named(basic, issuer) && is_signed_by(basic, issuer))
		return true;
	for (int i = 0; i < sk_X509_num(carried) && i < CARRIED_MAX; i++)
		if (is_by(basic, sk_X509_value(carried, i), issuer, ev, produced_at))
			return true;
	for (size_t i = 0; i < ev->count; i++) {
		X509 *x = evidence_cert(&ev->items[i]);
		if (x && is_by(basic, x, issuer, ev, produced_at))
			return true;
	}
	return false;
}

/* CertID: the hash may be SHA-1, as it only says which certificate is meant. */
static bool is_about(const OCSP_SINGLERESP *single, X509 *subject, X509 *issuer)
{
	const OCSP_CERTID *said = OCSP_SINGLERESP_get0_id(single);
	ASN1_OBJECT *algorithm = NULL;

	if (!OCSP_id_get0_info(NULL, &algorithm, NULL, NULL, (OCSP_CERTID *)(uintptr_t)said))
		return false;
	int nid = OBJ_obj2nid(algorithm);
	if (nid != NID_sha1 && nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512)
		return false;
	AUTO(release_id) OCSP_CERTID *wanted = OCSP_cert_to_id(EVP_get_digestbynid(nid), subject, issuer);
	return wanted && OCSP_id_cmp(said, wanted) == 0;
}

static struct status read_single(const OCSP_SINGLERESP *single)
{
	ASN1_GENERALIZEDTIME *revoked = NULL, *this = NULL, *next = NULL;
	struct status s = {.is = STATUS_NONE};
	int reason = -1;
	int is = OCSP_single_get0_status(
		(OCSP_SINGLERESP *)(uintptr_t)single, &reason, &revoked, &this, &next);

	s.this_at = asn1_time_at(this);
	s.next_at = asn1_time_at(next);
	if (s.this_at == 0)
		return s;
	if (is == V_OCSP_CERTSTATUS_GOOD)
		s.is = STATUS_GOOD;
	if (is == V_OCSP_CERTSTATUS_REVOKED) {
		s.is = STATUS_REVOKED;
		s.on_hold = reason == OCSP_REVOKED_STATUS_CERTIFICATEHOLD;
		s.revoked_at = asn1_time_at(revoked);
	}
	return s;
}

/* RFC 6960 4.4: nothing critical is known to us. */
static bool has_critical(OCSP_BASICRESP *basic, OCSP_SINGLERESP *single)
{
	return OCSP_BASICRESP_get_ext_by_critical(basic, 1, -1) >= 0 ||
	       OCSP_SINGLERESP_get_ext_by_critical(single, 1, -1) >= 0;
}

/* Of two answers about the same certificate the worse one counts. */
static struct status search(OCSP_BASICRESP *basic, X509 *subject, X509 *issuer)
{
	struct status found = {.is = STATUS_NONE};

	for (int i = 0; i < OCSP_resp_count(basic); i++) {
		OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
		if (!is_about(single, subject, issuer) || has_critical(basic, single))
			continue;
		struct status s = read_single(single);
		if (s.is > found.is)
			found = s;
	}
	return found;
}

struct status ocsp_status(struct evidence_item *item, X509 *subject, X509 *issuer, const struct evidence *ev)
{
	struct status s = {.is = STATUS_NONE};
	OCSP_BASICRESP *basic = evidence_ocsp(item);

	if (basic)
		s = search(basic, subject, issuer);
	if (s.is != STATUS_NONE && !is_authentic(basic, issuer, ev))
		s.is = STATUS_NONE;
	ERR_clear_error();
	return s;
}

int ocsp_request(const struct cert *cert, const struct cert *issuer, struct buf *out, struct err *e)
{
	AUTO(release_request) OCSP_REQUEST *request = OCSP_REQUEST_new();
	/* RFC 5019 2.1.1: SHA-1, the only one that every responder knows. */
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), cert->x509, issuer->x509);
	unsigned char *der = NULL;

	if (!request || !id || !OCSP_request_add0_id(request, id)) {
		OCSP_CERTID_free(id);
		return err_nomem(e);
	}
	int len = i2d_OCSP_REQUEST(request, &der);
	if (len <= 0)
		return err_set(e, ERR_CRYPTO, _("cannot ask about a certificate: %s"), crypto_reason());
	buf_add(out, der, (size_t)len);
	OPENSSL_free(der);
	return buf_check(out, e);
}
