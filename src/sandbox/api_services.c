/*
 * What the sandbox's authorities answer to anybody, without HTTP Basic: time-stamps (RFC 3161 3.4), OCSP (RFC 6960 A),
 * CRLs and CA certificates (RFC 5280 4.2.1.13, 4.2.2.1).
 */
#include "sandbox/api.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/issue.h"

static void finish(struct api_call *call, int r, const char *content_type, const struct buf *body)
{
	struct http_reply *reply = call->reply;

	if (r != 0) {
		reply->status = 500;
		return;
	}
	reply->status = 200;
	reply->content_type = content_type;
	buf_add(&reply->body, body->data, body->len);
}

static bool has_type(const struct http_request *req, const char *type)
{
	return req->content_type && strncmp(req->content_type, type, strlen(type)) == 0;
}

void api_tsa(struct api *api, struct api_call *call)
{
	AUTO(buf_release) struct buf answer = BUF_INIT(LIMIT_CMS_BYTES);
	struct cms_signer tsa;
	struct err e = ERR_INIT;

	if (!api_begin(api, call, NULL))
		return;
	if (call->fault == FAULT_TSA_HTML) {
		api_plain(call, 200, "text/html", "<html><body><h1>Selamat datang</h1></body></html>\n");
		return;
	}
	if (!has_type(call->req, "application/timestamp-query")) {
		call->reply->status = 415;
		return;
	}
	int r = authority_tsa(api->authority, TSA_SOUND, api_now(api), &tsa, &e);
	const struct tsa_request how = {
		.authority = &tsa,
		.now_at = api_now(api),
		.wrong_imprint = call->fault == FAULT_TSA_OTHER,
		.no_nonce = call->fault == FAULT_TSA_NO_NONCE,
		.refuse = call->fault == FAULT_TSA_REFUSES,
	};
	if (r == 0)
		r = tsa_answer(&how, call->req->body, call->req->body_len, &answer, &e);
	finish(call, r, "application/timestamp-reply", &answer);
}

static enum status_flaw ocsp_flaw(enum fault fault)
{
	switch (fault) {
	case FAULT_OCSP_UNKNOWN:
		return STATUS_UNKNOWN;
	case FAULT_OCSP_REVOKED:
		return STATUS_REVOKED;
	case FAULT_OCSP_STALE:
		return STATUS_STALE;
	case FAULT_OCSP_STRANGER:
		return STATUS_STRANGER;
	case FAULT_OCSP_LATER:
	/* Who asks for CRLs only when OCSP fails must come to them. */
	case FAULT_CRL_STALE:
	case FAULT_CRL_STRANGER:
		return STATUS_LATER;
	default:
		return STATUS_SOUND;
	}
}

static void answer_ocsp(struct api *api, struct api_call *call, const void *request, size_t len)
{
	AUTO(buf_release) struct buf answer = BUF_INIT(LIMIT_CMS_BYTES);
	struct err e = ERR_INIT;
	int r = authority_ocsp(
		api->authority, request, len, ocsp_flaw(call->fault), api_now(api), &answer, &e);

	finish(call, r, "application/ocsp-response", &answer);
}

void api_ocsp(struct api *api, struct api_call *call)
{
	if (!api_begin(api, call, NULL))
		return;
	if (has_type(call->req, "application/ocsp-request"))
		answer_ocsp(api, call, call->req->body, call->req->body_len);
	else
		call->reply->status = 415;
}

/* The request in base64 behind the last slash of the URL. */
void api_ocsp_get(struct api *api, struct api_call *call)
{
	AUTO(buf_release) struct buf request = BUF_INIT(64 * KIB);
	struct err e = ERR_INIT;

	if (!api_begin(api, call, NULL))
		return;
	if (base64_parse(call->tail, strlen(call->tail), &request, &e) == 0)
		answer_ocsp(api, call, request.data, request.len);
	else
		api_spring(api, call, 400);
}

/* "root" or "ca" before this ending; NULL for others. */
static const char *authority_of(const char *name, const char *ending)
{
	static const char *const known[] = {"root", "ca"};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		size_t len = strlen(known[i]);
		if (strncmp(name, known[i], len) == 0 && strcmp(name + len, ending) == 0)
			return known[i];
	}
	return NULL;
}

void api_crl(struct api *api, struct api_call *call)
{
	AUTO(buf_release) struct buf crl = BUF_INIT(LIMIT_PDF_BYTES);
	const char *of = authority_of(call->tail, ".crl");
	struct err e = ERR_INIT;

	if (!api_begin(api, call, NULL))
		return;
	if (!of) {
		api_spring(api, call, 404);
		return;
	}
	enum status_flaw flaw = call->fault == FAULT_CRL_STALE      ? STATUS_STALE
				: call->fault == FAULT_CRL_STRANGER ? STATUS_STRANGER
								    : STATUS_SOUND;
	finish(call, authority_crl(api->authority, of, flaw, api_now(api), &crl, &e), "application/pkix-crl",
		&crl);
}

void api_ca(struct api *api, struct api_call *call)
{
	AUTO(buf_release) struct buf der = BUF_INIT(64 * KIB);
	const char *of = authority_of(call->tail, ".cer");
	struct err e = ERR_INIT;

	if (!api_begin(api, call, NULL))
		return;
	if (of)
		finish(call, cert_der(authority_cert(api->authority, of), &der, &e), "application/pkix-cert",
			&der);
	else
		api_spring(api, call, 404);
}
