#include "letter/studio.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "letter/profile.h"
#include "letter/setup.h"

#include <string.h>

static const char *join(struct studio *s, const char *folder, const char *file)
{
	return arena_printf(&s->arena, "%s/%s", folder, file);
}

static int load_schema(
	struct studio *s, const char *folder, const char *file, struct xml_schema **out, struct err *e)
{
	const char *path = join(s, folder, file);

	return path ? xml_schema_load(path, out, e) : err_nomem(e);
}

/* ---- profiles --------------------------------------------------------------------------------------------- */

static int load_profiles(struct studio *s, const char *folder, const struct xml_schema *schema, struct err *e)
{
	AUTO(setup_names_release) struct setup_names files = {NULL, 0};

	if (setup_list(folder, ".xml", &files, e))
		return -1;
	if (files.count == 0)
		return err_set(e, ERR_CONFIG, _("no profile in '%s'"), folder);
	s->profiles = calloc(files.count, sizeof *s->profiles);
	if (!s->profiles)
		return err_nomem(e);
	for (size_t i = 0; i < files.count; i++) {
		const char *path = join(s, folder, files.names[i]);
		if (!path)
			return err_nomem(e);
		if (profile_load(path, schema, &s->profiles[i], e))
			return -1;
		s->profiles[i].hyphens = s->hyphens;
		s->profile_count++;
	}
	return 0;
}

/* ---- templates -------------------------------------------------------------------------------------------- */

static int load_templates(struct studio *s, const char *folder, struct err *e)
{
	size_t count = s->kinds.count;

	s->templates = calloc(count, sizeof *s->templates);
	s->paths = arena_calloc(&s->arena, count, sizeof *s->paths);
	if (!s->templates || !s->paths)
		return err_nomem(e);
	for (size_t i = 0; i < count; i++) {
		size_t same = 0;
		while (same < i && strcmp(s->kinds.items[same].file, s->kinds.items[i].file) != 0)
			same++;
		if (same < i) {
			s->templates[i] = s->templates[same];
			s->paths[i] = s->paths[same];
			continue;
		}
		s->paths[i] = join(s, folder, s->kinds.items[i].file);
		if (!s->paths[i])
			return err_nomem(e);
		if (xslt_load(s->paths[i], &s->templates[i], e))
			return -1;
	}
	return 0;
}

static void free_templates(struct studio *s)
{
	for (size_t i = 0; s->templates && i < s->kinds.count; i++) {
		bool again = false;
		for (size_t k = 0; k < i; k++)
			again |= s->templates[k] == s->templates[i];
		if (!again)
			xslt_free(s->templates[i]);
	}
	free(s->templates);
}

/* ---- the hash --------------------------------------------------------------------------------------------- */

static void release_hasher(struct hasher **h)
{
	hasher_release(h);
}

/* Name, length, bytes: no two sets of files are hashed alike. */
static int hash_file(struct hasher *h, const char *folder, const char *file, struct err *e)
{
	AUTO(buf_release) struct buf path = BUF_INIT(LIMIT_SETUP_BYTES);
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_SETUP_BYTES);
	char length[32];

	buf_addf(&path, "%s/%s", folder, file);
	if (buf_check(&path, e) || buf_load(&bytes, buf_str(&path), e))
		return -1;
	snprintf(length, sizeof length, "%zu", bytes.len);
	hasher_add(h, file, strlen(file) + 1);
	hasher_add(h, length, strlen(length) + 1);
	hasher_add(h, bytes.data, bytes.len);
	return 0;
}

static int hash_folder(struct hasher *h, const char *folder, const char *suffix, struct err *e)
{
	AUTO(setup_names_release) struct setup_names files = {NULL, 0};

	if (setup_list(folder, suffix, &files, e))
		return -1;
	for (size_t i = 0; i < files.count; i++)
		if (hash_file(h, folder, files.names[i], e))
			return -1;
	return 0;
}

static int hash_all(struct studio *s, const struct studio_config *config, const char *profiles, struct err *e)
{
	AUTO(release_hasher) struct hasher *h = NULL;

	if (hasher_new(&h, e) || hash_file(h, config->schemas, "letter.xsd", e) ||
		hash_file(h, config->templates, "kinds.xml", e) ||
		hash_folder(h, config->templates, ".xsl", e) || hash_folder(h, profiles, ".xml", e) ||
		hash_file(h, HYPHEN_FOLDER, HYPHEN_FILE, e))
		return -1;
	s->hash = hasher_end(h);
	return 0;
}

/* ---- the whole -------------------------------------------------------------------------------------------- */

static int load_all(struct studio *s, const struct studio_config *config, struct err *e)
{
	AUTO(xml_schema_release) struct xml_schema *kinds = NULL, *profiles = NULL;
	const char *profile_folder = join(s, config->templates, "profiles");
	const char *kinds_path = join(s, config->templates, "kinds.xml");

	if (!profile_folder || !kinds_path)
		return err_nomem(e);
	if (hyphenator_load(HYPHEN_FOLDER "/" HYPHEN_FILE, &s->hyphens, e) ||
		load_schema(s, config->schemas, "letter.xsd", &s->letter_schema, e) ||
		load_schema(s, config->schemas, "kinds.xsd", &kinds, e) ||
		load_schema(s, config->schemas, "profile.xsd", &profiles, e) ||
		kinds_load(kinds_path, kinds, &s->arena, &s->kinds, e) ||
		load_profiles(s, profile_folder, profiles, e) || load_templates(s, config->templates, e) ||
		hash_all(s, config, profile_folder, e))
		return -1;
	s->specimen = config->specimen;
	return 0;
}

int studio_new(const struct studio_config *config, struct studio **out, struct err *e)
{
	AUTO(studio_release) struct studio *s = calloc(1, sizeof *s);

	if (!s)
		return err_nomem(e);
	s->arena = (struct arena)ARENA_INIT(LIMIT_SETUP_BYTES);
	if (load_all(s, config, e))
		return -1;
	*out = steal(&s);
	return 0;
}

void studio_free(struct studio *s)
{
	if (!s)
		return;
	free_templates(s);
	for (size_t i = 0; i < s->profile_count; i++)
		profile_release(&s->profiles[i]);
	free(s->profiles);
	hyphenator_free(s->hyphens);
	xml_schema_free(s->letter_schema);
	arena_release(&s->arena);
	free(s);
}

void studio_release(struct studio **s)
{
	studio_free(*s);
	*s = NULL;
}

size_t studio_profile_count(const struct studio *s)
{
	return s->profile_count;
}

const struct profile *studio_profile(const struct studio *s, size_t index)
{
	return &s->profiles[index];
}

struct sha256 studio_hash(const struct studio *s)
{
	return s->hash;
}
