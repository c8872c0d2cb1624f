/* What templates can call, at the edges of what they may ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "letter/functions.h"

#include <string.h>

#define MAX_ARGS 4

/* CALL: "terbilang|2026". */
static int call(const char *text, struct buf *out, struct err *e)
{
	char copy[256];
	char *parts[MAX_ARGS + 1];
	const char *args[MAX_ARGS];
	size_t count = 0;

	assert_true(strlen(text) < sizeof copy);
	memcpy(copy, text, strlen(text) + 1);
	for (char *p = copy; p; count++) {
		assert_true(count <= MAX_ARGS);
		parts[count] = p;
		p = strchr(p, '|');
		if (p)
			*p++ = 0;
	}
	for (size_t i = 1; i < count; i++)
		args[i - 1] = parts[i];
	for (size_t i = 0; i < template_function_count; i++)
		if (strcmp(template_functions[i].name, parts[0]) == 0)
			return template_functions[i].function(NULL, args, count - 1, out, e);
	fail_msg("no function %s", parts[0]);
	return -1;
}

static const struct {
	const char *call, *says;
} good[] = {
	{"tanggal|2026-03-01", "1 Maret 2026"},
	{"tanggal|2026-03-13T23:30:00+09:00", "13 Maret 2026"},
	{"tanggal-angka|2026-02-09", "09-02-2026"},
	{"tanggal-angka|2026-12-31T00:00:00+07:00", "31-12-2026"},
	{"rentang-tanggal|2026-03-13|2026-03-13", "13 Maret 2026"},
	{"rentang-tanggal|2026-03-13|2026-03-15", "13 s.d. 15 Maret 2026"},
	{"rentang-tanggal|2026-03-30|2026-04-02", "30 Maret s.d. 2 April 2026"},
	{"rentang-tanggal|2026-03-13|2026-04-13", "13 Maret s.d. 13 April 2026"},
	{"rentang-tanggal|2026-12-31|2027-12-31", "31 Desember 2026 s.d. 31 Desember 2027"},
	{"rentang-tanggal|2026-03-13T09:00:00+07:00|2026-03-14", "13 s.d. 14 Maret 2026"},
	{"hari|2024-02-29", "Kamis"},
	{"bulan-romawi|2026-01-31", "I"},
	{"bulan-romawi|2026-12-01", "XII"},
	{"bulan-angka|2026-01-31", "01"},
	{"bulan-angka|2026-10-01", "10"},
	{"pukul|2026-03-13T09:05:00+08:00", "pukul 09.05 WITA"},
	{"pukul|2026-03-13T23:05:00+07:00|WIT", "pukul 01.05 WIT"},
	{"rentang-pukul|2026-03-13T09:00:00+07:00|2026-03-13T11:30:00+07:00", "pukul 09.00 s.d. 11.30 WIB"},
	{"rentang-pukul|2026-03-13T09:00:00+07:00|", "pukul 09.00 WIB s.d. selesai"},
	{"rentang-pukul|2026-03-13T09:00:00+07:00|2026-03-13T14:00:00+09:00|WITA",
		"pukul 10.00 s.d. 13.00 WITA"},
	{"angka|0", "0"},
	{"angka|999", "999"},
	{"angka|1000", "1.000"},
	{"angka|1000000", "1.000.000"},
	{"angka|1020003", "1.020.003"},
	{"angka|999999999999999", "999.999.999.999.999"},
	{"terbilang|0", "nol"},
	{"terbilang|11", "sebelas"},
	{"terbilang|100", "seratus"},
	{"terbilang|1000", "seribu"},
	{"terbilang|1001", "seribu satu"},
	{"terbilang|1000000000000", "satu triliun"},
	{"terbilang|999999999999999",
		"sembilan ratus sembilan puluh sembilan triliun sembilan ratus sembilan puluh sembilan "
		"miliar sembilan ratus sembilan puluh sembilan juta sembilan ratus sembilan puluh sembilan "
		"ribu sembilan ratus sembilan puluh sembilan"},
	{"rupiah|0", "Rp0,00"},
	{"rupiah|1250000", "Rp1.250.000,00"},
	{"rupiah|1250000.05", "Rp1.250.000,05"},
	{"rupiah|999999999999999.99", "Rp999.999.999.999.999,99"},
	{"rupiah-terbilang|1250000", "satu juta dua ratus lima puluh ribu rupiah"},
	{"rupiah-terbilang|1000.50", "seribu rupiah lima puluh sen"},
	{"rupiah-terbilang|0.01", "nol rupiah satu sen"},
	{"rupiah-terbilang|7.00", "tujuh rupiah"},
	{"urutan|1", "pertama"},
	{"urutan|2", "kedua"},
	{"urutan|11", "kesebelas"},
	{"urutan|100", "keseratus"},
	{"urutan|1001", "keseribu satu"},
	{"kesatu|1", "kesatu"},
	{"kesatu|40", "keempat puluh"},
	{"ke|1", "ke-1"},
	{"ke|1000", "ke-1.000"},
	{"romawi|1", "I"},
	{"romawi|3999", "MMMCMXCIX"},
	{"nip|198609262015051001", "19860926 201505 1 001"},
	{"kapital|Kota", "KOTA"},
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT(4096);
		struct err e = ERR_INIT;
		/* appended, as to a buffer that holds something */
		buf_adds(&out, "> ");
		if (call(good[i].call, &out, &e) != 0)
			fail_msg("%s: %s", good[i].call, e.msg);
		assert_string_equal(buf_str(&out) + 2, good[i].says);
	}
}

#define NO_NUMBER(what) "'" what "' is no whole number from 0 to 999999999999999"
#define NO_AMOUNT(what) "'" what "' is no amount such as 1250000 or 1250000.50"
#define NO_MOMENT(what) "'" what "' is no moment such as 2026-03-13T09:15:00+07:00"

static const struct {
	const char *call, *error;
} bad[] = {
	{"tanggal", "takes 1 arguments, not 0"},
	{"tanggal|", "'' is no date such as 2026-03-13"},
	{"tanggal|2026-02-29", "'2026-02-29' is no date such as 2026-03-13"},
	{"tanggal|2026-03-13T", "'2026-03-13T' is no date such as 2026-03-13"},
	{"tanggal-angka|13-03-2026", "'13-03-2026' is no date such as 2026-03-13"},
	{"rentang-tanggal|2026-03-13", "takes 2 arguments, not 1"},
	{"rentang-tanggal|2026-03-13|2026-03-12", "'2026-03-12' lies before '2026-03-13'"},
	{"bulan-romawi|2026", "'2026' is no date such as 2026-03-13"},
	{"bulan-angka|3", "'3' is no date such as 2026-03-13"},
	{"pukul|2026-03-13", NO_MOMENT("2026-03-13")},
	{"pukul|2026-03-13T09:00:00+07:00|WAKTU", "'WAKTU' is none of WIB, WITA, WIT"},
	{"rentang-pukul|2026-03-13T09:00:00+07:00", "takes 2 arguments, not 1"},
	{"rentang-pukul||2026-03-13T09:00:00+07:00", NO_MOMENT("")},
	{"rentang-pukul|2026-03-13T09:00:00+07:00|selesai", NO_MOMENT("selesai")},
	{"rentang-pukul|2026-03-13T09:00:00+07:00|2026-03-13T09:00:00+07:00",
		"'2026-03-13T09:00:00+07:00' does not lie after '2026-03-13T09:00:00+07:00'"},
	{"angka|", NO_NUMBER("")},
	{"angka|-1", NO_NUMBER("-1")},
	{"angka|1000000000000000", NO_NUMBER("1000000000000000")},
	{"angka|99999999999999999999999999", NO_NUMBER("99999999999999999999999999")},
	{"terbilang|-5", NO_NUMBER("-5")},
	{"terbilang|dua", NO_NUMBER("dua")},
	{"terbilang|1.5", NO_NUMBER("1.5")},
	{"terbilang|1000000000000000", NO_NUMBER("1000000000000000")},
	{"rupiah|", NO_AMOUNT("")},
	{"rupiah|-1", NO_AMOUNT("-1")},
	{"rupiah|1.250.000", NO_AMOUNT("1.250.000")},
	{"rupiah|1,50", NO_AMOUNT("1,50")},
	{"rupiah|1.5", NO_AMOUNT("1.5")},
	{"rupiah|1.", NO_AMOUNT("1.")},
	{"rupiah|.50", NO_AMOUNT(".50")},
	{"rupiah|Rp1", NO_AMOUNT("Rp1")},
	{"rupiah|1000000000000000", NO_AMOUNT("1000000000000000")},
	{"rupiah-terbilang|99999999999999999999999999999999999999.00",
		NO_AMOUNT("99999999999999999999999999999999999999.00")},
	{"urutan|0", "'0' is no whole number from 1 to 999999999999999"},
	{"kesatu|0", "'0' is no whole number from 1 to 999999999999999"},
	{"ke|0", "'0' is no whole number from 1 to 999999999999999"},
	{"romawi|0", "'0' is no whole number from 1 to 3999"},
	{"romawi|4000", "'4000' is no whole number from 1 to 3999"},
	{"nip", "takes 1 arguments, not 0"},
	{"kapital|a|b", "takes 1 arguments, not 2"},
	{"label", "takes 1 arguments, not 0"},
	{"profil|a|b", "takes 1 arguments, not 2"},
	{"nomor|permohonan", "takes 2 arguments, not 1"},
	{"nomor|permohonan|-1", "'-1' is no whole number from 0 to 999"},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT(4096);
		struct err e = ERR_INIT;
		assert_int_equal(call(bad[i].call, &out, &e), -1);
		assert_string_equal(e.msg, bad[i].error);
		assert_int_equal(e.kind, ERR_CONFIG);
	}
}

/* Every function is named in what template authors read. */
static void test_documented(void **state)
{
	AUTO(buf_release) struct buf header = BUF_INIT(65536);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(buf_load(&header, "src/letter/functions.h", &e), 0);
	for (size_t i = 0; i < template_function_count; i++) {
		char name[64];
		snprintf(name, sizeof name, "\tn:%s(", template_functions[i].name);
		if (!strstr(buf_str(&header), name))
			fail_msg("%s is not in functions.h", name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
