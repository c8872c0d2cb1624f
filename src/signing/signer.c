#include "signing/signer.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "signing/bsre.h"

void sign_result_init(struct sign_result *r)
{
	*r = (struct sign_result){
		.outcome = SIGN_UNKNOWN,
		.pdf = BUF_INIT(LIMIT_PDF_BYTES),
		.raw = BUF_INIT(LIMIT_SMALL_REPLY_BYTES),
	};
}

void sign_result_release(struct sign_result *r)
{
	buf_release(&r->pdf);
	buf_release(&r->raw);
}

void signer_release(struct signer *s)
{
	if (s->free)
		s->free(s->self);
	*s = (struct signer)SIGNER_INIT;
}

void signer_profile_init(struct signer_profile *p, const struct config *c, const struct config_signer *s,
	const struct net_config *net)
{
	*p = (struct signer_profile){
		.way = s->way,
		.api = c->api,
		.net = *net,
		.sign_timeout_ms = c->timeout_ms,
		.subscriber = s->subscriber,
		.key_file = s->key_file,
		.module = s->module,
		.token = s->token,
		.key = s->key,
		.stamp = {.base_url = c->stamp_url,
			.username = c->stamp_username,
			.ca_file = c->stamp_ca_file,
			.allow_plain_http = c->allow_plain_http,
			.connect_timeout_ms = c->connect_timeout_ms},
	};
}

int signer_new(const struct signer_profile *p, struct signer *out, struct err *e)
{
	switch (p->way) {
	case WAY_PASSPHRASE:
	case WAY_TOTP:
		return p->api == 1 ? signer_v1_new(p, out, e) : signer_v2_new(p, out, e);
	case WAY_SEAL:
		return signer_seal_new(p, out, e);
	case WAY_PKCS12:
	case WAY_PKCS11:
		return signer_local_new(p, out, e);
	}
	return err_set(e, ERR_CONFIG, _("this way to sign is not there"));
}
