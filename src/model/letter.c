#include "model/letter.h"

#include <string.h>

static const char *const kind_names[BLOCK_KIND_COUNT] = {
	[BLOCK_KOP] = "kop",
	[BLOCK_REFERENCE] = "rujukan",
	[BLOCK_ADDRESSEE] = "yth",
	[BLOCK_TITLE] = "judul",
	[BLOCK_PARAGRAPH] = "paragraf",
	[BLOCK_LIST] = "daftar",
	[BLOCK_ITEM] = "butir",
	[BLOCK_FIELDS] = "data",
	[BLOCK_FIELD] = "isian",
	[BLOCK_TABLE] = "tabel",
	[BLOCK_ROW] = "baris",
	[BLOCK_CELL] = "sel",
	[BLOCK_CHECKS] = "pilihan-pilihan",
	[BLOCK_CHECK] = "pilihan",
	[BLOCK_SIGNATURE] = "tanda-tangan",
	[BLOCK_SIGNATURES] = "para-penanda-tangan",
	[BLOCK_TEMBUSAN] = "tembusan",
	[BLOCK_PAGE_BREAK] = "halaman-baru",
	[BLOCK_SPACE] = "jarak",
};
static const char *const aligns[] = {"penuh", "kiri", "tengah", "kanan"};
static const char *const faces[FACE_COUNT] = {"biasa", "tebal", "miring"};

const char *block_kind_name(enum block_kind kind)
{
	return kind_names[kind];
}

static void indent(struct buf *out, unsigned depth)
{
	static const char blanks[] = "                                ";

	for (unsigned left = depth * 2; left > 0;) {
		unsigned n = left < sizeof blanks - 1 ? left : (unsigned)sizeof blanks - 1;
		buf_add(out, blanks, n);
		left -= n;
	}
}

/*
 * A line of its own for each text, text last: no text can be mistaken for two, or for anything else. Text
 * from the tree builder has no line ends; should one come from elsewhere, it must not look like a new line.
 */
static void text_line(struct buf *out, unsigned depth, const char *key, const char *text, size_t len)
{
	indent(out, depth);
	buf_adds(out, key);
	buf_addc(out, ' ');
	for (const char *end = text + len, *eol; text < end; text = eol + 1) {
		eol = memchr(text, '\n', (size_t)(end - text));
		if (!eol) {
			buf_add(out, text, (size_t)(end - text));
			break;
		}
		buf_add(out, text, (size_t)(eol - text));
		buf_adds(out, "\\n");
	}
	buf_addc(out, '\n');
}

static void text(struct buf *out, unsigned depth, const char *key, const char *value)
{
	if (value)
		text_line(out, depth, key, value, strlen(value));
}

/* In thousandths of a point: printf's %f would write the decimal comma of the user's locale. */
static void length(struct buf *out, const char *key, double pt)
{
	char digits[24];
	size_t n = sizeof digits;

	if (!(pt > 0))
		return;
	buf_addc(out, ' ');
	buf_adds(out, key);
	buf_addc(out, '=');
	unsigned long mille = (unsigned long)(pt * 1000 + 0.5);
	do {
		digits[--n] = (char)('0' + mille % 10);
		mille /= 10;
	} while (mille);
	buf_add(out, digits + n, sizeof digits - n);
}

static void flag(struct buf *out, const char *key, bool on)
{
	if (!on)
		return;
	buf_addc(out, ' ');
	buf_adds(out, key);
}

static void signature(struct buf *out, const struct signature *s, unsigned depth)
{
	for (size_t i = 0; i < s->above_count; i++)
		text(out, depth, "atas", s->above[i]);
	text(out, depth, "kotak-nama", s->plain_name);
	text(out, depth, "kotak-jabatan", s->title);
	text(out, depth, "nama", s->name);
	for (size_t i = 0; i < s->below_count; i++)
		text(out, depth, "bawah", s->below[i]);
}

/* Depth is bounded by whoever built the tree. */
static void block(struct buf *out, const struct block *b, unsigned depth)
{
	indent(out, depth);
	buf_adds(out, kind_names[b->kind]);
	flag(out, aligns[b->align], b->align != ALIGN_JUSTIFY);
	length(out, "ukuran", b->size_pt);
	length(out, "spasi", b->leading_pt);
	length(out, "indentasi", b->indent_pt);
	length(out, "label", b->label_pt);
	length(out, "titik-dua", b->colon_pt);
	length(out, "lebar", b->width_pt);
	length(out, "tinggi", b->height_pt);
	length(out, "garis", b->border_pt);
	flag(out, "kepala", b->head);
	flag(out, "silang", b->crossed);
	flag(out, "garis-bawah", b->underlined);
	flag(out, "ikut-berikut", b->keep_with_next);
	flag(out, "sebaris", b->inline_checks);
	buf_addc(out, '\n');
	text(out, depth + 1, b->kind == BLOCK_REFERENCE ? "tempat-tanggal" : "nomor", b->mark);
	text(out, depth + 1, b->kind == BLOCK_PAGE_BREAK ? "bagian" : "label", b->label);
	for (const struct span *s = b->spans; s; s = s->next)
		text_line(out, depth + 1, faces[s->face], s->text, s->len);
	if (b->signature)
		signature(out, b->signature, depth + 1);
	for (const struct block *child = b->children; child; child = child->next)
		block(out, child, depth + 1);
}

void letter_dump(const struct letter *l, struct buf *out)
{
	buf_adds(out, "surat");
	flag(out, "contoh", l->specimen);
	flag(out, "rapat", l->tight);
	buf_addc(out, '\n');
	text(out, 1, "jenis", l->kind);
	text(out, 1, "judul-dokumen", l->title);
	text(out, 1, "klasifikasi", l->class_code);
	text(out, 1, "kata-klasifikasi", l->class_word);
	text(out, 1, "kopi", l->copies);
	for (const struct block *b = l->blocks; b; b = b->next)
		block(out, b, 1);
}
