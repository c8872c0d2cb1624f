#include "sandbox/authority.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <pthread.h>
#include <unistd.h>

#define YEAR          ((int64_t)365 * 86400)
#define ROOT_FROM     INT64_C(1577836800) /* 2020-01-01: fixed clocks of tests lie behind it */
#define ROOT_YEARS    30
#define CA_YEARS      25
#define PERSON_YEARS  2 /* as BSrE's */
#define PERSON_BEFORE ((int64_t)30 * 86400)
#define ORGANIZATION  "UJI"
#define WORD_LEN      20 /* characters of 5 bits: 100 bits */

struct identity {
	pthread_mutex_t lock;     /* guards the rest; keys are made under it */
	struct key *key;          /* owned; NULL until used */
	struct cert *cert;        /* owned */
	struct cert *stranger;    /* owned */
	struct sha256 passphrase; /* its hash */
	char *passphrase_file;    /* owned */
};

struct authority {
	char *state;     /* owned */
	char *root_file; /* owned */
	const struct people *people;
	struct key *root_key, *ca_key; /* owned */
	struct cert *root, *ca;        /* owned */
	const struct cert *chain[1];
	struct trust *trust;         /* owned */
	struct identity *identities; /* owned; people->count */
	size_t locks;                /* of identities that are initialised */
};

static char *path_of(
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

/* Loads a certificate or issues it; one whose period doesn't hold `now_at` or that belongs to an older key is replaced. */
static int load_or_issue(const char *path, const struct cert_request *req, const struct key *key,
	const struct cert *issuer, const struct key *issuer_key, int64_t now_at, struct cert **out,
	struct err *e)
{
	if (access(path, F_OK) == 0) {
		AUTO(cert_release) struct cert *found = NULL;
		struct cert_info info;
		if (cert_load(path, &found, e) != 0 || cert_info(found, &info, e) != 0)
			return -1;
		if (cert_fits_key(found, key) && info.not_before_at <= now_at &&
			now_at <= info.not_after_at && strcmp(info.common_name, req->common_name) == 0 &&
			strcmp(info.subject_id, req->subject_id ? req->subject_id : "") == 0) {
			*out = steal(&found);
			return 0;
		}
	}
	AUTO(cert_release) struct cert *made = NULL;
	if (cert_issue(req, key, issuer, issuer_key, &made, e) != 0 || cert_save(made, path, e) != 0)
		return -1;
	*out = steal(&made);
	return 0;
}

static int make_hierarchy(struct authority *a, int64_t now_at, struct err *e)
{
	AUTO(free_ptr) char *root_key = path_of(a, "", "root", ".key", e);
	AUTO(free_ptr) char *ca_key = path_of(a, "", "ca", ".key", e);
	AUTO(free_ptr) char *ca_file = path_of(a, "", "ca", ".pem", e);
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
	};

	a->root_file = path_of(a, "", "root", ".pem", e);
	if (!root_key || !ca_key || !ca_file || !a->root_file)
		return -1;
	/* EC for the authorities: made and checked in no time. Persons have RSA-2048, as BSrE's. */
	if (key_load_or_make(root_key, KEY_EC_P256, &a->root_key, e) != 0 ||
		key_load_or_make(ca_key, KEY_EC_P256, &a->ca_key, e) != 0 ||
		load_or_issue(a->root_file, &root, a->root_key, NULL, NULL, now_at, &a->root, e) != 0 ||
		load_or_issue(ca_file, &ca, a->ca_key, a->root, a->root_key, now_at, &a->ca, e) != 0)
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
		id->passphrase_file = path_of(a, "passphrase/", a->people->items[i].section, "", e);
		AUTO(secret_release) struct secret *word = NULL;
		if (!id->passphrase_file || authority_word(id->passphrase_file, &word, e) != 0)
			return -1;
		id->passphrase = sha256_of(secret_bytes(word), secret_len(word));
	}
	return 0;
}

int authority_new(
	const char *state, const struct people *people, int64_t now_at, struct authority **out, struct err *e)
{
	AUTO(authority_release) struct authority *a = calloc(1, sizeof *a);

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
	if (make_hierarchy(a, now_at, e) != 0 || make_passphrases(a, e) != 0)
		return -1;
	*out = steal(&a);
	return 0;
}

void authority_free(struct authority *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->locks; i++) {
		struct identity *id = &a->identities[i];
		key_free(id->key);
		cert_free(id->cert);
		cert_free(id->stranger);
		free(id->passphrase_file);
		pthread_mutex_destroy(&id->lock);
	}
	key_free(a->root_key);
	key_free(a->ca_key);
	cert_free(a->root);
	cert_free(a->ca);
	trust_free(a->trust);
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

static struct cert_request person_request(const struct person *person, int64_t now_at)
{
	return (struct cert_request){
		.common_name = person->name,
		.organization = ORGANIZATION,
		.subject_id = person->nik[0] ? person->nik : NULL,
		.not_before_at = now_at - PERSON_BEFORE,
		.not_after_at = now_at + PERSON_YEARS * YEAR,
		.path_len = -1,
	};
}

static int make_identity(struct authority *a, size_t person, int64_t now_at, struct err *e)
{
	struct identity *id = &a->identities[person];
	const struct person *who = &a->people->items[person];
	const struct cert_request req = person_request(who, now_at);

	if (id->cert)
		return 0;
	AUTO(free_ptr) char *key_file = path_of(a, "person/", who->section, ".key", e);
	AUTO(free_ptr) char *cert_file = path_of(a, "person/", who->section, ".pem", e);
	if (!key_file || !cert_file)
		return -1;
	if (!id->key && key_load_or_make(key_file, KEY_RSA_2048, &id->key, e) != 0)
		return -1;
	return load_or_issue(cert_file, &req, id->key, a->ca, a->ca_key, now_at, &id->cert, e);
}

int authority_signer(
	struct authority *a, size_t person, int64_t now_at, struct cms_signer *out, struct err *e)
{
	struct identity *id = &a->identities[person];

	pthread_mutex_lock(&id->lock);
	int r = make_identity(a, person, now_at, e);
	pthread_mutex_unlock(&id->lock);
	if (r != 0)
		return -1;
	*out = (struct cms_signer){id->key, id->cert, a->chain, 1};
	return 0;
}

int authority_stranger(
	struct authority *a, size_t person, int64_t now_at, struct cms_signer *out, struct err *e)
{
	struct identity *id = &a->identities[person];
	const struct cert_request req = person_request(&a->people->items[person], now_at);

	pthread_mutex_lock(&id->lock);
	int r = make_identity(a, person, now_at, e);
	if (r == 0 && !id->stranger)
		r = cert_issue(&req, id->key, NULL, NULL, &id->stranger, e);
	pthread_mutex_unlock(&id->lock);
	if (r != 0)
		return -1;
	*out = (struct cms_signer){id->key, id->stranger, NULL, 0};
	return 0;
}
