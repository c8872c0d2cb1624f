#include "base/auto.h"
#include "base/i18n.h"
#include "ledger/internal.h"

/* "NSKH": tells our file from any other SQLite database. */
#define APPLICATION_ID 1314081608
/* Raise it when the tables change. 2: several signers. 3: batches, approvals, decisions by name, keyed NIK. */
#define FORMAT         3

#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)

/*
 * The rules that must hold whatever the program does are in the tables: one letter in work and one published letter
 * per case and kind, one open attempt per letter, no code or file twice, events only at the end.
 */
static const char *const tables[] = {
	"CREATE TABLE cases ("
	"  id TEXT PRIMARY KEY,"
	"  path TEXT NOT NULL,"
	"  source BLOB NOT NULL CHECK (length(source) = 32),"
	"  outcome TEXT NOT NULL"
	"    CHECK (outcome IN ('none','published','refused','waiting','unknown','failed')),"
	"  message TEXT NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX cases_source ON cases(source);",

	"CREATE TABLE letters ("
	"  id INTEGER PRIMARY KEY,"
	"  case_id TEXT NOT NULL CHECK (case_id <> ''),"
	"  kind TEXT NOT NULL CHECK (kind <> ''),"
	"  nn INTEGER NOT NULL,"
	"  code TEXT NOT NULL CHECK (length(code) = 21),"
	"  number TEXT NOT NULL,"
	"  title TEXT NOT NULL,"
	"  subject TEXT NOT NULL,"
	"  office TEXT NOT NULL,"
	"  signer TEXT NOT NULL,"
	"  signer_title TEXT NOT NULL,"
	"  signer_key BLOB CHECK (length(signer_key) = 32),"
	"  signer2 TEXT NOT NULL,"
	"  signer2_title TEXT NOT NULL,"
	"  signer2_key BLOB CHECK (length(signer2_key) = 32),"
	"  signer3 TEXT NOT NULL CHECK (signer3 = '' OR signer2 <> ''),"
	"  signer3_title TEXT NOT NULL,"
	"  signer3_key BLOB CHECK (length(signer3_key) = 32),"
	"  signatures INTEGER NOT NULL DEFAULT 0,"
	"  class TEXT NOT NULL CHECK (class IN ('B','T','R','SR')),"
	"  date TEXT NOT NULL,"
	"  content BLOB NOT NULL CHECK (length(content) = 32),"
	"  unsigned_pdf BLOB NOT NULL CHECK (length(unsigned_pdf) = 32),"
	"  signed_pdf BLOB CHECK (length(signed_pdf) = 32),"
	"  partly BLOB CHECK (length(partly) = 32),"
	"  recipe BLOB NOT NULL CHECK (length(recipe) = 32),"
	"  state TEXT NOT NULL CHECK (state IN"
	"    ('planned','sending','refused','unknown','published','superseded','withdrawn')),"
	"  signed_at INTEGER NOT NULL DEFAULT 0,"
	"  leaf INTEGER REFERENCES events(seq),"
	"  placed INTEGER NOT NULL DEFAULT 0 CHECK (placed IN (0, 1)),"
	"  receipt INTEGER NOT NULL DEFAULT 0 CHECK (receipt IN (0, 1)),"
	"  refused_code TEXT NOT NULL DEFAULT '',"
	"  refused_text TEXT NOT NULL DEFAULT '',"
	/* Since it was planned, and in a row since a person decided. */
	"  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),"
	"  refusals INTEGER NOT NULL DEFAULT 0 CHECK (refusals BETWEEN 0 AND attempts),"
	"  dropped INTEGER NOT NULL DEFAULT 0 CHECK (dropped = 0 OR (dropped = 1 AND state = 'withdrawn')),"
	/* What has gone out has a file, a moment and a leaf; what has not has none of them. */
	"  CHECK ((state IN ('published','superseded')) ="
	"    (signed_pdf IS NOT NULL AND leaf IS NOT NULL AND signed_at <> 0)),"
	"  CHECK (state IN ('published','superseded') OR"
	"    (signed_pdf IS NULL AND leaf IS NULL AND placed = 0 AND receipt = 0)),"
	/* ...and all its signatures; one with some of them has a file of its own. */
	"  CHECK (signatures BETWEEN 0 AND 1 + (signer2 <> '') + (signer3 <> '')),"
	"  CHECK ((state IN ('published','superseded')) ="
	"    (signatures = 1 + (signer2 <> '') + (signer3 <> ''))),"
	"  CHECK ((partly IS NOT NULL) = (signatures > 0 AND state NOT IN ('published','superseded')))"
	") STRICT;"
	"CREATE INDEX letters_case ON letters(case_id, kind, id);"
	"CREATE INDEX letters_code ON letters(code);"
	"CREATE INDEX letters_number ON letters(number, office) WHERE number <> '';"
	"CREATE UNIQUE INDEX letters_one_published ON letters(case_id, kind) WHERE state = 'published';"
	"CREATE UNIQUE INDEX letters_one_in_work ON letters(case_id, kind)"
	"  WHERE state IN ('planned','sending','refused','unknown');"
	/* A case that goes back to an older wording gets its older code again: the old row is out of the way. */
	"CREATE UNIQUE INDEX letters_one_code ON letters(code) WHERE state NOT IN ('superseded','withdrawn');"
	"CREATE UNIQUE INDEX letters_one_file ON letters(signed_pdf) WHERE signed_pdf IS NOT NULL;"
	"CREATE UNIQUE INDEX letters_one_leaf ON letters(leaf) WHERE leaf IS NOT NULL;"
	"CREATE INDEX letters_unplaced ON letters(id) WHERE state = 'published' AND placed = 0;"
	"CREATE INDEX letters_unreceipted ON letters(id) WHERE state = 'published' AND receipt = 0;",

	"CREATE TABLE batches ("
	"  id INTEGER PRIMARY KEY,"
	"  root BLOB NOT NULL CHECK (length(root) = 32),"
	"  code TEXT NOT NULL CHECK (length(code) = 9),"
	"  count INTEGER NOT NULL CHECK (count > 0),"
	"  approved_by TEXT NOT NULL CHECK (approved_by <> ''),"
	"  approved_at INTEGER NOT NULL,"
	"  how TEXT NOT NULL CHECK (how IN ('person','configuration'))"
	") STRICT;"
	"CREATE UNIQUE INDEX batches_root ON batches(root);"
	/* Which files were approved. Written before their batch, which counts them and closes the list for good. */
	"CREATE TABLE approved ("
	"  file BLOB PRIMARY KEY CHECK (length(file) = 32),"
	"  batch INTEGER NOT NULL REFERENCES batches(id) DEFERRABLE INITIALLY DEFERRED"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX approved_batch ON approved(batch);"
	"CREATE TRIGGER batches_are_counted BEFORE INSERT ON batches"
	"  WHEN NEW.count IS NOT (SELECT count(*) FROM approved WHERE batch = NEW.id)"
	"  BEGIN SELECT raise(ABORT, 'a batch has as many files as were approved'); END;"
	"CREATE TRIGGER approved_before_batch BEFORE INSERT ON approved"
	"  WHEN EXISTS (SELECT 1 FROM batches WHERE id = NEW.batch)"
	"  BEGIN SELECT raise(ABORT, 'nothing is added to an approved batch'); END;"
	"CREATE TRIGGER batches_stay BEFORE UPDATE ON batches"
	"  BEGIN SELECT raise(ABORT, 'approvals are never changed'); END;"
	"CREATE TRIGGER batches_remain BEFORE DELETE ON batches"
	"  BEGIN SELECT raise(ABORT, 'approvals are never deleted'); END;"
	"CREATE TRIGGER approved_stay BEFORE UPDATE ON approved"
	"  BEGIN SELECT raise(ABORT, 'approvals are never changed'); END;"
	"CREATE TRIGGER approved_remain BEFORE DELETE ON approved"
	"  BEGIN SELECT raise(ABORT, 'approvals are never deleted'); END;",

	"CREATE TABLE attempts ("
	"  id INTEGER PRIMARY KEY,"
	"  letter INTEGER NOT NULL REFERENCES letters(id),"
	"  signer INTEGER NOT NULL CHECK (signer BETWEEN 1 AND 3),"
	"  batch INTEGER NOT NULL REFERENCES batches(id),"
	/* No call: a person brought the answer to an earlier one. */
	"  late INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),"
	"  begun_at INTEGER NOT NULL,"
	"  ended TEXT CHECK (ended IN ('refused','unknown','not_sent','signed','published')),"
	"  http_status INTEGER,"
	"  code TEXT,"
	"  text TEXT,"
	"  wrong_secret INTEGER NOT NULL DEFAULT 0 CHECK (wrong_secret = 0 OR ended = 'refused'),"
	"  document_id TEXT,"
	"  raw BLOB"
	") STRICT;"
	"CREATE INDEX attempts_letter ON attempts(letter);"
	"CREATE UNIQUE INDEX attempts_one_open ON attempts(letter) WHERE ended IS NULL;"
	"CREATE TRIGGER attempts_are_approved BEFORE INSERT ON attempts"
	"  WHEN NOT EXISTS (SELECT 1 FROM letters JOIN approved ON file = unsigned_pdf"
	"    WHERE letters.id = NEW.letter AND approved.batch = NEW.batch)"
	"  BEGIN SELECT raise(ABORT, 'only approved files are sent'); END;",

	"CREATE TABLE events ("
	"  seq INTEGER PRIMARY KEY,"
	"  letter INTEGER REFERENCES letters(id),"
	"  attempt INTEGER REFERENCES attempts(id),"
	"  batch INTEGER REFERENCES batches(id),"
	"  kind TEXT NOT NULL CHECK (kind IN"
	"    "
	"('attempt','refused','unknown','signed','published','superseded','decided','dropped','approved')),"
	"  at INTEGER NOT NULL,"
	"  code TEXT NOT NULL,"
	"  content BLOB NOT NULL CHECK (length(content) = 32),"
	"  unsigned_pdf BLOB NOT NULL CHECK (length(unsigned_pdf) = 32),"
	"  signed_pdf BLOB NOT NULL CHECK (length(signed_pdf) = 32),"
	"  salt BLOB NOT NULL CHECK (length(salt) = 16),"
	"  leaf BLOB NOT NULL CHECK (length(leaf) BETWEEN 1 AND 65535),"
	"  person TEXT NOT NULL,"
	"  note TEXT NOT NULL,"
	/* An approval is of a batch, all else of a letter; what a person does has a name and a reason. */
	"  CHECK ((kind = 'approved') = (letter IS NULL)),"
	"  CHECK ((kind = 'approved') = (batch IS NOT NULL)),"
	"  CHECK ((kind IN ('approved','decided','dropped')) = (person <> '')),"
	"  CHECK ((kind IN ('approved','decided','dropped')) = (note <> ''))"
	") STRICT;"
	"CREATE UNIQUE INDEX events_batch ON events(batch) WHERE batch IS NOT NULL;"
	"CREATE INDEX events_letter ON events(letter);"
	"CREATE INDEX events_decisions ON events(seq) WHERE kind IN ('decided','dropped');"
	"CREATE INDEX events_partly ON events(signed_pdf) WHERE kind = 'signed';"
	"CREATE TRIGGER events_in_order BEFORE INSERT ON events"
	"  WHEN NEW.seq IS NOT (SELECT coalesce(max(seq) + 1, 0) FROM events)"
	"  BEGIN SELECT raise(ABORT, 'events are numbered without gaps'); END;"
	"CREATE TRIGGER events_stay BEFORE UPDATE ON events"
	"  BEGIN SELECT raise(ABORT, 'events are never changed'); END;"
	"CREATE TRIGGER events_remain BEFORE DELETE ON events"
	"  BEGIN SELECT raise(ABORT, 'events are never deleted'); END;"
	/* A letter that went out keeps its file, its code and its leaf for good. */
	"CREATE TRIGGER letters_remain BEFORE DELETE ON letters"
	"  BEGIN SELECT raise(ABORT, 'letters are never deleted'); END;"
	"CREATE TRIGGER letters_stay BEFORE UPDATE OF signed_pdf, leaf, code, content, unsigned_pdf, state "
	"ON letters"
	"  WHEN OLD.state IN ('published','superseded') AND NOT"
	"    (NEW.signed_pdf IS OLD.signed_pdf AND NEW.leaf IS OLD.leaf AND NEW.code IS OLD.code AND"
	"     NEW.content IS OLD.content AND NEW.unsigned_pdf IS OLD.unsigned_pdf AND"
	"     (NEW.state IS OLD.state OR (OLD.state = 'published' AND NEW.state = 'superseded')))"
	"  BEGIN SELECT raise(ABORT, 'a letter that went out does not change'); END;"
	"PRAGMA application_id = " TEXT(APPLICATION_ID) "; PRAGMA user_version = " TEXT(FORMAT),
};

static int pragma(struct db *d, const char *sql, int64_t *out, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(d, sql, &s, e) != 0 || db_step(s, e) < 0)
		return -1;
	*out = db_int(s, 0);
	db_reset(s);
	return 0;
}

int schema_check(struct db *d, const char *path, struct err *e)
{
	int64_t application, format;

	if (pragma(d, "PRAGMA application_id", &application, e) != 0 ||
		pragma(d, "PRAGMA user_version", &format, e) != 0)
		return -1;
	if (application != APPLICATION_ID)
		return err_set(e, ERR_CONFIG, _("'%s' is not a ledger of naskah"), path);
	if (format > FORMAT)
		return err_set(e, ERR_CONFIG,
			_("ledger '%s' has format %lld and this naskah knows %d: use the newer naskah"), path,
			(long long)format, FORMAT);
	if (format < FORMAT)
		return err_set(e, ERR_CONFIG,
			_("ledger '%s' has format %lld and this naskah writes %d: go on with the naskah that "
			  "made it, or begin another out folder (--out)"),
			path, (long long)format, FORMAT);
	return 0;
}

int schema_make(struct db *d, struct err *e)
{
	int64_t objects;
	int r;

	if (db_begin(d, e) != 0)
		return -1;
	r = pragma(d, "SELECT count(*) FROM sqlite_schema", &objects, e);
	for (size_t i = 0; r == 0 && objects == 0 && i < ARRAY_LEN(tables); i++)
		r = db_exec(d, tables[i], e);
	/* A file of another format or program is left as it is; schema_check() refuses it. */
	if (r != 0) {
		db_rollback(d);
		return -1;
	}
	return db_commit(d, e);
}
