#include "pdf/repertoire.h"

#include "base/auto.h"

/*
 * Ascending, without overlap. U+00AD is left out on purpose: an invisible hyphen has no place in a signed text.
 */
const struct repertoire_range repertoire[] = {
	{0x0020, 0x007e, PART_PLAIN}, /* Basic Latin */
	{0x00a0, 0x00a0, PART_PLAIN}, /* no-break space */
	{0x00a1, 0x00a6, PART_SIGNS}, /* Latin-1 */
	{0x00a7, 0x00a7, PART_PLAIN}, /* section sign */
	{0x00a8, 0x00a9, PART_SIGNS},
	{0x00aa, 0x00aa, PART_LATIN},
	{0x00ab, 0x00ac, PART_SIGNS},
	{0x00ae, 0x00af, PART_SIGNS},
	{0x00b0, 0x00b0, PART_PLAIN}, /* degree */
	{0x00b1, 0x00b1, PART_SIGNS},
	{0x00b2, 0x00b3, PART_PLAIN}, /* square and cubic metres */
	{0x00b4, 0x00b9, PART_SIGNS},
	{0x00ba, 0x00ba, PART_LATIN},
	{0x00bb, 0x00bc, PART_SIGNS},
	{0x00bd, 0x00bd, PART_PLAIN}, /* one half */
	{0x00be, 0x00bf, PART_SIGNS},
	{0x00c0, 0x00d6, PART_LATIN},
	{0x00d7, 0x00d7, PART_PLAIN}, /* times */
	{0x00d8, 0x00f6, PART_LATIN},
	{0x00f7, 0x00f7, PART_SIGNS},
	{0x00f8, 0x00ff, PART_LATIN},
	{0x0100, 0x017f, PART_LATIN}, /* Latin Extended-A */
	{0x0192, 0x0192, PART_LATIN}, /* florin */
	{0x01a0, 0x01a1, PART_LATIN}, /* Vietnamese o and u with horn */
	{0x01af, 0x01b0, PART_LATIN},
	{0x01cd, 0x01dc, PART_LATIN}, /* Pinyin */
	{0x01e6, 0x01e7, PART_LATIN}, /* g with caron */
	{0x01fa, 0x01ff, PART_LATIN},
	{0x0218, 0x021b, PART_LATIN}, /* Romanian */
	{0x02bb, 0x02bc, PART_LATIN}, /* ayn, hamza */
	{0x02be, 0x02bf, PART_LATIN},
	{0x02c6, 0x02c7, PART_SIGNS}, /* spacing accents of WinAnsi */
	{0x02d8, 0x02dd, PART_SIGNS},
	{0x0391, 0x03a1, PART_SIGNS}, /* Greek, used as signs */
	{0x03a3, 0x03a9, PART_SIGNS},
	{0x03b1, 0x03c9, PART_SIGNS},
	{0x1e0c, 0x1e0f, PART_LATIN}, /* dots and lines below: spelling of Arabic and Sanskrit */
	{0x1e20, 0x1e2b, PART_LATIN},
	{0x1e32, 0x1e3b, PART_LATIN},
	{0x1e40, 0x1e49, PART_LATIN},
	{0x1e5a, 0x1e63, PART_LATIN},
	{0x1e6c, 0x1e6f, PART_LATIN},
	{0x1e80, 0x1e85, PART_LATIN},
	{0x1e92, 0x1e95, PART_LATIN},
	{0x1ea0, 0x1ef9, PART_LATIN}, /* Vietnamese */
	{0x2010, 0x2012, PART_SIGNS}, /* dashes */
	{0x2013, 0x2014, PART_PLAIN},
	{0x2015, 0x2015, PART_SIGNS},
	{0x2018, 0x2019, PART_PLAIN}, /* quotes */
	{0x201a, 0x201b, PART_SIGNS},
	{0x201c, 0x201d, PART_PLAIN},
	{0x201e, 0x201f, PART_SIGNS},
	{0x2020, 0x2021, PART_SIGNS},
	{0x2022, 0x2022, PART_PLAIN}, /* bullet */
	{0x2026, 0x2026, PART_PLAIN}, /* ellipsis */
	{0x202f, 0x2030, PART_SIGNS},
	{0x2032, 0x2033, PART_SIGNS},
	{0x2039, 0x203a, PART_SIGNS},
	{0x2044, 0x2044, PART_SIGNS},
	{0x2070, 0x2070, PART_SIGNS}, /* superscripts, subscripts */
	{0x2074, 0x2079, PART_SIGNS},
	{0x207f, 0x2089, PART_SIGNS},
	{0x20a0, 0x20be, PART_SIGNS}, /* currencies */
	{0x2105, 0x2105, PART_SIGNS}, /* letter-like */
	{0x2113, 0x2113, PART_SIGNS},
	{0x2116, 0x2116, PART_SIGNS},
	{0x2122, 0x2122, PART_SIGNS},
	{0x2126, 0x2126, PART_SIGNS},
	{0x212e, 0x212e, PART_SIGNS},
	{0x2153, 0x2154, PART_SIGNS},
	{0x215b, 0x215e, PART_SIGNS},
	{0x2190, 0x2195, PART_SIGNS}, /* arrows */
	{0x2202, 0x2202, PART_SIGNS}, /* mathematics */
	{0x2206, 0x2206, PART_SIGNS},
	{0x220f, 0x220f, PART_SIGNS},
	{0x2211, 0x2212, PART_SIGNS},
	{0x2215, 0x2215, PART_SIGNS},
	{0x2219, 0x221a, PART_SIGNS},
	{0x221e, 0x221e, PART_SIGNS},
	{0x2229, 0x2229, PART_SIGNS},
	{0x222b, 0x222b, PART_SIGNS},
	{0x2248, 0x2248, PART_SIGNS},
	{0x2260, 0x2261, PART_SIGNS},
	{0x2264, 0x2265, PART_SIGNS},
	{0x25a0, 0x25a1, PART_SIGNS}, /* boxes and bullets */
	{0x25aa, 0x25ab, PART_SIGNS},
	{0x25b2, 0x25b2, PART_SIGNS},
	{0x25ba, 0x25ba, PART_SIGNS},
	{0x25bc, 0x25bc, PART_SIGNS},
	{0x25c4, 0x25c4, PART_SIGNS},
	{0x25ca, 0x25cb, PART_SIGNS},
	{0x25cf, 0x25cf, PART_SIGNS},
	{0x25e6, 0x25e6, PART_SIGNS},
	{0x2713, 0x2713, PART_SIGNS},
};
const size_t repertoire_count = ARRAY_LEN(repertoire);
