/*
 * place: where the files of a letter are, for everyone who looks: pipeline, portal, report.
 *
 *	letters/CASE/NN-kind.pdf                       the signed letter
 *	letters/CASE/NN-kind.tlog-proof                its receipt
 *	letters/CASE/superseded/NN-kind.CODE.pdf       a letter that a newer revision replaced, kept for its holders
 *	letters/CASE/superseded/NN-kind.CODE.tlog-proof
 *	staging/CODE.pdf                               a reply on its way
 */
#ifndef NASKAH_LEDGER_PLACE_H
#define NASKAH_LEDGER_PLACE_H

#include "ledger/ledger.h"

enum place { PLACE_LETTER, PLACE_RECEIPT, PLACE_OLD_LETTER, PLACE_OLD_RECEIPT, PLACE_STAGED };

/* "OUT/" and the path above; `out_dir` NULL gives it relative to the out folder. Free it. NULL: no memory. */
char *letter_file(const char *out_dir, const struct ledger_letter *letter, enum place place);
/* Where the letter is now: old place once superseded. */
char *letter_file_now(const char *out_dir, const struct ledger_letter *letter);
char *receipt_file_now(const char *out_dir, const struct ledger_letter *letter);

#endif
