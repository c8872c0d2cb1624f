/*
 * What others answer about certificates and time: OCSP responses, CRLs, time-stamp tokens. The first byte says which.
 *
 * tests/fuzz/pki holds an authority and a certificate of it; their keys are gone, and nothing that they ever signed says
 * "revoked". So nothing may come out revoked; nor may a token be believed, as no root is.
 */
#include "base/auto.h"
#include "base/limits.h"
#include "crypto/cms.h"
#include "crypto/revocation.h"
#include "crypto/tsp.h"

#include <stdint.h>
#include <stdlib.h>

#define NOW INT64_C(1774924800)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cert *issuer, *subject;

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void try_status(enum evidence_kind kind, const uint8_t *data, size_t size)
{
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
	struct revocation r;
	struct err e = ERR_INIT;

	must(evidence_add(&ev, kind, data, size, &e) == 0);
	if (revocation_judge(subject, issuer, &ev, NOW, &r, &e) != 0)
		return;
	must(r.good != FINDING_NO && r.revoked_at == 0);
	must((r.good == FINDING_YES) == (r.why == NULL) && (r.good == FINDING_YES) == (r.item == 0));
}

static void try_token(const uint8_t *data, size_t size)
{
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
	AUTO(cert_path_release) struct cert_path path = {.count = 0};
	const struct tsp_question q = {.token = data, .len = size, .stamped = {{"isi", 3}, {"", 0}}};
	struct tsp_verdict v;
	struct err e = ERR_INIT;

	if (tsp_judge(&q, &v, &e) == 0)
		must(v.stamped_at == 0 && v.why && v.why[0]);
	(void)!evidence_add_cms(&ev, data, size, &e);
	err_clear(&e);
	(void)!cms_add_revocation(data, size, &ev, &e);
	err_clear(&e);
	must(cert_path_of_cms(data, size, &ev, NULL, NOW, &path, &e) != 0 && e.msg[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_INIT;

	if (!issuer && (cert_load("tests/fuzz/pki/issuer.pem", &issuer, &e) != 0 ||
			       cert_load("tests/fuzz/pki/subject.pem", &subject, &e) != 0))
		abort();
	if (size == 0)
		return 0;
	switch (data[0]) {
	case 'o':
		try_status(EVIDENCE_OCSP, data + 1, size - 1);
		break;
	case 'c':
		try_status(EVIDENCE_CRL, data + 1, size - 1);
		break;
	default:
		try_token(data + 1, size - 1);
	}
	return 0;
}
