#include "config/config.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "config/ini.h"
#include "config/signers.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG_ARENA ((size_t)1 << 20)

enum value_kind {
	VALUE_TEXT,
	VALUE_PATH,
	VALUE_BOOL,
	VALUE_ZONE,
	VALUE_MS,
	VALUE_PORT,
	VALUE_NUMBER,
	VALUE_URL
};

struct key {
	const char *section, *name;
	enum value_kind kind;
	size_t offset; /* in struct config */
};

#define KEY(section, name, kind, field)                                                                      \
	{                                                                                                    \
		section, name, kind, offsetof(struct config, field)                                          \
	}

static const struct key keys[] = {
	KEY("office", "name", VALUE_TEXT, office),
	KEY("office", "zone", VALUE_ZONE, zone),
	KEY("office", "test_identities", VALUE_BOOL, test_identities),
	KEY("paths", "out", VALUE_PATH, out),
	KEY("paths", "keys", VALUE_PATH, keys),
	KEY("paths", "templates", VALUE_PATH, templates),
	KEY("paths", "schemas", VALUE_PATH, schemas),
	KEY("paths", "fonts", VALUE_PATH, fonts),
	KEY("paths", "icc", VALUE_PATH, icc),
	KEY("verification", "url", VALUE_URL, verify_url),
	KEY("verification", "roots", VALUE_PATH, roots),
	KEY("audit", "origin", VALUE_TEXT, log_origin),
	KEY("signing", "url", VALUE_URL, sign_url),
	KEY("signing", "username", VALUE_TEXT, username),
	KEY("signing", "password_file", VALUE_PATH, password_file),
	KEY("signing", "password_credential", VALUE_TEXT, password_credential),
	KEY("signing", "ca_file", VALUE_PATH, ca_file),
	KEY("signing", "pin", VALUE_TEXT, pin),
	KEY("signing", "api", VALUE_NUMBER, api),
	KEY("signing", "in_flight", VALUE_NUMBER, in_flight),
	KEY("signing", "in_flight_per_signer", VALUE_NUMBER, in_flight_per_signer),
	KEY("signing", "patience_s", VALUE_PORT, patience_s),
	KEY("signing", "keep_files", VALUE_NUMBER, keep_files),
	KEY("signing", "keep_minutes", VALUE_NUMBER, keep_minutes),
	KEY("signing", "approve", VALUE_BOOL, approve),
	KEY("signing", "reason", VALUE_TEXT, reason),
	KEY("signing", "location", VALUE_TEXT, location),
	KEY("signing", "allow_plain_http", VALUE_BOOL, allow_plain_http),
	KEY("signing", "connect_timeout_ms", VALUE_MS, connect_timeout_ms),
	KEY("signing", "timeout_ms", VALUE_MS, timeout_ms),
	KEY("stamp", "url", VALUE_URL, stamp_url),
	KEY("stamp", "username", VALUE_TEXT, stamp_username),
	KEY("stamp", "password_file", VALUE_PATH, stamp_password_file),
	KEY("stamp", "ca_file", VALUE_PATH, stamp_ca_file),
	KEY("stamp", "renew_days", VALUE_NUMBER, renew_days),
	KEY("sandbox", "people", VALUE_PATH, sandbox_people),
	KEY("sandbox", "state", VALUE_PATH, sandbox_state),
	KEY("sandbox", "fault", VALUE_TEXT, sandbox_fault),
	KEY("sandbox", "level", VALUE_TEXT, sandbox_level),
	KEY("sandbox", "latency_ms", VALUE_PORT, sandbox_latency_ms),
	KEY("serve", "address", VALUE_TEXT, serve_address),
	KEY("serve", "port", VALUE_PORT, serve_port),
};

struct loading {
	struct config *c;
	const char *folder;             /* of the file, with a slash at the end; "" = this one */
	struct signers_loading signers; /* the [signer ...] sections */
	unsigned seen[ARRAY_LEN(keys)]; /* line of each key that stood already */
};

static const char *keep(struct config *c, const char *text, struct err *e)
{
	const char *copy = arena_strdup(&c->arena, text);

	if (!copy)
		err_nomem(e);
	return copy;
}

/* "fixtures/" and "../out" make "out", for people's eyes, where the folder is no link. */
static size_t shorten(const char *folder, const char **path)
{
	size_t len = strlen(folder);
	struct stat st;

	while (len > 1 && strncmp(*path, "../", 3) == 0) {
		size_t start = len - 1;
		char name[PATH_MAX];
		while (start > 0 && folder[start - 1] != '/')
			start--;
		snprintf(name, sizeof name, "%.*s", (int)(len - 1), folder);
		if (folder[start] == '.' || lstat(name, &st) != 0 || !S_ISDIR(st.st_mode))
			break;
		len = start;
		*path += 3;
	}
	return len;
}

const char *config_resolve(struct config *c, const char *folder, const char *path, struct err *e)
{
	size_t len = path[0] == '/' ? 0 : shorten(folder, &path);
	const char *whole = arena_printf(&c->arena, "%.*s%s", (int)len, folder, path);

	if (!whole)
		err_nomem(e);
	return whole;
}

static int set_value(struct loading *l, const struct key *k, const char *value, struct err *e)
{
	void *to = (char *)l->c + k->offset;
	uint64_t number;

	if (!*value)
		return err_set(e, ERR_CONFIG, _("'%s' has no value"), k->name);
	switch (k->kind) {
	case VALUE_TEXT:
		*(const char **)to = keep(l->c, value, e);
		return *(const char **)to ? 0 : -1;
	case VALUE_PATH:
		*(const char **)to = config_resolve(l->c, l->folder, value, e);
		return *(const char **)to ? 0 : -1;
	case VALUE_URL:
		if (strncmp(value, "https://", 8) != 0 && strncmp(value, "http://", 7) != 0)
			return err_set(e, ERR_CONFIG, _("'%s' must begin with https:// or http://"), k->name);
		if (text_has_suffix(value, "/"))
			return err_set(e, ERR_CONFIG, _("'%s' must not end with a slash"), k->name);
		*(const char **)to = keep(l->c, value, e);
		return *(const char **)to ? 0 : -1;
	case VALUE_BOOL:
		if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
			return err_set(e, ERR_CONFIG, _("'%s' must be yes or no"), k->name);
		*(bool *)to = value[0] == 'y';
		return 0;
	case VALUE_ZONE:
		if (!zone_parse(value, to))
			return err_set(e, ERR_CONFIG, _("'%s' must be WIB, WITA or WIT"), k->name);
		return 0;
	case VALUE_MS:
		if (!text_to_uint(value, 86400000, &number) || number == 0)
			return err_set(e, ERR_CONFIG, _("'%s' must be milliseconds, 1 to 86400000"), k->name);
		*(long *)to = (long)number;
		return 0;
	case VALUE_PORT:
		if (!text_to_uint(value, 65535, &number))
			return err_set(e, ERR_CONFIG, _("'%s' must be a number, 0 to 65535"), k->name);
		*(unsigned *)to = (unsigned)number;
		return 0;
	case VALUE_NUMBER:
		if (!text_to_uint(value, 1000000, &number) || number == 0)
			return err_set(e, ERR_CONFIG, _("'%s' must be a number, 1 to 1000000"), k->name);
		*(unsigned *)to = (unsigned)number;
		return 0;
	}
	return err_set(e, ERR_BUG, "config key '%s' without a kind", k->name);
}

static int entry(
	void *user, const char *section, const char *key, const char *value, unsigned line, struct err *e)
{
	struct loading *l = user;

	if (strncmp(section, "signer ", 7) == 0)
		return signer_entry(&l->signers, section, key, value, line, e);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (strcmp(keys[i].section, section) != 0 || strcmp(keys[i].name, key) != 0)
			continue;
		if (l->seen[i])
			return err_set(e, ERR_CONFIG, _("'%s' stands already on line %u"), key, l->seen[i]);
		l->seen[i] = line;
		return set_value(l, &keys[i], value, e);
	}
	return err_set(e, ERR_CONFIG, _("unknown key '%s' in [%s]"), key, section);
}

/* What nobody set gets its default; those below `out` follow it. */
static int fill_defaults(struct config *c, const char *out, struct err *e)
{
	struct arena *a = &c->arena;

	if (out)
		c->out = out;
	if (!c->out)
		c->out = "out";
	if (!c->keys)
		c->keys = arena_printf(a, "%s/keys", c->out);
	if (!c->sandbox_state)
		c->sandbox_state = arena_printf(a, "%s/sandbox", c->out);
	if (!c->templates)
		c->templates = arena_printf(a, "%s/templates", c->data);
	if (!c->schemas)
		c->schemas = arena_printf(a, "%s/schemas", c->data);
	if (!c->keys || !c->sandbox_state || !c->templates || !c->schemas)
		return err_nomem(e);
	if (!c->fonts)
		c->fonts = "/usr/share/fonts/truetype/liberation2";
	if (!c->icc)
		c->icc = "/usr/share/color/icc/sRGB.icc";
	if (!c->office)
		c->office = "naskah";
	if (!c->verify_url)
		c->verify_url = "http://127.0.0.1:8480";
	if (!c->log_origin)
		c->log_origin = "naskah.invalid/log";
	if (!c->serve_address)
		c->serve_address = "127.0.0.1";
	return 0;
}

static bool was_said(const struct loading *l, const char *section, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
			return l->seen[i] > 0;
	return false;
}

/* A real service makes real letters: nothing of what they say may be a default. */
static int check_service(const struct config *c, struct err *e)
{
	if (!c->sign_url)
		return 0;
	if (!c->username || (!c->password_file && !c->password_credential))
		return err_set(e, ERR_CONFIG,
			_("%s: [signing] url needs username and password_file (or password_credential) as "
			  "well"),
			c->path);
	if (c->api > 2)
		return err_set(e, ERR_CONFIG, _("%s: [signing] api must be 1 or 2"), c->path);
	if (!c->roots)
		return err_set(e, ERR_CONFIG,
			_("%s: [verification] roots: name the PEM file of the certificate authority's roots"),
			c->path);
	if (!c->verify_url)
		return err_set(e, ERR_CONFIG,
			_("%s: [verification] url: name the public address that goes into the QR codes"),
			c->path);
	if (!c->log_origin)
		return err_set(e, ERR_CONFIG, _("%s: [audit] origin: give the log its name"), c->path);
	return 0;
}

static bool is_own_key(const struct config_signer *s)
{
	return s->way == WAY_PKCS12 || s->way == WAY_PKCS11;
}

/* A signature by the office's own key is a real one, whoever else is the sandbox's. */
static bool has_own_key(const struct config *c)
{
	for (size_t i = 0; i < c->signer_count; i++)
		if (is_own_key(&c->signers[i]))
			return true;
	return false;
}

bool config_needs_service(const struct config *c)
{
	for (size_t i = 0; i < c->signer_count; i++)
		if (!is_own_key(&c->signers[i]))
			return true;
	return c->signer_count == 0;
}

const struct page_area *config_signer_area(const struct config_signer *s, struct page_area *area)
{
	if (!s->image)
		return NULL;
	*area = (struct page_area){s->tag ? 0 : s->page, s->x, s->y, s->width, s->height};
	return area;
}

int config_load(const char *path, const char *data, const char *out, struct config *c, struct err *e)
{
	*c = (struct config){.arena = ARENA_INIT(CONFIG_ARENA),
		.zone = ZONE_WIB,
		.connect_timeout_ms = 10000,
		.timeout_ms = 120000,
		.api = 2,
		.in_flight = 8,
		.in_flight_per_signer = 4,
		.patience_s = 60,
		.keep_files = 1000,
		.keep_minutes = 60,
		.renew_days = 90,
		.serve_port = 8480};
	if (!path && access("naskah.ini", F_OK) == 0)
		path = "naskah.ini";
	c->data = keep(c, data, e);
	if (!c->data)
		return -1;
	if (path) {
		const char *slash = strrchr(path, '/');
		struct loading l = {.c = c};
		l.folder = slash ? arena_strndup(&c->arena, path, (size_t)(slash - path) + 1) : "";
		c->path = keep(c, path, e);
		if (!l.folder || !c->path) {
			err_nomem(e);
			goto fail;
		}
		l.signers = (struct signers_loading){.c = c, .folder = l.folder};
		if (ini_load(path, entry, &l, e) != 0)
			goto fail;
		/* Practice letters need nobody's approval, unless the file asks for it. */
		if (!was_said(&l, "signing", "approve"))
			c->approve = c->sign_url != NULL || has_own_key(c);
	}
	if (check_service(c, e) != 0 || fill_defaults(c, out, e) != 0 || signers_check(c, e) != 0)
		goto fail;
	return 0;
fail:
	config_release(c);
	return -1;
}

void config_release(struct config *c)
{
	arena_release(&c->arena);
	*c = (struct config){.arena = ARENA_INIT(CONFIG_ARENA)};
}

const struct config_signer *config_signer_by_nik(const struct config *c, const char *nik)
{
	for (size_t i = 0; i < c->signer_count; i++)
		if (c->signers[i].nik && strcmp(c->signers[i].nik, nik) == 0)
			return &c->signers[i];
	return NULL;
}

const struct config_signer *config_signer_by_name(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->signer_count; i++)
		if (strcmp(c->signers[i].name, name) == 0)
			return &c->signers[i];
	return NULL;
}
