#include "http/form.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"

#include <microhttpd.h>

/* What the reader keeps of a part that comes in pieces; libmicrohttpd wants 256 at least. */
#define READER_BYTES ((size_t)64 * KIB)

struct intake {
	struct http_form *form;
	size_t max;
	bool too_many;
};

static void end_reader(struct MHD_PostProcessor **reader)
{
	if (*reader)
		MHD_destroy_post_processor(*reader);
}

/* A piece of a part: `off` is where in the part. A part of a name may come several times; each begins at 0. */
static enum MHD_Result take(void *cls, enum MHD_ValueKind kind, const char *key, const char *file_name,
	const char *content_type, const char *encoding, const char *data, uint64_t off, size_t size)
{
	struct intake *in = cls;
	struct http_form *f = in->form;
	(void)kind;
	(void)content_type;
	(void)encoding;

	if (!key)
		return MHD_YES;
	if (off == 0) {
		if (f->count == HTTP_FORM_FIELDS) {
			in->too_many = true;
			return MHD_NO;
		}
		struct http_field *fresh = &f->fields[f->count++];
		*fresh = (struct http_field){.value = BUF_INIT(in->max)};
		text_copy(fresh->name, sizeof fresh->name, key);
		text_copy(fresh->file_name, sizeof fresh->file_name, file_name);
	}
	if (f->count > 0)
		buf_add(&f->fields[f->count - 1].value, data, size);
	return MHD_YES;
}

void http_form_release(struct http_form *f)
{
	for (size_t i = 0; i < f->count; i++) {
		struct buf *value = &f->fields[i].value;
		if (value->data)
			explicit_bzero(value->data, value->cap);
		buf_release(value);
	}
	f->count = 0;
}

int http_form_parse(const struct http_request *req, struct http_form *out, struct err *e)
{
	/* libmicrohttpd only looks up the content type and changes nothing. */
	struct MHD_Connection *connection = (struct MHD_Connection *)(uintptr_t)req->connection;
	struct intake in = {.form = out, .max = req->body_len + 1};

	out->count = 0;
	AUTO(end_reader)
	struct MHD_PostProcessor *reader = MHD_create_post_processor(connection, READER_BYTES, take, &in);
	if (!reader)
		return err_set(e, ERR_INPUT, "no form");
	bool whole = MHD_post_process(reader, (const char *)req->body, req->body_len) == MHD_YES;
	struct MHD_PostProcessor *last = steal(&reader);
	whole = MHD_destroy_post_processor(last) == MHD_YES && whole;
	if (in.too_many)
		return err_set(e, ERR_LIMIT, "a form of more than %d parts", HTTP_FORM_FIELDS);
	if (!whole)
		return err_set(e, ERR_INPUT, "a form that is cut or malformed");
	for (size_t i = 0; i < out->count; i++)
		if (buf_check(&out->fields[i].value, e) != 0)
			return -1;
	return 0;
}

const struct http_field *http_form_field(const struct http_form *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->fields[i].name, name) == 0)
			return &f->fields[i];
	return NULL;
}

const char *http_form_text(const struct http_form *f, const char *name)
{
	const struct http_field *field = http_form_field(f, name);

	if (!field || field->file_name[0])
		return NULL;
	const char *text = buf_str(&field->value);
	return strlen(text) == field->value.len ? text : NULL;
}
