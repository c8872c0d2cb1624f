#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "cmd/service.h"
#include "pipeline/report.h"
#include "pipeline/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static atomic_bool stopped;

static void on_signal(int number)
{
	(void)number;
	atomic_store(&stopped, true);
}

/* Ctrl-C and kill let the letters under way end; a second one ends naskah at once. */
static void catch_signals(void)
{
	struct sigaction a = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	sigemptyset(&a.sa_mask);
	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
}

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

static void print_result(const struct config *c, const struct run_result *r, bool sandbox)
{
	static const enum case_outcome order[] = {
		CASE_PUBLISHED, CASE_REFUSED, CASE_WAITING, CASE_UNKNOWN, CASE_FAILED};

	if (r->warnings.len > 0 || r->case_warnings.len > 0)
		printf(_("Warnings:\n%s%s\n"), buf_str(&r->case_warnings), buf_str(&r->warnings));
	for (size_t i = 0; i < r->count; i++) {
		const struct run_entry *en = &r->entries[i];
		if (en->outcome != CASE_PUBLISHED && en->message)
			printf("%s: %s: %s\n", outcome_line(en->outcome),
				*en->id && !en->twin ? en->id : en->path, en->message);
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
	if (r->published_now == 0 && r->outcomes[CASE_PUBLISHED] == r->count)
		printf(_("Nothing to do: all %zu letters are signed and published already.\n"), r->letters);
	else
		printf(_("%zu letters signed and published now, %zu stand published in all.\n"),
			r->published_now, r->letters);
	if (sandbox && r->published_now > 0)
		printf(_("Signed by naskah's own sandbox: the certificates are TEST certificates (UJI), "
			 "without legal force.\n"));
	printf(_("Letters: %s/letters/   Report: %s/report/index.html   Log: %s/audit/\n"), c->out, c->out,
		c->out);
	if (r->outcomes[CASE_UNKNOWN] > 0)
		printf(_("Letters of unknown outcome are never signed again by themselves. Ask the signer "
			 "and the service\n"
			 "first; then, by a person's decision: naskah run --sign-again \"REASON\" ...\n"));
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

/* The service of a run, started when the run finds that it needs one. */
struct link {
	const struct config *config;
	int64_t now_at;
	struct service service;
};

static void link_release(struct link *l)
{
	service_release(&l->service);
}

static int connect_service(void *user, struct desk_service *service, const char **roots, struct err *e)
{
	struct link *l = user;

	if (service_start(l->config, l->now_at, &l->service, e) != 0)
		return -1;
	*service = l->service.to;
	*roots = l->service.roots;
	return 0;
}

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
	const char *jobs = NULL, *again = NULL;
	const struct cmd_option options[] = {{"jobs", &jobs, NULL}, {"sign-again", &again, NULL}};
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(link_release) struct link link = {.config = &config, .service = SERVICE_INIT};
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
	if (cmd_config(&common, &config, &e) != 0)
		return cmd_fail(&e);
	link.now_at = common.now_at;

	struct run_request request = {.config = &config,
		.inputs = (const char *const *)argv + first,
		.input_count = (size_t)(argc - first),
		.connect = connect_service,
		.connect_user = &link,
		.now_at = common.now_at,
		.jobs = (unsigned)workers,
		.sign_again = again,
		.stop = &stopped,
		.progress = progress_show,
		.user = &progress};
	progress_init(&progress);
	catch_signals();
	int r = run_batch(&request, &result, &e);
	progress_end(&progress);
	if (!result.begun)
		return cmd_fail(&e);
	return tell(&config, &result, common.json, link.service.sandbox != NULL, r, &e);
}

const struct cmd cmd_run = {
	.name = "run",
	.summary = N_("make, sign and publish the letters of a batch of cases"),
	.synopsis = "[--config FILE] [--out DIR] [--jobs N] [--now MOMENT] [--sign-again REASON] [--json] "
		    "CASE|DIR...",
	.help = N_("Checks every case, makes the letters that it holds so far, has them signed and publishes "
		   "them under\n"
		   "OUT/letters. What is published already is left alone; run it again at any time.\n\n"
		   "  --config FILE       configuration; default ./naskah.ini\n"
		   "  --out DIR           where everything goes; default from the configuration, else ./out\n"
		   "  --jobs N            letters in work at the same time; default one per core\n"
		   "  --now MOMENT        pretend that it is this moment (tests)\n"
		   "  --sign-again REASON sign letters of unknown outcome once more: a person's decision, "
		   "recorded\n"
		   "  --json              the report on standard output, for machines"),
	.run = run,
};
