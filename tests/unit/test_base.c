/* base and model: bytes, text, dates, files, codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/auto.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/outfile.h"
#include "base/secret.h"
#include "base/text.h"
#include "model/code.h"
#include "json/json.h"

#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static char folder[] = "/tmp/naskah-base-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static const char *in_folder(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

/* For a second name in the same call. */
static const char *in_folder_too(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void first_error_stays(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(&e, ERR_INPUT, "case\n%d", 17), -1);
	err_set(&e, ERR_IO, "later");
	err_context(&e, "%s", "a.xml");
	assert_int_equal(e.kind, ERR_INPUT);
	assert_string_equal(e.msg, "a.xml: case?17");
	char longest[2000];
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	err_context(&e, "%s", longest);
	assert_true(strlen(e.msg) < sizeof e.msg);
}

static void buf_keeps_its_ceiling(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(10);
	struct err e = ERR_INIT;

	(void)state;
	buf_adds(&b, "12345");
	buf_addf(&b, "%d", 67890);
	assert_int_equal(buf_check(&b, &e), 0);
	assert_string_equal(buf_str(&b), "1234567890");
	buf_addc(&b, 'x');
	buf_adds(&b, "");
	assert_int_equal(buf_check(&b, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	buf_reset(&b);
	assert_int_equal(buf_check(&b, &e), 0);
	assert_string_equal(buf_str(&b), "");
}

static void files_are_read_to_the_ceiling(void **state)
{
	AUTO(buf_release) struct buf fits = BUF_INIT(5), not = BUF_INIT(4);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(outfile_put(in_folder("five"), 0644, "12345", 5, &e), 0);
	assert_int_equal(buf_load(&fits, in_folder("five"), &e), 0);
	assert_int_equal(fits.len, 5);
	assert_int_equal(buf_load(&not, in_folder("five"), &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	err_clear(&e);
	assert_int_equal(buf_load(&fits, folder, &e), -1);
	assert_int_equal(e.kind, ERR_IO);
	/* An empty file is an empty text, whatever was in that memory before. */
	AUTO(buf_release) struct buf empty = BUF_INIT(100);
	unsigned char *room = buf_room(&empty, 50);
	assert_non_null(room);
	memset(room, 'x', 50);
	err_clear(&e);
	assert_int_equal(outfile_put(in_folder("empty"), 0644, "", 0, &e), 0);
	assert_int_equal(buf_load(&empty, in_folder("empty"), &e), 0);
	assert_string_equal(buf_str(&empty), "");
	assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
	err_clear(&e);
	assert_int_equal(buf_load(&fits, in_folder("fifo"), &e), -1);
}

static void a_file_appears_whole_or_not_at_all(void **state)
{
	struct outfile o = OUTFILE_INIT;
	struct err e = ERR_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(outfile_open(&o, in_folder("new/deep/file"), 0600, &e), 0);
	assert_int_equal(outfile_write(&o, "half", 4, &e), 0);
	assert_int_equal(access(in_folder("new/deep/file"), F_OK), -1);
	outfile_release(&o);
	assert_int_equal(access(in_folder("new/deep/file"), F_OK), -1);
	assert_int_equal(rmdir(in_folder("new/deep")), 0); /* nothing was left in it */
	assert_int_equal(outfile_put(in_folder("new/file"), 0600, "all", 3, &e), 0);
	assert_int_equal(stat(in_folder("new/file"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	ino_t before = st.st_ino;
	assert_int_equal(outfile_put(in_folder("new/file"), 0600, "new", 3, &e), 0);
	assert_int_equal(stat(in_folder("new/file"), &st), 0);
	assert_false(st.st_ino == before);
	assert_int_equal(outfile_put(in_folder("new/file/below"), 0600, "x", 1, &e), -1);
	assert_int_equal(e.kind, ERR_IO);
}

/* Only the finished file is ever seen in its folder; what it was made in lies elsewhere. */
static void a_file_may_be_made_elsewhere(void **state)
{
	AUTO(outfile_release) struct outfile o = OUTFILE_INIT;
	struct err e = ERR_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(outfile_open_in(&o, in_folder("making"), in_folder_too("made/file"), 0644, &e), 0);
	assert_int_equal(outfile_reserve(&o, 100000, &e), 0);
	assert_int_equal(outfile_write(&o, "whole", 5, &e), 0);
	assert_int_equal(rmdir(in_folder("made")), 0);
	assert_int_equal(mkdir(in_folder("made"), 0755), 0);
	assert_int_equal(outfile_commit(&o, &e), 0);
	/* The room that was not needed is given back. */
	assert_int_equal(stat(in_folder("made/file"), &st), 0);
	assert_int_equal(st.st_size, 5);
	assert_true(st.st_blocks * 512 < 100000);
	assert_int_equal(rmdir(in_folder("making")), 0);
}

static void many_files_are_committed_at_once(void **state)
{
	struct outfile files[3] = {OUTFILE_INIT, OUTFILE_INIT, OUTFILE_INIT};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(outfile_open(&files[0], in_folder("many/a"), 0644, &e), 0);
	assert_int_equal(outfile_open(&files[1], in_folder("many/b"), 0644, &e), 0);
	assert_int_equal(outfile_open(&files[2], in_folder("more/c"), 0644, &e), 0);
	assert_int_equal(outfile_commit_all(files, 3, &e), 0);
	assert_int_equal(access(in_folder("many/b"), F_OK), 0);
	assert_int_equal(access(in_folder("more/c"), F_OK), 0);
	for (size_t i = 0; i < 3; i++)
		outfile_release(&files[i]);
	assert_int_equal(outfile_rename(in_folder("many/a"), in_folder_too("other/place/a"), &e), 0);
	assert_int_equal(access(in_folder("other/place/a"), F_OK), 0);
	assert_int_equal(outfile_sync_folder(in_folder("other/place"), &e), 0);
	assert_int_equal(outfile_sync_folder(in_folder("none"), &e), -1);
	/* A folder may be named with a slash at the end; a file is no folder. */
	err_clear(&e);
	assert_int_equal(outfile_mkdirs(in_folder("x//y/"), 0755, &e), 0);
	assert_int_equal(outfile_mkdirs(in_folder("x//y/"), 0755, &e), 0);
	assert_int_equal(outfile_mkdirs(in_folder("many/b"), 0755, &e), -1);
	assert_int_equal(outfile_mkdirs("", 0755, &e), -1);
}

static void texts_are_cut_between_characters(void **state)
{
	char to[6];

	(void)state;
	text_copy(to, sizeof to, "abc");
	assert_string_equal(to, "abc");
	text_copy(to, sizeof to, "abcdefgh");
	assert_string_equal(to, "abcde");
	text_copy(to, sizeof to, "abc€");
	assert_string_equal(to, "abc");
	text_copy(to, sizeof to, "ab€x");
	assert_string_equal(to, "ab€");
	text_copy(to, sizeof to, "a\xff\xe2\x82z");
	assert_string_equal(to, "a???z");
	text_copy(to, sizeof to, NULL);
	assert_string_equal(to, "");
	text_copy(to, 1, "abc");
	assert_string_equal(to, "");
}

static void any_bytes_become_json(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT(1000);
	struct err e = ERR_INIT;

	(void)state;
	AUTO(json_release) json_t *good = json_any_string("a €");
	assert_string_equal(json_string_value(good), "a €");
	AUTO(json_release)
	json_t *odd = json_any_string("\xff"
				      "a\xe2\x82");
	assert_string_equal(json_string_value(odd), "\xef\xbf\xbd"
						    "a\xef\xbf\xbd\xef\xbf\xbd");
	assert_int_equal(json_write(odd, 0, &out, &e), 0);
}

/* A terminal of its own asks for the passphrase: typed, it comes without the line feed; interrupted, the echo is back. */
static void the_prompt_leaves_the_terminal_as_it_was(void **state)
{
	for (int interrupted = 0; interrupted < 2; interrupted++) {
		int terminal;
		pid_t pid = forkpty(&terminal, NULL, NULL, NULL);
		assert_true(pid >= 0);
		if (pid == 0) {
			struct secret *s = NULL;
			struct err e = ERR_INIT;
			struct termios t;
			sigset_t blocked;
			signal(SIGINT, SIG_IGN);
			/* As in a program of several threads. */
			sigemptyset(&blocked);
			sigaddset(&blocked, SIGINT);
			sigprocmask(SIG_BLOCK, &blocked, NULL);
			alarm(10);
			int r = secret_prompt("Sandi: ", &s, &e);
			if (tcgetattr(0, &t) != 0 || !(t.c_lflag & ECHO))
				_exit(3);
			_exit(r == 0 && secret_len(s) == 6 ? 0 : e.kind == ERR_USAGE ? 1 : 2);
		}
		/* Only once the question is there is the echo off. */
		char said[256] = "";
		size_t len = 0;
		while (!strstr(said, "Sandi: ")) {
			ssize_t n = read(terminal, said + len, sizeof said - 1 - len);
			assert_true(n > 0);
			len += (size_t)n;
		}
		assert_int_equal(write(terminal, interrupted ? "rah\x03" : "rahsia\n", interrupted ? 4 : 7),
			interrupted ? 4 : 7);
		int status;
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), interrupted);
		ssize_t n = read(terminal, said, sizeof said - 1);
		said[n > 0 ? n : 0] = '\0';
		assert_null(strstr(said, "rah"));
		close(terminal);
	}
	(void)state;
}

static void utf8_is_strict(void **state)
{
	(void)state;
	assert_true(utf8_is_valid("Ä€ 中 \U0001F600", strlen("Ä€ 中 \U0001F600")));
	assert_false(utf8_is_valid("\xc0\xaf", 2));         /* overlong */
	assert_false(utf8_is_valid("\xed\xa0\x80", 3));     /* surrogate */
	assert_false(utf8_is_valid("\xf4\x90\x80\x80", 4)); /* above U+10FFFF */
	assert_false(utf8_is_valid("\xe2\x82", 2));         /* cut */
	assert_false(utf8_is_valid("\x80", 1));
	for (uint32_t cp = 0; cp < 0x110000; cp += 7) {
		char bytes[4];
		size_t n = utf8_put(bytes, cp);
		const char *p = bytes;
		if (cp >= 0xd800 && cp <= 0xdfff)
			assert_int_equal(n, 0);
		else
			assert_int_equal(utf8_next(&p, bytes + n), cp);
	}
}

static void base64_has_one_spelling(void **state)
{
	static const struct {
		const char *text, *bytes;
	} good[] = {{"", ""}, {"Zg==", "f"}, {"Zm8=", "fo"}, {"Zm9v", "foo"}, {"Zm9vYmFy", "foobar"}};
	static const char *const bad[] = {
		"Zg=", "Zg", "Zh==", "Zm9=", "Z===", "Zm9v\n", "Zm 9", "====", "Zg==Zg=="};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(100), t = BUF_INIT(100);
		assert_int_equal(base64_parse(good[i].text, strlen(good[i].text), &b, &e), 0);
		assert_string_equal(buf_str(&b), good[i].bytes);
		base64_add(&t, (const unsigned char *)good[i].bytes, strlen(good[i].bytes));
		assert_string_equal(buf_str(&t), good[i].text);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(100);
		err_clear(&e);
		assert_int_equal(base64_parse(bad[i], strlen(bad[i]), &b, &e), -1);
	}
}

static void numbers_are_strict(void **state)
{
	uint64_t n = 7;

	(void)state;
	assert_true(text_to_uint("18446744073709551615", UINT64_MAX, &n));
	assert_true(n == UINT64_MAX);
	assert_false(text_to_uint("18446744073709551616", UINT64_MAX, &n));
	assert_false(text_to_uint("-1", 10, &n));
	assert_false(text_to_uint(" 1", 10, &n));
	assert_false(text_to_uint("", 10, &n));
	assert_false(text_to_uint("11", 10, &n));
}

static void dates_count_right(void **state)
{
	struct date d;
	int64_t at;
	char text[21];

	(void)state;
	assert_true(date_parse("2024-02-29", &d));
	assert_false(date_parse("2026-02-29", &d));
	assert_false(date_parse("2026-2-9", &d));
	assert_false(date_parse("2026-03-13T", &d));
	assert_int_equal(date_weekday((struct date){2026, 3, 13}), 5);
	assert_int_equal(date_days((struct date){1970, 1, 1}), 0);
	assert_true(moment_parse("2026-03-13T09:00:00+07:00", ZONE_UTC, &at));
	assert_int_equal(at, 1773367200);
	assert_true(moment_parse("2026-03-13T09:00:00", ZONE_WIB, &at));
	assert_int_equal(at, 1773367200);
	moment_text(at, text);
	assert_string_equal(text, "2026-03-13T02:00:00Z");
	assert_false(moment_parse("2026-03-13T24:00:00Z", ZONE_WIB, &at));
	assert_false(moment_parse("2026-03-13T09:00:00+7:00", ZONE_WIB, &at));
	for (int64_t day = -800000; day < 800000; day += 97) {
		struct moment m = moment_in(day * 86400 + 3661, ZONE_WIT);
		assert_int_equal(moment_at(m, ZONE_WIT), day * 86400 + 3661);
	}
}

static void a_mistyped_code_is_noticed(void **state)
{
	struct sha256 mac;
	char code[CODE_TEXT], back[CODE_TEXT], shown[CODE_SHOWN];

	(void)state;
	for (size_t i = 0; i < sizeof mac.bytes; i++)
		mac.bytes[i] = (unsigned char)(i * 37 + 11);
	code_from_mac(&mac, code);
	assert_int_equal(strlen(code), CODE_DIGITS);
	code_show(code, shown);
	assert_true(code_parse(shown, back));
	assert_string_equal(back, code);
	/* every wrong digit, every swap */
	for (size_t i = 0; i < CODE_DIGITS; i++) {
		for (int v = 0; v < 32; v++) {
			char wrong[CODE_TEXT];
			memcpy(wrong, code, sizeof wrong);
			wrong[i] = base32_digits[v];
			assert_true(code_parse(wrong, back) == (wrong[i] == code[i]));
		}
		for (size_t k = i + 1; k < CODE_DIGITS; k++) {
			char wrong[CODE_TEXT];
			memcpy(wrong, code, sizeof wrong);
			wrong[i] = code[k];
			wrong[k] = code[i];
			assert_true(code_parse(wrong, back) == (code[i] == code[k]));
		}
	}
	assert_false(code_parse("", back));
	assert_false(code_parse(code + 1, back));
	/* look-alikes and letter case are forgiven */
	char typed[CODE_TEXT];
	for (size_t i = 0; i <= CODE_DIGITS; i++)
		typed[i] = code[i] == '0'              ? 'o'
			   : code[i] == '1'            ? 'l'
			   : code[i] >= 'A' && code[i] ? (char)(code[i] - 'A' + 'a')
						       : code[i];
	assert_true(code_parse(typed, back));
	assert_string_equal(back, code);
}

static void secrets_come_from_private_files_only(void **state)
{
	AUTO(secret_release) struct secret *s = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(outfile_put(in_folder("open"), 0644, "kata sandi\n", 11, &e), 0);
	assert_int_equal(secret_load(in_folder("open"), &s, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_null(strstr(e.msg, "sandi"));
	err_clear(&e);
	assert_int_equal(outfile_put(in_folder("closed"), 0600, "kata sandi\r\nmore", 16, &e), 0);
	assert_int_equal(secret_load(in_folder("closed"), &s, &e), 0);
	assert_int_equal(secret_len(s), 10);
	assert_memory_equal(secret_bytes(s), "kata sandi", 10);
	assert_int_equal(symlink(in_folder("closed"), "/tmp/naskah-base-link"), 0);
	AUTO(secret_release) struct secret *linked = NULL;
	assert_int_equal(secret_load("/tmp/naskah-base-link", &linked, &e), -1);
	unlink("/tmp/naskah-base-link");
}

static void an_arena_has_a_ceiling(void **state)
{
	AUTO(arena_release) struct arena a = ARENA_INIT(100000);

	(void)state;
	char *first = arena_printf(&a, "%05d", 42);
	assert_string_equal(first, "00042");
	assert_non_null(arena_alloc(&a, 90000));
	assert_false(a.failed);
	assert_null(arena_alloc(&a, 20000));
	assert_null(arena_calloc(&a, SIZE_MAX, 16));
	assert_true(a.failed);
	arena_reset(&a);
	assert_false(a.failed);
	assert_non_null(arena_alloc(&a, 20000));
}

/* Text in pieces means what the whole means: all short texts over the digits that matter, cut at each place. */
static void base64_in_pieces(void **state)
{
	static const char digits[] = "AQz/=-";
	size_t good = 0;

	(void)state;
	for (unsigned n = 0; n < 6 * 6 * 6 * 6 * 6; n++) {
		char text[9] = "AAA";
		size_t len = n % 9;
		for (unsigned i = 0, rest = n; i < 5; i++, rest /= 6)
			text[3 + i] = digits[rest % 6];
		AUTO(buf_release) struct buf whole = BUF_INIT(16);
		struct err e = ERR_INIT;
		int r = base64_parse(text, len, &whole, &e);
		good += r == 0 && len > 0;
		for (size_t cut = 0; cut <= len; cut++) {
			struct base64_reader reader = {.count = 0};
			unsigned char out[32];
			size_t first = 0, second = 0;
			bool fine = base64_take(&reader, text, cut, out, &first) &&
				    base64_take(&reader, text + cut, len - cut, out + first, &second) &&
				    base64_ended(&reader);
			assert_int_equal(fine, r == 0);
			assert_true(first <= base64_most(cut) && second <= base64_most(len - cut));
			if (fine) {
				assert_int_equal(first + second, whole.len);
				assert_memory_equal(out, whole.data ? whole.data : out, whole.len);
			}
		}
	}
	assert_true(good > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_in_pieces),
		cmocka_unit_test(first_error_stays),
		cmocka_unit_test(buf_keeps_its_ceiling),
		cmocka_unit_test(files_are_read_to_the_ceiling),
		cmocka_unit_test(a_file_appears_whole_or_not_at_all),
		cmocka_unit_test(a_file_may_be_made_elsewhere),
		cmocka_unit_test(many_files_are_committed_at_once),
		cmocka_unit_test(texts_are_cut_between_characters),
		cmocka_unit_test(any_bytes_become_json),
		cmocka_unit_test(the_prompt_leaves_the_terminal_as_it_was),
		cmocka_unit_test(utf8_is_strict),
		cmocka_unit_test(base64_has_one_spelling),
		cmocka_unit_test(numbers_are_strict),
		cmocka_unit_test(dates_count_right),
		cmocka_unit_test(a_mistyped_code_is_noticed),
		cmocka_unit_test(secrets_come_from_private_files_only),
		cmocka_unit_test(an_arena_has_a_ceiling),
	};

	return cmocka_run_group_tests(tests, make_folder, NULL);
}
