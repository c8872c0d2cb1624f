#include "crypto/key_pkcs11.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/handles.h"

#include <openssl/err.h>

#include <errno.h>
#include <libp11.h>
#include <pthread.h>
#include <unistd.h>

/* PKCS #11 v2.40 base 3.11: return values that mean something to a person. */
enum {
	CKR_PIN_INCORRECT = 0xa0,
	CKR_PIN_INVALID = 0xa1,
	CKR_PIN_LEN_RANGE = 0xa2,
	CKR_PIN_EXPIRED = 0xa3,
	CKR_PIN_LOCKED = 0xa4,
};

/* A library in use. */
struct token {
	char *module; /* owned */
	PKCS11_CTX *ctx;
	PKCS11_SLOT *slots;
	unsigned count;
	unsigned shares;
	struct token *next;
};

/* A token that called a PIN wrong. */
struct burnt {
	struct burnt *next;
	char *module, *token;
};

/* A PKCS#11 library has one state for the whole process, so there is one list of them. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct token *in_use;
static struct burnt *burnt;

/* ---- the library; with the lock held ---- */

static void free_token(struct token *t)
{
	if (t->slots)
		PKCS11_release_all_slots(t->ctx, t->slots, t->count);
	if (t->ctx) {
		PKCS11_CTX_unload(t->ctx);
		PKCS11_CTX_free(t->ctx);
	}
	free(t->module);
	free(t);
	ERR_clear_error();
}

/* t->ctx is there only once its library is: nothing else may be unloaded. */
static int load(struct token *t, struct err *e)
{
	/* libp11 would print what is wrong with the path. */
	if (access(t->module, R_OK) != 0)
		return err_sys(e, ERR_CONFIG, errno, _("cannot read the PKCS#11 library '%s'"), t->module);
	PKCS11_CTX *ctx = PKCS11_CTX_new();
	if (!ctx)
		return err_nomem(e);
	if (PKCS11_CTX_load(ctx, t->module) != 0) {
		PKCS11_CTX_free(ctx);
		return err_set(e, ERR_CONFIG, _("'%s' cannot be used as a PKCS#11 library: %s"), t->module,
			crypto_reason());
	}
	t->ctx = ctx;
	if (PKCS11_enumerate_slots(t->ctx, &t->slots, &t->count) != 0)
		return err_set(e, ERR_CONFIG, _("'%s' shows no tokens: %s"), t->module, crypto_reason());
	return 0;
}

/* One more share of the library. */
static int open_module(const char *path, struct token **out, struct err *e)
{
	struct token *t = in_use;

	while (t && strcmp(t->module, path) != 0)
		t = t->next;
	if (!t) {
		t = calloc(1, sizeof *t);
		if (!t || !(t->module = strdup(path))) {
			free(t);
			return err_nomem(e);
		}
		if (load(t, e) != 0) {
			free_token(t);
			return -1;
		}
		t->next = in_use;
		in_use = t;
	}
	t->shares++;
	*out = t;
	return 0;
}

static void close_module(struct token *t)
{
	struct token **at = &in_use;

	if (--t->shares > 0)
		return;
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	free_token(t);
}

void token_close(struct token *t)
{
	if (!t)
		return;
	pthread_mutex_lock(&lock);
	close_module(t);
	pthread_mutex_unlock(&lock);
}

/* ---- the token and its PIN; with the lock held ---- */

static bool is_burnt(const struct token_place *where)
{
	for (const struct burnt *b = burnt; b; b = b->next)
		if (strcmp(b->module, where->module) == 0 && strcmp(b->token, where->token) == 0)
			return true;
	return false;
}

static void burn(const struct token_place *where)
{
	struct burnt *b = calloc(1, sizeof *b);

	if (!b)
		return;
	b->module = strdup(where->module);
	b->token = strdup(where->token);
	if (!b->module || !b->token) {
		free(b->module);
		free(b->token);
		free(b);
		return;
	}
	b->next = burnt;
	burnt = b;
}

/* NULL if there is none, or not only one. */
static PKCS11_SLOT *find_slot(struct token *t, const struct token_place *where, struct err *e)
{
	AUTO(buf_release) struct buf seen = BUF_INIT(256);
	PKCS11_SLOT *found = NULL;

	for (unsigned i = 0; i < t->count; i++) {
		const PKCS11_TOKEN *token = t->slots[i].token;
		if (!token || !token->initialized)
			continue;
		buf_addf(&seen, "%s'%s'", seen.len ? ", " : "", token->label);
		if (strcmp(token->label, where->token) != 0)
			continue;
		if (found) {
			err_set(e, ERR_CONFIG, _("two tokens are called '%s'"), where->token);
			return NULL;
		}
		found = &t->slots[i];
	}
	if (!found)
		err_set(e, ERR_CONFIG, _("no token is called '%s'; there: %s"), where->token,
			seen.len ? buf_str(&seen) : _("none"));
	return found;
}

/* What the token said about the PIN that it was given. */
static int explain_login(const struct token_place *where, enum key_trouble *trouble, struct err *e)
{
	unsigned long code = ERR_peek_last_error();
	unsigned reason = (unsigned)ERR_GET_REASON(code);

	switch (reason) {
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
	case CKR_PIN_LEN_RANGE:
		ERR_clear_error();
		burn(where);
		*trouble = KEY_WRONG_SECRET;
		return err_set(e, ERR_CRYPTO, _("the PIN of token '%s' is wrong"), where->token);
	case CKR_PIN_LOCKED:
	case CKR_PIN_EXPIRED:
		ERR_clear_error();
		return err_set(e, ERR_CRYPTO,
			_("the PIN of token '%s' is locked or has expired: the token's security officer must "
			  "set a new one"),
			where->token);
	default:
		return err_set(
			e, ERR_CRYPTO, _("token '%s' does not let us in: %s"), where->token, crypto_reason());
	}
}

static int give_pin(PKCS11_SLOT *slot, const struct token_place *where, const struct secret *pin,
	enum key_trouble *trouble, struct err *e)
{
	AUTO(secret_release) struct secret *text = NULL;

	if (!pin)
		return err_set(e, ERR_CONFIG, _("token '%s' wants a PIN, and none is there"), where->token);
	if (is_burnt(where)) {
		*trouble = KEY_WRONG_SECRET;
		return err_set(e, ERR_CRYPTO,
			_("the PIN of token '%s' was wrong before: it is not tried again"), where->token);
	}
	if (secret_terminated(pin, &text, e) != 0)
		return -1;
	if (PKCS11_login(slot, 0, (const char *)secret_bytes(text)) != 0)
		return explain_login(where, trouble, e);
	return 0;
}

static int log_in(PKCS11_SLOT *slot, const struct token_place *where, const struct secret *pin,
	enum key_trouble *trouble, struct err *e)
{
	const PKCS11_TOKEN *token = slot->token;
	int is_in = 0;

	if (!token->loginRequired)
		return 0;
	if (PKCS11_is_logged_in(slot, 0, &is_in) == 0 && is_in)
		return 0;
	ERR_clear_error();
	if (token->userPinLocked)
		return err_set(e, ERR_CRYPTO,
			_("the PIN of token '%s' is locked or has expired: the token's security officer must "
			  "set a new one"),
			where->token);
	if (token->userPinFinalTry)
		return err_set(e, ERR_CRYPTO,
			_("token '%s' has one try left before its PIN is locked: log in by hand first "
			  "(pkcs11-tool --login --test)"),
			where->token);
	return give_pin(slot, where, pin, trouble, e);
}

/* ---- what is in it; with the lock held ---- */

static int find_key(PKCS11_SLOT *slot, const struct token_place *where, PKCS11_KEY **out, struct err *e)
{
	PKCS11_KEY *keys = NULL;
	unsigned count = 0;

	if (PKCS11_enumerate_keys(slot->token, &keys, &count) != 0)
		return err_set(e, ERR_CRYPTO, _("token '%s' does not show its keys: %s"), where->token,
			crypto_reason());
	for (unsigned i = 0; i < count; i++)
		if (keys[i].label && strcmp(keys[i].label, where->key) == 0) {
			*out = &keys[i];
			return 0;
		}
	return err_set(
		e, ERR_CONFIG, _("token '%s' holds no private key called '%s'"), where->token, where->key);
}

static bool same_id(const PKCS11_CERT *c, const PKCS11_KEY *k)
{
	return c->id_len > 0 && c->id_len == k->id_len && memcmp(c->id, k->id, k->id_len) == 0;
}

/* The certificate by its label, else by the id that it shares with the key; all others may belong to its chain. */
static int find_certificate(PKCS11_SLOT *slot, const struct token_place *where, const PKCS11_KEY *key,
	X509 **out, STACK_OF(X509) * others, struct err *e)
{
	PKCS11_CERT *certs = NULL;
	unsigned count = 0;
	const PKCS11_CERT *found = NULL;

	if (PKCS11_enumerate_certs(slot->token, &certs, &count) != 0)
		return err_set(e, ERR_CRYPTO, _("token '%s' does not show its certificates: %s"),
			where->token, crypto_reason());
	for (unsigned i = 0; i < count; i++) {
		bool named = certs[i].label && strcmp(certs[i].label, where->key) == 0;
		if (named && (!found || same_id(&certs[i], key)))
			found = &certs[i];
	}
	for (unsigned i = 0; i < count && !found; i++)
		if (same_id(&certs[i], key))
			found = &certs[i];
	if (!found || !found->x509)
		return err_set(e, ERR_CONFIG,
			_("token '%s' holds the key '%s' without its certificate: put it in under the same "
			  "label"),
			where->token, where->key);
	for (unsigned i = 0; i < count; i++)
		if (&certs[i] != found && certs[i].x509 && X509_up_ref(certs[i].x509) &&
			!sk_X509_push(others, certs[i].x509))
			X509_free(certs[i].x509);
	X509_up_ref(found->x509);
	*out = found->x509;
	return 0;
}

static void release_others(STACK_OF(X509) * *s)
{
	sk_X509_pop_free(*s, X509_free);
	*s = NULL;
}

static int read_token(struct token *t, const struct token_place *where, const struct secret *pin,
	struct keypair *out, enum key_trouble *trouble, struct err *e)
{
	AUTO(release_others) STACK_OF(X509) *others = sk_X509_new_null();
	PKCS11_KEY *key = NULL;
	X509 *x509 = NULL;

	if (!others)
		return err_nomem(e);
	PKCS11_SLOT *slot = find_slot(t, where, e);
	if (!slot || log_in(slot, where, pin, trouble, e) != 0 || find_key(slot, where, &key, e) != 0 ||
		find_certificate(slot, where, key, &x509, others, e) != 0)
		return -1;
	EVP_PKEY *pkey = PKCS11_get_private_key(key);
	if (!pkey) {
		X509_free(x509);
		return err_set(e, ERR_CRYPTO, _("key '%s' of token '%s' cannot be used: %s"), where->key,
			where->token, crypto_reason());
	}
	return keypair_take(out, pkey, x509, others, e);
}

int pkcs11_open(const struct token_place *where, const struct secret *pin, struct keypair *out,
	enum key_trouble *trouble, struct err *e)
{
	AUTO(keypair_release) struct keypair k = KEYPAIR_INIT;
	struct token *t = NULL;

	*trouble = KEY_ELSE;
	pthread_mutex_lock(&lock);
	int r = open_module(where->module, &t, e);
	k.token = t;
	if (r == 0)
		r = read_token(t, where, pin, &k, trouble, e);
	pthread_mutex_unlock(&lock);
	if (r != 0)
		return -1;
	*trouble = KEY_FINE;
	*out = k;
	k = (struct keypair)KEYPAIR_INIT;
	return 0;
}
