#include "pipeline/office.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/key.h"

#include <stdio.h>
#include <string.h>

/* Reading and subsetting fonts is most of the time it takes to start: once for all profiles that use the same. */
static int load_fonts(struct office *o, size_t profile, struct err *e)
{
	const struct profile *p = studio_profile(o->studio, profile);

	for (size_t i = 0; i < profile; i++) {
		const struct profile *other = studio_profile(o->studio, i);
		size_t same = 0;
		while (same < FACE_COUNT && strcmp(p->font_file[same], other->font_file[same]) == 0)
			same++;
		if (same == FACE_COUNT) {
			o->font_of[profile] = o->font_of[i];
			return 0;
		}
	}
	if (fonts_load(o->config->fonts, p->font_file, &o->fonts[o->font_count], e) != 0)
		return -1;
	o->font_of[profile] = o->font_count++;
	return 0;
}

/* ---- the recipe ------------------------------------------------------------------------------------------ */

static void release_hasher(struct hasher **h)
{
	hasher_release(h);
}

static void add_hash(struct hasher *h, struct sha256 of)
{
	hasher_add(h, of.bytes, sizeof of.bytes);
}

/* What has been read before, and must still be there. */
static int add_file(struct hasher *h, const char *path, struct err *e)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_SETUP_BYTES);

	if (buf_load(&bytes, path, e) != 0)
		return -1;
	add_hash(h, sha256_of(bytes.data, bytes.len));
	return 0;
}

/* The studio's hash says how many hashes follow and what each is of: the profiles name fonts and pictures. */
static int make_recipe(struct office *o, struct err *e)
{
	static const char name[] = "naskah-recipe-v1";
	AUTO(release_hasher) struct hasher *h = NULL;
	AUTO(free_ptr) char *schema = NULL;

	if (asprintf(&schema, "%s/case.xsd", o->config->schemas) < 0)
		return err_nomem(e);
	if (hasher_new(&h, e) != 0)
		return -1;
	hasher_add(h, name, sizeof name);
	add_hash(h, studio_hash(o->studio));
	if (add_file(h, schema, e) != 0 || add_file(h, o->config->icc, e) != 0)
		return -1;
	for (size_t i = 0; i < o->font_count; i++)
		for (size_t f = 0; f < FACE_COUNT; f++) {
			const struct buf *file = &o->fonts[i].file[f]->file;
			add_hash(h, sha256_of(file->data, file->len));
		}
	for (size_t i = 0; i < o->profile_count; i++) {
		const struct kop *kop = &studio_profile(o->studio, i)->kop;
		if (kop->has_emblem && kop->emblem_image && add_file(h, kop->emblem_image, e) != 0)
			return -1;
	}
	o->recipe = hasher_end(h);
	return 0;
}

/* ---- opening --------------------------------------------------------------------------------------------- */

int office_open_print(struct office *o, struct err *e)
{
	if (o->fonts)
		return 0;
	o->fonts = calloc(o->profile_count, sizeof *o->fonts);
	o->font_of = calloc(o->profile_count, sizeof *o->font_of);
	o->stationery = calloc(o->profile_count, sizeof *o->stationery);
	if (!o->fonts || !o->font_of || !o->stationery)
		return err_nomem(e);
	for (size_t i = 0; i < o->profile_count; i++) {
		const struct profile *p = studio_profile(o->studio, i);
		if (load_fonts(o, i, e) != 0 || stationery_new(p, &o->fonts[o->font_of[i]], o->config->icc,
							&o->stationery[i], e) != 0)
			return err_context(e, _("profile '%s'"), p->name);
	}
	return make_recipe(o, e);
}

const struct font_set *office_metrics(const struct office *o, size_t profile)
{
	return &o->fonts[o->font_of[profile]].metrics;
}

int office_open_code(struct office *o, struct err *e)
{
	AUTO(free_ptr) char *key = NULL;

	if (o->code_key)
		return 0;
	if (asprintf(&key, "%s/code.key", o->config->keys) < 0)
		return err_nomem(e);
	return symmetric_key_load_or_make(key, &o->code_key, e);
}

int office_open(const struct config *config, unsigned needs, struct office *out, struct err *e)
{
	AUTO(office_release) struct office o = {.config = config};
	AUTO(free_ptr) char *xsd = NULL;
	struct studio_config studio = {
		.templates = config->templates,
		.schemas = config->schemas,
		/* Without a service of its own, naskah signs with the sandbox's TEST certificates. */
		.specimen = config->sign_url == NULL,
	};

	if (asprintf(&xsd, "%s/case.xsd", config->schemas) < 0)
		return err_nomem(e);
	if (xml_schema_load(xsd, &o.schema, e) != 0 || studio_new(&studio, &o.studio, e) != 0)
		return -1;
	o.profile_count = studio_profile_count(o.studio);
	if ((needs & OFFICE_PRINT) && office_open_print(&o, e) != 0)
		return -1;
	if ((needs & OFFICE_CODE) && office_open_code(&o, e) != 0)
		return -1;
	*out = o;
	o = (struct office)OFFICE_INIT;
	return 0;
}

void office_release(struct office *o)
{
	for (size_t i = 0; o->stationery && i < o->profile_count; i++)
		stationery_free(o->stationery[i]);
	for (size_t i = 0; i < o->font_count; i++)
		fonts_release(&o->fonts[i]);
	free(o->stationery);
	free(o->fonts);
	free(o->font_of);
	studio_free(o->studio);
	xml_schema_free(o->schema);
	secret_free(o->code_key);
	*o = (struct office)OFFICE_INIT;
}
