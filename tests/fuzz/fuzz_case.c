/*
 * fuzz_case: parse, validate, build and rules over any bytes. Run from the top of the repository (schemas/case.xsd).
 *
 * What is accepted must have a dump; a refusal must say something, blame the input and leave nothing behind.
 */
#include "base/auto.h"
#include "casefile/casefile.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct xml_schema *schema;

static void ignore(void *user, const char *message)
{
	(void)user;
	assert(message[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(casefile_release) struct casefile c = CASEFILE_INIT;
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;
	AUTO(buf_release) struct buf dump = BUF_INIT(64 * MIB);
	struct err e = ERR_INIT;

	if (!schema) {
		xml_start();
		if (xml_schema_load("schemas/case.xsd", &schema, &e) != 0)
			abort();
	}
	const struct casefile_context ctx = {schema, true};
	if (casefile_parse(&ctx, data, size, "x.xml", ignore, NULL, &c, &doc, &e) != 0) {
		if (!e.msg[0] || e.kind == ERR_BUG || doc || c.arena.chunks)
			abort();
		return 0;
	}
	casefile_dump(&c, &dump);
	if (buf_check(&dump, &e) != 0 || !doc)
		abort();
	return 0;
}
