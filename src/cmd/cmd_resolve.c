#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/service.h"
#include "pipeline/resolve.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>

/* ---- the list ------------------------------------------------------------------------------------------- */

struct printing {
	size_t count;
	bool json;
	enum zone zone;
};

static const char *asked(const struct undecided *u)
{
	unsigned n = u->call.signer > 0 ? u->call.signer - 1 : u->letter->signatures;

	return u->letter->signers[n < LIMIT_SIGNERS ? n : 0].name;
}

static json_t *ways(const struct undecided *u)
{
	json_t *list = json_array();

	if (u->letter->state == LETTER_UNKNOWN) {
		if (*u->call.document_id)
			json_array_append_new(list, json_string("fetch"));
		json_array_append_new(list, json_string("file"));
	}
	json_array_append_new(list, json_string("sign-again"));
	json_array_append_new(list, json_string("drop"));
	return list;
}

static int print_json(struct printing *p, const struct undecided *u, struct err *e)
{
	AUTO(buf_release) struct buf line = BUF_INIT(64 * KIB);
	const struct ledger_letter *l = u->letter;
	char at[21] = "";

	if (u->call.id > 0)
		moment_text(u->call.begun_at, at);
	AUTO(json_release)
	json_t *o = json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:s, s:o, s:s, s:i, s:i, s:{s:i, s:o, s:o}, s:o, s:s*, s:o}",
		"code", l->code, "case", json_any_string(l->case_id), "kind", json_any_string(l->kind),
		"number", json_any_string(l->number), "title", json_any_string(l->title), "state",
		letter_state_name(l->state), "signer", json_any_string(asked(u)), "asked_at", at, "attempts",
		(int)l->attempts, "refusals", (int)l->refusals, "service", "http", (int)u->call.http_status,
		"code", json_any_string(u->call.code), "text", json_any_string(u->call.text), "document_id",
		json_any_string(u->call.document_id), "kept", u->kept, "can", ways(u));
	if (json_write(o, 0, &line, e) != 0)
		return -1;
	printf("%s%s", p->count > 1 ? ",\n" : "", buf_str(&line));
	return 0;
}

/* Of the service, or of ours when it gave no answer. */
static void print_words(const struct ledger_attempt *call)
{
	printf(_("    what came back: %s"), *call->text ? call->text : "-");
	if (call->http_status && *call->code)
		printf(_(" (code %s, HTTP %ld)"), call->code, call->http_status);
	else if (call->http_status)
		printf(" (HTTP %ld)", call->http_status);
	putchar('\n');
}

static int print_one(void *user, const struct undecided *u, struct err *e)
{
	struct printing *p = user;
	const struct ledger_letter *l = u->letter;
	char code[CODE_SHOWN], at[MOMENT_LOCAL] = "-";

	p->count++;
	if (p->json)
		return print_json(p, u, e);
	code_show(l->code, code);
	if (u->call.id > 0)
		moment_local(u->call.begun_at, p->zone, at);
	printf("%s  %s %s  (%s)\n", code, l->title, l->number, l->case_id);
	if (l->state == LETTER_UNKNOWN)
		printf(_("    outcome unknown: %s was asked at %s, attempt %u\n"), asked(u), at, l->attempts);
	else
		printf(_("    refused %u times in a row: %s was asked last at %s\n"), l->refusals, asked(u),
			at);
	print_words(&u->call);
	if (u->kept)
		printf(_("    the answer that was not published: %s\n"), u->kept);
	if (l->state == LETTER_UNKNOWN && *u->call.document_id)
		printf(_("    document id %s:  naskah resolve %s --fetch\n"), u->call.document_id, l->code);
	if (l->state == LETTER_UNKNOWN)
		printf(_("    a late answer:  naskah resolve %s --file FILE.pdf\n"), l->code);
	printf(_("    sign once more:  naskah resolve %s --sign-again --reason \"REASON\"\n"), l->code);
	printf(_("    not wanted any more:  naskah resolve %s --drop --reason \"REASON\"\n\n"), l->code);
	return 0;
}

static int list(const struct config *c, bool json, struct err *e)
{
	struct printing p = {.json = json, .zone = c->zone};

	if (json)
		fputs("{\"letters\":[", stdout);
	int r = resolve_each(c, print_one, &p, e);
	if (json)
		puts("]}");
	if (r != 0)
		return cmd_fail(e);
	if (!json && p.count == 0)
		puts(_("No letter waits for a decision."));
	else if (!json)
		printf(Q_("%zu letter waits for a decision.\n", "%zu letters wait for a decision.\n",
			       p.count),
			p.count);
	return p.count > 0 ? EXIT_SERVICE : EXIT_GOOD;
}

/* ---- one letter ----------------------------------------------------------------------------------------- */

static int tell(const struct ledger_letter *l, enum resolve_action action)
{
	if (l->state == LETTER_PUBLISHED)
		printf(_("%s: published.\n"), l->code);
	else if (action == RESOLVE_DROP)
		printf(_("%s: withdrawn; this wording is not made again.\n"), l->code);
	else if (action == RESOLVE_SIGN_AGAIN)
		printf(_("%s: the next run asks for a signature again.\n"), l->code);
	else
		printf(_("%s: signature %u of %u stands; the next run goes on.\n"), l->code, l->signatures,
			ledger_letter_signers(l));
	return EXIT_GOOD;
}

static int resolve(struct config *c, const struct cmd_common *common, const char *by,
	const struct resolve_order *order, struct err *e)
{
	AUTO(service_link_release)
	struct service_link link = {.config = c, .now_at = common->now_at, .service = SERVICE_INIT};
	const struct run_request request = {.config = c,
		.connect = service_connect,
		.connect_user = &link,
		.now_at = common->now_at,
		.by = by};
	struct ledger_letter letter = {.id = 0};
	char kept[400];

	if (resolve_letter(&request, order, &letter, kept, e) == 0)
		return tell(&letter, order->action);
	int code = cmd_fail(e);
	if (*kept)
		fprintf(stderr, _("What the service handed out is kept as '%s'.\n"), kept);
	return code;
}

struct options {
	const char *file, *reason, *by;
	bool fetch, again, drop;
};

static enum resolve_action action_of(const struct options *o)
{
	unsigned n = (unsigned)o->fetch + (unsigned)o->again + (unsigned)o->drop + (o->file != NULL);

	if (n != 1)
		return 0;
	return o->fetch   ? RESOLVE_FETCH
	       : o->file  ? RESOLVE_FILE
	       : o->again ? RESOLVE_SIGN_AGAIN
			  : RESOLVE_DROP;
}

static bool is_words(const char *text)
{
	return !text_is_empty(text) && utf8_is_valid(text, strlen(text));
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.json = false};
	struct options o = {.file = NULL};
	const struct cmd_option options[] = {{"file", &o.file, NULL}, {"reason", &o.reason, NULL},
		{"by", &o.by, NULL}, {"fetch", NULL, &o.fetch}, {"sign-again", NULL, &o.again},
		{"drop", NULL, &o.drop}};
	AUTO(config_release) struct config config = {.path = NULL};
	char letter[CODE_TEXT];
	struct err e = ERR_INIT;
	int first, code;

	if (cmd_options(&cmd_resolve, argc, argv, &common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	struct resolve_order order = {
		.action = action_of(&o), .code = letter, .file = o.file, .reason = o.reason};
	if (first < argc && (argc - first > 1 || order.action == 0))
		return cmd_misused(
			&cmd_resolve, _("name one letter, and one of --fetch, --file, --sign-again, --drop"));
	if (first == argc && (order.action != 0 || o.reason || o.fetch || o.again || o.drop || o.file))
		return cmd_misused(&cmd_resolve, _("name the letter by its code"));
	if (first < argc && !code_parse(argv[first], letter))
		return cmd_misused(&cmd_resolve, _("'%s' is no verification code"), argv[first]);
	if ((order.action >= RESOLVE_SIGN_AGAIN && !is_words(o.reason)) ||
		(o.reason && !is_words(o.reason)) || (o.by && !is_words(o.by)))
		return cmd_misused(
			&cmd_resolve, _("--reason and --by want words: they are kept in the ledger"));
	if (cmd_config(&common, &config, &e) != 0)
		return cmd_fail(&e);
	return first == argc ? list(&config, common.json, &e) : resolve(&config, &common, o.by, &order, &e);
}

const struct cmd cmd_resolve = {
	.name = "resolve",
	.summary = N_("letters that wait for a person's decision: list them, decide about one"),
	.synopsis =
		"[--json] | CODE --fetch | --file PDF | --sign-again --reason TEXT | --drop --reason TEXT",
	.help = N_(
		"Without a code lists the letters of unknown outcome, and those that were refused too often, "
		"with "
		"the\n"
		"service's words and what can be done. With a code does one of these, recorded in ledger and "
		"log:\n\n"
		"  --fetch        asks the service once more for the signed file, by its document id (API "
		"v1)\n"
		"  --file PDF     takes the answer from a file: published only if it is the letter that was "
		"sent\n"
		"                 and the signature that was asked for\n"
		"  --sign-again   the next run asks for a signature again\n"
		"  --drop         the letter is not wanted any more; this wording is not made again\n"
		"  --reason TEXT  why; required for the last two\n"
		"  --by NAME      who decides; default the user of this machine\n"
		"  --config FILE  configuration; default ./naskah.ini\n"
		"  --out DIR      where the ledger is; default ./out\n"
		"  --now MOMENT   pretend that it is this moment (tests)\n"
		"  --json         the list for machines"),
	.run = run,
};
