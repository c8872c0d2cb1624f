#include "signing/bsre_admin.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "signing/bsre.h"

#define REGISTER_PATH "/api/v2/user/registration"
#define ACTIVATE_PATH "/api/v2/seal/get/activation"
#define REVOKE_PATH   "/api/v2/seal/revoke/activation"

static int order(const struct signer_profile *p, const char *path, const struct net_piece *pieces,
	size_t count, struct bsre_words *out, struct err *e)
{
	AUTO(bsre_release) struct bsre b = {.client = NULL};

	if (bsre_init(&b, p, e) != 0)
		return -1;
	return bsre_order(&b, path, pieces, count, p->secret, out, e);
}

int bsre_register(const struct signer_profile *p, const char *name, const char *email, struct bsre_words *out,
	struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT(4096);

	if (!utf8_is_valid(name, strlen(name)) || !utf8_is_valid(email, strlen(email)))
		return err_set(e, ERR_INPUT, _("a text for the signing service is not UTF-8"));
	buf_adds(&body, "{\"nama\":");
	bsre_json_text(&body, name);
	buf_adds(&body, ",\"email\":");
	bsre_json_text(&body, email);
	buf_addc(&body, '}');
	if (buf_check(&body, e) != 0)
		return -1;
	const struct net_piece piece = {.bytes = body.data, .len = body.len};
	return order(p, REGISTER_PATH, &piece, 1, out, e);
}

static int of_seal(const struct signer_profile *p, const char *path, struct bsre_words *out, struct err *e)
{
	const struct sign_identity who = {.subscriber = p->subscriber};
	AUTO(buf_release) struct buf head = BUF_INIT(4096);
	AUTO(secret_release) struct secret *quoted = NULL;
	struct net_piece pieces[3];
	size_t count = 0;

	buf_addc(&head, '{');
	if (bsre_json_who(&head, &who, e) != 0 || (p->secret && bsre_json_secret(p->secret, &quoted, e) != 0))
		return -1;
	if (quoted)
		buf_adds(&head, ",\"totp\":");
	if (buf_check(&head, e) != 0)
		return -1;
	pieces[count++] = (struct net_piece){NET_BYTES, head.data, head.len};
	if (quoted)
		pieces[count++] = (struct net_piece){NET_BYTES, secret_bytes(quoted), secret_len(quoted)};
	pieces[count++] = (struct net_piece){NET_BYTES, "}", 1};
	return order(p, path, pieces, count, out, e);
}

int bsre_seal_activate(const struct signer_profile *p, struct bsre_words *out, struct err *e)
{
	return of_seal(p, ACTIVATE_PATH, out, e);
}

int bsre_seal_revoke(const struct signer_profile *p, struct bsre_words *out, struct err *e)
{
	return of_seal(p, REVOKE_PATH, out, e);
}
