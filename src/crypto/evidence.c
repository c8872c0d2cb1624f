/* The pool of certificates and revocation data; declared in revocation.h. */
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/revocation.h"
#include "crypto/signed_data.h"

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
	ev->items[ev->count++] = (struct evidence_item){kind, copy, len};
	return 0;
}

void evidence_release(struct evidence *ev)
{
	for (size_t i = 0; i < ev->count; i++)
		free(ev->items[i].der);
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
