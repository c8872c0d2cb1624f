/* Dates as PDF writes them (ISO 32000-2 7.9.4); declared in reader.h. */
#include "base/date.h"
#include "pdf/reader.h"

/* Exactly two digits. */
static bool two_digits(const char **at, int *out)
{
	const char *p = *at;

	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*out = (p[0] - '0') * 10 + (p[1] - '0');
	*at = p + 2;
	return true;
}

/* Z, +HH'mm', -HH'mm', the minutes and the last apostrophe optional. Nothing at all counts as UTC. */
static bool parse_zone(const char *p, int *minutes_east)
{
	int sign = *p == '+' ? 1 : *p == '-' ? -1 : 0;
	int hours = 0, minutes = 0;

	*minutes_east = 0;
	if (*p == '\0')
		return true;
	if (sign == 0 && *p != 'Z')
		return false;
	p++;
	if (*p == '\0')
		return sign == 0;
	if (!two_digits(&p, &hours) || hours > 23)
		return false;
	if (*p == '\'')
		p++;
	if (*p && (!two_digits(&p, &minutes) || minutes > 59))
		return false;
	if (*p == '\'')
		p++;
	if (*p || (sign == 0 && (hours || minutes)))
		return false;
	*minutes_east = sign * (hours * 60 + minutes);
	return true;
}

bool pdf_date_parse(const char *text, int64_t *at)
{
	struct moment m = {.date = {0, 1, 1}};
	int century, year, minutes_east;

	if (text[0] != 'D' || text[1] != ':')
		return false;
	text += 2;
	if (!two_digits(&text, &century) || !two_digits(&text, &year))
		return false;
	m.date.year = century * 100 + year;
	int *const rest[] = {&m.date.month, &m.date.day, &m.hour, &m.minute, &m.second};
	for (size_t i = 0; i < sizeof rest / sizeof rest[0] && *text >= '0' && *text <= '9'; i++)
		if (!two_digits(&text, rest[i]))
			return false;
	if (!date_is_valid(m.date) || m.hour > 23 || m.minute > 59 || m.second > 59 ||
		!parse_zone(text, &minutes_east))
		return false;
	*at = moment_at(m, ZONE_UTC) - (int64_t)minutes_east * 60;
	return true;
}

void pdf_date_text(int64_t at, char out[32])
{
	struct moment m = moment_in(at, ZONE_UTC);

	snprintf(out, 32, "D:%04d%02d%02d%02d%02d%02dZ", m.date.year % 10000, m.date.month % 100,
		m.date.day % 100, m.hour % 100, m.minute % 100, m.second % 100);
}
