#include "model/page.h"

#include <math.h>
#include <stdlib.h>

static const char *const kinds[] = {"text", "line", "box", "qr"};
static const char *const roles[] = {"artifact", "title", "text", "list", "table", "figure"};
static const char *const inks[] = {"black", "grey", "red", "light"};
static const char *const faces[] = {"regular", "bold", "italic"};
static const char *const paints[] = {"", " shapes", " unseen"};

/* The value with this many decimals: %f would ask the locale for its decimal point. */
static void add_fixed(struct buf *out, double value, int decimals)
{
	long unit = 1;

	for (int i = 0; i < decimals; i++)
		unit *= 10;
	long scaled = lround(value * (double)unit);
	buf_addf(out, "%s%ld.%0*ld", scaled < 0 ? "-" : "", labs(scaled) / unit, decimals,
		labs(scaled) % unit);
}

static void dump_item(const struct page_item *it, struct buf *out)
{
	buf_addf(out, "  %-4s %-8s b%u", kinds[it->kind], roles[it->role], it->block);
	if (it->cell)
		buf_addf(out, " r%uc%u", (it->cell - 1) / 64, (it->cell - 1) % 64);
	if (it->head)
		buf_adds(out, it->head == HEAD_COLUMN ? " head" : " row-head");
	const double corners[] = {it->x_pt, it->y_pt, it->x2_pt, it->y2_pt};
	for (int i = 0; i < 4; i++) {
		buf_addc(out, i % 2 ? ',' : ' ');
		add_fixed(out, corners[i], 2);
	}
	if (it->ink != INK_BLACK)
		buf_addf(out, " %s", inks[it->ink]);
	switch (it->kind) {
	case PAGE_TEXT:
		buf_addf(out, " %s ", faces[it->face]);
		add_fixed(out, it->size_pt, 2);
		if (it->space_extra_pt < 0 || it->space_extra_pt > 0) {
			buf_adds(out, it->space_extra_pt > 0 ? " space+" : " space");
			add_fixed(out, it->space_extra_pt, 3);
		}
		buf_addf(out, "%s |%.*s|", paints[it->paint], (int)it->text_len, it->text);
		break;
	case PAGE_LINE:
	case PAGE_BOX:
		buf_adds(out, " w");
		add_fixed(out, it->width_pt, 2);
		if (it->filled)
			buf_addf(out, " filled %s", inks[it->fill_ink]);
		break;
	case PAGE_QR:
		buf_addf(out, " side %d |%s|", it->qr ? it->qr->side : 0, it->alt ? it->alt : "");
		break;
	}
	buf_addc(out, '\n');
}

void page_list_dump(const struct page_list *pages, struct buf *out)
{
	for (size_t i = 0; i < pages->part_count; i++) {
		const struct page_part *part = &pages->parts[i];
		buf_addf(out, "part page %zu ", part->page + 1);
		add_fixed(out, part->top_pt, 2);
		buf_addf(out, " |%s|\n", part->title);
	}
	for (size_t i = 0; i < pages->count; i++) {
		buf_addf(out, "page %zu\n", i + 1);
		for (size_t k = 0; k < pages->pages[i].count; k++)
			dump_item(&pages->pages[i].items[k], out);
	}
}
