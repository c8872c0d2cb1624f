/* Who somebody is: status, profile, certificates, registration (reference bsre-api 3.5, 4.6 to 4.8). */
#include "sandbox/api.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

static const char *status_of(const struct api *api, const char *nik, const char *email)
{
	long index = api_person(api, nik, email);

	if (registry_has(api->registry, email, nik))
		return "WAITING_FOR_VERIFICATION";
	/* As the live service does: any 16 digits are somebody without a certificate. */
	return index >= 0    ? api->people.items[index].status
	       : index == -1 ? "NO_CERTIFICATE"
			     : "NOT_REGISTERED";
}

/* Which code goes with the other statuses is not known; a client must go by the status. */
static int code_of(const char *status, bool is_v1)
{
	if (strcmp(status, "ISSUE") == 0)
		return 1111;
	if (strcmp(status, "NOT_REGISTERED") == 0)
		return is_v1 ? 1110 : 2011;
	return strcmp(status, "NO_CERTIFICATE") == 0 ? 2021 : 2041;
}

/* Three keys; the code is text in v2 and a number in v1 (reference bsre-api 3.5, 4.6). */
static void answer_status(struct api_call *call, const char *status, bool is_v1)
{
	int code = code_of(status, is_v1);
	bool as_number = is_v1 != (call->fault == FAULT_STATUS_NUMBER);
	char message[128], digits[16];

	if (code == 1110)
		snprintf(message, sizeof message, "User belum terdaftar");
	else if (code == 2011)
		snprintf(message, sizeof message, "User tidak terdaftar");
	else if (code == 2021)
		snprintf(message, sizeof message, "User belum memiliki sertifikat");
	else
		snprintf(message, sizeof message,
			"User sudah terdaftar dan memiliki sertifikat dengan status %s", status);
	snprintf(digits, sizeof digits, "%d", code);
	call->note.code = code;
	api_json(call, 200,
		json_pack("{s:o, s:s, s:s}", "status_code",
			as_number ? json_integer(code) : json_string(digits), "message", message, "status",
			call->fault == FAULT_STATUS_WORD ? "AKTIF_SEBAGIAN" : status));
}

void api_status(struct api *api, struct api_call *call)
{
	AUTO(json_release) json_t *request = api_object(call);
	const char *nik = json_string_value(json_object_get(request, "nik"));
	const char *email = json_string_value(json_object_get(request, "email"));
	long index = api_person(api, nik, email);

	if (!api_begin(api, call, index >= 0 ? api->people.items[index].nik : nik))
		return;
	if (!request)
		api_spring(api, call, 400);
	else
		answer_status(call, status_of(api, nik, email), false);
}

void api_status_v1(struct api *api, struct api_call *call)
{
	if (api_begin(api, call, call->tail))
		answer_status(call, status_of(api, call->tail, NULL), true);
}

void api_profile(struct api *api, struct api_call *call)
{
	if (!api_begin(api, call, call->tail))
		return;
	long index = api_person(api, call->tail, NULL);
	if (index < 0) {
		api_error(call, 400, "User tidak terdaftar", 2011);
		return;
	}
	const struct person *p = &api->people.items[index];
	api_json(call, 200,
		json_pack("{s:s, s:s, s:s, s:s}", "nik", p->nik, "nama", p->name, "email", p->email, "status",
			p->status));
}

void api_expired(struct api *api, struct api_call *call)
{
	if (!api_begin(api, call, NULL))
		return;
	json_t *list = json_array();
	for (size_t i = 0; list && i < api->people.count; i++) {
		const struct person *p = &api->people.items[i];
		if (strcmp(p->status, "EXPIRED") == 0)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "nik", p->nik, "nama",
							    p->name, "status", p->status));
	}
	api_json(call, 200, json_pack("{s:b, s:o}", "success", 1, "data", list));
}

static json_t *base64_of(const struct cert *cert)
{
	AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_CMS_BYTES * 2);
	struct err e = ERR_INIT;

	if (cert_der(cert, &der, &e) != 0)
		return NULL;
	base64_add(&text, der.data, der.len);
	return buf_check(&text, &e) == 0 ? json_string(buf_str(&text)) : NULL;
}

/* Signer, intermediate, root: base64 of the DER. */
static json_t *chain_of(struct api *api, size_t person)
{
	AUTO(cert_release) struct cert *root = NULL;
	struct cms_signer signer;
	struct err e = ERR_INIT;

	if (authority_signer(api->authority, person, api_now(api), &signer, &e) != 0 ||
		signer.chain_len < 1 || cert_load(authority_root_file(api->authority), &root, &e) != 0)
		return NULL;
	return json_pack("[o, o, o]", base64_of(signer.cert), base64_of(signer.chain[0]), base64_of(root));
}

void api_chain(struct api *api, struct api_call *call)
{
	long index = strchr(call->tail, '@') ? api_person(api, NULL, call->tail)
					     : api_person(api, call->tail, NULL);

	if (index < 0)
		index = people_by_subscriber(&api->people, call->tail);
	if (!api_begin(api, call, call->tail))
		return;
	const char *status = index < 0 ? "NOT_REGISTERED" : api->people.items[index].status;
	json_t *chain = strcmp(status, "NOT_REGISTERED") == 0 || strcmp(status, "NO_CERTIFICATE") == 0
				? NULL
				: chain_of(api, (size_t)index);
	/* Bad ids end there with a header that promises JSON over a body that is none (reference bsre-api 4.8). */
	if (!chain)
		api_plain(call, 400, "application/json", "Data sertifikat tidak ditemukan");
	else
		api_json(call, 200, json_pack("{s:b, s:o}", "success", 1, "data", chain));
}

void api_register(struct api *api, struct api_call *call)
{
	AUTO(json_release) json_t *request = api_object(call);
	const char *name = json_string_value(json_object_get(request, "nama"));
	const char *email = json_string_value(json_object_get(request, "email"));
	const char *nik = json_string_value(json_object_get(request, "nik"));

	if (!api_begin(api, call, nik))
		return;
	if (!request || text_is_empty(name) || !email || !strchr(email, '@') || strlen(email) > 127 ||
		(nik && api_person(api, nik, NULL) == -2)) {
		api_error(call, 400, "Data pendaftaran tidak lengkap: nama dan email wajib diisi", 400);
		return;
	}
	if (api_person(api, nik, email) >= 0 || people_by_email(&api->people, email) >= 0) {
		api_error(call, 400, "User sudah terdaftar", 400);
		return;
	}
	if (!registry_add(api->registry, email, nik)) {
		api_spring(api, call, 500);
		return;
	}
	api_json(call, 200,
		json_pack("{s:b, s:s, s:s}", "success", 1, "message",
			"Pendaftaran berhasil, menunggu verifikasi", "status", "WAITING_FOR_VERIFICATION"));
}
