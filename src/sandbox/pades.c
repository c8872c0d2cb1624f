#include "sandbox/pades.h"

#include "base/auto.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/issue.h"
#include "crypto/tsp.h"
#include "pdf/append.h"
#include "pdf/reader.h"

#include <stdio.h>

#define FIELD_TRIES 64                   /* signatures of the same moment in one file */
#define STAMP_ROOM  512                  /* a token without certificates, names and signature */
#define FUTURE      ((int64_t)2 * 86400) /* how far ahead a wrong authority's clock runs */

/* ---- who signs and stamps ---- */

static int find_signer(struct authority *a, size_t person, const struct pades_request *r,
	struct cms_signer *out, struct err *e)
{
	static const struct {
		enum fault fault;
		enum special kind;
	} specials[] = {
		{FAULT_STRANGER, SPECIAL_SELF_SIGNED},
		{FAULT_CERT_EXPIRED, SPECIAL_EXPIRED},
		{FAULT_CERT_NOT_YET, SPECIAL_NOT_YET},
		{FAULT_CERT_REVOKED, SPECIAL_REVOKED},
		{FAULT_CERT_FOREIGN, SPECIAL_FOREIGN},
		{FAULT_CERT_WEAK, SPECIAL_WEAK},
	};

	for (size_t i = 0; i < ARRAY_LEN(specials); i++)
		if (specials[i].fault == r->fault)
			return authority_special(a, person, specials[i].kind, r->now_at, out, e);
	return authority_signer(a, person, r->now_at, out, e);
}

static enum tsa_kind stamper_of(enum fault fault)
{
	switch (fault) {
	case FAULT_STAMP_STRANGER:
		return TSA_STRANGER;
	case FAULT_STAMP_NO_USE:
		return TSA_NO_USE;
	case FAULT_STAMP_EXPIRED:
		return TSA_EXPIRED;
	default:
		return TSA_SOUND;
	}
}

/* ---- the time-stamp ---- */

static int make_token(const struct pades_request *r, const struct cms_signer *tsa,
	const struct sha256 *imprint, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf request = BUF_INIT(KIB), answer = BUF_INIT(LIMIT_CMS_BYTES);
	uint64_t nonce = 0;
	struct tsa_request how = {.authority = tsa, .now_at = r->now_at};

	if (r->fault == FAULT_STAMP_FUTURE)
		how.now_at += FUTURE;
	/* A fixed clock makes the same bytes each time: the nonce comes from what is stamped. */
	memcpy(&nonce, imprint->bytes, sizeof nonce);
	if (tsp_request(imprint, nonce, &request, e) != 0 ||
		tsa_answer(&how, request.data, request.len, &answer, e) != 0)
		return -1;
	return tsp_response(answer.data, answer.len, imprint, nonce, out, e);
}

static int add_stamp(struct authority *a, const struct pades_request *r, struct buf *cms, struct err *e)
{
	AUTO(buf_release) struct buf token = BUF_INIT(LIMIT_CMS_BYTES), stamped = BUF_INIT(LIMIT_CMS_BYTES);
	struct cms_signer tsa;
	struct sha256 imprint;

	if (authority_tsa(a, stamper_of(r->fault), r->now_at, &tsa, e) != 0 ||
		cms_signature_imprint(cms->data, cms->len, &imprint, e) != 0)
		return -1;
	if (r->fault == FAULT_STAMP_OTHER)
		imprint = sha256_of("isi lain", 8);
	if (make_token(r, &tsa, &imprint, &token, e) != 0)
		return -1;
	if (r->fault == FAULT_EXTRA_ATTRIBUTE) {
		/* "unstructuredName": nothing protects it, so anybody may have written it. */
		if (cms_add_unsigned_text(cms->data, cms->len, "apa saja", &stamped, e) != 0)
			return -1;
	} else if (cms_add_stamp(cms->data, cms->len, token.data, token.len, &stamped, e) != 0) {
		return -1;
	}
	buf_release(cms);
	*cms = stamped;
	stamped = (struct buf)BUF_INIT(0);
	return 0;
}

/* ---- the signature ---- */

static enum cms_flaw flaw_of(enum fault fault)
{
	switch (fault) {
	case FAULT_SHA1:
		return CMS_FLAW_SHA1;
	case FAULT_NO_ESS:
	case FAULT_OLD_SUBFILTER:
		return CMS_FLAW_NO_ESS;
	case FAULT_WRONG_ESS:
		return CMS_FLAW_WRONG_ESS;
	default:
		return CMS_SOUND;
	}
}

/* Sound signatures are made as everybody's are; wrong ones by the function that doesn't look. */
static int make_cms(const struct cms_signer *signer, const struct pades_request *r, const struct buf *pdf,
	const int64_t range[4], struct buf *out, struct err *e)
{
	AUTO(hasher_release) struct hasher *h = NULL;
	const unsigned char *const ranges[2] = {pdf->data + range[0], pdf->data + range[2]};
	const size_t lens[2] = {(size_t)range[1], (size_t)range[3]};

	if (flaw_of(r->fault) != CMS_SOUND || r->fault == FAULT_CERT_WEAK)
		return cms_sign_flawed(signer, flaw_of(r->fault), ranges, lens, out, e);
	if (hasher_new(&h, e) != 0)
		return -1;
	hasher_add(h, ranges[0], lens[0]);
	hasher_add(h, ranges[1], lens[1]);
	struct sha256 digest = hasher_end(h);
	return cms_sign(signer, &digest, out, e);
}

/* Replaces text of the same length behind `from`. */
static void replace(struct buf *pdf, size_t from, const char *old, const char *new)
{
	unsigned char *at = memmem(pdf->data + from, pdf->len - from, old, strlen(old));

	if (at)
		memcpy(at, new, strlen(new));
}

/*
 * Faults of the signature dictionary, before it is signed. `range` becomes what is signed; where /Contents is stays in
 * `hole`. ByteRange's numbers stand in columns as wide as they can get.
 */
static void spoil_dictionary(struct buf *pdf, size_t from, enum fault fault, int64_t range[4])
{
	char old[96], new[96];

	if (fault == FAULT_OLD_SUBFILTER)
		replace(pdf, from, "/ETSI.CAdES.detached", "/adbe.pkcs7.detached");
	if (fault != FAULT_NOT_COVERING && fault != FAULT_WIDE_GAP)
		return;
	snprintf(old, sizeof old, "[0 %lld %lld %lld]", (long long)range[1], (long long)range[2],
		(long long)range[3]);
	if (fault == FAULT_NOT_COVERING)
		range[3] -= 30;
	else
		range[1] -= 40;
	snprintf(new, sizeof new, "[0 %lld %lld %lld]", (long long)range[1], (long long)range[2],
		(long long)range[3]);
	/* A number may have lost a digit: the bracket is wider than need be already. */
	for (size_t len = strlen(new); len < strlen(old); len++)
		new[len] = ' ', new[len + 1] = '\0';
	replace(pdf, from, old, new);
}

static bool field_is_taken(const struct pades_request *r, const char *field)
{
	AUTO(pdf_reader_release) struct pdf_reader *reader = NULL;
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};
	struct err e = ERR_INIT;
	bool taken = false;

	if (pdf_reader_open(r->pdf, r->len, "pdf", &reader, &e) != 0 ||
		pdf_reader_signatures(reader, &list, &e) != 0)
		return false;
	for (size_t i = 0; i < list.count; i++)
		taken = taken || strcmp(list.items[i].field, field) == 0;
	return taken;
}

/* esc_MS is the service's own name for a field; with a fixed clock the next millisecond is as good. */
static int append_field(const struct pades_request *r, struct pdf_append_request *append, struct buf *out,
	int64_t range[4], struct err *e)
{
	char field[40];

	append->field = field;
	for (int tries = 0;; tries++) {
		struct err own = ERR_INIT;
		snprintf(field, sizeof field, "esc_%lld", (long long)(r->field_ms + tries));
		if (pdf_append_signature(r->pdf, r->len, "pdf", append, out, range, &own) == 0)
			return 0;
		buf_reset(out);
		if (tries == FIELD_TRIES || own.kind != ERR_INPUT || !field_is_taken(r, field))
			return err_set(e, own.kind, "%s", own.msg);
	}
}

static size_t contents_size(
	struct authority *a, const struct cms_signer *signer, const struct pades_request *r, struct err *e)
{
	struct cms_signer tsa;

	if (r->level < LEVEL_B_T)
		return cms_size_max(signer);
	if (authority_tsa(a, stamper_of(r->fault), r->now_at, &tsa, e) != 0)
		return 0;
	return cms_size_max(signer) + cms_size_max(&tsa) + STAMP_ROOM;
}

static int sign_once(struct authority *a, const struct cms_signer *signer, const char *name,
	const struct pades_request *r, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	struct pdf_append_request append = {
		.reason = r->reason,
		.location = r->location,
		.name = name,
		.look = r->look,
		.signed_at = r->claimed_at,
		.certify = r->fault == FAULT_CERTIFIED ? 1 : 0,
		.contents_max = contents_size(a, signer, r, e),
	};
	int64_t hole[4], range[4];

	if (append.contents_max == 0 || append_field(r, &append, out, hole, e) != 0)
		return -1;
	memcpy(range, hole, sizeof range);
	spoil_dictionary(out, r->len, r->fault, range);
	if (make_cms(signer, r, out, range, &cms, e) != 0)
		return -1;
	/* tsp.h stamps no weak signature; one fault at a time is enough. */
	bool stamped = r->level >= LEVEL_B_T && r->fault != FAULT_NO_STAMP && r->fault != FAULT_SHA1;
	if (stamped && add_stamp(a, r, &cms, e) != 0)
		return -1;
	return pdf_patch_contents(out, hole, cms.data, cms.len, e);
}

int pades_sign(struct authority *a, const struct people *people, size_t person,
	const struct pades_request *request, struct buf *out, struct err *e)
{
	const char *name = people->items[person].name;
	struct cms_signer signer;

	if (find_signer(a, person, request, &signer, e) != 0 ||
		sign_once(a, &signer, name, request, out, e) != 0)
		return -1;
	if (request->fault != FAULT_SIGNED_TWICE)
		return 0;
	AUTO(buf_release) struct buf once = *out;
	struct pades_request again = *request;
	*out = (struct buf)BUF_INIT(once.max);
	again.pdf = once.data;
	again.len = once.len;
	return sign_once(a, &signer, name, &again, out, e);
}
