#include "signing/stamp.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/tsp.h"

int stamp_signature(struct net_client *to, long timeout_ms, struct buf *cms, struct err *e)
{
	AUTO(buf_release) struct buf question = BUF_INIT(4 * KIB);
	AUTO(buf_release) struct buf token = BUF_INIT(STAMP_BYTES_MAX);
	AUTO(buf_release) struct buf stamped = BUF_INIT(cms->max);
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(2 * STAMP_BYTES_MAX)};
	struct sha256 imprint;
	uint64_t nonce;

	if (cms_signature_imprint(cms->data, cms->len, &imprint, e) != 0 ||
		random_bytes(&nonce, sizeof nonce, e) != 0 || tsp_request(&imprint, nonce, &question, e) != 0)
		return -1;
	const struct net_request request = {
		.method = "POST",
		.path = "",
		.content_type = "application/timestamp-query",
		.accept = "application/timestamp-reply",
		.body = question.data,
		.body_len = question.len,
		.timeout_ms = timeout_ms,
	};
	if (net_call(to, &request, &reply, e) != 0)
		return err_context(e, _("no time-stamp"));
	if (reply.status != 200)
		return err_set(
			e, ERR_REMOTE, _("no time-stamp: the authority answers with HTTP %ld"), reply.status);
	if (tsp_response(reply.body.data, reply.body.len, &imprint, nonce, &token, e) != 0 ||
		cms_add_stamp(cms->data, cms->len, token.data, token.len, &stamped, e) != 0)
		return err_context(e, _("no time-stamp"));
	buf_release(cms);
	*cms = stamped;
	stamped = (struct buf)BUF_INIT(0);
	return 0;
}
