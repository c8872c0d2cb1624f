#include "signing/bsre.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

static void add_quoted(struct buf *out, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	buf_addc(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '"' || p[i] == '\\') {
			buf_addc(out, '\\');
			buf_addc(out, (char)p[i]);
		} else if (p[i] < 0x20) {
			static const char digits[] = "0123456789abcdef";
			buf_adds(out, "\\u00");
			buf_addc(out, digits[p[i] >> 4]);
			buf_addc(out, digits[p[i] & 15]);
		} else {
			buf_addc(out, (char)p[i]);
		}
	}
	buf_addc(out, '"');
}

void bsre_json_text(struct buf *out, const char *text)
{
	add_quoted(out, text, strlen(text));
}

static bool is_text(const char *text)
{
	return !text || utf8_is_valid(text, strlen(text));
}

int bsre_json_who(struct buf *out, const struct sign_identity *who, struct err *e)
{
	static const char *const keys[] = {"nik", "email", "idSubscriber"};
	const char *const values[] = {who->nik, who->email, who->subscriber};
	size_t named = 0, which = 0;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (values[i]) {
			named++;
			which = i;
		}
	if (named != 1)
		return err_set(
			e, ERR_USAGE, _("a signer is named by NIK or by e-mail address, one of the two"));
	if (!is_text(values[which]))
		return err_set(e, ERR_INPUT, _("a text for the signing service is not UTF-8"));
	buf_addf(out, "\"%s\":", keys[which]);
	bsre_json_text(out, values[which]);
	return buf_check(out, e);
}

static void wipe(struct buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->cap);
	buf_release(b);
}

int bsre_json_secret(const struct secret *s, struct secret **out, struct err *e)
{
	AUTO(wipe) struct buf text = BUF_INIT(6 * LIMIT_SECRET_BYTES + 2);
	AUTO(secret_release) struct secret *quoted = NULL;

	if (!utf8_is_valid((const char *)secret_bytes(s), secret_len(s)))
		return err_set(e, ERR_INPUT, _("the passphrase is not UTF-8"));
	/* All the room at once: a buffer that grows would leave the passphrase behind in freed memory. */
	if (!buf_room(&text, 6 * secret_len(s) + 2))
		return buf_check(&text, e);
	add_quoted(&text, secret_bytes(s), secret_len(s));
	if (buf_check(&text, e) != 0 || secret_new(text.len, &quoted, e) != 0 ||
		secret_set(quoted, text.data, text.len, e) != 0)
		return -1;
	*out = steal(&quoted);
	return 0;
}

static void add_place(struct buf *out, const struct sign_look *look)
{
	if (look->page > 0)
		buf_addf(out, ",\"page\":%u,\"originX\":%.2f,\"originY\":%.2f", look->page, look->x, look->y);
	buf_addf(out, ",\"width\":%.2f,\"height\":%.2f", look->width, look->height);
	if (look->page == 0) {
		buf_adds(out, ",\"tag_koordinat\":");
		bsre_json_text(out, look->tag);
	}
}

static void add_properties(struct bsre_body *b, const struct sign_job *job)
{
	buf_addf(&b->rest, "\"tampilan\":\"%s\"", job->look ? "VISIBLE" : "INVISIBLE");
	if (job->look)
		add_place(&b->rest, job->look);
	if (job->location) {
		buf_adds(&b->rest, ",\"location\":");
		bsre_json_text(&b->rest, job->location);
	}
	if (job->reason) {
		buf_adds(&b->rest, ",\"reason\":");
		bsre_json_text(&b->rest, job->reason);
	}
	buf_adds(&b->rest, "}],\"file\":[\"");
}

static void add_piece(struct bsre_body *b, enum net_as as, const void *bytes, size_t len)
{
	b->pieces[b->count++] = (struct net_piece){as, bytes, len};
}

int bsre_body_make(struct bsre_body *b, const struct sign_job *job, const struct sign_identity *who,
	const char *secret_key, const struct secret *secret, struct err *e)
{
	*b = (struct bsre_body){.who = BUF_INIT(4096), .look = BUF_INIT(256), .rest = BUF_INIT(64 * KIB)};
	if (!is_text(job->reason) || !is_text(job->location))
		return err_set(e, ERR_INPUT, _("a text for the signing service is not UTF-8"));
	if (job->pdf_len > LIMIT_PDF_BYTES)
		return err_set(e, ERR_LIMIT, _("a PDF of %zu bytes is larger than the ceiling of %zu"),
			job->pdf_len, LIMIT_PDF_BYTES);
	if (!secret)
		return err_set(e, ERR_USAGE, _("this signer needs a passphrase or an OTP"));
	buf_addc(&b->who, '{');
	if (bsre_json_who(&b->who, who, e) != 0 || bsre_json_secret(secret, &b->quoted, e) != 0)
		return -1;
	buf_addf(&b->who, ",\"%s\":", secret_key);
	buf_adds(&b->look, ",\"signatureProperties\":[{");
	if (job->look) {
		buf_adds(&b->look, "\"imageBase64\":\"");
		buf_adds(&b->rest, "\",");
	}
	add_properties(b, job);
	if (buf_check(&b->who, e) != 0 || buf_check(&b->look, e) != 0 || buf_check(&b->rest, e) != 0)
		return -1;
	add_piece(b, NET_BYTES, b->who.data, b->who.len);
	add_piece(b, NET_BYTES, secret_bytes(b->quoted), secret_len(b->quoted));
	add_piece(b, NET_BYTES, b->look.data, b->look.len);
	if (job->look)
		add_piece(b, NET_BASE64, job->look->image, job->look->image_len);
	add_piece(b, NET_BYTES, b->rest.data, b->rest.len);
	add_piece(b, NET_BASE64, job->pdf, job->pdf_len);
	add_piece(b, NET_BYTES, "\"]}", 3);
	return 0;
}

void bsre_body_release(struct bsre_body *b)
{
	buf_release(&b->who);
	buf_release(&b->look);
	buf_release(&b->rest);
	secret_release(&b->quoted);
}
