#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/check.h"
#include "audit/leaf.h"
#include "audit/log.h"
#include "audit/merkle.h"
#include "audit/tiles.h"
#include "base/auto.h"
#include "base/outfile.h"
#include "base/text.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ORIGIN "naskah.contoh.example/log"

static char folder[64], dir[96], key_path[96];
static const struct audit_config config = {dir, ORIGIN, key_path};
static const struct audit_config reader = {dir, ORIGIN, NULL};

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/naskah-audit-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(dir, sizeof dir, "%s/audit", folder);
	snprintf(key_path, sizeof key_path, "%s/log.key", folder);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int drop_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The event at `index`: different for each, the same every time. */
static struct event event_at(int64_t index)
{
	struct event ev = {
		.kind = index % 3 == 2 ? EVENT_PUBLISHED : EVENT_ATTEMPT, .at = 1773626400 + index};

	snprintf(ev.code, sizeof ev.code, "%021lld", (long long)index);
	memset(ev.content.bytes, (int)(index % 251), SHA256_LEN);
	memset(ev.unsigned_pdf.bytes, (int)(index % 241), SHA256_LEN);
	memset(ev.signed_pdf.bytes, (int)(index % 239), SHA256_LEN);
	memset(ev.salt, (int)(index % 233), sizeof ev.salt);
	return ev;
}

#define OK(call)                                                                                             \
	do {                                                                                                 \
		struct err e = ERR_INIT;                                                                     \
		if ((call) != 0)                                                                             \
			fail_msg("%s: %s", #call, e.msg);                                                    \
	} while (0)

static struct audit_log *open_log(void)
{
	struct audit_log *l = NULL;

	OK(audit_log_open(&config, &l, &e));
	return l;
}

static void add_up_to(struct audit_log *l, int64_t size)
{
	for (int64_t i = audit_log_size(l); i < size; i++) {
		AUTO(buf_release) struct buf leaf = BUF_INIT(4096);
		struct event ev = event_at(i);
		leaf_write(&ev, &leaf);
		OK(audit_log_add(l, leaf.data, leaf.len, &e));
	}
}

static void grow_to(int64_t size)
{
	AUTO(audit_log_release) struct audit_log *l = open_log();

	add_up_to(l, size);
	OK(audit_log_commit(l, &e));
}

static int from_events(void *user, int64_t index, struct buf *leaf, bool *found, struct err *e)
{
	const int64_t *count = user;
	struct event ev = event_at(index);

	(void)e;
	*found = index < *count;
	if (*found)
		leaf_write(&ev, leaf);
	return 0;
}

static struct audit_result look(int64_t ledger_events)
{
	struct audit_result r = {.good = false};

	OK(audit_check(dir, ORIGIN, NULL, ledger_events < 0 ? NULL : from_events, &ledger_events, &r, &e));
	return r;
}

static void good(int64_t size)
{
	struct audit_result r = look(size);

	if (!r.good)
		fail_msg("%s", r.why);
	assert_string_equal(r.why, "");
	assert_int_equal(r.size, size);
}

static void bad(const char *word)
{
	struct audit_result r = look(-1);

	if (r.good)
		fail_msg("good, although: %s", word);
	if (!strstr(r.why, word))
		fail_msg("'%s' does not name '%s'", r.why, word);
}

static char *in_dir(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static bool there(const char *name)
{
	return access(in_dir(name), F_OK) == 0;
}

static char *vkey_text(void)
{
	static char text[512];
	AUTO(buf_release) struct buf b = BUF_INIT(500);

	OK(buf_load(&b, in_dir("vkey"), &e));
	memcpy(text, b.data, b.len);
	text[b.len] = '\0';
	return text;
}

/* ---- leaf ----------------------------------------------------------------------------------------------- */

static void a_leaf_shows_nothing_but_kind_and_moment(void **state)
{
	AUTO(buf_release) struct buf a = BUF_INIT(4096);
	AUTO(buf_release) struct buf b = BUF_INIT(4096);
	struct event ev = event_at(5);

	(void)state;
	leaf_write(&ev, &a);
	assert_memory_equal(a.data, "naskah-event-v1\npublished\n2026-03-16T02:00:05Z\ncode ", 52);
	assert_null(strstr(buf_str(&a), ev.code));
	/* SHA-256(salt || "code" || code), computed elsewhere. */
	assert_non_null(strstr(buf_str(&a), "\ncode AmNBdNySWA0oeVnUhWkLMXMyQ6qIummJi3PfLqLgZuo=\n"));
	ev.salt[0] ^= 1;
	leaf_write(&ev, &b);
	assert_int_equal(a.len, b.len);
	/* With another salt no hash is the same: two leaves about one letter cannot be joined. */
	for (const char *x = strstr(buf_str(&a), "code "), *y = strstr(buf_str(&b), "code "); x && y && *x;) {
		assert_int_not_equal(strncmp(strchr(x, ' '), strchr(y, ' '), 45), 0);
		x = strchr(x, '\n') + 1;
		y = strchr(y, '\n') + 1;
	}
}

/* ---- log ------------------------------------------------------------------------------------------------ */

static void grows_and_can_be_checked(void **state)
{
	static const int64_t sizes[] = {0, 1, 2, 3, 64, 128, 255, 256, 257, 511, 512, 513, 1000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		grow_to(sizes[i]);
		good(sizes[i]);
	}
	assert_true(there("tile/0/000"));
	assert_false(there("tile/0/000.p")); /* replaced by the full one */
	assert_false(there("tile/entries/000.p"));
	assert_true(there("tile/0/003.p/232"));
	assert_true(there("tile/1/000.p/3"));
	/* The ledger has more, fewer, other events. */
	struct audit_result r = look(1001);
	assert_false(r.good);
	assert_non_null(strstr(r.why, "1000"));
	r = look(999);
	assert_false(r.good);
	assert_non_null(strstr(r.why, "999"));
}

static void the_same_leaves_make_the_same_log(void **state)
{
	AUTO(buf_release) struct buf once = BUF_INIT(4096);
	AUTO(buf_release) struct buf steps = BUF_INIT(4096);

	(void)state;
	grow_to(700);
	OK(buf_load(&once, in_dir("checkpoint"), &e));
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	for (int64_t size = 100; size <= 700; size += 100)
		grow_to(size);
	OK(buf_load(&steps, in_dir("checkpoint"), &e));
	assert_int_equal(once.len, steps.len);
	assert_memory_equal(once.data, steps.data, once.len);
	good(700);
}

static void a_commit_without_news_touches_nothing(void **state)
{
	struct stat before, after;

	(void)state;
	grow_to(300);
	assert_int_equal(stat(in_dir("checkpoint"), &before), 0);
	grow_to(300);
	assert_int_equal(stat(in_dir("checkpoint"), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_true(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
}

static void a_large_log(void **state)
{
	AUTO(audit_log_release) struct audit_log *l = NULL;
	AUTO(buf_release) struct buf receipt = BUF_INIT(20000);
	struct receipt_result r;

	(void)state;
	/* Level 2 begins at 65,536. Fewer fsyncs would not make this test slower than it is: it has 514 files. */
	grow_to(65535);
	grow_to(65536);
	assert_true(there("tile/1/000"));
	assert_true(there("tile/2/000.p/1"));
	assert_false(there("tile/1/000.p"));
	grow_to(65537);
	good(65537);
	l = open_log();
	static const int64_t places[] = {0, 255, 256, 40000, 65535, 65536};
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct event ev = event_at(places[i]);
		buf_reset(&receipt);
		OK(audit_log_prove(l, places[i], &ev, &receipt, &e));
		OK(receipt_check(receipt.data, receipt.len, vkey_text(), NULL, &r, &e));
		assert_true(r.good);
		assert_int_equal(r.index, places[i]);
	}
}

static void readers_do_not_write(void **state)
{
	AUTO(audit_log_release) struct audit_log *l = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(audit_log_open(&reader, &l, &e), -1);
	assert_null(l);
	assert_false(there("vkey"));
	grow_to(10);
	err_clear(&e);
	assert_int_equal(audit_log_open(&reader, &l, &e), 0);
	assert_int_equal(audit_log_size(l), 10);
	assert_int_equal(audit_log_add(l, "x", 1, &e), -1);
	assert_int_equal(e.kind, ERR_BUG);
	assert_int_equal(audit_log_commit(l, NULL), -1);
}

static void another_key_or_origin_is_refused(void **state)
{
	const struct audit_config other_origin = {dir, "other.example/log", key_path};
	char other_path[128];
	const struct audit_config other_key = {dir, ORIGIN, other_path};
	struct audit_log *l = NULL;
	struct err e = ERR_INIT;

	(void)state;
	snprintf(other_path, sizeof other_path, "%s/other.key", folder);
	grow_to(3);
	assert_int_equal(audit_log_open(&other_origin, &l, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	err_clear(&e);
	assert_int_equal(audit_log_open(&other_key, &l, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_null(l);
}

static void leaves_have_limits(void **state)
{
	AUTO(audit_log_release) struct audit_log *l = open_log();
	static unsigned char leaf[LEAF_MAX_BYTES + 1];

	(void)state;
	assert_int_equal(audit_log_add(l, leaf, 0, NULL), -1);
	assert_int_equal(audit_log_add(l, leaf, sizeof leaf, NULL), -1);
	for (int i = 0; i < 257; i++)
		OK(audit_log_add(l, leaf, LEAF_MAX_BYTES, &e));
	OK(audit_log_commit(l, &e));
	struct audit_result r = look(-1);
	assert_true(r.good);
}

/* ---- crashes -------------------------------------------------------------------------------------------- */

/* What a kill leaves at each point of a commit: new tiles and bundles, but the old checkpoint. */
static void a_killed_commit_is_made_up_for(void **state)
{
	static const struct {
		int64_t before, after, then;
	} ways[] = {{0, 5, 7}, {5, 9, 9}, {200, 255, 300}, {200, 256, 256}, {200, 600, 700}, {256, 257, 300},
		{255, 512, 513}, {300, 900, 950}};

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		AUTO(buf_release) struct buf old = BUF_INIT(4096);
		drop_folder(state);
		assert_int_equal(make_folder(state), 0);
		grow_to(ways[i].before);
		OK(buf_load(&old, in_dir("checkpoint"), &e));
		grow_to(ways[i].after);
		OK(outfile_put(in_dir("checkpoint"), 0644, old.data, old.len, &e));
		OK(outfile_put(in_dir("tile/0/.tmp-000-abc"), 0644, "half", 4, &e));
		OK(outfile_put(in_dir(".tmp-checkpoint-abc"), 0644, "half", 4, &e));
		/* As the kill left it: good, as far as the checkpoint goes. */
		struct audit_result r = look(ways[i].before);
		if (!r.good)
			fail_msg("%lld: %s", (long long)ways[i].before, r.why);
		assert_true(r.beyond > 0);
		grow_to(ways[i].then);
		r = look(ways[i].then);
		if (!r.good)
			fail_msg("%lld: %s", (long long)ways[i].then, r.why);
		assert_int_equal(r.beyond, 0);
		assert_false(there("tile/0/.tmp-000-abc") && ways[i].before < 256);
		assert_false(there(".tmp-checkpoint-abc"));
	}
}

static void a_disk_that_refuses_breaks_the_handle_only(void **state)
{
	AUTO(audit_log_release) struct audit_log *l = NULL;
	struct err full = ERR_INIT;

	(void)state;
	grow_to(250);
	l = open_log();
	add_up_to(l, 255);
	/* A file where the folder of partial tiles must be. */
	OK(outfile_put(in_dir("tile/1"), 0644, "", 0, &e));
	AUTO(buf_release) struct buf leaf = BUF_INIT(4096);
	struct event ev = event_at(255);
	leaf_write(&ev, &leaf);
	assert_int_equal(audit_log_add(l, leaf.data, leaf.len, &full), 0);
	assert_int_equal(audit_log_commit(l, &full), -1);
	assert_int_equal(full.kind, ERR_IO);
	assert_int_equal(audit_log_add(l, leaf.data, leaf.len, NULL), -1);
	assert_int_equal(audit_log_commit(l, NULL), -1);
	assert_int_equal(unlink(in_dir("tile/1")), 0);
	grow_to(256);
	good(256);
}

/* ---- damage --------------------------------------------------------------------------------------------- */

struct found {
	char path[64][256];
	size_t count;
} files;

static int note_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)at;
	if (type == FTW_F) {
		assert_true(files.count < ARRAY_LEN(files.path));
		snprintf(files.path[files.count++], sizeof files.path[0], "%s", path);
	}
	return 0;
}

static void write_raw(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void every_flipped_byte_of_the_log_shows(void **state)
{
	(void)state;
	/* Two commits within a tile, so that an older partial tile lies there too. */
	grow_to(3);
	grow_to(5);
	files.count = 0;
	nftw(dir, note_file, 16, FTW_PHYS);
	assert_int_equal(files.count, 6);
	for (size_t i = 0; i < files.count; i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(100000);
		OK(buf_load(&b, files.path[i], &e));
		for (size_t k = 0; k < b.len; k++) {
			b.data[k] ^= (unsigned char)(1u << k % 8);
			write_raw(files.path[i], b.data, b.len);
			if (look(-1).good)
				fail_msg("byte %zu of %s", k, files.path[i]);
			b.data[k] ^= (unsigned char)(1u << k % 8);
		}
		for (size_t cut = 0; cut < b.len; cut += 1 + b.len / 50) {
			write_raw(files.path[i], b.data, cut);
			if (look(-1).good)
				fail_msg("%s cut to %zu", files.path[i], cut);
		}
		buf_addc(&b, '\n');
		write_raw(files.path[i], b.data, b.len);
		if (look(-1).good)
			fail_msg("%s with one byte more", files.path[i]);
		unlink(files.path[i]);
		/* Older partial tiles are a courtesy to slow readers; all else must be there. */
		if (look(-1).good != (strstr(files.path[i], ".p/3") != NULL))
			fail_msg("%s missing", files.path[i]);
		write_raw(files.path[i], b.data, b.len - 1);
	}
	good(5);
}

static void full_tiles_and_upper_levels_are_compared(void **state)
{
	static const char *const names[] = {"tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2",
		"tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"};

	(void)state;
	grow_to(600);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(1000000);
		OK(buf_load(&b, in_dir(names[i]), &e));
		for (size_t k = 0; k < b.len; k += 1 + b.len / 40) {
			b.data[k] ^= 1;
			write_raw(in_dir(names[i]), b.data, b.len);
			if (look(-1).good)
				fail_msg("byte %zu of %s", k, names[i]);
			b.data[k] ^= 1;
		}
		write_raw(in_dir(names[i]), b.data, b.len - 1);
		bad(names[i]);
		unlink(in_dir(names[i]));
		bad(names[i]);
		write_raw(in_dir(names[i]), b.data, b.len);
	}
	good(600);
}

static void files_that_do_not_belong_are_named(void **state)
{
	static const char *const strange[] = {"tile/readme", "tile/0/000.p/03", "tile/0/0000", "tile/9/000",
		"tile/entries/000.p/x", "tile/0/000.p/3.gz", "tile/entries/000.bak"};

	(void)state;
	grow_to(300);
	for (size_t i = 0; i < ARRAY_LEN(strange); i++) {
		OK(outfile_put(in_dir(strange[i]), 0644, "x", 1, &e));
		bad(strange[i]);
		unlink(in_dir(strange[i]));
	}
	assert_int_equal(rmdir(in_dir("tile/9")), 0);
	/* Right names with the wrong bytes: an older partial tile, one further than the checkpoint. */
	static unsigned char wrong[100 * SHA256_LEN];
	OK(outfile_put(in_dir("tile/0/000.p/100"), 0644, wrong, sizeof wrong, &e));
	bad("tile/0/000.p/100");
	unlink(in_dir("tile/0/000.p/100"));
	OK(outfile_put(in_dir("tile/0/001.p/100"), 0644, wrong, sizeof wrong, &e));
	bad("tile/0/001.p/100");
	unlink(in_dir("tile/0/001.p/100"));
	/* A link instead of a file. */
	char kept[128];
	snprintf(kept, sizeof kept, "%s/kept", dir);
	assert_int_equal(rename(in_dir("tile/0/000"), kept), 0);
	assert_int_equal(symlink(kept, in_dir("tile/0/000")), 0);
	bad("tile/0/000");
}

static void a_log_signed_by_another_is_refused(void **state)
{
	struct audit_result r;
	char mine[512];

	(void)state;
	grow_to(3);
	snprintf(mine, sizeof mine, "%s", vkey_text());
	drop_folder(state);
	assert_int_equal(make_folder(state), 0);
	grow_to(3); /* a whole, consistent log under a key of somebody else */
	good(3);
	OK(audit_check(dir, ORIGIN, mine, NULL, NULL, &r, &e));
	assert_false(r.good);
	OK(audit_check(dir, "other.example/log", NULL, NULL, NULL, &r, &e));
	assert_false(r.good);
	OK(audit_check(dir, ORIGIN, "nonsense", NULL, NULL, &r, &e));
	assert_false(r.good);
	struct err lost = ERR_INIT;
	assert_int_equal(audit_check("/nonexistent", ORIGIN, NULL, NULL, NULL, &r, &lost), -1);
	assert_int_equal(lost.kind, ERR_IO);
}

static void damage_is_seen_when_opening(void **state)
{
	static const char *const names[] = {
		"checkpoint", "vkey", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"};

	(void)state;
	grow_to(300);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(1000000);
		struct audit_log *l = NULL;
		struct err e = ERR_INIT;
		assert_int_equal(buf_load(&b, in_dir(names[i]), &e), 0);
		b.data[b.len / 2] ^= 1;
		write_raw(in_dir(names[i]), b.data, b.len);
		assert_int_equal(audit_log_open(&config, &l, &e), -1);
		assert_null(l);
		assert_true(e.msg[0] != '\0');
		b.data[b.len / 2] ^= 1;
		write_raw(in_dir(names[i]), b.data, b.len);
	}
	good(300);
}

/* ---- receipts ------------------------------------------------------------------------------------------- */

static void receipts_prove_their_event(void **state)
{
	AUTO(audit_log_release) struct audit_log *l = NULL;
	struct receipt_result r;
	struct err e = ERR_INIT;

	(void)state;
	grow_to(520);
	l = open_log();
	for (int64_t i = 0; i < 520; i += i < 10 || i > 505 ? 1 : 13) {
		AUTO(buf_release) struct buf receipt = BUF_INIT(20000);
		struct event ev = event_at(i);
		assert_int_equal(audit_log_prove(l, i, &ev, &receipt, &e), 0);
		assert_int_equal(receipt_check(receipt.data, receipt.len, vkey_text(), NULL, &r, &e), 0);
		if (!r.good)
			fail_msg("%lld: %s", (long long)i, r.why);
		assert_int_equal(r.index, i);
		assert_int_equal(r.size, 520);
		assert_string_equal(r.event.code, ev.code);
		assert_int_equal(r.event.at, ev.at);
		assert_memory_equal(&r.event.signed_pdf, &ev.signed_pdf, SHA256_LEN);
		/* With the file's hash: only a published event, and only of that file. */
		assert_int_equal(
			receipt_check(receipt.data, receipt.len, vkey_text(), &ev.signed_pdf, &r, &e), 0);
		assert_int_equal(r.good, ev.kind == EVENT_PUBLISHED);
		ev.signed_pdf.bytes[31] ^= 1;
		assert_int_equal(
			receipt_check(receipt.data, receipt.len, vkey_text(), &ev.signed_pdf, &r, &e), 0);
		assert_false(r.good);
	}
	/* Another event than the one logged, an index beyond: no receipt. */
	AUTO(buf_release) struct buf none = BUF_INIT(20000);
	struct event ev = event_at(7);
	assert_int_equal(audit_log_prove(l, 8, &ev, &none, &e), -1);
	err_clear(&e);
	assert_int_equal(audit_log_prove(l, 520, &ev, &none, &e), -1);
	assert_int_equal(e.kind, ERR_BUG);
	/* Added, not yet committed: no receipt either. */
	add_up_to(l, 521);
	ev = event_at(520);
	assert_int_equal(audit_log_prove(l, 520, &ev, &none, NULL), -1);
	assert_int_equal(none.len, 0);
	ev = event_at(519);
	assert_int_equal(audit_log_prove(l, 519, &ev, &none, NULL), 0);
}

static void every_flipped_byte_of_a_receipt_shows(void **state)
{
	AUTO(audit_log_release) struct audit_log *l = NULL;
	AUTO(buf_release) struct buf receipt = BUF_INIT(20000);
	struct event ev = event_at(2);
	struct receipt_result r;
	struct err e = ERR_INIT;

	(void)state;
	grow_to(5);
	l = open_log();
	assert_int_equal(audit_log_prove(l, 2, &ev, &receipt, &e), 0);
	const char *vkey = vkey_text();
	for (size_t k = 0; k < receipt.len; k++)
		for (unsigned bit = 0; bit < 8; bit++) {
			receipt.data[k] ^= (unsigned char)(1u << bit);
			assert_int_equal(receipt_check(receipt.data, receipt.len, vkey, NULL, &r, &e), 0);
			if (r.good)
				fail_msg("byte %zu bit %u", k, bit);
			assert_true(r.why[0] != '\0');
			receipt.data[k] ^= (unsigned char)(1u << bit);
		}
	for (size_t n = 0; n < receipt.len; n++) {
		assert_int_equal(receipt_check(receipt.data, n, vkey, NULL, &r, &e), 0);
		assert_false(r.good);
	}
	buf_addc(&receipt, '\n');
	assert_int_equal(receipt_check(receipt.data, receipt.len, vkey, NULL, &r, &e), 0);
	assert_false(r.good);
	assert_int_equal(receipt_check(receipt.data, receipt.len - 1, vkey, NULL, &r, &e), 0);
	assert_true(r.good);
	for (size_t k = 0; vkey[k + 1]; k++) {
		char other[512];
		snprintf(other, sizeof other, "%s", vkey);
		other[k] = (char)(other[k] ^ 1);
		assert_int_equal(receipt_check(receipt.data, receipt.len - 1, other, NULL, &r, &e), 0);
		assert_false(r.good);
	}
}

static void hex_has_one_spelling(void **state)
{
	AUTO(audit_log_release) struct audit_log *l = NULL;
	AUTO(buf_release) struct buf receipt = BUF_INIT(20000);
	AUTO(buf_release) struct buf opening = BUF_INIT(20000);
	AUTO(buf_release) struct buf forged = BUF_INIT(20000);
	struct event ev = event_at(0xab);
	struct receipt_result r;
	struct err e = ERR_INIT;

	(void)state;
	grow_to(200);
	l = open_log();
	assert_int_equal(audit_log_prove(l, 0xab, &ev, &receipt, &e), 0);
	char *extra = strchr(strstr(buf_str(&receipt), "extra "), ' ') + 1, *end = strchr(extra, '\n');
	assert_int_equal(base64_parse(extra, (size_t)(end - extra), &opening, &e), 0);
	char *digit = strstr((char *)opening.data, "content ab");
	assert_non_null(digit);
	digit[8] = 'A'; /* the same hash, spelt in another way */
	buf_add(&forged, receipt.data, (size_t)(extra - (char *)receipt.data));
	base64_add(&forged, opening.data, opening.len);
	buf_adds(&forged, end);
	assert_int_equal(receipt_check(forged.data, forged.len, vkey_text(), NULL, &r, &e), 0);
	assert_false(r.good);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)
	const struct CMUnitTest tests[] = {
		T(a_leaf_shows_nothing_but_kind_and_moment),
		T(grows_and_can_be_checked),
		T(the_same_leaves_make_the_same_log),
		T(a_commit_without_news_touches_nothing),
		T(a_large_log),
		T(readers_do_not_write),
		T(another_key_or_origin_is_refused),
		T(leaves_have_limits),
		T(a_killed_commit_is_made_up_for),
		T(a_disk_that_refuses_breaks_the_handle_only),
		T(every_flipped_byte_of_the_log_shows),
		T(full_tiles_and_upper_levels_are_compared),
		T(files_that_do_not_belong_are_named),
		T(a_log_signed_by_another_is_refused),
		T(damage_is_seen_when_opening),
		T(receipts_prove_their_event),
		T(every_flipped_byte_of_a_receipt_shows),
		T(hex_has_one_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
