#include "crypto/timestamp.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/bag.h"
#include "crypto/chain.h"
#include "crypto/hash.h"
#include "crypto/oid.h"
#include "crypto/tsp_inside.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

/* RFC 3161 2.4.2: messageImprint is the hash of the signature value. */
static bool imprint_fits(TS_TST_INFO *info, const unsigned char *signature, size_t len)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	const ASN1_OBJECT *algorithm = NULL;
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int hash_len = 0;

	X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	int nid = OBJ_obj2nid(algorithm);
	if (nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512)
		return false;
	if (EVP_Digest(signature, len, hash, &hash_len, EVP_get_digestbynid(nid), NULL) != 1)
		return false;
	const ASN1_OCTET_STRING *said = TS_MSG_IMPRINT_get_msg(imprint);
	return (unsigned)ASN1_STRING_length(said) == hash_len &&
	       bytes_equal(ASN1_STRING_get0_data(said), hash, hash_len);
}

/* RFC 3161 2.3: critical, and time-stamping alone. */
static bool may_stamp(X509 *x)
{
	int critical = 0;
	EXTENDED_KEY_USAGE *purposes = X509_get_ext_d2i(x, NID_ext_key_usage, &critical, NULL);
	bool good = purposes && critical == 1 && sk_ASN1_OBJECT_num(purposes) == 1 &&
		    OBJ_obj2nid(sk_ASN1_OBJECT_value(purposes, 0)) == NID_time_stamp;

	EXTENDED_KEY_USAGE_free(purposes);
	return good;
}

/* NULL and `*at`, or what is wrong with the token itself; the path is not looked at. */
static const char *token_problem(const struct signed_data *s, const struct bag *bag,
	const unsigned char *signature, size_t signature_len, int64_t *at)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	const unsigned char *p = s->content.body;

	if (EVP_Digest(s->content.body, s->content.len, hash, NULL, s->md, NULL) != 1 ||
		key_problem(bag->signer) || signed_data_problem(s, X509_get0_pubkey(bag->signer), hash) ||
		ess_problem(s, bag, true))
		return _("the time-stamp in the signature is damaged");
	AUTO(release_tst) TS_TST_INFO *info = d2i_TS_TST_INFO(NULL, &p, (long)s->content.len);
	if (!info || !imprint_fits(info, signature, signature_len))
		return _("the time-stamp in the signature belongs to another signature");
	*at = asn1_time_at(TS_TST_INFO_get_time(info));
	if (*at == 0 || !may_stamp(bag->signer))
		return _("the time-stamp in the signature is by somebody who may not give one");
	return NULL;
}

static int judge_token(const struct der *token, const unsigned char *signature, size_t signature_len,
	const struct trust *trust, int64_t *stamped_at, const char **why, struct err *e)
{
	AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_CMS_BYTES);
	struct signed_data s;
	struct bag *bag = NULL;
	bool foreign_digest;
	int64_t at = 0;

	if (!der_from_ber(token->whole, token->whole_len, &der) ||
		signed_data_read(der.data, der.len, SIGNED_STAMP, &s, &foreign_digest) ||
		s.unsigned_attributes.whole_len > 0) {
		*why = _("the time-stamp in the signature is damaged");
		return buf_check(&der, e);
	}
	if (bag_open(trust, &s, &bag, why, e) != 0)
		return -1;
	if (!bag)
		return 0;
	*why = token_problem(&s, bag, signature, signature_len, &at);
	if (!*why) {
		bool known = at >= bag->who.not_before_at && at <= bag->who.not_after_at &&
			     !bag_path_problem(trust, bag, at);
		*stamped_at = known ? at : 0;
		*why = bag_stranger_problem(trust, bag);
	}
	bag_close(trust, bag);
	return 0;
}

/* The token is the only value of the only attribute. It may be BER, so it is the rest, whatever its length says. */
static bool find_token(const struct der *attributes, struct der *token)
{
	struct der attribute, type, values;
	const unsigned char *at, *end;

	if (!der_only(attributes, DER_SEQUENCE, &attribute))
		return false;
	at = attribute.body;
	end = at + attribute.len;
	if (!der_take(&at, end, DER_OID, &type) || !der_is(&type, OID(OID_STAMP_TOKEN)) ||
		!der_take(&at, end, DER_SET, &values) || at != end)
		return false;
	*token = (struct der){.whole = values.body, .whole_len = values.len};
	return true;
}

int timestamp_judge(const struct signed_data *s, const struct trust *trust, int64_t *stamped_at,
	const char **why, struct err *e)
{
	struct der token;

	*stamped_at = 0;
	*why = NULL;
	if (s->unsigned_attributes.whole_len == 0)
		return 0;
	if (!find_token(&s->unsigned_attributes, &token)) {
		*why = _("the signature carries something that nothing protects");
		return 0;
	}
	int status = judge_token(&token, s->signature.body, s->signature.len, trust, stamped_at, why, e);
	if (*why)
		*stamped_at = 0;
	ERR_clear_error();
	return status;
}
