/*
 * bsre_stream: takes the big base64 string out of an answer as it arrives, before a JSON parser sees the rest.
 *
 * The answer to a signature is one JSON object with a few bytes of words and megabytes of base64 in "file":["..."]
 * (v2) or "base64_signed_file":"..." (v1). This scanner passes the first such string on as bytes, leaves all of them
 * empty in a copy of the JSON, and counts them. It only looks at brackets and quotes: whether the rest is JSON is
 * found out by the parser afterwards. Memory: the rest, up to LIMIT_SMALL_REPLY_BYTES.
 */
#ifndef NASKAH_SIGNING_BSRE_STREAM_H
#define NASKAH_SIGNING_BSRE_STREAM_H

#include "base/buf.h"
#include "base/text.h"

#include <stdbool.h>

struct bsre_stream {
	struct buf rest; /* the JSON with empty files */
	size_t files;    /* strings taken out */
	bool bad_base64; /* the first of them is not base64, or has an escape but "\/" */
	/* where the first one goes; -1 ends it all */
	int (*take)(void *user, const void *bytes, size_t len);
	void *user;
	/* where we are */
	unsigned depth;
	char string[24]; /* beginning of the string at depth 1, to know the keys */
	size_t string_len;
	enum { AT_VALUE, IN_STRING, IN_FILE, AFTER_KEY, AFTER_COLON } at;
	enum { KEY_OTHER, KEY_FILES, KEY_FILE } key;
	bool in_files; /* inside the array of "file" */
	bool escaped;  /* behind a backslash */
	struct base64_reader base64;
};

void bsre_stream_init(
	struct bsre_stream *s, int (*take)(void *user, const void *bytes, size_t len), void *user);
/* -1: the rest is longer than its ceiling, or take() said so. Nonsense in, nonsense out. */
int bsre_stream_add(struct bsre_stream *s, const char *bytes, size_t len);
void bsre_stream_release(struct bsre_stream *s);

#endif
