#include "sandbox/spoil.h"

#include "base/auto.h"

#define DELAY_MS 2000

static void plain_body(struct http_reply *reply, int status, const char *content_type, const char *body)
{
	reply->status = status;
	reply->content_type = content_type;
	buf_adds(&reply->body, body);
}

bool spoil_before(struct api *api, const struct http_request *req, struct http_reply *reply, enum fault fault)
{
	switch (fault) {
	case FAULT_DELAY:
		api_sleep_ms(DELAY_MS);
		return false;
	case FAULT_CUT_BEFORE:
		reply->hang_up = true;
		return true;
	case FAULT_HTTP500:
		api_spring(api, req, reply, 500);
		return true;
	case FAULT_HTTP429:
		api_spring(api, req, reply, 429);
		return true;
	case FAULT_HTML502:
		plain_body(reply, 502, "text/html",
			"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad "
			"Gateway</h1></body></html>\n");
		return true;
	case FAULT_NOT_JSON:
		plain_body(reply, 200, "application/json", "Proses signing gagal");
		return true;
	case FAULT_EMPTY:
		plain_body(reply, 200, "application/json", "");
		return true;
	case FAULT_WRONG_PASSPHRASE:
		api_error(reply, 400, "Passphrase anda salah", 2031);
		return true;
	case FAULT_WRONG_PASSPHRASE_OLD:
		api_error(reply, 400, "Proses signing gagal : Passphrase anda salah 2031", 400);
		return true;
	case FAULT_WRONG_PASSPHRASE_500:
		api_error(reply, 500, "Passphrase anda salah", 2031);
		return true;
	case FAULT_IN_BAND:
		api_error(reply, 200, "Proses signing gagal : layanan sedang dipelihara", 400);
		return true;
	default:
		return false;
	}
}

/* The first quoted base64: behind "file":[ in the answer that api_sign makes. */
static char *file_text(struct buf *body)
{
	char *at = memmem(body->data, body->len, "[\"", 2);

	return at ? at + 2 : NULL;
}

void spoil_after(struct http_reply *reply, enum fault fault)
{
	struct buf *body = &reply->body;
	char *file = file_text(body);

	if (!file)
		return;
	switch (fault) {
	case FAULT_CUT:
		reply->hang_up = true;
		break;
	case FAULT_ZERO_BYTES:
		body->len = (size_t)(file - (char *)body->data);
		buf_adds(body, "\"]}");
		break;
	case FAULT_TRUNCATED:
		body->len /= 2;
		break;
	case FAULT_TWO_FILES:
		body->len -= 2; /* ]} */
		buf_adds(body, ",\"JVBERi0xLjcK\"]}");
		break;
	case FAULT_NOT_BASE64:
		file[100] = '!';
		break;
	default:
		break;
	}
}

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

void spoil_extra_bytes(struct buf *pdf)
{
	buf_adds(pdf, "\n% tambahan\n");
}

void spoil_signature(struct buf *pdf)
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
