#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "net/client.h"
#include "signing/bsre_reply.h"
#include "signing/signer.h"

#include <stdio.h>

#define STATUS_PATH       "/api/v2/user/check/status"
#define SIGN_PATH         "/api/v2/sign/pdf"
/* So much of a passphrase at the end of a text that was cut is masked, too. */
#define MASKED_PREFIX     3
#define STATUS_TIMEOUT_MS 30000 /* read-only; the service answers in a second or two */

struct bsre_v2 {
	struct net_client *client; /* owned */
	long sign_timeout_ms;
};

static void wipe(struct buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->cap);
	buf_release(b);
}

/* ---- requests: written by hand, as a JSON library would copy the passphrase to places that nobody wipes ---- */

static void add_json_bytes(struct buf *out, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	buf_addc(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '"' || p[i] == '\\') {
			buf_addc(out, '\\');
			buf_addc(out, (char)p[i]);
		} else if (p[i] < 0x20) {
			static const char digits[] = "0123456789abcdef";
			buf_adds(out, "\\u00");
			buf_addc(out, digits[p[i] >> 4]);
			buf_addc(out, digits[p[i] & 15]);
		} else {
			buf_addc(out, (char)p[i]);
		}
	}
	buf_addc(out, '"');
}

static void add_json_text(struct buf *out, const char *text)
{
	add_json_bytes(out, text, strlen(text));
}

static int add_identity(struct buf *out, const struct sign_identity *who, struct err *e)
{
	if (!who->nik == !who->email)
		return err_set(
			e, ERR_USAGE, _("a signer is named by NIK or by e-mail address, one of the two"));
	buf_adds(out, who->nik ? "\"nik\":" : "\"email\":");
	add_json_text(out, who->nik ? who->nik : who->email);
	return 0;
}

static bool is_text(const char *text)
{
	return !text || utf8_is_valid(text, strlen(text));
}

/* The most that a string grows by quotes and escapes. */
static size_t json_room(const char *text)
{
	return text ? 6 * strlen(text) + 2 : 0;
}

/* Keys in the order of BSrE's Postman collection: one build is said to mind (reference bsre-api 2.2). */
static int make_sign_request(const struct sign_job *job, struct buf *out, struct err *e)
{
	const char *passphrase = (const char *)secret_bytes(job->passphrase);
	size_t passphrase_len = secret_len(job->passphrase);

	if (!utf8_is_valid(passphrase, passphrase_len))
		return err_set(e, ERR_INPUT, _("the passphrase is not UTF-8"));
	if (!is_text(job->who.nik) || !is_text(job->who.email) || !is_text(job->reason) ||
		!is_text(job->location))
		return err_set(e, ERR_INPUT, _("a text for the signing service is not UTF-8"));
	if (job->pdf_len > LIMIT_PDF_BYTES)
		return err_set(e, ERR_LIMIT, _("a PDF of %zu bytes is larger than the ceiling of %zu"),
			job->pdf_len, LIMIT_PDF_BYTES);
	/* All the room at once: a buffer that grows would leave the passphrase behind in freed memory. */
	size_t room = 256 + json_room(job->who.nik) + json_room(job->who.email) + 6 * passphrase_len +
		      json_room(job->reason) + json_room(job->location) + (job->pdf_len + 2) / 3 * 4;
	if (!buf_room(out, room))
		return buf_check(out, e);
	buf_addc(out, '{');
	if (add_identity(out, &job->who, e) != 0)
		return -1;
	buf_adds(out, ",\"passphrase\":");
	add_json_bytes(out, passphrase, passphrase_len);
	buf_adds(out, ",\"signatureProperties\":[{\"tampilan\":\"INVISIBLE\"");
	if (job->location) {
		buf_adds(out, ",\"location\":");
		add_json_text(out, job->location);
	}
	if (job->reason) {
		buf_adds(out, ",\"reason\":");
		add_json_text(out, job->reason);
	}
	buf_adds(out, "}],\"file\":[\"");
	base64_add(out, job->pdf, job->pdf_len);
	buf_adds(out, "\"]}");
	return buf_check(out, e);
}

/* ---- calls ---- */

static int status(void *self, const struct sign_identity *who, struct sign_status *out, struct err *e)
{
	struct bsre_v2 *s = self;
	AUTO(buf_release) struct buf body = BUF_INIT(4096);
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(LIMIT_SMALL_REPLY_BYTES)};

	buf_addc(&body, '{');
	if (add_identity(&body, who, e) != 0)
		return -1;
	buf_addc(&body, '}');
	if (buf_check(&body, e) != 0)
		return -1;
	const struct net_request req = {
		.method = "POST",
		.path = STATUS_PATH,
		.content_type = "application/json",
		.body = body.data,
		.body_len = body.len,
		.timeout_ms = STATUS_TIMEOUT_MS,
	};
	if (net_call(s->client, &req, &reply, e) != 0)
		return -1;
	return bsre_status_parse(reply.status, &reply.body, out, e);
}

/* Where the needle stands, and where its beginning ends the text, which may have been cut there. */
static void mask(char *text, size_t len, const void *needle, size_t needle_len)
{
	char *at;

	if (needle_len == 0)
		return;
	while ((at = memmem(text, len, needle, needle_len))) {
		memset(at, '*', needle_len);
		len -= (size_t)(at - text) + needle_len;
		text = at + needle_len;
	}
	for (size_t n = needle_len - 1 < len ? needle_len - 1 : len; n >= MASKED_PREFIX; n--)
		if (memcmp(text + len - n, needle, n) == 0) {
			memset(text + len - n, '*', n);
			break;
		}
}

/* As JSON writes it: what we send, and what a service sends back, has quotes and backslashes escaped. */
static int add_escaped(struct buf *out, const struct secret *passphrase, struct err *e)
{
	if (!buf_room(out, 6 * secret_len(passphrase) + 2))
		return buf_check(out, e);
	add_json_bytes(out, secret_bytes(passphrase), secret_len(passphrase));
	return buf_check(out, e);
}

/* A service that repeats the request in its error text must not put the passphrase into our records. */
static void scrub(struct sign_result *out, const struct secret *passphrase, const struct buf *escaped)
{
	char *const texts[] = {out->text, out->code, out->raw.len > 0 ? (char *)out->raw.data : NULL};
	const size_t lens[] = {strlen(out->text), strlen(out->code), out->raw.len};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (!texts[i])
			continue;
		mask(texts[i], lens[i], secret_bytes(passphrase), secret_len(passphrase));
		/* without its quotes */
		mask(texts[i], lens[i], escaped->data + 1, escaped->len - 2);
	}
}

static int sign(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	struct bsre_v2 *s = self;
	AUTO(wipe) struct buf body = BUF_INIT(LIMIT_REQUEST_BYTES);
	AUTO(wipe) struct buf escaped = BUF_INIT(6 * LIMIT_SECRET_BYTES + 2);
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(LIMIT_REPLY_BYTES)};
	struct err call = ERR_INIT;

	sign_result_release(out);
	sign_result_init(out);
	/* Until the request is handed over, nothing can have been signed. */
	out->outcome = SIGN_NOT_SENT;
	if (make_sign_request(job, &body, e) != 0 || add_escaped(&escaped, job->passphrase, e) != 0)
		return -1;
	const struct net_request req = {
		.method = "POST",
		.path = SIGN_PATH,
		.content_type = "application/json",
		.body = body.data,
		.body_len = body.len,
		.timeout_ms = s->sign_timeout_ms,
		.once = true,
	};
	if (net_call(s->client, &req, &reply, &call) != 0) {
		out->outcome = reply.sent ? SIGN_UNKNOWN : SIGN_NOT_SENT;
		out->http_status = reply.status;
		snprintf(out->text, sizeof out->text, "%.*s", (int)sizeof out->text - 1, call.msg);
		/* Nothing left and not the service's doing: the machine or its configuration. */
		if (!reply.sent && call.kind != ERR_REMOTE)
			return err_set(e, call.kind, "%s", call.msg);
		return 0;
	}
	bsre_reply_parse(reply.status, reply.content_type, &reply.body, out);
	scrub(out, job->passphrase, &escaped);
	return 0;
}

static void free_self(void *self)
{
	struct bsre_v2 *s = self;

	net_client_free(s->client);
	free(s);
}

int signer_bsre_v2_new(
	const struct net_config *config, long sign_timeout_ms, struct signer *out, struct err *e)
{
	struct bsre_v2 *s = calloc(1, sizeof *s);

	if (!s)
		return err_nomem(e);
	s->sign_timeout_ms = sign_timeout_ms;
	if (sign_timeout_ms <= 0)
		err_set(e, ERR_CONFIG, _("the time-out for a signature must be more than 0"));
	else if (net_client_new(config, &s->client, e) == 0) {
		*out = (struct signer){.self = s, .status = status, .sign = sign, .free = free_self};
		return 0;
	}
	free(s);
	return -1;
}
