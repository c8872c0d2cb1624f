/* What anybody may send to the sandbox as a request to sign; and our own slimming must agree with the JSON parser. */
#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "sandbox/api.h"
#include "sandbox/sign_request.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct api api;
	AUTO(sign_request_release) struct sign_request r = SIGN_REQUEST_INIT;
	AUTO(json_release) json_t *whole = NULL;
	AUTO(buf_release) struct buf decoded = BUF_INIT(LIMIT_PDF_BYTES);
	struct err e = ERR_INIT;

	if (!api.people.items && people_load(NULL, &api.people, &e) != 0)
		abort();
	if (sign_request_parse(data, size, &r, &e) != 0)
		return 0;
	AUTO(sign_wish_release) struct sign_wish wish = {.image = BUF_INIT(0)};
	long person = api_person(&api, r.nik, r.email);
	if (person >= (long)api.people.count || r.count == 0)
		abort();
	if (sign_request_wish(&r, 0, &wish) &&
		((wish.reason && !*wish.reason) || (wish.location && !*wish.location)))
		abort();
	/* The file that was taken out is the one that stands there. */
	if (json_parse(data, size, "whole", &whole, &e) != 0)
		return 0;
	const json_t *file = json_array_get(json_object_get(whole, "file"), 0);
	if (!json_is_string(file) || json_array_size(json_object_get(whole, "file")) != r.count ||
		base64_parse(json_string_value(file), json_string_length(file), &decoded, &e) != 0 ||
		decoded.len != r.files[0].len ||
		(decoded.len > 0 && memcmp(decoded.data, r.files[0].data, decoded.len) != 0))
		abort();
	return 0;
}
