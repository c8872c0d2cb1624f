#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "letter/indonesian.h"

#include <string.h>

static struct buf out = BUF_INIT(65536);

/* What was appended behind something else: nothing may depend on an empty buffer. */
static const char *text(void)
{
	assert_false(out.failed);
	assert_memory_equal(buf_str(&out), "> ", 2);
	return buf_str(&out) + 2;
}

static void start(void)
{
	buf_reset(&out);
	buf_adds(&out, "> ");
}

static void words(uint64_t n, const char *expected)
{
	start();
	indonesian_words(n, &out);
	assert_string_equal(text(), expected);
}

static void test_words(void **state)
{
	(void)state;
	words(0, "nol");
	words(1, "satu");
	words(10, "sepuluh");
	words(11, "sebelas");
	words(12, "dua belas");
	words(19, "sembilan belas");
	words(20, "dua puluh");
	words(21, "dua puluh satu");
	words(99, "sembilan puluh sembilan");
	words(100, "seratus");
	words(101, "seratus satu");
	words(111, "seratus sebelas");
	words(200, "dua ratus");
	words(999, "sembilan ratus sembilan puluh sembilan");
	words(1000, "seribu");
	words(1001, "seribu satu");
	words(1111, "seribu seratus sebelas");
	words(2026, "dua ribu dua puluh enam");
	words(11000, "sebelas ribu");
	words(21000, "dua puluh satu ribu");
	words(100000, "seratus ribu");
	words(101000, "seratus satu ribu");
	words(1000000, "satu juta");
	words(1001000, "satu juta seribu");
	words(1000000000, "satu miliar");
	words(UINT64_C(1000000000000), "satu triliun");
	words(UINT64_C(1000000000001), "satu triliun satu");
	words(INDONESIAN_MAX,
		"sembilan ratus sembilan puluh sembilan triliun sembilan ratus sembilan puluh sembilan "
		"miliar "
		"sembilan ratus sembilan puluh sembilan juta sembilan ratus sembilan puluh sembilan ribu "
		"sembilan ratus sembilan puluh sembilan");
}

static void ordinal(uint64_t n, const char *expected)
{
	start();
	indonesian_ordinal(n, &out);
	assert_string_equal(text(), expected);
}

static void test_ordinal(void **state)
{
	(void)state;
	ordinal(1, "pertama");
	ordinal(2, "kedua");
	ordinal(10, "kesepuluh");
	ordinal(11, "kesebelas");
	ordinal(21, "kedua puluh satu");
	ordinal(100, "keseratus");
}

static void test_roman(void **state)
{
	static const struct {
		unsigned n;
		const char *digits;
	} rows[] = {{1, "I"}, {3, "III"}, {4, "IV"}, {5, "V"}, {9, "IX"}, {12, "XII"}, {40, "XL"}, {90, "XC"},
		{400, "CD"}, {1994, "MCMXCIV"}, {2026, "MMXXVI"}, {3999, "MMMCMXCIX"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		start();
		indonesian_roman(rows[i].n, &out);
		assert_string_equal(text(), rows[i].digits);
	}
}

static void test_date(void **state)
{
	(void)state;
	start();
	indonesian_date((struct date){2026, 3, 13}, &out);
	assert_string_equal(text(), "13 Maret 2026");
	start();
	indonesian_date((struct date){2024, 2, 29}, &out);
	assert_string_equal(text(), "29 Februari 2024");
	assert_string_equal(indonesian_weekday((struct date){2026, 3, 13}), "Jumat");
	assert_string_equal(indonesian_weekday((struct date){2026, 3, 15}), "Minggu");
	assert_string_equal(indonesian_weekday((struct date){2000, 1, 1}), "Sabtu");
}

static void test_clock(void **state)
{
	(void)state;
	start();
	indonesian_clock(9, 5, ZONE_WIB, &out);
	assert_string_equal(text(), "pukul 09.05 WIB");
	start();
	indonesian_clock(0, 0, ZONE_WIT, &out);
	assert_string_equal(text(), "pukul 00.00 WIT");
	start();
	indonesian_clock(23, 59, ZONE_UTC, &out);
	assert_string_equal(text(), "pukul 23.59");
}

static void nip(const char *in, const char *expected)
{
	start();
	indonesian_nip(in, &out);
	assert_string_equal(text(), expected);
}

static void test_nip(void **state)
{
	(void)state;
	nip("198609262015051001", "19860926 201505 1 001");
	nip("19860926201505100", "19860926201505100");
	nip("1986092620150510011", "1986092620150510011");
	nip("19860926201505100a", "19860926201505100a");
	nip("", "");
}

static void capitals(const char *in, const char *expected)
{
	start();
	indonesian_capitals(in, &out);
	assert_string_equal(text(), expected);
}

static void test_capitals(void **state)
{
	(void)state;
	capitals("Dinas Komunikasi (2), z{", "DINAS KOMUNIKASI (2), Z{");
	capitals("é÷ÿāłžŠßİı中", "É÷ŸĀŁŽŠßİI中");
	capitals("\xff"
		 "a",
		"\xff"
		"A"); /* not UTF-8: left alone */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_ordinal),
		cmocka_unit_test(test_roman),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_nip),
		cmocka_unit_test(test_capitals),
	};
	int failures = cmocka_run_group_tests(tests, NULL, NULL);

	buf_release(&out);
	return failures;
}
