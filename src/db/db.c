#include "db/db.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A waiting reader or writer of another process gets this long. */
#define BUSY_TIMEOUT_MS 10000

struct db_stmt {
	sqlite3_stmt *stmt; /* owned */
	const char *sql;    /* the caller's static text: the cache's key */
	struct db *db;
	int bind_failed; /* SQLite's code of the first bind that failed; shown by the next step */
};

struct db {
	sqlite3 *handle;        /* owned */
	char *path;             /* owned: for messages */
	struct db_stmt **stmts; /* owned, each allocated alone: callers keep pointers to them */
	size_t count, cap;
};

/* The one place that turns SQLite's codes into ours. */
static int translate(struct db *d, int code, struct err *e)
{
	const char *text = d->handle ? sqlite3_errmsg(d->handle) : sqlite3_errstr(code);
	int sys = d->handle ? sqlite3_system_errno(d->handle) : 0;

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return err_nomem(e);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(
			e, ERR_IO, _("'%s' is in use by another process and did not become free"), d->path);
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		if (sys != 0)
			return err_sys(e, ERR_IO, sys, _("database '%s': %s"), d->path, text);
		return err_set(e, ERR_IO, _("database '%s': %s"), d->path, text);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return err_set(
			e, ERR_IO, _("database '%s' is damaged or is no SQLite database: %s"), d->path, text);
	case SQLITE_READONLY:
		return err_set(e, ERR_IO, _("database '%s' cannot be written: %s"), d->path, text);
	default:
		/* A constraint or a wrong statement: the program broke its own rule. */
		return err_set(e, ERR_BUG, _("database '%s': %s"), d->path, text);
	}
}

int db_exec(struct db *d, const char *sql, struct err *e)
{
	int code = sqlite3_exec(d->handle, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : translate(d, code, e);
}

/*
 * SQLite gives a new file the mode 0644; ours may hold names and the salts that open the log's hashes.
 * The -wal and -shm files take over this mode.
 */
static int make_private(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);

	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("cannot open database '%s'"), path);
	close(fd);
	return 0;
}

static int configure(struct db *d, bool readonly, struct err *e)
{
	static const struct {
		int option, value;
	} options[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_DQS_DDL, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_ENABLE_FKEY, 1},
	};
	struct db_stmt *mode;

	sqlite3_extended_result_codes(d->handle, 1);
	sqlite3_busy_timeout(d->handle, BUSY_TIMEOUT_MS);
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		int code = sqlite3_db_config(d->handle, options[i].option, options[i].value, NULL);
		if (code != SQLITE_OK)
			return translate(d, code, e);
	}
	/*
	 * temp_store FILE: what is temporary may be larger than memory. A cache of 8 MB instead of 2: codes and hashes
	 * are spread over their indexes, and with the smaller one a publication took twice as long.
	 */
	if (db_exec(d,
		    "PRAGMA cell_size_check = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = FILE; "
		    "PRAGMA cache_size = -8000",
		    e) != 0)
		return -1;
	if (readonly)
		return 0;
	/* The pragma answers with the mode that it reached: on some file systems that is not WAL. */
	if (db_prepare(d, "PRAGMA journal_mode = WAL", &mode, e) != 0 || db_step(mode, e) < 0)
		return -1;
	bool wal = strcmp(db_text(mode, 0), "wal") == 0;
	db_reset(mode);
	if (!wal)
		return err_set(e, ERR_IO, _("database '%s': this file system cannot hold a write-ahead log"),
			d->path);
	return 0;
}

/*
 * A statement that may fail half-way (triggers, foreign keys) keeps the pages it touches in a statement journal, for
 * which SQLite allocates 64 KiB at once, thousands of times. -1: in small pieces, and never in a file.
 */
static void configure_library(void)
{
	sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
}

int db_open(const char *path, bool readonly, struct db **out, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	AUTO(db_release) struct db *d = calloc(1, sizeof *d);

	pthread_once(&once, configure_library);
	if (!d || !(d->path = strdup(path)))
		return err_nomem(e);
	if (readonly && access(path, F_OK) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot open database '%s'"), path);
	if (!readonly && make_private(path, e) != 0)
		return -1;
	int flags = SQLITE_OPEN_NOMUTEX | (readonly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	int code = sqlite3_open_v2(path, &d->handle, flags, NULL);
	if (code != SQLITE_OK)
		return translate(d, code, e);
	if (configure(d, readonly, e) != 0)
		return -1;
	*out = steal(&d);
	return 0;
}

void db_free(struct db *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->count; i++) {
		sqlite3_finalize(d->stmts[i]->stmt);
		free(d->stmts[i]);
	}
	free(d->stmts);
	sqlite3_close(d->handle); /* rolls back what is open */
	free(d->path);
	free(d);
}

void db_release(struct db **d)
{
	db_free(*d);
	*d = NULL;
}

/* The same text is nearly always the same pointer; text equality is for compilers that keep two copies. */
static struct db_stmt *cached(const struct db *d, const char *sql)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->stmts[i]->sql == sql)
			return d->stmts[i];
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->stmts[i]->sql, sql) == 0)
			return d->stmts[i];
	return NULL;
}

int db_prepare(struct db *d, const char *sql, struct db_stmt **out, struct err *e)
{
	struct db_stmt *s = cached(d, sql);

	if (s) {
		db_reset(s);
		*out = s;
		return 0;
	}
	if (d->count == d->cap) {
		size_t cap = d->cap ? 2 * d->cap : 32;
		struct db_stmt **grown = reallocarray(d->stmts, cap, sizeof *grown);
		if (!grown)
			return err_nomem(e);
		d->stmts = grown;
		d->cap = cap;
	}
	AUTO(free_ptr) struct db_stmt *made = calloc(1, sizeof *made);
	if (!made)
		return err_nomem(e);
	made->sql = sql;
	made->db = d;
	int code = sqlite3_prepare_v3(d->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &made->stmt, NULL);
	if (code != SQLITE_OK)
		return translate(d, code, e);
	*out = d->stmts[d->count++] = steal(&made);
	return 0;
}

static void bound(struct db_stmt *s, int code)
{
	if (code != SQLITE_OK && s->bind_failed == SQLITE_OK)
		s->bind_failed = code;
}

void db_bind_text(struct db_stmt *s, int index, const char *text)
{
	bound(s, text ? sqlite3_bind_text(s->stmt, index, text, -1, SQLITE_TRANSIENT)
		      : sqlite3_bind_null(s->stmt, index));
}

void db_bind_int(struct db_stmt *s, int index, int64_t value)
{
	bound(s, sqlite3_bind_int64(s->stmt, index, value));
}

void db_bind_blob(struct db_stmt *s, int index, const void *bytes, size_t len)
{
	if (!bytes)
		bound(s, sqlite3_bind_null(s->stmt, index));
	else if (len == 0) /* a pointer with no bytes is an empty blob, not NULL */
		bound(s, sqlite3_bind_zeroblob(s->stmt, index, 0));
	else
		bound(s, sqlite3_bind_blob64(s->stmt, index, bytes, len, SQLITE_TRANSIENT));
}

int db_step(struct db_stmt *s, struct err *e)
{
	int code = s->bind_failed;

	if (code != SQLITE_OK) {
		db_reset(s);
		return err_set(e, code == SQLITE_NOMEM ? ERR_NOMEM : ERR_BUG,
			_("database '%s': a value does not fit its statement: %s"), s->db->path,
			sqlite3_errstr(code));
	}
	code = sqlite3_step(s->stmt);
	if (code == SQLITE_ROW)
		return 1;
	if (code != SQLITE_DONE) {
		translate(s->db, code, e); /* before the reset, which forgets the message */
		db_reset(s);
		return -1;
	}
	db_reset(s);
	return 0;
}

int db_run(struct db_stmt *s, struct err *e)
{
	int r = db_step(s, e);

	if (r <= 0)
		return r;
	db_reset(s);
	return err_set(e, ERR_BUG, _("database '%s': an unexpected row came back"), s->db->path);
}

void db_reset(struct db_stmt *s)
{
	sqlite3_reset(s->stmt);
	sqlite3_clear_bindings(s->stmt);
	s->bind_failed = SQLITE_OK;
}

const char *db_text(struct db_stmt *s, int column)
{
	const unsigned char *text = sqlite3_column_text(s->stmt, column);

	return text ? (const char *)text : "";
}

int64_t db_int(struct db_stmt *s, int column)
{
	return sqlite3_column_int64(s->stmt, column);
}

bool db_is_null(struct db_stmt *s, int column)
{
	return sqlite3_column_type(s->stmt, column) == SQLITE_NULL;
}

const void *db_blob(struct db_stmt *s, int column, size_t *len)
{
	const void *bytes = sqlite3_column_blob(s->stmt, column);

	*len = bytes ? (size_t)sqlite3_column_bytes(s->stmt, column) : 0;
	return bytes;
}

int64_t db_last_id(const struct db *d)
{
	return sqlite3_last_insert_rowid(d->handle);
}

int64_t db_changes(const struct db *d)
{
	return sqlite3_changes64(d->handle);
}

int64_t db_total_changes(const struct db *d)
{
	return sqlite3_total_changes64(d->handle);
}

static int run_fixed(struct db *d, const char *sql, struct err *e)
{
	struct db_stmt *s;

	return db_prepare(d, sql, &s, e) == 0 ? db_run(s, e) : -1;
}

int db_begin(struct db *d, struct err *e)
{
	return run_fixed(d, "BEGIN IMMEDIATE", e);
}

int db_commit(struct db *d, struct err *e)
{
	if (run_fixed(d, "COMMIT", e) == 0)
		return 0;
	/* A COMMIT that failed may leave the transaction open. */
	db_rollback(d);
	return -1;
}

void db_rollback(struct db *d)
{
	/* SQLite has often rolled back by itself (disk full, I/O error): then there is nothing to do. */
	if (db_in_transaction(d))
		sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool db_in_transaction(const struct db *d)
{
	return !sqlite3_get_autocommit(d->handle);
}
