/* The answers of a signing service: first byte chooses the HTTP status, the rest is the body. */
#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "signing/bsre_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const long statuses[] = {200, 400, 401, 404, 429, 500, 502, 301};
	AUTO(buf_release) struct buf body = BUF_INIT(MIB);
	AUTO(sign_result_release) struct sign_result r;
	struct sign_status status;
	struct err e = ERR_INIT;

	sign_result_init(&r);
	if (size == 0)
		return 0;
	long http = statuses[data[0] % ARRAY_LEN(statuses)];
	buf_add(&body, data + 1, size - 1);
	if (body.failed)
		return 0;
	bsre_reply_parse(http, "application/json", &body, &r);
	/* What must hold of any answer. */
	if (r.outcome == SIGN_ACCEPTED &&
		(http != 200 || r.pdf.len < 5 || memcmp(r.pdf.data, "%PDF-", 5) != 0))
		abort();
	if (r.outcome != SIGN_ACCEPTED && (r.pdf.len > 0 || !r.text[0]))
		abort();
	if (r.outcome == SIGN_NOT_SENT || (r.outcome != SIGN_REFUSED && r.wrong_secret))
		abort();
	if (bsre_status_parse(http, &body, &status, &e) == 0 && status.may_sign && http != 200)
		abort();
	return 0;
}
