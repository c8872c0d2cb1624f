#include "sandbox/spoil.h"

#include "base/auto.h"
#include "sandbox/spoil_wire.h"

#include <stdio.h>

#define DELAY_MS      2000
#define DEEP          10000
#define DIGITS        400
#define LINE_LEN      76
#define MISSING_BYTES 40

/* ---- answers instead of a signature --------------------------------------------------------------------- */

static void proxy(struct api_call *call, int status, const char *words)
{
	struct buf *body = &call->reply->body;

	api_plain(call, status, "text/html", "");
	buf_addf(body, "<html><head><title>%d %s</title></head><body><h1>%d %s</h1></body></html>\n", status,
		words, status, words);
}

/* Nobody got as far as the service. */
static bool by_proxy(struct api_call *call)
{
	switch (call->fault) {
	case FAULT_HTML502:
		proxy(call, 502, "Bad Gateway");
		return true;
	case FAULT_HTTP503:
		proxy(call, 503, "Service Temporarily Unavailable");
		return true;
	case FAULT_HTTP413:
		proxy(call, 413, "Request Entity Too Large");
		return true;
	case FAULT_REDIRECT:
		proxy(call, 307, "Temporary Redirect");
		snprintf(call->reply->location, sizeof call->reply->location, "http://127.0.0.1:1%.200s",
			call->req->path);
		return true;
	default:
		return false;
	}
}

static bool by_framework(struct api *api, struct api_call *call)
{
	static const struct {
		enum fault fault;
		int status;
	} rows[] = {
		{FAULT_HTTP500, 500},
		{FAULT_HTTP429, 429},
		{FAULT_HTTP404, 404},
		{FAULT_HTTP408, 408},
		{FAULT_HTTP401, 401},
		{FAULT_STATUS_500, 500},
		{FAULT_GONE, 404},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].fault == call->fault) {
			api_spring(api, call, rows[i].status);
			return true;
		}
	return false;
}

/* {"error":..,"status_code":..}: shapes A, B and C. */
static bool by_refusal(struct api_call *call)
{
	static const struct {
		enum fault fault;
		int status;
		const char *text;
		int code;
	} rows[] = {
		{FAULT_WRONG_PASSPHRASE, 400, "Passphrase anda salah", 2031},
		{FAULT_WRONG_PASSPHRASE_OLD, 400, "Proses signing gagal : Passphrase anda salah 2031", 400},
		{FAULT_WRONG_PASSPHRASE_500, 500, "Passphrase anda salah", 2031},
		{FAULT_IN_BAND, 200, "Proses signing gagal : layanan sedang dipelihara", 400},
		{FAULT_NOT_REGISTERED, 400, "User tidak terdaftar", 2011},
		{FAULT_NO_CERTIFICATE, 400, "User belum memiliki sertifikat", 2021},
		{FAULT_CODE_2041, 400, "Proses signing gagal", 2041},
		{FAULT_ENGINE, 400,
			"Proses signing gagal : com.itextpdf.text.exceptions.InvalidPdfException: Rebuild "
			"failed: trailer not found.",
			400},
		{FAULT_OTP_WRONG, 400, "TOTP anda salah", 2031},
		{FAULT_OTP_EXPIRED, 400, "TOTP sudah kedaluwarsa", 2031},
		{FAULT_OTP_USED, 400, "TOTP sudah digunakan", 2031},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].fault == call->fault) {
			api_error(call, rows[i].status, rows[i].text, rows[i].code);
			return true;
		}
	return false;
}

static bool by_odd_refusal(struct api_call *call)
{
	switch (call->fault) {
	case FAULT_WRONG_PASSPHRASE_TEXT:
		api_plain(call, 400, "application/json",
			"{\"error\":\"Passphrase anda salah\",\"status_code\":\"2031\"}");
		return true;
	case FAULT_CODE_HUGE:
		api_plain(call, 400, "application/json",
			"{\"error\":\"Proses signing gagal\",\"status_code\":2031203120312031203}");
		return true;
	case FAULT_SEAL_FALSE:
		api_plain(call, 200, "application/json", "{\"message\":\"Segel gagal\",\"result\":false}");
		return true;
	case FAULT_NOT_JSON:
		api_plain(call, 200, "application/json", "Proses signing gagal");
		return true;
	case FAULT_NOT_JSON_400:
	case FAULT_STATUS_NOT_JSON:
		api_plain(call, call->fault == FAULT_NOT_JSON_400 ? 400 : 200, "application/json",
			"Data tidak ditemukan");
		return true;
	case FAULT_EMPTY:
		api_plain(call, 200, "application/json", "");
		return true;
	default:
		return false;
	}
}

bool spoil_before(struct api *api, struct api_call *call)
{
	if (call->fault == FAULT_DELAY)
		api_sleep_ms(DELAY_MS);
	if (call->fault == FAULT_CUT_BEFORE || call->fault == FAULT_CUT_UNREAD)
		call->reply->hang_up = true;
	return call->reply->hang_up || by_proxy(call) || by_framework(api, call) || by_refusal(call) ||
	       by_odd_refusal(call);
}

/* ---- good answers spoilt -------------------------------------------------------------------------------- */

/* A good answer of v2: {"time":N,"file":["BASE64"..]}. NULL for any other; lent: the base64 and what is behind. */
static const char *first_file(const struct buf *body)
{
	const char *at = body->len > 0 ? memmem(body->data, body->len, "\"file\":[\"", 9) : NULL;

	return at ? at + 9 : NULL;
}

static void replace(struct http_reply *reply, struct buf *with)
{
	buf_release(&reply->body);
	reply->body = *with;
	*with = (struct buf)BUF_INIT(0);
}

/* The same answer with its base64 in lines, or each '/' escaped: one character more before some of them. */
static void add_spaced(struct buf *out, const char *base64, size_t len, enum fault fault)
{
	for (size_t i = 0; i < len; i++) {
		if (fault == FAULT_BASE64_LINES && i > 0 && i % LINE_LEN == 0)
			buf_adds(out, "\\n");
		if (fault == FAULT_BASE64_ESCAPES && base64[i] == '/')
			buf_addc(out, '\\');
		buf_addc(out, base64[i]);
	}
}

/* Another JSON around the same file. */
static void wrap(struct buf *out, const char *base64, size_t len, enum fault fault)
{
	const char *before = "{\"time\":1,\"file\":[\"", *after = "\"]}";

	switch (fault) {
	case FAULT_TWO_KEYS:
		before = "{\"file\":[\"JVBERi0xLjcK\"],\"time\":1,\"file\":[\"";
		break;
	case FAULT_NOT_UTF8:
		before = "{\"message\":\"\xff\xfe\",\"time\":1,\"file\":[\"";
		break;
	case FAULT_FILE_NO_LIST:
		before = "{\"time\":1,\"file\":\"";
		after = "\"}";
		break;
	case FAULT_DATA_URL:
		before = "{\"time\":1,\"file\":[\"data:application/pdf;base64,";
		break;
	case FAULT_TWO_FILES:
		after = "\",\"JVBERi0xLjcK\"]}";
		break;
	case FAULT_ZERO_BYTES:
		len = 0;
		break;
	default:
		break;
	}
	buf_adds(out, before);
	add_spaced(out, base64, len, fault);
	buf_adds(out, after);
}

static void add_many(struct buf *out, char c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_addc(out, c);
}

static void without_file(struct buf *out, enum fault fault)
{
	switch (fault) {
	case FAULT_NO_FILE:
		buf_adds(out, "{\"time\":1,\"file\":[]}");
		break;
	case FAULT_NULL_FILE:
		buf_adds(out, "{\"time\":1,\"file\":[null]}");
		break;
	case FAULT_DEEP_JSON:
		buf_adds(out, "{\"time\":1,\"file\":");
		add_many(out, '[', DEEP);
		add_many(out, ']', DEEP);
		buf_addc(out, '}');
		break;
	default:
		break;
	}
}

static void with_huge_number(struct buf *out, const char *base64, size_t len)
{
	buf_adds(out, "{\"time\":");
	add_many(out, '9', DIGITS);
	buf_adds(out, ",\"file\":[\"");
	buf_add(out, base64, len);
	buf_adds(out, "\"]}");
}

static void spoil_json(struct http_reply *reply, enum fault fault)
{
	AUTO(buf_release) struct buf other = BUF_INIT(reply->body.max);
	const char *file = first_file(&reply->body);
	size_t len = file ? strcspn(file, "\"") : 0;

	if (!file)
		return;
	switch (fault) {
	case FAULT_TRUNCATED:
		reply->body.len /= 2;
		return;
	case FAULT_NOT_BASE64:
		reply->body.data[(size_t)(file - (const char *)reply->body.data) + 100] = '!';
		return;
	case FAULT_NO_FILE:
	case FAULT_NULL_FILE:
	case FAULT_DEEP_JSON:
		without_file(&other, fault);
		break;
	case FAULT_HUGE_NUMBER:
		with_huge_number(&other, file, len);
		break;
	case FAULT_TWO_KEYS:
	case FAULT_NOT_UTF8:
	case FAULT_FILE_NO_LIST:
	case FAULT_DATA_URL:
	case FAULT_TWO_FILES:
	case FAULT_ZERO_BYTES:
	case FAULT_BASE64_LINES:
	case FAULT_BASE64_ESCAPES:
		wrap(&other, file, len, fault);
		break;
	default:
		return;
	}
	if (!other.failed)
		replace(reply, &other);
}

void spoil_after(struct api_call *call)
{
	struct http_reply *reply = call->reply;

	/* What refuses by itself is not made worse. */
	if (reply->status != 200 || reply->hang_up)
		return;
	switch (call->fault) {
	case FAULT_CUT:
		reply->hang_up = true;
		break;
	case FAULT_CUT_INSIDE:
		reply->raw = wire_cut_inside;
		break;
	case FAULT_SILENT:
		reply->raw = wire_silent;
		break;
	case FAULT_DRIP:
		reply->raw = wire_drip;
		break;
	case FAULT_CHUNKED:
		reply->raw = wire_chunked;
		break;
	case FAULT_NO_LENGTH:
		reply->raw = wire_no_length;
		break;
	case FAULT_HUGE_REPLY:
		reply->raw = wire_huge;
		break;
	case FAULT_GZIP:
		reply->raw = wire_gzip;
		break;
	case FAULT_HTTP504:
		buf_reset(&reply->body);
		reply->header_count = 0;
		proxy(call, 504, "Gateway Time-out");
		break;
	case FAULT_WRONG_TYPE:
		reply->content_type = "text/html";
		break;
	case FAULT_ZERO_BYTES:
		if (call->kind == CALL_SIGN_V1)
			buf_reset(&reply->body);
		else
			spoil_json(reply, call->fault);
		break;
	default:
		spoil_json(reply, call->fault);
		break;
	}
}

/* ---- files ---------------------------------------------------------------------------------------------- */

void spoil_other_pdf(struct buf *out)
{
	static const char *const objects[] = {
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
	};
	size_t offsets[ARRAY_LEN(objects)];

	buf_adds(out, "%PDF-1.7\n%\xc2\xb5\xc2\xb5\n");
	for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
		offsets[i] = out->len;
		buf_addf(out, "%zu 0 obj\n%s\nendobj\n", i + 1, objects[i]);
	}
	size_t xref = out->len;
	buf_addf(out, "xref\n0 %zu\n0000000000 65535 f \n", ARRAY_LEN(objects) + 1);
	for (size_t i = 0; i < ARRAY_LEN(objects); i++)
		buf_addf(out, "%010zu 00000 n \n", offsets[i]);
	buf_addf(out, "trailer\n<</Size %zu/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", ARRAY_LEN(objects) + 1,
		xref);
}

/* The comment in a PDF's second line is bytes that no reader reads. */
void spoil_resaved(const struct buf *pdf, struct buf *out)
{
	buf_add(out, pdf->data, pdf->len);
	if (out->failed)
		return;
	unsigned char *comment = memmem(out->data, out->len < 64 ? out->len : 64, "\n%", 2);
	if (comment && comment[2] != '\n')
		comment[2] ^= 1;
	else
		buf_adds(out, "\n%\n");
}

/* One bit of the newest signature's last certificate or value. */
static void damage_signature(struct buf *pdf)
{
	static const char key[] = "/Contents";
	unsigned char *last = NULL;

	/* The newest signature stands last. */
	for (unsigned char *p = pdf->data, *end = p + pdf->len;
		(p = memmem(p, (size_t)(end - p), key, sizeof key - 1)); p += sizeof key - 1) {
		unsigned char *open = p + sizeof key - 1;
		while (open < end && *open == ' ')
			open++;
		if (open + 400 < end && *open == '<' && open[1] == '3')
			last = open;
	}
	/* A digit inside the first certificate. */
	if (last)
		last[300] = last[300] == '0' ? '1' : '0';
}

void spoil_file(struct buf *pdf, enum fault fault)
{
	switch (fault) {
	case FAULT_EXTRA_BYTES:
		buf_adds(pdf, "\n% tambahan\n");
		break;
	case FAULT_MISSING_BYTES:
		pdf->len -= pdf->len > MISSING_BYTES ? MISSING_BYTES : 0;
		break;
	case FAULT_ZEROED:
		memset(pdf->data + pdf->len / 2, 0, pdf->len - pdf->len / 2);
		break;
	case FAULT_DAMAGED:
		damage_signature(pdf);
		break;
	default:
		break;
	}
}
