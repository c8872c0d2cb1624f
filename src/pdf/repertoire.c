#include "pdf/repertoire.h"

#include "base/auto.h"

#include <harfbuzz/hb.h>

/* Where right-to-left characters are or will be (Unicode, DerivedBidiClass.txt), those of no script among them. */
static const struct {
	uint16_t first, last;
} right_to_left[] = {{0x0590, 0x08ff}, {0xfb1d, 0xfdff}, {0xfe70, 0xfeff}};

static const uint16_t plain[] = {0xa0, 0xa7, 0xad, 0xb0, 0xb2, 0xb3, 0xbd, 0xd7, 0x2013, 0x2014, 0x2018,
	0x2019, 0x201c, 0x201d, 0x2022, 0x2026};

bool repertoire_is_plain(uint32_t cp)
{
	if (cp < 0x7f)
		return cp >= 0x20;
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (plain[i] == cp)
			return true;
	return false;
}

static bool is_visible(uint32_t cp)
{
	switch (hb_unicode_general_category(hb_unicode_funcs_get_default(), cp)) {
	case HB_UNICODE_GENERAL_CATEGORY_CONTROL:
	case HB_UNICODE_GENERAL_CATEGORY_FORMAT:
	case HB_UNICODE_GENERAL_CATEGORY_UNASSIGNED:
	case HB_UNICODE_GENERAL_CATEGORY_PRIVATE_USE:
	case HB_UNICODE_GENERAL_CATEGORY_SURROGATE:
	case HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK:
	case HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK:
	case HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK:
	case HB_UNICODE_GENERAL_CATEGORY_LINE_SEPARATOR:
	case HB_UNICODE_GENERAL_CATEGORY_PARAGRAPH_SEPARATOR:
		return false;
	default:
		return cp < 0xfff0; /* what stands for an object or for a damaged character */
	}
}

/* Scripts whose letters stand side by side as they are. */
static bool is_simple(uint32_t cp)
{
	switch (hb_unicode_script(hb_unicode_funcs_get_default(), cp)) {
	case HB_SCRIPT_COMMON:
	case HB_SCRIPT_LATIN:
	case HB_SCRIPT_GREEK:
	case HB_SCRIPT_CYRILLIC:
	case HB_SCRIPT_ARMENIAN:
	case HB_SCRIPT_GEORGIAN:
	case HB_SCRIPT_HAN:
	case HB_SCRIPT_HIRAGANA:
	case HB_SCRIPT_KATAKANA:
	case HB_SCRIPT_BOPOMOFO:
		return true;
	case HB_SCRIPT_HANGUL:
		return cp >= 0xac00 && cp <= 0xd7a3; /* whole syllables, no parts */
	default:
		return false;
	}
}

bool repertoire_has(uint32_t cp)
{
	if (cp >= REPERTOIRE_SIZE)
		return false;
	if (repertoire_is_plain(cp))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(right_to_left); i++)
		if (cp >= right_to_left[i].first && cp <= right_to_left[i].last)
			return false;
	return is_visible(cp) && is_simple(cp);
}
