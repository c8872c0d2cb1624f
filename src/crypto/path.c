/* The path of a signer to a root, with certificates from anywhere; declared in revocation.h. */
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/bag.h"
#include "crypto/chain.h"
#include "crypto/revocation.h"
#include "crypto/status.h"

#include <openssl/err.h>

static void release_stack(x509_stack **stack)
{
	sk_X509_pop_free(*stack, X509_free);
	*stack = NULL;
}

void cert_path_release(struct cert_path *p)
{
	for (size_t i = 0; i < p->count; i++)
		cert_free(p->certs[i]);
	*p = (struct cert_path){.count = 0};
}

/* What cannot be read is nobody's issuer. */
static int push_evidence(x509_stack *all, const struct evidence *ev, struct err *e)
{
	for (size_t i = 0; i < ev->count; i++) {
		X509 *x = evidence_cert(&ev->items[i]);
		if (!x)
			continue;
		if (!sk_X509_push(all, x))
			return err_nomem(e);
		X509_up_ref(x);
	}
	return 0;
}

static int push_bag(x509_stack *all, const struct bag *bag, struct err *e)
{
	for (int i = 0; i < sk_X509_num(bag->all); i++) {
		X509 *x = sk_X509_value(bag->all, i);
		if (!sk_X509_push(all, x))
			return err_nomem(e);
		X509_up_ref(x);
	}
	return 0;
}

static int wrap_all(x509_stack *found, struct cert_path *out, struct err *e)
{
	AUTO(cert_path_release) struct cert_path path = {.count = 0};

	if (sk_X509_num(found) > PATH_MAX_CERTS)
		return err_set(e, ERR_CRYPTO, _("a certificate path of more than %d"), PATH_MAX_CERTS);
	while (sk_X509_num(found) > 0) {
		if (cert_wrap(sk_X509_shift(found), &path.certs[path.count], e) != 0)
			return -1;
		path.count++;
	}
	*out = path;
	path.count = 0;
	return 0;
}

/* `*found` is the path, or `*why` says why there is none. */
static int find_chain(const struct bag *bag, const struct evidence *ev, const struct trust *trust, int64_t at,
	x509_stack **found, const char **why, struct err *e)
{
	AUTO(release_stack) x509_stack *all = sk_X509_new_null();

	if (!all)
		return err_nomem(e);
	if (push_bag(all, bag, e) != 0 || push_evidence(all, ev, e) != 0)
		return -1;
	*why = chain_find(trust, bag->signer, all, at, found);
	return 0;
}

const char *bag_path_problem_with(
	const struct trust *trust, struct bag *bag, const struct evidence *ev, int64_t at)
{
	AUTO(release_stack) x509_stack *found = NULL;
	const char *why = bag_path_problem(trust, bag, at), *why_with = NULL;
	struct err trouble = ERR_INIT;

	if (!why || !ev || ev->count == 0)
		return why;
	/* Without memory the answer is the one without them. */
	return find_chain(bag, ev, trust, at, &found, &why_with, &trouble) == 0 ? why_with : why;
}

static int find(const struct bag *bag, const struct evidence *ev, const struct trust *trust, int64_t at,
	struct cert_path *out, struct err *e)
{
	AUTO(release_stack) x509_stack *found = NULL;
	const char *why = NULL;

	if (find_chain(bag, ev, trust, at, &found, &why, e) != 0)
		return -1;
	return why ? err_set(e, ERR_CRYPTO, "%s", why) : wrap_all(found, out, e);
}

int cert_path_of_cms(const void *cms, size_t len, const struct evidence *ev, const struct trust *trust,
	int64_t at, struct cert_path *out, struct err *e)
{
	AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_CMS_BYTES);
	struct signed_data s;
	struct bag *bag = NULL;
	const char *why = signed_data_open(cms, len, &der, &s);

	if (!why && bag_open(trust, &s, &bag, &why, e) != 0)
		return -1;
	if (why)
		return der.failed ? buf_check(&der, e) : err_set(e, ERR_CRYPTO, "%s", why);
	int status = find(bag, ev, trust, at, out, e);
	bag_close(trust, bag);
	return status;
}
