#include "sandbox/api.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "verify/verify.h"

#include <stdio.h>

static json_t *text_or_null(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

static json_t *date(int64_t at)
{
	struct moment m = moment_in(at, ZONE_UTC);
	char text[64];

	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.000+00:00", m.date.year, m.date.month,
		m.date.day, m.hour, m.minute, m.second);
	return json_string(text);
}

static json_t *hash_id(char kind, const struct sha256 *hash)
{
	char text[67] = {kind, '-'};

	hex_text(text + 2, hash->bytes, sizeof hash->bytes);
	return json_string(text);
}

/* Keys as the live service spells them, "signatureAlgoritm" and "timestampInfomation" included (bsre-api 4.5). */
static json_t *certificate(const struct signature_verdict *s)
{
	return json_pack("{s:o, s:s, s:s, s:s, s:o, s:o, s:s, s:[s, s]}", "id", hash_id('C', &s->certificate),
		"commonName", s->signer, "issuerName", s->issuer, "serialNumber", s->serial, "notBeforeDate",
		date(s->not_before_at), "notAfterDate", date(s->not_after_at), "signatureAlgoritm",
		"RSA with SHA256", "keyUsages", "digitalSignature", "nonRepudiation");
}

static json_t *signature(const struct signature_verdict *s)
{
	json_t *stamp =
		s->stamped_at ? json_pack("{s:o}", "timestampDate", date(s->stamped_at)) : json_null();

	return json_pack("{s:o, s:s, s:s, s:o, s:s, s:o, s:o, s:i, s:n, s:n, s:o, s:[o], s:b, s:b, s:b, s:b}",
		"id", hash_id('S', &s->certificate), "signatureFormat",
		s->cades == FINDING_YES ? (s->stamped_at ? "PAdES-BASELINE-T" : "PAdES-BASELINE-B")
					: "PKCS7-B",
		"signerName", s->signer, "signatureDate", date(s->claimed_at), "fieldName", s->field,
		"reason", text_or_null(s->reason), "location", text_or_null(s->location), "certLevelCode", 0,
		"signatureAlgorithm", "digestAlgorithm", "timestampInfomation", stamp, "certificateDetails",
		certificate(s), "integrityValid", s->intact == FINDING_YES, "certificateTrusted",
		s->trusted == FINDING_YES, "lastSignature", 0, "ltv", 0);
}

static json_t *answer(const struct verdict *v)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < v->signature_count; i++)
		if (json_array_append_new(list, signature(&v->signatures[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	const char *conclusion = v->signature_count == 0      ? "NO_SIGNATURE"
				 : v->all_good == FINDING_YES ? "VALID"
							      : "INVALID";
	const char *description = v->signature_count == 0 ? "Dokumen tidak memiliki tandatangan elektronik"
				  : v->all_good == FINDING_YES
					  ? "Dokumen valid, Sertifikat yang digunakan terpercaya"
					  : "Dokumen tidak valid";
	return json_pack("{s:s, s:s, s:i, s:o}", "conclusion", conclusion, "description", description,
		"signatureCount", (int)v->signature_count, "signatureInformations", list);
}

void api_verify(struct api *api, const struct http_request *req, struct http_reply *reply)
{
	AUTO(json_release) json_t *request = NULL;
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	struct err e = ERR_INIT;

	if (json_parse(req->body, req->body_len, "request", &request, &e) != 0) {
		api_spring(api, req, reply, 400);
		return;
	}
	const json_t *file = json_object_get(request, "file");
	/* An empty or invalid PDF is HTTP 500 there, not 400. */
	if (!verdict || !json_is_string(file) ||
		base64_parse(json_string_value(file), json_string_length(file), &pdf, &e) != 0 ||
		pdf.len < 5 || memcmp(pdf.data, "%PDF-", 5) != 0) {
		api_spring(api, req, reply, 500);
		return;
	}
	const struct verify_request verify = {
		.pdf = pdf.data,
		.len = pdf.len,
		.name = "file",
		.trust = authority_trust(api->authority),
		.now_at = api_now(api),
	};
	if (verify_pdf(&verify, verdict, &e) != 0)
		api_spring(api, req, reply, 500);
	else
		api_json(reply, 200, answer(verdict));
}
