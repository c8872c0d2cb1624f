#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/cert.h"
#include "crypto/hash.h"
#include "crypto/key.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/naskah-crypto-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int drop_folder(void **state)
{
	static const char *const names[] = {"log.key", "rsa.key", "code.key", "c.pem", "t.pem"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlink(in_folder(names[i]));
	/* Fails when a temporary file was left behind. */
	return rmdir(folder);
}

static void same_hex(struct sha256 h, const char *hex)
{
	char text[65];

	hex_text(text, h.bytes, sizeof h.bytes);
	assert_string_equal(text, hex);
}

/* FIPS 180-4 examples. */
static void sha256_known(void **state)
{
	(void)state;
	same_hex(sha256_of("", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	same_hex(sha256_of("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void hasher_in_pieces(void **state)
{
	struct err e = ERR_INIT;
	struct hasher *h = NULL;

	(void)state;
	assert_int_equal(hasher_new(&h, &e), 0);
	hasher_add(h, "a", 1);
	hasher_add(h, "", 0);
	hasher_add(h, "bc", 2);
	same_hex(hasher_end(h), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	/* starts afresh */
	same_hex(hasher_end(h), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	hasher_release(&h);
	hasher_release(&h);
}

/* RFC 4231 test cases 2 and 6 (a key longer than a block). */
static void hmac_known(void **state)
{
	unsigned char long_key[131];

	(void)state;
	same_hex(hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28),
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(long_key, 0xaa, sizeof long_key);
	same_hex(hmac_sha256(long_key, sizeof long_key,
			 "Test Using Larger Than Block-Size Key - Hash Key First", 54),
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void equal_and_random(void **state)
{
	struct err e = ERR_INIT;
	unsigned char a[32], b[32];

	(void)state;
	assert_true(bytes_equal("abc", "abd", 2));
	assert_false(bytes_equal("abc", "abd", 3));
	assert_int_equal(random_bytes(a, sizeof a, &e), 0);
	assert_int_equal(random_bytes(b, sizeof b, &e), 0);
	assert_false(bytes_equal(a, b, sizeof a));
}

/* RFC 8032 7.1, test 2. */
static void ed25519_known(void **state)
{
	unsigned char pub[32], sig[64];

	(void)state;
	assert_true(hex_parse("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", pub, 32));
	assert_true(hex_parse("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
			      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
		sig, 64));
	assert_true(ed25519_verify(pub, "\x72", 1, sig));
	assert_false(ed25519_verify(pub, "\x73", 1, sig));
	sig[63] ^= 0x20;
	assert_false(ed25519_verify(pub, "\x72", 1, sig));
}

static void key_files(void **state)
{
	AUTO(key_release) struct key *made = NULL;
	AUTO(key_release) struct key *again = NULL;
	AUTO(key_release) struct key *refused = NULL;
	unsigned char a[32], b[32], sig[64];
	struct err e = ERR_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(key_load_or_make(in_folder("log.key"), KEY_ED25519, &made, &e), 0);
	assert_int_equal(stat(in_folder("log.key"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(key_load_or_make(in_folder("log.key"), KEY_ED25519, &again, &e), 0);
	assert_int_equal(ed25519_public(made, a, &e), 0);
	assert_int_equal(ed25519_public(again, b, &e), 0);
	assert_memory_equal(a, b, 32);
	assert_int_equal(ed25519_sign(again, "pesan", 5, sig, &e), 0);
	assert_true(ed25519_verify(a, "pesan", 5, sig));

	/* another kind, readable by others, not a key, not there */
	assert_int_equal(key_load_or_make(in_folder("log.key"), KEY_EC_P256, &refused, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	err_clear(&e);
	assert_int_equal(chmod(in_folder("log.key"), 0640), 0);
	assert_int_equal(key_load_or_make(in_folder("log.key"), KEY_ED25519, &refused, &e), -1);
	assert_non_null(strstr(e.msg, "chmod 600"));
	err_clear(&e);
	assert_int_equal(outfile_put(in_folder("rsa.key"), 0600, "x", 1, &e), 0);
	assert_int_equal(key_load_or_make(in_folder("rsa.key"), KEY_RSA_2048, &refused, &e), -1);
	err_clear(&e);
	assert_int_equal(key_load(in_folder("none.key"), &refused, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_null(refused);
}

static void symmetric_files(void **state)
{
	AUTO(secret_release) struct secret *made = NULL;
	AUTO(secret_release) struct secret *again = NULL;
	AUTO(secret_release) struct secret *refused = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(symmetric_key_load_or_make(in_folder("code.key"), &made, &e), 0);
	assert_int_equal(symmetric_key_load_or_make(in_folder("code.key"), &again, &e), 0);
	assert_int_equal(secret_len(made), 32);
	assert_memory_equal(secret_bytes(made), secret_bytes(again), 32);
	/* A damaged key must not become a new one: every code in the office hangs on it. */
	assert_int_equal(outfile_put(in_folder("code.key"), 0600, "abc\n", 4, &e), 0);
	assert_int_equal(symmetric_key_load_or_make(in_folder("code.key"), &refused, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	err_clear(&e);
	assert_int_equal(outfile_put(in_folder("code.key"), 0600, "", 0, &e), 0);
	assert_int_equal(symmetric_key_load_or_make(in_folder("code.key"), &refused, &e), -1);
}

static void certificates_say_test(void **state)
{
	static const struct {
		const char *name, *organization;
		bool good;
	} rows[] = {
		{"CA UJI TTE", NULL, true},
		{"Nama Contoh", "UJI", true},
		{"TEST CA", NULL, true},
		{"BSRE CA DS G1", "Badan Siber dan Sandi Negara", false},
		{"UJIANTO", "TESTAMEN", false},
		{"Nama Contoh", NULL, false},
	};
	AUTO(key_release) struct key *key = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(key_generate(KEY_EC_P256, &key, &e), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(cert_release) struct cert *c = NULL;
		const struct cert_request req = {
			.common_name = rows[i].name,
			.organization = rows[i].organization,
			.not_before_at = 1000,
			.not_after_at = INT64_C(4102444800), /* 2100: beyond UTCTime */
			.path_len = -1,
		};
		struct cert_info info;
		assert_int_equal(cert_issue(&req, key, NULL, NULL, &c, &e), rows[i].good ? 0 : -1);
		if (!rows[i].good) {
			assert_int_equal(e.kind, ERR_CRYPTO);
			err_clear(&e);
			continue;
		}
		assert_int_equal(cert_info(c, &info, &e), 0);
		assert_string_equal(info.common_name, rows[i].name);
		assert_int_equal(info.not_before_at, 1000);
		assert_int_equal(info.not_after_at, INT64_C(4102444800));
		assert_true(strlen(info.serial) == 32 && info.serial[0] >= '4' && info.serial[0] <= '7');
	}
}

static void trust_files(void **state)
{
	AUTO(trust_release) struct trust *t = NULL;
	struct err e = ERR_INIT;
	static const char damaged[] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

	(void)state;
	assert_int_equal(outfile_put(in_folder("t.pem"), 0644, "", 0, &e), 0);
	assert_int_equal(trust_load(in_folder("t.pem"), &t, &e), -1);
	err_clear(&e);
	assert_int_equal(outfile_put(in_folder("t.pem"), 0644, damaged, sizeof damaged - 1, &e), 0);
	assert_int_equal(trust_load(in_folder("t.pem"), &t, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_known),
		cmocka_unit_test(hasher_in_pieces),
		cmocka_unit_test(hmac_known),
		cmocka_unit_test(equal_and_random),
		cmocka_unit_test(ed25519_known),
		cmocka_unit_test(key_files),
		cmocka_unit_test(symmetric_files),
		cmocka_unit_test(certificates_say_test),
		cmocka_unit_test(trust_files),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
