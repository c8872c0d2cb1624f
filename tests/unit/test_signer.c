#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "http/server.h"
#include "net/client.h"
#include "signer_v2.h"
#include "signing/bsre_reply.h"
#include "json/json.h"

#include <time.h>

#define JSON  "application/json"
/* base64 of "%PDF-1.7\n" and of "%PDF-1.7\n???" (which has a '/') */
#define PDF   "JVBERi0xLjcK"
#define SLASH "JVBERi0xLjcKPz8/"

/* As it would arrive in pieces of `step` bytes. */
static struct sign_result parse_in(
	enum bsre_shape shape, size_t step, long status, const char *type, const char *text, size_t len)
{
	AUTO(bsre_reply_release) struct bsre_reply reply;
	struct sign_result r;
	int wanted = 0;

	sign_result_init(&r);
	bsre_reply_init(&reply, shape, NULL, &r);
	for (size_t at = 0; at < len && wanted == 0; at += step)
		wanted = bsre_reply_take(&reply, status, text + at, len - at < step ? len - at : step);
	if (wanted == 0)
		bsre_reply_end(&reply, status, type);
	else
		bsre_reply_broken(&reply, status, "broken");
	return r;
}

static struct sign_result parse(long status, const char *type, const char *text)
{
	return parse_in(BSRE_JSON, 16384, status, type, text, strlen(text));
}

static void table(void **state)
{
	static const struct {
		long status;
		const char *type, *body;
		enum sign_outcome outcome;
		const char *code, *text; /* NULL = any, not empty */
		bool wrong_secret;
	} rows[] = {
		/* good */
		{200, JSON, "{\"time\":862,\"file\":[\"" PDF "\"]}", SIGN_ACCEPTED, "", "", false},
		{200, JSON, " {\"file\" : [ \"" PDF "\" ] , \"time\":1, \"error\":null}\n", SIGN_ACCEPTED, "",
			"", false},
		{200, JSON, "{\"f\\u0069le\":[\"" PDF "\"]}", SIGN_ACCEPTED, "", "", false},
		{200, JSON, "{\"file\":[\"JVBERi0xLjcKPz8\\/\"]}", SIGN_ACCEPTED, "", "", false},
		{200, "text/plain", "{\"file\":[\"" PDF "\"]}", SIGN_ACCEPTED, "", "", false},
		/* refused, shapes A, B, C, D, E */
		{400, JSON, "{\"error\":\"Passphrase anda salah\",\"status_code\":2031}", SIGN_REFUSED,
			"2031", "Passphrase anda salah", true},
		{400, JSON, "{\"error\":\"Passphrase anda salah\",\"status_code\":\"2031\"}", SIGN_REFUSED,
			"2031", "Passphrase anda salah", true},
		{400, JSON,
			"{\"error\":\"Proses signing gagal : Passphrase anda salah "
			"2031\",\"status_code\":400}",
			SIGN_REFUSED, "2031", "Proses signing gagal : Passphrase anda salah 2031", true},
		{400, JSON,
			"{\"error\":\"Proses signing gagal : "
			"com.itextpdf.InvalidPdfException\",\"status_code\":400}",
			SIGN_REFUSED, "400", NULL, false},
		{400, JSON, "{\"error\":\"User tidak terdaftar\",\"status_code\":2011}", SIGN_REFUSED, "2011",
			"User tidak terdaftar", false},
		{404, JSON, "{\"timestamp\":\"x\",\"status\":404,\"error\":\"Not Found\",\"path\":\"/a\"}",
			SIGN_REFUSED, "", "Not Found", false},
		{401, JSON, "{\"status\":401,\"error\":\"Unauthorized\",\"message\":\"\"}", SIGN_REFUSED, "",
			"Unauthorized", false},
		{401, "text/html", "<html>", SIGN_REFUSED, "", NULL, false},
		{413, "text/html", "<html>413 Request Entity Too Large</html>", SIGN_REFUSED, "", NULL,
			false},
		{200, JSON, "{\"error\":\"TOTP salah\",\"status_code\":400}", SIGN_REFUSED, "400",
			"TOTP salah", true},
		{200, JSON, "{\"result\":false,\"message\":\"TOTP aktivasi salah\"}", SIGN_REFUSED, "",
			"TOTP aktivasi salah", true},
		{500, JSON, "{\"error\":\"Passphrase anda salah\",\"status_code\":2031}", SIGN_REFUSED,
			"2031", "Passphrase anda salah", true},
		{500, JSON,
			"{\"error\":\"Proses signing gagal : Passphrase anda salah "
			"2031\",\"status_code\":500}",
			SIGN_REFUSED, "2031", NULL, true},
		/* unknown: the signature may exist */
		{500, JSON,
			"{\"status\":500,\"error\":\"Internal Server Error\",\"path\":\"/api/v2/sign/pdf\"}",
			SIGN_UNKNOWN, "", "Internal Server Error", false},
		{500, JSON, "{\"time\":1,\"file\":[\"" PDF "\"]}", SIGN_UNKNOWN, "", NULL, false},
		{500, JSON, "{\"error\":\"User tidak terdaftar\",\"status_code\":2011}", SIGN_UNKNOWN, "2011",
			NULL, false},
		{502, "text/html", "<html>502</html>", SIGN_UNKNOWN, "", NULL, false},
		{504, "text/html", "", SIGN_UNKNOWN, "", NULL, false},
		{408, JSON, "{\"error\":\"Request Timeout\"}", SIGN_UNKNOWN, "", "Request Timeout", false},
		{429, JSON, "{\"error\":\"Too Many Requests\"}", SIGN_UNKNOWN, "", "Too Many Requests",
			false},
		{400, JSON, "not json", SIGN_UNKNOWN, "", NULL, false},
		{400, JSON, "{}", SIGN_UNKNOWN, "", NULL, false},
		{301, "text/html", "", SIGN_UNKNOWN, "", NULL, false},
		{204, NULL, "", SIGN_UNKNOWN, "", NULL, false},
		{201, JSON, "{\"file\":[\"" PDF "\"]}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "[]", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":\"" PDF "\"}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[]}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[null]}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[\"\"]}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[[\"" PDF "\"]]}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[\"" PDF "\",\"" PDF "\"]}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[\"" PDF "\"],\"file\":[\"" PDF "\"]}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"data\":{\"file\":[\"" PDF "\"]}}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[\"" PDF "\"]", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[\"" PDF, SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[\"" PDF "\"]} x", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[\"JVBERi0x LjcK\"]}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[\"JVBERi0xLjcK\\n\"]}", SIGN_UNKNOWN, "", NULL, false},
		{200, JSON, "{\"file\":[\"PGh0bWw+\"]}", SIGN_UNKNOWN, "", NULL, false}, /* <html> */
		{200, JSON, "{\"file\":[\"" PDF "\"],\"error\":\"gagal\"}", SIGN_UNKNOWN, "", NULL, false},
		{200, "application/pdf", "%PDF-1.7 isi", SIGN_UNKNOWN, "", NULL, false},
	};

	(void)state;
	/* Whole, and cut at every place. */
	for (size_t n = 0; n < 3 * ARRAY_LEN(rows); n++) {
		static const size_t steps[] = {16384, 1, 7};
		size_t i = n / 3;
		AUTO(sign_result_release)
		struct sign_result r = parse_in(BSRE_JSON, steps[n % 3], rows[i].status, rows[i].type,
			rows[i].body, strlen(rows[i].body));
		if (r.outcome != rows[i].outcome)
			fail_msg("%ld %s: outcome %d", rows[i].status, rows[i].body, (int)r.outcome);
		if (strcmp(r.code, rows[i].code) != 0)
			fail_msg("%ld %s: code %s", rows[i].status, rows[i].body, r.code);
		if (rows[i].text ? strcmp(r.text, rows[i].text) != 0 : !r.text[0])
			fail_msg("%ld %s: text '%s'", rows[i].status, rows[i].body, r.text);
		if (r.wrong_secret != rows[i].wrong_secret)
			fail_msg("%ld %s: wrong_secret", rows[i].status, rows[i].body);
		assert_int_equal(r.http_status, rows[i].status);
		assert_int_equal(r.pdf.len > 0, r.outcome == SIGN_ACCEPTED);
		/* no file in the record */
		if (!strstr(rows[i].body, "data"))
			assert_null(strstr(buf_str(&r.raw), PDF));
		assert_null(strstr(buf_str(&r.raw), "isi"));
	}
}

static void words_are_cleaned(void **state)
{
	char body[1000] = "{\"error\":\"baris\\nbaru \\u001b[31m ";

	(void)state;
	for (int i = 0; i < 200; i++)
		memcpy(body + strlen(body), "\xc3\xa9", 3);
	memcpy(body + strlen(body), "\"}", 3);
	AUTO(sign_result_release) struct sign_result r = parse(400, JSON, body);
	assert_int_equal(r.outcome, SIGN_REFUSED);
	assert_memory_equal(r.text, "baris?baru ?[31m ", 17);
	assert_true(strlen(r.text) <= 255);
	assert_true(utf8_is_valid(r.text, strlen(r.text)));
}

static void raw_keeps_the_rest(void **state)
{
	(void)state;
	AUTO(sign_result_release)
	struct sign_result r = parse(200, JSON, "{\"time\":862,\"file\":[\"" SLASH "\"],\"catatan\":\"ya\"}");
	assert_int_equal(r.outcome, SIGN_ACCEPTED);
	assert_memory_equal(r.pdf.data, "%PDF-1.7\n???", 12);
	assert_string_equal(buf_str(&r.raw), "{\"time\":862,\"catatan\":\"ya\"}");
}

/* Megabytes take milliseconds, also when every byte is an escape: nothing looks at the body again and again. */
static void large_is_linear(void **state)
{
	AUTO(buf_release) struct buf body = BUF_INIT(LIMIT_REPLY_BYTES);

	(void)state;
	buf_adds(&body, "{\"file\":[\"JVBERi0xLjcK");
	for (int i = 0; i < 4000000; i++)
		buf_add(&body, "\\/", 2);
	buf_adds(&body, "\"]}");
	clock_t before = clock();
	AUTO(sign_result_release)
	struct sign_result r = parse_in(BSRE_JSON, 16384, 200, JSON, buf_str(&body), body.len);
	/* Quadratic would be hours. */
	assert_true(clock() - before < 5 * CLOCKS_PER_SEC);
	assert_int_equal(r.outcome, SIGN_ACCEPTED);
	assert_int_equal(r.pdf_len, 9 + 3000000);
	assert_int_equal(r.pdf.len, r.pdf_len);
}

/* A gigabyte, in any shape, ends early and costs no memory; what did come is no file. */
static void endless_answers(void **state)
{
	static const struct {
		const char *begin, *fill;
	} rows[] = {
		{"{\"file\":[\"JVBERi0xLjcK", "AAAA"},
		{"{\"file\":[\"JVBERi0xLjcK\",\"", "AAAA"},
		{"{\"time\":", "    "},
		{"{\"error\":\"", "oops"},
		{"", "[[[["},
		{"%PDF-1.7\n", "AAAA"},
		{"{\"base64_signed_file\":\"JVBERi0xLjcK", "AAAA"},
	};
	AUTO(buf_release) struct buf fill = BUF_INIT(MIB);

	(void)state;
	for (size_t n = 0; n < 2 * ARRAY_LEN(rows); n++) {
		enum bsre_shape shape = n % 2 ? BSRE_FILE : BSRE_JSON;
		const char *begin = rows[n / 2].begin;
		AUTO(bsre_reply_release) struct bsre_reply reply;
		AUTO(sign_result_release) struct sign_result r;
		size_t taken = 0;
		buf_reset(&fill);
		while (fill.len < 65536)
			buf_adds(&fill, rows[n / 2].fill);
		sign_result_init(&r);
		bsre_reply_init(&reply, shape, NULL, &r);
		int wanted = bsre_reply_take(&reply, 200, begin, strlen(begin));
		for (; wanted == 0 && taken < 1024 * MIB; taken += fill.len)
			wanted = bsre_reply_take(&reply, 200, fill.data, fill.len);
		assert_int_equal(wanted, -1);
		assert_true(taken <= LIMIT_REPLY_BYTES + MIB);
		assert_true(reply.stream.rest.cap <= 2 * MIB + 1);
		bsre_reply_broken(&reply, 200, "broken");
		assert_int_equal(r.outcome, SIGN_UNKNOWN);
		assert_int_equal(r.pdf.len, 0);
		assert_null(r.pdf.data);
	}
}

static void v1_table(void **state)
{
	static const struct {
		long status;
		const char *type, *body;
		enum sign_outcome outcome;
		const char *id;
	} rows[] = {
		{200, "application/pdf", "%PDF-1.7\nisi", SIGN_ACCEPTED, ""},
		{200, "text/html", "%PDF-1.7\nisi", SIGN_ACCEPTED, ""},
		{200, JSON, "{\"base64_signed_file\":\"" PDF "\",\"id_dokumen\":\"65f0\",\"signing_time\":1}",
			SIGN_ACCEPTED, "65f0"},
		{200, JSON, "{\"id_dokumen\":\"65f0\",\"base64_signed_file\" : \"" SLASH "\"}", SIGN_ACCEPTED,
			"65f0"},
		{200, JSON, "{\"base64_signed_file\":\"PGh0bWw+\",\"id_dokumen\":\"a\\nb\"}", SIGN_UNKNOWN,
			""},
		{200, JSON, "{\"base64_signed_file\":[\"" PDF "\"]}", SIGN_UNKNOWN, ""},
		{200, JSON, "{\"base64_signed_file\":\"" PDF "\",\"base64_signed_file\":\"" PDF "\"}",
			SIGN_UNKNOWN, ""},
		{200, JSON, "{\"file\":[\"" PDF "\"]}", SIGN_UNKNOWN, ""},
		{200, JSON, "{\"file\":[\"" PDF "\"],\"base64_signed_f\\u0069le\":\"AAAA\"}", SIGN_UNKNOWN,
			""},
		{200, "application/pdf", "", SIGN_UNKNOWN, ""},
		{200, "application/pdf", "%PD", SIGN_UNKNOWN, ""},
		{200, "application/pdf", "<html>", SIGN_UNKNOWN, ""},
		{500, "application/pdf", "%PDF-1.7\nisi", SIGN_UNKNOWN, ""},
		{200, JSON, "{\"error\":\"Passphrase anda salah\",\"status_code\":2031}", SIGN_REFUSED, ""},
		{400, JSON, "{\"error\":\"Passphrase anda salah\",\"status_code\":2031}", SIGN_REFUSED, ""},
	};

	(void)state;
	for (size_t n = 0; n < 3 * ARRAY_LEN(rows); n++) {
		static const size_t steps[] = {16384, 1, 3};
		size_t i = n / 3;
		AUTO(sign_result_release)
		struct sign_result r = parse_in(BSRE_FILE, steps[n % 3], rows[i].status, rows[i].type,
			rows[i].body, strlen(rows[i].body));
		if (r.outcome != rows[i].outcome)
			fail_msg("%s: outcome %d", rows[i].body, (int)r.outcome);
		assert_string_equal(r.document_id, rows[i].id);
		assert_int_equal(r.pdf.len, r.pdf_len);
		assert_int_equal(r.pdf_len > 0, r.outcome == SIGN_ACCEPTED);
		assert_null(strstr(buf_str(&r.raw), PDF));
		assert_null(strstr(buf_str(&r.raw), "isi"));
		if (r.outcome != SIGN_ACCEPTED)
			assert_true(r.text[0]);
	}
}

static void status_table(void **state)
{
	static const struct {
		long http;
		const char *body, *status, *code; /* status NULL = no usable answer */
		bool may_sign;
	} rows[] = {
		{200, "{\"status_code\":\"1111\",\"message\":\"ok\",\"status\":\"ISSUE\"}", "ISSUE", "1111",
			true},
		{200, "{\"status_code\":1111,\"status\":\"ISSUE\"}", "ISSUE", "1111", true},
		{200, "{\"status\":\"ISSUE \"}", "ISSUE ", "", false},
		{200, "{\"status\":\"issue\"}", "issue", "", false},
		{200, "{\"status\":\"EXPIRED\",\"status_code\":null}", "EXPIRED", "", false},
		{200, "{\"status_code\":\"1111\"}", NULL, NULL, false},
		{200, "{\"status\":1111}", NULL, NULL, false},
		{200, "{\"error\":\"x\",\"status\":\"ISSUE\"}", NULL, NULL, false},
		{500, "{\"status\":\"ISSUE\"}", NULL, NULL, false},
		{400, "Bad Request", NULL, NULL, false},
		{401, "{\"status\":401,\"error\":\"Unauthorized\"}", NULL, NULL, false},
		{200, "", NULL, NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = strlen(rows[i].body);
		const struct buf body = {(unsigned char *)(uintptr_t)rows[i].body, len, len, len, BUF_FINE};
		struct sign_status s = {0};
		struct err e = ERR_INIT;
		int r = bsre_status_parse(rows[i].http, &body, &s, &e);
		if (!rows[i].status) {
			assert_int_equal(r, -1);
			assert_int_equal(e.kind, ERR_REMOTE);
			continue;
		}
		assert_int_equal(r, 0);
		assert_string_equal(s.status, rows[i].status);
		assert_string_equal(s.code, rows[i].code);
		assert_int_equal(s.may_sign, rows[i].may_sign);
	}
}

static void zero_is_unknown(void **state)
{
	const struct sign_result forgotten = {0};

	(void)state;
	assert_int_equal(forgotten.outcome, SIGN_UNKNOWN);
}

/* A service that tells in its error what it was sent; `user` is how many letters stand before. */
static void chatter(void *user, const struct http_request *req, struct http_reply *reply)
{
	AUTO(json_release) json_t *request = NULL;
	AUTO(free_ptr) char *text = NULL;
	const int *before = user;
	struct err e = ERR_INIT;

	assert_int_equal(json_parse(req->body, req->body_len, "request", &request, &e), 0);
	const char *passphrase = json_string_value(json_object_get(request, "passphrase"));
	assert_true(asprintf(&text, "%0*d%s", *before, 0, passphrase) > 0);
	AUTO(json_release)
	json_t *answer = json_pack("{s:s, s:i, s:s}", "error", text, "status_code", 400, "debug", passphrase);
	assert_int_equal(json_write(answer, 0, &reply->body, &e), 0);
	reply->status = 400;
	reply->content_type = "application/json";
}

/* Whatever a service says, our records never hold the passphrase: plain, as JSON writes it, or cut short. */
static void passphrase_in_the_answer(void **state)
{
	static const char *const words[] = {"Rahasia-1234", "a\"b\\c\"d-kata", "kata rahasia"};
	static const unsigned char pdf[] = "%PDF-1.7\n";
	int before = 1;
	struct http_server_config config = {.address = "127.0.0.1",
		.body_max = MIB,
		.threads = 1,
		.timeout_s = 5,
		.handler = chatter,
		.user = &before};
	AUTO(http_server_release) struct http_server *server = NULL;
	struct err e = ERR_INIT;
	char url[64];
	(void)state;

	assert_int_equal(http_server_new(&config, &server, &e), 0);
	snprintf(url, sizeof url, "http://127.0.0.1:%u", (unsigned)http_server_port(server));
	const struct net_config net = {.base_url = url, .connect_timeout_ms = 5000};
	AUTO(signer_release) struct signer signer = SIGNER_INIT;
	assert_int_equal(signer_bsre_v2_new(&net, 5000, &signer, &e), 0);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		for (before = 1; before < 270; before += before < 240 ? 80 : 1) {
			AUTO(secret_release) struct secret *passphrase = NULL;
			AUTO(sign_result_release) struct sign_result r;
			sign_result_init(&r);
			assert_int_equal(secret_new(100, &passphrase, &e), 0);
			assert_int_equal(secret_set(passphrase, words[i], strlen(words[i]), &e), 0);
			const struct sign_job job = {.who = {.nik = "3300000000000001"},
				.passphrase = passphrase,
				.pdf = pdf,
				.pdf_len = sizeof pdf - 1};
			assert_int_equal(signer.sign(signer.self, &job, &r, &e), 0);
			assert_int_equal(r.outcome, SIGN_REFUSED);
			/* Four letters in a row of it are too many; what JSON escapes is looked for piece by piece. */
			char piece[5] = "";
			memcpy(piece, words[i], 4);
			assert_null(strstr(r.text, piece));
			assert_null(strstr(buf_str(&r.raw), piece));
			assert_null(strstr(buf_str(&r.raw), words[i] + strlen(words[i]) - 4));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(words_are_cleaned),
		cmocka_unit_test(raw_keeps_the_rest),
		cmocka_unit_test(large_is_linear),
		cmocka_unit_test(endless_answers),
		cmocka_unit_test(v1_table),
		cmocka_unit_test(status_table),
		cmocka_unit_test(zero_is_unknown),
		cmocka_unit_test(passphrase_in_the_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
