/* The recipe, which the ledger keeps with each letter: another as soon as one file is another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "pipeline/office.h"
#include "tool.h"
#include "xml/doc.h"

#include <stdio.h>

static char folder[128];
static struct config config;
static char templates[160], schemas[160], fonts[160], icc[160];

/* `$1` is the office's folder; `$2` and `$3` are the fonts and colours that are installed. */
static void shell(const char *command)
{
	AUTO(buf_release) struct buf out = BUF_INIT(1 << 20);
	const char *const argv[] = {"sh", "-ec", command, "sh", folder, config.fonts, config.icc, NULL};

	if (tool_run(argv, &out) != 0)
		fail_msg("%s: %s", command, buf_str(&out));
}

/* All that an office is made of, and a picture in one of its profiles. */
static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	xml_start();
	tool_temp(folder, sizeof folder, "office");
	if (config_load("fixtures/demo.ini", ".", folder, &config, &e) != 0)
		return -1;
	shell("mkdir -p \"$1/fonts\"; cp -r templates schemas \"$1\"; cp \"$2\"/LiberationSans-*.ttf "
	      "\"$1/fonts\";"
	      "cp \"$3\" \"$1/colours.icc\"; cp docs/letters/surat-permohonan.png "
	      "\"$1/templates/profiles/lambang.png\";"
	      "sed -i 's|<lambang |&gambar=\"lambang.png\" keterangan=\"Contoh\" |' "
	      "\"$1/templates/profiles/kemhan.xml\"");
	snprintf(templates, sizeof templates, "%s/templates", folder);
	snprintf(schemas, sizeof schemas, "%s/schemas", folder);
	snprintf(fonts, sizeof fonts, "%s/fonts", folder);
	snprintf(icc, sizeof icc, "%s/colours.icc", folder);
	config.templates = templates;
	config.schemas = schemas;
	config.fonts = fonts;
	config.icc = icc;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	config_release(&config);
	tool_temp_remove();
	xml_end();
	return 0;
}

static struct sha256 recipe(void)
{
	AUTO(office_release) struct office o = OFFICE_INIT;
	struct err e = ERR_INIT;

	if (office_open(&config, OFFICE_PRINT, &o, &e) != 0)
		fail_msg("%s", e.msg);
	return o.recipe;
}

static void every_file_counts(void **state)
{
	static const char *const changes[] = {
		"echo '<!-- -->' >>\"$1/templates/surat-permohonan.xsl\"",
		"echo '<!-- -->' >>\"$1/templates/bagian.xsl\"",
		"echo '<!-- -->' >>\"$1/templates/kinds.xml\"",
		"echo '<!-- -->' >>\"$1/templates/profiles/umum.xml\"",
		"echo '<!-- -->' >>\"$1/schemas/letter.xsd\"",
		"echo '<!-- -->' >>\"$1/schemas/case.xsd\"",
		"cp \"$2/LiberationSans-BoldItalic.ttf\" \"$1/fonts/LiberationSans-Italic.ttf\"",
		/* the year in which the profile was made: ICC.1 7.2.8 */
		"printf '\\007\\320' | dd of=\"$1/colours.icc\" bs=1 seek=24 conv=notrunc",
		"cp docs/letters/surat-pencabutan.png \"$1/templates/profiles/lambang.png\"",
	};
	struct sha256 before = recipe(), again = recipe();

	(void)state;
	assert_memory_equal(&before, &again, sizeof before);
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		shell(changes[i]);
		struct sha256 now = recipe();
		if (memcmp(&now, &before, sizeof now) == 0)
			fail_msg("the same recipe after: %s", changes[i]);
		before = now;
	}
	/* A file that no letter is made with. */
	shell("cp \"$2/LiberationSans-Bold.ttf\" \"$1/fonts/other.ttf\"; echo x >\"$1/templates/notes.txt\"");
	again = recipe();
	assert_memory_equal(&before, &again, sizeof before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_file_counts, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
