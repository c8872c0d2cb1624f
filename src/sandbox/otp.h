/*
 * otp: one-time passwords of people and seals: six digits, good for so many files and so long.
 *
 * The live service sends a person's code by e-mail or to an app: the sandbox writes it to STATE/totp/NAME (mode 0600).
 */
#ifndef NASKAH_SANDBOX_OTP_H
#define NASKAH_SANDBOX_OTP_H

#include "base/err.h"

#include <stdint.h>

#define OTP_TEXT         7
#define OTP_FILES_MAX    10000U
/* How long a code is good, unless the control endpoint says otherwise. */
#define OTP_SECONDS      300U
#define OTP_SECONDS_SEAL 86400U /* of a seal's activation */

enum otp_answer { OTP_WRONG = 0, OTP_GOOD, OTP_EXPIRED, OTP_USED_UP };

struct otp_book;

int otp_book_new(const char *state, struct otp_book **out, struct err *e) __attribute__((warn_unused_result));
void otp_book_free(struct otp_book *b);
/* Makes a code for `owner` ("NAME", "aktivasi-SUB", "segel-SUB"), which replaces the one before. */
int otp_issue(struct otp_book *b, const char *owner, unsigned files, int64_t until_at, char out[OTP_TEXT],
	struct err *e) __attribute__((warn_unused_result));
/* Writes the code to the owner's file. */
int otp_deliver(const struct otp_book *b, const char *owner, const char *code, struct err *e)
	__attribute__((warn_unused_result));
/* `files` 0 only asks. Files are counted off when the answer is OTP_GOOD. */
enum otp_answer otp_use(
	struct otp_book *b, const char *owner, const char *code, unsigned files, int64_t now_at);
/* When the owner's code ends; 0 = there is none. */
int64_t otp_ends_at(struct otp_book *b, const char *owner);
void otp_revoke(struct otp_book *b, const char *owner);

#endif
