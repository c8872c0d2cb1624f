#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/outfile.h"
#include "casefile/casefile.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>

/*
 * Every fixtures/hostile/NAME.xml must be refused with the words of NAME.expect (UPDATE=1 writes those; read the
 * diff). What is too large for the repository is made here.
 */

static struct xml_schema *schema;

static int start(void **state)
{
	(void)state;
	struct err e = ERR_INIT;

	xml_start();
	if (xml_schema_load("schemas/case.xsd", &schema, &e) != 0) {
		fprintf(stderr, "%s\n", e.msg);
		return -1;
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	xml_schema_release(&schema);
	xml_end();
	return 0;
}

static void refuse(const void *bytes, size_t len, const char *name, struct err *e)
{
	const struct casefile_context ctx = {schema, false};
	struct casefile c = CASEFILE_INIT;
	struct xml_doc *doc = NULL;

	if (casefile_parse(&ctx, bytes, len, name, NULL, NULL, &c, &doc, e) == 0)
		fail_msg("%s was accepted", name);
	/* A refusal leaves the results alone. */
	assert_null(doc);
	assert_null(c.id);
	assert_null(c.arena.chunks);
	if (e->kind != ERR_INPUT && e->kind != ERR_LIMIT)
		fail_msg("%s: kind %d: %s", name, (int)e->kind, e->msg);
}

static int is_xml(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && strcmp(entry->d_name + len - 4, ".xml") == 0;
}

struct names {
	struct dirent **list;
	int count;
};

static void names_release(struct names *n)
{
	for (int i = 0; i < n->count; i++)
		free(n->list[i]);
	free(n->list);
}

static void check_file(const char *name)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES), expect = BUF_INIT(1024);
	struct err e = ERR_INIT, refused = ERR_INIT;
	char path[512], sidecar[512], said[600];

	snprintf(path, sizeof path, "fixtures/hostile/%s", name);
	snprintf(sidecar, sizeof sidecar, "fixtures/hostile/%.*s.expect", (int)strlen(name) - 4, name);
	if (buf_load(&bytes, path, &e) != 0)
		fail_msg("%s", e.msg);
	refuse(bytes.data, bytes.len, name, &refused);
	snprintf(said, sizeof said, "%s\n", refused.msg);
	if (getenv("UPDATE")) {
		if (outfile_put(sidecar, 0644, said, strlen(said), &e) != 0)
			fail_msg("%s", e.msg);
		return;
	}
	if (buf_load(&expect, sidecar, &e) != 0)
		fail_msg("%s", e.msg);
	assert_string_equal(said, buf_str(&expect));
}

static void each_file_gets_its_refusal(void **state)
{
	(void)state;
	AUTO(names_release) struct names n = {NULL, 0};

	n.count = scandir("fixtures/hostile", &n.list, is_xml, alphasort);
	assert_true(n.count >= 30);
	for (int i = 0; i < n.count; i++)
		check_file(n.list[i]->d_name);
}

static void says(const struct buf *b, const char *message)
{
	struct err e = ERR_INIT;

	assert_int_equal(b->failed, BUF_FINE);
	refuse(b->data, b->len, "x.xml", &e);
	assert_string_equal(e.msg, message);
}

static void fill(struct buf *b, const char *head, const char *piece, size_t times, const char *tail)
{
	buf_reset(b);
	buf_adds(b, head);
	for (size_t i = 0; i < times; i++)
		buf_adds(b, piece);
	buf_adds(b, tail);
}

static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void huge_ones_cost_nothing(void **state)
{
	(void)state;
	AUTO(buf_release) struct buf b = BUF_INIT(64 * MIB);
	const char *declaration = "x.xml:1: a DOCTYPE or other declaration, a document must have none";
	const char *deep = "x.xml:1: nested deeper than 64 elements";

	fill(&b, "", "<a>abcdefghijklmnopqrstuvwxyz</a>", 50 * MIB / 33, "");
	long before = peak_kib();
	says(&b, "x.xml: 52428783 bytes, more than the ceiling of 2097152");
	fill(&b, "", "<a>", 10000, "");
	says(&b, deep);
	fill(&b, "", "<a>", LIMIT_CASE_BYTES / 3, "");
	says(&b, deep);
	fill(&b, "<?xml version='1.0'?><!DOCTYPE a [", "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>", 10000,
		"]><a>&b;</a>");
	says(&b, declaration);
	fill(&b, "<!DOCTYPE a [<!ENTITY a '", "x", 100000, "'>]><a>&a;&a;&a;</a>");
	says(&b, declaration);
	/* Never closed: each is looked through once. */
	fill(&b, "<a>", "<!-- ", LIMIT_CASE_BYTES / 5 - 1, "");
	refuse(b.data, b.len, "x.xml", &(struct err)ERR_INIT);
	fill(&b, "<a b='", "<", LIMIT_CASE_BYTES - 6, "");
	says(&b, "x.xml:1: a '<' in an attribute's value, write &lt;");
	fill(&b, "<pengajuan-sistem xmlns='urn:naskah:kasus:1' id='X'>", "<uji/>", LIMIT_XML_ELEMENTS - 1,
		"</pengajuan-sistem>");
	says(&b, "x.xml:1: uji: does not belong here in 'pengajuan-sistem', here must come 'pemohon'");
#ifndef __SANITIZE_ADDRESS__ /* keeps freed memory for a while */
	assert_true(peak_kib() - before < 40 * 1024);
#else
	(void)before;
#endif
}

/* Values that would make a careless pattern matcher or comparison run for minutes. */
static void long_values_end_soon(void **state)
{
	(void)state;
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CASE_BYTES);
	struct err e = ERR_INIT;

	fill(&b, "<pengajuan-sistem xmlns='urn:naskah:kasus:1' id='", "A-", 500000, "'/>");
	refuse(b.data, b.len, "x.xml", &e);
	assert_non_null(strstr(e.msg, "x.xml:1: pengajuan-sistem: attribute 'id': "));
	err_clear(&e);
	fill(&b, "<pengajuan-sistem xmlns='urn:naskah:kasus:1' id='X'><pemohon><instansi>", "a ", 500000,
		"</instansi></pemohon></pengajuan-sistem>");
	refuse(b.data, b.len, "x.xml", &e);
	assert_non_null(strstr(e.msg, " is too long, at most 500 characters are allowed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_gets_its_refusal),
		cmocka_unit_test(huge_ones_cost_nothing),
		cmocka_unit_test(long_values_end_soon),
	};

	return cmocka_run_group_tests(tests, start, end);
}
