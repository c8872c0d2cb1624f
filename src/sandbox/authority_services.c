/* What the authorities give besides certificates for people, and certificates that nobody should believe. */
#include "sandbox/authority_inside.h"

#include "base/auto.h"

#define TSA_YEARS     11
/* An authority for time takes its next certificate long before the last one ends: what is stamped lasts (EN 319 421). */
#define TSA_SPARE     3
#define OCSP_YEARS    5
#define STATUS_FRESH  DAY /* until the next update */
#define REVOKED_SINCE (7 * DAY)

/* ---- people's certificates with something wrong ---- */

static int make_foreign(struct authority *a, int64_t now_at, struct err *e)
{
	struct cert_request root = {.common_name = "ROOT CA UJI NASKAH",
		.organization = ORGANIZATION,
		.not_before_at = now_at - YEAR,
		.not_after_at = now_at + 20 * YEAR,
		.is_ca = true,
		.path_len = 1};
	struct cert_request ca = root;

	ca.common_name = "CA UJI TTE";
	ca.path_len = 0;
	if (a->foreign_ca)
		return 0;
	/* One key for both: nobody looks behind the names. */
	if ((!a->foreign_key && key_generate(KEY_EC_P256, &a->foreign_key, e) != 0) ||
		(!a->foreign_root &&
			cert_issue(&root, a->foreign_key, NULL, NULL, &a->foreign_root, e) != 0) ||
		cert_issue(&ca, a->foreign_key, a->foreign_root, a->foreign_key, &a->foreign_ca, e) != 0)
		return -1;
	a->foreign_chain[0] = a->foreign_ca;
	return 0;
}

static int make_special(struct authority *a, size_t person, enum special kind, int64_t now_at, struct err *e)
{
	struct identity *id = &a->identities[person];
	const char *section = a->people->items[person].section;
	struct cert_request req = authority_person_request(a, &a->people->items[person], now_at);
	struct issued_status status = {.is = ISSUED_GOOD};
	struct cert **out = &id->special[kind];
	int r = 0;

	switch (kind) {
	case SPECIAL_SELF_SIGNED:
		return cert_issue(&req, id->key, NULL, NULL, out, e);
	case SPECIAL_FOREIGN:
		pthread_mutex_lock(&a->lock);
		r = make_foreign(a, now_at, e);
		pthread_mutex_unlock(&a->lock);
		return r == 0 ? cert_issue(&req, id->key, a->foreign_ca, a->foreign_key, out, e) : -1;
	case SPECIAL_EXPIRED:
		req.not_before_at = now_at - YEAR;
		req.not_after_at = now_at - DAY;
		break;
	case SPECIAL_NOT_YET:
		req.not_before_at = now_at + DAY;
		req.not_after_at = now_at + YEAR;
		break;
	case SPECIAL_REVOKED:
		status =
			(struct issued_status){ISSUED_REVOKED, now_at - REVOKED_SINCE, 1 /* keyCompromise */};
		/* By the name of no person: whose state may change. */
		section = "pengujian";
		break;
	case SPECIAL_WEAK:
		if (!id->weak && key_generate(KEY_RSA_1024, &id->weak, e) != 0)
			return -1;
		return authority_issue(a, req, id->weak, section, status, out, e);
	case SPECIAL_COUNT:
		break;
	}
	return authority_issue(a, req, id->key, section, status, out, e);
}

int authority_special(struct authority *a, size_t person, enum special kind, int64_t now_at,
	struct cms_signer *out, struct err *e)
{
	struct identity *id = &a->identities[person];

	pthread_mutex_lock(&id->lock);
	int r = authority_identity(a, person, now_at, e);
	if (r == 0 && !id->special[kind])
		r = make_special(a, person, kind, now_at, e);
	pthread_mutex_unlock(&id->lock);
	if (r != 0)
		return -1;
	*out = (struct cms_signer){kind == SPECIAL_WEAK ? id->weak : id->key, id->special[kind],
		kind == SPECIAL_FOREIGN ? a->foreign_chain : a->chain, kind != SPECIAL_SELF_SIGNED};
	return 0;
}

/* ---- time-stamps ---- */

static int make_tsa(struct authority *a, enum tsa_kind kind, int64_t now_at, struct err *e)
{
	struct cert_request req = {.common_name = "TSA UJI NASKAH",
		.organization = ORGANIZATION,
		.not_before_at = now_at - DAY,
		.not_after_at = now_at + TSA_YEARS * YEAR,
		.path_len = -1,
		.use = CERT_STAMPS,
		.ocsp_url = a->ca_ocsp_url,
		.crl_url = a->ca_crl_url,
		.issuer_url = a->ca_issuer_url};
	struct issued_status good = {.is = ISSUED_GOOD};

	/* RSA, as its signatures are the same each time. */
	if (authority_service(a, &a->tsa, "tsa", KEY_RSA_2048, &req, now_at + TSA_SPARE * YEAR, e) != 0)
		return -1;
	if (a->tsa.certs[kind])
		return 0;
	if (kind == TSA_STRANGER)
		return cert_issue(&req, a->tsa.key, NULL, NULL, &a->tsa.certs[kind], e);
	if (kind == TSA_NO_USE)
		req.use = CERT_SIGNS;
	if (kind == TSA_EXPIRED) {
		req.not_before_at = now_at - YEAR;
		req.not_after_at = now_at - DAY;
	}
	return authority_issue(a, req, a->tsa.key, "tsa", good, &a->tsa.certs[kind], e);
}

int authority_tsa(
	struct authority *a, enum tsa_kind kind, int64_t now_at, struct cms_signer *out, struct err *e)
{
	pthread_mutex_lock(&a->lock);
	int r = make_tsa(a, kind, now_at, e);
	pthread_mutex_unlock(&a->lock);
	if (r != 0)
		return -1;
	*out = (struct cms_signer){a->tsa.key, a->tsa.certs[kind], a->chain, kind != TSA_STRANGER};
	return 0;
}

/* ---- how certificates stand ---- */

static int make_responder(struct authority *a, int64_t now_at, struct err *e)
{
	struct cert_request req = {.common_name = "OCSP UJI TTE",
		.organization = ORGANIZATION,
		.not_before_at = now_at - DAY,
		.not_after_at = now_at + OCSP_YEARS * YEAR,
		.path_len = -1,
		.use = CERT_ANSWERS,
		.issuer_url = a->ca_issuer_url};

	return authority_service(a, &a->ocsp, "ocsp", KEY_EC_P256, &req, now_at, e);
}

struct looker {
	struct authority *a;
	const char *name;
	enum status_flaw flaw;
	int64_t now_at;
};

static struct issued_status look_up(void *user, const char *serial)
{
	const struct looker *l = user;

	if (l->flaw == STATUS_UNKNOWN)
		return (struct issued_status){.is = ISSUED_UNKNOWN};
	if (l->flaw == STATUS_REVOKED)
		return (struct issued_status){ISSUED_REVOKED, l->now_at - REVOKED_SINCE, 1};
	return issued_standing(l->a->issued, l->name, serial);
}

/* A question about the CA itself is one to the root, which answers with its own key; others go to the responder. */
int authority_ocsp(struct authority *a, const void *request, size_t len, enum status_flaw flaw,
	int64_t now_at, struct buf *out, struct err *e)
{
	int64_t at = flaw == STATUS_STALE ? now_at - YEAR : now_at;
	struct cms_signer responder = {a->root_key, a->root, NULL, 0};
	bool to_root = ocsp_asks_about(a->root, request, len);
	struct looker looker = {a, to_root ? "root" : "ca", flaw, now_at};
	int r = 0;

	if (flaw == STATUS_STRANGER || !to_root) {
		pthread_mutex_lock(&a->lock);
		r = flaw == STATUS_STRANGER ? make_foreign(a, now_at, e) : make_responder(a, now_at, e);
		pthread_mutex_unlock(&a->lock);
		if (r != 0)
			return -1;
		responder = flaw == STATUS_STRANGER
				    ? (struct cms_signer){a->foreign_key, a->foreign_ca, NULL, 0}
				    : (struct cms_signer){a->ocsp.key, a->ocsp.certs[0], NULL, 0};
	}
	const struct ocsp_answer how = {
		.responder = &responder,
		.issuer = to_root ? a->root : a->ca,
		.now_at = at,
		.this_update_at = at,
		.next_update_at = at + STATUS_FRESH,
		.lookup = look_up,
		.user = &looker,
		.try_later = flaw == STATUS_LATER,
	};
	return ocsp_answer(&how, request, len, out, e);
}

static int issue_crl(struct authority *a, const struct issued_entry *entries, size_t count, bool of_root,
	enum status_flaw flaw, int64_t now_at, struct buf *out, struct err *e)
{
	AUTO(free_ptr) const char **serials = calloc(count + 1, sizeof *serials);
	AUTO(free_ptr) struct issued_status *statuses = calloc(count + 1, sizeof *statuses);
	int64_t at = flaw == STATUS_STALE ? now_at - YEAR : now_at;
	bool stranger = flaw == STATUS_STRANGER;

	if (!serials || !statuses)
		return err_nomem(e);
	for (size_t i = 0; i < count; i++) {
		serials[i] = entries[i].serial;
		statuses[i] = entries[i].status;
		if (flaw == STATUS_REVOKED)
			statuses[i] = (struct issued_status){ISSUED_REVOKED, now_at - REVOKED_SINCE, 1};
	}
	const struct crl_request req = {
		.key = stranger  ? a->foreign_key
		       : of_root ? a->root_key
				 : a->ca_key,
		.issuer = stranger  ? a->foreign_root
			  : of_root ? a->root
				    : a->ca,
		.this_update_at = at,
		.next_update_at = at + STATUS_FRESH,
		.number = (uint64_t)at,
		.serials = serials,
		.statuses = statuses,
		.count = count,
	};
	return crl_issue(&req, out, e);
}

int authority_crl(struct authority *a, const char *name, enum status_flaw flaw, int64_t now_at,
	struct buf *out, struct err *e)
{
	AUTO(free_ptr) struct issued_entry *entries = NULL;
	size_t count = 0;
	int r = 0;

	if (flaw == STATUS_STRANGER) {
		pthread_mutex_lock(&a->lock);
		r = make_foreign(a, now_at, e);
		pthread_mutex_unlock(&a->lock);
	}
	if (r != 0 || issued_list(a->issued, name, &entries, &count, e) != 0)
		return -1;
	return issue_crl(a, entries, count, strcmp(name, "root") == 0, flaw, now_at, out, e);
}

const struct cert *authority_cert(const struct authority *a, const char *name)
{
	return strcmp(name, "root") == 0 ? a->root : strcmp(name, "ca") == 0 ? a->ca : NULL;
}
