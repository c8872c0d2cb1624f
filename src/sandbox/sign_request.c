#include "sandbox/sign_request.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "signing/bsre_slim.h"

void sign_request_release(struct sign_request *r)
{
	json_decref(r->json);
	if (r->form)
		http_form_release(r->form);
	free(r->form);
	for (size_t i = 0; i < r->count; i++)
		buf_release(&r->files[i]);
	free(r->files);
	*r = (struct sign_request)SIGN_REQUEST_INIT;
}

void sign_wish_release(struct sign_wish *w)
{
	buf_release(&w->image);
}

static int add_file(struct sign_request *r, const char *base64, size_t len, struct err *e)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);

	if (r->count == SIGN_FILES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d files", SIGN_FILES_MAX);
	if (base64_parse(base64, len, &pdf, e) != 0)
		return -1;
	struct buf *files = reallocarray(r->files, r->count + 1, sizeof *files);
	if (!files)
		return err_nomem(e);
	r->files = files;
	files[r->count++] = pdf;
	pdf = (struct buf)BUF_INIT(0);
	return 0;
}

/* The usual call has one large file, which the JSON parser need not see. */
static int parse_one(
	const unsigned char *body, size_t len, bool *is_one, struct sign_request *out, struct err *e)
{
	AUTO(buf_release) struct buf slim = BUF_INIT(LIMIT_REQUEST_BYTES);
	struct bsre_slim files;

	bsre_slim_make((const char *)body, len, &slim, &files);
	*is_one = files.count == 1 && !files.has_escapes;
	if (!*is_one)
		return 0;
	if (buf_check(&slim, e) != 0 || json_parse(buf_str(&slim), slim.len, "request", &out->json, e) != 0)
		return -1;
	if (json_array_size(json_object_get(out->json, "file")) != 1)
		return err_set(e, ERR_INPUT, "no file");
	return add_file(out, files.file, files.file_len, e);
}

static int parse_all(const unsigned char *body, size_t len, struct sign_request *out, struct err *e)
{
	size_t i;
	json_t *file;

	if (json_parse(body, len, "request", &out->json, e) != 0)
		return -1;
	const json_t *list = json_object_get(out->json, "file");
	if (json_array_size(list) == 0)
		return err_set(e, ERR_INPUT, "no file");
	json_array_foreach(
		list, i, file) if (!json_is_string(file) ||
				   add_file(out, json_string_value(file), json_string_length(file), e) !=
					   0) return err_set(e, ERR_INPUT, "file %zu is no base64", i + 1);
	return 0;
}

/* "null" in quotes is what the Postman samples send for nothing. */
static const char *meant(const char *text)
{
	return text && *text && strcmp(text, "null") != 0 ? text : NULL;
}

static const char *text_of(const json_t *object, const char *key)
{
	return meant(json_string_value(json_object_get(object, key)));
}

int sign_request_parse(const unsigned char *body, size_t len, struct sign_request *out, struct err *e)
{
	bool is_one;

	if (parse_one(body, len, &is_one, out, e) != 0 || (!is_one && parse_all(body, len, out, e) != 0))
		return -1;
	out->nik = json_string_value(json_object_get(out->json, "nik"));
	out->email = text_of(out->json, "email");
	out->subscriber = text_of(out->json, "idSubscriber");
	out->passphrase = json_string_value(json_object_get(out->json, "passphrase"));
	out->totp = text_of(out->json, "totp");
	return 0;
}

int sign_request_parse_form(const struct http_request *req, struct sign_request *out, struct err *e)
{
	out->form = calloc(1, sizeof *out->form);
	out->files = calloc(1, sizeof *out->files);
	if (!out->form || !out->files)
		return err_nomem(e);
	if (http_form_parse(req, out->form, e) != 0)
		return -1;
	const struct http_field *file = http_form_field(out->form, "file");
	out->nik = http_form_text(out->form, "nik");
	out->passphrase = http_form_text(out->form, "passphrase");
	if (!file || !file->file_name[0])
		return err_set(e, ERR_INPUT, "no file");
	out->files[0] = (struct buf)BUF_INIT(LIMIT_PDF_BYTES);
	out->count = 1;
	buf_add(&out->files[0], file->value.data, file->value.len);
	return buf_check(&out->files[0], e);
}

/* ---- wishes --------------------------------------------------------------------------------------------- */

/* A number written in JSON, or as text, as forms and some clients have it. No locale has a say: '.' parts it. */
static double number_of(const char *text)
{
	double value = 0, part = 1;
	bool negative = text && *text == '-', fraction = false;

	for (const char *p = text ? text + negative : ""; *p; p++) {
		if (*p == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (*p < '0' || *p > '9' || value > 1e6)
			return 0;
		part = fraction ? part / 10 : part;
		value = fraction ? value + (*p - '0') * part : value * 10 + (*p - '0');
	}
	return negative ? -value : value;
}

static double json_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value) ? number_of(json_string_value(value)) : json_number_value(value);
}

static unsigned page_number(double value)
{
	return value >= 1 && value <= 100000 ? (unsigned)value : 0;
}

static void wish_of_form(const struct http_form *f, struct sign_wish *out)
{
	const struct http_field *image = http_form_field(f, "imageTTD");
	const char *use_image = meant(http_form_text(f, "image"));
	const char *word = meant(http_form_text(f, "halaman"));

	out->display = http_form_text(f, "tampilan");
	out->reason = meant(http_form_text(f, "reason"));
	out->location = meant(http_form_text(f, "location"));
	out->tag = meant(http_form_text(f, "tag_koordinat"));
	out->link = meant(http_form_text(f, "linkQR"));
	out->page = page_number(number_of(http_form_text(f, "page")));
	out->x = number_of(http_form_text(f, "xAxis"));
	out->y = number_of(http_form_text(f, "yAxis"));
	out->width = number_of(http_form_text(f, "width"));
	out->height = number_of(http_form_text(f, "height"));
	out->from_below = true;
	if (word && text_equals_nocase(word, "PERTAMA"))
		out->page = 1;
	out->last_page = word && text_equals_nocase(word, "TERAKHIR");
	if (image && (!use_image || text_equals_nocase(use_image, "true")))
		buf_add(&out->image, image->value.data, image->value.len);
}

bool sign_request_wish(const struct sign_request *r, size_t i, struct sign_wish *out)
{
	struct err ignored = ERR_INIT;

	*out = (struct sign_wish){.image = BUF_INIT(LIMIT_PDF_BYTES)};
	if (r->form) {
		wish_of_form(r->form, out);
		return true;
	}
	const json_t *list = json_object_get(r->json, "signatureProperties");
	size_t entries = json_array_size(list);
	if (entries != 1 && entries != r->count)
		return false;
	const json_t *p = json_array_get(list, entries == 1 ? 0 : i);
	const char *image = text_of(p, "imageBase64");
	out->display = json_string_value(json_object_get(p, "tampilan"));
	out->reason = text_of(p, "reason");
	out->location = text_of(p, "location");
	/* `tag` is what two programs send; whether the live service reads it is not known. */
	out->tag = text_of(p, "tag_koordinat") ? text_of(p, "tag_koordinat") : text_of(p, "tag");
	out->page = page_number(json_number(p, "page"));
	out->x = json_number(p, "originX");
	out->y = json_number(p, "originY");
	out->width = json_number(p, "width");
	out->height = json_number(p, "height");
	if (image && base64_parse(image, strlen(image), &out->image, &ignored) != 0)
		out->bad_image = true;
	return true;
}
