/*
 * Judging RFC 3161 tokens; declared in tsp.h.
 *
 * Over these very bytes, signed by its own certificate with ESS, meant for time-stamps, nothing in it that nobody vouches
 * for.
 */
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

/* Clocks differ, not by more than a day (13 minutes were seen, reference bsre-api 14). */
#define CLOCK_SLACK_S 86400

enum fault { DAMAGED, FOREIGN, BY_ANYBODY, STRANGER, FUTURE, ENDED };

static const char *say(const struct tsp_question *q, enum fault fault)
{
	switch (fault) {
	case FOREIGN:
		return q->is_document ? _("the document time-stamp belongs to other bytes")
				      : _("the time-stamp in the signature belongs to another signature");
	case BY_ANYBODY:
		return _("the time-stamp is by somebody who may not give one");
	case STRANGER:
		return _("the time-stamp carries a certificate that nobody vouches for");
	case FUTURE:
		return _("the time-stamp lies in the future");
	case ENDED:
		return _("the time-stamp's authority has ended, and no younger time-stamp covers it");
	default:
		return q->is_document ? _("the document time-stamp is damaged")
				      : _("the time-stamp in the signature is damaged");
	}
}

static bool hash_pieces(const struct tsp_question *q, const EVP_MD *md, unsigned char *out, unsigned *len)
{
	AUTO(release_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx || EVP_DigestInit_ex(ctx, md, NULL) != 1)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(q->stamped); i++)
		if (EVP_DigestUpdate(ctx, q->stamped[i].bytes, q->stamped[i].len) != 1)
			return false;
	return EVP_DigestFinal_ex(ctx, out, len) == 1;
}

static bool imprint_fits(TS_TST_INFO *info, const struct tsp_question *q)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	const ASN1_OBJECT *algorithm = NULL;
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int hash_len = 0;

	X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	int nid = OBJ_obj2nid(algorithm);
	if (nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512)
		return false;
	if (!hash_pieces(q, EVP_get_digestbynid(nid), hash, &hash_len))
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
static const char *token_problem(
	const struct tsp_question *q, const struct signed_data *s, const struct bag *bag, int64_t *at)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	const unsigned char *p = s->content.body;

	if (EVP_Digest(s->content.body, s->content.len, hash, NULL, s->md, NULL) != 1 ||
		key_problem(bag->signer) || signed_data_problem(s, X509_get0_pubkey(bag->signer), hash) ||
		ess_problem(s, bag, true))
		return say(q, DAMAGED);
	AUTO(release_tst) TS_TST_INFO *info = d2i_TS_TST_INFO(NULL, &p, (long)s->content.len);
	if (!info || !imprint_fits(info, q))
		return say(q, FOREIGN);
	*at = asn1_time_at(TS_TST_INFO_get_time(info));
	if (*at == 0 || !may_stamp(bag->signer))
		return say(q, BY_ANYBODY);
	if (q->proven_at != 0 && *at > q->proven_at + CLOCK_SLACK_S)
		return say(q, FUTURE);
	return NULL;
}

/* NULL if the authority leads to a root, then and at the moment of the proof. */
static const char *authority_problem(const struct tsp_question *q, struct bag *bag, int64_t at)
{
	if (at < bag->who.not_before_at || at > bag->who.not_after_at)
		return _("the time-stamp's authority was not valid at that time");
	const char *why = bag_path_problem_with(q->trust, bag, q->evidence, at);
	if (!why && q->proven_at > at &&
		(q->proven_at > bag->who.not_after_at ||
			bag_path_problem_with(q->trust, bag, q->evidence, q->proven_at)))
		why = say(q, ENDED);
	return why;
}

static void judge(
	const struct tsp_question *q, const struct signed_data *s, struct bag *bag, struct tsp_verdict *out)
{
	int64_t at = 0;

	out->who = bag->who;
	copy_text(out->authority, sizeof out->authority, bag->who.common_name, strlen(bag->who.common_name));
	out->ends_at = bag->who.not_after_at;
	out->why = token_problem(q, s, bag, &at);
	if (out->why)
		return;
	const char *who = authority_problem(q, bag, at);
	/* Only now: with a path the roots vouch, too. */
	out->is_whole = !bag_stranger_problem(q->trust, bag);
	out->why = out->is_whole || who ? who : say(q, STRANGER);
	if (!out->why)
		out->stamped_at = at;
}

int tsp_judge(const struct tsp_question *q, struct tsp_verdict *out, struct err *e)
{
	AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_CMS_BYTES);
	struct signed_data s;
	struct bag *bag = NULL;

	*out = (struct tsp_verdict){.why = say(q, DAMAGED)};
	ERR_clear_error();
	if (q->len > LIMIT_CMS_BYTES || !der_from_ber_padded(q->token, q->len, &der) ||
		signed_data_read(der.data, der.len, SIGNED_STAMP, &s) || s.unsigned_attributes.whole_len > 0)
		return der.failed == BUF_NO_MEMORY ? err_nomem(e) : 0;
	const char *why = NULL;
	if (bag_open(q->trust, &s, &bag, &why, e) != 0)
		return -1;
	if (bag)
		judge(q, &s, bag, out);
	else
		out->why = why;
	bag_close(q->trust, bag);
	ERR_clear_error();
	return 0;
}

const void *cms_token(const void *cms, size_t len, size_t *token_len)
{
	struct signed_data s;
	struct der token;
	size_t whole = without_padding(cms, len);

	if (whole == 0 || signed_data_read(cms, whole, SIGNED_DETACHED, &s) || !signed_data_token(&s, &token))
		return NULL;
	*token_len = token.whole_len;
	return token.whole;
}
