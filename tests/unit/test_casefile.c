#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/outfile.h"
#include "casefile/casefile.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* Everything in fixtures/cases is good, tells no warning, and dumps as tests/golden/casefile says. */

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

static void no_warning(void *user, const char *message)
{
	(void)user;
	fail_msg("warning: %s", message);
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

static void load(const char *path, struct casefile *c, struct xml_doc **doc)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	const struct casefile_context ctx = {schema, false};
	struct err e = ERR_INIT;

	if (buf_load(&bytes, path, &e) != 0 ||
		casefile_parse(&ctx, bytes.data, bytes.len, path, no_warning, NULL, c, doc, &e) != 0)
		fail_msg("%s", e.msg);
}

static void compare_golden(const char *name, const struct buf *dump)
{
	AUTO(buf_release) struct buf golden = BUF_INIT(1 * MIB);
	struct err e = ERR_INIT;
	char path[512];

	snprintf(path, sizeof path, "tests/golden/casefile/%.*s.txt", (int)strlen(name) - 4, name);
	if (getenv("UPDATE")) {
		if (outfile_put(path, 0644, dump->data, dump->len, &e) != 0)
			fail_msg("%s", e.msg);
		return;
	}
	if (buf_load(&golden, path, &e) != 0)
		fail_msg("%s (UPDATE=1 writes it)", e.msg);
	assert_string_equal(buf_str(dump), buf_str(&golden));
}

static void good_cases_dump_as_before(void **state)
{
	(void)state;
	AUTO(names_release) struct names n = {NULL, 0};

	n.count = scandir("fixtures/cases", &n.list, is_xml, alphasort);
	assert_true(n.count >= 16);
	for (int i = 0; i < n.count; i++) {
		AUTO(casefile_release) struct casefile c = CASEFILE_INIT;
		AUTO(xml_doc_release) struct xml_doc *doc = NULL;
		AUTO(buf_release) struct buf dump = BUF_INIT(1 * MIB);
		struct err e = ERR_INIT;
		char path[512];
		snprintf(path, sizeof path, "fixtures/cases/%s", n.list[i]->d_name);
		load(path, &c, &doc);
		assert_non_null(doc);
		casefile_dump(&c, &dump);
		assert_int_equal(buf_check(&dump, &e), 0);
		/* No NIK in full: a run of 16 digits. */
		for (const char *p = buf_str(&dump); *p; p += strspn(p, "0123456789") + 1) {
			assert_int_not_equal(strspn(p, "0123456789"), 16);
			if (!p[strspn(p, "0123456789")])
				break;
		}
		compare_golden(n.list[i]->d_name, &dump);
	}
}

static void a_case_is_plain_data(void **state)
{
	(void)state;
	AUTO(casefile_release) struct casefile c = CASEFILE_INIT;

	load("fixtures/cases/kmh-2026-001.xml", &c, NULL);
	assert_string_equal(c.id, "KMH-2026-001");
	assert_int_equal(c.kind, CASE_PENGAJUAN_SISTEM);
	assert_string_equal(c.path, "fixtures/cases/kmh-2026-001.xml");
	assert_int_equal(c.naskah_count, 9);
	assert_int_equal(c.disposition_count, 3);
	assert_int_equal(c.round_count, 2);
	assert_false(c.rounds[0].conforms);
	assert_int_equal(c.rounds[0].criteria[1].result, TEST_NOT_MET);
	assert_true(c.rounds[1].conforms);
	assert_int_equal(c.rounds[1].scheduled_at, 0);
	assert_string_equal(c.naskah[1].element, "disposisi");
	assert_int_equal(c.naskah[1].ordinal, 1);
	assert_true(c.naskah[1].has_time);
	assert_int_equal(c.naskah[1].date.day, 4);
	assert_null(c.naskah[4].number);
	assert_int_equal(c.naskah[4].serial, 41);
	assert_string_equal(c.naskah[8].element, "rekomendasi-sistem");
	assert_string_equal(c.system_ips[1], "2001:db8:10::24");
	assert_true(c.system_in_production);
	assert_string_equal(c.naskah[0].signer->grade, "IV/c");
	assert_int_equal(c.naskah[0].signer->lines.nik, 63);

	AUTO(casefile_release) struct casefile u = CASEFILE_INIT;
	load("fixtures/cases/und-2026-001.xml", &u, NULL);
	assert_int_equal(u.kind, CASE_PENERBITAN_SERTIFIKAT);
	assert_string_equal(u.certificate_status, "Issue");
	assert_string_equal(u.subject_person->plain_name, "I Made Contoh Wirawan");
	assert_null(u.registration);
	assert_ptr_equal(u.recommendation, &u.naskah[0]);
	assert_null(u.renewal.naskah);
	/* The hash is of the file's bytes, so another file has another. */
	assert_memory_not_equal(u.source.bytes, c.source.bytes, SHA256_LEN);
}

/* A name as a Mac writes it is the same name. */
static void texts_are_in_form_c(void **state)
{
	static const char composed[] = "René", decomposed[] = "Rene\xcc\x81";
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES), mac = BUF_INIT(LIMIT_CASE_BYTES);
	AUTO(buf_release) struct buf dump = BUF_INIT(MIB), mac_dump = BUF_INIT(MIB);
	AUTO(casefile_release) struct casefile c = CASEFILE_INIT, m = CASEFILE_INIT;
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;
	const struct casefile_context ctx = {schema, false};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(buf_load(&bytes, "fixtures/cases/kmh-2026-002.xml", &e), 0);
	const char *at = buf_str(&bytes);
	for (const char *next; (next = strstr(at, composed)); at = next + strlen(composed)) {
		buf_add(&mac, at, (size_t)(next - at));
		buf_adds(&mac, decomposed);
	}
	buf_adds(&mac, at);
	assert_true(mac.len > bytes.len);
	assert_int_equal(casefile_parse(&ctx, bytes.data, bytes.len, "x", NULL, NULL, &c, NULL, &e), 0);
	assert_int_equal(casefile_parse(&ctx, mac.data, mac.len, "x", NULL, NULL, &m, &doc, &e), 0);
	casefile_dump(&c, &dump);
	casefile_dump(&m, &mac_dump);
	assert_string_equal(buf_str(&mac_dump), buf_str(&dump));
	/* templates read the document */
	char *text = xml_text(xml_root(doc), &m.arena);
	assert_non_null(strstr(text, composed));
	assert_null(strstr(text, decomposed));
	assert_memory_not_equal(m.source.bytes, c.source.bytes, SHA256_LEN);
}

static void *parse_many(void *user)
{
	const struct buf *bytes = user;
	const struct casefile_context ctx = {schema, false};

	for (int i = 0; i < 50; i++) {
		struct casefile c = CASEFILE_INIT;
		struct xml_doc *doc = NULL;
		struct err e = ERR_INIT;
		if (casefile_parse(&ctx, bytes->data, bytes->len, "x.xml", NULL, NULL, &c, &doc, &e) != 0)
			return "refused";
		casefile_release(&c);
		xml_doc_release(&doc);
	}
	return NULL;
}

static void many_threads_parse_at_once(void **state)
{
	(void)state;
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	struct err e = ERR_INIT;
	pthread_t threads[4];

	assert_int_equal(buf_load(&bytes, "fixtures/cases/kmh-2026-001.xml", &e), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, parse_many, &bytes), 0);
	for (int i = 0; i < 4; i++) {
		void *result;
		pthread_join(threads[i], &result);
		assert_null(result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_cases_dump_as_before),
		cmocka_unit_test(a_case_is_plain_data),
		cmocka_unit_test(texts_are_in_form_c),
		cmocka_unit_test(many_threads_parse_at_once),
	};

	return cmocka_run_group_tests(tests, start, end);
}
