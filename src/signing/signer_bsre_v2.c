/* The v2 API: JSON, a passphrase or an OTP with each call (reference bsre-api 4). */
#include "signing/bsre.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"

#define STATUS_PATH "/api/v2/user/check/status"
#define CHAIN_PATH  "/api/v2/user/certificate/chain/"
#define OTP_PATH    "/api/v2/sign/get/totp"
#define SIGN_PATH   "/api/v2/sign/pdf"

static int status(void *self, const struct sign_identity *who, struct sign_status *out, struct err *e)
{
	struct bsre *b = self;
	AUTO(buf_release) struct buf body = BUF_INIT(4096);
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(LIMIT_SMALL_REPLY_BYTES)};

	buf_addc(&body, '{');
	if (bsre_json_who(&body, who, e) != 0)
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
	};
	if (bsre_ask(b, &req, &reply, e) != 0 || bsre_status_parse(reply.status, &reply.body, out, e) != 0)
		return -1;
	if (out->may_sign)
		bsre_add_end(b, CHAIN_PATH, who->nik, out);
	return 0;
}

static int sign(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	AUTO(bsre_body_release) struct bsre_body body = {.count = 0};

	sign_result_release(out);
	sign_result_init(out);
	/* Until the request is handed over, nothing can have been signed. */
	out->outcome = SIGN_NOT_SENT;
	if (bsre_body_make(&body, job, &job->who, job->is_otp ? "totp" : "passphrase", job->passphrase, e) !=
		0)
		return -1;
	const struct bsre_call call = {
		.method = "POST",
		.path = SIGN_PATH,
		.content_type = "application/json",
		.pieces = body.pieces,
		.piece_count = body.count,
		.shape = BSRE_JSON,
		.to = job->to,
		.secrets = {job->passphrase},
	};
	return bsre_sign(self, &call, out, e);
}

static int otp(void *self, const struct sign_identity *who, size_t files, struct sign_otp *out, struct err *e)
{
	AUTO(bsre_words_release) struct bsre_words words = BSRE_WORDS_INIT;
	AUTO(buf_release) struct buf body = BUF_INIT(4096);

	buf_addc(&body, '{');
	if (bsre_json_who(&body, who, e) != 0)
		return -1;
	buf_addf(&body, ",\"data\":%zu}", files);
	if (buf_check(&body, e) != 0)
		return -1;
	const struct net_piece piece = {.bytes = body.data, .len = body.len};
	if (bsre_order(self, OTP_PATH, &piece, 1, NULL, &words, e) != 0)
		return -1;
	*out = (struct sign_otp){.granted = words.granted, .expires_at = words.expires_at};
	memcpy(out->text, words.text, sizeof out->text);
	return 0;
}

static void free_self(void *self)
{
	bsre_release(self);
	free(self);
}

int signer_v2_new(const struct signer_profile *p, struct signer *out, struct err *e)
{
	struct bsre *b = calloc(1, sizeof *b);

	if (!b)
		return err_nomem(e);
	if (bsre_init(b, p, e) != 0) {
		free(b);
		return -1;
	}
	*out = (struct signer){.self = b,
		.status = status,
		.sign = sign,
		.otp = p->way == WAY_TOTP ? otp : NULL,
		.free = free_self};
	return 0;
}
