#include "language/normal.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Nothing below U+0300 changes by itself or combines with what stands before; its bytes begin with 0xcc. */
static bool may_change(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text > 0xcb)
			return true;
	return false;
}

int text_normal(const char *text, char **out, struct err *e)
{
	*out = NULL;
	if (!may_change(text))
		return 0;
	AUTO(free_ptr) char *normal = (char *)utf8proc_NFC((const utf8proc_uint8_t *)text);
	if (!normal)
		return err_nomem(e);
	if (strcmp(normal, text) != 0)
		*out = steal(&normal);
	return 0;
}

enum text_trouble text_trouble(int32_t cp)
{
	if (cp == '\t' || cp == '\n' || cp == '\r')
		return TEXT_FINE;
	const utf8proc_property_t *p = utf8proc_get_property(cp);
	if (p->ignorable)
		return TEXT_HIDDEN;
	switch (p->category) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return TEXT_HIDDEN;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return TEXT_MARK;
	default:
		break;
	}
	switch (p->bidi_class) {
	case UTF8PROC_BIDI_CLASS_R:
	case UTF8PROC_BIDI_CLASS_AL:
	case UTF8PROC_BIDI_CLASS_AN:
		return TEXT_RIGHT_TO_LEFT;
	default:
		return TEXT_FINE;
	}
}

int32_t text_capital(int32_t cp)
{
	return utf8proc_toupper(cp);
}

const char *text_hidden_name(int32_t cp)
{
	static const struct {
		int32_t first, last;
		const char *name;
	} names[] = {
		{0x00ad, 0x00ad, N_("soft hyphen")},
		{0x200b, 0x200b, N_("zero-width space")},
		{0x200c, 0x200d, N_("zero-width joiner")},
		{0x200e, 0x200f, N_("mark of direction")},
		{0x2028, 0x2029, N_("separator of lines")},
		{0x202a, 0x202e, N_("mark of direction")},
		{0x2060, 0x2060, N_("word joiner")},
		{0x2066, 0x2069, N_("mark of direction")},
		{0xfe00, 0xfe0f, N_("variation selector")},
		{0xfeff, 0xfeff, N_("byte order mark")},
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (cp >= names[i].first && cp <= names[i].last)
			return _(names[i].name);
	return NULL;
}
