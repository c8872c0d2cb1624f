/* language/hyphen: words are parted where a reader of Indonesian expects it, names and numbers never. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "language/hyphen.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct hyphenator *patterns;

static void parted(const char *word, char out[2 * HYPHEN_LETTERS])
{
	uint64_t points = hyphen_points(patterns, word, strlen(word));
	size_t n = 0;

	for (size_t i = 0; word[i]; i++) {
		if (points >> i & 1)
			out[n++] = '-';
		out[n++] = word[i];
	}
	out[n] = 0;
}

static void test_words(void **state)
{
	static const char *const want[] = {"meng-gu-na-kan", "per-tang-gung-ja-waban", "ke-se-su-aian",
		"pe-nye-leng-ga-raan", "di-aju-kan", "per-uba-han", "da-erah", "ke-ikut-ser-taan",
		"bang-krut", "ek-strak", "lak-sana", "ke-san", "itu", "ia", "a", ""};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		char word[HYPHEN_LETTERS], found[2 * HYPHEN_LETTERS];
		size_t n = 0;
		for (const char *c = want[i]; *c; c++)
			if (*c != '-')
				word[n++] = *c;
		word[n] = 0;
		parted(word, found);
		assert_string_equal(found, want[i]);
	}
}

/* What is no word of small letters stands as it is, however long. */
static void test_left_alone(void **state)
{
	static const char *const words[] = {"Menggunakan", "menggunAkan", "kata2kunci", "surat-menyurat",
		"pos@kota", "dan/atau", "Jum'at", "caf\xc3\xa9terias", "b\xc4\x81rakallah", "menggunakan,",
		"xyzqwrtkl", "mempertanggungjawabkanmempertanggungjawabkanmemper"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		assert_true(hyphen_points(patterns, words[i], strlen(words[i])) == 0);
}

/* What stands behind the word in memory does not matter. */
static void test_inside_text(void **state)
{
	char text[400];

	(void)state;
	memset(text, '-', sizeof text);
	memcpy(text, "menggunakan", 11);
	text[sizeof text - 1] = 0;
	assert_true(hyphen_points(patterns, text, 11) == hyphen_points(patterns, "menggunakan", 11));
}

/* No part of one letter or without a vowel, whatever the word. */
static void test_parts_can_be_read(void **state)
{
	char word[HYPHEN_LETTERS + 1];
	uint32_t seed = 20260313;

	(void)state;
	for (int n = 0; n < 20000; n++) {
		size_t len = 1 + seed % HYPHEN_LETTERS;
		for (size_t i = 0; i < len; i++) {
			seed = seed * 1664525 + 1013904223;
			word[i] = "aeiouaeioubcdfghjklmnprstwyz"[(seed >> 16) % 28];
		}
		word[len] = 0;
		uint64_t points = hyphen_points(patterns, word, len) | UINT64_C(1) << len;
		assert_false(points & 3);
		if (points != UINT64_C(1) << len)
			assert_true((points >> (len - 2) & 3) == 0);
		for (size_t i = 0, from = 0; i <= len && (points & (points - 1)); i++) {
			if (!(points >> i & 1))
				continue;
			char part[HYPHEN_LETTERS + 1] = "";
			memcpy(part, word + from, i - from);
			assert_true(i - from >= 2 && strpbrk(part, "aeiou"));
			from = i;
		}
		seed = seed * 1664525 + 1013904223;
	}
}

static void *in_thread(void *arg)
{
	size_t *wrong = arg;

	for (int i = 0; i < 20000; i++)
		*wrong += hyphen_points(patterns, "menggunakan", 11) != (1U << 4 | 1U << 6 | 1U << 8);
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t thread[4];
	size_t wrong[4] = {0};

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, in_thread, &wrong[i]), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(thread[i], NULL), 0);
		assert_int_equal(wrong[i], 0);
	}
}

static void refused(const char *path, const char *words)
{
	AUTO(hyphenator_release) struct hyphenator *h = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(hyphenator_load(path, &h, &e), -1);
	assert_null(h);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.msg, words));
}

static void test_refuses_files(void **state)
{
	char path[] = "/tmp/naskah-hyphen-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	refused("/nowhere/hyph_id_ID.dic", "hyphen-id");
	assert_true(fd >= 0);
	refused(path, "no hyphenation patterns");
	assert_int_equal(write(fd, "UTF-8\n\xff\xff\n1 2 3\n", 15), 15);
	refused(path, "no hyphenation patterns");
	close(fd);
	unlink(path);
	refused("/usr", "no hyphenation patterns");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_left_alone),
		cmocka_unit_test(test_inside_text),
		cmocka_unit_test(test_parts_can_be_read),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_refuses_files),
	};
	struct err e = ERR_INIT;

	if (hyphenator_load(HYPHEN_FOLDER "/" HYPHEN_FILE, &patterns, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	hyphenator_free(patterns);
	return failed;
}
