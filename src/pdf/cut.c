#include "pdf/cut.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <harfbuzz/hb-subset.h>

static void release_input(hb_subset_input_t **p)
{
	hb_subset_input_destroy(*p);
}

static void release_plan(hb_subset_plan_t **p)
{
	hb_subset_plan_destroy(*p);
}

static void release_face(hb_face_t **p)
{
	hb_face_destroy(*p);
}

static void release_blob(hb_blob_t **p)
{
	hb_blob_destroy(*p);
}

static void drop_tables(hb_subset_input_t *input, enum cut_use use)
{
	static const char *const unused[] = {"GSUB", "GPOS", "GDEF", "kern", "gasp", "DSIG", "FFTM", "hdmx",
		"VDMX", "LTSH", "PCLT", "meta", "BASE", "JSTF"};
	static const char *const press_only[] = {"cmap", "name", "OS/2", "post"};
	hb_set_t *drop = hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG);

	for (size_t i = 0; i < ARRAY_LEN(unused); i++)
		hb_set_add(drop, hb_tag_from_string(unused[i], 4));
	for (size_t i = 0; use == CUT_EMBED && i < ARRAY_LEN(press_only); i++)
		hb_set_add(drop, hb_tag_from_string(press_only[i], 4));
	hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING);
}

int font_cut(struct hb_face_t *source, const char *name, const uint16_t *chars, size_t count,
	enum cut_use use, struct buf *ttf, uint16_t *glyphs, struct err *e)
{
	AUTO(release_input) hb_subset_input_t *input = hb_subset_input_create_or_fail();

	if (!input)
		return err_nomem(e);
	hb_set_t *wanted = hb_subset_input_unicode_set(input);
	for (size_t i = 0; i < count; i++)
		hb_set_add(wanted, chars[i]);
	drop_tables(input, use);
	AUTO(release_plan) hb_subset_plan_t *plan = hb_subset_plan_create_or_fail(source, input);
	AUTO(release_face) hb_face_t *subset = plan ? hb_subset_plan_execute_or_fail(plan) : NULL;
	if (!subset)
		return err_set(e, ERR_CONFIG, _("%s: this font cannot be subset"), name);
	const hb_map_t *old_glyph = hb_subset_plan_unicode_to_old_glyph_mapping(plan);
	const hb_map_t *new_glyph = hb_subset_plan_old_to_new_glyph_mapping(plan);
	for (size_t i = 0; i < count; i++) {
		hb_codepoint_t glyph = hb_map_get(new_glyph, hb_map_get(old_glyph, chars[i]));
		if (glyph == 0 || glyph > UINT16_MAX)
			return err_set(e, ERR_CONFIG, _("%s: this font cannot be subset"), name);
		glyphs[i] = (uint16_t)glyph;
	}
	AUTO(release_blob) hb_blob_t *bytes = hb_face_reference_blob(subset);
	unsigned len = 0;
	const char *data = hb_blob_get_data(bytes, &len);
	buf_add(ttf, data, len);
	return buf_check(ttf, e);
}
