/* How tightly a letter is set: a page that would hold only a few lines is saved when that can be. */
#include "letter/layout.h"

#include <math.h>

#define SMALL_SIZE_PT 11.0
#define GAP_SHRINK    0.6 /* what is taken from the room between paragraphs at the most */
#define TRIES         2   /* to find the least squeeze that saves the page */

static int set_kop(struct lay *l, const struct block *b, const struct place *body, struct stack *out)
{
	const struct kop *kop = &l->profile->kop;
	struct place p = *body;
	struct block alone = *b;

	alone.next = NULL;
	p.gap_pt = 0;
	p.body = false;
	if (kop->text_x2_pt - kop->text_x1_pt > 40 * PT_PER_MM) {
		p.x_pt = kop->text_x1_pt;
		p.width_pt = kop->text_x2_pt - kop->text_x1_pt;
	}
	return blocks_set(l, &alone, &p, out);
}

/* The whole letter in this size, squeezed so far; its pages are counted, not made. */
static int set_letter(struct lay *l, double size_pt, double squeeze, struct setting *out)
{
	const struct profile *profile = l->profile;
	struct setting t = {.size_pt = size_pt, .squeeze = squeeze};
	struct place body = {.x_pt = profile->left_pt,
		.width_pt = profile->paper_width_pt - profile->left_pt - profile->right_pt,
		.size_pt = size_pt,
		.gap_pt = profile->paragraph_gap_pt * (1 - GAP_SHRINK * squeeze),
		.align = ALIGN_JUSTIFY,
		.body = true,
		.hyphenate = true,
		.role = ROLE_TEXT};
	const struct block *blocks = l->letter->blocks;

	l->squeeze = l->letter->tight ? 1 : squeeze;
	body.leading_pt = leading_of(l, profile->body_leading_pt * size_pt / profile->body_size_pt, size_pt);
	l->squeeze = squeeze;
	l->memo_next = 0;
	if (blocks && blocks->kind == BLOCK_KOP) {
		if (set_kop(l, blocks, &body, &t.kop))
			return -1;
		blocks = blocks->next;
	}
	if (blocks_set(l, blocks, &body, &t.text) || pages_cut(l, &t, NULL))
		return -1;
	*out = t;
	return 0;
}

/* The most that the tightest setting can win, where no block has a leading of its own. */
static double gain_max(const struct lay *l, const struct setting *loose)
{
	double line = 1 - fmin(l->profile->tight_leading_pt / l->profile->body_leading_pt, 1), gain = 0;

	for (const struct strip *s = loose->text.first; s; s = s->next)
		gain += s->height_pt * line + s->gap_pt * GAP_SHRINK;
	return gain;
}

/* With `loose` a page too long: squeezed by as much as saves it. `best` stays when nothing does. */
static int set_tighter(struct lay *l, const struct setting *loose, struct setting *best)
{
	struct setting tight, between;

	if (loose->over_pt > gain_max(l, loose))
		return 0;
	if (set_letter(l, loose->size_pt, 1, &tight))
		return -1;
	if (tight.pages >= best->pages)
		return 0;
	*best = tight;
	/* Heights shrink at least in proportion to the squeeze. */
	double gain = stack_height(&loose->text) - stack_height(&tight.text);
	double squeeze = gain > 0 ? ceil(loose->over_pt / gain * 100) / 100 : 1;
	for (int i = 0; i < TRIES && squeeze < 1; i++) {
		if (set_letter(l, loose->size_pt, squeeze, &between))
			return -1;
		if (between.pages <= tight.pages) {
			*best = between;
			return 0;
		}
		squeeze = (squeeze + 1) / 2;
	}
	return 0;
}

/*
 * A letter whose last page would hold little: with less leading (naskah-dinas 5.0: 1.15 lines instead of 1.5 when it is
 * long) and less white it may take a page less. One of two pages that doesn't may do so in the smaller of the two sizes that
 * letters may have (1.2: 11 or 12 points).
 */
static int set_shorter(struct lay *l, struct setting *best)
{
	const struct setting loose = *best;
	struct setting small;

	if (set_tighter(l, &loose, best))
		return -1;
	if (best->pages < loose.pages || !loose.short_letter || loose.size_pt <= SMALL_SIZE_PT)
		return 0;
	if (set_letter(l, SMALL_SIZE_PT, 0, &small))
		return -1;
	if (small.pages >= loose.pages)
		return set_tighter(l, &small, best);
	*best = small;
	return 0;
}

/* A font without U+00AD parts no words. */
static bool has_hyphen(const struct font_set *fonts)
{
	for (int i = 0; i < FACE_COUNT; i++)
		if (fonts->face[i]->advance[SOFT_HYPHEN] == FONT_MISSING)
			return false;
	return true;
}

int letter_layout(const struct letter *letter, const struct profile *profile, const struct font_set *fonts,
	const struct letter_stamp *stamp, struct arena *a, struct page_list *out, struct err *e)
{
	struct lay l = {.letter = letter, .profile = profile, .fonts = fonts, .stamp = stamp, .a = a, .e = e};
	struct setting best;

	if (profile->hyphens && has_hyphen(fonts))
		l.hyphens = profile->hyphens;
	l.page_room_pt = profile->paper_height_pt - profile->next_top_pt - profile->bottom_pt;
	if (set_letter(&l, profile->body_size_pt, 0, &best))
		return -1;
	if (best.over_pt > 0 && set_shorter(&l, &best))
		return -1;
	return pages_cut(&l, &best, out);
}
