#include "casefile/rules.h"

#include "base/i18n.h"
#include "base/text.h"
#include "language/normal.h"

#include <string.h>

/* The first character that must not be printed, 0 if there is none; lines are counted from *line on. */
static int32_t find_trouble(const char *text, unsigned *line, enum text_trouble *trouble)
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
		*trouble = cp < 0 ? TEXT_HIDDEN : text_trouble(cp);
		if (*trouble != TEXT_FINE)
			return cp;
	}
	return 0;
}

/* What a signer sees must be what the letter says, and what a reader's software finds in it. */
static int check_text(const struct rules *r, const char *text, unsigned line, const char *element)
{
	enum text_trouble trouble = TEXT_FINE;
	unsigned cp = (unsigned)find_trouble(text, &line, &trouble);
	const char *name = text_hidden_name((int32_t)cp);

	switch (trouble) {
	case TEXT_FINE:
		return 0;
	case TEXT_HIDDEN:
		return rules_broken(r, line, element,
			_("character U+%04X%s%s%s shows nothing or moves others, it must be left out"), cp,
			name ? " (" : "", name ? name : "", name ? ")" : "");
	case TEXT_MARK:
		return rules_broken(r, line, element,
			_("mark U+%04X makes no letter that exists with the one before it; leave it out or "
			  "write another "
			  "letter"),
			cp);
	case TEXT_RIGHT_TO_LEFT:
		return rules_broken(r, line, element,
			_("character U+%04X is of a script that runs from right to left; write it in Latin "
			  "letters"),
			cp);
	}
	return 0;
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
