/* What anybody may send to the sandbox's authorities: first byte chooses time-stamp or OCSP, the rest is the request. */
#include "base/auto.h"
#include "base/limits.h"
#include "crypto/issue.h"
#include "crypto/revocation.h"
#include "crypto/tsp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW INT64_C(1774924800)

/* One EC key for root and services: made anew in each process. */
static struct key *key;
static struct cert *root, *tsa;

static struct cert *issue(const char *name, bool is_ca, enum cert_use use)
{
	const struct cert_request req = {.common_name = name,
		.not_before_at = NOW - 86400,
		.not_after_at = NOW + 86400,
		.is_ca = is_ca,
		.path_len = -1,
		.use = use};
	struct cert *c = NULL;
	struct err e = ERR_INIT;

	if (cert_issue(&req, key, root, key, &c, &e) != 0)
		abort();
	return c;
}

static struct issued_status lookup(void *user, const char *serial)
{
	(void)user;
	return (struct issued_status){serial[0] & 1 ? ISSUED_GOOD : ISSUED_REVOKED, NOW - 60, 6};
}

static void stamp(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf answer = BUF_INIT(LIMIT_CMS_BYTES), token = BUF_INIT(LIMIT_CMS_BYTES);
	const struct cms_signer signer = {.key = key, .cert = tsa};
	const struct tsa_request how = {.authority = &signer, .now_at = NOW};
	const struct sha256 imprint = {{0}};
	struct err e = ERR_INIT;

	/* Any request has an answer, and an answer is what we can read. */
	if (tsa_answer(&how, data, size, &answer, &e) != 0 && e.kind != ERR_LIMIT)
		abort();
	if (e.kind == ERR_NONE)
		(void)!tsp_response(answer.data, answer.len, &imprint, 1, &token, &e);
	/* The same bytes as an answer. */
	err_clear(&e);
	if (tsp_response(data, size, &imprint, 1, &token, &e) == 0 && token.len == 0)
		abort();
}

static void ask(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf answer = BUF_INIT(LIMIT_CMS_BYTES);
	const struct cms_signer signer = {.key = key, .cert = root};
	const struct ocsp_answer how = {.responder = &signer,
		.issuer = root,
		.now_at = NOW,
		.this_update_at = NOW,
		.next_update_at = NOW + 60,
		.lookup = lookup};
	struct err e = ERR_INIT;

	if (ocsp_answer(&how, data, size, &answer, &e) != 0 && e.kind != ERR_LIMIT)
		abort();
	(void)ocsp_asks_about(root, data, size);
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
	struct revocation r;
	err_clear(&e);
	if (answer.len > 0 && evidence_add(&ev, EVIDENCE_OCSP, answer.data, answer.len, &e) == 0)
		(void)!revocation_judge(tsa, root, &ev, NOW, &r, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_INIT;

	if (!root) {
		if (key_generate(KEY_EC_P256, &key, &e) != 0)
			abort();
		root = issue("ROOT CA UJI", true, CERT_SIGNS);
		tsa = issue("TSA UJI", false, CERT_STAMPS);
	}
	if (size == 0)
		return 0;
	if (data[0] & 1)
		ask(data + 1, size - 1);
	else
		stamp(data + 1, size - 1);
	return 0;
}
