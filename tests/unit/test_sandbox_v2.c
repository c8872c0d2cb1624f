/* The sandbox's v2 and seal: several files, one-time passwords, registration, chains (reference bsre-api 4). */
#include "sandbox_rig.h"

#include <sys/stat.h>

static struct buf second = BUF_INIT(MIB);

static void add_files(struct buf *body, unsigned files)
{
	buf_adds(body, "\"file\":[");
	for (unsigned i = 0; i < files; i++) {
		buf_adds(body, i ? ",\"" : "\"");
		const struct buf *pdf = i % 2 ? &second : &letter;
		base64_add(body, pdf->data, pdf->len);
		buf_addc(body, '"');
	}
	buf_addc(body, ']');
}

/* `who` and `secret` are members, "\"nik\":\"..\"". */
static void ask(const char *path, const char *who, const char *secret, unsigned properties, unsigned files)
{
	AUTO(buf_release) struct buf body = BUF_INIT(4 * MIB);

	buf_addf(&body, "{%s,%s,\"signatureProperties\":[", who, secret);
	for (unsigned i = 0; i < properties; i++)
		buf_addf(&body,
			"%s{\"tampilan\":\"INVISIBLE\",\"reason\":\"alasan %u\",\"location\":\"null\"}",
			i ? "," : "", i);
	buf_adds(&body, "],");
	add_files(&body, files);
	buf_addc(&body, '}');
	if (say("POST", path, "application/json", body.data, body.len) != 0)
		fail_msg("no answer of %s", path);
}

static const char *with_passphrase(void)
{
	static char member_text[96];

	snprintf(member_text, sizeof member_text, "\"passphrase\":\"%s\"", passphrase);
	return member_text;
}

#define SIGN "/api/v2/sign/pdf"
#define SEAL "/api/v2/seal/pdf"
#define ME   "\"nik\":\"" NIK "\""
#define SUB  "\"idSubscriber\":\"SUB-UJI-1\""

static void many_files(void **state)
{
	(void)state;
	spoil_other_pdf(&second);
	ask(SIGN, ME, with_passphrase(), 1, 3);
	assert_int_equal(json_array_size(json_object_get(said, "file")), 3);
	for (size_t i = 0; i < 3; i++)
		answered_file(i, i % 2 ? &second : &letter, "Contoh Pejabat 1");
	ask(SIGN, "\"email\":\"contoh1@uji.example\"", with_passphrase(), 2, 2);
	answered_file(1, &second, "Contoh Pejabat 1");
	ask(SIGN, ME, with_passphrase(), 3, 2);
	assert_int_equal(status, 400);
	ask(SIGN, ME, with_passphrase(), 1, 0);
	SPRING(500);
}

/* The smallest PNG: one grey pixel. */
#define PIXEL "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="

static void sign_visibly(const char *properties)
{
	AUTO(buf_release) struct buf body = BUF_INIT(MIB);

	buf_addf(&body, "{" ME ",%s,\"signatureProperties\":[{\"tampilan\":\"VISIBLE\",%s}],",
		with_passphrase(), properties);
	add_files(&body, 1);
	buf_addc(&body, '}');
	assert_int_equal(say("POST", SIGN, "application/json", body.data, body.len), 0);
}

/* From above: the picture's upper left corner. */
static void visible(void **state)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(MIB);
	struct err e = ERR_INIT;

	(void)state;
	sign_visibly("\"imageBase64\":\"" PIXEL
		     "\",\"page\":1,\"originX\":340.5,\"originY\":680,\"width\":120,\"height\":60");
	answered_file(0, &letter, "Contoh Pejabat 1");
	const json_t *file = json_array_get(json_object_get(said, "file"), 0);
	MUST(base64_parse(json_string_value(file), json_string_length(file), &pdf, &e));
	/* a page of 841 points: 841 - 680 - 60 */
	assert_non_null(memmem(pdf.data, pdf.len, "/Rect [340.5 101 460.5 161]", 27));
	/* outside the page; a picture that is none; none at all */
	sign_visibly("\"imageBase64\":\"" PIXEL
		     "\",\"page\":1,\"originX\":600,\"originY\":680,\"width\":120,\"height\":60");
	SPRING(500);
	sign_visibly(
		"\"imageBase64\":\"AAAA\",\"page\":1,\"originX\":6,\"originY\":6,\"width\":9,\"height\":9");
	SPRING(500);
	sign_visibly("\"imageBase64\":null,\"page\":1,\"originX\":6,\"originY\":6,\"width\":9,\"height\":9");
	assert_int_equal(status, 400);
}

/* Every key of the live service, its slips included. */
static void verifies(void **state)
{
	static const char *const keys[] = {"id", "signatureFormat", "signerName", "signatureDate",
		"fieldName", "reason", "location", "certLevelCode", "signatureAlgorithm", "digestAlgorithm",
		"timestampInfomation", "certificateDetails", "integrityValid", "certificateTrusted",
		"lastSignature", "ltv"};
	AUTO(buf_release) struct buf body = BUF_INIT(MIB);

	(void)state;
	ask(SIGN, ME, with_passphrase(), 1, 1);
	const json_t *file = json_array_get(json_object_get(said, "file"), 0);
	buf_addf(&body, "{\"file\":\"%s\"}", json_string_value(file));
	assert_int_equal(post("/api/v2/verify/pdf", buf_str(&body)), 0);
	assert_string_equal(text("conclusion"), "VALID");
	const json_t *one = json_array_get(json_object_get(said, "signatureInformations"), 0);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (!json_object_get(one, keys[i]))
			fail_msg("no '%s'", keys[i]);
	assert_int_equal(json_object_size(one), ARRAY_LEN(keys));
	assert_string_equal(json_string_value(json_object_get(one, "signatureFormat")), "PAdES-BASELINE-T");
	assert_true(json_is_false(json_object_get(one, "ltv")));
	const json_t *stamp = json_object_get(one, "timestampInfomation");
	assert_non_null(strstr(json_string_value(json_object_get(stamp, "signerName")), "UJI"));
	const json_t *path = json_object_get(one, "certificateDetails");
	assert_int_equal(json_array_size(path), 3);
	for (size_t i = 0; i < 3; i++) {
		const char *serial =
			json_string_value(json_object_get(json_array_get(path, i), "serialNumber"));
		assert_int_equal(strspn(serial, "0123456789"), strlen(serial));
		assert_non_null(json_object_get(json_array_get(path, i), "signatureAlgoritm"));
	}
	/* a list instead of a string; an empty file */
	assert_int_equal(post("/api/v2/verify/pdf", "{\"file\":[\"JVBERi0=\"]}"), 0);
	SPRING(500);
	assert_int_equal(post("/api/v2/verify/pdf", "{\"file\":\"\"}"), 0);
	SPRING(500);
}

static void wrong_order(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	MUST(fault_book_add(sandbox_faults(sandbox), "wrong-order", 1, NULL, &e));
	ask(SIGN, ME, with_passphrase(), 1, 2);
	answered_file(0, &second, "Contoh Pejabat 1");
	answered_file(1, &letter, "Contoh Pejabat 1");
}

/* What the person would find in their e-mail. */
static void read_code(const char *name, char code[64])
{
	char path[160];
	struct stat st;

	snprintf(path, sizeof path, "%s/totp/%s", state_folder, name);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	read_word(path, code, 64);
	assert_int_equal(strlen(code), 6);
}

static const char *with_totp(const char *code)
{
	static char member_text[96];

	snprintf(member_text, sizeof member_text, "\"totp\":\"%s\"", code);
	return member_text;
}

static void one_time_passwords(void **state)
{
	char code[64];

	(void)state;
	ask(SIGN, ME, with_totp("000000"), 1, 1);
	REFUSED(400, "TOTP anda salah", 2031);
	assert_int_equal(post("/api/v2/sign/get/totp", "{" ME ",\"data\":2}"), 0);
	assert_true(json_is_true(member("success")));
	assert_null(member("totp"));
	read_code("contoh-1", code);
	ask(SIGN, ME, with_totp(code), 1, 1);
	answered_file(0, &letter, "Contoh Pejabat 1");
	/* two files were asked for: one is left */
	ask(SIGN, ME, with_totp(code), 1, 2);
	REFUSED(400, "Jumlah dokumen melebihi TOTP yang diminta", 2031);
	ask(SIGN, ME, with_totp(code), 1, 1);
	assert_int_equal(status, 200);
	ask(SIGN, ME, with_totp(code), 1, 1);
	assert_int_equal(status, 400);
	/* of somebody else */
	assert_int_equal(post("/api/v2/sign/get/totp", "{" ME ",\"data\":\"5\"}"), 0);
	read_code("contoh-1", code);
	ask(SIGN, "\"nik\":\"3300000000000002\"", with_totp(code), 1, 1);
	assert_int_equal(number("status_code"), 2041);
	assert_int_equal(post("/api/v2/sign/get/totp", "{" ME ",\"data\":0}"), 0);
	assert_int_equal(status, 400);
	assert_int_equal(post("/api/v2/sign/get/totp", "{\"nik\":\"3300000000000007\",\"data\":1}"), 0);
	REFUSED(400, "User tidak terdaftar", 2011);
}

static void codes_expire(void **state)
{
	char code[64];

	(void)state;
	/* the clock stands still here: a code of 0 seconds is good to the second; -1 cannot be said */
	assert_int_equal(post("/sandbox/control", "{\"otp_seconds\":-1}"), 0);
	assert_int_equal(status, 400);
	assert_int_equal(post("/sandbox/control", "{\"otp_seconds\":0}"), 0);
	assert_int_equal(number("otp_seconds"), 0);
	assert_int_equal(post("/api/v2/sign/get/totp", "{" ME ",\"data\":1}"), 0);
	read_code("contoh-1", code);
	ask(SIGN, ME, with_totp(code), 1, 1);
	assert_int_equal(status, 200);
	assert_int_equal(post("/sandbox/control", "{\"otp_seconds\":300}"), 0);
}

static void seals(void **state)
{
	char active[64], batch[64], body[256];

	(void)state;
	/* no activation yet */
	assert_int_equal(post("/api/v2/seal/get/totp", "{" SUB ",\"totp\":\"000000\",\"data\":2}"), 0);
	assert_int_equal(status, 200);
	assert_true(json_is_false(member("result")));
	assert_string_equal(text("message"), "TOTP aktivasi salah");

	assert_int_equal(post("/api/v2/seal/get/activation", "{" SUB "}"), 0);
	assert_true(json_is_true(member("success")));
	assert_string_equal(text("message"), "TOTP Aktivasi berhasil dikirim");
	read_code("aktivasi-SUB-UJI-1", active);
	snprintf(body, sizeof body, "{" SUB ",\"totp\":\"%s\"}", active);
	assert_int_equal(post("/api/v2/seal/get/activation", body), 0);
	assert_string_equal(text("data.totp"), active);
	assert_string_equal(text("data.expires"), "2026-04-01T02:40:00.000+0000");

	snprintf(body, sizeof body, "{" SUB ",\"totp\":\"%s\",\"data\":\"2\"}", active);
	assert_int_equal(post("/api/v2/seal/get/totp", body), 0);
	assert_true(json_is_true(member("result")));
	assert_string_equal(text("message"), "TOTP berhasil dibuat");
	assert_string_equal(text("expires"), "2026-03-31T02:45:00.000+0000");
	snprintf(batch, sizeof batch, "%s", text("totp"));

	ask(SEAL, SUB, with_totp(batch), 1, 2);
	answered_file(0, &letter, "Segel Elektronik UJI");
	answered_file(1, &second, "Segel Elektronik UJI");
	ask(SEAL, SUB, with_totp(batch), 1, 1);
	assert_int_equal(number("status_code"), 2031);
	ask(SEAL, "\"idSubscriber\":\"SUB-LAIN\"", with_totp(batch), 1, 1);
	assert_int_equal(number("status_code"), 2011);
	/* a seal is no person */
	ask(SIGN, SUB, with_totp(batch), 1, 1);
	assert_int_equal(number("status_code"), 2011);

	snprintf(body, sizeof body, "{" SUB ",\"totp\":\"%s\"}", active);
	assert_int_equal(post("/api/v2/seal/revoke/activation", body), 0);
	assert_true(json_is_true(member("result")));
	assert_int_equal(post("/api/v2/seal/get/activation", body), 0);
	assert_true(json_is_false(member("result")));
}

static void registration(void **state)
{
	(void)state;
	assert_int_equal(post("/api/v2/user/check/status", "{\"email\":\"baru@uji.example\"}"), 0);
	assert_string_equal(text("status"), "NO_CERTIFICATE");
	assert_int_equal(post("/api/v2/user/registration",
				 "{\"nama\":\"Contoh "
				 "Baru\",\"email\":\"baru@uji.example\",\"nik\":\"3300000000000055\"}"),
		0);
	assert_int_equal(status, 200);
	assert_true(json_is_true(member("success")));
	assert_int_equal(post("/api/v2/user/check/status", "{\"email\":\"baru@uji.example\"}"), 0);
	assert_string_equal(text("status"), "WAITING_FOR_VERIFICATION");
	assert_int_equal(post("/api/v2/user/check/status", "{\"nik\":\"3300000000000055\"}"), 0);
	assert_string_equal(text("status"), "WAITING_FOR_VERIFICATION");
	assert_int_equal(
		post("/api/v2/user/registration", "{\"nama\":\"X\",\"email\":\"contoh1@uji.example\"}"), 0);
	REFUSED(400, "User sudah terdaftar", 400);
	assert_int_equal(post("/api/v2/user/registration", "{\"nama\":\"X\"}"), 0);
	assert_int_equal(status, 400);
}

static void chains(void **state)
{
	AUTO(buf_release) struct buf der = BUF_INIT(64 * KIB);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(get("/api/v2/user/certificate/chain/" NIK), 0);
	assert_int_equal(status, 200);
	const json_t *data = json_object_get(said, "data");
	assert_int_equal(json_array_size(data), 3);
	const json_t *first = json_array_get(data, 0);
	MUST(base64_parse(json_string_value(first), json_string_length(first), &der, &e));
	assert_int_equal(der.data[0], 0x30);
	assert_non_null(memmem(der.data, der.len, NIK, 16));
	assert_int_equal(get("/api/v2/user/certificate/chain/SUB-UJI-1"), 0);
	assert_int_equal(status, 200);
	/* JSON by its header alone */
	assert_int_equal(get("/api/v2/user/certificate/chain/3300000000000099"), 0);
	assert_int_equal(status, 400);
	assert_string_equal(content_type, "application/json");
	assert_null(said);
}

static void control(void **state)
{
	(void)state;
	assert_int_equal(post("/sandbox/control",
				 "{\"reset\":true,\"fault\":\"html502\",\"calls\":2,\"nik\":\"" NIK "\"}"),
		0);
	assert_int_equal(number("faults"), 1);
	for (int i = 0; i < 3; i++) {
		ask(SIGN, ME, with_passphrase(), 1, 1);
		assert_int_equal(status, i < 2 ? 502 : 200);
	}
	assert_int_equal(get("/sandbox/calls"), 0);
	assert_int_equal(number("total"), 3);
	const json_t *counts = json_object_get(json_object_get(said, "counts"), SIGN);
	assert_int_equal(json_integer_value(json_object_get(counts, "calls")), 3);
	assert_int_equal(json_integer_value(json_object_get(counts, "signed")), 1);
	const json_t *third = json_array_get(json_object_get(said, "calls"), 2);
	char hash[65];
	struct sha256 sent = sha256_of(letter.data, letter.len);
	hex_text(hash, sent.bytes, sizeof sent.bytes);
	assert_string_equal(json_string_value(json_object_get(third, "sha256")), hash);
	assert_string_equal(json_string_value(json_object_get(third, "who")), NIK);
	/* what it may never tell */
	assert_null(memmem(answer.data, answer.len, passphrase, strlen(passphrase)));
	assert_int_equal(get("/sandbox/calls?nik=3300000000000002&brief=1"), 0);
	assert_int_equal(json_array_size(json_object_get(said, "calls")), 0);

	assert_int_equal(post("/sandbox/control", "{\"fault\":\"tidak-ada\"}"), 0);
	assert_int_equal(status, 400);
	assert_non_null(strstr(text("error"), "tidak-ada"));
	assert_int_equal(post("/sandbox/control", "[]"), 0);
	assert_int_equal(status, 400);
	static const char *const mistyped[] = {"{\"faults\":\"cut\"}", "{\"clear\":1}", "{\"calls\":1}",
		"{\"fault\":\"cut\",\"calls\":\"1\"}", "{\"latency_ms\":50,\"v1_sizes\":\"yes\"}"};
	for (size_t i = 0; i < ARRAY_LEN(mistyped); i++) {
		assert_int_equal(post("/sandbox/control", mistyped[i]), 0);
		assert_int_equal(status, 400);
	}
	assert_int_equal(post("/sandbox/control", "{}"), 0);
	assert_int_equal(number("latency_ms"), 0);
	assert_int_equal(post("/sandbox/control", "{\"fault\":\"cut,empty\"}"), 0);
	assert_int_equal(number("faults"), 2);
	assert_int_equal(post("/sandbox/control", "{\"clear\":true,\"reset\":true}"), 0);
	assert_int_equal(number("faults"), 0);
	assert_int_equal(get("/sandbox/calls"), 0);
	assert_int_equal(number("total"), 0);
}

static void other_calls_fail_too(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	MUST(fault_book_add(sandbox_faults(sandbox), "http500:status", 1, NULL, &e));
	assert_int_equal(post("/api/v2/user/check/status", "{" ME "}"), 0);
	SPRING(500);
	assert_int_equal(post("/api/v2/user/check/status", "{" ME "}"), 0);
	assert_int_equal(status, 200);
	MUST(fault_book_add(sandbox_faults(sandbox), "otp-none", 1, NULL, &e));
	assert_int_equal(post("/api/v2/sign/get/totp", "{" ME ",\"data\":1}"), 0);
	assert_true(json_is_false(member("success")));
	MUST(fault_book_add(sandbox_faults(sandbox), "status-number,status-word", 1, NULL, &e));
	assert_int_equal(post("/api/v2/user/check/status", "{" ME "}"), 0);
	assert_int_equal(number("status_code"), 1111);
	fault_book_clear(sandbox_faults(sandbox));
	MUST(fault_book_add(sandbox_faults(sandbox), "status-word", 1, NULL, &e));
	assert_int_equal(post("/api/v2/user/check/status", "{" ME "}"), 0);
	assert_string_equal(text("status"), "AKTIF_SEBAGIAN");
	buf_release(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_files),
		cmocka_unit_test(verifies),
		cmocka_unit_test(visible),
		cmocka_unit_test(wrong_order),
		cmocka_unit_test(one_time_passwords),
		cmocka_unit_test(codes_expire),
		cmocka_unit_test(seals),
		cmocka_unit_test(registration),
		cmocka_unit_test(chains),
		cmocka_unit_test(control),
		cmocka_unit_test(other_calls_fail_too),
	};

	return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
