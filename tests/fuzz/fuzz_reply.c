/*
 * The answers of a signing service: the first byte chooses HTTP status and API, the second how the rest, the body, is cut.
 */
#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "signing/bsre_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold of any answer. */
static void check(long http, const struct sign_result *r)
{
	if (r->outcome == SIGN_ACCEPTED && (http != 200 || r->pdf.len < 5 || r->pdf.len != r->pdf_len ||
						   memcmp(r->pdf.data, "%PDF-", 5) != 0))
		abort();
	if (r->outcome != SIGN_ACCEPTED && (r->pdf.len > 0 || r->pdf_len > 0 || !r->text[0]))
		abort();
	if (r->outcome == SIGN_NOT_SENT || (r->outcome != SIGN_REFUSED && r->wrong_secret))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const long statuses[] = {200, 400, 401, 404, 429, 500, 502, 301};
	AUTO(buf_release) struct buf body = BUF_INIT(MIB);
	AUTO(sign_result_release) struct sign_result r;
	AUTO(bsre_reply_release) struct bsre_reply reply = {.len = 0};
	AUTO(bsre_words_release) struct bsre_words words = BSRE_WORDS_INIT;
	struct sign_status status;
	struct err e = ERR_INIT;
	int wanted = 0;

	sign_result_init(&r);
	if (size < 2 || size > MIB)
		return 0;
	long http = statuses[data[0] % ARRAY_LEN(statuses)];
	size_t step = 1 + data[1];
	bsre_reply_init(&reply, data[0] & 8 ? BSRE_FILE : BSRE_JSON, NULL, &r);
	for (size_t at = 2; at < size && wanted == 0; at += step)
		wanted = bsre_reply_take(&reply, http, data + at, size - at < step ? size - at : step);
	if (wanted == 0)
		bsre_reply_end(&reply, http, "application/json");
	else
		bsre_reply_broken(&reply, http, "broken");
	check(http, &r);
	buf_add(&body, data + 2, size - 2);
	if (bsre_status_parse(http, &body, &status, &e) == 0 && status.may_sign && http != 200)
		abort();
	bsre_chain_parse(http, &body);
	err_clear(&e);
	if (bsre_words_parse(http, &body, &words, &e) == 0 && words.granted && http != 200)
		abort();
	return 0;
}
