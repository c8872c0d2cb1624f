#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "db/db.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[96];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/naskah-db-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/t.db", folder);
	return 0;
}

static int drop_folder(void **state)
{
	static const char *const names[] = {"t.db", "t.db-wal", "t.db-shm"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char file[160];
		snprintf(file, sizeof file, "%s/%s", folder, names[i]);
		unlink(file);
	}
	return rmdir(folder);
}

static struct db *fresh(void)
{
	struct err e = ERR_INIT;
	struct db *d = NULL;

	if (db_open(path, false, &d, &e) != 0)
		fail_msg("%s", e.msg);
	return d;
}

static int64_t number(struct db *d, const char *sql)
{
	struct err e = ERR_INIT;
	struct db_stmt *s;

	assert_int_equal(db_prepare(d, sql, &s, &e), 0);
	assert_int_equal(db_step(s, &e), 1);
	int64_t n = db_int(s, 0);
	db_reset(s);
	return n;
}

static void opens_with_the_promised_settings(void **state)
{
	AUTO(db_release) struct db *d = fresh();
	struct db_stmt *s;
	struct err e = ERR_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(db_prepare(d, "PRAGMA journal_mode", &s, &e), 0);
	assert_int_equal(db_step(s, &e), 1);
	assert_string_equal(db_text(s, 0), "wal");
	db_reset(s);
	assert_int_equal(number(d, "PRAGMA synchronous"), 2);
	assert_int_equal(number(d, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(d, "PRAGMA trusted_schema"), 0);
	assert_int_equal(number(d, "PRAGMA temp_store"), 1);
	assert_int_equal(number(d, "PRAGMA busy_timeout"), 10000);
	/* Defensive: the schema table cannot be written behind SQLite's back. */
	assert_int_equal(db_exec(d, "PRAGMA writable_schema = ON; DELETE FROM sqlite_master", &e), -1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07, 0);
}

static void values_come_back(void **state)
{
	AUTO(db_release) struct db *d = fresh();
	struct db_stmt *s;
	struct err e = ERR_INIT;
	size_t len = 99;

	(void)state;
	assert_int_equal(db_exec(d, "CREATE TABLE t(a TEXT, b INTEGER, c BLOB)", &e), 0);
	assert_int_equal(db_prepare(d, "INSERT INTO t VALUES(?1, ?2, ?3)", &s, &e), 0);
	db_bind_text(s, 1, "se\xc3\xa9");
	db_bind_int(s, 2, INT64_MIN);
	db_bind_blob(s, 3, "\0\1\2", 3);
	assert_int_equal(db_run(s, &e), 0);
	assert_int_equal(db_last_id(d), 1);
	assert_int_equal(db_changes(d), 1);
	/* Bindings do not linger: the second row is all NULL, but for an empty blob. */
	assert_int_equal(db_prepare(d, "INSERT INTO t VALUES(?1, ?2, ?3)", &s, &e), 0);
	db_bind_text(s, 1, NULL);
	db_bind_blob(s, 3, "", 0);
	assert_int_equal(db_run(s, &e), 0);

	assert_int_equal(db_prepare(d, "SELECT a, b, c FROM t ORDER BY rowid", &s, &e), 0);
	assert_int_equal(db_step(s, &e), 1);
	assert_string_equal(db_text(s, 0), "se\xc3\xa9");
	assert_true(db_int(s, 1) == INT64_MIN);
	const void *blob = db_blob(s, 2, &len);
	assert_int_equal(len, 3);
	assert_memory_equal(blob, "\0\1\2", 3);
	assert_int_equal(db_step(s, &e), 1);
	assert_true(db_is_null(s, 0));
	assert_string_equal(db_text(s, 0), "");
	assert_true(db_is_null(s, 1));
	assert_false(db_is_null(s, 2));
	db_blob(s, 2, &len);
	assert_int_equal(len, 0);
	assert_int_equal(db_step(s, &e), 0);
}

static void statements_are_cached(void **state)
{
	AUTO(db_release) struct db *d = fresh();
	struct db_stmt *first, *again, *other;
	struct err e = ERR_INIT;
	char copy[] = "SELECT 1";

	(void)state;
	assert_int_equal(db_prepare(d, "SELECT 1", &first, &e), 0);
	assert_int_equal(db_prepare(d, copy, &again, &e), 0);
	assert_ptr_equal(first, again);
	assert_int_equal(db_prepare(d, "SELECT 2", &other, &e), 0);
	assert_ptr_not_equal(first, other);
	/* More than the first block of the cache holds; the early pointers stay right. */
	static char many[100][16];
	for (size_t i = 0; i < ARRAY_LEN(many); i++) {
		snprintf(many[i], sizeof many[i], "SELECT %zu", 10 + i);
		assert_int_equal(db_prepare(d, many[i], &other, &e), 0);
	}
	assert_int_equal(db_step(first, &e), 1);
	assert_int_equal(db_int(first, 0), 1);
	db_reset(first);
}

static void errors_are_translated(void **state)
{
	AUTO(db_release) struct db *d = fresh();
	struct db_stmt *s = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(db_prepare(d, "SELECT nonsense FROM nowhere", &s, &e), -1);
	assert_null(s);
	assert_int_equal(e.kind, ERR_BUG);
	err_clear(&e);
	assert_int_equal(db_exec(d, "CREATE TABLE t(a INTEGER PRIMARY KEY CHECK(a < 10))", &e), 0);
	assert_int_equal(db_prepare(d, "INSERT INTO t VALUES(?1)", &s, &e), 0);
	db_bind_int(s, 1, 11);
	assert_int_equal(db_run(s, &e), -1);
	assert_int_equal(e.kind, ERR_BUG);
	err_clear(&e);
	/* A bind that fails shows at the step, and is forgotten afterwards. */
	assert_int_equal(db_prepare(d, "INSERT INTO t VALUES(?1)", &s, &e), 0);
	db_bind_int(s, 2, 1);
	assert_int_equal(db_run(s, &e), -1);
	assert_int_equal(e.kind, ERR_BUG);
	err_clear(&e);
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 0);
	assert_int_equal(db_prepare(d, "SELECT 1", &s, &e), 0);
	assert_int_equal(db_run(s, &e), -1); /* a row where none is expected */
	assert_int_equal(e.kind, ERR_BUG);
}

static void refuses_what_is_no_database(void **state)
{
	struct db *d = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(db_open("/nonexistent/t.db", true, &d, &e), -1);
	assert_int_equal(e.kind, ERR_IO);
	assert_int_equal(e.sys, 2);
	err_clear(&e);
	assert_int_equal(db_open("/nonexistent/t.db", false, &d, &e), -1);
	assert_int_equal(e.kind, ERR_IO);
	err_clear(&e);
	FILE *f = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is no database\n", f);
	fclose(f);
	assert_int_equal(db_open(path, false, &d, &e), -1);
	assert_int_equal(e.kind, ERR_IO);
	assert_null(d);
}

static void transactions_hold_or_vanish(void **state)
{
	struct db *d = fresh();
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(db_exec(d, "CREATE TABLE t(a INTEGER)", &e), 0);
	db_rollback(d); /* nothing open: harmless */
	assert_int_equal(db_begin(d, &e), 0);
	assert_int_equal(db_exec(d, "INSERT INTO t VALUES(1)", &e), 0);
	db_rollback(d);
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 0);
	assert_int_equal(db_begin(d, &e), 0);
	assert_int_equal(db_exec(d, "INSERT INTO t VALUES(2)", &e), 0);
	assert_int_equal(db_commit(d, &e), 0);
	assert_int_equal(db_begin(d, &e), 0);
	assert_int_equal(db_exec(d, "INSERT INTO t VALUES(3)", &e), 0);
	db_free(d); /* closing rolls back */

	d = fresh();
	assert_int_equal(number(d, "SELECT sum(a) FROM t"), 2);
	assert_int_equal(db_commit(d, &e), -1); /* nothing to commit */
	db_free(d);
}

static void readers_see_committed_rows_while_a_writer_writes(void **state)
{
	AUTO(db_release) struct db *w = fresh();
	AUTO(db_release) struct db *r = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(db_exec(w, "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES(1)", &e), 0);
	assert_int_equal(db_open(path, true, &r, &e), 0);
	assert_int_equal(db_begin(w, &e), 0);
	assert_int_equal(db_exec(w, "INSERT INTO t VALUES(2)", &e), 0);
	assert_int_equal(number(r, "SELECT count(*) FROM t"), 1);
	assert_int_equal(db_commit(w, &e), 0);
	assert_int_equal(number(r, "SELECT count(*) FROM t"), 2);
	assert_int_equal(db_exec(r, "INSERT INTO t VALUES(3)", &e), -1);
	assert_int_equal(e.kind, ERR_IO);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)
	const struct CMUnitTest tests[] = {
		T(opens_with_the_promised_settings),
		T(values_come_back),
		T(statements_are_cached),
		T(errors_are_translated),
		T(refuses_what_is_no_database),
		T(transactions_hold_or_vanish),
		T(readers_see_committed_rows_while_a_writer_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
