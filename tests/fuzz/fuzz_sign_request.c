/* What anybody may send to the sandbox as a request to sign; and our own slimming must agree with the JSON parser. */
#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "sandbox/api.h"
#include "sandbox/sign_request.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The only file as the JSON parser alone sees it; NULL if it sees none, or several. */
static const json_t *only_file(const json_t *whole)
{
	const json_t *files = json_object_get(whole, "file");

	return json_array_size(files) == 1 ? json_array_get(files, 0) : NULL;
}

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
	long person = api_person(&api, r.json);
	if (person >= (long)api.people.count || (r.reason && !*r.reason) || (r.location && !*r.location))
		abort();
	/* The file that was taken out is the one that stands there. */
	if (json_parse(data, size, "whole", &whole, &e) != 0)
		return 0;
	const json_t *file = only_file(whole);
	if (!json_is_string(file) ||
		base64_parse(json_string_value(file), json_string_length(file), &decoded, &e) != 0 ||
		decoded.len != r.pdf.len ||
		(r.pdf.len > 0 && memcmp(decoded.data, r.pdf.data, r.pdf.len) != 0))
		abort();
	return 0;
}
