#include "pdf/bookmarks.h"

#include "pdf/writer.h"

unsigned bookmarks_count(const struct page_list *pages)
{
	return pages->part_count ? (unsigned)pages->part_count + 1 : 0;
}

void bookmarks_write(const struct page_list *pages, struct pdf_writer *w, unsigned first, unsigned page_first,
	unsigned page_step, double height_pt)
{
	unsigned last = first + (unsigned)pages->part_count;

	if (pages->part_count == 0)
		return;
	pdf_object_begin(w, first);
	buf_addf(w->out, "<</Type/Outlines/First %u 0 R/Last %u 0 R/Count %zu>>", first + 1, last,
		pages->part_count);
	pdf_object_end(w);
	for (unsigned i = 0, number = first + 1; i < pages->part_count; i++, number++) {
		const struct page_part *part = &pages->parts[i];
		pdf_object_begin(w, number);
		buf_adds(w->out, "<</Title ");
		pdf_add_text(w->out, part->title);
		buf_addf(w->out, "/Parent %u 0 R", first);
		if (i > 0)
			buf_addf(w->out, "/Prev %u 0 R", number - 1);
		if (number < last)
			buf_addf(w->out, "/Next %u 0 R", number + 1);
		buf_addf(w->out, "/Dest[%u 0 R/XYZ null ", page_first + (unsigned)part->page * page_step);
		/* The letter itself begins with its kop. */
		pdf_add_number(w->out, part->page == 0 ? height_pt : part->top_pt);
		buf_adds(w->out, " null]>>");
		pdf_object_end(w);
	}
}
