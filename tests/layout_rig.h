/*
 * layout_rig: letter documents from text to pages, with the real fonts and a profile of naskah-dinas 5.0. For tests.
 */
#ifndef TESTS_LAYOUT_RIG_H
#define TESTS_LAYOUT_RIG_H

#include "base/auto.h"
#include "base/limits.h"
#include "language/hyphen.h"
#include "letter/letter.h"
#include "letter/tree.h"
#include "pdf/font.h"

#define MM PT_PER_MM

static struct fonts rig_fonts = FONTS_INIT;
static struct profile rig_profile;
static struct hyphenator *rig_hyphens;
static struct qr rig_qr;
static const struct letter_stamp rig_stamp = {
	"7K3Q9XWM2RTDH5VB0C1EF", &rig_qr, "https://naskah.example/v/7K3Q9XWM2RTDH5VB0C1EF"};
__attribute__((unused)) static const struct letter_stamp rig_draft = {NULL, NULL, NULL};

static void rig_profile_init(struct profile *p)
{
	*p = (struct profile){.arena = ARENA_INIT(LIMIT_SETUP_BYTES), .name = "kemhan"};
	p->paper_width_pt = 210 * MM;
	p->paper_height_pt = 297 * MM;
	p->left_pt = 30 * MM;
	p->right_pt = 20 * MM;
	p->bottom_pt = 25 * MM;
	p->first_top_pt = 50 * MM;
	p->next_top_pt = 20 * MM;
	p->page_number_top_pt = 12 * MM;
	p->body_size_pt = 12;
	p->body_leading_pt = 18;
	p->tight_leading_pt = 13.8;
	p->paragraph_gap_pt = 6;
	p->indent_pt = 12.5 * MM;
	p->class_word = true;
}

static int rig_init(struct err *e)
{
	static const char *const names[FACE_COUNT] = {
		"LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf"};

	xml_start();
	rig_profile_init(&rig_profile);
	if (hyphenator_load(HYPHEN_FOLDER "/" HYPHEN_FILE, &rig_hyphens, e))
		return -1;
	rig_profile.hyphens = rig_hyphens;
	rig_qr.side = 37;
	for (int i = 0; i < 37 * 37; i++)
		rig_qr.dark[i] = (uint8_t)((i * 7 + i / 37 * 3) % 5 < 2);
	return fonts_load("/usr/share/fonts/truetype/liberation2", names, &rig_fonts, e);
}

static inline void rig_release(void)
{
	fonts_release(&rig_fonts);
	hyphenator_release(&rig_hyphens);
	xml_end();
}

/* A letter document as a tree. */
static inline int rig_letter(const char *xml, size_t len, struct arena *a, struct letter **out, struct err *e)
{
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;

	if (xml_parse(xml, len, "letter.xml", &doc, e))
		return -1;
	return tree_build(doc, "letter.xml", a, out, e);
}

#endif
