/*
 * place: where the files of a letter are, for everyone who looks: pipeline, portal, report.
 *
 *	letters/CASE/NN-kind.pdf                       the signed letter
 *	letters/CASE/NN-kind.tlog-proof                its receipt
 *	letters/CASE/superseded/NN-kind.CODE.pdf       a letter that a newer revision replaced, kept for its holders
 *	letters/CASE/superseded/NN-kind.CODE.tlog-proof
 *	letters/CASE/NN-kind.ltv.pdf                   its copy for decades (B-LT, B-LTA), if one was made; likewise superseded
 *	staging/CODE.pdf                               a reply on its way
 *	staging/CODE.N-of-M.pdf                        the same, of signer N of several: it stays for the next signer
 *	inspect/CODE-ATTEMPT.pdf                       an answer that must not be published
 *	inspect/CODE-ATTEMPT-fetched.pdf               what the service handed out once more
 *	inspect/CODE.N-of-M.pdf                        such a file of a letter that is not wanted any more
 */
#ifndef NASKAH_LEDGER_PLACE_H
#define NASKAH_LEDGER_PLACE_H

#include "ledger/ledger.h"

enum place {
	PLACE_LETTER,
	PLACE_RECEIPT,
	PLACE_COPY,
	PLACE_OLD_LETTER,
	PLACE_OLD_RECEIPT,
	PLACE_OLD_COPY,
	PLACE_STAGED, /* the reply of who is asked now; of a published letter the last one */
	PLACE_PARTLY, /* the file with the signatures that stand, while that are some but not all */
	PLACE_ASIDE,  /* where PLACE_PARTLY goes when it will get no more */
};

/* "OUT/" and the path above; `out_dir` NULL gives it relative to the out folder. Free it. NULL: no memory. */
char *letter_file(const char *out_dir, const struct ledger_letter *letter, enum place place);
/* Where the letter is now: old place once superseded; aside if it was withdrawn with signatures. */
char *letter_file_now(const char *out_dir, const struct ledger_letter *letter);
/* Where an answer to this attempt was kept, if one was. Free it. NULL: no memory. */
char *letter_kept_file(const char *out_dir, const struct ledger_letter *letter, int64_t attempt);

#endif
