/* docs/openapi.yaml and docs/sandbox.md say what the sandbox does: held against its own tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "sandbox/api.h"

#include <stdio.h>

static void load(struct buf *out, const char *path)
{
	struct err e = ERR_INIT;

	if (buf_load(out, path, &e) != 0)
		fail_msg("%s", e.msg);
}

/* "GET /ocsp/{request...}" is written {request} there: OpenAPI knows no slashes in a parameter. */
static void endpoint_line(const struct api_endpoint *endpoint, char path[128], char method[16])
{
	const char *dots = strstr(endpoint->path, "...}");

	snprintf(path, 128, "\n  %.*s%s:\n", dots ? (int)(dots - endpoint->path) : 100, endpoint->path,
		dots ? "}" : "");
	snprintf(method, 16, "\n    %s:\n", strcmp(endpoint->method, "GET") == 0 ? "get" : "post");
}

static void openapi_has_every_endpoint(void **state)
{
	AUTO(buf_release) struct buf yaml = BUF_INIT(MIB);
	size_t count, paths = 0;
	const struct api_endpoint *all = api_endpoints(&count);
	char path[128], method[16];

	(void)state;
	load(&yaml, "docs/openapi.yaml");
	for (size_t i = 0; i < count; i++) {
		endpoint_line(&all[i], path, method);
		const char *at = strstr(buf_str(&yaml), path);
		if (!at)
			fail_msg("docs/openapi.yaml has no %s", all[i].path);
		const char *next = strstr(at + 1, "\n  /");
		const char *found = strstr(at, method);
		if (!found || (next && found > next))
			fail_msg("docs/openapi.yaml has no %s %s", all[i].method, all[i].path);
	}
	/* and none more */
	for (const char *at = buf_str(&yaml); (at = strstr(at, "\n  /")); at++)
		paths++;
	assert_int_equal(paths, count);
}

static void add_calls(struct buf *out, unsigned calls)
{
	const char *comma = "";

	if (calls == CALLS_SIGN) {
		buf_adds(out, "sign");
		return;
	}
	for (unsigned bit = 1; bit <= calls; bit <<= 1)
		if (calls & bit) {
			buf_addf(out, "%s%s", comma, fault_call_name((enum fault_call)bit));
			comma = ", ";
		}
}

static void manual_has_every_fault(void **state)
{
	AUTO(buf_release) struct buf manual = BUF_INIT(MIB);
	size_t rows = 0;
	char nik[17];

	(void)state;
	load(&manual, "docs/sandbox.md");
	for (size_t i = 1; i < FAULT_COUNT; i++) {
		AUTO(buf_release) struct buf row = BUF_INIT(4096);
		const struct fault_entry *fault = &fault_list()[i];
		fault_magic_nik((enum fault)i, nik);
		buf_addf(&row, "\n| `%s` | %s | ", fault->name, nik);
		add_calls(&row, fault->calls);
		buf_addf(&row, " | %s | %s |\n", fault_end_name(fault->end), fault->what);
		if (!strstr(buf_str(&manual), buf_str(&row)))
			fail_msg("docs/sandbox.md lacks the row:%s", buf_str(&row));
	}
	for (const char *at = buf_str(&manual); (at = strstr(at, " | 3399")); at++)
		rows++;
	assert_int_equal(rows, FAULT_COUNT - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openapi_has_every_endpoint),
		cmocka_unit_test(manual_has_every_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
