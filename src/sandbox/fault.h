/*
 * fault: the table of what can go wrong at the signing service: by name, with the calls that it concerns and the end
 * that it must come to in naskah. Tests walk the table: a row without a test cannot be added.
 *
 * A plan is text: "none", or NAME, NAME@N (the Nth call alone, from 1), NAME%P (P of a hundred calls), NAME:CALL
 * (another call than the row's own, such as http500:status; the marks may be joined, NAME:CALL@N), or several of these
 * with commas between. A call meets the first that fits.
 *
 * The name "mix" stands for each time another row of those that the call can meet: mix%6 makes a bad day. It leaves out
 * what only takes long, and refuses a passphrase once in a thousand calls. The same calls meet the same in each run.
 *
 * Magic NIKs: 3399, the row's three-digit number, 000000000: a person with status ISSUE, whose every call meets that
 * fault. So clients of other people can be tested without any switch here.
 */
#ifndef NASKAH_SANDBOX_FAULT_H
#define NASKAH_SANDBOX_FAULT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Kinds of calls, as bits. */
enum fault_call {
	CALL_SIGN_V1 = 1 << 0,
	CALL_SIGN_V2 = 1 << 1,
	CALL_SEAL = 1 << 2,
	CALL_STATUS = 1 << 3,
	CALL_OTP = 1 << 4,   /* asking for a one-time password, a person's or the seal's */
	CALL_FETCH = 1 << 5, /* v1: download by id */
	CALL_VERIFY = 1 << 6,
	CALL_CHAIN = 1 << 7,
	CALL_OTHER = 1 << 8, /* registration, activation, profile */
	CALL_TSA = 1 << 9,
	CALL_OCSP = 1 << 10,
	CALL_CRL = 1 << 11,
};
#define CALLS_SIGN ((unsigned)(CALL_SIGN_V1 | CALL_SIGN_V2 | CALL_SEAL))

/* What a letter must come to. */
enum fault_end {
	END_PUBLISHED = 0,
	END_REFUSED, /* the service said no */
	END_UNKNOWN, /* no usable answer to a call that may have signed: a person decides */
	END_KEPT,    /* a file came back that must not be published: kept for inspection, a person decides */
	END_WAITING, /* nothing was sent for signing: the next run tries again */
	END_NOT_EXTENDED, /* published; `naskah extend` must fail, or change nothing */
};

enum fault {
	FAULT_NONE = 0,
	/* 1xx: the answer never comes, or in an odd way */
	FAULT_DELAY,
	FAULT_CUT,
	FAULT_CUT_BEFORE,
	FAULT_CUT_UNREAD,
	FAULT_CUT_INSIDE,
	FAULT_SILENT,
	FAULT_DRIP,
	FAULT_CHUNKED,
	FAULT_NO_LENGTH,
	FAULT_HUGE_REPLY,
	FAULT_GZIP,
	FAULT_REDIRECT,
	/* 2xx: the answer is no answer */
	FAULT_HTTP500,
	FAULT_HTTP429,
	FAULT_HTML502,
	FAULT_HTTP503,
	FAULT_HTTP504,
	FAULT_HTTP404,
	FAULT_HTTP408,
	FAULT_HTTP413,
	FAULT_HTTP401,
	FAULT_NOT_JSON,
	FAULT_NOT_JSON_400,
	FAULT_EMPTY,
	FAULT_WRONG_TYPE,
	FAULT_DEEP_JSON,
	FAULT_TWO_KEYS,
	FAULT_HUGE_NUMBER,
	FAULT_NOT_UTF8,
	/* 3xx: a refusal, in its shapes */
	FAULT_WRONG_PASSPHRASE,
	FAULT_WRONG_PASSPHRASE_OLD,
	FAULT_WRONG_PASSPHRASE_500,
	FAULT_WRONG_PASSPHRASE_TEXT,
	FAULT_IN_BAND,
	FAULT_NOT_REGISTERED,
	FAULT_NO_CERTIFICATE,
	FAULT_CODE_2041,
	FAULT_CODE_HUGE,
	FAULT_ENGINE,
	FAULT_OTP_WRONG,
	FAULT_OTP_EXPIRED,
	FAULT_OTP_USED,
	FAULT_OTP_NONE,
	FAULT_SEAL_FALSE,
	/* 4xx: the list of files */
	FAULT_ZERO_BYTES,
	FAULT_TRUNCATED,
	FAULT_TWO_FILES,
	FAULT_NO_FILE,
	FAULT_NULL_FILE,
	FAULT_FILE_NO_LIST,
	FAULT_NOT_BASE64,
	FAULT_BASE64_LINES,
	FAULT_BASE64_ESCAPES,
	FAULT_DATA_URL,
	FAULT_NO_ID,
	FAULT_GONE,
	/* 5xx: a file that must not be published */
	FAULT_UNSIGNED,
	FAULT_OTHER_FILE,
	FAULT_WRONG_ORDER,
	FAULT_OTHER_PERSON,
	FAULT_STRANGER,
	FAULT_RESAVED,
	FAULT_EXTRA_BYTES,
	FAULT_MISSING_BYTES,
	FAULT_ZEROED,
	FAULT_DAMAGED,
	FAULT_CLOCK_AHEAD,
	FAULT_CLOCK_BEHIND,
	/* 6xx: certificate status */
	FAULT_STATUS_WORD,
	FAULT_STATUS_NOT_JSON,
	FAULT_STATUS_500,
	FAULT_STATUS_NUMBER,
	/* 7xx: certificates and signatures */
	FAULT_CERT_EXPIRED,
	FAULT_CERT_NOT_YET,
	FAULT_CERT_REVOKED,
	FAULT_CERT_FOREIGN,
	FAULT_CERT_WEAK,
	FAULT_SHA1,
	FAULT_NO_ESS,
	FAULT_WRONG_ESS,
	FAULT_CERTIFIED,
	FAULT_NOT_COVERING,
	FAULT_WIDE_GAP,
	FAULT_OLD_SUBFILTER,
	FAULT_SIGNED_TWICE,
	FAULT_EXTRA_ATTRIBUTE,
	/* 8xx: time-stamps */
	FAULT_NO_STAMP,
	FAULT_STAMP_OTHER,
	FAULT_STAMP_STRANGER,
	FAULT_STAMP_NO_USE,
	FAULT_STAMP_EXPIRED,
	FAULT_STAMP_FUTURE,
	FAULT_TSA_REFUSES,
	FAULT_TSA_OTHER,
	FAULT_TSA_NO_NONCE,
	FAULT_TSA_HTML,
	/* 9xx: revocation */
	FAULT_OCSP_UNKNOWN,
	FAULT_OCSP_REVOKED,
	FAULT_OCSP_STALE,
	FAULT_OCSP_STRANGER,
	FAULT_OCSP_LATER,
	FAULT_CRL_STALE,
	FAULT_CRL_STRANGER,
	FAULT_COUNT,
};

struct fault_entry {
	const char *name, *what; /* `what` is English and marked for translation */
	unsigned number;         /* three digits, for ever: magic NIKs hold it */
	unsigned calls;          /* enum fault_call: what it strikes unless a plan says otherwise */
	enum fault_end end;
};

/* FAULT_COUNT entries, in the order of the enum. */
const struct fault_entry *fault_list(void);
/* "sign-v1", "status", ...; NULL when `call` is no single kind. */
const char *fault_call_name(enum fault_call call);
const char *fault_end_name(enum fault_end end);
/* The NIK whose calls meet this fault; "" for none. */
void fault_magic_nik(enum fault fault, char out[17]);

/* What is planned, and how many calls it has met. Safe from many threads. */
struct fault_book;
/* `text` NULL or "" plans nothing. ERR_CONFIG names what would be right. */
int fault_book_new(const char *text, struct fault_book **out, struct err *e)
	__attribute__((warn_unused_result));
void fault_book_free(struct fault_book *b);
/* Adds in front: `limit` calls at most (0 = no end), of this NIK only (NULL = anybody's). */
int fault_book_add(struct fault_book *b, const char *text, unsigned limit, const char *nik, struct err *e)
	__attribute__((warn_unused_result));
void fault_book_clear(struct fault_book *b);
/* Plans still in force. */
size_t fault_book_count(struct fault_book *b);
/* What this call meets; counts it. `nik` may be NULL. */
enum fault fault_book_meet(struct fault_book *b, enum fault_call call, const char *nik);
/* Must this call end before its body is read? Asked once, with the headers; only "cut-unread" is looked at. */
bool fault_book_cuts_unread(struct fault_book *b, enum fault_call call);

#endif
