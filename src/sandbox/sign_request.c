#include "sandbox/sign_request.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "signing/bsre_slim.h"

void sign_request_release(struct sign_request *r)
{
	json_decref(r->json);
	buf_release(&r->pdf);
	*r = (struct sign_request)SIGN_REQUEST_INIT;
}

/* "null" in quotes is what the Postman samples send for nothing. */
static const char *property_text(const json_t *property, const char *key)
{
	const char *text = json_string_value(json_object_get(property, key));

	return text && *text && strcmp(text, "null") != 0 ? text : NULL;
}

int sign_request_parse(const unsigned char *body, size_t len, struct sign_request *out, struct err *e)
{
	AUTO(buf_release) struct buf slim = BUF_INIT(LIMIT_REQUEST_BYTES);
	struct bsre_slim files;

	bsre_slim_make((const char *)body, len, &slim, &files);
	if (buf_check(&slim, e) != 0 || json_parse(buf_str(&slim), slim.len, "request", &out->json, e) != 0)
		return -1;
	const json_t *list = json_object_get(out->json, "file");
	if (files.count != 1 || files.has_escapes || json_array_size(list) != 1)
		return err_set(e, ERR_INPUT, "one file");
	const json_t *property = json_array_get(json_object_get(out->json, "signatureProperties"), 0);
	out->display = json_string_value(json_object_get(property, "tampilan"));
	out->reason = property_text(property, "reason");
	out->location = property_text(property, "location");
	return base64_parse(files.file, files.file_len, &out->pdf, e);
}
