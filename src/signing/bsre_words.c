#include "signing/bsre_reply.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/parts.h"

#include <stdio.h>
#include <string.h>
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
	const char *words = bsre_words_of(value);
	const char *status = json_string_value(json_object_get(value, "status"));
	const char *code = json_text(value, "status_code", scratch);
	if (http_status != 200 || bsre_says_no(value) || !status) {
		char shown[200];
		bsre_copy_words(shown, sizeof shown, words ? words : "?");
		return err_set(e, ERR_REMOTE,
			_("the service says nothing about the certificate: %s (HTTP %ld)"), shown,
			http_status);
	}
	struct sign_status found = {.may_sign = strcmp(status, "ISSUE") == 0};
	bsre_copy_words(found.status, sizeof found.status, status);
	bsre_copy_words(found.code, sizeof found.code, code ? code : "");
	bsre_copy_words(found.text, sizeof found.text, words ? words : "");
	*out = found;
	return 0;
}

/* ---- a certificate chain ---- */

/* When a certificate ends, which may be base64 of DER or PEM; 0 when it is neither. */
static int64_t end_of(const char *text)
{
	AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_SMALL_REPLY_BYTES);
	AUTO(cert_release) struct cert *cert = NULL;
	struct cert_info info;
	struct err ignored = ERR_INIT;
	bool is_der = base64_parse(text, strlen(text), &der, &ignored) == 0;

	err_clear(&ignored);
	if (cert_parse(is_der ? (const void *)der.data : text, is_der ? der.len : strlen(text), &cert,
		    &ignored) != 0 ||
		cert_info(cert, &info, &ignored) != 0)
		return 0;
	return info.not_after_at;
}

int64_t bsre_chain_parse(long http_status, const struct buf *body)
{
	AUTO(json_release) json_t *value = NULL;
	struct err ignored = ERR_INIT;

	if (http_status != 200 || json_parse(buf_str(body), body->len, "reply", &value, &ignored) != 0 ||
		!json_is_object(value) || bsre_says_no(value))
		return 0;
	const char *first = json_string_value(json_array_get(json_object_get(value, "data"), 0));
	return first ? end_of(first) : 0;
}

/* ---- yes or no ---- */

/* "2026-02-10T04:24:40.927+0000": fractions of a second, a zone without its colon. */
static int64_t parse_expiry(const char *text)
{
	char plain[40];
	int64_t at;

	if (!text || strlen(text) < 19 || strlen(text) > 35)
		return 0;
	const char *zone = text + 19;
	if (*zone == '.')
		zone += 1 + strspn(zone + 1, "0123456789");
	bool no_colon = (*zone == '+' || *zone == '-') && strlen(zone) == 5;
	snprintf(plain, sizeof plain, "%.19s%.*s%s%s", text, no_colon ? 3 : (int)strlen(zone), zone,
		no_colon ? ":" : "", no_colon ? zone + 3 : "");
	return moment_parse(plain, ZONE_UTC, &at) ? at : 0;
}

/* An OTP goes into locked memory; its copy in the JSON is wiped. */
static int take_totp(const json_t *object, struct secret **out, struct err *e)
{
	const json_t *totp = json_object_get(object, "totp");
	const char *text = json_string_value(totp);
	AUTO(secret_release) struct secret *found = NULL;

	if (!text || !*text)
		return 0;
	size_t len = strlen(text);
	int r = secret_new(LIMIT_SECRET_BYTES, &found, e);
	if (r == 0)
		r = secret_set(found, text, len, e);
	explicit_bzero((char *)(uintptr_t)text, len);
	if (r == 0)
		*out = steal(&found);
	return r;
}

void bsre_words_release(struct bsre_words *w)
{
	secret_release(&w->totp);
}

static int parse_words(long http_status, const json_t *object, struct bsre_words *out, struct err *e)
{
	const json_t *data = json_object_get(object, "data");
	/* Some answers put it all into "data". */
	const json_t *inner = json_is_object(data) ? data : object;
	bool no = bsre_says_no(object) || bsre_says_no(inner);
	const char *words = bsre_words_of(inner);

	if (!words)
		words = bsre_words_of(object);
	bsre_copy_words(out->text, sizeof out->text, words ? words : "");
	bsre_code_of(object, out->code, sizeof out->code);
	out->granted = http_status == 200 && !no;
	if (!out->granted && (http_status >= 500 || http_status == 408 || http_status == 429 || !words))
		return err_set(e, ERR_REMOTE, _("no usable answer of the service: %s (HTTP %ld)"),
			words ? out->text : "?", http_status);
	if (!out->granted)
		return 0;
	out->expires_at = parse_expiry(json_string_value(json_object_get(inner, "expires")));
	return take_totp(inner, &out->totp, e);
}

int bsre_words_parse(long http_status, struct buf *body, struct bsre_words *out, struct err *e)
{
	AUTO(bsre_words_release) struct bsre_words found = BSRE_WORDS_INIT;
	AUTO(json_release) json_t *value = NULL;
	struct err ignored = ERR_INIT;

	int parsed = json_parse(buf_str(body), body->len, "reply", &value, &ignored);
	if (body->data)
		explicit_bzero(body->data, body->cap);
	if (parsed != 0 || !json_is_object(value)) {
		if (http_status == 401 || http_status == 403)
			return err_set(e, ERR_REMOTE,
				_("the service doesn't accept this application's username and password (HTTP "
				  "%ld)"),
				http_status);
		return err_set(e, ERR_REMOTE, _("the service's answer is not JSON (HTTP %ld)"), http_status);
	}
	if (parse_words(http_status, value, &found, e) != 0)
		return -1;
	*out = found;
	found = (struct bsre_words)BSRE_WORDS_INIT;
	return 0;
}
