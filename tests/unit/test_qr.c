/* test_qr: symbols are the right size, the same every time, and other software reads them back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/outfile.h"
#include "qr/encode.h"
#include "unit/tool.h"

#include <pthread.h>

static const char url[] = "https://tte.contoh.go.id/v/7K3M-9QPX-4TBC-2WZA-D";

static void test_sizes(void **state)
{
	struct err e = ERR_INIT;
	struct qr qr = {0};
	char text[215];

	(void)state;
	assert_int_equal(qr_encode("A", &qr, &e), 0);
	assert_int_equal(qr.side, 21);
	assert_int_equal(qr_encode(url, &qr, &e), 0);
	assert_int_equal(qr.side, 33); /* version 4: at most 62 bytes at level M */
	/* 45 bytes would be version 4 as well: the code's capitals and digits are packed tighter. */
	assert_int_equal(qr_encode("http://127.0.0.1:8480/v/Z10XJ2RQ5ZEKJV74NQEG2", &qr, &e), 0);
	assert_int_equal(qr.side, 29);
	/* The three finder patterns: dark corner, light ring, dark heart. */
	const int n = qr.side;
	const int corners[3] = {0, n - 7, (n - 7) * n};
	for (int i = 0; i < 3; i++) {
		assert_int_equal(qr.dark[corners[i]], 1);
		assert_int_equal(qr.dark[corners[i] + n + 1], 0);
		assert_int_equal(qr.dark[corners[i] + 3 * n + 3], 1);
	}
	memset(text, 'x', sizeof text);
	text[213] = 0;
	assert_int_equal(qr_encode(text, &qr, &e), 0);
	assert_int_equal(qr.side, QR_MAX_SIDE);
	text[213] = 'x';
	text[214] = 0;
	struct qr before = qr;
	assert_int_equal(qr_encode(text, &qr, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_memory_equal(&before, &qr, sizeof qr);
	err_clear(&e);
	assert_int_equal(qr_encode("", &qr, &e), -1);
}

static void *encode_many(void *out)
{
	for (int i = 0; i < 50; i++)
		if (qr_encode(url, out, NULL) != 0)
			return NULL;
	return out;
}

static void test_same_from_threads(void **state)
{
	struct qr first = {0}, qr[4];
	pthread_t thread[4];
	void *done;

	(void)state;
	assert_int_equal(qr_encode(url, &first, NULL), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, encode_many, &qr[i]), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(thread[i], &done), 0);
		assert_non_null(done);
		assert_memory_equal(&first, &qr[i], sizeof first);
	}
}

static void test_zbar_reads_it(void **state)
{
	static const char *const texts[] = {url, "x", "a;b=c ~ 0123456789 ABC"};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
		struct err e = ERR_INIT;
		struct qr qr = {0};
		AUTO(buf_release) struct buf pgm = BUF_INIT(1 << 20);
		AUTO(buf_release) struct buf got = BUF_INIT(4096);
		enum { SCALE = 4, QUIET = 4 };

		assert_int_equal(qr_encode(texts[k], &qr, &e), 0);
		int side = (qr.side + 2 * QUIET) * SCALE;
		buf_addf(&pgm, "P5 %d %d 255\n", side, side);
		for (int y = 0; y < side; y++)
			for (int x = 0; x < side; x++) {
				int r = y / SCALE - QUIET, c = x / SCALE - QUIET;
				bool inside = r >= 0 && c >= 0 && r < qr.side && c < qr.side;
				buf_addc(&pgm, inside && qr.dark[r * qr.side + c] ? 0 : (char)255);
			}
		char path[64];
		tool_temp(path, sizeof path, "qr.pgm");
		assert_int_equal(outfile_put(path, 0600, pgm.data, pgm.len, &e), 0);
		const char *argv[] = {"zbarimg", "--nodbus", "-q", "--raw", "--oneshot", path, NULL};
		int status = tool_run(argv, &got);
		if (status == TOOL_MISSING)
			skip();
		assert_int_equal(status, 0);
		if (got.len > 0 && got.data[got.len - 1] == '\n')
			got.data[--got.len] = 0;
		assert_string_equal(buf_str(&got), texts[k]);
	}
	tool_temp_remove();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_same_from_threads),
		cmocka_unit_test(test_zbar_reads_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
