/*
 * Test help: keys of an office in a temporary folder: PKCS#12 files of all kinds, and a SoftHSM token with the same keys
 * (`token` is false where there is no SoftHSM).
 */
#ifndef NASKAH_TESTS_OFFICE_KEYS_H
#define NASKAH_TESTS_OFFICE_KEYS_H

#include "base/outfile.h"
#include "crypto/cert.h"
#include "crypto/handles.h"
#include "unit/tool.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <libp11.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OFFICE_NOW        INT64_C(1774924800) /* 2026-03-31 02:40:00 UTC */
#define OFFICE_NAME       "Segel Kantor UJI"
#define OFFICE_PASSPHRASE "frasa sandi contoh"
#define OFFICE_PIN        "123456"
#define OFFICE_TOKEN      "Kantor UJI"
#define OFFICE_MODULE     "/usr/lib/softhsm/libsofthsm2.so"

struct office_keys {
	char folder[64];
	struct key *root_key, *under_key;
	struct cert *root, *under, *stranger;
	struct trust *trust;
	bool token;
};

static inline bool office_shell(const char *command)
{
	const char *argv[] = {"sh", "-c", command, NULL};
	struct buf said = BUF_INIT(65536);
	int status = tool_run(argv, &said);

	buf_release(&said);
	return status == 0;
}

static inline void office_check(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "office keys: %s\n", what);
		abort();
	}
}

static inline void office_put_p12(const struct office_keys *o, const char *name, EVP_PKEY *pkey, X509 *x509,
	STACK_OF(X509) * others, int nid, mode_t mode)
{
	PKCS12 *p12 = PKCS12_create(OFFICE_PASSPHRASE, "kunci", pkey, x509, others, nid, nid, 2048, 1, 0);
	char path[128];

	office_check(p12 != NULL, name);
	snprintf(path, sizeof path, "%s/%s", o->folder, name);
	FILE *f = fopen(path, "wb");
	office_check(f && i2d_PKCS12_fp(f, p12), path);
	fclose(f);
	chmod(path, mode);
	PKCS12_free(p12);
}

static inline void office_issue(struct office_keys *o, const char *name, struct key *key, bool ca,
	struct cert *by, struct key *by_key, int64_t to, struct cert **out)
{
	struct cert_request req = {.common_name = name,
		.organization = "Kantor UJI",
		.subject_id = ca ? NULL : "3300000000000001",
		.not_before_at = OFFICE_NOW - 86400 * 30,
		.not_after_at = to,
		.is_ca = ca,
		.path_len = -1};
	struct err e = ERR_INIT;

	(void)o;
	office_check(cert_issue(&req, key, by, by_key, out, &e) == 0, e.msg);
}

/* An empty token. */
static inline bool office_token_begin(struct office_keys *o)
{
	char conf[128], text[512];
	struct err e = ERR_INIT;

	if (access(OFFICE_MODULE, R_OK) != 0)
		return false;
	snprintf(text, sizeof text,
		"directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n",
		o->folder);
	snprintf(conf, sizeof conf, "%s/softhsm2.conf", o->folder);
	office_check(outfile_put(conf, 0600, text, strlen(text), &e) == 0, e.msg);
	setenv("SOFTHSM2_CONF", conf, 1);
	snprintf(text, sizeof text,
		"mkdir -m 700 '%s/tokens' && softhsm2-util --init-token --free --label '%s' --so-pin "
		"87654321 --pin %s",
		o->folder, OFFICE_TOKEN, OFFICE_PIN);
	return office_shell(text);
}

static inline void office_import(const struct office_keys *o, EVP_PKEY *pkey, const char *label, unsigned id)
{
	char path[128], command[512];

	snprintf(path, sizeof path, "%s/import.pem", o->folder);
	FILE *f = fopen(path, "wb");
	office_check(f && PEM_write_PKCS8PrivateKey(f, pkey, NULL, NULL, 0, NULL, NULL), path);
	fclose(f);
	snprintf(command, sizeof command,
		"softhsm2-util --import '%s' --token '%s' --pin %s --label %s --id %02x && rm '%s'", path,
		OFFICE_TOKEN, OFFICE_PIN, label, id, path);
	office_check(office_shell(command), label);
}

/* Certificates go in through libp11: softhsm2-util knows keys only. */
struct office_cert {
	char label[32];
	unsigned char id;
	X509 *x509;
};

static inline void office_import_certs(const struct office_cert *certs, size_t cert_count)
{
	PKCS11_CTX *ctx = PKCS11_CTX_new();
	PKCS11_SLOT *slots = NULL, *slot = NULL;
	unsigned count = 0;

	office_check(ctx && PKCS11_CTX_load(ctx, OFFICE_MODULE) == 0 &&
			     PKCS11_enumerate_slots(ctx, &slots, &count) == 0,
		"module");
	for (unsigned i = 0; i < count; i++)
		if (slots[i].token && strcmp(slots[i].token->label, OFFICE_TOKEN) == 0)
			slot = &slots[i];
	office_check(
		slot && PKCS11_open_session(slot, 1) == 0 && PKCS11_login(slot, 0, OFFICE_PIN) == 0, "login");
	for (size_t i = 0; i < cert_count; i++) {
		struct office_cert c = certs[i];
		office_check(
			PKCS11_store_certificate(slot->token, c.x509, c.label, &c.id, 1, NULL) == 0, c.label);
		X509_free(c.x509);
	}
	PKCS11_logout(slot);
	PKCS11_release_all_slots(ctx, slots, count);
	PKCS11_CTX_unload(ctx);
	PKCS11_CTX_free(ctx);
}

static inline void office_keys_make(struct office_keys *o)
{
	static const struct {
		const char *name;
		unsigned rsa;
		const char *curve;
	} kinds[] = {
		{"rsa2048", 2048, NULL}, {"rsa3072", 3072, NULL}, {"p256", 0, "P-256"}, {"p384", 0, "P-384"}};
	struct office_cert certs[8];
	size_t cert_count = 0;
	struct err e = ERR_INIT;
	char path[128];
	const int64_t later = OFFICE_NOW + 86400 * (int64_t)600;

	*o = (struct office_keys){.folder = "/tmp/naskah-kunci-XXXXXX"};
	office_check(mkdtemp(o->folder) != NULL, "folder");
	office_check(key_generate(KEY_EC_P256, &o->root_key, &e) == 0 &&
			     key_generate(KEY_EC_P256, &o->under_key, &e) == 0,
		e.msg);
	office_issue(o, "UJI Root", o->root_key, true, NULL, NULL, later, &o->root);
	office_issue(o, "UJI CA", o->under_key, true, o->root, o->root_key, later, &o->under);
	office_issue(o, "Orang Lain UJI", o->under_key, false, o->root, o->root_key, later, &o->stranger);
	snprintf(path, sizeof path, "%s/root.pem", o->folder);
	office_check(cert_save(o->root, path, &e) == 0 && trust_load(path, &o->trust, &e) == 0, e.msg);
	snprintf(path, sizeof path, "%s/other.pem", o->folder);
	office_check(outfile_put(path, 0600, "bukan kunci\n", 12, &e) == 0, e.msg);
	STACK_OF(X509) *others = sk_X509_new_null();
	sk_X509_push(others, o->stranger->x509);
	sk_X509_push(others, o->root->x509);
	sk_X509_push(others, o->under->x509);
	o->token = office_token_begin(o);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct key key = {kinds[i].rsa ? EVP_RSA_gen(kinds[i].rsa) : EVP_EC_gen(kinds[i].curve)};
		struct cert *cert = NULL, *expired = NULL;
		unsigned char id = (unsigned char)(i + 1);
		char label[32], file[32];
		office_check(key.pkey != NULL, "key");
		office_issue(o, OFFICE_NAME, &key, false, o->under, o->under_key, later, &cert);
		snprintf(label, sizeof label, "%s", kinds[i].name);
		snprintf(file, sizeof file, "%s.p12", kinds[i].name);
		office_put_p12(o, file, key.pkey, cert->x509, others, NID_aes_256_cbc, 0600);
		if (o->token) {
			office_import(o, key.pkey, label, id);
			X509_up_ref(cert->x509);
			certs[cert_count] = (struct office_cert){.id = id, .x509 = cert->x509};
			snprintf(certs[cert_count++].label, sizeof label, "%s", label);
		}
		if (i == 0) {
			office_put_p12(o, "3des.p12", key.pkey, cert->x509, others,
				NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 0600);
			office_put_p12(o, "nokey.p12", NULL, NULL, others, NID_aes_256_cbc, 0600);
			office_put_p12(o, "nocert.p12", key.pkey, NULL, others, NID_aes_256_cbc, 0600);
			office_put_p12(o, "open.p12", key.pkey, cert->x509, others, NID_aes_256_cbc, 0644);
			office_issue(o, OFFICE_NAME, &key, false, o->under, o->under_key, OFFICE_NOW - 86400,
				&expired);
			office_put_p12(
				o, "expired.p12", key.pkey, expired->x509, others, NID_aes_256_cbc, 0600);
			if (o->token)
				office_import(o, key.pkey, "nocert", 99);
		}
		cert_free(expired);
		cert_free(cert);
		EVP_PKEY_free(key.pkey);
	}
	if (o->token) {
		X509_up_ref(o->under->x509);
		certs[cert_count++] = (struct office_cert){"antara", 50, o->under->x509};
		office_import_certs(certs, cert_count);
	}
	sk_X509_free(others);
	char command[512];
	/* RC2 is not in the library's usual set: the tool can load it. */
	snprintf(command, sizeof command,
		"cd '%s' && openssl pkcs12 -in rsa2048.p12 -passin 'pass:%s' -nodes -out k.pem 2>/dev/null "
		"&& openssl pkcs12 "
		"-export -legacy -in k.pem -passout 'pass:%s' -out rc2.p12 && chmod 600 rc2.p12",
		o->folder, OFFICE_PASSPHRASE, OFFICE_PASSPHRASE);
	office_check(office_shell(command), "openssl pkcs12");
}

static inline void office_keys_remove(struct office_keys *o)
{
	char command[128];

	key_release(&o->root_key);
	key_release(&o->under_key);
	cert_release(&o->root);
	cert_release(&o->under);
	cert_release(&o->stranger);
	trust_release(&o->trust);
	snprintf(command, sizeof command, "rm -rf '%s'", o->folder);
	if (!office_shell(command))
		fprintf(stderr, "cannot remove %s\n", o->folder);
}

#endif
