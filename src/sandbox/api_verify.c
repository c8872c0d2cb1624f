#include "sandbox/api.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "http/form.h"
#include "verify/verify.h"

#include <stdio.h>

static json_t *text_or_null(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

static json_t *date(int64_t at)
{
	char text[64];

	api_date(at, "+00:00", text);
	return json_string(text);
}

static json_t *hash_id(char kind, const struct sha256 *hash)
{
	char text[67] = {kind, '-'};

	hex_text(text + 2, hash->bytes, sizeof hash->bytes);
	return json_string(text);
}

/* The live service writes serial numbers in decimal. */
static json_t *decimal(const char *hex)
{
	unsigned char digits[80] = {0}; /* of the decimal, the lowest first: 64 hex digits make 78 */
	char text[sizeof digits + 1];
	size_t len = 1;

	for (; *hex; hex++) {
		const char *found = strchr("0123456789abcdef", *hex | 0x20);
		unsigned carry = found ? (unsigned)(found - "0123456789abcdef") : 0;
		for (size_t i = 0; i < len; i++) {
			carry += digits[i] * 16U;
			digits[i] = (unsigned char)(carry % 10);
			carry /= 10;
		}
		for (; carry > 0 && len < sizeof digits; carry /= 10)
			digits[len++] = (unsigned char)(carry % 10);
	}
	for (size_t i = 0; i < len; i++)
		text[i] = (char)('0' + digits[len - 1 - i]);
	text[len] = '\0';
	return json_string(text);
}

/* Keys as the live service spells them, "signatureAlgoritm" and "timestampInfomation" included (bsre-api 4.5). */
static json_t *certificate(const struct signature_verdict *s)
{
	return json_pack("{s:o, s:s, s:s, s:o, s:o, s:o, s:s, s:[s, s]}", "id", hash_id('C', &s->certificate),
		"commonName", s->signer, "issuerName", s->issuer, "serialNumber", decimal(s->serial),
		"notBeforeDate", date(s->not_before_at), "notAfterDate", date(s->not_after_at),
		"signatureAlgoritm", "RSA with SHA256", "keyUsages", "digitalSignature", "nonRepudiation");
}

static json_t *authority_details(const struct cert *cert)
{
	struct cert_info info;
	struct err e = ERR_INIT;

	if (cert_info(cert, &info, &e) != 0)
		return NULL;
	return json_pack("{s:o, s:s, s:s, s:o, s:o, s:o, s:s, s:[s, s]}", "id", hash_id('C', &info.sha256),
		"commonName", info.common_name, "issuerName", info.issuer, "serialNumber",
		decimal(info.serial), "notBeforeDate", date(info.not_before_at), "notAfterDate",
		date(info.not_after_at), "signatureAlgoritm", "ECDSA with SHA384", "keyUsages", "keyCertSign",
		"crlSign");
}

/* Signer, intermediate, root; the signer alone when somebody else issued it. */
static json_t *path(const struct api *api, const struct signature_verdict *s)
{
	static const char *const above[] = {"ca", "root"};
	json_t *list = json_array();

	json_array_append_new(list, certificate(s));
	for (size_t i = 0; s->trusted == FINDING_YES && i < ARRAY_LEN(above); i++)
		json_array_append_new(list, authority_details(authority_cert(api->authority, above[i])));
	return list;
}

static const char *format_of(const struct signature_verdict *s)
{
	switch (s->level) {
	case LEVEL_B_B:
		return "PAdES-BASELINE-B";
	case LEVEL_B_T:
		return "PAdES-BASELINE-T";
	case LEVEL_B_LT:
		return "PAdES-BASELINE-LT";
	case LEVEL_B_LTA:
		return "PAdES-BASELINE-LTA";
	case LEVEL_NONE:
		break;
	}
	return s->stamped_at ? "PKCS7-T" : "PKCS7-B";
}

/* Of this signature in this file, with `kind` in front. */
static json_t *signature_id(char kind, const struct signature_verdict *s)
{
	struct sha256 hash;
	char text[256];

	snprintf(text, sizeof text, "%c %s %s %lld", kind, s->field, s->serial, (long long)s->covers_to);
	hash = sha256_of(text, strlen(text));
	return hash_id(kind, &hash);
}

static json_t *signature(const struct api *api, const struct signature_verdict *s)
{
	json_t *stamp = s->stamped_at ? json_pack("{s:o, s:s, s:o}", "id", signature_id('T', s), "signerName",
						s->stamper, "timestampDate", date(s->stamped_at))
				      : json_null();

	return json_pack("{s:o, s:s, s:s, s:o, s:s, s:o, s:o, s:i, s:n, s:n, s:o, s:o, s:b, s:b, s:b, s:b}",
		"id", signature_id('S', s), "signatureFormat", format_of(s), "signerName", s->signer,
		"signatureDate", date(s->claimed_at), "fieldName", s->field, "reason",
		text_or_null(s->reason), "location", text_or_null(s->location), "certLevelCode", 0,
		"signatureAlgorithm", "digestAlgorithm", "timestampInfomation", stamp, "certificateDetails",
		path(api, s), "integrityValid", s->intact == FINDING_YES, "certificateTrusted",
		s->trusted == FINDING_YES,
		/* false for every signature in all captures of the live service */
		"lastSignature", 0, "ltv", s->level >= LEVEL_B_LT);
}

static json_t *answer(const struct api *api, const struct verdict *v)
{
	json_t *list = json_array();
	size_t count = verdict_signers(v);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, signature(api, verdict_signer(v, i)));
	const char *conclusion = count == 0                   ? "NO_SIGNATURE"
				 : v->all_good == FINDING_YES ? "VALID"
							      : "INVALID";
	const char *description = count == 0 ? "Dokumen tidak memiliki tandatangan elektronik"
				  : v->all_good == FINDING_YES
					  ? "Dokumen valid, Sertifikat yang digunakan terpercaya"
					  : "Dokumen tidak valid";
	return json_pack("{s:s, s:s, s:i, s:o}", "conclusion", conclusion, "description", description,
		"signatureCount", (int)count, "signatureInformations", list);
}

/* False: not even something that begins like a PDF, or the sandbox's own trouble. */
static bool judge(const struct api *api, const struct buf *pdf, struct verdict *out)
{
	const struct verify_request verify = {
		.pdf = pdf->data,
		.len = pdf->len,
		.name = "file",
		.trust = authority_trust(api->authority),
		.now_at = api_now(api),
	};
	struct err e = ERR_INIT;

	return pdf->len >= 5 && memcmp(pdf->data, "%PDF-", 5) == 0 && verify_pdf(&verify, out, &e) == 0;
}

void api_verify(struct api *api, struct api_call *call)
{
	AUTO(json_release) json_t *request = api_object(call);
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	struct err e = ERR_INIT;

	if (!api_begin(api, call, NULL))
		return;
	if (!request) {
		api_spring(api, call, 400);
		return;
	}
	const json_t *file = json_object_get(request, "file");
	/* An empty or invalid PDF is HTTP 500 there, not 400. */
	if (!verdict || !json_is_string(file) ||
		base64_parse(json_string_value(file), json_string_length(file), &pdf, &e) != 0 ||
		!judge(api, &pdf, verdict))
		api_spring(api, call, 500);
	else
		api_json(call, 200, answer(api, verdict));
}

/* ---- v1 ------------------------------------------------------------------------------------------------- */

/* "2024-06-05 09:32:40.0": local time, no zone. */
static void local_time(int64_t at, char out[64])
{
	struct moment m = moment_in(at, ZONE_WIB);

	snprintf(out, 64, "%04d-%02d-%02d %02d:%02d:%02d.0", m.date.year, m.date.month, m.date.day, m.hour,
		m.minute, m.second);
}

static json_t *detail(const struct signature_verdict *s)
{
	char from[64], until[64], validity[160], signed_in[64];

	local_time(s->not_before_at, from);
	local_time(s->not_after_at, until);
	local_time(s->claimed_at, signed_in);
	snprintf(validity, sizeof validity, "%s to %s", from, until);
	json_t *stamp = s->stamped_at ? json_pack("{s:s, s:n}", "name", s->stamper, "tsa_cert_validity")
				      : json_null();
	return json_pack("{s:o, s:s, s:{s:s, s:s, s:s, s:s, s:b}, s:{s:b, s:o, s:b, s:n, s:s, s:o, s:n}}",
		"info_tsa", stamp, "signature_field", s->field, "info_signer", "issuer_dn", s->issuer,
		"signer_name", s->signer, "signer_cert_validity", validity, "signer_dn", s->signer,
		"cert_user_certified", s->trusted == FINDING_YES, "signature_document", "signed_using_tsa",
		s->stamped_at != 0, "reason", text_or_null(s->reason), "document_integrity",
		s->intact == FINDING_YES, "signature_value", "signed_in", signed_in, "location",
		text_or_null(s->location), "hash_value");
}

static json_t *answer_v1(const struct verdict *v, const char *name)
{
	json_t *details = json_array();
	size_t count = verdict_signers(v);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(details, detail(verdict_signer(v, i)));
	if (count == 0)
		return json_pack("{s:s, s:i, s:n, s:o, s:n}", "nama_dokumen", name, "jumlah_signature", 0,
			"notes", "details", details, "summary");
	bool good = v->all_good == FINDING_YES;
	return json_pack("{s:s, s:i, s:s, s:o, s:s}", "nama_dokumen", name, "jumlah_signature", (int)count,
		"notes",
		good ? "Dokumen valid, Sertifikat yang digunakan terpercaya"
		     : "Konten Dokumen mengalami perubahan oleh pihak yang tidak berhak",
		"details", details, "summary", good ? "VALID" : "INVALID");
}

static void free_form(struct http_form **form)
{
	if (*form)
		http_form_release(*form);
	free(*form);
}

void api_verify_v1(struct api *api, struct api_call *call)
{
	AUTO(free_form) struct http_form *form = calloc(1, sizeof *form);
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	struct err e = ERR_INIT;

	if (!api_begin(api, call, NULL))
		return;
	const struct http_field *file = form && http_form_parse(call->req, form, &e) == 0
						? http_form_field(form, "signed_file")
						: NULL;
	if (!verdict || !file || !judge(api, &file->value, verdict))
		api_json(call, 400, json_pack("{s:s}", "error", "Proses verifikasi gagal : file bukan PDF"));
	else
		api_json(call, 200, answer_v1(verdict, file->file_name));
}
