#include "letter/profile.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "letter/indonesian.h"
#include "letter/setup.h"

#include <string.h>

/* The schema has checked the document; what can fail here is memory and what a schema cannot say. */
struct reader {
	const char *path;
	struct profile *p;
	struct err *e;
	bool failed;
};

static const char *text(struct reader *r, const struct xml_node *n)
{
	const char *t = xml_text(n, &r->p->arena);

	r->failed |= !t;
	return t;
}

static const char *attribute(struct reader *r, const struct xml_node *n, const char *name)
{
	return xml_attr(n, name, &r->p->arena);
}

/* 0 when it is left out, which the schema allows in one place only. */
static double length(struct reader *r, const struct xml_node *n, const char *name, double scale)
{
	const char *t = attribute(r, n, name);
	double value = 0;

	if (t && !length_parse(t, &value))
		r->failed = true;
	return value * scale;
}

static double mm(struct reader *r, const struct xml_node *n, const char *name)
{
	return length(r, n, name, PT_PER_MM);
}

static double pt(struct reader *r, const struct xml_node *n, const char *name)
{
	return length(r, n, name, 1);
}

static void *array(
	struct reader *r, const struct xml_node *parent, const char *name, size_t size, size_t *count)
{
	size_t n = 0;

	xml_for_each (child, parent, name)
		n++;
	void *items = arena_calloc(&r->p->arena, n + 1, size);
	r->failed |= !items;
	*count = items ? n : 0;
	return items;
}

static const struct profile_text *pairs(
	struct reader *r, const struct xml_node *root, const char *name, size_t *count)
{
	struct profile_text *items = array(r, root, name, sizeof *items, count);
	size_t i = 0;

	xml_for_each (n, root, name) {
		if (i == *count)
			break;
		items[i].key = attribute(r, n, "kunci");
		items[i].text = text(r, n);
		r->failed |= !items[i].key;
		i++;
	}
	return items;
}

static void read_page(struct reader *r, const struct xml_node *root)
{
	struct profile *p = r->p;
	const struct xml_node *paper = xml_child(root, "kertas"), *margins = xml_child(root, "batas");

	p->paper_width_pt = mm(r, paper, "lebar-mm");
	p->paper_height_pt = mm(r, paper, "tinggi-mm");
	p->left_pt = mm(r, margins, "kiri-mm");
	p->right_pt = mm(r, margins, "kanan-mm");
	p->bottom_pt = mm(r, margins, "bawah-mm");
	p->first_top_pt = mm(r, margins, "atas-pertama-mm");
	p->next_top_pt = mm(r, margins, "atas-lanjutan-mm");
	p->page_number_top_pt = mm(r, margins, "nomor-halaman-mm");
	const char *catchword = attribute(r, margins, "kata-penyambung");
	p->catchword = catchword && strcmp(catchword, "ya") == 0;
}

static void read_type(struct reader *r, const struct xml_node *type)
{
	struct profile *p = r->p;

	p->body_size_pt = pt(r, type, "ukuran-pt");
	p->body_leading_pt = pt(r, type, "spasi-pt");
	p->tight_leading_pt = pt(r, type, "spasi-rapat-pt");
	p->paragraph_gap_pt = pt(r, type, "antar-paragraf-pt");
	p->indent_pt = mm(r, type, "indentasi-mm");
	p->font_file[FACE_REGULAR] = text(r, xml_child(type, "biasa"));
	p->font_file[FACE_BOLD] = text(r, xml_child(type, "tebal"));
	p->font_file[FACE_ITALIC] = text(r, xml_child(type, "miring"));
}

static void read_kop_line(struct reader *r, const struct xml_node *n, struct kop_line *line)
{
	const char *face = attribute(r, n, "huruf");

	line->text = text(r, n);
	line->size_pt = pt(r, n, "ukuran-pt");
	line->leading_pt = pt(r, n, "spasi-pt");
	line->face = face && strcmp(face, "tebal") == 0    ? FACE_BOLD
		     : face && strcmp(face, "miring") == 0 ? FACE_ITALIC
							   : FACE_REGULAR;
}

/* An image stands beside the profile's file. */
static const char *beside(struct reader *r, const char *file)
{
	const char *slash = strrchr(r->path, '/');
	const char *path =
		arena_printf(&r->p->arena, "%.*s%s", slash ? (int)(slash + 1 - r->path) : 0, r->path, file);

	r->failed |= !path;
	return path;
}

static void read_kop(struct reader *r, const struct xml_node *n)
{
	struct kop *kop = &r->p->kop;
	const struct xml_node *emblem = xml_child(n, "lambang"), *rule = xml_child(n, "garis");

	kop->text_x1_pt = mm(r, n, "x1-mm");
	kop->text_x2_pt = mm(r, n, "x2-mm");
	kop->text_top_pt = mm(r, n, "atas-mm");
	if (emblem) {
		const char *image = attribute(r, emblem, "gambar");
		kop->has_emblem = true;
		kop->emblem_image = image ? beside(r, image) : NULL;
		const char *alt = attribute(r, emblem, "keterangan");
		kop->emblem_alt = alt ? alt : "Lambang instansi";
		kop->emblem_x_pt = mm(r, emblem, "x-mm");
		kop->emblem_top_pt = mm(r, emblem, "atas-mm");
		kop->emblem_size_pt = mm(r, emblem, "ukuran-mm");
	}
	if (rule) {
		kop->rule_top_pt = mm(r, rule, "atas-mm");
		kop->rule_thick_pt = pt(r, rule, "tebal-pt");
		kop->rule_thin_pt = pt(r, rule, "tipis-pt");
		kop->rule_gap_pt = pt(r, rule, "jarak-pt");
	}
	kop->lines = array(r, n, "baris", sizeof *kop->lines, &kop->line_count);
	size_t i = 0;
	xml_for_each (line, n, "baris")
		if (i < kop->line_count)
			read_kop_line(r, line, &kop->lines[i++]);
}

static void read_footer(struct reader *r, const struct xml_node *n)
{
	struct footer *f = &r->p->footer;
	const struct xml_node *mark = xml_child(n, "tanda");

	f->rule_y_pt = mm(r, n, "garis-bawah-mm");
	f->first_y_pt = mm(r, n, "baris-bawah-mm");
	f->size_pt = pt(r, n, "ukuran-pt");
	f->leading_pt = pt(r, n, "spasi-pt");
	f->x1_pt = mm(r, n, "x1-mm");
	f->x2_pt = mm(r, n, "x2-mm");
	f->notes = array(r, n, "catatan", sizeof *f->notes, &f->note_count);
	size_t i = 0;
	xml_for_each (note, n, "catatan")
		if (i < f->note_count)
			f->notes[i++] = text(r, note);
	if (mark) {
		f->mark = text(r, mark);
		f->mark_width_pt = mm(r, mark, "lebar-mm");
		f->mark_height_pt = mm(r, mark, "tinggi-mm");
	}
}

/* ---- numbers -------------------------------------------------------------------------------------------------- */

enum part { PART_CLASS, PART_SERIAL, PART_MONTH, PART_ROMAN_MONTH, PART_YEAR, PART_UNIT, PART_COUNT };
static const char *const part_names[PART_COUNT] = {"klas", "no", "bulan", "bulan_romawi", "tahun", "satker"};

/* The part that "{name}" at *p names, moving *p behind it; -1 if it names none. */
static int pattern_part(const char **p)
{
	size_t len = strcspn(*p + 1, "}");

	if ((*p)[1 + len] == '}')
		for (int i = 0; i < PART_COUNT; i++)
			if (strlen(part_names[i]) == len && strncmp(part_names[i], *p + 1, len) == 0) {
				*p += len + 2;
				return i;
			}
	return -1;
}

/* Every brace names a part, and the serial is one of them: else two letters could get the same number. */
static int check_pattern(struct reader *r, const struct xml_node *n)
{
	bool serial = false;
	const char *p = r->p->number_pattern;

	while (*p) {
		if (*p != '{' && *p != '}') {
			p++;
			continue;
		}
		const char *from = p;
		int part = *p == '{' ? pattern_part(&p) : -1;
		if (part < 0)
			return err_set(r->e, ERR_CONFIG,
				_("%s:%u: penomoran: '%s' is none of {klas} {no} {bulan} {bulan_romawi} "
				  "{tahun} {satker}"),
				r->path, xml_line(n), from);
		serial |= part == PART_SERIAL;
	}
	if (!serial)
		return err_set(r->e, ERR_CONFIG, _("%s:%u: penomoran: the pattern has no {no}"), r->path,
			xml_line(n));
	return 0;
}

int profile_number(const struct profile *p, const struct number_parts *parts, struct buf *out, struct err *e)
{
	const char *unit = parts->unit ? parts->unit : p->unit;

	for (const char *t = p->number_pattern; *t;) {
		if (*t != '{') {
			buf_addc(out, *t++);
			continue;
		}
		switch (pattern_part(&t)) {
		case PART_CLASS:
			buf_adds(out, parts->class_code);
			break;
		case PART_SERIAL:
			buf_addf(out, "%u", parts->serial);
			break;
		case PART_MONTH:
			buf_addf(out, "%02d", parts->date.month);
			break;
		case PART_ROMAN_MONTH:
			indonesian_roman((unsigned)parts->date.month, out);
			break;
		case PART_YEAR:
			buf_addf(out, "%d", parts->date.year);
			break;
		case PART_UNIT:
			if (!unit)
				return err_set(e, ERR_INPUT,
					_("profile '%s' has no satker of its own; write <nomor urut=\"...\" "
					  "satker=\"...\"/>"),
					p->name);
			buf_adds(out, unit);
			break;
		default:
			return err_set(e, ERR_BUG, "unchecked number pattern '%s'", p->number_pattern);
		}
	}
	return 0;
}

/* ---- the whole ---------------------------------------------------------------------------------------------- */

/* A profile that is called otherwise than its file would never be found, or found instead of another. */
static int check_name(struct reader *r, const struct xml_node *root)
{
	const char *slash = strrchr(r->path, '/'), *file = slash ? slash + 1 : r->path;
	size_t len = strlen(file) - strlen(".xml");

	if (!text_has_suffix(file, ".xml") || strlen(r->p->name) != len ||
		strncmp(r->p->name, file, len) != 0)
		return err_set(r->e, ERR_CONFIG, _("%s:%u: profil: nama '%s' must be the name of the file"),
			r->path, xml_line(root), r->p->name);
	return 0;
}

/* Text needs room: a slip in a number must not surface as a strange letter. */
static int check_room(struct reader *r, const struct xml_node *root)
{
	const struct profile *p = r->p;
	const double least = 40 * PT_PER_MM;

	if (p->paper_width_pt - p->left_pt - p->right_pt < least ||
		p->paper_height_pt - p->first_top_pt - p->bottom_pt < least ||
		p->paper_height_pt - p->next_top_pt - p->bottom_pt < least)
		return err_set(r->e, ERR_CONFIG,
			_("%s:%u: batas: the margins leave less than 40 mm for the text"), r->path,
			xml_line(xml_child(root, "batas")));
	if (p->catchword && p->bottom_pt - p->footer.rule_y_pt < 10)
		return err_set(r->e, ERR_CONFIG,
			_("%s:%u: batas: kata-penyambung needs 3.6 mm between bawah-mm and the footer's "
			  "garis-bawah-mm"),
			r->path, xml_line(xml_child(root, "batas")));
	if (p->body_size_pt < 4 || p->body_leading_pt < p->body_size_pt ||
		p->tight_leading_pt < p->body_size_pt)
		return err_set(r->e, ERR_CONFIG,
			_("%s:%u: huruf: spasi-pt must not be smaller than ukuran-pt, nor that than 4"),
			r->path, xml_line(xml_child(root, "huruf")));
	if (p->kop.text_x2_pt - p->kop.text_x1_pt < least || p->kop.text_x2_pt > p->paper_width_pt)
		return err_set(r->e, ERR_CONFIG,
			_("%s:%u: kop: x1-mm to x2-mm must be at least 40 mm, on the paper"), r->path,
			xml_line(xml_child(root, "kop")));
	return 0;
}

static int read_profile(struct reader *r, const struct xml_node *root)
{
	struct profile *p = r->p;
	const struct xml_node *numbers = xml_child(root, "penomoran");
	const struct xml_node *office = xml_child(root, "kantor");

	p->name = attribute(r, root, "nama");
	p->office = office ? text(r, office) : NULL;
	read_page(r, root);
	read_type(r, xml_child(root, "huruf"));
	p->number_pattern = attribute(r, numbers, "pola");
	p->unit = attribute(r, numbers, "satker");
	const char *word = attribute(r, xml_child(root, "klasifikasi"), "kata");
	p->class_word = word && strcmp(word, "ya") == 0;
	read_kop(r, xml_child(root, "kop"));
	read_footer(r, xml_child(root, "kaki"));
	p->labels = pairs(r, root, "label", &p->label_count);
	p->facts = pairs(r, root, "keterangan", &p->fact_count);
	if (r->failed || !p->name || !p->number_pattern || !word)
		return err_nomem(r->e);
	return check_name(r, root) || check_pattern(r, numbers) || check_room(r, root) ? -1 : 0;
}

int profile_load(const char *path, const struct xml_schema *schema, struct profile *out, struct err *e)
{
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;
	AUTO(profile_release) struct profile p = {.arena = ARENA_INIT(LIMIT_SETUP_BYTES)};
	struct reader r = {.path = path, .p = &p, .e = e};

	if (setup_load(path, schema, &doc, &p.hash, e) || read_profile(&r, xml_root(doc)))
		return -1;
	/* An attribute that is left out and one that found no memory look alike. */
	if (p.arena.failed)
		return err_nomem(e);
	*out = p;
	p = (struct profile){.arena = ARENA_INIT(0)};
	return 0;
}

void profile_release(struct profile *p)
{
	arena_release(&p->arena);
}

static const char *lookup(const struct profile_text *items, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].key, key) == 0)
			return items[i].text;
	return NULL;
}

const char *profile_label(const struct profile *p, const char *key)
{
	return lookup(p->labels, p->label_count, key);
}

const char *profile_fact(const struct profile *p, const char *key)
{
	return lookup(p->facts, p->fact_count, key);
}
