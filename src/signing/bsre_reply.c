#include "signing/bsre_reply.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#define WRONG_PASSPHRASE "2031"

void bsre_copy_words(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size) {
		len = size - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	for (size_t i = 0; i < len; i++)
		out[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
	out[len] = '\0';
}

const char *bsre_words_of(const json_t *object)
{
	static const char *const keys[] = {"message", "error"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const char *text = json_string_value(json_object_get(object, keys[i]));
		if (text && !text_is_empty(text))
			return text;
	}
	return NULL;
}

/* The older builds put the code behind the words: "Proses signing gagal : Passphrase anda salah 2031". */
static bool trailing_code(const char *text, char out[5])
{
	size_t len = strlen(text);

	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '.'))
		len--;
	if (len < 5 || text[len - 5] != ' ')
		return false;
	for (size_t i = len - 4; i < len; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	memcpy(out, text + len - 4, 4);
	out[4] = '\0';
	return true;
}

void bsre_code_of(const json_t *object, char *out, size_t size)
{
	char scratch[32], trailing[5];
	const char *code = json_text(object, "status_code", scratch);
	const char *text = json_string_value(json_object_get(object, "error"));

	bsre_copy_words(out, size, code ? code : "");
	if ((!code || strcmp(code, "400") == 0 || strcmp(code, "500") == 0) && text &&
		trailing_code(text, trailing))
		bsre_copy_words(out, size, trailing);
}

static bool says(const char *text, const char *word)
{
	return text && strcasestr(text, word) != NULL;
}

bool bsre_is_wrong_secret(const char *code, const char *text)
{
	if (strcmp(code, WRONG_PASSPHRASE) == 0)
		return true;
	return says(text, "salah") && (says(text, "passphrase") || says(text, "otp"));
}

static void unknown(struct sign_result *out, const char *why)
{
	out->outcome = SIGN_UNKNOWN;
	bsre_copy_words(out->text, sizeof out->text, why);
}

bool bsre_says_no(const json_t *object)
{
	const json_t *error = json_object_get(object, "error");

	return (error && !json_is_null(error) && !json_is_false(error) &&
		       !(json_is_string(error) && text_is_empty(json_string_value(error)))) ||
	       json_is_false(json_object_get(object, "result")) ||
	       json_is_false(json_object_get(object, "success"));
}

static void refused(const json_t *object, struct sign_result *out)
{
	const char *text = bsre_words_of(object);

	out->outcome = SIGN_REFUSED;
	bsre_code_of(object, out->code, sizeof out->code);
	bsre_copy_words(out->text, sizeof out->text, text ? text : _("the service refused without a reason"));
	out->wrong_secret =
		bsre_is_wrong_secret(out->code, text) ||
		bsre_is_wrong_secret(out->code, json_string_value(json_object_get(object, "error")));
}

/* ---- the file in an answer ---- */

static int not_kept(struct bsre_reply *r)
{
	r->trouble = BSRE_NOT_KEPT;
	return -1;
}

/* The next bytes of the file. What doesn't begin as a PDF does is not kept. */
static int take_file(void *user, const void *bytes, size_t len)
{
	struct bsre_reply *r = user;
	static const char magic[] = "%PDF-";

	for (size_t i = 0; i < len && r->file_len + i < strlen(magic); i++)
		if (((const char *)bytes)[i] != magic[r->file_len + i])
			r->not_pdf = true;
	if (len > LIMIT_PDF_BYTES - r->file_len) {
		r->trouble = BSRE_TOO_LONG;
		return -1;
	}
	r->file_len += len;
	if (r->not_pdf)
		return 0;
	if (r->to)
		return outfile_write(r->to, bytes, len, &r->why) == 0 ? 0 : not_kept(r);
	buf_add(&r->out->pdf, bytes, len);
	return buf_check(&r->out->pdf, &r->why) == 0 ? 0 : not_kept(r);
}

static void judge_file(struct bsre_reply *r)
{
	struct sign_result *out = r->out;

	if (r->stream.bad_base64) {
		unknown(out, _("the file in the answer is not base64"));
	} else if (r->file_len == 0) {
		unknown(out, _("the file in the answer is empty"));
	} else if (r->file_len < 5 || r->not_pdf) {
		unknown(out, _("the file in the answer is not a PDF"));
	} else {
		out->outcome = SIGN_ACCEPTED;
		out->pdf_len = r->file_len;
	}
}

/* The only file of the answer, emptied by the stream, or with its text where the key was spelt with escapes. */
static const json_t *only_file(const json_t *object, enum bsre_shape shape)
{
	const json_t *files = json_object_get(object, "file");

	if (shape == BSRE_FILE)
		return json_object_get(object, "base64_signed_file");
	return json_array_size(files) == 1 ? json_array_get(files, 0) : NULL;
}

static void accept_file(struct bsre_reply *r, const json_t *object)
{
	const json_t *only = only_file(object, r->shape);
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_SMALL_REPLY_BYTES);

	if (!only && r->stream.files == 0 && !json_object_get(object, "file")) {
		unknown(r->out, _("the answer holds neither a file nor a refusal"));
	} else if (!json_is_string(only) || r->stream.files > 1 ||
		   (r->stream.files == 1 && json_string_length(only) > 0)) {
		unknown(r->out, _("the answer must hold exactly one file"));
	} else {
		/* Nothing was taken out when the key is spelt with escapes: then the parser has the text. */
		if (r->stream.files == 0) {
			r->stream.bad_base64 = base64_parse(json_string_value(only), json_string_length(only),
						       &pdf, &r->why) != 0 ||
					       take_file(r, pdf.data, pdf.len) != 0;
		}
		judge_file(r);
	}
}

/* What the auditor gets: the answer without its files; of what is not JSON, the beginning. */
static void keep_raw(const struct bsre_reply *r, const json_t *object)
{
	struct buf *raw = &r->out->raw;
	struct err ignored = ERR_INIT;

	buf_reset(raw);
	if (r->is_pdf) {
		buf_addf(raw, "(PDF, %zu bytes)", r->len);
		return;
	}
	if (object) {
		AUTO(json_release) json_t *rest = json_copy((json_t *)(uintptr_t)object);
		json_object_del(rest, "file");
		json_object_del(rest, "base64_signed_file");
		if (json_write(rest, 0, raw, &ignored) == 0)
			return;
		buf_reset(raw);
	}
	buf_add(raw, r->stream.rest.data, r->stream.rest.len);
}

/* What the HTTP status alone decides when the body has nothing to say. */
static void judge_status(long http_status, const char *content_type, struct sign_result *out)
{
	switch (http_status) {
	case 401:
	case 403:
		out->outcome = SIGN_REFUSED;
		bsre_copy_words(out->text, sizeof out->text,
			_("the service doesn't accept this application's username and password"));
		return;
	case 413:
		out->outcome = SIGN_REFUSED;
		bsre_copy_words(
			out->text, sizeof out->text, _("the service doesn't take a file of this size"));
		return;
	default:
		out->outcome = SIGN_UNKNOWN;
		snprintf(out->text, sizeof out->text,
			_("HTTP %ld without a usable answer of the service (%.60s)"), http_status,
			content_type && *content_type ? content_type : "?");
	}
}

/* May this status carry a refusal that is final? 408 and 429 say "not now", and something may have happened. */
static bool can_refuse(long http_status)
{
	return http_status == 200 ||
	       (http_status >= 400 && http_status < 500 && http_status != 408 && http_status != 429);
}

static void judge(struct bsre_reply *r, long http_status, const char *content_type, const json_t *object)
{
	struct sign_result *out = r->out;
	bool no = object && bsre_says_no(object);

	if (!object) {
		judge_status(http_status, content_type, out);
		return;
	}
	if (http_status == 200 && !no) {
		accept_file(r, object);
		return;
	}
	if (no && (r->stream.files > 0 || json_array_size(json_object_get(object, "file")) > 0)) {
		unknown(out, _("the answer holds both a file and a refusal"));
		return;
	}
	refused(object, out);
	if (can_refuse(http_status) &&
		(no || bsre_words_of(object) || http_status == 401 || http_status == 403))
		return;
	/* Some builds answer 500 to a wrong passphrase; with 2031 in so many words nothing was signed. */
	if (http_status >= 500 && no && out->wrong_secret)
		return;
	out->outcome = SIGN_UNKNOWN;
	out->wrong_secret = false;
	if (!bsre_words_of(object))
		judge_status(http_status, content_type, out);
}

/* ---- an answer as it arrives ---- */

void bsre_keep_document_id(struct sign_result *out, const char *id)
{
	if (!id || strlen(id) >= sizeof out->document_id)
		return;
	for (const char *p = id; *p; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return;
	text_copy(out->document_id, sizeof out->document_id, id);
}

void bsre_reply_init(struct bsre_reply *r, enum bsre_shape shape, struct outfile *to, struct sign_result *out)
{
	*r = (struct bsre_reply){.shape = shape, .to = to, .out = out, .why = ERR_INIT};
	bsre_stream_init(&r->stream, take_file, r);
}

void bsre_reply_release(struct bsre_reply *r)
{
	bsre_stream_release(&r->stream);
}

static int too_long(struct bsre_reply *r)
{
	r->trouble = BSRE_TOO_LONG;
	return -1;
}

/* A file as it is, where the API has that; one that comes unasked is only counted. */
static int take_pdf(struct bsre_reply *r, long http_status, const char *bytes, size_t len)
{
	return r->shape == BSRE_FILE && http_status == 200 ? take_file(r, bytes, len) : 0;
}

/* The first five bytes wait until it is known what they begin. */
static int take_rest(struct bsre_reply *r, long http_status, const char *bytes, size_t len)
{
	if (r->is_pdf)
		return take_pdf(r, http_status, bytes, len);
	if (bsre_stream_add(&r->stream, bytes, len) == 0)
		return 0;
	return r->trouble ? -1 : too_long(r);
}

int bsre_reply_take(void *user, long http_status, const void *bytes, size_t len)
{
	struct bsre_reply *r = user;
	const char *text = bytes;

	if (r->trouble)
		return -1;
	if (len > LIMIT_REPLY_BYTES - r->len)
		return too_long(r);
	for (; r->len < sizeof r->head && len > 0; len--) {
		r->head[r->len++] = *text++;
		if (r->len < sizeof r->head)
			continue;
		r->is_pdf = memcmp(r->head, "%PDF-", sizeof r->head) == 0;
		if (take_rest(r, http_status, r->head, sizeof r->head) != 0)
			return -1;
	}
	r->len += len;
	return len > 0 ? take_rest(r, http_status, text, len) : 0;
}

static void drop_file(struct sign_result *out)
{
	if (out->outcome != SIGN_ACCEPTED)
		buf_release(&out->pdf);
}

void bsre_reply_end(struct bsre_reply *r, long http_status, const char *content_type)
{
	AUTO(json_release) json_t *value = NULL;
	struct sign_result *out = r->out;
	const struct buf *rest = &r->stream.rest;
	struct err e = ERR_INIT;

	out->http_status = http_status;
	if (r->len < sizeof r->head && bsre_stream_add(&r->stream, r->head, r->len) != 0)
		r->trouble = BSRE_TOO_LONG;
	if (!r->is_pdf && json_parse(buf_str(rest), rest->len, "reply", &value, &e) != 0 &&
		e.kind == ERR_NOMEM) {
		unknown(out, e.msg);
		return;
	}
	const json_t *object = json_is_object(value) ? value : NULL;
	keep_raw(r, object);
	if (r->is_pdf && r->file_len > 0)
		judge_file(r);
	else if (r->len == 0 && http_status == 200)
		unknown(out, _("the answer is empty"));
	else
		judge(r, http_status, content_type, object);
	if (r->shape == BSRE_FILE && !out->document_id[0])
		bsre_keep_document_id(out, json_string_value(json_object_get(object, "id_dokumen")));
	drop_file(out);
}

void bsre_reply_broken(struct bsre_reply *r, long http_status, const char *why)
{
	struct sign_result *out = r->out;

	out->http_status = http_status;
	keep_raw(r, NULL);
	if (r->trouble == BSRE_TOO_LONG)
		unknown(out, _("the answer is longer than any signed file may be"));
	else if (r->trouble == BSRE_NOT_KEPT)
		unknown(out, r->why.msg);
	else
		unknown(out, why);
	drop_file(out);
}
