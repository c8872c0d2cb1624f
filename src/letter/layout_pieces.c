/* Characters to pieces: widths, and where a line may break inside a word. */
#include "letter/layout_pieces.h"

#include "base/i18n.h"
#include "base/text.h"
#include "language/hyphen.h"

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
	/* Nobody may write a soft hyphen: it would print in the middle of a line. Layout alone sets it, at the end. */
	if (*cp < 0x20 || *cp > 0xffff || *cp == SOFT_HYPHEN)
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

/* Width of [s, end), 1/1000 em; -1 for what can't be printed. `marks`: whether a word of it may break at a mark. */
static int64_t width_of_text(
	struct lay *l, const struct place *p, enum face face, const char *s, const char *end, bool *marks)
{
	static const bool is_mark[0x80] = {['-'] = true, ['/'] = true, ['@'] = true};
	const uint16_t *advance = metrics_of(l, face)->advance;
	int64_t width = 0;
	bool any = false;

	while (s < end) {
		unsigned char c = (unsigned char)*s;
		int32_t cp = 0;
		int one = c < 0x80 && c >= 0x20 ? advance[c] : FONT_MISSING;
		if (one != FONT_MISSING) {
			any |= is_mark[c];
			s++;
		} else {
			one = take(l, p, face, &s, end, &cp);
			if (one < 0)
				return -1;
		}
		width += one;
	}
	if (marks)
		*marks = any;
	return width;
}

int text_measure(struct lay *l, const char *text, enum face face, const struct place *p, double *width_pt)
{
	int64_t width = width_of_text(l, p, face_in(p, face), text, text + strlen(text), NULL);

	if (width < 0)
		return -1;
	*width_pt = (double)width * p->size_pt / 1000;
	return 0;
}

static struct piece *add_piece(struct breaker *b)
{
	struct lay *l = b->l;

	if (b->count == l->piece_cap) {
		struct piece *more = lay_grow(l, l->pieces, &l->piece_cap, sizeof *more);
		if (!more)
			return NULL;
		l->pieces = more;
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
			return next != '/' && s[-2] != '/'; /* "https://" alone says nothing */
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

static struct piece *start_piece(struct breaker *b, const char *s, enum face face)
{
	struct piece *piece = add_piece(b);

	if (piece)
		*piece = (struct piece){.text = s, .face = (uint8_t)face, .after = AFTER_ANY};
	return piece;
}

/* The word as several pieces, where it may break or is too long for any line. */
static int add_broken(struct breaker *b, const char *word, const char *end, enum face face, bool address)
{
	struct piece *piece = start_piece(b, word, face);

	if (!piece)
		return -1;
	for (const char *t = word; t < end;) {
		const char *here = t;
		enum after after = AFTER_ANY;
		int32_t cp = 0;
		int advance = take(b->l, b->p, face, &t, end, &cp);
		if (advance < 0)
			return -1;
		if (here > word && (break_inside(word, here, end, address, &after) ||
					   piece->width + advance > b->limit)) {
			piece->after = (uint8_t)after;
			piece = start_piece(b, here, face);
			if (!piece)
				return -1;
		}
		piece->width += advance;
		piece->len = (uint32_t)(t - piece->text);
	}
	return 0;
}

/* Bytes of the quotation mark or the like at `s`: U+2000 to U+2FFF in UTF-8; 0 = none. */
static size_t quote_at(const char *s, const char *from, const char *to)
{
	return s >= from && to - s >= 3 && (unsigned char)*s == 0xe2 ? 3 : 0;
}

/* [*s, *end) shrinks to what stands between the punctuation around a word, the first of those that U+00A0 joins. */
static void find_core(const char **s, const char **end)
{
	const char *from = *s, *to = memmem(*s, (size_t)(*end - *s), "\xc2\xa0", 2);

	to = to ? to : *end;

	while (from < to && (strchr("([\"'", *from) || quote_at(from, from, to)))
		from += quote_at(from, from, to) ? 3 : 1;
	while (from < to && (strchr(".,;:!?)]\"'", to[-1]) || quote_at(to - 3, from, to)))
		to -= quote_at(to - 3, from, to) ? 3 : 1;
	*s = from;
	*end = to;
}

/*
 * Where a hyphen may stand in the word, as hyphen_points() of what stands in it from *core on. A capital at its head
 * is looked over only in a word too wide for any line, where the other choice is to cut it anywhere.
 */
static uint64_t points_in(
	const struct breaker *b, const char *word, const char *end, bool too_wide, const char **core)
{
	char small[HYPHEN_LETTERS];

	*core = word;
	find_core(core, &end);
	size_t len = (size_t)(end - *core);
	if (!too_wide || len > sizeof small || len == 0 || !(**core >= 'A' && **core <= 'Z'))
		return hyphen_points(b->l->hyphens, *core, len);
	memcpy(small, *core, len);
	small[0] = (char)(small[0] + 'a' - 'A');
	return hyphen_points(b->l->hyphens, small, len);
}

/* The word as its syllables; *done says whether it has more than one and each fits on a line. */
static int add_syllables(
	struct breaker *b, const char *word, const char *end, enum face face, bool too_wide, bool *done)
{
	const char *core = word, *from = word;
	size_t count = b->count;
	int hyphen = metrics_of(b->l, face)->advance[SOFT_HYPHEN];

	*done = false;
	for (uint64_t points = points_in(b, word, end, too_wide, &core); points; points &= points - 1) {
		const char *to = core + __builtin_ctzll(points);
		struct piece *piece = start_piece(b, from, face);
		if (!piece)
			return -1;
		piece->len = (uint32_t)(to - from);
		piece->width = (int)width_of_text(b->l, b->p, face, from, to, NULL);
		piece->end_width = hyphen;
		piece->after = AFTER_SYLLABLE;
		*done = true;
		from = to;
	}
	if (!*done)
		return 0;
	struct piece *piece = start_piece(b, from, face);
	if (!piece)
		return -1;
	piece->len = (uint32_t)(end - from);
	piece->width = (int)width_of_text(b->l, b->p, face, from, end, NULL);
	for (size_t i = count; i < b->count; i++)
		*done &= b->l->pieces[i].width + b->l->pieces[i].end_width <= b->limit;
	if (!*done)
		b->count = count;
	return 0;
}

/* The last word, if it was parted, whole again: what is read with its neighbour is not cut in its middle. */
static void join_syllables(struct breaker *b)
{
	struct piece *pieces = b->l->pieces;

	while (b->count > 1 && pieces[b->count - 2].after == AFTER_SYLLABLE) {
		struct piece *tail = &pieces[b->count - 1], *head = tail - 1;
		if (head->width + tail->width > b->limit)
			return;
		head->len += tail->len;
		head->width += tail->width;
		head->end_width = tail->end_width;
		head->blank = tail->blank;
		head->blank_face = tail->blank_face;
		head->after = tail->after;
		b->count--;
	}
}

/* One word. `known`: it may be looked up, all of it is here. */
static int add_word(struct breaker *b, const char *s, const char *end, enum face face, bool known)
{
	size_t len = (size_t)(end - s);
	bool marks = false;
	int64_t width = width_of_text(b->l, b->p, face, s, end, &marks);

	if (width < 0)
		return -1;
	marks |= len > 4 && memcmp(s, "www.", 4) == 0;
	struct piece *before = b->count > 0 ? &b->l->pieces[b->count - 1] : NULL;
	bool tied = before && before->blank && tie_between(b->word, b->word_len, s, len);
	if (tied) {
		before->after = AFTER_TIE;
		join_syllables(b);
	}
	b->word = s;
	b->word_len = len;
	bool too_wide = width > b->limit, done = false;
	if (known && !marks && ((b->syllables && !tied) || too_wide)) {
		if (add_syllables(b, s, end, face, too_wide, &done))
			return -1;
		if (done)
			return 0;
	}
	if (too_wide || marks)
		return add_broken(b, s, end, face, too_wide || is_address(s, len));
	struct piece *piece = start_piece(b, s, face);
	if (!piece)
		return -1;
	piece->len = (uint32_t)len;
	piece->width = (int)width;
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
	b->count = 0;
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
			/* A word in two faces is not looked up: half of it is no word. */
			bool known = b->l->hyphens &&
				     (s < end || !span->next || is_blank(*span->next->text)) &&
				     (word > span->text || b->count == 0 || b->l->pieces[b->count - 1].blank);
			if (add_word(b, word, s, face, known))
				return -1;
		}
	}
	add_up(b);
	return 0;
}
