#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "cmd/service.h"
#include "cmd/wait.h"
#include "extend/fetch.h"
#include "pipeline/copies.h"
#include "json/json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One run of the command. */
struct extending {
	struct config *config;
	struct cmd_common common;
	struct service service; /* the sandbox's, when it signs: it stamps and answers too */
	struct fetcher *fetcher;
	struct secret *password;
	struct trust *trust;
	struct copies *copies;
	char *stamp_url;
	const atomic_bool *stopped; /* by a signal */
	struct progress progress;
	size_t total; /* letters to look at; 0 = named files */
	size_t done;  /* looked at */
	size_t ends[EXTEND_DOWN + 1];
	size_t renewed;
	int worst;
};

static void extending_release(struct extending *x)
{
	copies_free(x->copies);
	fetcher_release(&x->fetcher);
	trust_free(x->trust);
	secret_release(&x->password);
	service_release(&x->service);
	free(x->stamp_url);
}

/*
 * The sandbox answers at another port each time that it starts, and its certificates name the one that they were made
 * at: what they say of 127.0.0.1 is asked where the sandbox is now.
 */
static int fetch_at_home(void *user, const struct extend_question *q, struct buf *out, struct err *e)
{
	static const char home[] = "http://127.0.0.1:";
	const struct extending *x = user;
	struct extend_question moved = *q;
	AUTO(free_ptr) char *url = NULL;

	if (x->service.sandbox && strncmp(q->url, home, sizeof home - 1) == 0) {
		const char *path = strchr(q->url + sizeof home - 1, '/');
		if (asprintf(&url, "%s%s", sandbox_url(x->service.sandbox), path ? path : "") < 0)
			return err_nomem(e);
		moved.url = url;
	}
	return fetch(x->fetcher, &moved, out, e);
}

/* Whom to ask for time-stamps: the configured authority, else the sandbox's. */
static int find_stamps(struct extending *x, struct err *e)
{
	const struct config *c = x->config;

	if (c->stamp_url)
		x->stamp_url = strdup(c->stamp_url);
	else if (x->service.sandbox && asprintf(&x->stamp_url, "%s/tsa", sandbox_url(x->service.sandbox)) < 0)
		x->stamp_url = NULL;
	else if (!x->service.sandbox)
		return 0;
	return x->stamp_url ? 0 : err_nomem(e);
}

static int open_all(struct extending *x, enum pades_level level, struct err *e)
{
	const struct config *c = x->config;
	const char *roots = c->roots;

	if (!c->sign_url) {
		if (service_start(c, x->common.now_at, &x->service, e) != 0)
			return -1;
		roots = x->service.roots;
	}
	if (!roots)
		return err_set(
			e, ERR_CONFIG, _("which roots to trust is not configured: [verification] roots"));
	if (trust_load(roots, &x->trust, e) != 0 || find_stamps(x, e) != 0 ||
		(c->stamp_password_file && secret_load(c->stamp_password_file, &x->password, e) != 0))
		return -1;
	const struct fetcher_config fetcher = {.stamp_username = c->stamp_username,
		.stamp_password = x->password,
		.stamp_ca_file = c->stamp_ca_file,
		.stamp_plain_http = c->allow_plain_http,
		.connect_timeout_ms = c->connect_timeout_ms,
		.timeout_ms = c->timeout_ms};
	if (fetcher_new(&fetcher, &x->fetcher, e) != 0)
		return -1;
	const struct copies_config copies = {.extender = {.trust = x->trust,
						     .fetch = fetch_at_home,
						     .user = x,
						     .stamp_url = x->stamp_url,
						     .renew_days = c->renew_days},
		.level = level,
		.now_at = x->common.now_at};
	return copies_new(&copies, &x->copies, e);
}

/* ---- what is told ---- */

static const char *level_name(enum pades_level level)
{
	switch (level) {
	case LEVEL_B_B:
		return "B-B";
	case LEVEL_B_T:
		return "B-T";
	case LEVEL_B_LT:
		return "B-LT";
	case LEVEL_B_LTA:
		return "B-LTA";
	case LEVEL_NONE:
		break;
	}
	return "";
}

static const char *end_word(const struct extend_report *r)
{
	switch (r->end) {
	case EXTEND_DONE:
		return r->renewed ? "renewed" : "extended";
	case EXTEND_NOT_DUE:
		return "not-due";
	case EXTEND_CANNOT:
		return "cannot";
	case EXTEND_REVOKED:
		return "revoked";
	case EXTEND_DOWN:
		return "later";
	case EXTEND_NONE:
		break;
	}
	return "failed";
}

static void print_until(const struct extending *x, int64_t at)
{
	struct moment m = moment_in(at, x->config->zone);

	if (at != 0)
		printf(_(", to be renewed before %02d-%02d-%04d"), m.date.day, m.date.month, m.date.year);
	putchar('\n');
}

static void print_result(
	const struct extending *x, const char *from, const char *to, const struct copy_result *r)
{
	switch (r->report.end) {
	case EXTEND_DONE:
	case EXTEND_NOT_DUE:
		if (x->total > 0) /* of thousands only what needs a person is worth a line */
			break;
		printf(r->report.end == EXTEND_NOT_DUE ? _("%s: nothing to do, it is %s")
			: r->report.renewed            ? _("%s: renewed, %s")
						       : _("%s: %s"),
			to, level_name(r->level));
		print_until(x, r->ends_at);
		break;
	case EXTEND_REVOKED:
		printf(_("%s: NOT EXTENDED, REVOKED: %s\n"), from, r->report.why);
		break;
	case EXTEND_DOWN:
		printf(_("%s: not extended now, try later: %s\n"), from, r->report.why);
		break;
	case EXTEND_CANNOT:
	case EXTEND_NONE:
		printf(_("%s: not extended: %s\n"), from, r->report.why);
		break;
	}
}

static int print_json(const char *from, const char *to, const struct copy_result *r, struct err *e)
{
	AUTO(buf_release) struct buf line = BUF_INIT(MIB);
	AUTO(json_release)
	json_t *o = json_pack("{s:o, s:o, s:s, s:s, s:o}", "path", json_any_string(from), "copy",
		json_any_string(to), "result", end_word(&r->report), "level", level_name(r->level), "why",
		json_any_string(r->report.why));
	char when[21];

	if (o && r->ends_at) {
		moment_text(r->ends_at, when);
		json_object_set_new(o, "renew_before", json_string(when));
	}
	if (json_write(o, 0, &line, e) != 0)
		return -1;
	puts(buf_str(&line));
	return 0;
}

static int tell(void *user, const char *from, const char *to, const struct copy_result *r, struct err *e)
{
	struct extending *x = user;
	int code = r->report.end == EXTEND_DOWN                                        ? EXIT_SERVICE
		   : r->report.end == EXTEND_CANNOT || r->report.end == EXTEND_REVOKED ? EXIT_REFUSED
										       : EXIT_GOOD;

	x->worst = code > x->worst ? code : x->worst;
	x->ends[r->report.end]++;
	x->renewed += r->report.end == EXTEND_DONE && r->report.renewed;
	x->done++;
	progress_end(&x->progress);
	if (x->common.json) {
		if (print_json(from, to, r, e) != 0)
			return -1;
	} else {
		print_result(x, from, to, r);
	}
	if (x->total > 0)
		progress_letters(&x->progress, x->done, x->total);
	return 0;
}

static void print_summary(const struct extending *x)
{
	printf(Q_("%zu letter", "%zu letters", x->done), x->done);
	printf(_(": %zu extended, %zu renewed, %zu need nothing yet, %zu could not be extended, %zu to be "
		 "tried later\n"),
		x->ends[EXTEND_DONE] - x->renewed, x->renewed, x->ends[EXTEND_NOT_DUE],
		x->ends[EXTEND_CANNOT] + x->ends[EXTEND_REVOKED], x->ends[EXTEND_DOWN]);
	if (x->ends[EXTEND_REVOKED] > 0)
		printf(_("REVOKED: %zu of them are built on a certificate that had been revoked. Do not "
			 "hand them "
			 "out any more.\n"),
			x->ends[EXTEND_REVOKED]);
	if (x->done < x->total)
		printf(_("It was stopped; run it again to go on.\n"));
}

/* ---- the files ---- */

static int extend_named(struct extending *x, const char *from, const char *to, struct err *e)
{
	AUTO(free_ptr) char *beside = NULL;
	struct copy_result result;
	size_t stem = strlen(from) - (text_has_suffix(from, ".pdf") ? 4 : 0);

	/* A copy itself: renewed where it is. */
	int n = text_has_suffix(from, ".ltv.pdf") ? asprintf(&beside, "%s", from)
						  : asprintf(&beside, "%.*s.ltv.pdf", (int)stem, from);
	if (n < 0) {
		beside = NULL;
		return err_nomem(e);
	}
	if (!to)
		to = beside;
	if (copies_make(x->copies, from, to, &result, e) != 0)
		return -1;
	return tell(x, from, to, &result, e);
}

static int count_published(void *user, const struct ledger_letter *letter, struct err *e)
{
	size_t *count = user;

	(void)e;
	*count += letter->state == LETTER_PUBLISHED;
	return 0;
}

static int extend_letters(struct extending *x, struct err *e)
{
	AUTO(ledger_release) struct ledger *ledger = NULL;
	AUTO(free_ptr) char *db = NULL;

	if (asprintf(&db, "%s/ledger.db", x->config->out) < 0) {
		db = NULL;
		return err_nomem(e);
	}
	if (access(db, F_OK) != 0)
		return err_set(e, ERR_CONFIG,
			_("'%s' is not there: no letters were published here; name the PDF files"), db);
	if (ledger_open(db, true, &ledger, e) != 0 ||
		ledger_each_letter(ledger, NULL, count_published, &x->total, e) != 0 ||
		copies_of_letters(x->copies, ledger, x->config->out, tell, x, x->stopped, e) != 0)
		return -1;
	progress_end(&x->progress);
	if (!x->common.json)
		print_summary(x);
	return 0;
}

static int run(int argc, char **argv)
{
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(extending_release) struct extending x = {.config = &config, .service = SERVICE_INIT};
	const char *level = "B-LTA", *to = NULL;
	const struct cmd_option options[] = {{"level", &level, NULL}, {"to", &to, NULL}};
	struct err e = ERR_INIT;
	int first, code, r = 0;

	if (cmd_options(&cmd_extend, argc, argv, &x.common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	if (strcmp(level, "B-LT") != 0 && strcmp(level, "B-LTA") != 0)
		return cmd_misused(&cmd_extend, _("--level is B-LT or B-LTA, not '%s'"), level);
	if (to && argc - first != 1)
		return cmd_misused(&cmd_extend, _("--to takes one file at a time"));
	memory_cap(LIMIT_MEMORY_BYTES);
	progress_init(&x.progress);
	x.stopped = wait_catch();
	if (cmd_config(&x.common, &config, &e) != 0 ||
		open_all(&x, strcmp(level, "B-LT") == 0 ? LEVEL_B_LT : LEVEL_B_LTA, &e) != 0)
		return cmd_fail(&e);
	if (first == argc)
		r = extend_letters(&x, &e);
	for (int i = first; i < argc && r == 0 && !atomic_load(x.stopped); i++)
		r = extend_named(&x, argv[i], to, &e);
	progress_end(&x.progress);
	if (r != 0)
		return cmd_fail(&e);
	return atomic_load(x.stopped) ? EXIT_MACHINE : x.worst;
}

const struct cmd cmd_extend = {
	.name = "extend",
	.summary = N_("make copies of signed PDFs that can be checked in decades, and renew them"),
	.synopsis = "[--config FILE] [--out DIR] [--level B-LT|B-LTA] [--to FILE] [--now MOMENT] [--json] "
		    "[FILE.pdf...]",
	.help = N_(
		"Writes FILE.ltv.pdf beside each FILE.pdf: the same bytes, and behind them what a check "
		"needs when\n"
		"nobody answers any more (certificates, OCSP responses, CRLs: B-LT) and a time-stamp over "
		"all of it\n"
		"(B-LTA). Without files: of every published letter. The letters themselves never change. Run "
		"it again\n"
		"at any time, best every month: what is there stays, and a copy whose time-stamp ends soon "
		"is renewed.\n\n"
		"  --level LEVEL  B-LTA (the default), or B-LT: without a time-stamp of our own\n"
		"  --to FILE      name of the copy\n"
		"  --json         one line of JSON per file"),
	.run = run,
};
