/* Characters to pieces: widths, and where a line may break inside a word. */
#include "letter/layout_pieces.h"

#include "base/i18n.h"
#include "base/text.h"

static const struct font_metrics *metrics_of(const struct lay *l, enum face face)
{
	return l->fonts->face[face];
}

enum face face_in(const struct place *p, enum face face)
{
	return p->bold && face == FACE_REGULAR ? FACE_BOLD : face;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int refuse(struct lay *l, const struct place *p, int32_t cp)
{
	if (cp < 0)
		return err_set(l->e, ERR_INPUT, _("line %u: text is not UTF-8"), p->line);
	return err_set(l->e, ERR_INPUT,
		_("line %u: the font has no character U+%04X; write it with letters that it has"), p->line,
		(unsigned)cp);
}

/* Advance of the character at *s, which moves on; -1 for one that can't be printed. */
static int take(
	struct lay *l, const struct place *p, enum face face, const char **s, const char *end, int32_t *cp)
{
	unsigned char c = (unsigned char)**s;

	if (c < 0x80) {
		*cp = c;
		(*s)++;
	} else {
		*cp = utf8_next(s, end);
	}
	/* A soft hyphen is no character: it would print in the middle of a line. */
	if (*cp < 0x20 || *cp > 0xffff || *cp == 0xad)
		return refuse(l, p, *cp);
	uint16_t advance = metrics_of(l, face)->advance[*cp];
	return advance == FONT_MISSING ? refuse(l, p, *cp) : advance;
}

double baseline_drop(const struct lay *l, const struct place *p)
{
	const struct font_metrics *m = metrics_of(l, FACE_REGULAR);
	double above = m->ascent * p->size_pt / 1000, below = -m->descent * p->size_pt / 1000;

	return (p->leading_pt - above - below) / 2 + above;
}

int text_measure(struct lay *l, const char *text, enum face face, const struct place *p, double *width_pt)
{
	const char *s = text, *end = text + strlen(text);
	int64_t width = 0;

	while (s < end) {
		int32_t cp = 0;
		int advance = take(l, p, face_in(p, face), &s, end, &cp);
		if (advance < 0)
			return -1;
		width += advance;
	}
	*width_pt = (double)width * p->size_pt / 1000;
	return 0;
}

static struct piece *add_piece(struct breaker *b)
{
	struct lay *l = b->l;

	if (b->count == l->piece_cap) {
		size_t cap = l->piece_cap ? 2 * l->piece_cap : 256;
		struct piece *bigger = arena_calloc(l->a, cap, sizeof *bigger);
		if (!bigger) {
			err_nomem(l->e);
			return NULL;
		}
		if (b->count > 0)
			memcpy(bigger, l->pieces, b->count * sizeof *bigger);
		l->pieces = bigger;
		l->piece_cap = cap;
	}
	return &l->pieces[b->count++];
}

static bool is_letter(int32_t cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp >= 0xc0;
}

/*
 * Whether a line may end before `s` inside the word [word, end). Addresses break where reading goes on safely:
 * after a slash, before a full stop, so that a mark at the end of a line is never taken for the sentence's.
 */
static bool break_inside(const char *word, const char *s, const char *end, bool address, enum after *after)
{
	char before = s[-1], next = *s;

	if (s - word < 2 || end - s < 2)
		return false;
	if (address) {
		*after = AFTER_URL;
		if (before == '/')
			return next != '/';
		return strchr(".-_?&=#%@:", next) && before != '/' && (next != ':' || s[1] != '/');
	}
	bool letters = is_letter((unsigned char)s[-2]) && is_letter((unsigned char)next);
	*after = before == '-' ? AFTER_HYPHEN : AFTER_SLASH;
	return letters && (before == '-' || before == '/') && s - word > 2 &&
	       is_letter((unsigned char)s[-3]) && is_letter((unsigned char)s[1]);
}

static bool is_address(const char *word, size_t len)
{
	return memmem(word, len, "://", 3) || memchr(word, '@', len) ||
	       (len > 4 && memcmp(word, "www.", 4) == 0);
}

/* The word [s, end) as one piece, or as several where it may break or is too long for any line. */
static int add_word(struct breaker *b, const char *s, const char *end, enum face face)
{
	const char *word = s;
	bool marks = false, split = false;
	int width = 0;

	for (const char *t = s; t < end;) {
		int32_t cp = 0;
		int advance = take(b->l, b->p, face, &t, end, &cp);
		if (advance < 0)
			return -1;
		marks |= cp == '-' || cp == '/' || cp == '@' || cp == '.';
		width += advance;
	}
	bool address = width > b->limit || (marks && is_address(s, (size_t)(end - s)));
	struct piece *piece = add_piece(b);
	if (!piece)
		return -1;
	*piece = (struct piece){.text = s, .face = (uint8_t)face, .after = AFTER_ANY};
	if (!address && !marks) {
		piece->len = (uint32_t)(end - s);
		piece->width = width;
		return 0;
	}
	for (const char *t = s; t < end;) {
		const char *here = t;
		enum after after = AFTER_ANY;
		int32_t cp = 0;
		int advance = take(b->l, b->p, face, &t, end, &cp);
		split = here > s &&
			(break_inside(word, here, end, address, &after) || piece->width + advance > b->limit);
		if (split) {
			piece->after = (uint8_t)after;
			piece = add_piece(b);
			if (!piece)
				return -1;
			*piece = (struct piece){.text = here, .face = (uint8_t)face, .after = AFTER_ANY};
			s = here;
		}
		piece->width += advance;
		piece->len = (uint32_t)(t - piece->text);
	}
	return 0;
}

static void add_blank(struct breaker *b, const char *s, enum face face)
{
	struct piece *piece = b->count > 0 ? &b->l->pieces[b->count - 1] : NULL;

	if (!piece || piece->blank)
		return; /* no blanks at the start of a paragraph, one where there are several */
	piece->after = AFTER_BLANK;
	piece->blank = *s == ' ' ? s : " ";
	piece->blank_face = (uint8_t)face;
}

int piece_blank_width(const struct breaker *b, const struct piece *piece)
{
	return piece->blank ? metrics_of(b->l, piece->blank_face)->advance[' '] : 0;
}

static void add_up(struct breaker *b)
{
	struct piece *pieces = b->l->pieces;
	int64_t start = 0;
	int blanks = 0, width = 0;

	for (size_t i = 0; i < b->count; i++) {
		int blank = piece_blank_width(b, &pieces[i]);
		pieces[i].start = start;
		pieces[i].blanks = blanks;
		pieces[i].blank_width = width;
		start += pieces[i].width + blank;
		blanks += pieces[i].blank != NULL;
		width += blank;
	}
}

int pieces_cut(struct breaker *b, const struct span *spans)
{
	for (const struct span *span = spans; span; span = span->next) {
		enum face face = face_in(b->p, span->face);
		const char *s = span->text, *end = s + span->len;
		while (s < end) {
			if (is_blank(*s)) {
				add_blank(b, s++, face);
				continue;
			}
			const char *word = s;
			while (s < end && !is_blank(*s))
				s++;
			if (add_word(b, word, s, face))
				return -1;
		}
	}
	add_up(b);
	return 0;
}
