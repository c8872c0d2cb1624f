#include "crypto/revocation.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/handles.h"
#include "crypto/status.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#define NO_ITEM ((size_t)-1)

CRYPTO_RELEASE(release_access, AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free)
CRYPTO_RELEASE(release_points, CRL_DIST_POINTS, CRL_DIST_POINTS_free)

/* What it says of the past holds for ever, of what came after it only for its own period. */
static bool speaks_about(const struct status *s, int64_t at)
{
	return s->this_at >= at || at <= s->next_at;
}

/* The newest word that proves it good at `at`: also that it was revoked only later. */
static void find_good(const struct status *all, size_t count, int64_t at, struct revocation *out)
{
	int64_t newest = INT64_MIN;

	for (size_t i = 0; i < count; i++) {
		const struct status *s = &all[i];
		bool proves = (s->is == STATUS_GOOD && speaks_about(s, at)) ||
			      (s->is == STATUS_REVOKED && s->revoked_at > at && s->this_at >= at);
		if (!proves || s->this_at <= newest)
			continue;
		newest = s->this_at;
		out->good = FINDING_YES;
		out->item = i;
	}
}

/* A hold ends when a later word says good; that it lasted until its own moment stays true. */
static bool is_lifted(const struct status *hold, const struct status *all, size_t count, int64_t at)
{
	if (at <= hold->this_at)
		return false;
	for (size_t i = 0; i < count; i++)
		if (all[i].is == STATUS_GOOD && all[i].this_at > hold->this_at && speaks_about(&all[i], at))
			return true;
	return false;
}

static void find_revoked(const struct status *all, size_t count, int64_t at, struct revocation *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct status *s = &all[i];
		if (s->is != STATUS_REVOKED || (s->on_hold && is_lifted(s, all, count, at)))
			continue;
		if (out->revoked_at == 0 || s->revoked_at < out->revoked_at)
			out->revoked_at = s->revoked_at;
		if (s->revoked_at > at)
			continue;
		out->good = FINDING_NO;
		out->item = i;
		out->why = s->on_hold ? _("the certificate was suspended at that time (certificateHold)")
				      : _("the certificate had been revoked");
	}
}

/*
 * Lists leave out what has ended, and responders forget it: a "good" from after that is none (RFC 5280 3.3;
 * ETSI EN 319 102-1 5.2.5).
 */
static bool is_too_late(const struct status *s, int64_t ended_at)
{
	return s->is == STATUS_GOOD && s->this_at > ended_at;
}

int revocation_judge(const struct cert *cert, const struct cert *issuer, const struct evidence *ev,
	int64_t at, struct revocation *out, struct err *e)
{
	struct revocation found = {.item = NO_ITEM};
	AUTO(free_ptr) struct status *all = calloc(ev->count + 1, sizeof *all);

	if (!all)
		return err_nomem(e);
	int64_t ended_at = asn1_time_at(X509_get0_notAfter(cert->x509));
	for (size_t i = 0; i < ev->count; i++) {
		if (ev->items[i].kind == EVIDENCE_OCSP)
			all[i] = ocsp_status(&ev->items[i], cert->x509, issuer->x509, ev);
		else if (ev->items[i].kind == EVIDENCE_CRL)
			all[i] = crl_status(&ev->items[i], cert->x509, issuer->x509);
		if (is_too_late(&all[i], ended_at))
			all[i].is = STATUS_NONE;
	}
	find_good(all, ev->count, at, &found);
	find_revoked(all, ev->count, at, &found);
	if (found.good == FINDING_UNKNOWN)
		found.why = _("nothing here says how the certificate stood at that time (OCSP, CRL)");
	*out = found;
	return 0;
}

bool revocation_is_exempt(const struct cert *cert)
{
	bool exempt = (X509_get_extension_flags(cert->x509) & EXFLAG_SS) != 0 ||
		      ((X509_get_extended_key_usage(cert->x509) & XKU_OCSP_SIGN) != 0 &&
			      (X509_get_extension_flags(cert->x509) & EXFLAG_XKUSAGE) != 0 &&
			      X509_get_ext_by_NID(cert->x509, NID_id_pkix_OCSP_noCheck, -1) >= 0);

	ERR_clear_error();
	return exempt;
}

/* http and https, printable, no blanks; anything else leaves `out` as it is. */
static void copy_url(const GENERAL_NAME *name, char *out, size_t size)
{
	if (name->type != GEN_URI || out[0])
		return;
	const ASN1_STRING *text = name->d.uniformResourceIdentifier;
	const unsigned char *url = ASN1_STRING_get0_data(text);
	size_t len = (size_t)ASN1_STRING_length(text);
	if (len >= size || (len < 8 || (memcmp(url, "http://", 7) != 0 && memcmp(url, "https://", 8) != 0)))
		return;
	for (size_t i = 0; i < len; i++)
		if (url[i] <= ' ' || url[i] >= 0x7f)
			return;
	copy_text(out, size, (const char *)url, len);
}

static void copy_crl_url(const X509 *x, char *out, size_t size)
{
	AUTO(release_points)
	CRL_DIST_POINTS *points = X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL);

	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT *p = sk_DIST_POINT_value(points, i);
		if (!p->distpoint || p->distpoint->type != 0)
			continue;
		const GENERAL_NAMES *names = p->distpoint->name.fullname;
		for (int k = 0; k < sk_GENERAL_NAME_num(names); k++)
			copy_url(sk_GENERAL_NAME_value(names, k), out, size);
	}
}

void cert_urls(const struct cert *c, struct cert_urls *out)
{
	AUTO(release_access)
	AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(c->x509, NID_info_access, NULL, NULL);

	*out = (struct cert_urls){.ocsp = ""};
	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++) {
		const ACCESS_DESCRIPTION *a = sk_ACCESS_DESCRIPTION_value(access, i);
		if (OBJ_obj2nid(a->method) == NID_ad_OCSP)
			copy_url(a->location, out->ocsp, sizeof out->ocsp);
		if (OBJ_obj2nid(a->method) == NID_ad_ca_issuers)
			copy_url(a->location, out->issuer, sizeof out->issuer);
	}
	copy_crl_url(c->x509, out->crl, sizeof out->crl);
	ERR_clear_error();
}
