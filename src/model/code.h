/*
 * code: the verification code of a letter, as it stands in the QR and printed below it.
 *
 * 20 digits of Crockford's base32 (100 bits of an HMAC-SHA256 of the letter's content under the office's
 * key, see design decision 8) and one check digit: the weighted sum over GF(32) with weights a^1 ... a^20,
 * which catches every wrong digit and every swap of two. Stored and put in the URL without separators (21
 * characters), shown to people in groups: "7K3Q9-XWM2R-TDH5V-B0C1E-F".
 */
#ifndef NASKAH_MODEL_CODE_H
#define NASKAH_MODEL_CODE_H

#include "model/sha256.h"

#include <stdbool.h>

#define CODE_DIGITS 21                    /* 20 and the check digit */
#define CODE_TEXT   (CODE_DIGITS + 1)     /* as stored, with the final 0 */
#define CODE_SHOWN  (CODE_DIGITS + 4 + 1) /* with four hyphens and the final 0 */

/* The first 100 bits of `mac` as a code with its check digit. */
void code_from_mac(const struct sha256 *mac, char out[CODE_TEXT]);
/*
 * What a person typed or a URL held: hyphens and blanks are skipped, letter case and the look-alikes O, I, L
 * are forgiven. False unless it has 21 digits and the check digit fits.
 */
bool code_parse(const char *text, char out[CODE_TEXT]);
void code_show(const char code[CODE_TEXT], char out[CODE_SHOWN]);

#endif
