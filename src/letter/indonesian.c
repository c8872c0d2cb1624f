#include "letter/indonesian.h"

#include "base/auto.h"
#include "base/text.h"

#include <string.h>

static const char *const months[] = {"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli",
	"Agustus", "September", "Oktober", "November", "Desember"};

const char *indonesian_weekday(struct date d)
{
	static const char *const days[] = {"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"};

	return days[date_weekday(d)];
}

void indonesian_date(struct date d, struct buf *out)
{
	buf_addf(out, "%d %s %d", d.day, months[d.month - 1], d.year);
}

void indonesian_dates(struct date first, struct date last, struct buf *out)
{
	bool year = first.year == last.year, month = year && first.month == last.month;

	if (!month || first.day != last.day) {
		buf_addf(out, "%d", first.day);
		if (!month)
			buf_addf(out, " %s", months[first.month - 1]);
		if (!year)
			buf_addf(out, " %d", first.year);
		buf_adds(out, " s.d. ");
	}
	indonesian_date(last, out);
}

void indonesian_date_digits(struct date d, struct buf *out)
{
	buf_addf(out, "%02d-%02d-%04d", d.day, d.month, d.year);
}

void indonesian_time(int hour, int minute, enum zone zone, struct buf *out)
{
	const char *name = zone_name(zone);

	buf_addf(out, "%02d.%02d", hour, minute);
	if (name)
		buf_addf(out, " %s", name);
}

void indonesian_clock(int hour, int minute, enum zone zone, struct buf *out)
{
	buf_adds(out, "pukul ");
	indonesian_time(hour, minute, zone, out);
}

/* Words are separated by blanks; the first has none in front. */
static void word(struct buf *out, size_t start, const char *text)
{
	if (out->len > start)
		buf_addc(out, ' ');
	buf_adds(out, text);
}

/* 1 to 999. */
static void words_below_1000(struct buf *out, size_t start, unsigned n)
{
	static const char *const ones[] = {"", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh",
		"delapan", "sembilan", "sepuluh", "sebelas"};
	unsigned hundreds = n / 100, rest = n % 100;

	if (hundreds == 1) {
		word(out, start, "seratus");
	} else if (hundreds > 1) {
		word(out, start, ones[hundreds]);
		word(out, start, "ratus");
	}
	if (rest == 0)
		return;
	if (rest < ARRAY_LEN(ones)) {
		word(out, start, ones[rest]);
	} else if (rest < 20) {
		word(out, start, ones[rest - 10]);
		word(out, start, "belas");
	} else {
		word(out, start, ones[rest / 10]);
		word(out, start, "puluh");
		if (rest % 10 > 0)
			word(out, start, ones[rest % 10]);
	}
}

void indonesian_words(uint64_t n, struct buf *out)
{
	static const struct {
		uint64_t value;
		const char *name;
	} steps[] = {{UINT64_C(1000000000000), "triliun"}, {1000000000, "miliar"}, {1000000, "juta"},
		{1000, "ribu"}};
	size_t start = out->len;

	if (n == 0)
		buf_adds(out, "nol");
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		unsigned count = (unsigned)(n / steps[i].value);
		n %= steps[i].value;
		/* "seribu", but "satu juta": only a hundred and a thousand take se-. */
		if (count == 1 && steps[i].value == 1000) {
			word(out, start, "seribu");
		} else if (count > 0) {
			words_below_1000(out, start, count);
			word(out, start, steps[i].name);
		}
	}
	if (n > 0)
		words_below_1000(out, start, (unsigned)n);
}

void indonesian_digits(uint64_t n, struct buf *out)
{
	uint64_t step = 1;

	while (n / step >= 1000)
		step *= 1000;
	buf_addf(out, "%u", (unsigned)(n / step));
	for (; step > 1; step /= 1000)
		buf_addf(out, ".%03u", (unsigned)(n % step / (step / 1000)));
}

void indonesian_amount(uint64_t rupiah, unsigned sen, struct buf *out)
{
	buf_adds(out, "Rp");
	indonesian_digits(rupiah, out);
	buf_addf(out, ",%02u", sen);
}

void indonesian_amount_words(uint64_t rupiah, unsigned sen, struct buf *out)
{
	indonesian_words(rupiah, out);
	buf_adds(out, " rupiah");
	if (sen > 0) {
		buf_addc(out, ' ');
		indonesian_words(sen, out);
		buf_adds(out, " sen");
	}
}

void indonesian_ordinal_strict(uint64_t n, struct buf *out)
{
	buf_adds(out, "ke");
	indonesian_words(n, out);
}

void indonesian_ordinal(uint64_t n, struct buf *out)
{
	if (n == 1)
		buf_adds(out, "pertama");
	else
		indonesian_ordinal_strict(n, out);
}

void indonesian_roman(unsigned n, struct buf *out)
{
	static const struct {
		unsigned value;
		const char *digits;
	} steps[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
		{40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}};

	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		for (; n >= steps[i].value; n -= steps[i].value)
			buf_adds(out, steps[i].digits);
}

void indonesian_nip(const char *nip, struct buf *out)
{
	if (strlen(nip) != 18 || strspn(nip, "0123456789") != 18)
		buf_adds(out, nip);
	else
		buf_addf(out, "%.8s %.6s %.1s %.3s", nip, nip + 8, nip + 14, nip + 15);
}

/*
 * Latin letters only, by the layout of Unicode's blocks: Latin-1 has its capitals 32 below, Latin Extended-A goes
 * in pairs. C's towupper() would ask the user's locale, and a letter must not depend on that.
 */
static uint32_t capital(uint32_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 0xE0 && c <= 0xFE && c != 0xF7))
		return c - 32;
	if (c == 0xFF)
		return 0x178;
	bool even_pairs = (c >= 0x100 && c <= 0x137 && c != 0x131) || (c >= 0x14A && c <= 0x177);
	bool odd_pairs = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
	if ((even_pairs && c % 2 == 1) || (odd_pairs && c % 2 == 0))
		return c - 1;
	return c == 0x131 ? 'I' : c;
}

void indonesian_capitals(const char *text, struct buf *out)
{
	const char *end = text + strlen(text);

	for (const char *p = text; p < end;) {
		char bytes[4];
		const char *from = p;
		int32_t c = utf8_next(&p, end);
		size_t len = c < 0 ? 0 : utf8_put(bytes, capital((uint32_t)c));
		if (len > 0)
			buf_add(out, bytes, len);
		else
			buf_add(out, from, (size_t)(p - from));
	}
}
