/*
 * Broken paragraphs as strips.
 *
 * The lines of a paragraph are runs first: text of one face, with its place on the line. A letter that must fit a page
 * is set several times, each time with less leading; that changes no line, so the runs of each paragraph are kept and a
 * paragraph that comes again is not broken again.
 */
#include "letter/layout_pieces.h"

#include "base/i18n.h"

#include <limits.h>
#include <math.h>

/* Above this a stretched line looks worse than a short one (em per blank). */
#define STRETCH_MAX 0.9

struct run {
	const char *text;
	size_t len;
	enum face face;
	bool hyphen; /* a word is parted at its end */
	bool ends;   /* its line */
	double x_pt, x2_pt, extra_pt;
};

/* A paragraph as it was set: what its lines depend on, and its runs in lay.runs. */
struct memo {
	const char *text;        /* of its first span */
	const struct span *more; /* the spans behind */
	double x_pt, width_pt, indent_pt, size_pt;
	enum align align;
	bool bold, balanced, hyphenate;
	size_t from, count; /* its runs */
	size_t lines;
};

static struct page_item *add_text(struct lay *l, struct bits *b, const struct place *p, double x, double y)
{
	struct page_item *it = bits_add(l, b, PAGE_TEXT);

	if (!it)
		return NULL;
	it->role = p->role;
	it->block = p->block;
	it->cell = p->cell;
	it->head = p->head;
	it->size_pt = p->size_pt;
	it->x_pt = x;
	it->y_pt = it->y2_pt = y;
	return it;
}

int text_put(struct lay *l, struct bits *b, const char *text, enum face face, const struct place *p, double x,
	double y)
{
	double width = 0;

	if (!text || !*text)
		return 0;
	if (text_measure(l, text, face, p, &width))
		return -1;
	struct page_item *it = add_text(l, b, p, x, y);
	if (!it)
		return -1;
	it->text = text;
	it->text_len = strlen(text);
	it->face = face_in(p, face);
	it->x2_pt = x + width;
	return 0;
}

/* ---- runs ----------------------------------------------------------------------------------------------- */

struct pen {
	struct lay *l;
	const struct place *p;
	double x, extra;
	/* the run being gathered */
	const char *text, *end;
	uint8_t face;
	int64_t width; /* 1/1000 em */
	int blanks;
	bool hyphen;
};

/* The run's end with the hyphen of a word that goes on in the next line. */
static int add_hyphen(struct pen *pen, int width)
{
	static const char hyphen[] = SOFT_HYPHEN_UTF8;
	size_t len = (size_t)(pen->end - pen->text), more = sizeof hyphen - 1;
	char *text = arena_alloc(pen->l->a, len + more);

	if (!text)
		return err_nomem(pen->l->e);
	memcpy(text, pen->text, len);
	memcpy(text + len, hyphen, more);
	pen->text = text;
	pen->end = text + len + more;
	pen->width += width;
	pen->hyphen = true;
	return 0;
}

static int flush(struct pen *pen)
{
	struct lay *l = pen->l;

	if (!pen->text)
		return 0;
	if (l->run_count == l->run_cap) {
		struct run *more = lay_grow(l, l->runs, &l->run_cap, sizeof *more);
		if (!more)
			return -1;
		l->runs = more;
	}
	struct run *run = &l->runs[l->run_count++];
	*run = (struct run){.text = pen->text,
		.len = (size_t)(pen->end - pen->text),
		.face = pen->face,
		.hyphen = pen->hyphen,
		.x_pt = pen->x,
		.extra_pt = pen->extra};
	pen->x += (double)pen->width * pen->p->size_pt / 1000 + pen->blanks * pen->extra;
	run->x2_pt = pen->x;
	pen->text = NULL;
	pen->width = pen->blanks = 0;
	return 0;
}

static int write_run(struct pen *pen, const char *text, size_t len, uint8_t face, int width, bool blank)
{
	if (pen->text && (pen->end != text || pen->face != face) && flush(pen))
		return -1;
	if (!pen->text) {
		pen->text = text;
		pen->face = face;
	}
	pen->end = text + len;
	pen->width += width;
	pen->blanks += blank;
	return 0;
}

/* The runs of the line of pieces [from, to), which is the paragraph's last or not. */
static int set_line(struct breaker *b, const struct measure *m, size_t from, size_t to)
{
	const struct piece *pieces = b->l->pieces;
	const struct piece *first = &pieces[from], *last = &pieces[to - 1];
	const struct place *p = b->p;
	double em = p->size_pt / 1000, length = from == 0 ? m->first : m->other;
	double room = (length - line_width(first, last)) * em;
	int blanks = last->blanks - first->blanks;
	struct pen pen = {.l = b->l, .p = p};

	pen.x = p->x_pt + (from == 0 ? (m->other - m->first) * em : 0);
	if (p->align == ALIGN_CENTER)
		pen.x += room / 2;
	else if (p->align == ALIGN_RIGHT)
		pen.x += room;
	else if (m->justified && blanks > 0 && (to < b->count || room < 0))
		pen.extra = room / blanks;
	if (pen.extra > STRETCH_MAX * p->size_pt)
		pen.extra = 0;
	for (size_t i = from; i < to; i++) {
		const struct piece *piece = &pieces[i];
		if (write_run(&pen, piece->text, piece->len, piece->face, piece->width, false))
			return -1;
		if (piece->blank && i + 1 < to &&
			write_run(
				&pen, piece->blank, 1, piece->blank_face, piece_blank_width(b, piece), true))
			return -1;
	}
	/*
	 * The blank where the line was broken stays in the text, invisible behind its end: whoever reads or copies
	 * the letter must not find two words grown together. A word that was parted they must find whole.
	 */
	if (to < b->count && last->blank && write_run(&pen, last->blank, 1, last->blank_face, 0, false))
		return -1;
	if (last->after == AFTER_SYLLABLE && add_hyphen(&pen, last->end_width))
		return -1;
	if (flush(&pen))
		return -1;
	b->l->runs[b->l->run_count - 1].ends = true;
	return 0;
}

/* The paragraph's runs, at the end of lay.runs; `*lines` how many lines they make. */
static int set_runs(
	struct lay *l, const struct span *spans, const struct place *p, double indent_pt, size_t *lines)
{
	double em = p->size_pt / 1000;
	struct measure m = {.first = (p->width_pt - indent_pt) / em, .other = p->width_pt / em};
	struct breaker b = {.l = l, .p = p, .limit = (int)fmin(fmin(m.first, m.other), INT_MAX)};

	m.justified = p->align == ALIGN_JUSTIFY;
	m.balanced = p->align == ALIGN_CENTER || p->balanced;
	if (b.limit < 1000)
		return err_set(l->e, ERR_CONFIG, _("line %u: a column of %.1f pt has no room for text"),
			p->line, p->width_pt);
	if (breaks_choose(&b, &m, spans))
		return -1;
	/* Turn the chain of line starts around: ends become `from` of the next line. */
	size_t count = 0, end = b.count;
	for (size_t at = b.count; at > 0; count++) {
		size_t from = l->pieces[at - 1].from;
		l->pieces[at - 1].from = end;
		end = at;
		at = from;
	}
	for (size_t from = 0, i = 0; i < count; i++) {
		size_t next = l->pieces[end - 1].from;
		if (set_line(&b, &m, from, end))
			return -1;
		from = end;
		end = next;
	}
	*lines = count;
	return 0;
}

/* ---- strips --------------------------------------------------------------------------------------------- */

static bool same_length(double a, double b)
{
	return !(a < b) && !(a > b);
}

static bool is_memo_of(
	const struct memo *m, const struct span *spans, const struct place *p, double indent_pt)
{
	return m->text == spans->text && m->more == spans->next && same_length(m->indent_pt, indent_pt) &&
	       same_length(m->x_pt, p->x_pt) && same_length(m->width_pt, p->width_pt) &&
	       same_length(m->size_pt, p->size_pt) && m->align == p->align && m->bold == p->bold &&
	       m->balanced == p->balanced && m->hyphenate == p->hyphenate;
}

/*
 * The paragraph's runs. Paragraphs come in the same order each time the letter is set; one that is not the same after
 * all (another size) is broken anew.
 */
static const struct memo *find_runs(
	struct lay *l, const struct span *spans, const struct place *p, double indent_pt)
{
	if (l->memo_next == l->memo_cap) {
		struct memo *more = lay_grow(l, l->memos, &l->memo_cap, sizeof *more);
		if (!more)
			return NULL;
		l->memos = more;
	}
	struct memo *m = &l->memos[l->memo_next++];
	if (is_memo_of(m, spans, p, indent_pt))
		return m;
	*m = (struct memo){.text = spans->text,
		.more = spans->next,
		.x_pt = p->x_pt,
		.width_pt = p->width_pt,
		.indent_pt = indent_pt,
		.size_pt = p->size_pt,
		.align = p->align,
		.bold = p->bold,
		.balanced = p->balanced,
		.hyphenate = p->hyphenate,
		.from = l->run_count};
	if (set_runs(l, spans, p, indent_pt, &m->lines))
		return NULL;
	m->count = l->run_count - m->from;
	return m;
}

static int add_run(struct lay *l, const struct run *run, const struct place *p, double y, struct strip *strip)
{
	struct page_item *it = add_text(l, &strip->bits, p, run->x_pt, y);

	if (!it)
		return -1;
	it->text = run->text;
	it->text_len = run->len;
	it->face = run->face;
	it->space_extra_pt = run->extra_pt;
	it->x2_pt = run->x2_pt;
	return 0;
}

int lines_set(struct lay *l, const struct span *spans, const struct place *p, double indent_pt, double gap_pt,
	struct stack *out)
{
	double y = -baseline_drop(l, p);
	const struct memo *m = spans ? find_runs(l, spans, p, indent_pt) : NULL;
	bool hyphen = false;

	if (!m)
		return spans ? -1 : 0;
	const struct run *run = l->runs + m->from;
	for (size_t i = 0; i < m->lines; i++) {
		struct strip *strip = stack_add(l, out, i == 0 ? gap_pt : 0, p->leading_pt);
		if (!strip)
			return -1;
		/* No line of it alone at the foot or at the top of a page; no half of a word at the foot. */
		strip->glued |= i == 1 || (i > 0 && (i + 1 == m->lines || hyphen));
		strip->lines = p->body ? 1 : 0;
		for (bool ends = false; !ends; run++) {
			if (add_run(l, run, p, y, strip))
				return -1;
			ends = run->ends;
			hyphen = run->hyphen;
		}
	}
	return 0;
}

int lines_set_text(struct lay *l, const char *text, enum face face, const struct place *p, double gap_pt,
	struct stack *out)
{
	if (!text)
		return 0;
	struct span span = {text, strlen(text), face, NULL};
	struct place whole = *p;
	whole.hyphenate = false;
	return lines_set(l, &span, &whole, 0, gap_pt, out);
}
