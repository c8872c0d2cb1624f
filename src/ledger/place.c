#include "ledger/place.h"

#include <stdio.h>

static char *partly_file(const char *dir, const char *slash, const char *folder,
	const struct ledger_letter *l, unsigned signatures)
{
	char *path = NULL;

	return asprintf(&path, "%s%s%s/%s.%u-of-%u.pdf", dir, slash, folder, l->code, signatures,
		       ledger_letter_signers(l)) < 0
		       ? NULL
		       : path;
}

static const char *suffix(enum place place)
{
	if (place == PLACE_RECEIPT || place == PLACE_OLD_RECEIPT)
		return "tlog-proof";
	return place == PLACE_COPY || place == PLACE_OLD_COPY ? "ltv.pdf" : "pdf";
}

char *letter_file(const char *out_dir, const struct ledger_letter *l, enum place place)
{
	const char *dir = out_dir ? out_dir : "";
	const char *slash = out_dir ? "/" : "";
	char *path = NULL;
	int n = -1;

	switch (place) {
	case PLACE_LETTER:
	case PLACE_RECEIPT:
	case PLACE_COPY:
		n = asprintf(&path, "%s%sletters/%s/%02u-%s.%s", dir, slash, l->case_id, l->nn, l->kind,
			suffix(place));
		break;
	case PLACE_OLD_LETTER:
	case PLACE_OLD_RECEIPT:
	case PLACE_OLD_COPY:
		n = asprintf(&path, "%s%sletters/%s/superseded/%02u-%s.%s.%s", dir, slash, l->case_id, l->nn,
			l->kind, l->code, suffix(place));
		break;
	case PLACE_PARTLY:
		return partly_file(dir, slash, "staging", l, l->signatures);
	case PLACE_ASIDE:
		return partly_file(dir, slash, "inspect", l, l->signatures);
	case PLACE_STAGED:
		if (l->signatures + 1 < ledger_letter_signers(l))
			return partly_file(dir, slash, "staging", l, l->signatures + 1);
		n = asprintf(&path, "%s%sstaging/%s.pdf", dir, slash, l->code);
		break;
	}
	return n < 0 ? NULL : path;
}

char *letter_file_now(const char *out_dir, const struct ledger_letter *l)
{
	if (l->state == LETTER_WITHDRAWN)
		return letter_file(out_dir, l, PLACE_ASIDE);
	return letter_file(out_dir, l, l->state == LETTER_SUPERSEDED ? PLACE_OLD_LETTER : PLACE_LETTER);
}

char *letter_kept_file(const char *out_dir, const struct ledger_letter *l, int64_t attempt)
{
	char *path = NULL;

	return asprintf(&path, "%s/inspect/%s-%lld.pdf", out_dir, l->code, (long long)attempt) < 0 ? NULL
												   : path;
}
