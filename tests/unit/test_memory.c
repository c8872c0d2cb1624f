#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a child, as a ceiling cannot be felt and taken away again. Says what became of 512 MiB. */
static bool may_have_half_a_gib(size_t first, size_t second)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		memory_cap(first);
		memory_cap(second);
		volatile char *p = malloc(512 * MIB);
		_exit(p ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 0;
}

static void ceiling(void **state)
{
	(void)state;
	assert_true(may_have_half_a_gib(LIMIT_MEMORY_BYTES, LIMIT_MEMORY_BYTES));
#if !defined(__SANITIZE_ADDRESS__)
	assert_false(may_have_half_a_gib(256 * MIB, 256 * MIB));
	/* the lower one stays */
	assert_false(may_have_half_a_gib(256 * MIB, LIMIT_MEMORY_BYTES));
	assert_false(may_have_half_a_gib(LIMIT_MEMORY_BYTES, 256 * MIB));
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(ceiling)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
