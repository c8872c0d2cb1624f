/* The pool of certificates and revocation data; declared in revocation.h. */
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/revocation.h"
#include "crypto/signed_data.h"
#include "crypto/status.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

/* One item: a CRL of a busy authority has some MB. */
#define ITEM_BYTES (16 * MIB)
#define START_CAP  8

/* Grows by doubling: `count` is a power of two whenever there is no room left. */
static int make_room(struct evidence *ev, struct err *e)
{
	if (ev->count >= START_CAP ? (ev->count & (ev->count - 1)) != 0 : ev->count != 0)
		return 0;
	size_t cap = ev->count ? 2 * ev->count : START_CAP;
	struct evidence_item *items = reallocarray(ev->items, cap, sizeof *items);
	if (!items)
		return err_nomem(e);
	ev->items = items;
	return 0;
}

int evidence_add(struct evidence *ev, enum evidence_kind kind, const void *der, size_t len, struct err *e)
{
	for (size_t i = 0; i < ev->count; i++)
		if (ev->items[i].kind == kind && ev->items[i].len == len &&
			memcmp(ev->items[i].der, der, len) == 0)
			return 0;
	if (ev->count == EVIDENCE_MAX || len > ITEM_BYTES)
		return err_set(
			e, ERR_LIMIT, _("more certificates and revocation data than any real file has"));
	if (make_room(ev, e) != 0)
		return -1;
	unsigned char *copy = malloc(len ? len : 1);
	if (!copy)
		return err_nomem(e);
	memcpy(copy, der, len);
	ev->items[ev->count++] = (struct evidence_item){.kind = kind, .der = copy, .len = len};
	return 0;
}

static void free_decoded(struct evidence_item *item)
{
	switch (item->kind) {
	case EVIDENCE_CERT:
		X509_free(item->decoded);
		break;
	case EVIDENCE_OCSP:
		OCSP_BASICRESP_free(item->decoded);
		break;
	case EVIDENCE_CRL:
		X509_CRL_free(item->decoded);
		break;
	}
}

void evidence_release(struct evidence *ev)
{
	for (size_t i = 0; i < ev->count; i++) {
		free_decoded(&ev->items[i]);
		free(ev->items[i].der);
	}
	free(ev->items);
	*ev = (struct evidence)EVIDENCE_INIT;
}

int evidence_add_cms(struct evidence *ev, const void *cms, size_t len, struct err *e)
{
	AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_CMS_BYTES);
	struct signed_data s;
	struct der certificate;
	const char *why = signed_data_open(cms, len, &der, &s);

	if (why)
		return der.failed ? buf_check(&der, e) : err_set(e, ERR_INPUT, "%s", why);
	const unsigned char *at = s.certificates.body, *end = at + s.certificates.len;
	while (der_take(&at, end, DER_SEQUENCE, &certificate))
		if (evidence_add(ev, EVIDENCE_CERT, certificate.whole, certificate.whole_len, e) != 0)
			return -1;
	return 0;
}

/* ---- decoded ---- */

static OCSP_BASICRESP *decode_ocsp(const unsigned char **at, long len)
{
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, at, len);
	bool answers = response && OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL;
	OCSP_BASICRESP *basic = answers ? OCSP_response_get1_basic(response) : NULL;

	OCSP_RESPONSE_free(response);
	return basic;
}

static void *decode(struct evidence_item *item, enum evidence_kind kind)
{
	const unsigned char *at = item->der;

	if (item->kind != kind)
		return NULL;
	if (item->is_tried)
		return item->decoded;
	item->is_tried = true;
	item->decoded = kind == EVIDENCE_CERT  ? (void *)d2i_X509(NULL, &at, (long)item->len)
			: kind == EVIDENCE_CRL ? (void *)d2i_X509_CRL(NULL, &at, (long)item->len)
					       : (void *)decode_ocsp(&at, (long)item->len);
	/* Of a certificate it doesn't matter: whoever signed it vouches for what was read. */
	if (kind != EVIDENCE_CERT && at != item->der + item->len) {
		free_decoded(item);
		item->decoded = NULL;
	}
	ERR_clear_error();
	return item->decoded;
}

X509 *evidence_cert(struct evidence_item *item)
{
	return decode(item, EVIDENCE_CERT);
}

X509_CRL *evidence_crl(struct evidence_item *item)
{
	return decode(item, EVIDENCE_CRL);
}

OCSP_BASICRESP *evidence_ocsp(struct evidence_item *item)
{
	return decode(item, EVIDENCE_OCSP);
}
