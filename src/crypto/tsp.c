#include "crypto/tsp.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/handles.h"
#include "crypto/hash.h"
#include "crypto/oid.h"
#include "crypto/signed_data.h"
#include "crypto/tsp_inside.h"

#include <openssl/err.h>

#define WORDS_MAX 160 /* bytes of an authority's own words */

/* ---- asking ---- */

void der_put_uint(struct buf *out, uint64_t value)
{
	unsigned char bytes[9] = {0};
	size_t at = 0;

	for (size_t i = 0; i < 8; i++)
		bytes[1 + i] = (unsigned char)(value >> 8 * (7 - i));
	/* The shortest form that is not negative. */
	while (at < 8 && bytes[at] == 0 && bytes[at + 1] < 0x80)
		at++;
	der_put(out, DER_INTEGER, bytes + at, 9 - at);
}

int tsp_request(const struct sha256 *imprint, uint64_t nonce, struct buf *out, struct err *e)
{
	size_t at = out->len;

	der_put(out, DER_INTEGER, "\x01", 1);
	size_t message = out->len;
	der_put(out, DER_SEQUENCE, OID(OID_SHA256));
	der_put(out, DER_OCTETS, imprint->bytes, sizeof imprint->bytes);
	der_wrap(out, message, DER_SEQUENCE);
	der_put_uint(out, nonce);
	der_put(out, DER_BOOLEAN, "\xff", 1); /* certReq */
	der_wrap(out, at, DER_SEQUENCE);
	return buf_check(out, e);
}

bool tsp_request_read(const unsigned char *der, size_t len, struct tsp_request_parts *out)
{
	struct der outer, version, message, requests_certs;
	const unsigned char *at = der, *end = der + len;
	struct tsp_request_parts p = {0};

	if (!der_take(&at, end, DER_SEQUENCE, &outer) || at != end || !der_is_strict(der, len))
		return false;
	at = outer.body;
	if (!der_take(&at, end, DER_INTEGER, &version) || !der_is(&version, "\x02\x01\x01", 3) ||
		!der_take(&at, end, DER_SEQUENCE, &message))
		return false;
	p.imprint = message;
	const unsigned char *in = message.body, *in_end = message.body + message.len;
	if (!der_take(&in, in_end, DER_SEQUENCE, &p.algorithm) ||
		!der_take(&in, in_end, DER_OCTETS, &p.hash) || in != in_end)
		return false;
	(void)der_take(&at, end, DER_OID, &p.policy);
	(void)der_take(&at, end, DER_INTEGER, &p.nonce);
	if (der_take(&at, end, DER_BOOLEAN, &requests_certs))
		p.wants_certificates = requests_certs.len == 1 && requests_certs.body[0] == 0xff;
	(void)der_take(&at, end, DER_CONTEXT_0, &p.extensions);
	*out = p;
	return at == end;
}

/* ---- the answer ---- */

/* PKIFailureInfo (RFC 3161 2.4.2), a BIT STRING. */
static const char *failure_name(const struct der *bits)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = {{0, "badAlg"}, {2, "badRequest"}, {5, "badDataFormat"}, {14, "timeNotAvailable"},
		{15, "unacceptedPolicy"}, {16, "unacceptedExtension"}, {17, "addInfoNotAvailable"},
		{25, "systemFailure"}};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t byte = 1 + names[i].bit / 8;
		if (byte < bits->len && (bits->body[byte] & (0x80 >> names[i].bit % 8)))
			return names[i].name;
	}
	return NULL;
}

/* PKIStatusInfo as one line for people: the authority's own words and the name of the failure. */
static void status_words(const struct der *info, char *out, size_t size)
{
	const unsigned char *at = info->body, *end = info->body + info->len;
	struct der status, texts, text, bits;
	const char *failure = NULL;
	char words[WORDS_MAX] = "";

	if (der_take(&at, end, DER_INTEGER, &status) && der_take(&at, end, DER_SEQUENCE, &texts)) {
		const unsigned char *in = texts.body;
		if (der_take(&in, texts.body + texts.len, DER_UTF8, &text) &&
			utf8_is_valid((const char *)text.body, text.len) && !memchr(text.body, 0, text.len))
			copy_text(words, sizeof words, (const char *)text.body, text.len);
	}
	if (der_take(&at, end, DER_BITS, &bits))
		failure = failure_name(&bits);
	snprintf(out, size, "%s%s%s", words, words[0] && failure ? ", " : "",
		failure    ? failure
		: words[0] ? ""
			   : "?");
}

static bool nonce_fits(const TS_TST_INFO *info, uint64_t nonce)
{
	const ASN1_INTEGER *said = TS_TST_INFO_get_nonce(info);
	uint64_t value = 0;

	return said && ASN1_INTEGER_get_uint64(&value, said) == 1 && value == nonce;
}

static bool imprint_is(TS_TST_INFO *info, const struct sha256 *imprint)
{
	TS_MSG_IMPRINT *said = TS_TST_INFO_get_msg_imprint(info);
	const ASN1_OBJECT *algorithm = NULL;

	X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(said));
	const ASN1_OCTET_STRING *hash = TS_MSG_IMPRINT_get_msg(said);
	return OBJ_obj2nid(algorithm) == NID_sha256 && ASN1_STRING_length(hash) == sizeof imprint->bytes &&
	       bytes_equal(ASN1_STRING_get0_data(hash), imprint->bytes, sizeof imprint->bytes);
}

/* NULL, or why this token is no answer to what was asked. */
static const char *token_problem(const struct der *token, const struct sha256 *imprint, uint64_t nonce)
{
	struct signed_data s;

	if (signed_data_read(token->whole, token->whole_len, SIGNED_STAMP, &s))
		return _("the token is damaged");
	const unsigned char *p = s.content.body;
	AUTO(release_tst) TS_TST_INFO *info = d2i_TS_TST_INFO(NULL, &p, (long)s.content.len);
	const char *why = !info                        ? _("the token is damaged")
			  : !imprint_is(info, imprint) ? _("the token is about something else")
			  : !nonce_fits(info, nonce)
				  ? _("the token does not repeat the number of the request")
				  : NULL;
	ERR_clear_error();
	return why;
}

int tsp_response(const void *bytes, size_t len, const struct sha256 *imprint, uint64_t nonce,
	struct buf *token, struct err *e)
{
	AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_CMS_BYTES);
	struct der outer, info, status, found;
	char words[WORDS_MAX + 32];

	/* Authorities write BER; what is kept is DER, where each value has one spelling. */
	bool readable = der_from_ber(bytes, len, &der);
	if (der.failed)
		return buf_check(&der, e);
	const unsigned char *at = der.data, *end = der.data + der.len;
	readable = readable && der_take(&at, end, DER_SEQUENCE, &outer) && at == end;
	if (readable)
		at = outer.body;
	if (!readable || !der_take(&at, end, DER_SEQUENCE, &info))
		return err_set(e, ERR_REMOTE, _("the time-stamp authority's answer is no TimeStampResp"));
	const unsigned char *in = info.body;
	if (!der_take(&in, info.body + info.len, DER_INTEGER, &status))
		return err_set(e, ERR_REMOTE, _("the time-stamp authority's answer is no TimeStampResp"));
	/* 0 granted, 1 granted with modifications */
	if (status.len != 1 || status.body[0] > 1) {
		status_words(&info, words, sizeof words);
		return err_set(e, ERR_REMOTE, _("the time-stamp authority refuses: %s"), words);
	}
	const char *why = !der_take(&at, end, DER_SEQUENCE, &found) || at != end
				  ? _("the token is damaged")
				  : token_problem(&found, imprint, nonce);
	if (why)
		return err_set(e, ERR_REMOTE, _("the time-stamp authority's answer is no good: %s"), why);
	buf_add(token, found.whole, found.whole_len);
	return buf_check(token, e);
}

/* ---- into a signature ---- */

/* Without the padding of /Contents. */
static int read_detached(const void *cms, size_t len, struct signed_data *out, struct err *e)
{
	size_t whole = der_length(cms, len);
	const char *why = whole == 0 ? _("the signature is no CMS structure")
				     : signed_data_read(cms, whole, SIGNED_DETACHED, out);

	return why ? err_set(e, ERR_CRYPTO, _("cannot time-stamp: %s"), why) : 0;
}

int cms_signature_imprint(const void *cms, size_t len, struct sha256 *out, struct err *e)
{
	struct signed_data s;

	if (read_detached(cms, len, &s, e) != 0)
		return -1;
	*out = sha256_of(s.signature.body, s.signature.len);
	return 0;
}

static struct der last_inside(const struct der *parent)
{
	const unsigned char *at = parent->body, *end = parent->body + parent->len;
	struct der child = {0};

	while (at < end && der_take(&at, end, *at, &child))
		;
	return child;
}

/* ContentInfo, [0], SignedData, SET of signers, SignerInfo: each stands last in the one around it. */
#define LEVELS 5

int cms_add_attribute(const void *cms, size_t len, const char *oid, size_t oid_len, const void *value,
	size_t value_len, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CMS_BYTES);
	const unsigned char *at = cms;
	struct der level[LEVELS];
	struct signed_data s;
	size_t starts[LEVELS];

	if (read_detached(cms, len, &s, e) != 0)
		return -1;
	if (s.unsigned_attributes.whole_len > 0)
		return err_set(e, ERR_CRYPTO, _("the signature has a time-stamp already"));
	if (!der_take(&at, at + der_length(cms, len), DER_SEQUENCE, &level[0]))
		return err_set(e, ERR_BUG, "cms: no SEQUENCE");
	for (size_t i = 0; i + 1 < LEVELS; i++) {
		level[i + 1] = last_inside(&level[i]);
		starts[i] = b.len;
		buf_add(&b, level[i].body, (size_t)(level[i + 1].whole - level[i].body));
	}
	starts[LEVELS - 1] = b.len;
	buf_add(&b, level[LEVELS - 1].body, level[LEVELS - 1].len);
	size_t attribute = b.len;
	buf_add(&b, oid, oid_len);
	der_put(&b, DER_SET, value, value_len);
	der_wrap(&b, attribute, DER_SEQUENCE);
	der_wrap(&b, attribute, DER_CONTEXT_1);
	for (size_t i = LEVELS; i-- > 0;)
		der_wrap(&b, starts[i], level[i].tag);
	if (buf_check(&b, e) != 0)
		return -1;
	buf_add(out, b.data, b.len);
	return buf_check(out, e);
}

int cms_add_stamp(
	const void *cms, size_t len, const void *token, size_t token_len, struct buf *out, struct err *e)
{
	return cms_add_attribute(cms, len, OID(OID_STAMP_TOKEN), token, token_len, out, e);
}
