#include "sandbox/fault.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

#define RULES_MAX 64
#define PERCENT   100U

/* A mixture refuses a passphrase or a one-time password once in so many calls: that ends a client's run for a signer. */
#define SECRET_EVERY 1000U

#define JSON_SIGN ((unsigned)(CALL_SIGN_V2 | CALL_SEAL))

static const struct fault_entry entries[FAULT_COUNT] = {
	[FAULT_NONE] = {"none", N_("nothing goes wrong"), 0, 0, END_PUBLISHED},

	[FAULT_DELAY] = {"delay", N_("the answer comes 2 seconds late"), 101, CALLS_SIGN, END_PUBLISHED},
	[FAULT_CUT] = {"cut", N_("signs, then closes the connection without an answer"), 102, CALLS_SIGN,
		END_UNKNOWN},
	[FAULT_CUT_BEFORE] = {"cut-before", N_("closes the connection without signing"), 103, CALLS_SIGN,
		END_UNKNOWN},
	[FAULT_CUT_UNREAD] = {"cut-unread", N_("closes the connection before the request's body is read"),
		104, CALLS_SIGN, END_UNKNOWN},
	[FAULT_CUT_INSIDE] = {"cut-inside", N_("signs, closes the connection in the middle of the answer"),
		105, CALLS_SIGN, END_UNKNOWN},
	[FAULT_SILENT] = {"silent", N_("signs, never answers and keeps the connection"), 106, CALLS_SIGN,
		END_UNKNOWN},
	[FAULT_DRIP] = {"drip", N_("signs, answers one byte in each fifth of a second"), 107, CALLS_SIGN,
		END_UNKNOWN},
	[FAULT_CHUNKED] = {"chunked", N_("a good answer in chunks, its length not said"), 108, CALLS_SIGN,
		END_PUBLISHED},
	[FAULT_NO_LENGTH] = {"no-length", N_("a good answer that ends when the connection closes"), 109,
		CALLS_SIGN, END_PUBLISHED},
	[FAULT_HUGE_REPLY] = {"huge-reply", N_("signs, answers with 1 GB"), 110, CALLS_SIGN, END_UNKNOWN},
	[FAULT_GZIP] = {"gzip", N_("a good answer, compressed though nobody asked"), 111, CALLS_SIGN,
		END_UNKNOWN},
	[FAULT_REDIRECT] = {"redirect", N_("HTTP 307 to another address, not signed"), 112, CALLS_SIGN,
		END_UNKNOWN},

	[FAULT_HTTP500] = {"http500", N_("HTTP 500 in JSON, not signed"), 201, CALLS_SIGN, END_UNKNOWN},
	[FAULT_HTTP429] = {"http429", N_("HTTP 429, not signed"), 202, CALLS_SIGN, END_UNKNOWN},
	[FAULT_HTML502] = {"html502", N_("a proxy's HTTP 502 in HTML"), 203, CALLS_SIGN, END_UNKNOWN},
	[FAULT_HTTP503] = {"http503", N_("a proxy's HTTP 503 in HTML"), 204, CALLS_SIGN, END_UNKNOWN},
	[FAULT_HTTP504] = {"http504", N_("signs, but the proxy answers with HTTP 504 in HTML"), 205,
		CALLS_SIGN, END_UNKNOWN},
	[FAULT_HTTP404] = {"http404", N_("HTTP 404, not signed"), 206, CALLS_SIGN, END_REFUSED},
	[FAULT_HTTP408] = {"http408", N_("HTTP 408, not signed"), 207, CALLS_SIGN, END_UNKNOWN},
	[FAULT_HTTP413] = {"http413", N_("a proxy's HTTP 413 in HTML, not signed"), 208, CALLS_SIGN,
		END_REFUSED},
	[FAULT_HTTP401] = {"http401", N_("HTTP 401: the application's password is refused"), 209, CALLS_SIGN,
		END_REFUSED},
	[FAULT_NOT_JSON] = {"not-json", N_("a header that says JSON over a body that is not"), 210,
		CALLS_SIGN, END_UNKNOWN},
	[FAULT_NOT_JSON_400] = {"not-json-400", N_("the same with HTTP 400"), 211, CALLS_SIGN, END_UNKNOWN},
	[FAULT_EMPTY] = {"empty", N_("HTTP 200 without a body"), 212, CALLS_SIGN, END_UNKNOWN},
	[FAULT_WRONG_TYPE] = {"wrong-type", N_("a good answer that calls itself text/html"), 213, CALLS_SIGN,
		END_PUBLISHED},
	[FAULT_DEEP_JSON] = {"deep-json", N_("signs, answers with JSON of 10,000 levels"), 214, JSON_SIGN,
		END_UNKNOWN},
	[FAULT_TWO_KEYS] = {"two-keys", N_("signs, answers with the key \"file\" twice"), 215, JSON_SIGN,
		END_UNKNOWN},
	[FAULT_HUGE_NUMBER] = {"huge-number", N_("signs, answers with a time of 400 digits"), 216, JSON_SIGN,
		END_UNKNOWN},
	[FAULT_NOT_UTF8] = {"not-utf8", N_("signs, answers with bytes that are not UTF-8"), 217, JSON_SIGN,
		END_UNKNOWN},

	[FAULT_WRONG_PASSPHRASE] = {"wrong-passphrase", N_("refuses with code 2031"), 301, CALLS_SIGN,
		END_REFUSED},
	[FAULT_WRONG_PASSPHRASE_OLD] = {"wrong-passphrase-old", N_("refuses with 2031 as the last word"), 302,
		CALLS_SIGN, END_REFUSED},
	[FAULT_WRONG_PASSPHRASE_500] = {"wrong-passphrase-500", N_("refuses with 2031 and HTTP 500"), 303,
		CALLS_SIGN, END_REFUSED},
	[FAULT_WRONG_PASSPHRASE_TEXT] = {"wrong-passphrase-text", N_("refuses with 2031 as text"), 304,
		CALLS_SIGN, END_REFUSED},
	[FAULT_IN_BAND] = {"in-band", N_("HTTP 200 with an error inside"), 305, CALLS_SIGN, END_REFUSED},
	[FAULT_NOT_REGISTERED] = {"not-registered", N_("refuses with code 2011"), 306, CALLS_SIGN,
		END_REFUSED},
	[FAULT_NO_CERTIFICATE] = {"no-certificate", N_("refuses with code 2021"), 307, CALLS_SIGN,
		END_REFUSED},
	[FAULT_CODE_2041] = {"code-2041", N_("refuses with code 2041, which nobody explains"), 308,
		CALLS_SIGN, END_REFUSED},
	[FAULT_CODE_HUGE] = {"code-huge", N_("refuses with a code of 19 digits"), 309, CALLS_SIGN,
		END_REFUSED},
	[FAULT_ENGINE] = {"engine", N_("refuses in the words of its PDF engine"), 310, CALLS_SIGN,
		END_REFUSED},
	[FAULT_OTP_WRONG] = {"otp-wrong", N_("refuses the one-time password as wrong"), 311, JSON_SIGN,
		END_REFUSED},
	[FAULT_OTP_EXPIRED] = {"otp-expired", N_("refuses the one-time password as expired"), 312, JSON_SIGN,
		END_REFUSED},
	[FAULT_OTP_USED] = {"otp-used", N_("refuses the one-time password as used up"), 313, JSON_SIGN,
		END_REFUSED},
	[FAULT_OTP_NONE] = {"otp-none", N_("gives no one-time password: success is false"), 314, CALL_OTP,
		END_WAITING},
	[FAULT_SEAL_FALSE] = {"seal-false", N_("HTTP 200, result is false, instead of a seal"), 315,
		CALL_SEAL, END_REFUSED},

	[FAULT_ZERO_BYTES] = {"zero-bytes", N_("signs, answers with a file of 0 bytes"), 401, CALLS_SIGN,
		END_UNKNOWN},
	[FAULT_TRUNCATED] = {"truncated", N_("signs, answers with half of the JSON"), 402, JSON_SIGN,
		END_UNKNOWN},
	[FAULT_TWO_FILES] = {"two-files", N_("signs, answers with the file twice"), 403, JSON_SIGN,
		END_UNKNOWN},
	[FAULT_NO_FILE] = {"no-file", N_("signs, answers with an empty list of files"), 404, JSON_SIGN,
		END_UNKNOWN},
	[FAULT_NULL_FILE] = {"null-file", N_("signs, answers with null as the file"), 405, JSON_SIGN,
		END_UNKNOWN},
	[FAULT_FILE_NO_LIST] = {"file-no-list", N_("signs, answers with a file that stands in no list"), 406,
		JSON_SIGN, END_UNKNOWN},
	[FAULT_NOT_BASE64] = {"not-base64", N_("signs, answers with base64 that is damaged"), 407, JSON_SIGN,
		END_UNKNOWN},
	[FAULT_BASE64_LINES] = {"base64-lines", N_("signs, answers with base64 in lines"), 408, JSON_SIGN,
		END_UNKNOWN},
	[FAULT_BASE64_ESCAPES] = {"base64-escapes", N_("a good answer that writes each / as \\/"), 409,
		JSON_SIGN, END_PUBLISHED},
	[FAULT_DATA_URL] = {"data-url", N_("signs, answers with a data: URL"), 410, JSON_SIGN, END_UNKNOWN},
	[FAULT_NO_ID] = {"no-id", N_("a good answer without id_dokumen"), 411, CALL_SIGN_V1, END_PUBLISHED},
	[FAULT_GONE] = {"gone", N_("HTTP 404: the file was fetched before"), 412, CALL_FETCH, END_UNKNOWN},

	[FAULT_UNSIGNED] = {"unsigned", N_("gives the file back as it came"), 501, CALLS_SIGN, END_KEPT},
	[FAULT_OTHER_FILE] = {"other-file", N_("signs another PDF"), 502, CALLS_SIGN, END_KEPT},
	[FAULT_WRONG_ORDER] = {"wrong-order",
		N_("gives files back in another order; a single one: that of the call before"), 503,
		CALLS_SIGN, END_KEPT},
	[FAULT_OTHER_PERSON] = {"other-person", N_("signs with another person's certificate"), 504,
		CALLS_SIGN, END_KEPT},
	[FAULT_STRANGER] = {"stranger", N_("signs with a certificate that no root vouches for"), 505,
		CALLS_SIGN, END_KEPT},
	[FAULT_RESAVED] = {"resaved", N_("changes the file before it signs"), 506, CALLS_SIGN, END_KEPT},
	[FAULT_EXTRA_BYTES] = {"extra-bytes", N_("adds bytes behind the signed file"), 507, CALLS_SIGN,
		END_KEPT},
	[FAULT_MISSING_BYTES] = {"missing-bytes", N_("leaves the last 40 bytes of the signed file out"), 508,
		CALLS_SIGN, END_KEPT},
	[FAULT_ZEROED] = {"zeroed", N_("overwrites the signed file's second half with zeros"), 509,
		CALLS_SIGN, END_KEPT},
	[FAULT_DAMAGED] = {"damaged", N_("flips one bit of the signature"), 510, CALLS_SIGN, END_KEPT},
	[FAULT_CLOCK_AHEAD] = {"clock-ahead", N_("signs with a clock 13 minutes ahead"), 511, CALLS_SIGN,
		END_PUBLISHED},
	[FAULT_CLOCK_BEHIND] = {"clock-behind", N_("signs with a clock 13 minutes behind"), 512, CALLS_SIGN,
		END_PUBLISHED},

	[FAULT_STATUS_WORD] = {"status-word", N_("a certificate status that nobody has heard of"), 601,
		CALL_STATUS, END_WAITING},
	[FAULT_STATUS_NOT_JSON] = {"status-not-json", N_("a certificate status that is not JSON"), 602,
		CALL_STATUS, END_WAITING},
	[FAULT_STATUS_500] = {"status-500", N_("HTTP 500 instead of a certificate status"), 603, CALL_STATUS,
		END_WAITING},
	[FAULT_STATUS_NUMBER] = {"status-number",
		N_("status_code as a number, where text is usual, or the reverse"), 604, CALL_STATUS,
		END_PUBLISHED},

	[FAULT_CERT_EXPIRED] = {"cert-expired", N_("signs with a certificate that ended yesterday"), 701,
		CALLS_SIGN, END_KEPT},
	[FAULT_CERT_NOT_YET] = {"cert-not-yet", N_("signs with a certificate that begins tomorrow"), 702,
		CALLS_SIGN, END_KEPT},
	/* A reply brings no revocation data, and nobody is asked before publication: `naskah extend` finds out. */
	[FAULT_CERT_REVOKED] = {"cert-revoked", N_("signs with a certificate that was revoked a week ago"),
		703, CALLS_SIGN, END_NOT_EXTENDED},
	[FAULT_CERT_FOREIGN] = {"cert-foreign",
		N_("signs with a certificate of the same names under another root"), 704, CALLS_SIGN,
		END_KEPT},
	[FAULT_CERT_WEAK] = {"cert-weak", N_("signs with an RSA key of 1024 bits"), 705, CALLS_SIGN,
		END_KEPT},
	[FAULT_SHA1] = {"sha1", N_("signs a SHA-1 digest"), 706, CALLS_SIGN, END_KEPT},
	[FAULT_NO_ESS] = {"no-signing-certificate", N_("signs without the signing-certificate attribute"),
		707, CALLS_SIGN, END_KEPT},
	[FAULT_WRONG_ESS] = {"wrong-signing-certificate",
		N_("the signing-certificate attribute names another certificate"), 708, CALLS_SIGN, END_KEPT},
	[FAULT_CERTIFIED] = {"certified",
		N_("certifies the file: no further signature is allowed (DocMDP P=1)"), 709, CALLS_SIGN,
		END_KEPT},
	[FAULT_NOT_COVERING] = {"not-covering", N_("the signature leaves out the last bytes of the file"),
		710, CALLS_SIGN, END_KEPT},
	[FAULT_WIDE_GAP] = {"wide-gap", N_("the signature leaves out more than itself"), 711, CALLS_SIGN,
		END_KEPT},
	[FAULT_OLD_SUBFILTER] = {"old-subfilter", N_("adbe.pkcs7.detached instead of a PAdES signature"), 712,
		CALLS_SIGN, END_KEPT},
	[FAULT_SIGNED_TWICE] = {"signed-twice", N_("adds two signatures"), 713, CALLS_SIGN, END_KEPT},
	[FAULT_EXTRA_ATTRIBUTE] = {"extra-attribute",
		N_("the signature carries an attribute that nothing protects"), 714, CALLS_SIGN, END_KEPT},

	[FAULT_NO_STAMP] = {"no-stamp", N_("signs without a time-stamp (B-B)"), 801, CALLS_SIGN,
		END_PUBLISHED},
	[FAULT_STAMP_OTHER] = {"stamp-other", N_("the time-stamp is over something else"), 802, CALLS_SIGN,
		END_KEPT},
	[FAULT_STAMP_STRANGER] = {"stamp-stranger",
		N_("the time-stamp is by an authority that no root vouches for"), 803, CALLS_SIGN,
		END_PUBLISHED},
	[FAULT_STAMP_NO_USE] = {"stamp-no-use", N_("the time-stamp is by a certificate that may not stamp"),
		804, CALLS_SIGN, END_KEPT},
	[FAULT_STAMP_EXPIRED] = {"stamp-expired",
		N_("the time-stamp authority's certificate ended yesterday"), 805, CALLS_SIGN, END_PUBLISHED},
	[FAULT_STAMP_FUTURE] = {"stamp-future", N_("the time-stamp is two days ahead"), 806, CALLS_SIGN,
		END_KEPT},
	[FAULT_TSA_REFUSES] = {"tsa-refuses", N_("the time-stamp authority refuses"), 811, CALL_TSA,
		END_NOT_EXTENDED},
	[FAULT_TSA_OTHER] = {"tsa-other", N_("the time-stamp authority stamps something else"), 812, CALL_TSA,
		END_NOT_EXTENDED},
	[FAULT_TSA_NO_NONCE] = {"tsa-no-nonce", N_("the time-stamp authority does not repeat the nonce"), 813,
		CALL_TSA, END_NOT_EXTENDED},
	[FAULT_TSA_HTML] = {"tsa-html", N_("a page in HTML instead of a time-stamp"), 814, CALL_TSA,
		END_NOT_EXTENDED},

	/* Where OCSP says nothing usable the CRL does. */
	[FAULT_OCSP_UNKNOWN] = {"ocsp-unknown", N_("OCSP knows no certificate"), 901, CALL_OCSP,
		END_PUBLISHED},
	[FAULT_OCSP_REVOKED] = {"ocsp-revoked", N_("OCSP says of each certificate that it is revoked"), 902,
		CALL_OCSP, END_NOT_EXTENDED},
	[FAULT_OCSP_STALE] = {"ocsp-stale", N_("OCSP answers are a year old"), 903, CALL_OCSP, END_PUBLISHED},
	[FAULT_OCSP_STRANGER] = {"ocsp-stranger", N_("OCSP answers are signed by a stranger"), 904, CALL_OCSP,
		END_PUBLISHED},
	[FAULT_OCSP_LATER] = {"ocsp-later", N_("OCSP says: try later"), 905, CALL_OCSP, END_PUBLISHED},
	[FAULT_CRL_STALE] = {"crl-stale", N_("CRLs are a year old, and OCSP says: try later"), 911,
		CALL_CRL | CALL_OCSP, END_NOT_EXTENDED},
	[FAULT_CRL_STRANGER] = {"crl-stranger", N_("CRLs are by another issuer, and OCSP says: try later"),
		912, CALL_CRL | CALL_OCSP, END_NOT_EXTENDED},
};

static const struct {
	enum fault_call call;
	const char *name;
} calls[] = {
	{CALL_SIGN_V1, "sign-v1"},
	{CALL_SIGN_V2, "sign-v2"},
	{CALL_SEAL, "seal"},
	{CALL_STATUS, "status"},
	{CALL_OTP, "otp"},
	{CALL_FETCH, "fetch"},
	{CALL_VERIFY, "verify"},
	{CALL_CHAIN, "chain"},
	{CALL_OTHER, "other"},
	{CALL_TSA, "tsa"},
	{CALL_OCSP, "ocsp"},
	{CALL_CRL, "crl"},
};

struct rule {
	enum fault kind;  /* FAULT_NONE: a mixture */
	bool mix;         /* each time another row of the table */
	unsigned calls;   /* enum fault_call */
	unsigned nth;     /* 0 = each */
	unsigned percent; /* 0 = all */
	unsigned left;    /* calls it may still strike; 0 = no end */
	bool spent;
	char nik[17]; /* "" = anybody's */
	unsigned seen;
};

struct fault_book {
	pthread_mutex_t lock; /* guards the rest */
	struct rule rules[RULES_MAX];
	size_t count;
};

const struct fault_entry *fault_list(void)
{
	return entries;
}

const char *fault_call_name(enum fault_call call)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (calls[i].call == call)
			return calls[i].name;
	return NULL;
}

const char *fault_end_name(enum fault_end end)
{
	static const char *const names[] = {
		"published", "refused", "unknown", "kept", "waiting", "not-extended"};

	return names[end];
}

void fault_magic_nik(enum fault fault, char out[17])
{
	out[0] = '\0';
	if (fault != FAULT_NONE)
		snprintf(out, 17, "3399%03u000000000", entries[fault].number % 1000);
}

/* ---- plans ---------------------------------------------------------------------------------------------- */

static int find_fault(const char *text, size_t len, enum fault *out, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		if (strlen(entries[i].name) == len && memcmp(entries[i].name, text, len) == 0) {
			*out = (enum fault)i;
			return 0;
		}
	return err_set(e, ERR_CONFIG, _("no fault is called '%.*s'; 'naskah sandbox --faults' lists them"),
		(int)(len > 40 ? 40 : len), text);
}

static int find_call(const char *text, unsigned *out, struct err *e)
{
	AUTO(buf_release) struct buf names = BUF_INIT(256);

	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		if (strcmp(calls[i].name, text) == 0) {
			*out = calls[i].call;
			return 0;
		}
		buf_addf(&names, "%s%s", i ? ", " : "", calls[i].name);
	}
	if (strcmp(text, "sign") == 0) {
		*out = CALLS_SIGN;
		return 0;
	}
	return err_set(e, ERR_CONFIG, _("fault: no call is named '%.20s'; there are sign, %s"), text,
		buf_str(&names));
}

/* One plan without commas; `text` is cut to pieces. */
static int parse_rule(char *text, struct rule *out, struct err *e)
{
	struct rule r = {.kind = FAULT_NONE};
	uint64_t number = 0;
	char *at = strchr(text, '@'), *percent = strchr(text, '%'), *call = strchr(text, ':');

	for (size_t i = 0; i < 3; i++) {
		char *mark = i == 0 ? at : i == 1 ? percent : call;
		if (mark)
			*mark = '\0';
	}
	r.mix = strcmp(text, "mix") == 0;
	if (!r.mix && find_fault(text, strlen(text), &r.kind, e) != 0)
		return -1;
	r.calls = r.mix ? CALLS_SIGN : entries[r.kind].calls;
	if (at && (!text_to_uint(at + 1, UINT32_MAX, &number) || number == 0))
		return err_set(
			e, ERR_CONFIG, _("fault '%s': after '@' comes the number of a call, from 1"), text);
	r.nth = at ? (unsigned)number : 0;
	if (percent && (!text_to_uint(percent + 1, PERCENT, &number) || number == 0))
		return err_set(e, ERR_CONFIG, _("fault '%s': after '%%' comes a number from 1 to 100"), text);
	r.percent = percent ? (unsigned)number : 0;
	if (call && find_call(call + 1, &r.calls, e) != 0)
		return -1;
	*out = r;
	return 0;
}

/* The lock is held. Those that have struck as often as they may. */
static void drop_spent(struct fault_book *b)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->count; i++)
		if (!b->rules[i].spent)
			b->rules[kept++] = b->rules[i];
	b->count = kept;
}

int fault_book_add(struct fault_book *b, const char *text, unsigned limit, const char *nik, struct err *e)
{
	AUTO(free_ptr) char *copy = strdup(text);
	struct rule rules[RULES_MAX];
	size_t count = 0;
	char *rest = NULL;

	if (!copy)
		return err_nomem(e);
	for (char *part = strtok_r(copy, ", ", &rest); part; part = strtok_r(NULL, ", ", &rest)) {
		if (count == RULES_MAX)
			return err_set(e, ERR_LIMIT, _("more than %d faults at once"), RULES_MAX);
		if (parse_rule(part, &rules[count], e) != 0)
			return -1;
		if (rules[count].kind == FAULT_NONE && !rules[count].mix)
			continue;
		rules[count].left = limit;
		text_copy(rules[count].nik, sizeof rules[count].nik, nik);
		count++;
	}
	pthread_mutex_lock(&b->lock);
	drop_spent(b);
	bool fits = b->count + count <= RULES_MAX;
	if (fits) {
		memmove(b->rules + count, b->rules, b->count * sizeof *b->rules);
		if (count > 0)
			memcpy(b->rules, rules, count * sizeof *rules);
		b->count += count;
	}
	pthread_mutex_unlock(&b->lock);
	return fits ? 0 : err_set(e, ERR_LIMIT, _("more than %d faults at once"), RULES_MAX);
}

int fault_book_new(const char *text, struct fault_book **out, struct err *e)
{
	struct fault_book *b = calloc(1, sizeof *b);

	if (!b || pthread_mutex_init(&b->lock, NULL) != 0) {
		free(b);
		return err_nomem(e);
	}
	if (text && fault_book_add(b, text, 0, NULL, e) != 0) {
		fault_book_free(b);
		return -1;
	}
	*out = b;
	return 0;
}

void fault_book_free(struct fault_book *b)
{
	if (!b)
		return;
	pthread_mutex_destroy(&b->lock);
	free(b);
}

void fault_book_clear(struct fault_book *b)
{
	pthread_mutex_lock(&b->lock);
	b->count = 0;
	pthread_mutex_unlock(&b->lock);
}

size_t fault_book_count(struct fault_book *b)
{
	size_t left = 0;

	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->count; i++)
		left += !b->rules[i].spent;
	pthread_mutex_unlock(&b->lock);
	return left;
}

/* ---- meeting -------------------------------------------------------------------------------------------- */

/* Spread evenly and the same in every run: the splitmix64 of the call's number. */
static uint64_t dice(unsigned seen, unsigned number)
{
	uint64_t z = ((uint64_t)number << 32 | seen) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static bool is_turn_of_secret(const struct rule *r)
{
	return r->mix && !r->nth && r->seen % SECRET_EVERY == SECRET_EVERY / 2;
}

/* Counts the call, and says whether it is one of those meant. */
static bool rule_strikes(struct rule *r, enum fault_call call, const char *nik)
{
	if (r->spent || !(r->calls & call) || (r->nik[0] && (!nik || strcmp(nik, r->nik) != 0)))
		return false;
	r->seen++;
	return (!r->nth || r->nth == r->seen) &&
	       (!r->percent || dice(r->seen, entries[r->kind].number) % PERCENT < r->percent ||
		       is_turn_of_secret(r));
}

static bool is_secret_refused(enum fault f)
{
	return (f >= FAULT_WRONG_PASSPHRASE && f <= FAULT_WRONG_PASSPHRASE_TEXT) ||
	       (f >= FAULT_OTP_WRONG && f <= FAULT_OTP_USED);
}

/* What holds a client up, and what is decided before the call is known. */
static bool is_left_out(enum fault f)
{
	return f == FAULT_DELAY || f == FAULT_SILENT || f == FAULT_DRIP || f == FAULT_HUGE_REPLY ||
	       f == FAULT_CUT_UNREAD;
}

/* One of the rows that this call can meet. */
static enum fault draw(const struct rule *r, enum fault_call call)
{
	bool secret = is_turn_of_secret(r);
	enum fault fits[FAULT_COUNT] = {FAULT_NONE};
	size_t count = 0;

	for (size_t i = 1; i < FAULT_COUNT; i++) {
		enum fault f = (enum fault)i;
		if ((entries[i].calls & call) && is_secret_refused(f) == secret && !is_left_out(f))
			fits[count++] = f;
	}
	/* Not the dice that said whether it strikes. */
	return count ? fits[dice(r->seen, 1) % count] : FAULT_NONE;
}

static enum fault rule_use(struct rule *r, enum fault_call call)
{
	r->spent = r->left == 1;
	r->left -= r->left > 0;
	return r->mix ? draw(r, call) : r->kind;
}

static enum fault magic_fault(enum fault_call call, const char *nik)
{
	char magic[17];

	for (size_t i = 1; nik && i < FAULT_COUNT; i++) {
		fault_magic_nik((enum fault)i, magic);
		if (strcmp(magic, nik) == 0)
			return entries[i].calls & call ? (enum fault)i : FAULT_NONE;
	}
	return FAULT_NONE;
}

enum fault fault_book_meet(struct fault_book *b, enum fault_call call, const char *nik)
{
	enum fault found = FAULT_NONE;

	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->count; i++)
		if (b->rules[i].kind != FAULT_CUT_UNREAD && rule_strikes(&b->rules[i], call, nik) &&
			found == FAULT_NONE)
			found = rule_use(&b->rules[i], call);
	pthread_mutex_unlock(&b->lock);
	return found != FAULT_NONE ? found : magic_fault(call, nik);
}

bool fault_book_cuts_unread(struct fault_book *b, enum fault_call call)
{
	bool cuts = false;

	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->count && !cuts; i++) {
		struct rule *r = &b->rules[i];
		cuts = r->kind == FAULT_CUT_UNREAD && rule_strikes(r, call, NULL);
		if (cuts)
			(void)rule_use(r, call);
	}
	pthread_mutex_unlock(&b->lock);
	return cuts;
}
