#include "config/signers.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

enum value_kind { VALUE_TEXT, VALUE_PATH, VALUE_NIK, VALUE_FD, VALUE_WAY, VALUE_POINTS };

static const struct signer_key {
	const char *name;
	enum value_kind kind;
	size_t offset; /* in struct config_signer */
} keys[] = {
	{"nik", VALUE_NIK, offsetof(struct config_signer, nik)},
	{"name", VALUE_TEXT, offsetof(struct config_signer, person)},
	{"email", VALUE_TEXT, offsetof(struct config_signer, email)},
	{"way", VALUE_WAY, offsetof(struct config_signer, way)},
	{"passphrase_file", VALUE_PATH, offsetof(struct config_signer, passphrase_file)},
	{"passphrase_credential", VALUE_TEXT, offsetof(struct config_signer, passphrase_credential)},
	{"passphrase_fd", VALUE_FD, offsetof(struct config_signer, passphrase_fd)},
	{"subscriber", VALUE_TEXT, offsetof(struct config_signer, subscriber)},
	{"key_file", VALUE_PATH, offsetof(struct config_signer, key_file)},
	{"module", VALUE_PATH, offsetof(struct config_signer, module)},
	{"token", VALUE_TEXT, offsetof(struct config_signer, token)},
	{"key", VALUE_TEXT, offsetof(struct config_signer, key)},
	{"reason", VALUE_TEXT, offsetof(struct config_signer, reason)},
	{"location", VALUE_TEXT, offsetof(struct config_signer, location)},
	{"image", VALUE_PATH, offsetof(struct config_signer, image)},
	{"tag", VALUE_TEXT, offsetof(struct config_signer, tag)},
	{"page", VALUE_POINTS, offsetof(struct config_signer, page)},
	{"x", VALUE_POINTS, offsetof(struct config_signer, x)},
	{"y", VALUE_POINTS, offsetof(struct config_signer, y)},
	{"width", VALUE_POINTS, offsetof(struct config_signer, width)},
	{"height", VALUE_POINTS, offsetof(struct config_signer, height)},
};

static const char *const ways[] = {
	[WAY_PASSPHRASE] = "passphrase",
	[WAY_TOTP] = "totp",
	[WAY_SEAL] = "seal",
	[WAY_PKCS12] = "pkcs12",
	[WAY_PKCS11] = "pkcs11",
};

/* The signer of a section "signer NAME"; a new one when the section begins. */
static struct config_signer *signer_of(
	struct signers_loading *l, const char *section, unsigned line, struct err *e)
{
	struct config *c = l->c;
	const char *name = section + strlen("signer ");

	for (size_t i = 0; i < c->signer_count; i++)
		if (strcmp(c->signers[i].name, name) == 0)
			return &c->signers[i];
	if (!*name || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen(name)) {
		err_set(e, ERR_CONFIG, _("[signer NAME]: a name of small letters, digits, '-' and '_'"));
		return NULL;
	}
	if (c->signer_count == SIGNERS_MAX) {
		err_set(e, ERR_LIMIT, _("more than %d signers"), SIGNERS_MAX);
		return NULL;
	}
	if (!c->signers)
		c->signers = arena_calloc(&c->arena, SIGNERS_MAX, sizeof *c->signers);
	const char *copy = arena_strdup(&c->arena, name);
	if (!c->signers || !copy) {
		err_nomem(e);
		return NULL;
	}
	struct config_signer *s = &c->signers[c->signer_count++];
	*s = (struct config_signer){.name = copy, .passphrase_fd = -1, .line = line};
	return s;
}

static int set_text(
	struct signers_loading *l, const char **to, const char *value, bool is_path, struct err *e)
{
	*to = is_path ? config_resolve(l->c, l->folder, value, e) : arena_strdup(&l->c->arena, value);
	if (!*to && !is_path)
		return err_nomem(e);
	return *to ? 0 : -1;
}

static int set_way(enum config_way *to, const char *value, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (strcmp(value, ways[i]) == 0) {
			*to = (enum config_way)i;
			return 0;
		}
	return err_set(e, ERR_CONFIG, _("'way' must be passphrase, totp, seal, pkcs12 or pkcs11"));
}

static int set_value(struct signers_loading *l, struct config_signer *s, const struct signer_key *k,
	const char *value, struct err *e)
{
	void *to = (char *)s + k->offset;
	uint64_t number;

	switch (k->kind) {
	case VALUE_TEXT:
	case VALUE_PATH:
		return set_text(l, to, value, k->kind == VALUE_PATH, e);
	case VALUE_NIK:
		if (strlen(value) != 16 || strspn(value, "0123456789") != 16)
			return err_set(e, ERR_CONFIG, _("'nik' must be 16 digits"));
		if (config_signer_by_nik(l->c, value))
			return err_set(e, ERR_CONFIG, _("this NIK belongs to another signer already"));
		return set_text(l, to, value, false, e);
	case VALUE_FD:
		if (!text_to_uint(value, 1023, &number) || number < 3)
			return err_set(e, ERR_CONFIG, _("'passphrase_fd' must be a descriptor, 3 to 1023"));
		*(int *)to = (int)number;
		return 0;
	case VALUE_WAY:
		return set_way(to, value, e);
	case VALUE_POINTS:
		if (!text_to_uint(value, 14400, &number))
			return err_set(e, ERR_CONFIG, _("'%s' must be a whole number, 0 to 14400"), k->name);
		*(unsigned *)to = (unsigned)number;
		return 0;
	}
	return err_set(e, ERR_BUG, "signer key '%s' without a kind", k->name);
}

static int unknown_key(const char *key, const char *section, struct err *e)
{
	AUTO(buf_release) struct buf known = BUF_INIT(1024);

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		buf_addf(&known, "%s%s", i ? ", " : "", keys[i].name);
	return err_set(
		e, ERR_CONFIG, _("unknown key '%s' in [%s]; known: %s"), key, section, buf_str(&known));
}

int signer_entry(struct signers_loading *l, const char *section, const char *key, const char *value,
	unsigned line, struct err *e)
{
	struct config_signer *s = signer_of(l, section, line, e);

	if (!s)
		return -1;
	if (!*value)
		return err_set(e, ERR_CONFIG, _("'%s' has no value"), key);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		uint32_t *said = &l->said[s - l->c->signers];
		if (strcmp(keys[i].name, key) != 0)
			continue;
		if (*said >> i & 1)
			return err_set(e, ERR_CONFIG, _("'%s' stands twice"), key);
		*said |= UINT32_C(1) << i;
		return set_value(l, s, &keys[i], value, e);
	}
	return unknown_key(key, section, e);
}

static bool is_one_character(const char *text)
{
	const char *end = text + strlen(text);

	return utf8_next(&text, end) >= 0 && text == end;
}

static const char *missing(const struct config_signer *s)
{
	int sources =
		(s->passphrase_file != NULL) + (s->passphrase_credential != NULL) + (s->passphrase_fd >= 0);

	if (!s->nik)
		return _("has no nik");
	if (sources > 1)
		return _("one of passphrase_file, passphrase_credential and passphrase_fd");
	if (s->way == WAY_SEAL && !s->subscriber)
		return _("way = seal needs subscriber (idSubscriber)");
	if (s->way == WAY_PKCS12 && !s->key_file)
		return _("way = pkcs12 needs key_file");
	if (s->way == WAY_PKCS11 && (!s->module || !s->token || !s->key))
		return _("way = pkcs11 needs module, token and key");
	if (s->way >= WAY_SEAL && !s->person)
		return _("a seal or a key of the office needs name: as the certificate spells it");
	if (s->image && (s->width == 0 || s->height == 0 || (!s->tag && s->page == 0)))
		return _("a visible signature needs width and height, and page with x and y, or tag");
	if (s->tag && !is_one_character(s->tag))
		return _("tag must be exactly one character");
	return NULL;
}

int signers_check(const struct config *c, struct err *e)
{
	for (size_t i = 0; i < c->signer_count; i++) {
		const struct config_signer *s = &c->signers[i];
		const char *why = missing(s);
		if (why)
			return err_set(
				e, ERR_CONFIG, "%s:%u: [signer %s]: %s", c->path, s->line, s->name, why);
	}
	return 0;
}
