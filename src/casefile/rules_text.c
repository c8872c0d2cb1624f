#include "casefile/rules.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

/*
 * Characters that show nothing, or show other characters in another place: what a signer sees would not be what
 * the letter says. Control characters, soft hyphen, zero-width characters, changes of direction, separators of
 * lines, private use, non-characters, tags.
 */
static const struct {
	int32_t first, last;
} hidden[] = {
	{0x007f, 0x009f},
	{0x00ad, 0x00ad},
	{0x034f, 0x034f},
	{0x061c, 0x061c},
	{0x115f, 0x1160},
	{0x17b4, 0x17b5},
	{0x180b, 0x180f},
	{0x200b, 0x200f},
	{0x2028, 0x202e},
	{0x2060, 0x206f},
	{0x3164, 0x3164},
	{0xe000, 0xf8ff},
	{0xfdd0, 0xfdef},
	{0xfe00, 0xfe0f},
	{0xfeff, 0xfeff},
	{0xffa0, 0xffa0},
	{0xfff0, 0xffff},
	{0x1bca0, 0x1bca3},
	{0x1d173, 0x1d17a},
	{0xe0000, 0x10ffff},
};

static bool is_hidden(int32_t cp)
{
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
		if (cp >= hidden[i].first && cp <= hidden[i].last)
			return true;
	return false;
}

/* The first hidden character; lines are counted from *line on. */
static int32_t find_hidden(const char *text, unsigned *line)
{
	const char *end = text + strlen(text);

	while (text < end) {
		unsigned char c = (unsigned char)*text;
		if (c == '\n')
			++*line;
		if (c < 0x7f) {
			text++;
			continue;
		}
		int32_t cp = utf8_next(&text, end);
		if (cp < 0 || is_hidden(cp))
			return cp;
	}
	return 0;
}

static int check_text(const struct rules *r, const char *text, unsigned line, const char *element)
{
	int32_t cp = find_hidden(text, &line);

	if (cp == 0)
		return 0;
	return rules_broken(r, line, element,
		_("character U+%04X shows nothing or moves others, it must be left out"), (unsigned)cp);
}

/* As deep as LIMIT_XML_DEPTH. Every text of the document, because templates may print any. */
static int check_element(const struct rules *r, const struct xml_node *n)
{
	for (const struct xml_node *piece = xml_first_piece(n); piece; piece = xml_next_piece(piece)) {
		const char *text = xml_piece_text(piece);
		int failed = text ? check_text(r, text, xml_line(n), xml_name(n)) : check_element(r, piece);
		if (failed)
			return -1;
	}
	return 0;
}

int rules_text(const struct rules *r)
{
	if (check_element(r, xml_root(r->doc)) != 0)
		return -1;
	/* The only attribute that is free text. */
	for (size_t i = 0; i < r->c->round_count; i++) {
		const struct test_round *t = &r->c->rounds[i];
		for (size_t k = 0; k < t->criterion_count; k++)
			if (check_text(r, t->criteria[k].code, t->criteria[k].line, "kriteria") != 0)
				return -1;
	}
	return 0;
}
