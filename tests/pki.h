/* Test help: a small TEST hierarchy made at run time, and files signed with it. */
#ifndef NASKAH_TESTS_PKI_H
#define NASKAH_TESTS_PKI_H

#include "base/buf.h"
#include "crypto/cms.h"
#include "crypto/hash.h"
#include "crypto/key.h"
#include "pdf/append.h"

#include <unistd.h>

#define PKI_NOW   INT64_C(1774924800) /* 2026-03-31 02:40:00 UTC */
#define PKI_DAY   86400
#define PKI_NIK   "9971021505880001" /* no such province: nobody's */
#define PKI_NAME  "Sari Uji"
#define PDF_BYTES ((size_t)4 << 20)

struct person_key {
	struct key *key;
	struct cert *cert;
	struct cms_signer signer;
};

struct pki {
	struct key *root_key;
	struct cert *root;
	struct trust *trust;
	struct person_key sari, other, expired;
};

static inline void pki_person(
	struct pki *p, const char *name, const char *nik, int64_t from, int64_t to, struct person_key *out)
{
	struct cert_request req = {.common_name = name,
		.organization = "Kantor UJI",
		.subject_id = nik,
		.not_before_at = from,
		.not_after_at = to};
	struct err e = ERR_INIT;

	if (key_generate(KEY_EC_P256, &out->key, &e) != 0 ||
		cert_issue(&req, out->key, p->root, p->root_key, &out->cert, &e) != 0)
		fail_msg("%s", e.msg);
	out->signer = (struct cms_signer){.key = out->key, .cert = out->cert};
}

static inline void person_release(struct person_key *k)
{
	key_release(&k->key);
	cert_release(&k->cert);
}

static inline void pki_release(struct pki *p)
{
	person_release(&p->sari);
	person_release(&p->other);
	person_release(&p->expired);
	key_release(&p->root_key);
	cert_release(&p->root);
	trust_release(&p->trust);
}

/* `root_path` (may be NULL) is where the root's PEM stays. */
static inline void pki_new(struct pki *p, const char *root_path)
{
	struct cert_request req = {.common_name = "UJI Root",
		.not_before_at = PKI_NOW - 3000 * (int64_t)PKI_DAY,
		.not_after_at = PKI_NOW + 3000 * (int64_t)PKI_DAY,
		.is_ca = true,
		.path_len = -1};
	char path[] = "/tmp/naskah-root-XXXXXX";
	struct err e = ERR_INIT;

	*p = (struct pki){0};
	if (key_generate(KEY_EC_P256, &p->root_key, &e) != 0 ||
		cert_issue(&req, p->root_key, NULL, NULL, &p->root, &e) != 0)
		fail_msg("%s", e.msg);
	if (!root_path)
		close(mkstemp(path));
	if (cert_save(p->root, root_path ? root_path : path, &e) != 0 ||
		trust_load(root_path ? root_path : path, &p->trust, &e) != 0)
		fail_msg("%s", e.msg);
	if (!root_path)
		unlink(path);
	pki_person(p, PKI_NAME " UJI", PKI_NIK, PKI_NOW - 100 * PKI_DAY, PKI_NOW + 600 * PKI_DAY, &p->sari);
	pki_person(p, "Orang Lain UJI", "9971021505880002", PKI_NOW - 100 * PKI_DAY, PKI_NOW + 600 * PKI_DAY,
		&p->other);
	pki_person(p, PKI_NAME " UJI", PKI_NIK, PKI_NOW - 900 * (int64_t)PKI_DAY, PKI_NOW - 100 * PKI_DAY,
		&p->expired);
}

/* Hashes what `range` says and fills the placeholder. */
static inline void pki_fill(struct buf *pdf, const int64_t range[4], const struct cms_signer *signer)
{
	AUTO(hasher_release) struct hasher *h = NULL;
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	struct err e = ERR_INIT;

	assert_int_equal(hasher_new(&h, &e), 0);
	hasher_add(h, pdf->data + range[0], (size_t)range[1]);
	hasher_add(h, pdf->data + range[2], (size_t)range[3]);
	struct sha256 digest = hasher_end(h);
	if (cms_sign(signer, &digest, &cms, &e) != 0 ||
		pdf_patch_contents(pdf, range, cms.data, cms.len, &e) != 0)
		fail_msg("%s", e.msg);
}

static inline void pki_sign(
	const struct buf *in, const char *field, const struct cms_signer *signer, int64_t at, struct buf *out)
{
	struct pdf_append_request req = {
		.field = field, .reason = "Uji", .signed_at = at, .contents_max = cms_size_max(signer)};
	struct err e = ERR_INIT;
	int64_t range[4];

	buf_reset(out);
	if (pdf_append_signature(in->data, in->len, "uji.pdf", &req, out, range, &e) != 0)
		fail_msg("%s", e.msg);
	pki_fill(out, range, signer);
}

#endif
