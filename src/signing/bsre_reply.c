#include "signing/bsre_reply.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "signing/bsre_slim.h"
#include "json/json.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#define WRONG_PASSPHRASE "2031"

/* Copies at most size - 1 bytes, cut between characters; control bytes become '?'. */
static void copy_words(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size) {
		len = size - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	for (size_t i = 0; i < len; i++)
		out[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
	out[len] = '\0';
}

/* The words to show: the first of `message` and `error` that says something. NULL if neither does. */
static const char *words_of(const json_t *object)
{
	static const char *const keys[] = {"message", "error"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const char *text = json_string_value(json_object_get(object, keys[i]));
		if (text && !text_is_empty(text))
			return text;
	}
	return NULL;
}

/* The older builds put the code behind the words: "Proses signing gagal : Passphrase anda salah 2031". */
static bool trailing_code(const char *text, char out[5])
{
	size_t len = strlen(text);

	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '.'))
		len--;
	if (len < 5 || text[len - 5] != ' ')
		return false;
	for (size_t i = len - 4; i < len; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	memcpy(out, text + len - 4, 4);
	out[4] = '\0';
	return true;
}

/* `status_code` as number or as text; 400 there is only HTTP's word again, and the real code stands in the words. */
static void code_of(const json_t *object, char *out, size_t size)
{
	char scratch[32], trailing[5];
	const char *code = json_text(object, "status_code", scratch);
	const char *text = json_string_value(json_object_get(object, "error"));

	copy_words(out, size, code ? code : "");
	if ((!code || strcmp(code, "400") == 0 || strcmp(code, "500") == 0) && text &&
		trailing_code(text, trailing))
		copy_words(out, size, trailing);
}

static bool says(const char *text, const char *word)
{
	return text && strcasestr(text, word) != NULL;
}

/* 2031, or its words where a build sends no code. An OTP is a secret like the passphrase. */
static bool is_wrong_secret(const char *code, const char *text)
{
	if (strcmp(code, WRONG_PASSPHRASE) == 0)
		return true;
	return says(text, "salah") && (says(text, "passphrase") || says(text, "otp"));
}

static void unknown(struct sign_result *out, const char *why)
{
	out->outcome = SIGN_UNKNOWN;
	copy_words(out->text, sizeof out->text, why);
}

/* In-band refusal: a non-empty `error`, or the seal's `result` or `success` set to false (shapes A, B, D, E). */
static bool says_no(const json_t *object)
{
	const json_t *error = json_object_get(object, "error");

	return (error && !json_is_null(error) && !json_is_false(error) &&
		       !(json_is_string(error) && text_is_empty(json_string_value(error)))) ||
	       json_is_false(json_object_get(object, "result")) ||
	       json_is_false(json_object_get(object, "success"));
}

static void refused(const json_t *object, struct sign_result *out)
{
	const char *text = words_of(object);

	out->outcome = SIGN_REFUSED;
	code_of(object, out->code, sizeof out->code);
	copy_words(out->text, sizeof out->text, text ? text : _("the service refused without a reason"));
	out->wrong_secret = is_wrong_secret(out->code, text) ||
			    is_wrong_secret(out->code, json_string_value(json_object_get(object, "error")));
}

/* "\/" is the only escape that has a place in base64 (some encoders write it). */
static int decode(const char *text, size_t len, bool has_escapes, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf plain = BUF_INIT(LIMIT_REPLY_BYTES);

	if (has_escapes) {
		for (const char *end = text + len; text < end;) {
			const char *slash = memchr(text, '\\', (size_t)(end - text));
			buf_add(&plain, text, (size_t)((slash ? slash : end) - text));
			if (!slash)
				break;
			if (slash + 1 >= end || slash[1] != '/')
				return err_set(e, ERR_INPUT, "%s", _("an escape in base64"));
			text = slash + 1;
			/* The '/' itself is copied with what follows. */
		}
		if (buf_check(&plain, e) != 0)
			return -1;
		text = buf_str(&plain);
		len = plain.len;
	}
	return base64_parse(text, len, out, e);
}

static void accept_file(const json_t *object, const struct bsre_slim *slim, struct sign_result *out)
{
	const json_t *files = json_object_get(object, "file");
	const json_t *only = json_array_get(files, 0);
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	struct err e = ERR_INIT;

	if (!json_is_array(files)) {
		unknown(out, _("the answer holds neither a file nor a refusal"));
		return;
	}
	if (json_array_size(files) != 1 || !json_is_string(only)) {
		unknown(out, _("the answer must hold exactly one file"));
		return;
	}
	/* Nothing was taken out when the key is spelt with escapes: then the parser has the text. */
	int r = slim->count == 1 ? decode(slim->file, slim->file_len, slim->has_escapes, &pdf, &e)
				 : decode(json_string_value(only), json_string_length(only), false, &pdf, &e);
	if (r != 0 && e.kind != ERR_INPUT) {
		unknown(out, e.msg);
	} else if (r != 0) {
		unknown(out, _("the file in the answer is not base64"));
	} else if (pdf.len < 5 || memcmp(pdf.data, "%PDF-", 5) != 0) {
		unknown(out, _("the file in the answer is not a PDF"));
	} else {
		out->outcome = SIGN_ACCEPTED;
		buf_release(&out->pdf);
		out->pdf = pdf;
		pdf = (struct buf)BUF_INIT(LIMIT_PDF_BYTES);
	}
}

/* What the auditor gets: the answer without its files; of what is not JSON, the beginning. */
static void keep_raw(const json_t *object, const struct buf *slim, struct buf *raw)
{
	struct err ignored = ERR_INIT;

	buf_reset(raw);
	if (object) {
		AUTO(json_release) json_t *rest = json_copy((json_t *)(uintptr_t)object);
		json_object_del(rest, "file");
		if (json_write(rest, 0, raw, &ignored) == 0)
			return;
		buf_reset(raw);
	}
	size_t room = raw->max - raw->len;
	if (slim->len >= 5 && memcmp(slim->data, "%PDF-", 5) == 0)
		buf_addf(raw, "(PDF, %zu bytes)", slim->len);
	else
		buf_add(raw, slim->data, slim->len < room ? slim->len : room);
}

/* What the HTTP status alone decides when the body has nothing to say. */
static void judge_status(long http_status, const char *content_type, struct sign_result *out)
{
	switch (http_status) {
	case 401:
	case 403:
		out->outcome = SIGN_REFUSED;
		copy_words(out->text, sizeof out->text,
			_("the service doesn't accept this application's username and password"));
		return;
	case 413:
		out->outcome = SIGN_REFUSED;
		copy_words(out->text, sizeof out->text, _("the service doesn't take a file of this size"));
		return;
	default:
		out->outcome = SIGN_UNKNOWN;
		snprintf(out->text, sizeof out->text,
			_("HTTP %ld without a usable answer of the service (%.60s)"), http_status,
			content_type && *content_type ? content_type : "?");
	}
}

/* May this status carry a refusal that is final? 408 and 429 say "not now", and something may have happened. */
static bool can_refuse(long http_status)
{
	return http_status == 200 ||
	       (http_status >= 400 && http_status < 500 && http_status != 408 && http_status != 429);
}

static void judge(long http_status, const char *content_type, const json_t *object,
	const struct bsre_slim *slim, struct sign_result *out)
{
	bool no = object && says_no(object);

	if (!object) {
		judge_status(http_status, content_type, out);
		return;
	}
	if (http_status == 200 && !no) {
		accept_file(object, slim, out);
		return;
	}
	if (no && json_array_size(json_object_get(object, "file")) > 0) {
		unknown(out, _("the answer holds both a file and a refusal"));
		return;
	}
	refused(object, out);
	if (can_refuse(http_status) && (no || words_of(object) || http_status == 401 || http_status == 403))
		return;
	/* Some builds answer 500 to a wrong passphrase; with 2031 in so many words nothing was signed. */
	if (http_status >= 500 && no && out->wrong_secret)
		return;
	out->outcome = SIGN_UNKNOWN;
	out->wrong_secret = false;
	if (!words_of(object))
		judge_status(http_status, content_type, out);
}

void bsre_reply_parse(
	long http_status, const char *content_type, const struct buf *body, struct sign_result *out)
{
	AUTO(buf_release) struct buf text = BUF_INIT(body->len);
	AUTO(json_release) json_t *value = NULL;
	struct bsre_slim slim;
	struct err e = ERR_INIT;

	out->http_status = http_status;
	bsre_slim_make(buf_str(body), body->len, &text, &slim);
	if (buf_check(&text, &e) != 0) {
		unknown(out, e.msg);
		return;
	}
	if (json_parse(buf_str(&text), text.len, "reply", &value, &e) != 0 && e.kind == ERR_NOMEM) {
		unknown(out, e.msg);
		return;
	}
	const json_t *object = json_is_object(value) ? value : NULL;
	keep_raw(object, &text, &out->raw);
	judge(http_status, content_type, object, &slim, out);
}

int bsre_status_parse(long http_status, const struct buf *body, struct sign_status *out, struct err *e)
{
	AUTO(json_release) json_t *value = NULL;
	struct err ignored = ERR_INIT;
	char scratch[32];

	if (json_parse(buf_str(body), body->len, "reply", &value, &ignored) != 0 || !json_is_object(value)) {
		if (http_status == 401 || http_status == 403)
			return err_set(e, ERR_REMOTE,
				_("the service doesn't accept this application's username and password (HTTP "
				  "%ld)"),
				http_status);
		return err_set(e, ERR_REMOTE,
			_("the service's answer about a certificate is not JSON (HTTP %ld)"), http_status);
	}
	const char *words = words_of(value);
	const char *status = json_string_value(json_object_get(value, "status"));
	const char *code = json_text(value, "status_code", scratch);
	if (http_status != 200 || says_no(value) || !status) {
		char shown[200];
		copy_words(shown, sizeof shown, words ? words : "?");
		return err_set(e, ERR_REMOTE,
			_("the service says nothing about the certificate: %s (HTTP %ld)"), shown,
			http_status);
	}
	struct sign_status found = {.may_sign = strcmp(status, "ISSUE") == 0};
	copy_words(found.status, sizeof found.status, status);
	copy_words(found.code, sizeof found.code, code ? code : "");
	copy_words(found.text, sizeof found.text, words ? words : "");
	*out = found;
	return 0;
}
