#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "crypto/hash.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_known),
		cmocka_unit_test(hasher_in_pieces),
		cmocka_unit_test(hmac_known),
		cmocka_unit_test(equal_and_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
