/* Words that should stand on one line: a short list of what readers of letters stumble over. */
#include "letter/layout_pieces.h"

#include "base/auto.h"

/* Before a number, or a letter that counts. */
static const char *const counters[] = {"Pasal", "pasal", "ayat", "Ayat", "huruf", "angka", "butir", "Nomor",
	"nomor", "No.", "Tahun", "tahun", "Bab", "BAB", "bagian", "Bagian", "Buku", "Lampiran", "lampiran",
	"halaman", "Rp", "pukul", "Pukul", "tanggal", "Tanggal", "putaran", "Putaran", "versi", "Versi",
	"tingkat", "Tingkat"};

/* Behind a number. */
static const char *const counted[] = {"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli",
	"Agustus", "September", "Oktober", "November", "Desember", "WIB", "WITA", "WIT", "hari", "minggu",
	"bulan", "tahun", "jam", "menit", "detik", "orang", "lembar", "berkas", "eksemplar", "kali", "persen",
	"%", "ribu", "juta", "miliar", "triliun", "mm", "cm", "m", "km", "g", "kg", "kB", "MB", "GB", "TB"};

/* Before a name. */
static const char *const titles[] = {"Dr.", "dr.", "drg.", "Prof.", "Ir.", "Drs.", "Dra.", "H.", "Hj.",
	"K.H.", "Ny.", "Tn.", "Sdr.", "Yth.", "a.n.", "u.b.", "Plt.", "Plh.", "S.", "R.", "Rd.", "St."};

static bool is_one_of(const char *word, size_t len, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == len && memcmp(list[i], word, len) == 0)
			return true;
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* What is left of a word without the marks of its sentence. */
static size_t without_marks(const char *word, size_t len)
{
	while (len > 1 && strchr(",;:.)", word[len - 1]))
		len--;
	return len;
}

/* "5", "(1)", "09.00", "III", and "a" or "a." behind `huruf`. */
static bool is_number(const char *word, size_t len)
{
	if (is_digit(*word) || (*word == '(' && len > 1 && is_digit(word[1])))
		return true;
	len = without_marks(word, len);
	for (size_t i = 0; i < len; i++)
		if (!strchr("IVXLC", word[i]))
			return len == 1;
	return true;
}

/* "S.Kom.", "M.T.,", "Ph.D.": a capital, and a full stop inside. */
static bool is_degree(const char *word, size_t len)
{
	len = without_marks(word, len);
	return is_capital(*word) && memchr(word, '.', len);
}

bool tie_between(const char *a, size_t a_len, const char *b, size_t b_len)
{
	char last = a[a_len - 1];

	if (is_digit(last) || last == '%')
		return (*b == '(' && b_len > 2 && !is_digit(b[1])) ||
		       is_one_of(b, without_marks(b, b_len), counted, ARRAY_LEN(counted));
	if (last == ',')
		return is_degree(b, b_len);
	if (last == '.' && is_capital(*b))
		return (a_len == 2 && is_capital(*a)) || is_one_of(a, a_len, titles, ARRAY_LEN(titles));
	return is_number(b, b_len) && is_one_of(a, a_len, counters, ARRAY_LEN(counters));
}
