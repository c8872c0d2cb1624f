#include "signing/bsre.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdio.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>

#define ASK_TIMEOUT_MS 30000 /* the service answers questions in a second or two */
#define ASK_TRIES      3
#define PAUSE_MS       400 /* before the second try; doubled each time */
/* So much of a secret at the end of a text that was cut is masked, too. */
#define MASKED_PREFIX  3

/* ---- time and chance ---- */

static int64_t real_now(void *user)
{
	(void)user;
	return clock_now();
}

static void real_sleep(void *user, long ms)
{
	struct timespec left = {ms / 1000, ms % 1000 * 1000000};

	(void)user;
	while (nanosleep(&left, &left) != 0)
		;
}

static uint32_t real_random(void *user)
{
	uint32_t value = 0;

	(void)user;
	/* Jitter and boundaries want no secrecy: a kernel without randomness gives a plain one. */
	if (getrandom(&value, sizeof value, GRND_NONBLOCK) != (ssize_t)sizeof value)
		value = (uint32_t)clock();
	return value;
}

int64_t bsre_now(const struct bsre *b)
{
	return b->clock.now(b->clock.user);
}

uint32_t bsre_random(const struct bsre *b)
{
	return b->clock.random(b->clock.user);
}

int bsre_init(struct bsre *b, const struct signer_profile *p, struct err *e)
{
	if (p->sign_timeout_ms <= 0)
		return err_set(e, ERR_CONFIG, _("the time-out for a signature must be more than 0"));
	*b = (struct bsre){.clock = p->clock, .sign_timeout_ms = p->sign_timeout_ms};
	if (!b->clock.now)
		b->clock.now = real_now;
	if (!b->clock.sleep_ms)
		b->clock.sleep_ms = real_sleep;
	if (!b->clock.random)
		b->clock.random = real_random;
	return net_client_new(&p->net, &b->client, e);
}

void bsre_release(struct bsre *b)
{
	net_client_release(&b->client);
}

/* ---- questions ---- */

static bool says_not_now(long status)
{
	return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

int bsre_ask(struct bsre *b, const struct net_request *req, struct net_reply *reply, struct err *e)
{
	struct net_request patient = *req;

	patient.timeout_ms = ASK_TIMEOUT_MS;
	for (unsigned i = 0;; i++) {
		struct err tried = ERR_INIT;
		buf_reset(&reply->body);
		int r = net_call(b->client, &patient, reply, &tried);
		bool again = r == 0 ? !req->once && says_not_now(reply->status)
				    : tried.kind == ERR_REMOTE && !(req->once && reply->sent);
		if (!again || i + 1 == ASK_TRIES)
			return r == 0 ? 0 : err_set(e, tried.kind, "%s", tried.msg);
		/* From half of it to one and a half: many clients must not come back all at once. */
		long pause = PAUSE_MS << i;
		b->clock.sleep_ms(b->clock.user, pause / 2 + (long)(bsre_random(b) % (unsigned long)pause));
	}
}

void bsre_add_end(struct bsre *b, const char *path, const char *id, struct sign_status *status)
{
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(LIMIT_SMALL_REPLY_BYTES)};
	AUTO(buf_release) struct buf whole = BUF_INIT(256);
	struct err ignored = ERR_INIT;

	/* Only ids that a path can hold as they are: NIK and subscriber ids. */
	if (!id || !*id || id[strspn(id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_")])
		return;
	buf_addf(&whole, "%s%s", path, id);
	if (whole.failed)
		return;
	const struct net_request req = {.method = "GET", .path = buf_str(&whole)};
	if (bsre_ask(b, &req, &reply, &ignored) == 0)
		status->not_after_at = bsre_chain_parse(reply.status, &reply.body);
}

/* ---- secrets out of the records ---- */

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

/* Takes a secret out of texts, NULL among them allowed. */
static int scrub(
	char *const *texts, const size_t *lens, size_t count, const struct secret *secret, struct err *e)
{
	AUTO(secret_release) struct secret *quoted = NULL;

	/* As JSON writes it: what we send, and what a service sends back, has quotes and backslashes escaped. */
	if (bsre_json_secret(secret, &quoted, e) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (!texts[i])
			continue;
		mask(texts[i], lens[i], secret_bytes(secret), secret_len(secret));
		/* without its quotes */
		mask(texts[i], lens[i], secret_bytes(quoted) + 1, secret_len(quoted) - 2);
	}
	return 0;
}

/* A service that repeats the request in its error text must not put a secret into our records. */
static int scrub_result(struct sign_result *out, const struct secret *secret, struct err *e)
{
	char *const texts[] = {
		out->text, out->code, out->document_id, out->raw.len > 0 ? (char *)out->raw.data : NULL};
	const size_t lens[] = {strlen(out->text), strlen(out->code), strlen(out->document_id), out->raw.len};

	return scrub(texts, lens, ARRAY_LEN(texts), secret, e);
}

static void scrub_all(const struct bsre_call *call, struct sign_result *out)
{
	struct err ignored = ERR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(call->secrets); i++)
		if (call->secrets[i] && scrub_result(out, call->secrets[i], &ignored) != 0) {
			/* It cannot be told what is in it: then nothing is kept. */
			out->text[0] = out->code[0] = out->document_id[0] = '\0';
			buf_release(&out->raw);
		}
}

/* ---- orders ---- */

static void wipe_reply(struct net_reply *r)
{
	if (r->body.data)
		explicit_bzero(r->body.data, r->body.cap);
	net_reply_release(r);
}

/* The same for the answer to an order, with the one-time password that it brings. */
static int scrub_words(struct bsre_words *out, const struct secret *sent, struct err *e)
{
	char *const texts[] = {out->text, out->code, e->msg};
	const size_t lens[] = {strlen(out->text), strlen(out->code), strlen(e->msg)};
	const struct secret *const secrets[] = {sent, out->totp};

	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		if (secrets[i] && scrub(texts, lens, ARRAY_LEN(texts), secrets[i], e) != 0)
			return -1;
	return 0;
}

int bsre_order(struct bsre *b, const char *path, const struct net_piece *pieces, size_t count,
	const struct secret *secret, struct bsre_words *out, struct err *e)
{
	AUTO(wipe_reply) struct net_reply reply = {.body = BUF_INIT(LIMIT_SMALL_REPLY_BYTES)};
	const struct net_request req = {
		.method = "POST",
		.path = path,
		.content_type = "application/json",
		.pieces = pieces,
		.piece_count = count,
		.once = true,
	};

	/* All the room at once: a buffer that grows leaves an OTP behind. */
	if (!buf_room(&reply.body, 16 * KIB))
		return err_nomem(e);
	if (bsre_ask(b, &req, &reply, e) != 0)
		return -1;
	int r = bsre_words_parse(reply.status, &reply.body, out, e);
	return scrub_words(out, secret, e) == 0 ? r : -1;
}

/* ---- signatures ---- */

static int take(void *user, long status, const void *bytes, size_t len)
{
	return bsre_reply_take(user, status, bytes, len);
}

static void take_header(void *user, const char *name, const char *value)
{
	struct bsre_reply *r = user;

	if (strcasecmp(name, "id_dokumen") == 0 || strcasecmp(name, "id-dokumen") == 0)
		bsre_keep_document_id(r->out, value);
}

int bsre_sign(struct bsre *b, const struct bsre_call *call, struct sign_result *out, struct err *e)
{
	AUTO(bsre_reply_release) struct bsre_reply parsed = {.len = 0};
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(0)};
	struct err failed = ERR_INIT;
	const struct net_request req = {
		.method = call->method,
		.path = call->path,
		.content_type = call->content_type,
		.accept = call->accept,
		.pieces = call->pieces,
		.piece_count = call->piece_count,
		.timeout_ms = b->sign_timeout_ms,
		.once = true,
		.take = take,
		.header = take_header,
		.user = &parsed,
	};

	bsre_reply_init(&parsed, call->shape, call->to, out);
	if (net_call(b->client, &req, &reply, &failed) == 0) {
		bsre_reply_end(&parsed, reply.status, reply.content_type);
	} else if (reply.sent) {
		bsre_reply_broken(&parsed, reply.status, failed.msg);
	} else {
		out->outcome = SIGN_NOT_SENT;
		text_copy(out->text, sizeof out->text, failed.msg);
		/* Nothing left and not the service's doing: the machine or its configuration. */
		if (failed.kind != ERR_REMOTE)
			return err_set(e, failed.kind, "%s", failed.msg);
	}
	scrub_all(call, out);
	return 0;
}
