/* The ways to sign by BSrE, as they go over the wire: what is sent, and what is made of the answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "http/server.h"
#include "net/client.h"
#include "signing/signer.h"

#define JSON "application/json"
#define PDF  "JVBERi0xLjcK"

/* A service that says what it was told to, one answer after the other for each path, and keeps what it was sent. */
struct answer {
	const char *path; /* beginning; NULL ends the list */
	int status;
	const char *type, *body;
	const char *id; /* header id_dokumen */
	unsigned used;  /* times */
	unsigned times; /* 0 = for ever */
};

static struct {
	struct http_server *server;
	char url[64];
	struct answer answers[16];
	struct buf sent; /* the last body */
	char path[256], content_type[128];
	unsigned calls;
	unsigned sleeps;
	long slept_ms;
	int64_t now_at;
} service = {.sent = BUF_INIT(4 * MIB)};

static void answer(void *user, const struct http_request *req, struct http_reply *reply)
{
	(void)user;
	service.calls++;
	buf_reset(&service.sent);
	buf_add(&service.sent, req->body, req->body_len);
	snprintf(service.path, sizeof service.path, "%s", req->path);
	snprintf(service.content_type, sizeof service.content_type, "%s",
		req->content_type ? req->content_type : "");
	for (struct answer *a = service.answers; a->path; a++) {
		if (strncmp(req->path, a->path, strlen(a->path)) != 0 || (a->times && a->used >= a->times))
			continue;
		a->used++;
		reply->status = a->status;
		reply->content_type = a->type;
		buf_adds(&reply->body, a->body);
		if (a->id) {
			reply->headers[0][0] = "id_dokumen";
			reply->headers[0][1] = a->id;
			reply->header_count = 1;
		}
		return;
	}
	reply->status = 404;
}

static void answers(const struct answer *list)
{
	size_t n = 0;

	memset(service.answers, 0, sizeof service.answers);
	for (; list[n].path; n++)
		service.answers[n] = list[n];
	service.calls = service.sleeps = 0;
	service.slept_ms = 0;
	service.now_at = 1770000000;
}

static int64_t test_now(void *user)
{
	(void)user;
	return service.now_at;
}

static void test_sleep(void *user, long ms)
{
	(void)user;
	service.sleeps++;
	service.slept_ms += ms;
}

static uint32_t test_random(void *user)
{
	(void)user;
	return 0x1234abcd;
}

static const char *sent(void)
{
	return buf_str(&service.sent);
}

static struct secret *secret_of(const char *text)
{
	struct secret *s = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(secret_new(64, &s, &e), 0);
	assert_int_equal(secret_set(s, text, strlen(text), &e), 0);
	return s;
}

static void make(enum config_way way, unsigned api, const struct secret *secret, struct signer *out)
{
	const struct signer_profile p = {.way = way,
		.api = api,
		.net = {.base_url = service.url, .connect_timeout_ms = 5000},
		.sign_timeout_ms = 5000,
		.subscriber = "SUB-1",
		.secret = secret,
		.clock = {test_now, test_sleep, test_random, NULL}};
	struct err e = ERR_INIT;

	if (signer_new(&p, out, &e) != 0)
		fail_msg("%s", e.msg);
}

static const unsigned char pdf[] = "%PDF-1.7\n";

static struct sign_job job_of(const struct secret *passphrase)
{
	return (struct sign_job){.who = {.nik = "3300000000000001"},
		.passphrase = passphrase,
		.pdf = pdf,
		.pdf_len = sizeof pdf - 1};
}

static void sign(struct signer *s, const struct sign_job *job, struct sign_result *r)
{
	struct err e = ERR_INIT;

	sign_result_init(r);
	if (s->sign(s->self, job, r, &e) != 0)
		fail_msg("%s", e.msg);
}

static void v2_body(void **state)
{
	static const struct answer list[] = {
		{.path = "/api/v2/sign/pdf", .status = 200, .type = JSON, .body = "{\"file\":[\"" PDF "\"]}"},
		{0}};
	static const struct sign_look look = {
		.image = "gambar", .image_len = 6, .page = 2, .x = 10, .y = 20.5, .width = 120, .height = 60};
	struct sign_look by_tag = look;
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	AUTO(secret_release) struct secret *secret = secret_of("kata \"rahasia\"");
	struct sign_job job = job_of(secret);

	(void)state;
	make(WAY_PASSPHRASE, 2, NULL, &s);
	answers(list);
	{
		AUTO(sign_result_release) struct sign_result r;
		sign(&s, &job, &r);
		assert_int_equal(r.outcome, SIGN_ACCEPTED);
		assert_string_equal(buf_str(&r.pdf), "%PDF-1.7\n");
		assert_string_equal(sent(), "{\"nik\":\"3300000000000001\",\"passphrase\":\"kata "
					    "\\\"rahasia\\\"\",\"signatureProperties\":[{\"tampilan\":"
					    "\"INVISIBLE\"}],\"file\":[\"" PDF "\"]}");
		assert_null(s.otp);
		assert_null(s.fetch);
	}
	AUTO(sign_result_release) struct sign_result r;
	job.who = (struct sign_identity){.email = "pejabat@contoh.example"};
	job.is_otp = true;
	job.look = &look;
	job.reason = "Persetujuan";
	job.location = "Kota Contoh";
	sign(&s, &job, &r);
	assert_string_equal(sent(),
		"{\"email\":\"pejabat@contoh.example\",\"totp\":\"kata "
		"\\\"rahasia\\\"\",\"signatureProperties\":[{\"imageBase64\":\"Z2FtYmFy\","
		"\"tampilan\":\"VISIBLE\",\"page\":2,\"originX\":10.00,\"originY\":20.50,"
		"\"width\":120.00,\"height\":60.00,\"location\":\"Kota Contoh\","
		"\"reason\":\"Persetujuan\"}],\"file\":[\"" PDF "\"]}");
	by_tag.page = 0;
	memcpy(by_tag.tag, "#", 2);
	job.look = &by_tag;
	sign_result_release(&r);
	sign(&s, &job, &r);
	assert_non_null(strstr(sent(), "\"width\":120.00,\"height\":60.00,\"tag_koordinat\":\"#\","));
	assert_null(strstr(sent(), "originX"));
}

/* A file of any length comes out as base64 of the whole, whatever pieces libcurl takes. */
static void large_bodies(void **state)
{
	static const size_t lengths[] = {0, 1, 2, 3, 16383, 16384, 65535, 65536, 65537, 1000001};
	static const struct answer list[] = {
		{.path = "/api/v2/sign/pdf", .status = 200, .type = JSON, .body = "{\"file\":[\"" PDF "\"]}"},
		{0}};
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	AUTO(secret_release) struct secret *secret = secret_of("rahasia");
	AUTO(buf_release) struct buf file = BUF_INIT(MIB);

	(void)state;
	make(WAY_PASSPHRASE, 2, NULL, &s);
	answers(list);
	for (size_t i = 0; i < 1000001; i++)
		buf_addc(&file, (char)(i * 7 + i / 251));
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		AUTO(sign_result_release) struct sign_result r;
		AUTO(buf_release) struct buf base64 = BUF_INIT(2 * MIB);
		struct sign_job job = job_of(secret);
		job.pdf = file.data;
		job.pdf_len = lengths[i];
		sign(&s, &job, &r);
		base64_add(&base64, file.data, lengths[i]);
		buf_adds(&base64, "\"]}");
		assert_true(service.sent.len > base64.len);
		assert_string_equal(sent() + service.sent.len - base64.len, buf_str(&base64));
	}
}

/* The part of a form that has this name; its content up to the boundary. */
static bool has_part(const char *name, const char *content)
{
	AUTO(free_ptr) char *text = NULL;

	assert_true(asprintf(&text, "\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n--naskah-", name,
			    content) > 0);
	return memmem(service.sent.data, service.sent.len, text, strlen(text)) != NULL;
}

static void v1_form(void **state)
{
	static const struct answer list[] = {{.path = "/api/sign/pdf",
						     .status = 200,
						     .type = "application/pdf",
						     .body = "%PDF-1.7\nsigned",
						     .id = "65f0c2b7e4a1"},
		{.path = "/api/sign/download/",
			.status = 200,
			.type = "application/pdf",
			.body = "%PDF-1.7\nfetched"},
		{0}};
	static const struct sign_look look = {.image = "\x89PNG",
		.image_len = 4,
		.page = 1,
		.x = 100,
		.y = 41.89,
		.width = 50,
		.height = 60};
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	AUTO(secret_release) struct secret *secret = secret_of("kata \"rahasia\"");
	AUTO(sign_result_release) struct sign_result r;
	struct sign_job job = job_of(secret);
	struct err e = ERR_INIT;

	(void)state;
	make(WAY_PASSPHRASE, 1, NULL, &s);
	answers(list);
	job.look = &look;
	job.reason = "Persetujuan";
	sign(&s, &job, &r);
	assert_int_equal(r.outcome, SIGN_ACCEPTED);
	assert_string_equal(buf_str(&r.pdf), "%PDF-1.7\nsigned");
	assert_string_equal(r.document_id, "65f0c2b7e4a1");
	assert_memory_equal(service.content_type, "multipart/form-data; boundary=naskah-", 37);
	assert_true(has_part("nik", "\r\n\r\n3300000000000001"));
	assert_true(has_part("passphrase", "\r\n\r\nkata \"rahasia\""));
	assert_true(has_part("tampilan", "\r\n\r\nvisible"));
	assert_true(has_part("image", "\r\n\r\ntrue"));
	assert_true(has_part("imageTTD", "; filename=\"ttd.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG"));
	assert_true(has_part("page", "\r\n\r\n1"));
	assert_true(has_part("xAxis", "\r\n\r\n100.00"));
	assert_true(has_part("yAxis", "\r\n\r\n740.00"));
	assert_true(has_part("width", "\r\n\r\n150.00"));
	assert_true(has_part("height", "\r\n\r\n800.00"));
	assert_true(has_part("reason", "\r\n\r\nPersetujuan"));
	assert_true(has_part("jenis_response", "\r\n\r\nBYTE"));
	assert_true(has_part(
		"file", "; filename=\"surat.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n"));
	assert_int_equal(memcmp(service.sent.data + service.sent.len - 4, "--\r\n", 4), 0);

	sign_result_release(&r);
	assert_int_equal(s.fetch(s.self, "a/../b?c", NULL, &r, &e), 0);
	assert_int_equal(
		r.outcome, SIGN_UNKNOWN); /* the server refuses such a path; nothing escaped into it */
	sign_result_release(&r);
	assert_int_equal(s.fetch(s.self, "65f0c2b7e4a1", NULL, &r, &e), 0);
	assert_string_equal(service.path, "/api/sign/download/65f0c2b7e4a1");
	assert_int_equal(r.outcome, SIGN_ACCEPTED);
	assert_string_equal(buf_str(&r.pdf), "%PDF-1.7\nfetched");
	/* what it cannot do */
	sign_result_release(&r);
	job.is_otp = true;
	assert_int_equal(s.sign(s.self, &job, &r, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(r.outcome, SIGN_NOT_SENT);
}

/* The file goes where it belongs, and the id is known even when the file is no file. */
static void into_a_file(void **state)
{
	static const struct answer list[] = {{.path = "/api/sign/pdf",
						     .status = 200,
						     .type = "application/pdf",
						     .body = "%PDF-1.7\nsigned",
						     .id = "A1",
						     .times = 1},
		{.path = "/api/sign/pdf", .status = 200, .type = "application/pdf", .body = "", .id = "A2"},
		{0}};
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	AUTO(secret_release) struct secret *secret = secret_of("rahasia");
	AUTO(buf_release) struct buf found = BUF_INIT(100);
	struct sign_job job = job_of(secret);
	struct err e = ERR_INIT;
	char path[300];

	(void)state;
	make(WAY_PASSPHRASE, 1, NULL, &s);
	answers(list);
	tool_temp(path, sizeof path, "signed.pdf");
	for (int i = 0; i < 2; i++) {
		AUTO(outfile_release) struct outfile file = OUTFILE_INIT;
		AUTO(sign_result_release) struct sign_result r;
		assert_int_equal(outfile_open(&file, path, 0644, &e), 0);
		job.to = &file;
		sign(&s, &job, &r);
		assert_int_equal(r.outcome, i == 0 ? SIGN_ACCEPTED : SIGN_UNKNOWN);
		assert_string_equal(r.document_id, i == 0 ? "A1" : "A2");
		assert_int_equal(r.pdf_len, i == 0 ? 15 : 0);
		assert_int_equal(r.pdf.len, 0);
		if (i == 0)
			assert_int_equal(outfile_commit(&file, &e), 0);
	}
	assert_int_equal(buf_load(&found, path, &e), 0);
	assert_string_equal(buf_str(&found), "%PDF-1.7\nsigned");
}

/* Questions are asked again, with pauses that grow and differ; a signature never is. */
static void only_questions_again(void **state)
{
	static const struct answer list[] = {{.path = "/api/v2/user/check/status",
						     .status = 503,
						     .type = "text/html",
						     .body = "<html>",
						     .times = 2},
		{.path = "/api/v2/user/check/status",
			.status = 200,
			.type = JSON,
			.body = "{\"status\":\"EXPIRED\",\"status_code\":1112}"},
		{.path = "/api/v2/sign/pdf", .status = 503, .type = "text/html", .body = "<html>"}, {0}};
	static const struct sign_identity who = {.nik = "3300000000000001"};
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	AUTO(secret_release) struct secret *secret = secret_of("rahasia");
	AUTO(sign_result_release) struct sign_result r;
	struct sign_job job = job_of(secret);
	struct sign_status status;
	struct err e = ERR_INIT;

	(void)state;
	make(WAY_PASSPHRASE, 2, NULL, &s);
	answers(list);
	assert_int_equal(s.status(s.self, &who, &status, &e), 0);
	assert_string_equal(status.status, "EXPIRED");
	assert_string_equal(status.code, "1112");
	assert_false(status.may_sign);
	assert_int_equal(service.calls, 3);
	assert_int_equal(service.sleeps, 2);
	assert_true(service.slept_ms >= 600 && service.slept_ms < 1800);
	sign(&s, &job, &r);
	assert_int_equal(r.outcome, SIGN_UNKNOWN);
	assert_int_equal(service.calls, 4);
	/* three times and no more */
	answers((const struct answer[]){
		{.path = "/api", .status = 502, .type = "text/html", .body = ""}, {0}});
	assert_int_equal(s.status(s.self, &who, &status, &e), -1);
	assert_int_equal(e.kind, ERR_REMOTE);
	assert_int_equal(service.calls, 3);
	err_clear(&e);
	answers((const struct answer[]){{.path = "/api", .status = 400, .type = JSON, .body = "no"}, {0}});
	assert_int_equal(s.status(s.self, &who, &status, &e), -1);
	assert_int_equal(service.calls, 1);
}

static void otp_of_a_person(void **state)
{
	static const struct answer good[] = {
		{.path = "/api/v2/sign/get/totp",
			.status = 200,
			.type = JSON,
			.body = "{\"success\":true,\"message\":\"TOTP dikirim\"}"},
		{0}};
	static const struct answer bad[] = {
		{.path = "/api/v2/sign/get/totp",
			.status = 400,
			.type = JSON,
			.body = "{\"error\":\"User tidak terdaftar\",\"status_code\":2011}"},
		{0}};
	static const struct sign_identity who = {.nik = "3300000000000001"};
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	struct sign_otp otp;
	struct err e = ERR_INIT;

	(void)state;
	make(WAY_TOTP, 2, NULL, &s);
	answers(good);
	assert_int_equal(s.otp(s.self, &who, 12, &otp, &e), 0);
	assert_true(otp.granted);
	assert_string_equal(otp.text, "TOTP dikirim");
	assert_string_equal(sent(), "{\"nik\":\"3300000000000001\",\"data\":12}");
	answers(bad);
	assert_int_equal(s.otp(s.self, &who, 12, &otp, &e), 0);
	assert_false(otp.granted);
	assert_string_equal(otp.text, "User tidak terdaftar");
	answers((const struct answer[]){{.path = "/api",
						.status = 500,
						.type = JSON,
						.body = "{\"error\":\"Internal Server Error\"}"},
		{0}});
	assert_int_equal(s.otp(s.self, &who, 12, &otp, &e), -1);
	assert_int_equal(e.kind, ERR_REMOTE);
	/* an order may be done twice if it is sent twice */
	assert_int_equal(service.calls, 1);
}

#define OTP(code, expires)                                                                                   \
	"{\"message\":\"TOTP berhasil dibuat\",\"totp\":\"" code "\",\"expires\":\"" expires "\","           \
	"\"result\":true}"
#define SEALED "{\"time\":1200,\"file\":[\"" PDF "\"]}"

/* service.now_at is 2026-02-02T02:40:00Z. */
static void seal(void **state)
{
	static const struct answer list[] = {{.path = "/api/v2/seal/get/totp",
						     .status = 200,
						     .type = JSON,
						     .body = OTP("654321", "2026-02-02T02:45:00.927+0000"),
						     .times = 1},
		{.path = "/api/v2/seal/get/totp",
			.status = 200,
			.type = JSON,
			.body = OTP("777777", "2026-02-02T09:50:00.000+0700"),
			.times = 1},
		{.path = "/api/v2/seal/get/totp",
			.status = 200,
			.type = JSON,
			.body = OTP("888888", "2026-02-02T03:50:00.000Z"),
			.times = 1},
		{.path = "/api/v2/seal/pdf", .status = 200, .type = JSON, .body = SEALED}, {0}};
	static const struct sign_identity who = {.subscriber = "SUB-1"};
	AUTO(signer_release) struct signer s = SIGNER_INIT, other = SIGNER_INIT;
	AUTO(secret_release) struct secret *activation = secret_of("111111");
	struct sign_job job = job_of(NULL);
	struct sign_otp otp;
	struct err e = ERR_INIT;

	(void)state;
	make(WAY_SEAL, 2, activation, &s);
	make(WAY_SEAL, 2, activation, &other);
	answers(list);
	assert_int_equal(s.otp(s.self, &who, 3, &otp, &e), 0);
	assert_true(otp.granted);
	assert_int_equal(otp.expires_at, 1770000000 + 300);
	assert_string_equal(sent(), "{\"idSubscriber\":\"SUB-1\",\"totp\":\"111111\",\"data\":3}");
	static const char *const codes[] = {"654321", "654321", "777777", "888888"};
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		AUTO(sign_result_release) struct sign_result r;
		char want[40];
		if (i == 2)
			service.now_at += 250; /* less than a minute is left */
		/* two signers, one purse */
		sign(i % 2 ? &other : &s, &job, &r);
		assert_int_equal(r.outcome, SIGN_ACCEPTED);
		snprintf(want, sizeof want, ",\"totp\":\"%s\",\"sig", codes[i]);
		assert_non_null(strstr(sent(), want));
		assert_null(strstr(buf_str(&r.raw), codes[i]));
	}
	assert_int_equal(service.calls, 7);
}

/* Nobody said how many files there will be: 1, then 2, then 4. */
static void seal_in_growing_lots(void **state)
{
	static const struct answer list[] = {
		{.path = "/api/v2/seal/get/totp", .status = 200, .type = JSON, .body = OTP("654321", "x")},
		{.path = "/api/v2/seal/pdf", .status = 200, .type = JSON, .body = SEALED}, {0}};
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	AUTO(secret_release) struct secret *activation = secret_of("111111");
	struct sign_job job = job_of(NULL);

	(void)state;
	make(WAY_SEAL, 2, activation, &s);
	answers(list);
	for (int i = 0; i < 7; i++) {
		AUTO(sign_result_release) struct sign_result r;
		sign(&s, &job, &r);
		assert_int_equal(r.outcome, SIGN_ACCEPTED);
	}
	assert_int_equal(service.calls, 7 + 3);
}

static void seal_refused(void **state)
{
	static const struct answer spent[] = {{.path = "/api/v2/seal/get/totp",
						      .status = 200,
						      .type = JSON,
						      .body = OTP("654321", "2026-02-02T02:45:00.927+0000"),
						      .times = 1},
		{.path = "/api/v2/seal/get/totp",
			.status = 200,
			.type = JSON,
			.body = OTP("777777", "2026-02-02T02:45:00.927+0000")},
		{.path = "/api/v2/seal/pdf",
			.status = 200,
			.type = JSON,
			.body = "{\"result\":false,\"message\":\"TOTP 654321 expired\"}",
			.times = 1},
		{.path = "/api/v2/seal/pdf", .status = 200, .type = JSON, .body = SEALED}, {0}};
	static const struct answer never[] = {
		{.path = "/api/v2/seal/get/totp", .status = 200, .type = JSON, .body = OTP("654321", "x")},
		{.path = "/api/v2/seal/pdf",
			.status = 200,
			.type = JSON,
			.body = "{\"result\":false,\"message\":\"TOTP salah\"}"},
		{0}};
	static const struct answer wrong[] = {
		{.path = "/api/v2/seal/get/totp",
			.status = 200,
			.type = JSON,
			.body = "{\"result\":false,\"message\":\"TOTP aktivasi salah\"}"},
		{0}};
	static const struct answer down[] = {
		{.path = "/api/v2/seal/get/totp", .status = 502, .type = "text/html", .body = "<html>"}, {0}};
	static const struct answer lost[] = {
		{.path = "/api/v2/seal/get/totp", .status = 200, .type = JSON, .body = OTP("654321", "x")},
		{.path = "/api/v2/seal/pdf",
			.status = 500,
			.type = JSON,
			.body = "{\"error\":\"Internal Server Error\",\"status\":500}"},
		{0}};
	static const struct {
		const struct answer *list;
		enum sign_outcome outcome;
		bool wrong_secret;
		unsigned calls;
	} rows[] = {
		{spent, SIGN_ACCEPTED, false, 4},
		{never, SIGN_REFUSED, true, 4},
		{wrong, SIGN_REFUSED, true, 1},
		{down, SIGN_NOT_SENT, false, 1},
		{lost, SIGN_UNKNOWN, false, 2},
	};
	AUTO(secret_release) struct secret *activation = secret_of("111111");
	struct sign_job job = job_of(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(signer_release) struct signer s = SIGNER_INIT;
		AUTO(sign_result_release) struct sign_result r;
		make(WAY_SEAL, 2, activation, &s);
		answers(rows[i].list);
		sign(&s, &job, &r);
		if (r.outcome != rows[i].outcome || service.calls != rows[i].calls)
			fail_msg("row %zu: outcome %d after %u calls: %s", i, (int)r.outcome, service.calls,
				r.text);
		assert_int_equal(r.wrong_secret, rows[i].wrong_secret);
		assert_null(strstr(r.text, "654321"));
		assert_null(strstr(buf_str(&r.raw), "654321"));
	}
}

/* A service that repeats what it was sent, or tells the code once more in its words. */
static void a_secret_in_the_words_is_masked(void **state)
{
	static const struct answer refused[] = {
		{.path = "/api/v2/seal/get/totp",
			.status = 200,
			.type = JSON,
			.body = "{\"result\":false,\"message\":\"kode 111111 salah\"}"},
		{0}};
	static const struct answer granted[] = {
		{.path = "/api/v2/seal/get/totp",
			.status = 200,
			.type = JSON,
			.body = "{\"message\":\"kode Anda 654321\",\"totp\":\"654321\","
				"\"result\":true}"},
		{0}};
	static const struct answer odd[] = {{.path = "/api/v2/seal/get/totp",
						    .status = 500,
						    .type = JSON,
						    .body = "{\"error\":\"bad totp 111111\"}"},
		{0}};
	static const struct sign_identity who = {.subscriber = "SUB-1"};
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	AUTO(secret_release) struct secret *activation = secret_of("111111");
	AUTO(sign_result_release) struct sign_result r;
	struct sign_job job = job_of(NULL);
	struct sign_otp otp;
	struct err e = ERR_INIT;

	(void)state;
	make(WAY_SEAL, 2, activation, &s);
	answers(refused);
	sign(&s, &job, &r);
	assert_int_equal(r.outcome, SIGN_REFUSED);
	assert_string_equal(r.text, "kode ****** salah");
	answers(granted);
	assert_int_equal(s.otp(s.self, &who, 3, &otp, &e), 0);
	assert_string_equal(otp.text, "kode Anda ******");
	answers(odd);
	assert_int_equal(s.otp(s.self, &who, 3, &otp, &e), -1);
	assert_null(strstr(e.msg, "111111"));
}

static void impossible(void **state)
{
	AUTO(secret_release) struct secret *activation = secret_of("111111");
	static const struct {
		enum config_way way;
		unsigned api;
		const char *subscriber;
		bool secret;
	} rows[] = {
		{WAY_TOTP, 1, "S", true},
		{WAY_SEAL, 1, "S", true},
		{WAY_SEAL, 2, NULL, true},
		{WAY_SEAL, 2, "S", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct signer s = SIGNER_INIT;
		struct err e = ERR_INIT;
		const struct signer_profile p = {.way = rows[i].way,
			.api = rows[i].api,
			.net = {.base_url = service.url, .connect_timeout_ms = 5000},
			.sign_timeout_ms = 5000,
			.subscriber = rows[i].subscriber,
			.secret = rows[i].secret ? activation : NULL};
		assert_int_equal(signer_new(&p, &s, &e), -1);
		assert_int_equal(e.kind, ERR_CONFIG);
	}
}

static int open_service(void **state)
{
	const struct http_server_config config = {.address = "127.0.0.1",
		.body_max = 4 * MIB,
		.threads = 2,
		.timeout_s = 10,
		.handler = answer};
	struct err e = ERR_INIT;

	(void)state;
	if (http_server_new(&config, &service.server, &e) != 0)
		return -1;
	snprintf(service.url, sizeof service.url, "http://127.0.0.1:%u",
		(unsigned)http_server_port(service.server));
	return 0;
}

static int close_service(void **state)
{
	(void)state;
	http_server_release(&service.server);
	buf_release(&service.sent);
	net_end();
	tool_temp_remove();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v2_body),
		cmocka_unit_test(large_bodies),
		cmocka_unit_test(v1_form),
		cmocka_unit_test(into_a_file),
		cmocka_unit_test(only_questions_again),
		cmocka_unit_test(otp_of_a_person),
		cmocka_unit_test(seal),
		cmocka_unit_test(seal_in_growing_lots),
		cmocka_unit_test(seal_refused),
		cmocka_unit_test(a_secret_in_the_words_is_masked),
		cmocka_unit_test(impossible),
	};

	return cmocka_run_group_tests(tests, open_service, close_service);
}
