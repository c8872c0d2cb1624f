/*
 * The agency's seal (reference bsre-api 4.4): unattended. The activation code, which an administrator keeps, buys a batch
 * OTP for so many files, which the service tells in its answer.
 *
 * All signers of one seal in this process share one batch OTP, because nobody knows whether a new one ends the one
 * before; and nobody asks for a new one while a file is under way with the old. It is asked for anew when it is used up,
 * ends within a minute, or was refused; a refused file is then sent once more, which is safe, as "refused" says that
 * nothing was signed. Who was not told how many files there will be (otp) asks for 1, then 2, 4 ... 64.
 */
#include "signing/bsre.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"

#include <pthread.h>
#include <stdio.h>
#include <strings.h>

#define OTP_PATH   "/api/v2/seal/get/totp"
#define SEAL_PATH  "/api/v2/seal/pdf"
#define CHAIN_PATH "/api/v2/user/certificate/chain/"
#define RENEW_S    60
#define LOT_MAX    64

/* The batch OTP of one seal. */
struct purse {
	char *name; /* address and subscriber; owned */
	size_t users;
	struct purse *next;
	pthread_mutex_t
		lock; /* over what follows; held while a new one is asked for, as everybody needs that */
	pthread_cond_t given_back;
	size_t in_use;      /* files under way with it */
	struct secret *otp; /* NULL = none */
	size_t left;        /* files that it is still good for */
	size_t lot;         /* for how many it was asked */
	int64_t expires_at; /* 0 = not known */
};

struct seal {
	struct bsre bsre;
	char *subscriber; /* owned */
	const struct secret *activation;
	struct purse *purse;
};

/* ---- purses of this process ---- */

static pthread_mutex_t purses_lock = PTHREAD_MUTEX_INITIALIZER;
static struct purse *purses;

static struct purse *new_purse(const char *url, const char *subscriber)
{
	struct purse *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	if (asprintf(&p->name, "%s %s", url, subscriber) < 0) {
		free(p);
		return NULL;
	}
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->given_back, NULL);
	p->next = purses;
	purses = p;
	return p;
}

static struct purse *purse_of(const char *url, const char *subscriber)
{
	AUTO(free_ptr) char *name = NULL;
	struct purse *p = NULL;

	if (asprintf(&name, "%s %s", url, subscriber) < 0)
		return NULL;
	pthread_mutex_lock(&purses_lock);
	for (p = purses; p && strcmp(p->name, name) != 0; p = p->next)
		;
	if (!p)
		p = new_purse(url, subscriber);
	if (p)
		p->users++;
	pthread_mutex_unlock(&purses_lock);
	return p;
}

static void drop_purse(struct purse *p)
{
	struct purse **at = &purses;

	if (!p)
		return;
	pthread_mutex_lock(&purses_lock);
	if (--p->users == 0) {
		while (*at != p)
			at = &(*at)->next;
		*at = p->next;
		secret_free(p->otp);
		pthread_mutex_destroy(&p->lock);
		pthread_cond_destroy(&p->given_back);
		free(p->name);
		free(p);
	}
	pthread_mutex_unlock(&purses_lock);
}

/* ---- the batch OTP ---- */

static int ask_otp(struct seal *s, size_t files, struct bsre_words *words, struct err *e)
{
	const struct sign_identity who = {.subscriber = s->subscriber};
	AUTO(buf_release) struct buf head = BUF_INIT(4096);
	AUTO(buf_release) struct buf tail = BUF_INIT(64);
	AUTO(secret_release) struct secret *quoted = NULL;

	buf_addc(&head, '{');
	if (bsre_json_who(&head, &who, e) != 0 || bsre_json_secret(s->activation, &quoted, e) != 0)
		return -1;
	buf_adds(&head, ",\"totp\":");
	buf_addf(&tail, ",\"data\":%zu}", files);
	if (buf_check(&head, e) != 0 || buf_check(&tail, e) != 0)
		return -1;
	const struct net_piece pieces[] = {
		{NET_BYTES, head.data, head.len},
		{NET_BYTES, secret_bytes(quoted), secret_len(quoted)},
		{NET_BYTES, tail.data, tail.len},
	};
	return bsre_order(&s->bsre, OTP_PATH, pieces, ARRAY_LEN(pieces), s->activation, words, e);
}

/* Buys an OTP for so many files. The purse is locked. 0 when there was an answer, which may be no. */
static int fill(struct seal *s, size_t files, struct bsre_words *words, struct err *e)
{
	struct purse *p = s->purse;

	secret_release(&p->otp);
	p->left = 0;
	if (ask_otp(s, files, words, e) != 0)
		return -1;
	if (!words->granted)
		return 0;
	if (!words->totp)
		return err_set(
			e, ERR_REMOTE, _("the service granted an OTP for the seal and did not tell it"));
	p->otp = steal(&words->totp);
	p->left = p->lot = files;
	/* One that has ended when it comes tells about clocks, not about the OTP. */
	p->expires_at = words->expires_at > bsre_now(&s->bsre) + RENEW_S ? words->expires_at : 0;
	return 0;
}

static int copy_secret(const struct secret *from, struct secret **out, struct err *e)
{
	AUTO(secret_release) struct secret *copy = NULL;

	if (secret_new(LIMIT_SECRET_BYTES, &copy, e) != 0 ||
		secret_set(copy, secret_bytes(from), secret_len(from), e) != 0)
		return -1;
	*out = steal(&copy);
	return 0;
}

static bool must_renew(const struct seal *s)
{
	const struct purse *p = s->purse;

	return !p->otp || p->left == 0 || (p->expires_at && p->expires_at - bsre_now(&s->bsre) < RENEW_S);
}

/* For as many as the last one still owed, or for more than the last one. */
static size_t next_lot(const struct purse *p)
{
	size_t lot = p->lot == 0 ? 1 : 2 * p->lot < LOT_MAX ? 2 * p->lot : LOT_MAX;

	return p->left > 0 ? p->left : lot;
}

/* Takes one file's worth, with a new OTP if need be. *out stays NULL when the service said no, in its words. */
static int take_otp(struct seal *s, struct secret **out, struct bsre_words *words, struct err *e)
{
	struct purse *p = s->purse;
	int r = 0;

	pthread_mutex_lock(&p->lock);
	while (must_renew(s) && p->in_use > 0)
		pthread_cond_wait(&p->given_back, &p->lock);
	if (must_renew(s))
		r = fill(s, next_lot(p), words, e);
	if (r == 0 && p->otp && (r = copy_secret(p->otp, out, e)) == 0) {
		p->left--;
		p->in_use++;
	}
	pthread_mutex_unlock(&p->lock);
	return r;
}

static bool is_same(const struct secret *a, const struct secret *b)
{
	return secret_len(a) == secret_len(b) && memcmp(secret_bytes(a), secret_bytes(b), secret_len(a)) == 0;
}

/* The call is over. An OTP that was refused is forgotten; somebody else may have bought another meanwhile. */
static void give_back(struct purse *p, const struct secret *code, bool was_refused)
{
	pthread_mutex_lock(&p->lock);
	p->in_use--;
	if (was_refused && p->otp && is_same(p->otp, code)) {
		secret_release(&p->otp);
		p->left++; /* this file's */
	}
	pthread_cond_broadcast(&p->given_back);
	pthread_mutex_unlock(&p->lock);
}

/* ---- the interface ---- */

static int otp(void *self, const struct sign_identity *who, size_t files, struct sign_otp *out, struct err *e)
{
	struct seal *s = self;
	AUTO(bsre_words_release) struct bsre_words words = BSRE_WORDS_INIT;

	(void)who;
	pthread_mutex_lock(&s->purse->lock);
	while (s->purse->in_use > 0)
		pthread_cond_wait(&s->purse->given_back, &s->purse->lock);
	int r = fill(s, files, &words, e);
	pthread_mutex_unlock(&s->purse->lock);
	if (r != 0)
		return -1;
	*out = (struct sign_otp){.granted = words.granted, .expires_at = words.expires_at};
	memcpy(out->text, words.text, sizeof out->text);
	return 0;
}

static int seal_with(struct seal *s, const struct sign_job *job, const struct secret *code,
	struct sign_result *out, struct err *e)
{
	const struct sign_identity who = {.subscriber = s->subscriber};
	AUTO(bsre_body_release) struct bsre_body body = {.count = 0};

	sign_result_release(out);
	sign_result_init(out);
	out->outcome = SIGN_NOT_SENT;
	if (bsre_body_make(&body, job, &who, "totp", code, e) != 0)
		return -1;
	const struct bsre_call call = {
		.method = "POST",
		.path = SEAL_PATH,
		.content_type = "application/json",
		.pieces = body.pieces,
		.piece_count = body.count,
		.shape = BSRE_JSON,
		.to = job->to,
		.secrets = {code, s->activation},
	};
	return bsre_sign(&s->bsre, &call, out, e);
}

/* No OTP, so no seal: the service's no, or its silence. */
static int not_sealed(
	const struct bsre_words *words, const struct err *why, struct sign_result *out, struct err *e)
{
	out->outcome = words->text[0] && !why->kind ? SIGN_REFUSED : SIGN_NOT_SENT;
	memcpy(out->code, words->code, sizeof out->code);
	snprintf(out->text, sizeof out->text, "%.*s", (int)sizeof out->text - 1,
		why->kind ? why->msg : words->text);
	out->wrong_secret = out->outcome == SIGN_REFUSED && bsre_is_wrong_secret(out->code, out->text);
	if (why->kind && why->kind != ERR_REMOTE)
		return err_set(e, why->kind, "%s", why->msg);
	return 0;
}

/* An OTP that ended or was used up before its time: in the words of the service, as there is no code for it. */
static bool is_spent(const struct sign_result *r)
{
	return r->outcome == SIGN_REFUSED &&
	       (r->wrong_secret || strcasestr(r->text, "otp") || strcasestr(r->text, "expired") ||
		       strcasestr(r->text, "kedaluwarsa") || strcasestr(r->text, "kadaluarsa"));
}

static int sign(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	struct seal *s = self;

	for (int attempt = 0;; attempt++) {
		AUTO(bsre_words_release) struct bsre_words words = BSRE_WORDS_INIT;
		AUTO(secret_release) struct secret *code = NULL;
		struct err why = ERR_INIT;
		sign_result_release(out);
		sign_result_init(out);
		if (take_otp(s, &code, &words, &why) != 0 || !code)
			return not_sealed(&words, &why, out, e);
		int r = seal_with(s, job, code, out, e);
		give_back(s->purse, code, r == 0 && is_spent(out));
		if (r != 0 || attempt > 0 || !is_spent(out))
			return r;
	}
}

/*
 * Nothing asks about a seal but its certificate chain. Where the service doesn't tell that either, the seal is tried: a
 * refusal then comes in its own words.
 */
static int status(void *self, const struct sign_identity *who, struct sign_status *out, struct err *e)
{
	struct seal *s = self;

	(void)who;
	(void)e;
	*out = (struct sign_status){.may_sign = true, .status = "ISSUE"};
	bsre_add_end(&s->bsre, CHAIN_PATH, s->subscriber, out);
	return 0;
}

static void free_self(void *self)
{
	struct seal *s = self;

	bsre_release(&s->bsre);
	drop_purse(s->purse);
	free(s->subscriber);
	free(s);
}

int signer_seal_new(const struct signer_profile *p, struct signer *out, struct err *e)
{
	if (p->api != 2)
		return err_set(e, ERR_CONFIG, _("a seal needs the v2 API"));
	if (!p->subscriber || !p->secret)
		return err_set(e, ERR_CONFIG, _("a seal needs its subscriber and its activation code"));
	struct seal *s = calloc(1, sizeof *s);
	if (!s)
		return err_nomem(e);
	s->activation = p->secret;
	s->subscriber = strdup(p->subscriber);
	s->purse = purse_of(p->net.base_url, p->subscriber);
	if (!s->subscriber || !s->purse)
		err_nomem(e);
	else if (bsre_init(&s->bsre, p, e) == 0) {
		*out = (struct signer){
			.self = s, .status = status, .sign = sign, .otp = otp, .free = free_self};
		return 0;
	}
	free_self(s);
	return -1;
}
