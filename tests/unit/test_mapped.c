#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool.h"

#include "base/auto.h"
#include "base/mapped.h"
#include "base/outfile.h"

#include <sys/stat.h>

static void whole_file(void **state)
{
	AUTO(mapped_release) struct mapped m = MAPPED_INIT;
	struct err e = ERR_INIT;
	char path[300];

	(void)state;
	tool_temp(path, sizeof path, "a.pdf");
	assert_int_equal(outfile_put(path, 0644, "%PDF-1.7\nisi", 12, &e), 0);
	assert_int_equal(mapped_open(&m, path, 12, &e), 0);
	assert_int_equal(m.len, 12);
	assert_memory_equal(m.data, "%PDF-1.7\nisi", 12);
	mapped_release(&m);
	assert_null(m.data);
	assert_int_equal(mapped_open(&m, path, 11, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_null(m.data);
}

static void odd_files(void **state)
{
	AUTO(mapped_release) struct mapped m = MAPPED_INIT;
	struct err e = ERR_INIT;
	char path[300];

	(void)state;
	tool_temp(path, sizeof path, "empty");
	assert_int_equal(outfile_put(path, 0644, "", 0, &e), 0);
	assert_int_equal(mapped_open(&m, path, 10, &e), 0);
	assert_int_equal(m.len, 0);
	assert_non_null(m.data);
	mapped_release(&m);
	tool_temp(path, sizeof path, "fifo");
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(mapped_open(&m, path, 10, &e), -1);
	assert_int_equal(e.kind, ERR_IO);
	err_clear(&e);
	assert_int_equal(mapped_open(&m, tool_folder, 10, &e), -1);
	err_clear(&e);
	assert_int_equal(mapped_open(&m, "/nonexistent", 10, &e), -1);
	assert_int_equal(e.kind, ERR_IO);
}

static int close_folder(void **state)
{
	(void)state;
	tool_temp_remove();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_file),
		cmocka_unit_test(odd_files),
	};

	return cmocka_run_group_tests(tests, NULL, close_folder);
}
