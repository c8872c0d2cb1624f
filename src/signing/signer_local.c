#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/key_pkcs11.h"
#include "crypto/key_pkcs12.h"
#include "pdf/append.h"
#include "signing/signer.h"
#include "signing/stamp.h"

#include <stdio.h>

#define STAMP_TIMEOUT_MS 30000
#define DAY_S            86400
/* Besides the placeholder: dictionaries of the update, its cross-references, a picture. */
#define TAIL_MAX         (16 * MIB)

struct local {
	enum config_way way;
	char *key_file, *module, *token, *key; /* owned; NULL = not used */
	const struct secret *secret;           /* borrowed */
	struct signer_clock clock;
	struct net_client *stamp; /* owned; NULL = no time-stamps */
	struct keypair pair;
	struct cert_info cert; /* of `pair` */
	bool is_open;
};

static int64_t now(const struct local *l)
{
	return l->clock.now ? l->clock.now(l->clock.user) : clock_now();
}

static int open_key(struct local *l, const struct secret *secret, enum key_trouble *trouble, struct err *e)
{
	const struct token_place where = {l->module, l->token, l->key};
	int r;

	*trouble = KEY_FINE;
	if (l->is_open)
		return 0;
	*trouble = KEY_ELSE;
	if (l->way == WAY_PKCS11)
		r = pkcs11_open(&where, secret, &l->pair, trouble, e);
	else if (secret)
		r = pkcs12_open(l->key_file, secret, &l->pair, trouble, e);
	else
		r = err_set(e, ERR_CONFIG, _("the key file '%s' needs a passphrase"), l->key_file);
	if (r != 0)
		return -1;
	l->is_open = true;
	return cert_info(l->pair.cert, &l->cert, e);
}

/* After a failure of the key: a token that was taken out may be there again next time. */
static void close_key(struct local *l)
{
	keypair_release(&l->pair);
	l->is_open = false;
}

/* ---- status ---- */

static const char *period_problem(const struct local *l, int64_t at)
{
	if (at < l->cert.not_before_at)
		return "NOT_YET_VALID";
	return at > l->cert.not_after_at ? "EXPIRED" : NULL;
}

static void describe_period(const struct local *l, int64_t at, char *out, size_t size)
{
	struct moment ends = moment_in(l->cert.not_after_at, ZONE_UTC),
		      begins = moment_in(l->cert.not_before_at, ZONE_UTC);
	char from[16], to[16];

	snprintf(from, sizeof from, "%04d-%02d-%02d", begins.date.year, begins.date.month, begins.date.day);
	snprintf(to, sizeof to, "%04d-%02d-%02d", ends.date.year, ends.date.month, ends.date.day);
	if (period_problem(l, at))
		snprintf(out, size, _("the certificate of %.100s is valid from %s to %s only"),
			l->cert.common_name, from, to);
	else
		snprintf(out, size, _("the certificate of %.100s is valid for %lld more days, to %s"),
			l->cert.common_name, (long long)((l->cert.not_after_at - at) / DAY_S), to);
}

static int status(void *self, const struct sign_identity *who, struct sign_status *out, struct err *e)
{
	struct local *l = self;
	struct sign_status s = {.may_sign = true, .status = "ISSUE"};
	struct err own = ERR_INIT;
	enum key_trouble trouble;
	(void)who;

	if (!l->secret && l->way == WAY_PKCS12 && !l->is_open) {
		*out = s;
		return 0;
	}
	if (open_key(l, l->secret, &trouble, &own) != 0) {
		if (trouble != KEY_WRONG_SECRET)
			return err_set(e, own.kind, "%s", own.msg);
		s = (struct sign_status){.may_sign = false, .status = "WRONG_PIN", .code = "WRONG_PIN"};
		text_copy(s.text, sizeof s.text, own.msg);
		*out = s;
		return 0;
	}
	int64_t at = now(l);
	const char *problem = period_problem(l, at);
	if (problem) {
		s.may_sign = false;
		text_copy(s.status, sizeof s.status, problem);
		text_copy(s.code, sizeof s.code, "CERT_PERIOD");
	}
	describe_period(l, at, s.text, sizeof s.text);
	s.not_after_at = l->cert.not_after_at;
	*out = s;
	return 0;
}

/* ---- sign ---- */

static int refuse(struct sign_result *out, const char *code, const char *why)
{
	out->outcome = SIGN_REFUSED;
	text_copy(out->code, sizeof out->code, code);
	text_copy(out->text, sizeof out->text, why);
	return 0;
}

static int hold_back(struct sign_result *out, const char *why)
{
	out->outcome = SIGN_NOT_SENT;
	text_copy(out->text, sizeof out->text, why);
	return 0;
}

/* True if the key may sign now; else `out` says why not. */
static bool key_is_ready(struct local *l, const struct sign_job *job, struct sign_result *out)
{
	const struct secret *secret = l->secret ? l->secret : job->passphrase;
	struct err own = ERR_INIT;
	enum key_trouble trouble;
	char why[256];

	if (open_key(l, secret, &trouble, &own) != 0) {
		out->wrong_secret = trouble == KEY_WRONG_SECRET;
		if (out->wrong_secret)
			refuse(out, "WRONG_PIN", own.msg);
		else
			hold_back(out, own.msg);
		return false;
	}
	if (period_problem(l, now(l))) {
		describe_period(l, now(l), why, sizeof why);
		refuse(out, "CERT_PERIOD", why);
		return false;
	}
	return true;
}

/* What stands behind the file: all but the signature itself. */
static int make_tail(const struct local *l, const struct sign_job *job, size_t contents_max, struct buf *tail,
	int64_t range[4], struct err *e)
{
	struct pdf_look look = {0};
	char field[64];
	struct pdf_append_request request = {
		.field = field,
		.reason = job->reason,
		.location = job->location,
		.name = l->cert.common_name,
		.signed_at = now(l),
		.contents_max = contents_max,
		.look = job->look ? &look : NULL,
	};

	/* No file has a field of ours with its own length: earlier ones were made when it was shorter. */
	snprintf(field, sizeof field, "naskah_%lld_%zu", (long long)request.signed_at, job->pdf_len);
	if (job->look) {
		const struct sign_look *s = job->look;
		if (s->tag[0] || s->page == 0)
			return err_set(e, ERR_INPUT,
				_("a key of the office's own finds no tag in the text: name page, x and y "
				  "instead"));
		look = (struct pdf_look){.image = s->image,
			.image_len = s->image_len,
			.page = s->page,
			.x = s->x,
			.y = s->y,
			.width = s->width,
			.height = s->height};
	}
	return pdf_append_signature_tail(job->pdf, job->pdf_len, "PDF", &request, tail, range, e);
}

static int sign_digest(struct local *l, const struct cms_signer *signer, const struct sign_job *job,
	const struct buf *tail, const int64_t range[4], struct buf *cms, struct err *e)
{
	AUTO(hasher_release) struct hasher *h = NULL;
	size_t from = (size_t)range[1] - job->pdf_len, to = (size_t)range[2] - job->pdf_len;

	if (hasher_new(&h, e) != 0)
		return -1;
	hasher_add(h, job->pdf, job->pdf_len);
	hasher_add(h, tail->data, from);
	hasher_add(h, tail->data + to, tail->len - to);
	struct sha256 digest = hasher_end(h);
	if (cms_sign(signer, &digest, cms, e) != 0)
		return -1;
	return l->stamp ? stamp_signature(l->stamp, STAMP_TIMEOUT_MS, cms, e) : 0;
}

/* Only once the signature is there: in job->to, or in one piece. */
static int hand_out(
	const struct sign_job *job, const struct buf *tail, struct sign_result *out, struct err *e)
{
	if (job->to) {
		if (outfile_write(job->to, job->pdf, job->pdf_len, e) != 0 ||
			outfile_write(job->to, tail->data, tail->len, e) != 0)
			return -1;
	} else {
		(void)buf_room(&out->pdf, job->pdf_len + tail->len);
		buf_add(&out->pdf, job->pdf, job->pdf_len);
		buf_add(&out->pdf, tail->data, tail->len);
		if (buf_check(&out->pdf, e) != 0)
			return -1;
	}
	out->pdf_len = job->pdf_len + tail->len;
	out->outcome = SIGN_ACCEPTED;
	return 0;
}

static int sign(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	AUTO(buf_release) struct buf tail = BUF_INIT(TAIL_MAX);
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	const struct cert *chain[KEYPAIR_CHAIN_MAX];
	struct local *l = self;
	struct cms_signer signer;
	struct err own = ERR_INIT;
	int64_t range[4];

	sign_result_release(out);
	sign_result_init(out);
	out->outcome = SIGN_NOT_SENT;
	if (!key_is_ready(l, job, out))
		return 0;
	keypair_signer(&l->pair, chain, &signer);
	size_t contents_max = cms_size_max(&signer) + (l->stamp ? STAMP_BYTES_MAX : 0);
	if (make_tail(l, job, contents_max, &tail, range, &own) != 0) {
		if (own.kind != ERR_INPUT && own.kind != ERR_LIMIT)
			return err_set(e, own.kind, "%s", own.msg);
		return refuse(out, "PDF", own.msg);
	}
	if (sign_digest(l, &signer, job, &tail, range, &cms, &own) != 0) {
		if (own.kind == ERR_CRYPTO)
			close_key(l);
		return hold_back(out, own.msg);
	}
	if (pdf_patch_tail(&tail, job->pdf_len, range, cms.data, cms.len, &own) != 0)
		return hold_back(out, own.msg);
	return hand_out(job, &tail, out, e);
}

/* ---- making one ---- */

static void free_self(void *self)
{
	struct local *l = self;

	keypair_release(&l->pair);
	net_client_free(l->stamp);
	free(l->key_file);
	free(l->module);
	free(l->token);
	free(l->key);
	free(l);
}

static bool copy(char **to, const char *text)
{
	*to = text ? strdup(text) : NULL;
	return *to || !text;
}

int signer_local_new(const struct signer_profile *p, struct signer *out, struct err *e)
{
	bool token = p->way == WAY_PKCS11;

	if (token ? !p->module || !p->token || !p->key : !p->key_file)
		return err_set(e, ERR_BUG, "signer_local: a key without its place");
	struct local *l = calloc(1, sizeof *l);
	if (!l)
		return err_nomem(e);
	l->way = p->way;
	l->secret = p->secret;
	l->clock = p->clock;
	int r = 0;
	if (!copy(&l->key_file, p->key_file) || !copy(&l->module, p->module) || !copy(&l->token, p->token) ||
		!copy(&l->key, p->key))
		r = err_nomem(e);
	else if (p->stamp.base_url)
		r = net_client_new(&p->stamp, &l->stamp, e);
	if (r != 0) {
		free_self(l);
		return -1;
	}
	*out = (struct signer){.self = l, .status = status, .sign = sign, .free = free_self};
	return 0;
}
