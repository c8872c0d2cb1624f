#include "pipeline/office.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/key.h"

#include <stdio.h>

static int open_stationery(struct office *o, struct err *e)
{
	o->fonts = calloc(o->profile_count, sizeof *o->fonts);
	o->stationery = calloc(o->profile_count, sizeof *o->stationery);
	if (!o->fonts || !o->stationery)
		return err_nomem(e);
	for (size_t i = 0; i < o->profile_count; i++) {
		const struct profile *p = studio_profile(o->studio, i);
		if (fonts_load(o->config->fonts, p->font_file, &o->fonts[i], e) != 0 ||
			stationery_new(p, &o->fonts[i], o->config->icc, &o->stationery[i], e) != 0)
			return err_context(e, _("profile '%s'"), p->name);
	}
	return 0;
}

int office_open(const struct config *config, unsigned needs, struct office *out, struct err *e)
{
	AUTO(office_release) struct office o = {.config = config};
	AUTO(free_ptr) char *xsd = NULL, *key = NULL;
	struct studio_config studio = {
		.templates = config->templates,
		.schemas = config->schemas,
		/* Without a service of its own, naskah signs with the sandbox's TEST certificates. */
		.specimen = config->sign_url == NULL,
	};

	if (asprintf(&xsd, "%s/case.xsd", config->schemas) < 0 ||
		asprintf(&key, "%s/code.key", config->keys) < 0)
		return err_nomem(e);
	if (xml_schema_load(xsd, &o.schema, e) != 0 || studio_new(&studio, &o.studio, e) != 0)
		return -1;
	o.recipe = studio_hash(o.studio);
	o.profile_count = studio_profile_count(o.studio);
	if ((needs & OFFICE_PRINT) && open_stationery(&o, e) != 0)
		return -1;
	if ((needs & OFFICE_CODE) && symmetric_key_load_or_make(key, &o.code_key, e) != 0)
		return -1;
	*out = o;
	o = (struct office)OFFICE_INIT;
	return 0;
}

void office_release(struct office *o)
{
	for (size_t i = 0; i < o->profile_count; i++) {
		if (o->stationery)
			stationery_free(o->stationery[i]);
		if (o->fonts)
			fonts_release(&o->fonts[i]);
	}
	free(o->stationery);
	free(o->fonts);
	studio_free(o->studio);
	xml_schema_free(o->schema);
	secret_free(o->code_key);
	*o = (struct office)OFFICE_INIT;
}
