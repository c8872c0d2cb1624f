#include "sandbox/authority_inside.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <stdio.h>
#include <unistd.h>

#define ROOT_FROM     INT64_C(1577836800) /* 2020-01-01: fixed clocks of tests lie behind it */
#define ROOT_YEARS    30
#define CA_YEARS      25
#define PERSON_YEARS  2 /* as BSrE's */
#define PERSON_BEFORE (30 * DAY)
#define WORD_LEN      20 /* characters of 5 bits: 100 bits */

char *authority_path(
	const struct authority *a, const char *folder, const char *name, const char *suffix, struct err *e)
{
	AUTO(buf_release) struct buf path = BUF_INIT(4096);

	buf_addf(&path, "%s/%s%s%s", a->state, folder, name, suffix);
	if (buf_check(&path, e) != 0)
		return NULL;
	char *text = strdup(buf_str(&path));
	if (!text)
		err_nomem(e);
	return text;
}

int authority_word(const char *path, struct secret **out, struct err *e)
{
	unsigned char random[WORD_LEN];
	char word[WORD_LEN + 1];

	if (access(path, F_OK) != 0) {
		if (random_bytes(random, sizeof random, e) != 0)
			return -1;
		for (size_t i = 0; i < WORD_LEN; i++)
			word[i] = base32_digits[random[i] & 31];
		word[WORD_LEN] = '\n';
		int r = outfile_put(path, 0600, word, sizeof word, e);
		explicit_bzero(random, sizeof random);
		explicit_bzero(word, sizeof word);
		if (r != 0)
			return -1;
	}
	return secret_load(path, out, e);
}

/* A certificate says where it can be asked about, as plain text in its DER. */
static bool says_text(const struct cert *c, const char *text)
{
	AUTO(buf_release) struct buf der = BUF_INIT(64 * KIB);
	struct err ignored = ERR_INIT;

	return !text || (cert_der(c, &der, &ignored) == 0 && memmem(der.data, der.len, text, strlen(text)));
}

/* What is on disk does as long as it is about the same name and key, and `at` lies in its period. */
static bool is_still_right(const struct cert *found, const struct cert_request *req, const struct key *key,
	int64_t at, struct err *e)
{
	struct cert_info info;
	/* What is asked for as it ended must have ended then. */
	bool lasts = at != req->not_after_at;

	return cert_info(found, &info, e) == 0 && cert_fits_key(found, key) && info.not_before_at <= at &&
	       at <= info.not_after_at && (lasts || info.not_after_at == at) &&
	       strcmp(info.common_name, req->common_name) == 0 &&
	       strcmp(info.subject_id, req->subject_id ? req->subject_id : "") == 0 &&
	       says_text(found, req->ocsp_url) && says_text(found, req->crl_url);
}

static int note(struct authority *a, const char *by, const char *name, struct issued_status status,
	const struct cert *c, struct err *e)
{
	struct issued_entry entry = {.status = status};
	struct cert_info info;

	if (cert_info(c, &info, e) != 0)
		return -1;
	snprintf(entry.serial, sizeof entry.serial, "%s", info.serial);
	snprintf(entry.authority, sizeof entry.authority, "%s", by);
	snprintf(entry.name, sizeof entry.name, "%s", name);
	return issued_put(a->issued, &entry, e);
}

int authority_issue(struct authority *a, struct cert_request req, const struct key *key, const char *name,
	struct issued_status status, struct cert **out, struct err *e)
{
	AUTO(cert_release) struct cert *made = NULL;

	if (cert_issue(&req, key, a->ca, a->ca_key, &made, e) != 0 ||
		note(a, "ca", name, status, made, e) != 0)
		return -1;
	*out = steal(&made);
	return 0;
}

/* Under the CA; what is in the file does if it is_still_right(). */
static int load_or_issue(struct authority *a, const char *path, const struct cert_request *req,
	const struct key *key, const char *name, int64_t at, struct cert **out, struct err *e)
{
	AUTO(cert_release) struct cert *found = NULL;

	if (access(path, F_OK) == 0 && cert_load(path, &found, e) != 0)
		return -1;
	if (found && is_still_right(found, req, key, at, e)) {
		*out = steal(&found);
		return 0;
	}
	AUTO(cert_release) struct cert *made = NULL;
	if (authority_issue(a, *req, key, name, (struct issued_status){.is = ISSUED_GOOD}, &made, e) != 0 ||
		cert_save(made, path, e) != 0)
		return -1;
	*out = steal(&made);
	return 0;
}

static int load_or_make_root(
	struct authority *a, const struct cert_request *req, int64_t now_at, struct err *e)
{
	if (access(a->root_file, F_OK) == 0 && cert_load(a->root_file, &a->root, e) != 0)
		return -1;
	if (a->root && is_still_right(a->root, req, a->root_key, now_at, e))
		return 0;
	cert_release(&a->root);
	return cert_issue(req, a->root_key, NULL, NULL, &a->root, e) != 0 ||
			       cert_save(a->root, a->root_file, e) != 0
		       ? -1
		       : 0;
}

static int load_or_make_ca(
	struct authority *a, const char *path, const struct cert_request *req, int64_t now_at, struct err *e)
{
	if (access(path, F_OK) == 0 && cert_load(path, &a->ca, e) != 0)
		return -1;
	if (a->ca && is_still_right(a->ca, req, a->ca_key, now_at, e))
		return 0;
	cert_release(&a->ca);
	return cert_issue(req, a->ca_key, a->root, a->root_key, &a->ca, e) != 0 ||
			       note(a, "root", "ca", (struct issued_status){.is = ISSUED_GOOD}, a->ca, e) !=
				       0 ||
			       cert_save(a->ca, path, e) != 0
		       ? -1
		       : 0;
}

static int make_urls(struct authority *a, const char *url, struct err *e)
{
	static const char *const tails[] = {
		"/crl/root.crl", "/ca/root.cer", "/ocsp", "/crl/ca.crl", "/ca/ca.cer", "/ocsp"};
	char **const fields[] = {&a->root_crl_url, &a->root_issuer_url, &a->root_ocsp_url, &a->ca_crl_url,
		&a->ca_issuer_url, &a->ca_ocsp_url};

	for (size_t i = 0; i < ARRAY_LEN(tails); i++)
		if (asprintf(fields[i], "%s%s", url, tails[i]) < 0) {
			*fields[i] = NULL;
			return err_nomem(e);
		}
	return 0;
}

static int make_hierarchy(struct authority *a, int64_t now_at, struct err *e)
{
	AUTO(free_ptr) char *root_key = authority_path(a, "", "root", ".key", e);
	AUTO(free_ptr) char *ca_key = authority_path(a, "", "ca", ".key", e);
	AUTO(free_ptr) char *ca_file = authority_path(a, "", "ca", ".pem", e);
	int64_t from = now_at < ROOT_FROM ? now_at - YEAR : ROOT_FROM;
	const struct cert_request root = {
		.common_name = "ROOT CA UJI NASKAH",
		.organization = ORGANIZATION,
		.not_before_at = from,
		.not_after_at = now_at + ROOT_YEARS * YEAR,
		.is_ca = true,
		.path_len = 1,
	};
	const struct cert_request ca = {
		.common_name = "CA UJI TTE",
		.organization = ORGANIZATION,
		.not_before_at = from,
		.not_after_at = now_at + CA_YEARS * YEAR,
		.is_ca = true,
		.path_len = 0,
		.ocsp_url = a->root_ocsp_url,
		.crl_url = a->root_crl_url,
		.issuer_url = a->root_issuer_url,
	};

	a->root_file = authority_path(a, "", "root", ".pem", e);
	if (!root_key || !ca_key || !ca_file || !a->root_file)
		return -1;
	/* EC for the authorities: made and checked in no time. Persons have RSA-2048, as BSrE's. */
	if (key_load_or_make(root_key, KEY_EC_P256, &a->root_key, e) != 0 ||
		key_load_or_make(ca_key, KEY_EC_P256, &a->ca_key, e) != 0 ||
		load_or_make_root(a, &root, now_at, e) != 0 ||
		load_or_make_ca(a, ca_file, &ca, now_at, e) != 0)
		return -1;
	a->chain[0] = a->ca;
	return trust_load(a->root_file, &a->trust, e);
}

static int make_passphrases(struct authority *a, struct err *e)
{
	for (size_t i = 0; i < a->people->count; i++) {
		struct identity *id = &a->identities[i];
		if (people_lender(a->people, i) != i || a->people->items[i].subscriber[0])
			continue;
		id->passphrase_file = authority_path(a, "passphrase/", a->people->items[i].section, "", e);
		AUTO(secret_release) struct secret *word = NULL;
		if (!id->passphrase_file || authority_word(id->passphrase_file, &word, e) != 0)
			return -1;
		id->passphrase = sha256_of(secret_bytes(word), secret_len(word));
	}
	return 0;
}

/* Brings the certificates of a person in line with the state that the people's file says today. */
static int follow_state(struct authority *a, const struct person *who, struct issued_entry *entry,
	int64_t now_at, struct err *e)
{
	bool hold = strcmp(who->status, "SUSPEND") == 0, revoke = strcmp(who->status, "REVOKE") == 0;
	struct issued_status wanted = {.is = ISSUED_GOOD};

	if (hold || revoke)
		wanted = (struct issued_status){ISSUED_REVOKED, now_at, hold ? 6 : 0};
	bool is_hold = entry->status.is == ISSUED_REVOKED && entry->status.reason == 6;
	/* What is revoked for good stays so, and since when. */
	if ((entry->status.is == ISSUED_REVOKED && !is_hold) ||
		(entry->status.is == wanted.is && (!is_hold || hold)))
		return 0;
	if (is_hold && revoke)
		wanted.revoked_at = entry->status.revoked_at;
	entry->status = wanted;
	return issued_put(a->issued, entry, e);
}

static int follow_states(struct authority *a, int64_t now_at, struct err *e)
{
	AUTO(free_ptr) struct issued_entry *entries = NULL;
	size_t count = 0;

	if (issued_list(a->issued, "ca", &entries, &count, e) != 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		for (size_t p = 0; p < a->people->count; p++)
			if (strcmp(entries[i].name, a->people->items[p].section) == 0 &&
				follow_state(a, &a->people->items[p], &entries[i], now_at, e) != 0)
				return -1;
	return 0;
}

int authority_new(const char *state, const char *url, const struct people *people, int64_t now_at,
	struct authority **out, struct err *e)
{
	AUTO(authority_release) struct authority *a = calloc(1, sizeof *a);
	AUTO(free_ptr) char *issued = NULL;

	if (!a)
		return err_nomem(e);
	a->people = people;
	a->state = strdup(state);
	a->identities = calloc(people->count, sizeof *a->identities);
	if (!a->state || !a->identities)
		return err_nomem(e);
	for (; a->locks < people->count; a->locks++)
		if (pthread_mutex_init(&a->identities[a->locks].lock, NULL) != 0)
			return err_nomem(e);
	a->has_lock = pthread_mutex_init(&a->lock, NULL) == 0;
	if (!a->has_lock || !(issued = authority_path(a, "", "issued", "", e)))
		return err_nomem(e);
	if (make_urls(a, url, e) != 0 || issued_open(issued, &a->issued, e) != 0 ||
		make_hierarchy(a, now_at, e) != 0 || make_passphrases(a, e) != 0 ||
		follow_states(a, now_at, e) != 0)
		return -1;
	*out = steal(&a);
	return 0;
}

static void service_free(struct service *s)
{
	key_free(s->key);
	for (size_t i = 0; i < ARRAY_LEN(s->certs); i++)
		cert_free(s->certs[i]);
}

void authority_free(struct authority *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->locks; i++) {
		struct identity *id = &a->identities[i];
		key_free(id->key);
		cert_free(id->cert);
		key_free(id->weak);
		for (size_t k = 0; k < SPECIAL_COUNT; k++)
			cert_free(id->special[k]);
		free(id->passphrase_file);
		pthread_mutex_destroy(&id->lock);
	}
	key_free(a->root_key);
	key_free(a->ca_key);
	cert_free(a->root);
	cert_free(a->ca);
	trust_free(a->trust);
	service_free(&a->tsa);
	service_free(&a->ocsp);
	key_free(a->foreign_key);
	cert_free(a->foreign_root);
	cert_free(a->foreign_ca);
	issued_free(a->issued);
	if (a->has_lock)
		pthread_mutex_destroy(&a->lock);
	char *const texts[] = {a->root_crl_url, a->root_issuer_url, a->root_ocsp_url, a->ca_crl_url,
		a->ca_issuer_url, a->ca_ocsp_url};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	free(a->identities);
	free(a->root_file);
	free(a->state);
	free(a);
}

void authority_release(struct authority **a)
{
	authority_free(*a);
	*a = NULL;
}

const char *authority_root_file(const struct authority *a)
{
	return a->root_file;
}

const char *authority_passphrase_file(const struct authority *a, size_t person)
{
	return a->identities[people_lender(a->people, person)].passphrase_file;
}

const struct trust *authority_trust(const struct authority *a)
{
	return a->trust;
}

bool authority_passphrase_fits(const struct authority *a, size_t person, const char *passphrase)
{
	struct sha256 given = sha256_of(passphrase, strlen(passphrase));
	size_t lender = people_lender(a->people, person);

	return bytes_equal(&given, &a->identities[lender].passphrase, sizeof given);
}

struct cert_request authority_person_request(
	const struct authority *a, const struct person *person, int64_t now_at)
{
	/* Who is EXPIRED has had one that ended a month ago. */
	bool ended = strcmp(person->status, "EXPIRED") == 0;
	int64_t from_at = ended ? now_at - PERSON_YEARS * YEAR - 2 * PERSON_BEFORE : now_at - PERSON_BEFORE;

	return (struct cert_request){
		.common_name = person->name,
		.organization = ORGANIZATION,
		.subject_id = person->nik[0] ? person->nik : NULL,
		.not_before_at = from_at,
		.not_after_at = from_at + PERSON_BEFORE + PERSON_YEARS * YEAR,
		.path_len = -1,
		.ocsp_url = a->ca_ocsp_url,
		.crl_url = a->ca_crl_url,
		.issuer_url = a->ca_issuer_url,
	};
}

int authority_identity(struct authority *a, size_t person, int64_t now_at, struct err *e)
{
	struct identity *id = &a->identities[person];
	const struct person *who = &a->people->items[person];
	const struct cert_request req = authority_person_request(a, who, now_at);
	bool ended = req.not_after_at < now_at;

	if (id->cert)
		return 0;
	AUTO(free_ptr) char *key_file = authority_path(a, "person/", who->section, ".key", e);
	AUTO(free_ptr) char *cert_file = authority_path(a, "person/", who->section, ".pem", e);
	if (!key_file || !cert_file)
		return -1;
	if (!id->key && key_load_or_make(key_file, KEY_RSA_2048, &id->key, e) != 0)
		return -1;
	if (load_or_issue(a, cert_file, &req, id->key, who->section, ended ? req.not_after_at : now_at,
		    &id->cert, e) != 0)
		return -1;
	/* A new one may be for somebody who is on hold. */
	bool may_sign = strcmp(who->status, "SUSPEND") != 0 && strcmp(who->status, "REVOKE") != 0;
	return may_sign ? 0 : follow_states(a, now_at, e);
}

int authority_signer(
	struct authority *a, size_t person, int64_t now_at, struct cms_signer *out, struct err *e)
{
	struct identity *id = &a->identities[person];

	pthread_mutex_lock(&id->lock);
	int r = authority_identity(a, person, now_at, e);
	pthread_mutex_unlock(&id->lock);
	if (r != 0)
		return -1;
	*out = (struct cms_signer){id->key, id->cert, a->chain, 1};
	return 0;
}

/* Key and sound certificate of one of the authorities' own services. The caller holds the lock. */
int authority_service(struct authority *a, struct service *s, const char *name, enum key_kind kind,
	const struct cert_request *req, int64_t now_at, struct err *e)
{
	AUTO(free_ptr) char *key_file = authority_path(a, "", name, ".key", e);
	AUTO(free_ptr) char *cert_file = authority_path(a, "", name, ".pem", e);

	if (s->certs[0])
		return 0;
	if (!key_file || !cert_file)
		return -1;
	if (!s->key && key_load_or_make(key_file, kind, &s->key, e) != 0)
		return -1;
	return load_or_issue(a, cert_file, req, s->key, name, now_at, &s->certs[0], e);
}
