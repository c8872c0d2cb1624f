/* Keys of an office: PKCS#12 files, and tokens by PKCS#11 (SoftHSM). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "crypto/handles.h"
#include "crypto/key_pkcs11.h"
#include "crypto/key_pkcs12.h"
#include "office_keys.h"
#include "pki.h"

#include <pthread.h>

static struct office_keys keys;

static int setup(void **state)
{
	(void)state;
	office_keys_make(&keys);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	office_keys_remove(&keys);
	return 0;
}

/* Signs with it, and the signature is good. */
static void check(const struct keypair *k, const char *what)
{
	const struct cert *chain[KEYPAIR_CHAIN_MAX];
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	struct sha256 digest = sha256_of("contoh", 6);
	struct signature_verdict v = {0};
	struct cms_signer signer;
	struct err e = ERR_INIT;

	keypair_signer(k, chain, &signer);
	if (cms_sign(&signer, &digest, &cms, &e) != 0)
		fail_msg("%s: %s", what, e.msg);
	assert_true(cms.len <= cms_size_max(&signer));
	assert_int_equal(
		cms_verify(cms.data, cms.len, &digest, keys.trust, OFFICE_NOW, OFFICE_NOW, &v, &e), 0);
	if (v.intact != FINDING_YES || v.trusted != FINDING_YES)
		fail_msg("%s: %s", what, v.why);
	assert_string_equal(v.signer, OFFICE_NAME);
}

static struct secret *secret_of(const char *text)
{
	struct secret *s = NULL;

	assert_int_equal(secret_new(64, &s, NULL), 0);
	assert_int_equal(secret_set(s, text, strlen(text), NULL), 0);
	return s;
}

static int open_file(
	const char *file, const char *passphrase, struct keypair *k, enum key_trouble *trouble, struct err *e)
{
	AUTO(secret_release) struct secret *s = secret_of(passphrase);
	char path[256];

	snprintf(path, sizeof path, "%s/%s", keys.folder, file);
	return pkcs12_open(path, s, k, trouble, e);
}

static void test_files(void **state)
{
	static const char *const files[] = {"rsa2048.p12", "rsa3072.p12", "p256.p12", "p384.p12", "3des.p12"};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		AUTO(keypair_release) struct keypair k = KEYPAIR_INIT;
		enum key_trouble trouble;
		struct err e = ERR_INIT;
		if (open_file(files[i], OFFICE_PASSPHRASE, &k, &trouble, &e) != 0)
			fail_msg("%s: %s", files[i], e.msg);
		assert_int_equal(trouble, KEY_FINE);
		/* the intermediate comes along, the root and a stranger's certificate do not */
		assert_int_equal(k.chain_len, 1);
		check(&k, files[i]);
	}
}

static void test_files_refused(void **state)
{
	static const struct {
		const char *file, *passphrase, *words;
		enum key_trouble trouble;
	} row[] = {
		{"rsa2048.p12", "salah sekali", "does not open", KEY_WRONG_SECRET},
		{"rc2.p12", OFFICE_PASSPHRASE, "-legacy", KEY_ELSE},
		{"rc2.p12", "salah sekali", "does not open", KEY_WRONG_SECRET},
		{"nokey.p12", OFFICE_PASSPHRASE, "no private key", KEY_ELSE},
		{"nocert.p12", OFFICE_PASSPHRASE, "without its certificate", KEY_ELSE},
		{"open.p12", OFFICE_PASSPHRASE, "chmod 600", KEY_ELSE},
		{"root.pem", OFFICE_PASSPHRASE, "chmod 600", KEY_ELSE},
		{"other.pem", OFFICE_PASSPHRASE, "no PKCS#12", KEY_ELSE},
		{"nothing.p12", OFFICE_PASSPHRASE, "cannot read", KEY_ELSE},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct keypair k = KEYPAIR_INIT;
		enum key_trouble trouble;
		struct err e = ERR_INIT;
		assert_int_equal(open_file(row[i].file, row[i].passphrase, &k, &trouble, &e), -1);
		if (!strstr(e.msg, row[i].words) || trouble != row[i].trouble)
			fail_msg("%s: %d %s", row[i].file, (int)trouble, e.msg);
		assert_null(strstr(e.msg, row[i].passphrase));
		assert_null(k.key);
	}
}

/* Each byte of a file changed: an error, never worse. */
static void test_files_damaged(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(MIB);
	AUTO(secret_release) struct secret *s = secret_of(OFFICE_PASSPHRASE);
	char path[256];
	struct err e = ERR_INIT;
	(void)state;

	snprintf(path, sizeof path, "%s/p256.p12", keys.folder);
	assert_int_equal(buf_load(&b, path, &e), 0);
	snprintf(path, sizeof path, "%s/damaged.p12", keys.folder);
	for (size_t i = 0; i < b.len; i += 13) {
		AUTO(keypair_release) struct keypair k = KEYPAIR_INIT;
		enum key_trouble trouble;
		b.data[i] ^= 0x21;
		FILE *f = fopen(path, "wb");
		assert_non_null(f);
		assert_int_equal(fwrite(b.data, 1, b.len, f), b.len);
		fclose(f);
		chmod(path, 0600);
		err_clear(&e);
		if (pkcs12_open(path, s, &k, &trouble, &e) != 0)
			assert_int_not_equal(e.kind, ERR_NONE);
		b.data[i] ^= 0x21;
	}
}

static int open_token(const char *token, const char *key, const char *pin, struct keypair *k,
	enum key_trouble *trouble, struct err *e)
{
	AUTO(secret_release) struct secret *s = secret_of(pin);
	const struct token_place where = {OFFICE_MODULE, token, key};

	return pkcs11_open(&where, s, k, trouble, e);
}

static void test_token(void **state)
{
	static const char *const labels[] = {"rsa2048", "rsa3072", "p256", "p384"};
	(void)state;

	if (!keys.token)
		skip();
	for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
		AUTO(keypair_release) struct keypair k = KEYPAIR_INIT;
		enum key_trouble trouble;
		struct err e = ERR_INIT;
		if (open_token(OFFICE_TOKEN, labels[i], OFFICE_PIN, &k, &trouble, &e) != 0)
			fail_msg("%s: %s", labels[i], e.msg);
		assert_int_equal(k.chain_len, 1);
		check(&k, labels[i]);
	}
}

static void test_token_refused(void **state)
{
	static const struct {
		const char *token, *key, *words;
	} row[] = {
		{"tidak ada", "rsa2048", "no token is called 'tidak ada'; there: '" OFFICE_TOKEN "'"},
		{OFFICE_TOKEN, "tidak-ada", "no private key called"},
		{OFFICE_TOKEN, "nocert", "without its certificate"},
	};
	const struct token_place nowhere = {"/nonexistent.so", OFFICE_TOKEN, "rsa2048"};
	struct keypair k = KEYPAIR_INIT;
	enum key_trouble trouble;
	struct err e = ERR_INIT;
	(void)state;

	assert_int_equal(pkcs11_open(&nowhere, NULL, &k, &trouble, &e), -1);
	assert_non_null(strstr(e.msg, "PKCS#11 library"));
	/* A file that is no library, and a library that is no PKCS#11. */
	static const char *const others[] = {"README.md", "/lib/x86_64-linux-gnu/libc.so.6"};
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		const struct token_place other = {others[i], OFFICE_TOKEN, "rsa2048"};
		err_clear(&e);
		if (access(others[i], R_OK) != 0)
			continue;
		assert_int_equal(pkcs11_open(&other, NULL, &k, &trouble, &e), -1);
		assert_non_null(strstr(e.msg, "PKCS#11 library"));
	}
	if (!keys.token)
		skip();
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		err_clear(&e);
		assert_int_equal(open_token(row[i].token, row[i].key, OFFICE_PIN, &k, &trouble, &e), -1);
		assert_int_equal(trouble, KEY_ELSE);
		if (!strstr(e.msg, row[i].words))
			fail_msg("%s", e.msg);
	}
	/* The library was given back each time: a good one after all the bad ones. */
	err_clear(&e);
	assert_int_equal(open_token(OFFICE_TOKEN, "p256", OFFICE_PIN, &k, &trouble, &e), 0);
	check(&k, "p256 again");
	keypair_release(&k);
}

static void *sign_many(void *arg)
{
	AUTO(keypair_release) struct keypair k = KEYPAIR_INIT;
	enum key_trouble trouble;
	struct err e = ERR_INIT;
	const char *label = arg;

	if (open_token(OFFICE_TOKEN, label, OFFICE_PIN, &k, &trouble, &e) != 0)
		return (void *)1;
	for (int i = 0; i < 30; i++) {
		const struct cert *chain[KEYPAIR_CHAIN_MAX];
		AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
		struct sha256 digest = sha256_of(&i, sizeof i);
		struct signature_verdict v = {0};
		struct cms_signer signer;
		keypair_signer(&k, chain, &signer);
		if (cms_sign(&signer, &digest, &cms, &e) != 0 ||
			cms_verify(cms.data, cms.len, &digest, keys.trust, OFFICE_NOW, OFFICE_NOW, &v, &e) !=
				0 ||
			v.intact != FINDING_YES)
			return (void *)2;
	}
	return NULL;
}

static void test_token_threads(void **state)
{
	static const char *const labels[] = {
		"p256", "rsa2048", "p256", "rsa2048", "p384", "rsa2048", "p256", "p256"};
	pthread_t thread[ARRAY_LEN(labels)];
	(void)state;

	if (!keys.token)
		skip();
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		assert_int_equal(
			pthread_create(&thread[i], NULL, sign_many, (void *)(uintptr_t)labels[i]), 0);
	for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
		void *bad;
		pthread_join(thread[i], &bad);
		assert_null(bad);
	}
}

/* Last, as nothing of this process gets in again. */
static void test_wrong_pin(void **state)
{
	struct keypair k = KEYPAIR_INIT;
	enum key_trouble trouble;
	struct err e = ERR_INIT;
	(void)state;

	if (!keys.token)
		skip();
	assert_int_equal(open_token(OFFICE_TOKEN, "p256", "876543", &k, &trouble, &e), -1);
	assert_int_equal(trouble, KEY_WRONG_SECRET);
	assert_non_null(strstr(e.msg, "is wrong"));
	assert_null(strstr(e.msg, "876543"));
	err_clear(&e);
	assert_int_equal(open_token(OFFICE_TOKEN, "p256", OFFICE_PIN, &k, &trouble, &e), -1);
	assert_int_equal(trouble, KEY_WRONG_SECRET);
	assert_non_null(strstr(e.msg, "not tried again"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_files_refused),
		cmocka_unit_test(test_files_damaged),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_token_refused),
		cmocka_unit_test(test_token_threads),
		cmocka_unit_test(test_wrong_pin),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
