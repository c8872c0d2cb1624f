/*
 * sandbox_rig: a sandbox in the test's process, and plain HTTP to it.
 */
#ifndef NASKAH_TESTS_SANDBOX_RIG_H
#define NASKAH_TESTS_SANDBOX_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "net/client.h"
#include "sandbox/fault.h"
#include "sandbox/sandbox.h"
#include "sandbox/spoil.h"
#include "verify/verify.h"
#include "json/json.h"

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

#define NOW      ((int64_t)1774924800) /* 2026-03-31 */
#define NIK      "3300000000000001"    /* of the built-in person with status ISSUE */
#define BOUNDARY "uji-7f3a"

static char folder[64], state_folder[96];
static struct sandbox *sandbox;
static struct secret *password;
static struct net_client *client;
static struct trust *trust;
static struct buf letter = BUF_INIT(MIB);
static char passphrase[64];
/* Of the last call. */
static long status;
static char content_type[128];
static char document_id[64]; /* header id_dokumen; "" = none */
static struct buf answer = BUF_INIT(LIMIT_REPLY_BYTES);
static json_t *said; /* NULL: no JSON */

#define MUST(call)                                                                                           \
	do {                                                                                                 \
		if ((call) != 0)                                                                             \
			fail_msg("%s", e.msg);                                                               \
	} while (0)

static inline int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static inline void read_word(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_non_null(fgets(out, (int)size, f));
	out[strcspn(out, "\n")] = '\0';
	fclose(f);
}

static inline int rig_start(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/naskah-sandbox-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(state_folder, sizeof state_folder, "%s/state", folder);
	spoil_other_pdf(&letter);
	unsigned char *size = memmem(letter.data, letter.len, "842", 3);
	assert_non_null(size);
	size[2] = '1';
	const struct sandbox_config config = {.state = state_folder, .now_at = NOW};
	MUST(sandbox_new(&config, &sandbox, &e));
	MUST(secret_load(sandbox_password_file(sandbox), &password, &e));
	MUST(trust_load(sandbox_root_file(sandbox), &trust, &e));
	read_word(sandbox_passphrase_file(sandbox, NIK), passphrase, sizeof passphrase);
	const struct net_config net = {
		.base_url = sandbox_url(sandbox),
		.username = sandbox_username(sandbox),
		.password = password,
		.connect_timeout_ms = 5000,
	};
	MUST(net_client_new(&net, &client, &e));
	return 0;
}

static inline int rig_stop(void **state)
{
	(void)state;
	json_decref(said);
	buf_release(&answer);
	buf_release(&letter);
	net_client_release(&client);
	trust_release(&trust);
	secret_release(&password);
	sandbox_release(&sandbox);
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void on_header(void *user, const char *name, const char *value)
{
	(void)user;
	if (text_equals_nocase(name, "id_dokumen"))
		text_copy(document_id, sizeof document_id, value);
}

/* -1 when no whole reply came. */
static inline int say(const char *method, const char *path, const char *type, const void *body, size_t len)
{
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(LIMIT_REPLY_BYTES)};
	const struct net_request req = {.method = method,
		.path = path,
		.content_type = type,
		.body = body,
		.body_len = len,
		.timeout_ms = 20000,
		.header = on_header};
	struct err e = ERR_INIT, ignored = ERR_INIT;

	document_id[0] = '\0';
	int r = net_call(client, &req, &reply, &e);
	status = reply.status;
	text_copy(content_type, sizeof content_type, reply.content_type);
	buf_reset(&answer);
	buf_add(&answer, reply.body.data, reply.body.len);
	json_decref(said);
	said = NULL;
	(void)!json_parse(answer.data, answer.len, "answer", &said, &ignored);
	return r;
}

static inline int get(const char *path)
{
	return say("GET", path, NULL, NULL, 0);
}

static inline int post(const char *path, const char *json)
{
	return say("POST", path, "application/json", json, strlen(json));
}

/* A member of the answer, or of an object in it: "data.totp". */
static inline const json_t *member(const char *name)
{
	const char *dot = strchr(name, '.');
	char first[64];

	if (!dot)
		return json_object_get(said, name);
	snprintf(first, sizeof first, "%.*s", (int)(dot - name), name);
	return json_object_get(json_object_get(said, first), dot + 1);
}

static inline const char *text(const char *name)
{
	const char *found = json_string_value(member(name));

	if (!found)
		fail_msg("no '%s' in HTTP %ld %s", name, status, buf_str(&answer));
	return found;
}

static inline long number(const char *name)
{
	if (!json_is_integer(member(name)))
		fail_msg("no number '%s' in HTTP %ld %s", name, status, buf_str(&answer));
	return (long)json_integer_value(member(name));
}

/* Shapes A to C. */
#define REFUSED(http, says, code)                                                                            \
	do {                                                                                                 \
		assert_int_equal(status, http);                                                              \
		assert_string_equal(text("error"), says);                                                    \
		assert_int_equal(number("status_code"), code);                                               \
	} while (0)
/* Shape D. */
#define SPRING(http)                                                                                         \
	do {                                                                                                 \
		assert_int_equal(status, http);                                                              \
		assert_int_equal(number("status"), http);                                                    \
		assert_non_null(text("timestamp"));                                                          \
		assert_non_null(text("path"));                                                               \
	} while (0)

/* Sent and signed: the same bytes and one good signature by this name. */
static inline void good_file(const struct buf *sent, const void *pdf, size_t len, const char *by)
{
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	const struct verify_request request = {
		.pdf = pdf, .len = len, .name = "signed", .trust = trust, .now_at = NOW};
	struct err e = ERR_INIT;

	assert_true(len > sent->len);
	assert_memory_equal(pdf, sent->data, sent->len);
	MUST(verify_pdf(&request, verdict, &e));
	assert_string_equal(verdict->why, "");
	assert_int_equal(verdict->all_good, FINDING_YES);
	assert_string_equal(verdict->signatures[verdict->signature_count - 1].signer, by);
}

/* File number `i` of the answer's list. */
static inline void answered_file(size_t i, const struct buf *sent, const char *by)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	const json_t *file = json_array_get(json_object_get(said, "file"), i);
	struct err e = ERR_INIT;

	if (status != 200 || !file)
		fail_msg("HTTP %ld %s", status, buf_str(&answer));
	MUST(base64_parse(json_string_value(file), json_string_length(file), &pdf, &e));
	good_file(sent, pdf.data, pdf.len, by);
}

/* ---- forms ---------------------------------------------------------------------------------------------- */

static inline void form_text(struct buf *form, const char *name, const char *value)
{
	buf_addf(form, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name,
		value);
}

static inline void form_file(struct buf *form, const char *name, const char *type, const struct buf *file)
{
	buf_addf(form,
		"--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"surat.pdf\"\r\n"
		"Content-Type: %s\r\n\r\n",
		name, type);
	buf_add(form, file->data, file->len);
	buf_adds(form, "\r\n");
}

static inline int post_form(const char *path, struct buf *form)
{
	buf_adds(form, "--" BOUNDARY "--\r\n");
	return say("POST", path, "multipart/form-data; boundary=" BOUNDARY, form->data, form->len);
}

#endif
