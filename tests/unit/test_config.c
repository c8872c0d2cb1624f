#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "config/config.h"
#include "config/ini.h"
#include "tool.h"

#include <stdio.h>

static char path[128];

static int make_folder(void **state)
{
	(void)state;
	tool_temp(path, sizeof path, "naskah.ini");
	return 0;
}

static int drop_folder(void **state)
{
	(void)state;
	tool_temp_remove();
	return 0;
}

static void put_bytes(const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
}

static void put(const char *text)
{
	put_bytes(text, strlen(text));
}

static int load(struct config *c, struct err *e)
{
	return config_load(path, "/data", NULL, c, e);
}

static void good(const char *text, struct config *c)
{
	struct err e = ERR_INIT;

	put(text);
	if (load(c, &e) != 0)
		fail_msg("%s: %s", text, e.msg);
}

/* Refused as a matter of configuration, with this in the message. */
static void refused(const char *text, const char *message)
{
	struct config c;
	struct err e = ERR_INIT;

	put(text);
	if (load(&c, &e) == 0)
		fail_msg("taken: %s", text);
	if (!strstr(e.msg, message))
		fail_msg("'%s' is not in: %s", message, e.msg);
	assert_int_equal(e.kind, ERR_CONFIG);
}

#define NIK "3174051208700002"

static void without_a_file_defaults_hold(void **state)
{
	AUTO(config_release) struct config c = {.path = NULL};
	struct err e = ERR_INIT;

	(void)state;
	put("");
	assert_int_equal(load(&c, &e), 0);
	assert_string_equal(c.out, "out");
	assert_string_equal(c.keys, "out/keys");
	assert_string_equal(c.sandbox_state, "out/sandbox");
	assert_string_equal(c.templates, "/data/templates");
	assert_null(c.sign_url);
	assert_int_equal(c.serve_port, 8480);
	assert_int_equal(c.zone, ZONE_WIB);
}

static void out_on_the_command_line_takes_its_folders_along(void **state)
{
	AUTO(config_release) struct config c = {.path = NULL};
	struct err e = ERR_INIT;

	(void)state;
	put("[paths]\nout = here\nkeys = kept\n");
	assert_int_equal(config_load(path, "/data", "/else where", &c, &e), 0);
	assert_string_equal(c.out, "/else where");
	assert_string_equal(c.sandbox_state, "/else where/sandbox");
	assert_non_null(strstr(c.keys, "/kept"));
}

static void line_ends_and_marks_of_other_systems_are_taken(void **state)
{
	AUTO(config_release) struct config c = {.path = NULL};

	(void)state;
	good("\xef\xbb\xbf[office]\r\n; sebuah catatan\r\nname = Biro; Umum = A\r\n# lagi\r\n[serve]\r\nport "
	     "= 1",
		&c);
	/* A ';' within a word is text. */
	assert_string_equal(c.office, "Biro; Umum = A");
	assert_int_equal(c.serve_port, 1);
}

static void the_wrong_line_is_named(void **state)
{
	(void)state;
	refused("[office]\ncolour = red\nname = A\n\n\n", ".ini:2: ");
	refused("[office]\nname = A\nzone = WIX\n[serve]\nport = 1\n", ".ini:3: ");
	refused("[office]\nname = A\nwhat\ncolour = red\n", ".ini:3: neither");
	refused("[office]\ncolour = red\nwhat\n", ".ini:2: unknown key 'colour'");
	refused("name = A\n", ".ini:1: unknown key 'name'");
	refused("[kantor]\nname = A\n", "unknown key 'name' in [kantor]");
}

/* inih would cut, join or forget these without a word. */
static void nothing_is_taken_in_another_way_than_written(void **state)
{
	char text[400];

	(void)state;
	refused("[office]\nname = Biro A ; B\n", ".ini:2: a ';' behind a blank");
	refused("[office]\nname = A\n  B\n", ".ini:3: a line must not begin with a blank");
	refused("[office]\n\tname = A\n", ".ini:2: a line must not begin");
	refused("[office] name = A\n", ".ini:1: nothing may follow");
	refused("[office\nname = A\n", ".ini:1: nothing may follow");
	refused("[office]\nname = A\x01 B\n", ".ini:2: a control byte");
	refused("[office]\nname = \xff\n", "not a UTF-8 text file");
	put_bytes("[office]\nname = A\0B\n", 20);
	struct config c;
	struct err e = ERR_INIT;
	assert_int_equal(load(&c, &e), -1);
	snprintf(text, sizeof text, "[office]\nname = %0200d\n", 1);
	refused(text, ".ini:2: line longer");
	snprintf(text, sizeof text, "[signer %s%s]\nnik = " NIK "\n", "abcdefghijklmnopqrstuvwxyz",
		"abcdefghijklmnopqrstuvwxyz");
	refused(text, ".ini:1: a section's name longer");
}

static void a_key_stands_once(void **state)
{
	(void)state;
	refused("[office]\nname = A\n[serve]\nport = 1\n[office]\nname = B\n",
		".ini:6: 'name' stands already on line 2");
	refused("[signer a]\nnik = " NIK "\nemail = a@b\nemail = c@d\n", ".ini:4: 'email' stands twice");
	refused("[signer a]\nnik = " NIK "\nnik = 3276020304740003\n", ".ini:3: 'nik' stands twice");
	refused("[signer a]\nnik = " NIK "\nnik = " NIK "\n", ".ini:3: 'nik' stands twice");
	refused("[signer a]\nnik = " NIK "\npassphrase_fd = 3\npassphrase_fd = 4\n", "stands twice");
	refused("[signer a]\nnik = " NIK "\npassphrase_file = x\n[signer a]\npassphrase_file = y\n",
		".ini:5: ");
}

static void sections_may_be_continued(void **state)
{
	AUTO(config_release) struct config c = {.path = NULL};

	(void)state;
	good("[signer a]\nnik = " NIK "\n[office]\nname = A\n[signer a]\nemail = a@b\n[office]\nzone = WIT\n",
		&c);
	assert_int_equal(c.signer_count, 1);
	assert_string_equal(c.signers[0].email, "a@b");
	assert_int_equal(c.zone, ZONE_WIT);
}

static void signers_are_whole(void **state)
{
	AUTO(config_release) struct config c = {.path = NULL};

	(void)state;
	refused("[signer a]\nemail = a@b\n", "has no nik");
	refused("[signer a]\nnik = 317405120870000\n", "16 digits");
	refused("[signer a]\nnik =\n", "'nik' has no value");
	refused("[signer a]\nnik = " NIK "\npassphrase_file =\n", "has no value");
	refused("[signer a]\nnik = " NIK "\n[signer b]\nnik = " NIK "\n", "belongs to another signer");
	refused("[signer A]\nnik = " NIK "\n", "small letters");
	refused("[signer ]\nnik = " NIK "\n", "");
	refused("[signer a]\nnik = " NIK "\npassphrase_fd = 2\n", "3 to 1023");
	refused("[signer a]\nnik = " NIK "\nway = stempel\n", "must be passphrase, totp, seal");
	refused("[signer a]\nnik = " NIK "\nway = seal\nname = A\n", "needs subscriber");
	refused("[signer a]\nnik = " NIK "\nway = pkcs12\nname = A\n", "needs key_file");
	refused("[signer a]\nnik = " NIK "\nway = pkcs11\nname = A\nmodule = m\n",
		"needs module, token and key");
	refused("[signer a]\nnik = " NIK "\nway = pkcs12\nkey_file = k\n", "needs name");
	refused("[signer a]\nnik = " NIK "\nimage = a.png\nwidth = 9\nheight = 9\n",
		"visible signature needs");
	refused("[signer a]\nnik = " NIK "\ntag = ##\n", "exactly one character");
	refused("[signer a]\nnik = " NIK "\npassphrase_fd = 3\npassphrase_file = x\n",
		"one of passphrase_file");
	refused("[signer a]\nnik = " NIK "\npassphrase = rahasia\n", "unknown key 'passphrase'");
	good("[signer a]\nnik = " NIK "\nname = Contoh Pratama\n", &c);
	assert_string_equal(c.signers[0].person, "Contoh Pratama");
	assert_ptr_equal(config_signer_by_nik(&c, NIK), &c.signers[0]);
	assert_ptr_equal(config_signer_by_name(&c, "a"), &c.signers[0]);
	assert_null(config_signer_by_nik(&c, "3276020304740003"));
}

/* No secret of a refused line stands in the message. */
static void a_secret_in_the_wrong_place_is_not_repeated(void **state)
{
	struct config c;
	struct err e = ERR_INIT;

	(void)state;
	put("[signer a]\nnik = " NIK "\npassphrase = rahasia\n");
	assert_int_equal(load(&c, &e), -1);
	assert_null(strstr(e.msg, "rahasia"));
}

static void a_real_service_leaves_nothing_to_defaults(void **state)
{
	static const char whole[] =
		"[signing]\nurl = https://esign.contoh.example\nusername = u\npassword_file = p\n"
		"[verification]\nroots = r\nurl = https://surat.contoh.example\n"
		"[audit]\norigin = surat.contoh.example/log\n";
	static const char *const needed[] = {
		"username", "password_file", "roots", "url = https://surat", "origin"};
	AUTO(config_release) struct config c = {.path = NULL};
	char text[sizeof whole];

	(void)state;
	good(whole, &c);
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		memcpy(text, whole, sizeof whole);
		char *line = strstr(text, needed[i]);
		assert_non_null(line);
		char *rest = strchr(line, '\n') + 1;
		memmove(line, rest, strlen(rest) + 1);
		refused(text, ".ini: [");
	}
}

static void values_have_their_forms(void **state)
{
	(void)state;
	refused("[office]\nname =\n", "has no value");
	refused("[office]\ntest_identities = true\n", "yes or no");
	refused("[serve]\nport = 65536\n", "0 to 65535");
	refused("[serve]\nport = -1\n", "0 to 65535");
	refused("[signing]\ntimeout_ms = 0\n", "1 to 86400000");
	refused("[verification]\nurl = surat.contoh.example\n", "https://");
	refused("[verification]\nurl = https://surat.contoh.example/\n", "slash");
}

static void paths_start_at_the_file(void **state)
{
	AUTO(config_release) struct config c = {.path = NULL};
	char want[160];

	(void)state;
	good("[paths]\nout = a folder/out\nfonts = /usr/share/fonts\nkeys = ../kunci\n", &c);
	snprintf(want, sizeof want, "%s/a folder/out", tool_folder);
	assert_string_equal(c.out, want);
	assert_string_equal(c.fonts, "/usr/share/fonts");
	assert_string_equal(c.keys, "/tmp/kunci");
}

static void a_missing_or_strange_file_is_told(void **state)
{
	struct config c;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(config_load("/nonexistent/naskah.ini", "/data", NULL, &c, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	err_clear(&e);
	assert_int_equal(config_load("/tmp", "/data", NULL, &c, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(without_a_file_defaults_hold),
		WITH_FOLDER(out_on_the_command_line_takes_its_folders_along),
		WITH_FOLDER(line_ends_and_marks_of_other_systems_are_taken),
		WITH_FOLDER(the_wrong_line_is_named),
		WITH_FOLDER(nothing_is_taken_in_another_way_than_written),
		WITH_FOLDER(a_key_stands_once),
		WITH_FOLDER(sections_may_be_continued),
		WITH_FOLDER(signers_are_whole),
		WITH_FOLDER(a_secret_in_the_wrong_place_is_not_repeated),
		WITH_FOLDER(a_real_service_leaves_nothing_to_defaults),
		WITH_FOLDER(values_have_their_forms),
		WITH_FOLDER(paths_start_at_the_file),
		WITH_FOLDER(a_missing_or_strange_file_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
