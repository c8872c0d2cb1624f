#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "cmd/service.h"
#include "cmd/wait.h"
#include "pipeline/report.h"
#include "pipeline/resolve.h"
#include "pipeline/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Letters that are named at the end of a run. */
#define UNDECIDED_SHOWN 10

static const char *outcome_line(enum case_outcome o)
{
	switch (o) {
	case CASE_PUBLISHED:
		return _("published");
	case CASE_REFUSED:
		return _("refused");
	case CASE_WAITING:
		return _("waiting");
	case CASE_UNKNOWN:
		return _("outcome unknown");
	case CASE_FAILED:
	case CASE_OUTCOME_NONE:
		break;
	}
	return _("failed");
}

/* What to type, letter by letter: for as many as fit a screen. */
struct undecided_list {
	size_t shown;
};

static int print_letter(void *user, const struct undecided *u, struct err *e)
{
	struct undecided_list *k = user;

	(void)e;
	if (k->shown++ < UNDECIDED_SHOWN)
		printf("  naskah resolve %s   %s %s (%s)\n", u->letter->code, u->letter->title,
			u->letter->number, u->letter->case_id);
	return 0;
}

static void print_undecided(const struct config *c)
{
	struct undecided_list k = {0};
	struct err e = ERR_INIT;

	printf(_("These letters wait for a person's decision: of unknown outcome, or refused too often. None "
		 "is "
		 "sent again\n"
		 "by itself: ask the signer and the service first. `naskah resolve` says what can be "
		 "done:\n"));
	if (resolve_each(c, print_letter, &k, &e) != 0)
		(void)!cmd_fail(&e);
	if (k.shown > UNDECIDED_SHOWN)
		printf(_("  ... and %zu more\n"), k.shown - UNDECIDED_SHOWN);
}

/* What is wrong with a file begins with its name and line already. */
static void print_case(const struct run_entry *en)
{
	const char *name = *en->id && !en->twin ? en->id : en->path;
	size_t len = strlen(en->path);
	bool named = strncmp(en->message, en->path, len) == 0 && en->message[len] == ':';

	printf("%s: %s%s%s\n", outcome_line(en->outcome), named ? "" : name, named ? "" : ": ", en->message);
}

static void print_result(const struct config *c, const struct run_result *r, bool sandbox)
{
	static const enum case_outcome order[] = {
		CASE_PUBLISHED, CASE_REFUSED, CASE_WAITING, CASE_UNKNOWN, CASE_FAILED};

	if (r->warnings.len > 0 || r->case_warnings.len > 0)
		printf(_("Warnings:\n%s%s\n"), buf_str(&r->case_warnings), buf_str(&r->warnings));
	for (size_t i = 0; i < r->count; i++) {
		const struct run_entry *en = &r->entries[i];
		if (en->outcome != CASE_PUBLISHED && en->message)
			print_case(en);
	}
	printf(Q_("%zu case", "%zu cases", r->count), r->count);
	const char *separator = ": ";
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (r->outcomes[order[i]] == 0)
			continue;
		printf("%s%zu %s", separator, r->outcomes[order[i]], outcome_line(order[i]));
		separator = ", ";
	}
	putchar('\n');
	if (r->letters == 0 && r->outcomes[CASE_PUBLISHED] == r->count)
		puts(_("Nothing to do: these cases have no letters."));
	else if (r->published_now == 0 && r->outcomes[CASE_PUBLISHED] == r->count)
		printf(_("Nothing to do: all %zu letters are signed and published already.\n"), r->letters);
	else
		printf(_("%zu letters signed and published now, %zu stand published in all.\n"),
			r->published_now, r->letters);
	if (sandbox && r->published_now > 0)
		printf(_("Signed by naskah's own sandbox: the certificates are TEST certificates (UJI), "
			 "without legal force.\n"));
	printf(_("Letters: %s/letters/   Report: %s/report/index.html   Log: %s/audit/\n"), c->out, c->out,
		c->out);
	if (r->undecided > 0)
		print_undecided(c);
	if (r->interrupted)
		printf(_("The run was stopped; run it again to go on.\n"));
}

static int exit_code(const struct run_result *r)
{
	size_t setup = 0;

	for (size_t i = 0; i < r->count; i++)
		setup += r->entries[i].outcome == CASE_FAILED && r->entries[i].setup;
	if (r->outcomes[CASE_FAILED] > setup || r->interrupted)
		return EXIT_MACHINE;
	if (setup > 0)
		return EXIT_SETUP;
	if (r->outcomes[CASE_UNKNOWN] > 0 || r->outcomes[CASE_WAITING] > 0)
		return EXIT_SERVICE;
	return r->outcomes[CASE_REFUSED] > 0 ? EXIT_REFUSED : EXIT_GOOD;
}

/* ---- approval ------------------------------------------------------------------------------------------- */

#define TRIES 3

/* A line that is no code is asked for again; an empty one, or the end of the input, approves nothing. */
static int ask_approval(void *user, const struct sheet *sheet, bool *yes, struct err *e)
{
	char line[2 * SHA256_LEN + 16]; /* a code, or a root */

	(void)user;
	(void)e;
	fprintf(stderr, "\n%s\n", sheet->text);
	for (int i = 0; i < TRIES && !*yes; i++) {
		fputs(_("To approve, type the code of the sheet (nothing: do not sign): "), stderr);
		fflush(stderr);
		if (!fgets(line, sizeof line, stdin) || line[0] == '\n')
			return 0;
		line[strcspn(line, "\n")] = '\0';
		*yes = sheet_code_is(sheet, line);
	}
	return 0;
}

static bool is_at_terminal(void)
{
	return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

/* ---- the report ----------------------------------------------------------------------------------------- */

static int to_stdout(void *user, const void *bytes, size_t len, struct err *e)
{
	(void)user;
	if (fwrite(bytes, 1, len, stdout) != len)
		return err_sys(e, ERR_IO, errno, _("cannot write standard output"));
	return 0;
}

/* What became of the run `r`: report, summary, exit code. */
static int tell(const struct config *config, const struct run_result *result, bool json, bool sandbox, int r,
	struct err *e)
{
	struct err second = ERR_INIT;
	struct err *why = r == 0 ? e : &second;

	if (report_write(config, result, why) != 0)
		r = -1;
	if (json) {
		if (report_json(config, result, to_stdout, NULL, why) != 0)
			r = -1;
	} else {
		print_result(config, result, sandbox);
	}
	/* The first failure decides the exit code; that the account could not be written is worth a line of its own. */
	if (second.kind != ERR_NONE)
		(void)!cmd_fail(&second);
	return r != 0 ? cmd_fail(e) : exit_code(result);
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.json = false};
	const char *jobs = NULL, *again = NULL, *approve = NULL, *by = NULL;
	const struct cmd_option options[] = {{"jobs", &jobs, NULL}, {"sign-again", &again, NULL},
		{"approve", &approve, NULL}, {"by", &by, NULL}};
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(service_link_release) struct service_link link = {.config = &config, .service = SERVICE_INIT};
	AUTO(run_result_release) struct run_result result;
	struct progress progress;
	struct err e = ERR_INIT;
	uint64_t workers = 0;
	int first, code;

	run_result_init(&result);
	if (cmd_options(&cmd_run, argc, argv, &common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	if (first == argc)
		return cmd_misused(&cmd_run, _("name the case files, or a folder of them"));
	if (jobs && (!text_to_uint(jobs, 16, &workers) || workers == 0))
		return cmd_misused(&cmd_run, _("--jobs wants a number from 1 to 16, not '%s'"), jobs);
	if (again && (text_is_empty(again) || !utf8_is_valid(again, strlen(again))))
		return cmd_misused(
			&cmd_run, _("--sign-again wants a reason in words; it is kept in the ledger"));
	if (by && (text_is_empty(by) || !utf8_is_valid(by, strlen(by))))
		return cmd_misused(&cmd_run, _("--by wants a name; it is kept in the ledger"));
	if (cmd_config(&common, &config, &e) != 0)
		return cmd_fail(&e);
	link.now_at = common.now_at;

	struct run_request request = {.config = &config,
		.inputs = (const char *const *)argv + first,
		.input_count = (size_t)(argc - first),
		.connect = service_connect,
		.connect_user = &link,
		.now_at = common.now_at,
		.jobs = (unsigned)workers,
		.sign_again = again,
		.by = by,
		.approve_code = approve,
		.approve = is_at_terminal() ? ask_approval : NULL,
		.stop = wait_catch(),
		.progress = progress_show,
		.sheet_progress = progress_show_sheet,
		.user = &progress};
	progress_init(&progress);
	int r = run_batch(&request, &result, &e);
	progress_end(&progress);
	if (!result.begun)
		return cmd_fail(&e);
	return tell(&config, &result, common.json, link.service.sandbox != NULL, r, &e);
}

const struct cmd cmd_run = {
	.name = "run",
	.summary = N_("make, sign and publish the letters of a batch of cases"),
	.synopsis = "[--config FILE] [--out DIR] [--jobs N] [--now MOMENT] [--approve CODE] [--by NAME] "
		    "[--sign-again REASON] [--json] CASE|DIR...",
	.help = N_(
		"Checks every case, makes the letters that it holds so far, has them signed and publishes "
		"them under\n"
		"OUT/letters. What is published already is left alone; run it again at any time.\n\n"
		"  --config FILE       configuration; default ./naskah.ini\n"
		"  --out DIR           where everything goes; default from the configuration, else ./out\n"
		"  --jobs N            letters composed and checked at the same time; default one per core\n"
		"  --now MOMENT        pretend that it is this moment (tests)\n"
		"  --approve CODE      approve the batch sheet with this code, or with this root (`naskah "
		"sheet`\n"
		"                      shows both); without it a terminal is asked\n"
		"  --by NAME           who approves and decides; default the user of this machine\n"
		"  --sign-again REASON sign letters of unknown outcome once more: a person's decision, "
		"recorded\n"
		"  --json              the report on standard output, for machines"),
	.run = run,
};
