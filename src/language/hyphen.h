/*
 * hyphen: where an Indonesian word may be parted (libhyphen, the patterns of Debian's hyphen-id).
 *
 * The patterns know syllables; what they leave is made fit for print: no part without a vowel, none of one letter, at
 * least two letters before the hyphen and three behind it. Only words of the letters a to z are parted: names,
 * numbers and addresses must stand as they are.
 *
 * Read-only once loaded; shared by all threads: libhyphen's search (2.8.8) only reads the patterns and works in
 * memory of its own. When it gets none it ends the process; it asks for a few hundred bytes, once a word.
 */
#ifndef NASKAH_LANGUAGE_HYPHEN_H
#define NASKAH_LANGUAGE_HYPHEN_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct hyphenator;

/* The longest word that is looked at, in letters; the longest of the language have about thirty. */
#define HYPHEN_LETTERS 48

/* The patterns where the distribution puts them. */
#define HYPHEN_FOLDER "/usr/share/hyphen"
#define HYPHEN_FILE   "hyph_id_ID.dic"

/* ERR_CONFIG: there is no such file (then it names the package), or no patterns in it. */
int hyphenator_load(const char *path, struct hyphenator **out, struct err *e)
	__attribute__((warn_unused_result));
void hyphenator_free(struct hyphenator *h);
void hyphenator_release(struct hyphenator **h); /* for AUTO() */

/* Bit n is set when a hyphen may stand behind the first n letters; 0 for what is no word of a to z. */
uint64_t hyphen_points(const struct hyphenator *h, const char *word, size_t len);

#endif
