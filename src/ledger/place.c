#include "ledger/place.h"

#include <stdio.h>

char *letter_file(const char *out_dir, const struct ledger_letter *l, enum place place)
{
	const char *dir = out_dir ? out_dir : "";
	const char *slash = out_dir ? "/" : "";
	char *path = NULL;
	int n = -1;

	switch (place) {
	case PLACE_LETTER:
	case PLACE_RECEIPT:
		n = asprintf(&path, "%s%sletters/%s/%02u-%s.%s", dir, slash, l->case_id, l->nn, l->kind,
			place == PLACE_LETTER ? "pdf" : "tlog-proof");
		break;
	case PLACE_OLD_LETTER:
	case PLACE_OLD_RECEIPT:
		n = asprintf(&path, "%s%sletters/%s/superseded/%02u-%s.%s.%s", dir, slash, l->case_id, l->nn,
			l->kind, l->code, place == PLACE_OLD_LETTER ? "pdf" : "tlog-proof");
		break;
	case PLACE_STAGED:
		n = asprintf(&path, "%s%sstaging/%s.pdf", dir, slash, l->code);
		break;
	}
	return n < 0 ? NULL : path;
}

char *letter_file_now(const char *out_dir, const struct ledger_letter *l)
{
	return letter_file(out_dir, l, l->state == LETTER_SUPERSEDED ? PLACE_OLD_LETTER : PLACE_LETTER);
}

char *receipt_file_now(const char *out_dir, const struct ledger_letter *l)
{
	return letter_file(out_dir, l, l->state == LETTER_SUPERSEDED ? PLACE_OLD_RECEIPT : PLACE_RECEIPT);
}
