/*
 * json: JSON in and out (Jansson). Jansson's json_t is the value type of the house; this door adds what
 * foreign input and stable output need: ceilings, no duplicate keys, errors as struct err, sorted keys.
 */
#ifndef NASKAH_JSON_JSON_H
#define NASKAH_JSON_JSON_H

#include "base/buf.h"

#include <jansson.h>

/* Whole input must be one JSON value (any kind); duplicate keys and depth over LIMIT_JSON_DEPTH are errors. */
int json_parse(const void *bytes, size_t len, const char *name, json_t **out, struct err *e)
	__attribute__((warn_unused_result));
/* Member as text: a string as it is, an integer in decimal, anything else or missing: NULL. `scratch` keeps digits. */
const char *json_text(const json_t *object, const char *key, char scratch[32]);
/* A string of any bytes: those that are no UTF-8 (a file name may hold them) become U+FFFD. NULL without memory. */
json_t *json_any_string(const char *bytes);
/* Appends; keys in insertion order, indent 0 (one line) or 2. */
int json_write(const json_t *value, int indent, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));
void json_release(json_t **value); /* for AUTO() */

#endif
