/* The sandbox's authorities over the years: how certificates stand, what is issued anew, what stays. */
#include "sandbox_rig.h"

#include "base/outfile.h"
#include "crypto/issue.h"
#include "crypto/revocation.h"
#include "crypto/tsp.h"
#include "sandbox/authority.h"

#define DAY  ((int64_t)86400)
#define YEAR (365 * DAY)
#define URL  "http://127.0.0.1:4711"

static void people_with(const char *state, struct people *out)
{
	char path[128], text[256];
	struct err e = ERR_INIT;

	snprintf(path, sizeof path, "%s/people.ini", folder);
	snprintf(text, sizeof text,
		"[contoh]\nnik = 3300000000000001\nnama = Contoh Pejabat\nemail = contoh@uji.example\nstatus "
		"= %s\n",
		state);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	MUST(people_load(path, out, &e));
}

static const char *place; /* of a test's authority, beside the rig's sandbox */

/* One start of the authority. */
struct day {
	struct people people;
	struct authority *authority;
	int64_t now_at;
};

static void day_begin(struct day *d, const char *state, const char *url, int64_t now_at)
{
	char path[128];
	struct err e = ERR_INIT;

	*d = (struct day){.now_at = now_at};
	people_with(state, &d->people);
	snprintf(path, sizeof path, "%s/%s", folder, place);
	MUST(outfile_mkdirs(path, 0700, &e));
	MUST(authority_new(path, url, &d->people, now_at, &d->authority, &e));
}

static void day_end(struct day *d)
{
	authority_release(&d->authority);
	people_release(&d->people);
}

static struct cert_info signer_info(struct day *d)
{
	struct cms_signer signer;
	struct cert_info info;
	struct err e = ERR_INIT;

	MUST(authority_signer(d->authority, 0, d->now_at, &signer, &e));
	MUST(cert_info(signer.cert, &info, &e));
	return info;
}

/* By OCSP and by CRL, which must agree: was the person's certificate good at `at`? */
static enum finding standing(struct day *d, int64_t at)
{
	AUTO(buf_release) struct buf request = BUF_INIT(KIB), response = BUF_INIT(MIB), crl = BUF_INIT(MIB);
	AUTO(evidence_release) struct evidence by_ocsp = EVIDENCE_INIT, by_crl = EVIDENCE_INIT;
	const struct cert *ca = authority_cert(d->authority, "ca");
	struct revocation r, s;
	struct cms_signer signer;
	struct err e = ERR_INIT;

	MUST(authority_signer(d->authority, 0, d->now_at, &signer, &e));
	MUST(ocsp_request(signer.cert, ca, &request, &e));
	MUST(authority_ocsp(d->authority, request.data, request.len, STATUS_SOUND, d->now_at, &response, &e));
	MUST(authority_crl(d->authority, "ca", STATUS_SOUND, d->now_at, &crl, &e));
	MUST(evidence_add(&by_ocsp, EVIDENCE_OCSP, response.data, response.len, &e));
	MUST(evidence_add(&by_crl, EVIDENCE_CRL, crl.data, crl.len, &e));
	MUST(revocation_judge(signer.cert, ca, &by_ocsp, at, &r, &e));
	MUST(revocation_judge(signer.cert, ca, &by_crl, at, &s, &e));
	assert_int_equal(r.good, s.good);
	return r.good;
}

static void who_is_revoked_was_good_before(void **state)
{
	struct day d;

	(void)state;
	place = "states";
	day_begin(&d, "ISSUE", URL, NOW);
	struct cert_info first = signer_info(&d);
	assert_int_equal(standing(&d, NOW), FINDING_YES);
	day_end(&d);
	/* A hold, lifted again, and the end. */
	day_begin(&d, "SUSPEND", URL, NOW + 2 * DAY);
	assert_int_equal(standing(&d, NOW + 2 * DAY), FINDING_NO);
	day_end(&d);
	day_begin(&d, "ISSUE", URL, NOW + 3 * DAY);
	assert_int_equal(standing(&d, NOW + 3 * DAY), FINDING_YES);
	day_end(&d);
	day_begin(&d, "REVOKE", URL, NOW + 4 * DAY);
	assert_int_equal(standing(&d, NOW + 4 * DAY), FINDING_NO);
	assert_int_equal(standing(&d, NOW + 3 * DAY), FINDING_YES);
	day_end(&d);
	/* A certificate that is issued to somebody who is on hold is on hold. */
	place = "hold";
	day_begin(&d, "SUSPEND", URL, NOW);
	signer_info(&d);
	assert_int_equal(standing(&d, NOW), FINDING_NO);
	day_end(&d);
	place = "states";
	/* For ever, and since then, whatever the file says later. */
	day_begin(&d, "ISSUE", URL, NOW + 6 * DAY);
	struct cert_info last = signer_info(&d);
	assert_string_equal(first.serial, last.serial);
	assert_int_equal(standing(&d, NOW + 5 * DAY), FINDING_NO);
	assert_int_equal(standing(&d, NOW + 3 * DAY), FINDING_YES);
	day_end(&d);
}

static void new_when_it_must_be(void **state)
{
	struct day d;
	struct cms_signer tsa;
	struct cert_info stamper, later;
	struct cert_urls urls;
	struct err e = ERR_INIT;

	(void)state;
	place = "years";
	day_begin(&d, "ISSUE", URL, NOW);
	struct cert_info first = signer_info(&d);
	MUST(authority_tsa(d.authority, TSA_SOUND, NOW, &tsa, &e));
	MUST(cert_info(tsa.cert, &stamper, &e));
	cert_urls(tsa.cert, &urls);
	assert_string_equal(urls.ocsp, URL "/ocsp");
	assert_string_equal(urls.crl, URL "/crl/ca.crl");
	assert_string_equal(urls.issuer, URL "/ca/ca.cer");
	cert_urls(authority_cert(d.authority, "ca"), &urls);
	assert_string_equal(urls.crl, URL "/crl/root.crl");
	day_end(&d);
	/* Other URLs. */
	day_begin(&d, "ISSUE", "http://127.0.0.1:4712", NOW + DAY);
	struct cert_info moved = signer_info(&d);
	assert_string_not_equal(first.serial, moved.serial);
	assert_string_equal(first.subject, moved.subject);
	day_end(&d);
	/* Twelve years on both have ended. */
	day_begin(&d, "ISSUE", "http://127.0.0.1:4712", NOW + 12 * YEAR);
	struct cert_info renewed = signer_info(&d);
	assert_true(renewed.not_after_at > NOW + 12 * YEAR);
	MUST(authority_tsa(d.authority, TSA_SOUND, d.now_at, &tsa, &e));
	MUST(cert_info(tsa.cert, &later, &e));
	assert_true(stamper.not_after_at < d.now_at && later.not_after_at > d.now_at + 4 * YEAR);
	assert_int_equal(standing(&d, d.now_at), FINDING_YES);
	day_end(&d);
	/* Who is EXPIRED has one that ended. */
	day_begin(&d, "EXPIRED", "http://127.0.0.1:4712", NOW + 12 * YEAR);
	assert_true(signer_info(&d).not_after_at < d.now_at);
	day_end(&d);
}

/* The port of the first start stays in the certificates, and is taken again when it is free. */
static void the_port_is_kept(void **state)
{
	char path[128], first[64], url[64];
	struct err e = ERR_INIT;

	(void)state;
	snprintf(path, sizeof path, "%s/ports", folder);
	const struct sandbox_config config = {.state = path, .now_at = NOW};
	AUTO(sandbox_release) struct sandbox *one = NULL, *two = NULL;
	MUST(sandbox_new(&config, &one, &e));
	snprintf(first, sizeof first, "%s", sandbox_url(one));
	sandbox_release(&one);
	MUST(sandbox_new(&config, &one, &e));
	assert_string_equal(sandbox_url(one), first);
	/* Somebody has it: another port, the same URL in certificates. */
	MUST(sandbox_new(&config, &two, &e));
	assert_string_not_equal(sandbox_url(two), first);
	char file[160];
	snprintf(file, sizeof file, "%s/url", path);
	read_word(file, url, sizeof url);
	assert_string_equal(url, first);
}

/* What anybody may ask, as anybody asks: without a password. */
static void open_endpoints(void **state)
{
	static const struct {
		const char *method, *path, *content_type, *body;
		long status;
		const char *type;
	} rows[] = {
		{"GET", "/ca/root.cer", NULL, NULL, 200, "application/pkix-cert"},
		{"GET", "/ca/ca.cer", NULL, NULL, 200, "application/pkix-cert"},
		{"GET", "/ca/tsa.cer", NULL, NULL, 404, "application/json"},
		{"GET", "/crl/root.crl", NULL, NULL, 200, "application/pkix-crl"},
		{"GET", "/crl/ca.crl", NULL, NULL, 200, "application/pkix-crl"},
		{"GET", "/crl/ca.crlx", NULL, NULL, 404, "application/json"},
		{"POST", "/ocsp", "application/ocsp-request", "bukan", 200, "application/ocsp-response"},
		{"POST", "/ocsp", "text/plain", "bukan", 415, ""},
		{"GET", "/ocsp/bukan!", NULL, NULL, 400, "application/json"},
		{"GET", "/ocsp/AAAA", NULL, NULL, 200, "application/ocsp-response"},
		{"POST", "/tsa", "application/timestamp-query", "bukan", 200, "application/timestamp-reply"},
		{"POST", "/tsa", "text/plain", "bukan", 415, ""},
		{"GET", "/tsa", NULL, NULL, 401, "application/json"},
	};
	const struct net_config net = {.base_url = sandbox_url(sandbox), .connect_timeout_ms = 5000};
	AUTO(net_client_release) struct net_client *anybody = NULL;
	struct err e = ERR_INIT;

	(void)state;
	MUST(net_client_new(&net, &anybody, &e));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(MIB)};
		const struct net_request req = {.method = rows[i].method,
			.path = rows[i].path,
			.content_type = rows[i].content_type,
			.body = rows[i].body,
			.body_len = rows[i].body ? strlen(rows[i].body) : 0,
			.timeout_ms = 5000};
		MUST(net_call(anybody, &req, &reply, &e));
		if (reply.status != rows[i].status ||
			(rows[i].type[0] && strcmp(reply.content_type, rows[i].type) != 0))
			fail_msg("%s: %ld %s", rows[i].path, reply.status, reply.content_type);
	}
}

/* RFC 6960 A.1: the request in the URL, slashes of its base64 and all. */
static void ocsp_by_get(void **state)
{
	AUTO(buf_release) struct buf request = BUF_INIT(KIB), path = BUF_INIT(KIB), one = BUF_INIT(MIB);
	AUTO(net_client_release) struct net_client *anybody = NULL;
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
	AUTO(cert_release) struct cert *root = NULL, *ca = NULL;
	const struct net_config net = {.base_url = sandbox_url(sandbox), .connect_timeout_ms = 5000};
	struct revocation r;
	struct err e = ERR_INIT;
	char ca_file[128];

	(void)state;
	snprintf(ca_file, sizeof ca_file, "%s/ca.pem", state_folder);
	MUST(cert_load(sandbox_root_file(sandbox), &root, &e));
	MUST(cert_load(ca_file, &ca, &e));
	MUST(ocsp_request(ca, root, &request, &e));
	buf_adds(&path, "/ocsp/");
	base64_add(&path, request.data, request.len);
	MUST(net_client_new(&net, &anybody, &e));
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(MIB)};
	const struct net_request req = {.method = "GET", .path = buf_str(&path), .timeout_ms = 5000};
	MUST(net_call(anybody, &req, &reply, &e));
	assert_int_equal(reply.status, 200);
	MUST(evidence_add(&ev, EVIDENCE_OCSP, reply.body.data, reply.body.len, &e));
	MUST(revocation_judge(ca, root, &ev, NOW, &r, &e));
	if (r.good != FINDING_YES)
		fail_msg("%s", r.why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_revoked_was_good_before),
		cmocka_unit_test(new_when_it_must_be),
		cmocka_unit_test(the_port_is_kept),
		cmocka_unit_test(open_endpoints),
		cmocka_unit_test(ocsp_by_get),
	};

	return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
