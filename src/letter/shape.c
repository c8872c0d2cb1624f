#include "letter/shape.h"

#include "base/auto.h"
#include "base/limits.h"

#include <string.h>

#define NAMESPACE "urn:naskah:surat:1"

enum value {
	LENGTH, /* panjang */
	YES,    /* ya */
	ALIGN,  /* rata */
	WORDS,  /* teks */
};

static const struct {
	const char *name;
	enum value type;
} attributes[] = {
	{"ukuran-pt", LENGTH}, /* 0 */
	{"spasi-pt", LENGTH},
	{"ikut-berikut", YES},
	{"rata", ALIGN}, /* 3 */
	{"indentasi-mm", LENGTH},
	{"label-mm", LENGTH},
	{"titik-dua-mm", LENGTH},
	{"lebar-mm", LENGTH}, /* 7 */
	{"tinggi-mm", LENGTH},
	{"label", WORDS},
	{"nomor", WORDS}, /* 10 */
	{"tempat-tanggal", WORDS},
	{"garis-bawah", YES},
	{"bingkai-pt", LENGTH}, /* 13 */
	{"garis-pt", LENGTH},
	{"kepala", YES},
	{"sebaris", YES}, /* 16 */
	{"silang", YES},
	{"bagian", WORDS},
	{"rapat", YES}, /* 19 */
	{"kopi", WORDS},
};

#define STYLE      (1U << 0 | 1U << 1 | 1U << 2)
#define RATA       (1U << 3)
#define INDENT     (1U << 4)
#define COLONS     (1U << 5 | 1U << 6)
#define WIDTH      (1U << 7)
#define HEIGHT     (1U << 8)
#define LABEL      (1U << 9)
#define NUMBER     (1U << 10)
#define PLACE_DATE (1U << 11)
#define UNDERLINE  (1U << 12)
#define FRAME      (1U << 13)
#define GRID       (1U << 14)
#define HEAD       (1U << 15)
#define IN_LINE    (1U << 16)
#define CROSS      (1U << 17)
#define PART       (1U << 18)
#define TIGHT      (1U << 19)
#define COPY       (1U << 20)

/* In the order in which a signature has its lines; the frequent ones of the others first. */
enum element {
	ATAS,
	KOTAK_NAMA,
	KOTAK_JABATAN,
	NAMA,
	BAWAH,
	ISIAN,
	PARAGRAF,
	SEL,
	BARIS,
	BUTIR,
	PILIHAN,
	TEBAL,
	MIRING,
	DAFTAR,
	DATA,
	TABEL,
	PILIHAN_PILIHAN,
	JARAK,
	TANDA_TANGAN,
	KOP,
	RUJUKAN,
	YTH,
	JUDUL,
	PARA_PENANDA_TANGAN,
	TEMBUSAN,
	HALAMAN_BARU,
	SURAT,
};

#define E(name) (1U << (name))
#define FACES   (E(TEBAL) | E(MIRING))
#define FLOW    (E(PARAGRAF) | E(DAFTAR) | E(DATA) | E(TABEL) | E(PILIHAN_PILIHAN) | E(JARAK))
#define LINES   (E(ATAS) | E(KOTAK_NAMA) | E(KOTAK_JABATAN) | E(NAMA) | E(BAWAH))
#define TOP                                                                                                  \
	(FLOW | E(KOP) | E(RUJUKAN) | E(YTH) | E(JUDUL) | E(TANDA_TANGAN) | E(PARA_PENANDA_TANGAN) |         \
		E(TEMBUSAN) | E(HALAMAN_BARU))

enum text {
	NONE,  /* white space between elements at most */
	SOME,  /* text, or not */
	MUST,  /* text that says something */
	EMPTY, /* nothing whatever */
};

static const struct rule {
	const char *name;
	unsigned children;
	unsigned least, most; /* children, that is elements */
	enum text text;
	unsigned attributes, required;
} rules[] = {
	[ATAS] = {"atas", 0, 0, 0, MUST, 0, 0},
	[KOTAK_NAMA] = {"kotak-nama", 0, 0, 0, MUST, 0, 0},
	[KOTAK_JABATAN] = {"kotak-jabatan", 0, 0, 0, MUST, 0, 0},
	[NAMA] = {"nama", 0, 0, 0, MUST, 0, 0},
	[BAWAH] = {"bawah", 0, 0, 0, MUST, 0, 0},
	[ISIAN] = {"isian", FACES | FLOW, 0, ~0U, SOME, STYLE | NUMBER | LABEL, LABEL},
	[PARAGRAF] = {"paragraf", FACES, 0, ~0U, SOME, STYLE | RATA | INDENT, 0},
	[SEL] = {"sel", FACES | FLOW | E(TANDA_TANGAN), 0, ~0U, SOME, STYLE | WIDTH | RATA | HEAD, 0},
	[BARIS] = {"baris", E(SEL), 1, 63, NONE, STYLE | HEAD | HEIGHT, 0},
	[BUTIR] = {"butir", FACES | FLOW, 0, ~0U, SOME, STYLE | LABEL, LABEL},
	[PILIHAN] = {"pilihan", FACES, 0, ~0U, SOME, CROSS, 0},
	[TEBAL] = {"tebal", 0, 0, 0, SOME, 0, 0},
	[MIRING] = {"miring", 0, 0, 0, SOME, 0, 0},
	[DAFTAR] = {"daftar", E(BUTIR), 1, ~0U, NONE, STYLE | INDENT, 0},
	[DATA] = {"data", E(ISIAN), 1, ~0U, NONE, STYLE | INDENT | COLONS | WIDTH | FRAME, 0},
	[TABEL] = {"tabel", E(BARIS), 1, ~0U, NONE, STYLE | GRID, 0},
	[PILIHAN_PILIHAN] = {"pilihan-pilihan", E(PILIHAN), 1, ~0U, NONE, STYLE | IN_LINE, 0},
	[JARAK] = {"jarak", 0, 0, 0, EMPTY, HEIGHT, HEIGHT},
	[TANDA_TANGAN] = {"tanda-tangan", LINES, 3, ~0U, NONE, STYLE | INDENT, 0},
	[KOP] = {"kop", E(PARAGRAF), 1, ~0U, NONE, STYLE | INDENT, 0},
	[RUJUKAN] = {"rujukan", E(ISIAN), 1, ~0U, NONE, STYLE | COLONS | PLACE_DATE, 0},
	[YTH] = {"yth", E(PARAGRAF), 1, ~0U, NONE, STYLE | INDENT, 0},
	[JUDUL] = {"judul", E(PARAGRAF), 1, ~0U, NONE, STYLE | INDENT | UNDERLINE, 0},
	[PARA_PENANDA_TANGAN] = {"para-penanda-tangan", E(TANDA_TANGAN), 2, 3, NONE, STYLE, 0},
	[TEMBUSAN] = {"tembusan", E(BUTIR), 1, ~0U, NONE, STYLE | LABEL, LABEL},
	[HALAMAN_BARU] = {"halaman-baru", 0, 0, 0, EMPTY, PART, 0},
	[SURAT] = {"surat", TOP, 0, ~0U, NONE, TIGHT | COPY, 0},
};

static bool says_something(const char *text)
{
	return text[strspn(text, " \t\r\n")] != 0;
}

/* [0-9]{1,3}(\.[0-9]{1,3})? */
static bool is_length(const char *text)
{
	size_t whole = strspn(text, "0123456789");

	if (whole < 1 || whole > 3)
		return false;
	text += whole;
	if (*text == '.') {
		size_t part = strspn(++text, "0123456789");
		if (part < 1 || part > 3)
			return false;
		text += part;
	}
	return *text == 0;
}

static bool is_value(enum value type, const char *text)
{
	switch (type) {
	case LENGTH:
		return is_length(text);
	case YES:
		return strcmp(text, "ya") == 0;
	case ALIGN:
		return strcmp(text, "penuh") == 0 || strcmp(text, "kiri") == 0 ||
		       strcmp(text, "tengah") == 0 || strcmp(text, "kanan") == 0;
	case WORDS:
		return says_something(text);
	}
	return false;
}

struct found {
	unsigned allowed, seen;
};

static bool on_attribute(void *user, const char *name, const char *value)
{
	struct found *f = user;

	for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
		if (f->allowed & 1U << i && strcmp(attributes[i].name, name) == 0) {
			f->seen |= 1U << i;
			return is_value(attributes[i].type, value);
		}
	return false;
}

/* The one of these elements that it is; SURAT for none, which stands in nothing. */
static enum element element_of(const struct xml_node *n, unsigned allowed)
{
	for (unsigned i = 0; i < SURAT; i++)
		if (allowed & 1U << i && xml_is(n, rules[i].name))
			return xml_is_of(n, NAMESPACE) ? (enum element)i : SURAT;
	return SURAT;
}

/* Those of which the order says something: the kop comes first, a signature has its lines one below the other. */
static bool follows(enum element parent, enum element child, enum element last, unsigned count)
{
	if (child == KOP)
		return count == 0;
	if (parent != TANDA_TANGAN)
		return true;
	if (count == 0)
		return child <= KOTAK_NAMA;
	return child == last ? child == ATAS || child == BAWAH : child == last + 1;
}

static bool is_right(const struct xml_node *n, enum element kind, unsigned depth)
{
	const struct rule *rule = &rules[kind];
	struct found f = {rule->attributes, 0};
	enum element last = SURAT;
	unsigned count = 0;
	bool said = false;

	if (depth > LIMIT_XML_DEPTH || !xml_attrs_are(n, on_attribute, &f) ||
		(f.seen & rule->required) != rule->required)
		return false;
	for (const struct xml_node *p = xml_first_piece(n); p; p = xml_next_piece(p)) {
		if (xml_piece_is_text(p)) {
			bool words = says_something(xml_piece_text(p));
			if (rule->text == EMPTY || (rule->text == NONE && words))
				return false;
			said |= words;
			continue;
		}
		enum element child = element_of(p, rule->children);
		if (child == SURAT || !follows(kind, child, last, count) || !is_right(p, child, depth + 1))
			return false;
		last = child;
		count++;
	}
	/* A signature is whole when it has come to the name, or beyond. */
	if (kind == TANDA_TANGAN && last != NAMA && last != BAWAH)
		return false;
	return count >= rule->least && count <= rule->most && (said || rule->text != MUST);
}

bool shape_is_letter(const struct xml_doc *doc)
{
	const struct xml_node *root = xml_root(doc);

	return xml_is(root, rules[SURAT].name) && xml_is_of(root, NAMESPACE) && is_right(root, SURAT, 1);
}
