/*
 * normal: text in Unicode's normal form C (UAX #15), characters that no text of ours may hold, capitals (utf8proc).
 *
 * "e" and a combining acute are one letter to a reader and two to a computer; files from a Mac have the two. In form C
 * they are one character, which fonts have and which compares equal.
 */
#ifndef NASKAH_LANGUAGE_NORMAL_H
#define NASKAH_LANGUAGE_NORMAL_H

#include "base/err.h"

#include <stdint.h>

/* Valid UTF-8 in form C: *out is to be freed, or NULL when the text is in that form already. */
int text_normal(const char *text, char **out, struct err *e) __attribute__((warn_unused_result));

enum text_trouble {
	TEXT_FINE = 0,
	TEXT_HIDDEN,        /* shows nothing, or shows other characters in another place */
	TEXT_MARK,          /* combines with the letter before, and form C has no such letter */
	TEXT_RIGHT_TO_LEFT, /* its lines run the other way */
};

/* What is wrong with a character of a text in form C. Tab and line ends are fine. */
enum text_trouble text_trouble(int32_t cp);
/* The capital of a letter, one for one, in no language's special way; any other character as it is. */
int32_t text_capital(int32_t cp);
/* What a hidden character is called, translated; NULL for the less common ones. */
const char *text_hidden_name(int32_t cp);

#endif
