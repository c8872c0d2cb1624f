#include "casefile/casefile.h"

#include "base/auto.h"
#include "casefile/build.h"
#include "casefile/rules.h"
#include "crypto/hash.h"
#include "language/normal.h"

int casefile_parse(const struct casefile_context *ctx, const void *bytes, size_t len, const char *path,
	casefile_warning *warn, void *warn_user, struct casefile *out, struct xml_doc **doc, struct err *e)
{
	AUTO(xml_doc_release) struct xml_doc *d = NULL;
	AUTO(casefile_release) struct casefile c = CASEFILE_INIT;
	/* Rules need an error to write to, callers may have none. */
	struct err local = ERR_INIT, *err = e ? e : &local;

	if (xml_parse(bytes, len, path, &d, err) != 0 || xml_map_texts(d, text_normal, err) != 0 ||
		xml_validate(ctx->schema, d, path, err) != 0 || casefile_build(d, path, &c, err) != 0)
		return -1;
	const struct rules r = {
		.c = &c,
		.doc = d,
		.test_identities = ctx->test_identities,
		.warn = warn,
		.warn_user = warn_user,
		.err = err,
	};
	if (rules_check(&r) != 0)
		return -1;
	c.source = sha256_of(bytes, len);
	*out = c;
	c.arena = (struct arena)ARENA_INIT(LIMIT_CASE_ARENA);
	if (doc)
		*doc = steal(&d);
	return 0;
}
