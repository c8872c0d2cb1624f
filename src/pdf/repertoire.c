#include "pdf/repertoire.h"

#include "base/auto.h"

/* Ascending, without overlap. U+00AD is the layout's alone: text that brings it is refused. */
/* clang-format off: one range a line */
const struct repertoire_range repertoire[] = {
	{0x0020, 0x007e, LEVEL_PLAIN}, /* Basic Latin */
	{0x00a0, 0x00a0, LEVEL_PLAIN}, /* no-break space */
	{0x00a1, 0x00a6, LEVEL_ALL},   /* Latin-1 */
	{0x00a7, 0x00a7, LEVEL_PLAIN}, /* section sign */
	{0x00a8, 0x00a9, LEVEL_ALL},
	{0x00aa, 0x00aa, LEVEL_LATIN},
	{0x00ab, 0x00ac, LEVEL_ALL},
	{0x00ad, 0x00ad, LEVEL_PLAIN}, /* the hyphen that layout sets where it parts a word */
	{0x00ae, 0x00af, LEVEL_ALL},
	{0x00b0, 0x00b0, LEVEL_PLAIN}, /* degree */
	{0x00b1, 0x00b1, LEVEL_ALL},
	{0x00b2, 0x00b3, LEVEL_PLAIN}, /* square and cubic metres */
	{0x00b4, 0x00b9, LEVEL_ALL},
	{0x00ba, 0x00ba, LEVEL_LATIN},
	{0x00bb, 0x00bc, LEVEL_ALL},
	{0x00bd, 0x00bd, LEVEL_PLAIN}, /* one half */
	{0x00be, 0x00bf, LEVEL_ALL},
	{0x00c0, 0x00d6, LEVEL_LATIN},
	{0x00d7, 0x00d7, LEVEL_PLAIN}, /* times */
	{0x00d8, 0x00f6, LEVEL_LATIN},
	{0x00f7, 0x00f7, LEVEL_ALL},
	{0x00f8, 0x00ff, LEVEL_LATIN},
	{0x0100, 0x017f, LEVEL_LATIN}, /* Latin Extended-A */
	{0x0192, 0x0192, LEVEL_ALL},   /* florin */
	{0x01a0, 0x01a1, LEVEL_ALL},   /* Vietnamese o and u with horn */
	{0x01af, 0x01b0, LEVEL_ALL},
	{0x01cd, 0x01dc, LEVEL_ALL}, /* Pinyin */
	{0x01e6, 0x01e7, LEVEL_ALL}, /* g with caron */
	{0x01fa, 0x01ff, LEVEL_ALL},
	{0x0218, 0x021b, LEVEL_LATIN}, /* Romanian */
	{0x02bb, 0x02bc, LEVEL_LATIN}, /* ayn, hamza */
	{0x02be, 0x02bf, LEVEL_LATIN},
	{0x02c6, 0x02c7, LEVEL_ALL}, /* spacing accents of WinAnsi */
	{0x02d8, 0x02dd, LEVEL_ALL},
	{0x0391, 0x03a1, LEVEL_ALL}, /* Greek, used as signs */
	{0x03a3, 0x03a9, LEVEL_ALL},
	{0x03b1, 0x03c9, LEVEL_ALL},
	{0x1e0c, 0x1e0f, LEVEL_LATIN}, /* dots and lines below: spelling of Arabic and Sanskrit */
	{0x1e20, 0x1e23, LEVEL_ALL},
	{0x1e24, 0x1e25, LEVEL_LATIN},
	{0x1e26, 0x1e29, LEVEL_ALL},
	{0x1e2a, 0x1e2b, LEVEL_LATIN},
	{0x1e32, 0x1e3b, LEVEL_ALL},
	{0x1e40, 0x1e41, LEVEL_ALL},
	{0x1e42, 0x1e47, LEVEL_LATIN},
	{0x1e48, 0x1e49, LEVEL_ALL},
	{0x1e5a, 0x1e63, LEVEL_LATIN},
	{0x1e6c, 0x1e6f, LEVEL_LATIN},
	{0x1e80, 0x1e85, LEVEL_ALL},
	{0x1e92, 0x1e95, LEVEL_LATIN},
	{0x1ea0, 0x1ef9, LEVEL_ALL}, /* Vietnamese */
	{0x2010, 0x2012, LEVEL_ALL}, /* dashes */
	{0x2013, 0x2014, LEVEL_PLAIN},
	{0x2015, 0x2015, LEVEL_ALL},
	{0x2018, 0x2019, LEVEL_PLAIN}, /* quotes */
	{0x201a, 0x201b, LEVEL_ALL},
	{0x201c, 0x201d, LEVEL_PLAIN},
	{0x201e, 0x201f, LEVEL_ALL},
	{0x2020, 0x2021, LEVEL_ALL},
	{0x2022, 0x2022, LEVEL_PLAIN}, /* bullet */
	{0x2026, 0x2026, LEVEL_PLAIN}, /* ellipsis */
	{0x202f, 0x2030, LEVEL_ALL},
	{0x2032, 0x2033, LEVEL_ALL},
	{0x2039, 0x203a, LEVEL_ALL},
	{0x2044, 0x2044, LEVEL_ALL},
	{0x2070, 0x2070, LEVEL_ALL}, /* superscripts, subscripts */
	{0x2074, 0x2079, LEVEL_ALL},
	{0x207f, 0x2089, LEVEL_ALL},
	{0x20a0, 0x20be, LEVEL_ALL}, /* currencies */
	{0x2105, 0x2105, LEVEL_ALL}, /* letter-like */
	{0x2113, 0x2113, LEVEL_ALL},
	{0x2116, 0x2116, LEVEL_ALL},
	{0x2122, 0x2122, LEVEL_ALL},
	{0x2126, 0x2126, LEVEL_ALL},
	{0x212e, 0x212e, LEVEL_ALL},
	{0x2153, 0x2154, LEVEL_ALL},
	{0x215b, 0x215e, LEVEL_ALL},
	{0x2190, 0x2195, LEVEL_ALL}, /* arrows */
	{0x2202, 0x2202, LEVEL_ALL}, /* mathematics */
	{0x2206, 0x2206, LEVEL_ALL},
	{0x220f, 0x220f, LEVEL_ALL},
	{0x2211, 0x2212, LEVEL_ALL},
	{0x2215, 0x2215, LEVEL_ALL},
	{0x2219, 0x221a, LEVEL_ALL},
	{0x221e, 0x221e, LEVEL_ALL},
	{0x2229, 0x2229, LEVEL_ALL},
	{0x222b, 0x222b, LEVEL_ALL},
	{0x2248, 0x2248, LEVEL_ALL},
	{0x2260, 0x2261, LEVEL_ALL},
	{0x2264, 0x2265, LEVEL_ALL},
	{0x25a0, 0x25a1, LEVEL_ALL}, /* boxes and bullets */
	{0x25aa, 0x25ab, LEVEL_ALL},
	{0x25b2, 0x25b2, LEVEL_ALL},
	{0x25ba, 0x25ba, LEVEL_ALL},
	{0x25bc, 0x25bc, LEVEL_ALL},
	{0x25c4, 0x25c4, LEVEL_ALL},
	{0x25ca, 0x25cb, LEVEL_ALL},
	{0x25cf, 0x25cf, LEVEL_ALL},
	{0x25e6, 0x25e6, LEVEL_ALL},
	{0x2713, 0x2713, LEVEL_ALL},
};
/* clang-format on */
const size_t repertoire_count = ARRAY_LEN(repertoire);
