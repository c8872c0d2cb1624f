#include "model/page.h"

static const char *const kinds[] = {"text", "line", "box", "qr"};
static const char *const roles[] = {"artifact", "title", "text", "list", "table", "figure"};
static const char *const inks[] = {"black", "grey", "red", "light"};
static const char *const faces[] = {"regular", "bold", "italic"};

static void dump_item(const struct page_item *it, struct buf *out)
{
	buf_addf(out, "  %-4s %-8s b%u", kinds[it->kind], roles[it->role], it->block);
	if (it->cell)
		buf_addf(out, " r%uc%u", (it->cell - 1) / 64, (it->cell - 1) % 64);
	buf_addf(out, " %.2f,%.2f %.2f,%.2f", it->x_pt, it->y_pt, it->x2_pt, it->y2_pt);
	if (it->ink != INK_BLACK)
		buf_addf(out, " %s", inks[it->ink]);
	switch (it->kind) {
	case PAGE_TEXT:
		buf_addf(out, " %s %.2f", faces[it->face], it->size_pt);
		if (it->space_extra_pt < 0 || it->space_extra_pt > 0)
			buf_addf(out, " space%+.3f", it->space_extra_pt);
		buf_addf(out, " |%.*s|", (int)it->text_len, it->text);
		break;
	case PAGE_LINE:
	case PAGE_BOX:
		buf_addf(out, " w%.2f%s%s", it->width_pt, it->filled ? " filled " : "",
			it->filled ? inks[it->fill_ink] : "");
		break;
	case PAGE_QR:
		buf_addf(out, " side %d |%s|", it->qr ? it->qr->side : 0, it->alt ? it->alt : "");
		break;
	}
	buf_addc(out, '\n');
}

void page_list_dump(const struct page_list *pages, struct buf *out)
{
	for (size_t i = 0; i < pages->count; i++) {
		buf_addf(out, "page %zu\n", i + 1);
		for (size_t k = 0; k < pages->pages[i].count; k++)
			dump_item(&pages->pages[i].items[k], out);
	}
}
