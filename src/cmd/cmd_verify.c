#include "audit/check.h"
#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/service.h"
#include "cmd/verdict_text.h"
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
	bool in_ledger; /* the file as it went out, or one on the way there: */
	bool partly;    /* with some of the signatures only */
	bool by_ledger; /* valid as of its entry in the ledger: by itself it proves no time any more */
	bool extended;  /* the file as it went out, and behind it what a check needs later */
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

/*
 * Certificates end, and then a file may not prove by itself any more when it was signed. Of the very file that went out
 * this office knows it.
 */
static int ask_ledger(struct answer *a, const struct verify_request *alone, struct err *e)
{
	AUTO(free_ptr) struct verdict *known = NULL;
	struct verify_request req = *alone;

	if (a->verdict->all_good == FINDING_YES || !a->in_ledger || a->partly || a->letter.signed_at == 0 ||
		memcmp(&a->verdict->file, &a->letter.signed_pdf, sizeof a->letter.signed_pdf) != 0)
		return 0;
	req.known_at = a->letter.signed_at;
	known = calloc(1, sizeof *known);
	if (!known)
		return err_nomem(e);
	if (verify_pdf(&req, known, e) != 0)
		return -1;
	if (known->all_good == FINDING_YES) {
		*a->verdict = *known;
		a->by_ledger = true;
	}
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
	if (look_up(b, a, e) != 0 || ask_ledger(a, &req, e) != 0)
		return -1;
	return check_receipt(b, a, e);
}

static void print_answer(const struct bench *b, const struct answer *a)
{
	const struct verdict *v = a->verdict;

	printf("%s: %s\n", a->path, is_valid(a) ? _("VALID") : _("NOT VALID"));
	if (v->all_good != FINDING_YES)
		printf(_("  why: %s\n"), v->why);
	verdict_print(v, b->config->zone);
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
			printf(a->partly && i >= verdict_signers(v) ? _("    not signed by      %s, %s\n")
								    : _("    signed by          %s, %s\n"),
				a->letter.signers[i].name, a->letter.signers[i].title);
		if (a->by_ledger)
			puts(_("    known here since it was signed: certificates that have ended since do "
			       "not "
			       "matter"));
		if (a->partly)
			printf(_("  NOT PUBLISHED: this file has only %zu of the letter's %u signatures\n"),
				verdict_signers(v), ledger_letter_signers(&a->letter));
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
	json_t *o = json_pack("{s:o, s:b, s:o, s:s, s:o, s:s, s:b, s:b, s:o}", "path",
		json_any_string(a->path), "valid", is_valid(a), "why", json_any_string(a->verdict->why),
		"level", pades_level_name(a->verdict->level), "lasts_to",
		moment_json(a->verdict->all_good == FINDING_YES ? verdict_lasts_to(a->verdict) : 0),
		"receipt", finding_word(a->receipt), "in_ledger", a->in_ledger, "by_ledger", a->by_ledger,
		"signatures", verdict_signatures_json(a->verdict));

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
