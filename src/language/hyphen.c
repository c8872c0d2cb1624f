#include "language/hyphen.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <errno.h>
#include <hyphen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BEFORE 2 /* letters at least, before the hyphen */
#define BEHIND 3

struct hyphenator {
	HyphenDict *patterns;
};

int hyphenator_load(const char *path, struct hyphenator **out, struct err *e)
{
	AUTO(hyphenator_release) struct hyphenator *h = calloc(1, sizeof *h);

	if (!h)
		return err_nomem(e);
	errno = 0;
	h->patterns = hnj_hyphen_load(path);
	if (!h->patterns)
		return err_sys(e, ERR_CONFIG, errno,
			_("cannot read the hyphenation patterns '%s'; the Debian package hyphen-id has them"),
			path);
	/* The loader takes any file; what is none of patterns for Indonesian parts no word. */
	if (hyphen_points(h, "sebagaimana", 11) == 0)
		return err_set(e, ERR_CONFIG, _("'%s' holds no hyphenation patterns for Indonesian"), path);
	*out = steal(&h);
	return 0;
}

void hyphenator_free(struct hyphenator *h)
{
	if (!h)
		return;
	if (h->patterns)
		hnj_hyphen_free(h->patterns);
	free(h);
}

void hyphenator_release(struct hyphenator **h)
{
	hyphenator_free(*h);
	*h = NULL;
}

static bool is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/* Joins what the patterns part too finely ("di-a-ju", "bang-k-rut") to what follows it, and the end to what precedes. */
static uint64_t join_slivers(const char *word, size_t len, const char *marks)
{
	uint64_t points = 0, last = 0;
	size_t letters = 0;
	bool vowel = false;

	for (size_t i = 0; i < len; i++) {
		letters++;
		vowel |= is_vowel(word[i]);
		if (!(marks[i] & 1) || letters < 2 || !vowel || i + 1 < BEFORE || len - i - 1 < BEHIND)
			continue;
		last = UINT64_C(1) << (i + 1);
		points |= last;
		letters = 0;
		vowel = false;
	}
	return vowel ? points : points & ~last;
}

uint64_t hyphen_points(const struct hyphenator *h, const char *word, size_t len)
{
	char alone[HYPHEN_LETTERS + 1] = "", marks[HYPHEN_LETTERS + 5], **rep = NULL;
	int *pos = NULL, *cut = NULL;

	if (len < BEFORE + BEHIND || len > HYPHEN_LETTERS)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (word[i] < 'a' || word[i] > 'z')
			return 0;
		alone[i] = word[i]; /* libhyphen reads on to the 0, whatever length it is told */
	}
	/* Patterns for Indonesian replace no letters: rep, pos and cut stay empty, whatever the file says. */
	if (hnj_hyphen_hyphenate3(h->patterns, alone, (int)len, marks, NULL, &rep, &pos, &cut, BEFORE, BEHIND,
		    BEFORE, BEHIND) != 0)
		return 0;
	uint64_t points = rep ? 0 : join_slivers(word, len, marks);
	for (size_t i = 0; rep && i < len; i++)
		free(rep[i]);
	free(rep);
	free(pos);
	free(cut);
	return points;
}
