#include "casefile/identity.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

/* Provinces by Kepmendagri 300.2.2-2138/2025, by their two digits. */
static const unsigned char provinces[] = {11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51,
	52, 53, 61, 62, 63, 64, 65, 71, 72, 73, 74, 75, 76, 81, 82, 91, 92, 93, 94, 95, 96};

static bool is_digits(const char *text, size_t count)
{
	return strlen(text) == count && strspn(text, "0123456789") == count;
}

static int number(const char *digits, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

static bool no(const char **why, const char *reason)
{
	*why = reason;
	return false;
}

/* ---- NIK -------------------------------------------------------------------------------------------------- */

bool nik_check(const char *nik, bool any_province, struct birth *birth, const char **why)
{
	if (!is_digits(nik, 16))
		return no(why, _("must be 16 digits without blanks"));
	bool known = any_province;
	for (size_t i = 0; i < ARRAY_LEN(provinces) && !known; i++)
		known = provinces[i] == number(nik, 2);
	if (!known)
		return no(why, _("begins with a province code that does not exist"));
	int day = number(nik + 6, 2), month = number(nik + 8, 2), year = number(nik + 10, 2);
	bool woman = day > 40;
	if (woman)
		day -= 40;
	/* The century is not written: a 29 February is right if either has it. */
	if (!date_is_valid((struct date){1900 + year, month, day}) &&
		!date_is_valid((struct date){2000 + year, month, day}))
		return no(why, _("holds no date of birth in digits 7 to 12 (DDMMYY, a woman's day plus 40)"));
	if (number(nik + 12, 4) == 0)
		return no(why, _("ends in 0000, serial numbers begin at 0001"));
	*birth = (struct birth){year, month, day, woman};
	return true;
}

bool nik_district_is_plausible(const char *nik)
{
	int district = number(nik + 2, 2);

	return district >= 1 && district != 70 && number(nik + 4, 2) >= 1;
}

/* ---- NIP and NRP ------------------------------------------------------------------------------------------ */

bool nip_check(const char *nip, struct nip *out, const char **why)
{
	if (!is_digits(nip, 18))
		return no(why, _("must be 18 digits without blanks"));
	struct date birth = {number(nip, 4), number(nip + 4, 2), number(nip + 6, 2)};
	int year = number(nip + 8, 4), month = number(nip + 12, 2), sex = number(nip + 14, 1);
	if (!date_is_valid(birth) || birth.year < 1900)
		return no(why, _("begins with no date of birth (YYYYMMDD)"));
	if (year <= birth.year || year > 2100)
		return no(
			why, _("holds no year of appointment in digits 9 to 12 that fits the year of birth"));
	if ((month < 1 || month > 12) && month != 21)
		return no(why,
			_("holds no month of appointment in digits 13 and 14 (01 to 12, or 21 for PPPK)"));
	if (sex != 1 && sex != 2)
		return no(why, _("has a 15th digit that is neither 1 (man) nor 2 (woman)"));
	if (number(nip + 15, 3) == 0)
		return no(why, _("ends in 000, serial numbers begin at 001"));
	out->birth = (struct birth){birth.year, birth.month, birth.day, sex == 2};
	out->contract = month == 21;
	return true;
}

bool nrp_check(const char *nrp, const char **why)
{
	size_t digits = strspn(nrp, "0123456789");

	if (digits < 4 || digits > 14 || (nrp[digits] && strcmp(nrp + digits, "/P") != 0))
		return no(why, _("must be 4 to 14 digits, for naval officers with /P behind"));
	return true;
}

/* ---- golongan and pangkat --------------------------------------------------------------------------------- */

static const struct {
	const char *grade, *rank;
} pns[] = {
	{"I/a", "Juru Muda"},
	{"I/b", "Juru Muda Tingkat I"},
	{"I/c", "Juru"},
	{"I/d", "Juru Tingkat I"},
	{"II/a", "Pengatur Muda"},
	{"II/b", "Pengatur Muda Tingkat I"},
	{"II/c", "Pengatur"},
	{"II/d", "Pengatur Tingkat I"},
	{"III/a", "Penata Muda"},
	{"III/b", "Penata Muda Tingkat I"},
	{"III/c", "Penata"},
	{"III/d", "Penata Tingkat I"},
	{"IV/a", "Pembina"},
	{"IV/b", "Pembina Tingkat I"},
	{"IV/c", "Pembina Utama Muda"},
	{"IV/d", "Pembina Utama Madya"},
	{"IV/e", "Pembina Utama"},
};

/* Grades of contract staff (PPPK) have no names. */
static const char *const contract_grades[] = {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X",
	"XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"};

/* PP 39/2010 Ps. 24: the three forces. */
static const char *const military[] = {
	"Jenderal TNI",
	"Letnan Jenderal TNI",
	"Mayor Jenderal TNI",
	"Brigadir Jenderal TNI",
	"Laksamana TNI",
	"Laksamana Madya TNI",
	"Laksamana Muda TNI",
	"Laksamana Pertama TNI",
	"Marsekal TNI",
	"Marsekal Madya TNI",
	"Marsekal Muda TNI",
	"Marsekal Pertama TNI",
	"Kolonel",
	"Letnan Kolonel",
	"Mayor",
	"Kapten",
	"Letnan Satu",
	"Letnan Dua",
	"Pembantu Letnan Satu",
	"Pembantu Letnan Dua",
	"Sersan Mayor",
	"Sersan Kepala",
	"Sersan Satu",
	"Sersan Dua",
	"Kopral Kepala",
	"Kopral Satu",
	"Kopral Dua",
	"Prajurit Kepala",
	"Prajurit Satu",
	"Prajurit Dua",
	"Kelasi Kepala",
	"Kelasi Satu",
	"Kelasi Dua",
};

bool grade_normal(const char *text, char out[GRADE_TEXT])
{
	/* Blanks and strokes say nothing; what is left is compared with each grade's letters. */
	char letters[GRADE_TEXT];
	size_t len = 0;

	for (const char *p = text; *p; p++) {
		if (*p == ' ' || *p == '/')
			continue;
		if (len + 1 == sizeof letters)
			return false;
		letters[len++] = *p;
	}
	letters[len] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(pns); i++) {
		char plain[GRADE_TEXT];
		size_t roman = strcspn(pns[i].grade, "/");
		memcpy(plain, pns[i].grade, roman);
		memcpy(plain + roman, pns[i].grade + roman + 1, 2);
		if (text_equals_nocase(letters, plain)) {
			memcpy(out, pns[i].grade, strlen(pns[i].grade) + 1);
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(contract_grades); i++) {
		if (text_equals_nocase(letters, contract_grades[i])) {
			memcpy(out, contract_grades[i], strlen(contract_grades[i]) + 1);
			return true;
		}
	}
	return false;
}

const char *grade_rank(const char *grade)
{
	for (size_t i = 0; i < ARRAY_LEN(pns); i++)
		if (strcmp(pns[i].grade, grade) == 0)
			return pns[i].rank;
	return NULL;
}

const char *rank_grade(const char *rank)
{
	for (size_t i = 0; i < ARRAY_LEN(pns); i++)
		if (text_equals_nocase(pns[i].rank, rank))
			return pns[i].grade;
	return NULL;
}

bool rank_is_military(const char *rank)
{
	for (size_t i = 0; i < ARRAY_LEN(military); i++)
		if (text_equals_nocase(military[i], rank))
			return true;
	return false;
}
