#include "pdf/outline.h"

#include <harfbuzz/hb-ot.h>
#include <math.h>

static void add_point(struct buf *out, float x, float y)
{
	buf_addf(out, "%ld %ld ", lroundf(x), lroundf(y));
}

static void on_move(hb_draw_funcs_t *f, void *out, hb_draw_state_t *s, float x, float y, void *user)
{
	(void)f;
	(void)s;
	(void)user;
	add_point(out, x, y);
	buf_adds(out, "m\n");
}

static void on_line(hb_draw_funcs_t *f, void *out, hb_draw_state_t *s, float x, float y, void *user)
{
	(void)f;
	(void)s;
	(void)user;
	add_point(out, x, y);
	buf_adds(out, "l\n");
}

/* Curves of TrueType are quadratic, those of PDF cubic: HarfBuzz turns the ones into the others. */
static void on_curve(hb_draw_funcs_t *f, void *out, hb_draw_state_t *s, float x1, float y1, float x2,
	float y2, float x, float y, void *user)
{
	(void)f;
	(void)s;
	(void)user;
	add_point(out, x1, y1);
	add_point(out, x2, y2);
	add_point(out, x, y);
	buf_adds(out, "c\n");
}

static void on_close(hb_draw_funcs_t *f, void *out, hb_draw_state_t *s, void *user)
{
	(void)f;
	(void)s;
	(void)user;
	buf_adds(out, "h\n");
}

void outline_add(hb_face_t *face, char capital, struct buf *out)
{
	hb_font_t *font = hb_font_create(face);
	hb_draw_funcs_t *draw = hb_draw_funcs_create();
	hb_codepoint_t gid = 0;

	hb_font_set_scale(font, 1000, 1000);
	hb_draw_funcs_set_move_to_func(draw, on_move, NULL, NULL);
	hb_draw_funcs_set_line_to_func(draw, on_line, NULL, NULL);
	hb_draw_funcs_set_cubic_to_func(draw, on_curve, NULL, NULL);
	hb_draw_funcs_set_close_path_func(draw, on_close, NULL, NULL);
	if (hb_font_get_nominal_glyph(font, (unsigned char)capital, &gid))
		hb_font_get_glyph_shape(font, gid, draw, out);
	hb_draw_funcs_destroy(draw);
	hb_font_destroy(font);
}
