/* Levels and validation in the past: what a file proves by itself, now and years after its certificates have ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "crypto/issue.h"
#include "crypto/revocation.h"
#include "crypto/tsp.h"
#include "pdf/dss.h"
#include "pdf_variants.h"
#include "pki.h"
#include "verify/verify.h"

#define YEAR  ((int64_t)365 * PKI_DAY)
#define NONCE UINT64_C(77)
#define PDF   AUTO(buf_release) struct buf

static struct {
	struct person_key root, ca;  /* forty years; the authority eight */
	struct person_key responder; /* one year, as its answers are made now */
	struct person_key tsa, tsa2; /* three years and twenty */
	struct person_key sari;      /* two years */
	struct trust *trust;
	const struct cert *chain[1];
} office;

static struct verdict verdict;

/* ---- the office ---- */

static void issue(const char *name, enum cert_use use, bool is_ca, int64_t to, const struct person_key *by,
	struct person_key *out)
{
	const struct cert_request req = {.common_name = name,
		.subject_id = use == CERT_SIGNS && !is_ca ? PKI_NIK : NULL,
		.not_before_at = PKI_NOW - 30 * PKI_DAY,
		.not_after_at = to,
		.is_ca = is_ca,
		.path_len = -1,
		.use = use};
	struct err e = ERR_INIT;

	if (key_generate(KEY_EC_P256, &out->key, &e) != 0 ||
		cert_issue(&req, out->key, by ? by->cert : NULL, by ? by->key : NULL, &out->cert, &e) != 0)
		fail_msg("%s", e.msg);
	out->signer = (struct cms_signer){
		.key = out->key, .cert = out->cert, .chain = office.chain, .chain_len = by == &office.ca};
}

static int start(void **state)
{
	char path[] = "/tmp/naskah-root-XXXXXX";
	struct err e = ERR_INIT;

	(void)state;
	issue("ROOT UJI", CERT_SIGNS, true, PKI_NOW + 40 * YEAR, NULL, &office.root);
	issue("CA UJI", CERT_SIGNS, true, PKI_NOW + 8 * YEAR, &office.root, &office.ca);
	office.chain[0] = office.ca.cert;
	issue("OCSP UJI", CERT_ANSWERS, false, PKI_NOW + YEAR, &office.ca, &office.responder);
	issue("TSA UJI", CERT_STAMPS, false, PKI_NOW + 3 * YEAR, &office.ca, &office.tsa);
	issue("TSA ARSIP UJI", CERT_STAMPS, false, PKI_NOW + 20 * YEAR, &office.root, &office.tsa2);
	issue(PKI_NAME " UJI", CERT_SIGNS, false, PKI_NOW + 2 * YEAR, &office.ca, &office.sari);
	close(mkstemp(path));
	if (cert_save(office.root.cert, path, &e) != 0 || trust_load(path, &office.trust, &e) != 0)
		fail_msg("%s", e.msg);
	unlink(path);
	return 0;
}

static int end(void **state)
{
	(void)state;
	person_release(&office.root);
	person_release(&office.ca);
	person_release(&office.responder);
	person_release(&office.tsa);
	person_release(&office.tsa2);
	person_release(&office.sari);
	trust_release(&office.trust);
	return 0;
}

/* ---- what services answer ---- */

static void stamp_of(
	const struct person_key *tsa, const struct sha256 *imprint, int64_t at, struct buf *token)
{
	AUTO(buf_release) struct buf asked = BUF_INIT(LIMIT_CMS_BYTES), answer = BUF_INIT(LIMIT_CMS_BYTES);
	const struct tsa_request how = {.authority = &tsa->signer, .now_at = at};
	struct err e = ERR_INIT;

	if (tsp_request(imprint, NONCE, &asked, &e) != 0 ||
		tsa_answer(&how, asked.data, asked.len, &answer, &e) != 0 ||
		tsp_response(answer.data, answer.len, imprint, NONCE, token, &e) != 0)
		fail_msg("%s", e.msg);
}

static struct sha256 digest_of(const struct buf *pdf, const int64_t range[4])
{
	AUTO(hasher_release) struct hasher *h = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(hasher_new(&h, &e), 0);
	hasher_add(h, pdf->data + range[0], (size_t)range[1]);
	hasher_add(h, pdf->data + range[2], (size_t)range[3]);
	return hasher_end(h);
}

/* Signed by `who`, stamped by `tsa` (NULL: not) at `at`. */
static void sign_as(const struct buf *in, const char *field, const struct person_key *who,
	const struct person_key *tsa, int64_t at, struct buf *out)
{
	AUTO(buf_release) struct buf plain = BUF_INIT(LIMIT_CMS_BYTES), cms = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf token = BUF_INIT(LIMIT_CMS_BYTES);
	struct pdf_append_request req = {.field = field, .signed_at = at, .contents_max = 8000};
	struct sha256 imprint;
	struct err e = ERR_INIT;
	int64_t range[4];

	buf_reset(out);
	if (pdf_append_signature(in->data, in->len, "uji.pdf", &req, out, range, &e) != 0)
		fail_msg("%s", e.msg);
	struct sha256 digest = digest_of(out, range);
	if (cms_sign(&who->signer, &digest, &plain, &e) != 0 ||
		cms_signature_imprint(plain.data, plain.len, &imprint, &e) != 0)
		fail_msg("%s", e.msg);
	if (tsa) {
		stamp_of(tsa, &imprint, at, &token);
		if (cms_add_stamp(plain.data, plain.len, token.data, token.len, &cms, &e) != 0)
			fail_msg("%s", e.msg);
	} else {
		buf_add(&cms, plain.data, plain.len);
	}
	if (pdf_patch_contents(out, range, cms.data, cms.len, &e) != 0)
		fail_msg("%s", e.msg);
}

static void add_stamp(
	const struct buf *in, const char *field, const struct person_key *tsa, int64_t at, struct buf *out)
{
	AUTO(buf_release) struct buf token = BUF_INIT(LIMIT_CMS_BYTES);
	struct err e = ERR_INIT;
	int64_t range[4];

	buf_reset(out);
	if (pdf_append_stamp(in->data, in->len, "uji.pdf", field, 8000, out, range, &e) != 0)
		fail_msg("%s", e.msg);
	struct sha256 digest = digest_of(out, range);
	stamp_of(tsa, &digest, at, &token);
	if (pdf_patch_contents(out, range, token.data, token.len, &e) != 0)
		fail_msg("%s", e.msg);
}

static struct issued_status status;
static char revoked_serial[64];

static struct issued_status lookup(void *user, const char *serial)
{
	(void)user;
	return strcmp(serial, revoked_serial) == 0 ? status : (struct issued_status){.is = ISSUED_GOOD};
}

static void ask(const struct person_key *about, int64_t at, struct evidence *ev)
{
	AUTO(buf_release) struct buf asked = BUF_INIT(LIMIT_CMS_BYTES), answer = BUF_INIT(LIMIT_CMS_BYTES);
	const struct ocsp_answer how = {.responder = &office.responder.signer,
		.issuer = office.ca.cert,
		.now_at = at,
		.this_update_at = at,
		.next_update_at = at + PKI_DAY,
		.lookup = lookup};
	struct err e = ERR_INIT;

	if (ocsp_request(about->cert, office.ca.cert, &asked, &e) != 0 ||
		ocsp_answer(&how, asked.data, asked.len, &answer, &e) != 0 ||
		evidence_add(ev, EVIDENCE_OCSP, answer.data, answer.len, &e) != 0)
		fail_msg("%s", e.msg);
}

static void list(const struct person_key *by, int64_t at, struct evidence *ev)
{
	AUTO(buf_release) struct buf crl = BUF_INIT(MIB);
	const struct crl_request req = {.key = by->key,
		.issuer = by->cert,
		.this_update_at = at,
		.next_update_at = at + 7 * PKI_DAY,
		.number = 1};
	struct err e = ERR_INIT;

	if (crl_issue(&req, &crl, &e) != 0 || evidence_add(ev, EVIDENCE_CRL, crl.data, crl.len, &e) != 0)
		fail_msg("%s", e.msg);
}

static void add_cert(const struct person_key *whose, struct evidence *ev)
{
	AUTO(buf_release) struct buf der = BUF_INIT(MIB);
	struct err e = ERR_INIT;

	if (cert_der(whose->cert, &der, &e) != 0 ||
		evidence_add(ev, EVIDENCE_CERT, der.data, der.len, &e) != 0)
		fail_msg("%s", e.msg);
}

static void add_store(const struct buf *in, const struct evidence *ev, struct buf *out)
{
	struct dss_item items[16];
	struct dss_addition add = {.items = items, .count = ev->count};
	struct err e = ERR_INIT;

	assert_true(ev->count <= ARRAY_LEN(items));
	for (size_t i = 0; i < ev->count; i++)
		items[i] = (struct dss_item){
			(enum dss_kind)ev->items[i].kind, ev->items[i].der, ev->items[i].len};
	buf_reset(out);
	if (pdf_append_dss(in->data, in->len, "uji.pdf", &add, out, &e) != 0)
		fail_msg("%s", e.msg);
}

/* All that the signer's and the authority's path need at `at`. */
static void collect(int64_t at, struct evidence *ev)
{
	add_cert(&office.ca, ev);
	ask(&office.sari, at, ev);
	ask(&office.tsa, at, ev);
	list(&office.root, at, ev);
}

/* ---- judging ---- */

static const struct signature_verdict *look(
	const struct buf *pdf, int64_t now_at, int64_t known_at, const struct evidence *more)
{
	const struct verify_request req = {.pdf = pdf->data,
		.len = pdf->len,
		.name = "uji.pdf",
		.trust = office.trust,
		.now_at = now_at,
		.known_at = known_at,
		.evidence = more};
	struct err e = ERR_INIT;

	if (verify_pdf(&req, &verdict, &e) != 0)
		fail_msg("%s", e.msg);
	return &verdict.signatures[0];
}

static void assert_level(const struct buf *pdf, int64_t now_at, enum pades_level level)
{
	(void)look(pdf, now_at, 0, NULL);
	if (verdict.all_good != FINDING_YES || verdict.level != level)
		fail_msg("%s, not %s: '%s'", pades_level_name(verdict.level), pades_level_name(level),
			verdict.why);
}

static void assert_bad(const struct buf *pdf, int64_t now_at, const char *words)
{
	(void)look(pdf, now_at, 0, NULL);
	if (verdict.all_good != FINDING_NO || !strstr(verdict.why, words))
		fail_msg("finding %d: '%s'", verdict.all_good, verdict.why);
}

static void levels(void **state)
{
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT, part = EVIDENCE_INIT;
	PDF b = BUF_INIT(PDF_BYTES), one = BUF_INIT(PDF_BYTES), two = BUF_INIT(PDF_BYTES),
	    three = BUF_INIT(PDF_BYTES), four = BUF_INIT(PDF_BYTES);

	(void)state;
	fixture(&b, "plain.pdf", AS_IS);
	sign_as(&b, "esc_1", &office.sari, NULL, PKI_NOW, &one);
	assert_level(&one, PKI_NOW + 60, LEVEL_B_B);
	assert_bad(&one, PKI_NOW + 3 * YEAR, "nothing proves");
	/* unless somebody knows */
	(void)look(&one, PKI_NOW + 3 * YEAR, PKI_NOW + 60, NULL);
	assert_int_equal(verdict.all_good, FINDING_YES);

	sign_as(&b, "esc_1", &office.sari, &office.tsa, PKI_NOW, &one);
	assert_level(&one, PKI_NOW + 60, LEVEL_B_T);
	assert_string_equal(verdict.signatures[0].stamper, "TSA UJI");
	assert_int_equal(verdict.signatures[0].stamp_ends_at, PKI_NOW + 3 * YEAR);
	assert_int_equal(verdict.signatures[0].unrevoked, FINDING_UNKNOWN);
	assert_level(&one, PKI_NOW + 2 * YEAR + 60, LEVEL_B_T);
	/* the authority for time has ended as well */
	assert_bad(&one, PKI_NOW + 4 * YEAR, "nothing proves");

	/* every piece is needed */
	collect(PKI_NOW + 60, &ev);
	for (size_t left_out = 0; left_out < ev.count; left_out++) {
		AUTO(evidence_release) struct evidence most = EVIDENCE_INIT;
		struct err e = ERR_INIT;
		for (size_t i = 0; i < ev.count; i++)
			if (i != left_out)
				assert_int_equal(evidence_add(&most, ev.items[i].kind, ev.items[i].der,
							 ev.items[i].len, &e),
					0);
		add_store(&one, &most, &two);
		/* the authority's certificate stands in the signature, too */
		assert_level(&two, PKI_NOW + 120,
			ev.items[left_out].kind == EVIDENCE_CERT ? LEVEL_B_LT : LEVEL_B_T);
	}
	add_store(&one, &ev, &two);
	assert_level(&two, PKI_NOW + 120, LEVEL_B_LT);
	assert_int_equal(verdict.signatures[0].unrevoked, FINDING_YES);
	assert_int_equal(verdict.signatures[0].covers_all, FINDING_NO);
	assert_int_equal(verdict.signatures[0].unchanged, FINDING_YES);
	/* what comes from elsewhere is no part of the file */
	(void)look(&one, PKI_NOW + 120, 0, &ev);
	assert_int_equal(verdict.all_good, FINDING_YES);
	assert_int_equal(verdict.level, LEVEL_B_T);
	assert_int_equal(verdict.signatures[0].unrevoked, FINDING_YES);

	/* a stamp before the store covers nothing of it */
	add_stamp(&one, "stempel_1", &office.tsa2, PKI_NOW + 90, &three);
	add_store(&three, &ev, &four);
	assert_level(&four, PKI_NOW + 120, LEVEL_B_LT);
	assert_int_equal(verdict_signers(&verdict), 1);
	assert_int_equal(verdict.signature_count, 2);
	add_stamp(&two, "stempel_1", &office.tsa2, PKI_NOW + 90, &three);
	assert_level(&three, PKI_NOW + 120, LEVEL_B_LTA);
	assert_true(verdict.signatures[1].is_stamp);
	assert_string_equal(verdict.signatures[1].stamper, "TSA ARSIP UJI");
	assert_int_equal(verdict.signatures[1].level, LEVEL_NONE);
	/* Ten years on: signer, responder, authority and the first time-stamp's have ended. */
	assert_level(&three, PKI_NOW + 10 * YEAR, LEVEL_B_LTA);
	assert_bad(&three, PKI_NOW + 21 * YEAR, "nothing proves");
	/* The three years of its own authority without the younger one: */
	assert_bad(&two, PKI_NOW + 4 * YEAR, "nothing proves");
	/* A chain of stamps carries on: the first ends after three years, the second came before. */
	add_stamp(&two, "stempel_1", &office.tsa, PKI_NOW + 90, &three);
	assert_level(&three, PKI_NOW + 2 * YEAR, LEVEL_B_LTA);
	assert_bad(&three, PKI_NOW + 4 * YEAR, "nothing proves");
	add_stamp(&three, "stempel_2", &office.tsa2, PKI_NOW + 2 * YEAR, &four);
	assert_level(&four, PKI_NOW + 19 * YEAR, LEVEL_B_LTA);
	/* too late */
	add_stamp(&three, "stempel_2", &office.tsa2, PKI_NOW + 4 * YEAR, &four);
	assert_bad(&four, PKI_NOW + 10 * YEAR, "nothing proves");
}

static void revoked(void **state)
{
	static const struct {
		int64_t revoked_at;
		int reason;
		const char *why;
	} rows[] = {
		{PKI_NOW - PKI_DAY, 0, "had been revoked"},
		{PKI_NOW - PKI_DAY, 6, "suspended"},
		{PKI_NOW + 30, 0, NULL},
		{PKI_NOW + 30, 1, NULL},
		{PKI_NOW, 0, "had been revoked"},
	};
	PDF b = BUF_INIT(PDF_BYTES), one = BUF_INIT(PDF_BYTES), two = BUF_INIT(PDF_BYTES);
	struct cert_info info;
	struct err e = ERR_INIT;

	(void)state;
	fixture(&b, "plain.pdf", AS_IS);
	sign_as(&b, "esc_1", &office.sari, &office.tsa, PKI_NOW, &one);
	assert_int_equal(cert_info(office.sari.cert, &info, &e), 0);
	memcpy(revoked_serial, info.serial, sizeof revoked_serial);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
		status = (struct issued_status){ISSUED_REVOKED, rows[i].revoked_at, rows[i].reason};
		collect(PKI_NOW + 60, &ev);
		add_store(&one, &ev, &two);
		const struct signature_verdict *s = look(&two, PKI_NOW + 120, 0, NULL);
		assert_int_equal(s->revoked_at, rows[i].revoked_at);
		assert_int_equal(verdict.all_good, rows[i].why ? FINDING_NO : FINDING_YES);
		assert_int_equal(s->unrevoked, rows[i].why ? FINDING_NO : FINDING_YES);
		if (rows[i].why)
			assert_non_null(strstr(verdict.why, rows[i].why));
		else
			assert_int_equal(verdict.level, LEVEL_B_LT);
		/* the same from elsewhere */
		(void)look(&one, PKI_NOW + 120, 0, &ev);
		assert_int_equal(verdict.all_good, rows[i].why ? FINDING_NO : FINDING_YES);
	}
	/* Without a time-stamp revocation after the claimed time counts: it proves nothing. */
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
	status = (struct issued_status){ISSUED_REVOKED, PKI_NOW + 30, 0};
	collect(PKI_NOW + 60, &ev);
	sign_as(&b, "esc_1", &office.sari, NULL, PKI_NOW, &one);
	(void)look(&one, PKI_NOW + 120, 0, &ev);
	assert_int_equal(verdict.all_good, FINDING_NO);
	(void)look(&one, PKI_NOW + 120, PKI_NOW + 20, &ev);
	assert_int_equal(verdict.all_good, FINDING_YES);

	/* The authority for time, revoked later: only a younger time-stamp saves what it stamped. */
	assert_int_equal(cert_info(office.tsa.cert, &info, &e), 0);
	memcpy(revoked_serial, info.serial, sizeof revoked_serial);
	AUTO(evidence_release) struct evidence late = EVIDENCE_INIT;
	status = (struct issued_status){ISSUED_REVOKED, PKI_NOW + 3600, 1};
	collect(PKI_NOW + 7200, &late);
	sign_as(&b, "esc_1", &office.sari, &office.tsa, PKI_NOW, &one);
	add_store(&one, &late, &two);
	assert_bad(&two, PKI_NOW + 8000, "authority was revoked");
	PDF three = BUF_INIT(PDF_BYTES), four = BUF_INIT(PDF_BYTES);
	add_stamp(&one, "stempel_1", &office.tsa2, PKI_NOW + 1800, &three);
	add_store(&three, &late, &four);
	assert_level(&four, PKI_NOW + 8000, LEVEL_B_LT);
	revoked_serial[0] = '\0';
}

/* A time-stamp that is damaged, or over other bytes, or that anybody added. */
static void bad_stamps(void **state)
{
	PDF b = BUF_INIT(PDF_BYTES), one = BUF_INIT(PDF_BYTES), two = BUF_INIT(PDF_BYTES);
	struct err e = ERR_INIT;
	int64_t range[4];

	(void)state;
	fixture(&b, "plain.pdf", AS_IS);
	sign_as(&b, "esc_1", &office.sari, &office.tsa, PKI_NOW, &one);
	for (int kind = 0; kind < 3; kind++) {
		AUTO(buf_release) struct buf token = BUF_INIT(LIMIT_CMS_BYTES);
		buf_reset(&two);
		assert_int_equal(
			pdf_append_stamp(one.data, one.len, "x", "stempel", 8000, &two, range, &e), 0);
		struct sha256 digest = kind == 0 ? sha256_of("x", 1) : digest_of(&two, range);
		stamp_of(&office.tsa2, &digest, PKI_NOW + 60, &token);
		if (kind == 1)
			token.data[token.len - 3] ^= 1;
		assert_int_equal(pdf_patch_contents(&two, range, token.data, token.len, &e), 0);
		if (kind == 0)
			assert_bad(&two, PKI_NOW + 120, "belongs to other bytes");
		if (kind == 1)
			assert_bad(&two, PKI_NOW + 120, "damaged");
		if (kind == 2) {
			assert_level(&two, PKI_NOW + 120, LEVEL_B_T);
			assert_bad(&two, PKI_NOW - 3 * PKI_DAY, "future");
		}
	}
	/* one without a path proves nothing and takes nothing */
	struct person_key root = {0}, tsa = {0};
	issue("ROOT LAIN UJI", CERT_SIGNS, true, PKI_NOW + 40 * YEAR, NULL, &root);
	issue("TSA LAIN UJI", CERT_STAMPS, false, PKI_NOW + 40 * YEAR, &root, &tsa);
	add_stamp(&one, "stempel_1", &tsa, PKI_NOW + 60, &two);
	assert_level(&two, PKI_NOW + 120, LEVEL_B_T);
	assert_int_equal(verdict.signatures[1].trusted, FINDING_NO);
	assert_bad(&two, PKI_NOW + 10 * YEAR, "nothing proves");
	person_release(&root);
	person_release(&tsa);
	/* nobody's signature */
	add_stamp(&b, "stempel_1", &office.tsa2, PKI_NOW, &two);
	assert_bad(&two, PKI_NOW + 120, "no signature");
}

/* Under an archive time-stamp no byte can be changed without notice: not of the letter, the store, or the stamp. */
static void every_byte_counts(void **state)
{
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
	PDF b = BUF_INIT(PDF_BYTES), one = BUF_INIT(PDF_BYTES), two = BUF_INIT(PDF_BYTES),
	    three = BUF_INIT(PDF_BYTES);

	(void)state;
	fixture(&b, "plain.pdf", AS_IS);
	sign_as(&b, "esc_1", &office.sari, &office.tsa, PKI_NOW, &one);
	collect(PKI_NOW + 60, &ev);
	add_store(&one, &ev, &two);
	/* an authority with an intermediate in its token */
	add_stamp(&two, "stempel_1", &office.tsa, PKI_NOW + 90, &three);
	assert_level(&three, PKI_NOW + 120, LEVEL_B_LTA);
	for (size_t i = 0; i<three.len; i += i + 480> three.len ? 1 : i < two.len ? 211 : 97) {
		three.data[i] ^= 0x01;
		if (look(&three, PKI_NOW + 120, 0, NULL) && verdict.all_good != FINDING_NO)
			fail_msg("byte %zu of %zu (%zu, %zu)", i, three.len, one.len, two.len);
		three.data[i] ^= 0x01;
	}
	assert_level(&three, PKI_NOW + 120, LEVEL_B_LTA);
}

/* Replies: validation data and document time-stamps may come with the signature. */
static void replies(void **state)
{
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
	PDF b = BUF_INIT(PDF_BYTES), one = BUF_INIT(PDF_BYTES), two = BUF_INIT(PDF_BYTES),
	    three = BUF_INIT(PDF_BYTES);
	const struct expected_signer who = {PKI_NIK, PKI_NAME " UJI"};
	struct reply_check check = {
		.signers = &who, .signer_count = 1, .trust = office.trust, .now_at = PKI_NOW + 120};
	struct err e = ERR_INIT;

	(void)state;
	fixture(&b, "plain.pdf", AS_IS);
	sign_as(&b, "esc_1", &office.sari, &office.tsa, PKI_NOW, &one);
	collect(PKI_NOW + 60, &ev);
	add_store(&one, &ev, &two);
	add_stamp(&two, "stempel_1", &office.tsa2, PKI_NOW + 90, &three);
	const struct buf *const all[] = {&one, &two, &three};
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		check.sent = b.data;
		check.sent_len = b.len;
		check.reply = all[i]->data;
		check.reply_len = all[i]->len;
		assert_int_equal(verify_reply(&check, &verdict, &e), 0);
		assert_string_equal(verdict.why, "");
		assert_int_equal(verdict.level, LEVEL_B_T + i);
	}
	/* a time-stamp is no signature */
	add_stamp(&b, "stempel_1", &office.tsa2, PKI_NOW, &two);
	check.reply = two.data;
	check.reply_len = two.len;
	assert_int_equal(verify_reply(&check, &verdict, &e), 0);
	assert_int_equal(verdict.all_good, FINDING_NO);
	check.sent = one.data;
	check.sent_len = one.len;
	add_stamp(&one, "stempel_1", &office.tsa2, PKI_NOW, &two);
	check.reply = two.data;
	check.reply_len = two.len;
	assert_int_equal(verify_reply(&check, &verdict, &e), 0);
	assert_non_null(strstr(verdict.why, "exactly one signature"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels),
		cmocka_unit_test(revoked),
		cmocka_unit_test(bad_stamps),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(replies),
	};

	return cmocka_run_group_tests(tests, start, end);
}
