#include "audit/check.h"
#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/service.h"
#include "crypto/hash.h"
#include "ledger/place.h"
#include "verify/extended.h"
#include "verify/verify.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What a file is checked against. */
struct bench {
	struct config *config;
	struct trust *trust;   /* NULL: no roots known */
	bool test_roots;       /* the sandbox's */
	struct ledger *ledger; /* NULL: there is none here */
	char *vkey;            /* of the log; NULL: none known */
	int64_t now_at;
};

/* All that is known of one file. */
struct answer {
	const char *path;
	struct verdict *verdict;
	bool in_ledger;            /* the file as it went out, or one on the way there: */
	bool partly;               /* with some of the signatures only */
	bool extended;             /* the file as it went out, and behind it what a check needs later */
	struct sha256 signed_file; /* the file, or what it begins with when it is such a copy */
	struct ledger_letter letter;
	enum finding receipt; /* UNKNOWN: there is none beside the file */
	struct receipt_result proof;
};

static bool is_valid(const struct answer *a)
{
	return a->verdict->all_good == FINDING_YES && a->receipt != FINDING_NO;
}

static void bench_release(struct bench *b)
{
	trust_free(b->trust);
	ledger_free(b->ledger);
	free(b->vkey);
}

static int bench_open(struct bench *b, struct err *e)
{
	AUTO(free_ptr) char *db = NULL, *vkey = NULL;
	AUTO(buf_release) struct buf text = BUF_INIT(4 * KIB);
	const char *roots = service_roots(b->config, &b->test_roots);

	if (asprintf(&db, "%s/ledger.db", b->config->out) < 0 ||
		asprintf(&vkey, "%s/audit/vkey", b->config->out) < 0)
		return err_nomem(e);
	if (roots && trust_load(roots, &b->trust, e) != 0)
		return -1;
	if (access(db, F_OK) == 0 && ledger_open(db, true, &b->ledger, e) != 0)
		return -1;
	if (access(vkey, F_OK) == 0) {
		if (buf_load(&text, vkey, e) != 0)
			return -1;
		buf_addc(&text, '\0');
		b->vkey = strndup(buf_str(&text), strcspn(buf_str(&text), "\r\n"));
		if (!b->vkey)
			return err_nomem(e);
	}
	return 0;
}

/* LETTER.tlog-proof beside LETTER.pdf. */
static int check_receipt(const struct bench *b, struct answer *a, struct err *e)
{
	AUTO(buf_release) struct buf receipt = BUF_INIT(LIMIT_RECEIPT_BYTES);
	AUTO(free_ptr) char *path = NULL;
	size_t stem = strlen(a->path);

	if (a->extended && text_has_suffix(a->path, ".ltv.pdf"))
		stem -= 8;
	else if (text_has_suffix(a->path, ".pdf"))
		stem -= 4;
	if (asprintf(&path, "%.*s.tlog-proof", (int)stem, a->path) < 0)
		return err_nomem(e);
	if (!b->vkey || access(path, F_OK) != 0)
		return 0;
	if (buf_load(&receipt, path, e) != 0 ||
		receipt_check(receipt.data, receipt.len, b->vkey, &a->signed_file, &a->proof, e) != 0)
		return -1;
	a->receipt = a->proof.good ? FINDING_YES : FINDING_NO;
	return 0;
}

/* A copy that `naskah extend` made, here or elsewhere, begins with the letter. */
static void find_signed_file(struct answer *a, const struct buf *pdf)
{
	size_t len = verdict_signed_len(a->verdict);

	a->extended = len > 0 && len < pdf->len;
	a->signed_file = a->extended ? sha256_of(pdf->data, len) : a->verdict->file;
}

static int look_up(const struct bench *b, struct answer *a, struct err *e)
{
	const struct sha256 *file = &a->signed_file;

	if (!b->ledger)
		return 0;
	if (ledger_letter_by_file(b->ledger, file, &a->letter, &a->in_ledger, e) != 0)
		return -1;
	if (a->in_ledger)
		return 0;
	if (ledger_letter_by_partly(b->ledger, file, &a->letter, &a->partly, e) != 0)
		return -1;
	a->in_ledger = a->partly;
	return 0;
}

static int look(const struct bench *b, struct answer *a, struct err *e)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);

	if (buf_load(&pdf, a->path, e) != 0)
		return -1;
	struct verify_request req = {
		.pdf = pdf.data, .len = pdf.len, .name = a->path, .trust = b->trust, .now_at = b->now_at};
	if (verify_pdf(&req, a->verdict, e) != 0)
		return -1;
	find_signed_file(a, &pdf);
	if (look_up(b, a, e) != 0)
		return -1;
	return check_receipt(b, a, e);
}

static const char *yes_no(enum finding f)
{
	return f == FINDING_YES ? _("yes") : f == FINDING_NO ? _("NO") : _("not known");
}

static void print_moment(const struct bench *b, int64_t at)
{
	struct moment m = moment_in(at, b->config->zone);

	printf("%02d-%02d-%04d %02d:%02d:%02d %s", m.date.day, m.date.month, m.date.year, m.hour, m.minute,
		m.second, zone_name(b->config->zone));
}

static void print_signature(const struct bench *b, const struct signature_verdict *s, size_t number)
{
	printf(_("  Signature %zu (%s)\n"), number, s->field);
	printf(_("    signer             %s\n"), *s->signer ? s->signer : "-");
	printf(_("    certificate from   %s\n"), *s->issuer ? s->issuer : "-");
	printf(_("    time               "));
	if (s->stamped_at || s->claimed_at)
		print_moment(b, s->stamped_at ? s->stamped_at : s->claimed_at);
	puts(s->stamped_at      ? _(" (time-stamp)")
		: s->claimed_at ? _(" (as the signer's service claims)")
				: "-");
	if (*s->reason)
		printf(_("    reason             %s\n"), s->reason);
	printf(_("    unchanged          %s\n"), yes_no(s->intact));
	printf(_("    chain to our roots %s\n"), yes_no(s->trusted));
	printf(_("    certificate in time %s\n"), yes_no(s->in_time));
	printf(_("    covers whole file  %s\n"), s->covers_all == FINDING_NO && s->unchanged == FINDING_YES
							 ? _("no, but what follows changes nothing")
							 : yes_no(s->covers_all));
	if (*s->why)
		printf(_("    note               %s\n"), s->why);
}

static void print_answer(const struct bench *b, const struct answer *a)
{
	const struct verdict *v = a->verdict;

	printf("%s: %s\n", a->path, is_valid(a) ? _("VALID") : _("NOT VALID"));
	if (v->all_good != FINDING_YES)
		printf(_("  why: %s\n"), v->why);
	for (size_t i = 0; i < v->signature_count; i++)
		print_signature(b, &v->signatures[i], i + 1);
	if (!b->trust)
		printf(_("  No trusted roots are configured: whom to believe is not known.\n"));
	else if (b->test_roots)
		printf(_("  Checked against the sandbox's TEST root (UJI): no legal force.\n"));
	if (!b->ledger)
		printf(_("  Ledger: there is none here\n"));
	else if (!a->in_ledger)
		printf(_("  Ledger: this file is not known\n"));
	else {
		char shown[CODE_SHOWN];
		code_show(a->letter.code, shown);
		printf(_("  Ledger: %s %s, case %s, code %s\n"), a->letter.title, a->letter.number,
			a->letter.case_id, shown);
		if (a->extended)
			puts(_("    a copy of it that can be checked for longer (naskah extend)"));
		for (unsigned i = 0; i < ledger_letter_signers(&a->letter); i++)
			printf(a->partly && i >= v->signature_count ? _("    not signed by      %s, %s\n")
								    : _("    signed by          %s, %s\n"),
				a->letter.signers[i].name, a->letter.signers[i].title);
		if (a->partly)
			printf(_("  NOT PUBLISHED: this file has only %zu of the letter's %u signatures\n"),
				v->signature_count, ledger_letter_signers(&a->letter));
		else if (a->letter.state == LETTER_SUPERSEDED)
			printf(_("  REPLACED: a newer letter of this case has taken its place\n"));
	}
	if (a->receipt == FINDING_YES)
		printf(_("  Receipt: good, event %lld of a log of %lld\n"), (long long)a->proof.index,
			(long long)a->proof.size);
	else if (a->receipt == FINDING_NO)
		printf(_("  Receipt: NOT VALID: %s\n"), a->proof.why);
	else
		printf(_("  Receipt: none beside the file\n"));
}

static const char *finding_word(enum finding f)
{
	return f == FINDING_YES ? "yes" : f == FINDING_NO ? "no" : "unknown";
}

/* Texts out of a foreign file may be anything. */
static json_t *signature_json(const struct signature_verdict *s)
{
	char claimed[21] = "", stamped[21] = "";

	if (s->claimed_at)
		moment_text(s->claimed_at, claimed);
	if (s->stamped_at)
		moment_text(s->stamped_at, stamped);
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:o}", "field",
		json_any_string(s->field), "signer", json_any_string(s->signer), "issuer",
		json_any_string(s->issuer), "serial", json_any_string(s->serial), "claimed_at", claimed,
		"stamped_at", stamped, "subfilter", json_any_string(s->subfilter), "intact",
		finding_word(s->intact), "cades", finding_word(s->cades), "trusted", finding_word(s->trusted),
		"in_time", finding_word(s->in_time), "covers_all", finding_word(s->covers_all), "why",
		json_any_string(s->why));
}

static int print_line(json_t *owned, struct err *e)
{
	AUTO(json_release) json_t *o = owned;
	AUTO(buf_release) struct buf line = BUF_INIT(16 * MIB);

	if (json_write(o, 0, &line, e) != 0)
		return -1;
	puts(buf_str(&line));
	return 0;
}

static json_t *signers_json(const struct ledger_letter *l)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < ledger_letter_signers(l); i++)
		json_array_append_new(list, json_any_string(l->signers[i].name));
	return list;
}

static int print_json(const struct answer *a, struct err *e)
{
	json_t *o = json_pack("{s:o, s:b, s:o, s:s, s:b, s:[]}", "path", json_any_string(a->path), "valid",
		is_valid(a), "why", json_any_string(a->verdict->why), "receipt", finding_word(a->receipt),
		"in_ledger", a->in_ledger, "signatures");

	for (size_t i = 0; o && i < a->verdict->signature_count; i++)
		json_array_append_new(
			json_object_get(o, "signatures"), signature_json(&a->verdict->signatures[i]));
	if (o && a->in_ledger)
		json_object_set_new(o, "letter",
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:b}", "case", a->letter.case_id,
				"kind", a->letter.kind, "number", a->letter.number, "code", a->letter.code,
				"state", letter_state_name(a->letter.state), "signers",
				signers_json(&a->letter), "partly", a->partly, "extended", a->extended));
	return print_line(o, e);
}

/* A file that could not be looked at: neither valid nor not. */
static int print_json_error(const char *path, const struct err *why, struct err *e)
{
	return print_line(
		json_pack("{s:o, s:o}", "path", json_any_string(path), "error", json_any_string(why->msg)),
		e);
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.json = false};
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(bench_release) struct bench bench = {.config = &config};
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	struct err e = ERR_INIT;
	int first, code, worst = EXIT_GOOD;

	if (cmd_options(&cmd_verify, argc, argv, &common, NULL, 0, &first, &code) != 0)
		return code;
	if (first == argc)
		return cmd_misused(&cmd_verify, _("name the PDF files"));
	if (!verdict)
		return cmd_fail(&(struct err){.kind = ERR_NOMEM, .msg = "out of memory"});
	memory_cap(LIMIT_MEMORY_BYTES);
	if (cmd_config(&common, &config, &e) != 0 || bench_open(&bench, &e) != 0)
		return cmd_fail(&e);
	bench.now_at = common.now_at ? common.now_at : clock_now();
	for (int i = first; i < argc; i++) {
		struct answer a = {.path = argv[i], .verdict = verdict};
		memset(verdict, 0, sizeof *verdict);
		if (look(&bench, &a, &e) != 0) {
			struct err second = ERR_INIT;
			code = cmd_fail(&e);
			if (worst < code)
				worst = code;
			if (common.json && print_json_error(argv[i], &e, &second) != 0)
				return cmd_fail(&second);
			err_clear(&e);
			continue;
		}
		if (common.json) {
			if (print_json(&a, &e) != 0)
				return cmd_fail(&e);
		} else {
			print_answer(&bench, &a);
		}
		if (!is_valid(&a) && worst < EXIT_REFUSED)
			worst = EXIT_REFUSED;
	}
	return worst;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.summary = N_("say what signed PDFs are: valid or not, by whom, when, known to us or not"),
	.synopsis = "[--config FILE] [--out DIR] [--now MOMENT] [--json] FILE...",
	.help = N_("Checks every signature of each file, its certificate against the configured roots "
		   "(without a\n"
		   "configuration: the sandbox's TEST root), whether OUT/ledger.db knows the file, and the "
		   "receipt\n"
		   "(.tlog-proof) beside it. Exit code 1 when one is not valid.\n\n"
		   "  --now MOMENT  judge as of this moment\n"
		   "  --json        one line of JSON per file: a verdict, or \"error\" when it could not be "
		   "looked at"),
	.run = run,
};
