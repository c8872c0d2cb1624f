#include "pdf/letter_pdf.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/version.h"
#include "pdf/bookmarks.h"
#include "pdf/content.h"
#include "pdf/deflate.h"
#include "pdf/stationery_inside.h"
#include "pdf/tags.h"
#include "pdf/writer.h"
#include "pdf/xmp.h"

#include <string.h>

#define PRODUCER "naskah " NASKAH_VERSION

/* Objects of page i: its dictionary and its content. The structure elements follow behind the last page. */
enum { PAGE_OBJECTS = 2 };

static unsigned page_number(size_t i)
{
	return NUMBER_LETTER + (unsigned)i * PAGE_OBJECTS;
}

static int write_pages(const struct page_list *pages, const struct letter_meta *meta, struct content *c,
	struct pdf_writer *w, struct err *e)
{
	AUTO(buf_release) struct buf stream = BUF_INIT(LIMIT_LETTER_BYTES);
	size_t item = 0;

	for (size_t i = 0; i < pages->count; i++) {
		unsigned number = page_number(i);
		buf_reset(&stream);
		if (content_write(c, &pages->pages[i], item, meta->draft, &stream, e) != 0)
			return err_context(e, _("page %zu"), i + 1);
		item += pages->pages[i].count;
		if (pdf_stream_deflated(w, number + 1, "", stream.data, stream.len, DEFLATE_LETTER, e) != 0)
			return -1;
		pdf_object_begin(w, number);
		buf_addf(w->out, "<</Type/Page/Parent %d 0 R/MediaBox[0 0 ", NUMBER_PAGES);
		pdf_add_number(w->out, c->stationery->width_pt);
		buf_addc(w->out, ' ');
		pdf_add_number(w->out, c->stationery->height_pt);
		buf_addf(
			w->out, "]/Resources %d 0 R/StructParents %zu/Tabs/S/Contents[", NUMBER_RESOURCES, i);
		if (i == 0)
			buf_addf(w->out, "%d 0 R ", NUMBER_HEAD);
		/* The footer says that the letter is signed. */
		if (!meta->draft)
			buf_addf(w->out, "%d 0 R ", NUMBER_FOOT);
		buf_addf(w->out, "%u 0 R]>>", number + 1);
		pdf_object_end(w);
	}
	pdf_object_begin(w, NUMBER_PAGES);
	buf_addf(w->out, "<</Type/Pages/Count %zu/Kids[", pages->count);
	for (size_t i = 0; i < pages->count; i++)
		buf_addf(w->out, i ? " %u 0 R" : "%u 0 R", page_number(i));
	buf_adds(w->out, "]>>");
	pdf_object_end(w);
	return 0;
}

/* The faces in use, and the fonts of rare characters from `rare_first` on, named alike in all streams. */
static int write_fonts(const struct content *c, struct pdf_writer *w, unsigned rare_first, struct err *e)
{
	const struct stationery *s = c->stationery;
	unsigned rare = rare_first;

	pdf_object_begin(w, NUMBER_RESOURCES);
	buf_adds(w->out, "<</Font<<");
	for (enum face face = 0; face < FACE_COUNT; face++) {
		if (c->uses[face])
			buf_addf(w->out, "/T%u %u 0 R", face, NUMBER_FONT(face) + FONT_TYPE0);
		if (c->rare[face].count > 0) {
			buf_addf(w->out, "/R%u %u 0 R", face, rare + FONT_TYPE0);
			rare += RARE_OBJECTS;
		}
	}
	buf_adds(w->out, ">>");
	if (s->kop.alt)
		buf_addf(w->out, "/XObject<</Em %d 0 R>>", NUMBER_EMBLEM);
	buf_adds(w->out, ">>");
	pdf_object_end(w);
	rare = rare_first;
	for (enum face face = 0; face < FACE_COUNT; face++) {
		if (c->uses[face])
			pdf_segment_add(w, &s->base[face]->objects);
		if (c->rare[face].count > 0) {
			if (rare_write(&c->rare[face], s->file[face], face, w, rare, e) != 0)
				return -1;
			rare += RARE_OBJECTS;
		}
	}
	w->count = rare - w->first; /* the numbers that nobody took */
	return 0;
}

static void add_entry(struct buf *out, const char *key, const char *text)
{
	if (!text || !text[0])
		return;
	buf_adds(out, key);
	pdf_add_text(out, text);
}

static void write_info(const struct letter_meta *meta, struct pdf_writer *w, struct buf *xmp)
{
	pdf_object_begin(w, NUMBER_INFO);
	buf_adds(w->out, "<<");
	add_entry(w->out, "/Title", meta->title);
	add_entry(w->out, "/Author", meta->author);
	add_entry(w->out, "/Subject", meta->subject);
	add_entry(w->out, "/Creator", PRODUCER);
	add_entry(w->out, "/Producer", PRODUCER);
	if (date_is_valid(meta->date))
		buf_addf(w->out, "/CreationDate(D:%04d%02d%02d000000+%02d'00')", meta->date.year,
			meta->date.month, meta->date.day, (int)meta->zone);
	buf_adds(w->out, ">>");
	pdf_object_end(w);
	xmp_packet(meta, PRODUCER, xmp);
	/* Not deflated: an archive finds the packet without reading PDF. */
	pdf_stream_plain(w, NUMBER_METADATA, "/Type/Metadata/Subtype/XML", xmp->data, xmp->len);
}

/* `outline`: number of the bookmarks, 0 = none. */
static void write_catalog(struct pdf_writer *w, unsigned outline)
{
	pdf_object_begin(w, NUMBER_CATALOG);
	buf_addf(w->out,
		"<</Type/Catalog/Pages %d 0 R/Metadata %d 0 R/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>"
		"/Lang(id-ID)/ViewerPreferences<</DisplayDocTitle true>>"
		"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)"
		"/Info(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>]",
		NUMBER_PAGES, NUMBER_METADATA, NUMBER_STRUCTURE, NUMBER_ICC);
	if (outline)
		buf_addf(w->out, "/Outlines %u 0 R/PageMode/UseOutlines", outline);
	buf_adds(w->out, ">>");
	pdf_object_end(w);
}

static void write_trailer(const struct letter_meta *meta, struct pdf_writer *w)
{
	struct buf trailer = BUF_INIT(512);

	buf_addf(&trailer, "/Root %d 0 R/Info %d 0 R/ID[", NUMBER_CATALOG, NUMBER_INFO);
	pdf_add_hex(&trailer, meta->id, sizeof meta->id);
	pdf_add_hex(&trailer, meta->id, sizeof meta->id);
	buf_addc(&trailer, ']');
	pdf_xref(w, buf_str(&trailer));
	buf_release(&trailer);
}

static void release_content(struct content *c)
{
	for (size_t i = 0; i < FACE_COUNT; i++)
		rare_release(&c->rare[i]);
}

int letter_pdf(const struct stationery *s, const struct page_list *pages, const struct letter_meta *meta,
	struct buf *out, struct err *e)
{
	AUTO(tags_release) struct tags tags = TAGS_INIT;
	AUTO(pdf_writer_release) struct pdf_writer w = PDF_WRITER_INIT;
	AUTO(buf_release) struct buf xmp = BUF_INIT(64 * KIB);
	AUTO(release_content) struct content c = {.stationery = s, .tags = &tags};
	const size_t start = out->len;

	if (pages->count == 0 || pages->count > LIMIT_PAGES)
		return err_set(e, ERR_LIMIT, _("a letter of %zu pages, 1 to %d are possible"), pages->count,
			LIMIT_PAGES);
	if (tags_build(pages, &s->kop, &tags, e) != 0)
		return -1;
	memcpy(c.uses, s->uses, sizeof c.uses);
	unsigned elements = page_number(pages->count), outline = elements + (unsigned)tags.node_count;
	unsigned bookmarks = bookmarks_count(pages), rare = outline + bookmarks;
	if (pdf_writer_init(&w, out, 1, rare + FACE_COUNT * RARE_OBJECTS - 1, e) != 0)
		return -1;
	/* The second line tells transfer programs that this is binary (7.5.2). */
	buf_adds(out, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
	pdf_segment_add(&w, &s->core);
	if (write_pages(pages, meta, &c, &w, e) != 0 || write_fonts(&c, &w, rare, e) != 0) {
		out->len = start;
		return -1;
	}
	tags_write(&tags, &w, NUMBER_STRUCTURE, elements, page_number(0), PAGE_OBJECTS, pages->count);
	write_info(meta, &w, &xmp);
	bookmarks_write(pages, &w, outline, page_number(0), PAGE_OBJECTS, s->height_pt);
	write_catalog(&w, bookmarks ? outline : 0);
	write_trailer(meta, &w);
	if (buf_check(&xmp, e) != 0 || buf_check(out, e) != 0) {
		out->len = start;
		return -1;
	}
	return 0;
}
