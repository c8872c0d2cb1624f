#include "pipeline/office.h"

#include "base/auto.h"
#include "base/i18n.h"
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
	return 0;
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
	o.recipe = studio_hash(o.studio);
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
