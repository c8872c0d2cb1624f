#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "pipeline/run.h"
#include "pipeline/sheet.h"

#include <stdio.h>

static int show_json(const struct sheet *s, struct err *e)
{
	AUTO(buf_release) struct buf json = BUF_INIT(MIB);
	AUTO(free_ptr) char *path = NULL;

	if (s->count == 0) {
		printf("{\"count\":0,\"approved_earlier\":%lld,\"refused_cases\":%zu}\n",
			(long long)s->approved, s->refused);
		return EXIT_GOOD;
	}
	if (asprintf(&path, "%s/sheet.json", s->folder) < 0)
		return cmd_fail((err_nomem(e), e));
	if (buf_load(&json, path, e) != 0)
		return cmd_fail(e);
	fputs(buf_str(&json), stdout);
	return EXIT_GOOD;
}

static int show(const struct sheet *s, bool json, struct err *e)
{
	if (json)
		return show_json(s, e);
	if (s->count == 0) {
		if (s->approved > 0)
			printf(_("Nothing is to be approved: %lld letters of these cases are approved "
				 "already and "
				 "wait.\n"),
				(long long)s->approved);
		else
			puts(_("Nothing is to be approved: no letter of these cases waits for a signature."));
		if (s->refused > 0)
			printf(_("%zu cases are wrong and have no letters here: see naskah check.\n"),
				s->refused);
		return EXIT_GOOD;
	}
	fputs(s->text, stdout);
	printf(_("\nThis is '%s/sheet.txt'. To approve and sign: naskah run --approve %s ...\n"), s->folder,
		s->code);
	return EXIT_GOOD;
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.json = false};
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(sheet_release) struct sheet sheet = SHEET_INIT;
	struct progress progress;
	struct err e = ERR_INIT;
	int first, code;

	if (cmd_options(&cmd_sheet, argc, argv, &common, NULL, 0, &first, &code) != 0)
		return code;
	if (first == argc)
		return cmd_misused(&cmd_sheet, _("name the case files, or a folder of them"));
	if (cmd_config(&common, &config, &e) != 0)
		return cmd_fail(&e);
	const struct run_request request = {.config = &config,
		.inputs = (const char *const *)argv + first,
		.input_count = (size_t)(argc - first),
		.now_at = common.now_at,
		.sheet_progress = progress_show_sheet,
		.user = &progress};
	progress_init(&progress);
	int r = sheet_show(&request, &sheet, &e);
	progress_end(&progress);
	return r != 0 ? cmd_fail(&e) : show(&sheet, common.json, &e);
}

const struct cmd cmd_sheet = {
	.name = "sheet",
	.summary = N_("show what a run would have signed, and the code that approves it"),
	.synopsis = "[--config FILE] [--out DIR] [--now MOMENT] [--json] CASE|DIR...",
	.help = N_(
		"Makes the letters of the cases as `naskah run` would, and shows the batch sheet: how many, "
		"of "
		"which\n"
		"kinds, for whom, signed by whom, the root of a hash tree over exactly these files, and its "
		"short\n"
		"code. Nothing is sent. Only files that a person approved by this code can be signed.\n\n"
		"  --config FILE  configuration; default ./naskah.ini\n"
		"  --out DIR      where the ledger is, and the sheet goes (DIR/batch/CODE); default ./out\n"
		"  --now MOMENT   pretend that it is this moment (tests)\n"
		"  --json         the sheet for machines"),
	.run = run,
};
