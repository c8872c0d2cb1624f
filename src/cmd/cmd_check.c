#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "pipeline/render.h"
#include "pipeline/run.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>

static int print_json(const struct run_result *r, struct err *e)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct run_entry *en = &r->entries[i];
		AUTO(buf_release) struct buf line = BUF_INIT(MIB);
		AUTO(json_release)
		json_t *o = json_pack("{s:o, s:s, s:b, s:o*}", "path", json_any_string(en->path), "id",
			en->id, "good", en->outcome != CASE_REFUSED, "message",
			en->message ? json_any_string(en->message) : NULL);
		if (json_write(o, 0, &line, e) != 0)
			return -1;
		puts(buf_str(&line));
	}
	return 0;
}

static int dump_case(const struct office *o, const char *path, struct err *e)
{
	AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES), text = BUF_INIT(16 * MIB);

	if (buf_load(&bytes, path, e) != 0 ||
		open_case(o, bytes.data, bytes.len, path, NULL, NULL, &c, e) != 0)
		return -1;
	casefile_dump(&c.c, &text);
	if (buf_check(&text, e) != 0)
		return -1;
	fputs(buf_str(&text), stdout);
	return 0;
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.json = false};
	bool dump = false;
	const struct cmd_option options[] = {{"dump", NULL, &dump}};
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(office_release) struct office office = OFFICE_INIT;
	AUTO(run_result_release) struct run_result result;
	struct err e = ERR_INIT;
	int first, code;

	run_result_init(&result);
	if (cmd_options(&cmd_check, argc, argv, &common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	if (first == argc)
		return cmd_misused(&cmd_check, _("name the case files, or a folder of them"));
	if (cmd_config(&common, &config, &e) != 0 || office_open(&config, OFFICE_PRINT, &office, &e) != 0 ||
		run_check(&office, (const char *const *)argv + first, (size_t)(argc - first), &result, &e) !=
			0)
		return cmd_fail(&e);
	size_t refused = result.outcomes[CASE_REFUSED];
	if (common.json) {
		if (print_json(&result, &e) != 0)
			return cmd_fail(&e);
		return refused ? EXIT_REFUSED : EXIT_GOOD;
	}
	fputs(buf_str(&result.case_warnings), stderr);
	for (size_t i = 0; i < result.count; i++) {
		const struct run_entry *en = &result.entries[i];
		if (en->outcome == CASE_REFUSED)
			printf("%s\n", en->message);
		else if (dump && dump_case(&office, en->path, &e) != 0)
			return cmd_fail(&e);
	}
	if (!dump)
		printf(_("%zu cases: %zu good, %zu refused\n"), result.count, result.count - refused,
			refused);
	return refused ? EXIT_REFUSED : EXIT_GOOD;
}

const struct cmd cmd_check = {
	.name = "check",
	.summary = N_("check case files and write nothing"),
	.synopsis = "[--config FILE] [--dump] [--json] CASE|DIR...",
	.help = N_("Says for each case whether it is good, else file, line, element, what is wrong and what "
		   "would be\n"
		   "right. Exit code 1 when one is refused.\n\n"
		   "  --dump   print what was understood of each good case (a NIK only by its last digits)\n"
		   "  --json   one line of JSON per case"),
	.run = run,
};
