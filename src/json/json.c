#include "json/json.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int depth_of(const json_t *value, int ceiling)
{
	int deepest = 0;

	if (ceiling <= 0)
		return 1;
	if (json_is_object(value)) {
		const char *key;
		json_t *member;
		json_object_foreach((json_t *)(uintptr_t)value, key, member)
		{
			int d = depth_of(member, ceiling - 1);
			if (d > deepest)
				deepest = d;
		}
	} else if (json_is_array(value)) {
		for (size_t i = 0; i < json_array_size(value); i++) {
			int d = depth_of(json_array_get(value, i), ceiling - 1);
			if (d > deepest)
				deepest = d;
		}
	}
	return deepest + 1;
}

int json_parse(const void *bytes, size_t len, const char *name, json_t **out, struct err *e)
{
	json_error_t at;
	json_t *value = json_loadb(bytes, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &at);

	if (!value)
		return err_set(e, ERR_INPUT, _("%s: not JSON: line %d: %s"), name, at.line, at.text);
	if (depth_of(value, LIMIT_JSON_DEPTH) > LIMIT_JSON_DEPTH) {
		json_decref(value);
		return err_set(e, ERR_LIMIT, _("%s: JSON nested deeper than %d"), name, LIMIT_JSON_DEPTH);
	}
	*out = value;
	return 0;
}

const char *json_text(const json_t *object, const char *key, char scratch[32])
{
	const json_t *member = json_object_get(object, key);

	if (json_is_string(member))
		return json_string_value(member);
	if (json_is_integer(member)) {
		snprintf(scratch, 32, "%lld", (long long)json_integer_value(member));
		return scratch;
	}
	return NULL;
}

json_t *json_any_string(const char *bytes)
{
	size_t len = strlen(bytes), at = 0;

	if (utf8_is_valid(bytes, len))
		return json_stringn(bytes, len);
	char *text = malloc(3 * len);
	if (!text)
		return NULL;
	for (const char *p = bytes, *end = bytes + len; p < end;) {
		const char *from = p;
		bool good = utf8_next(&p, end) >= 0;
		size_t width = good ? (size_t)(p - from) : 3;
		memcpy(text + at, good ? from : "\xef\xbf\xbd", width);
		at += width;
	}
	json_t *made = json_stringn(text, at);
	free(text);
	return made;
}

static int append(const char *bytes, size_t len, void *user)
{
	struct buf *out = user;

	buf_add(out, bytes, len);
	return out->failed ? -1 : 0;
}

int json_write(const json_t *value, int indent, struct buf *out, struct err *e)
{
	size_t flags =
		JSON_PRESERVE_ORDER | JSON_ENCODE_ANY | (indent ? JSON_INDENT((size_t)indent) : JSON_COMPACT);

	if (!value || json_dump_callback(value, append, out, flags) != 0) {
		if (buf_check(out, e) != 0)
			return -1;
		return err_nomem(e);
	}
	return 0;
}

void json_release(json_t **value)
{
	json_decref(*value);
	*value = NULL;
}
