#include "audit/check.h"
#include "audit/leaf.h"
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "crypto/hash.h"
#include "ledger/ledger.h"
#include "pipeline/approvals.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int ledger_leaf_source(void *user, int64_t index, struct buf *leaf, bool *found, struct err *e)
{
	struct ledger *l = user;
	AUTO(buf_release) struct buf stored = BUF_INIT(64 * KIB);
	struct event event;
	int64_t count;

	if (ledger_event_count(l, &count, e) != 0)
		return -1;
	*found = index < count;
	if (!*found)
		return 0;
	if (ledger_event(l, index, &event, &stored, e) != 0)
		return -1;
	/* Made anew from what the ledger says in words: neither who approved or decided, nor why, changes unseen. */
	leaf_write(&event, leaf);
	return buf_check(leaf, e);
}

static int open_ledger(const struct config *c, struct ledger **out, struct err *e)
{
	AUTO(free_ptr) char *path = NULL;

	if (asprintf(&path, "%s/ledger.db", c->out) < 0)
		return err_nomem(e);
	if (access(path, F_OK) != 0)
		return 0;
	return ledger_open(path, true, out, e);
}

/* The origin to expect: the configured one; without a configuration whatever the log itself says. */
static const char *origin_of(const struct config *c)
{
	return c->path ? c->log_origin : NULL;
}

/* The log, and then what of the ledger hangs on it. */
static int look(
	struct config *c, struct ledger *ledger, struct audit_result *r, struct approvals *a, struct err *e)
{
	AUTO(free_ptr) char *dir = NULL;

	if (asprintf(&dir, "%s/audit", c->out) < 0)
		return err_nomem(e);
	if (audit_check(dir, origin_of(c), NULL, ledger ? ledger_leaf_source : NULL, ledger, r, e) != 0)
		return -1;
	if (!r->good || !ledger)
		return 0;
	if (approvals_check(ledger, a, e) != 0)
		return -1;
	r->good = !*a->why;
	snprintf(r->why, sizeof r->why, "%s", a->why);
	return 0;
}

static int verify_log(struct config *c, bool json, struct err *e)
{
	AUTO(ledger_release) struct ledger *ledger = NULL;
	struct audit_result r = {.good = false};
	struct approvals a = {.batches = 0};

	if (open_ledger(c, &ledger, e) != 0 || look(c, ledger, &r, &a, e) != 0)
		return cmd_fail(e);
	char root[2 * SHA256_LEN + 1];
	hex_text(root, r.root.bytes, SHA256_LEN);
	if (json) {
		AUTO(buf_release) struct buf line = BUF_INIT(64 * KIB);
		AUTO(json_release)
		json_t *o = json_pack("{s:b, s:I, s:s, s:b, s:I, s:I, s:s}", "good", r.good, "size",
			(json_int_t)r.size, "root", root, "ledger", ledger != NULL, "approvals",
			(json_int_t)a.batches, "approved_files", (json_int_t)a.files, "why", r.why);
		if (json_write(o, 0, &line, e) != 0)
			return cmd_fail(e);
		puts(buf_str(&line));
	} else if (r.good) {
		printf(_("The log is whole: %lld events, root %s\n"), (long long)r.size, root);
		puts(ledger ? _("It agrees with the ledger, event by event.")
			    : _("There is no ledger here to compare it with."));
		if (ledger)
			printf(_("Approvals: %lld, of %lld files in all; each root is that of its files.\n"),
				(long long)a.batches, (long long)a.files);
	} else {
		printf(_("The log is NOT in order: %s\n"), r.why);
	}
	return r.good ? EXIT_GOOD : EXIT_REFUSED;
}

static int prove(struct config *c, const char *text, struct err *e)
{
	AUTO(ledger_release) struct ledger *ledger = NULL;
	AUTO(audit_log_release) struct audit_log *log = NULL;
	AUTO(buf_release) struct buf leaf = BUF_INIT(64 * KIB), proof = BUF_INIT(LIMIT_RECEIPT_BYTES);
	AUTO(free_ptr) char *dir = NULL;
	struct ledger_letter letter;
	struct event event;
	char code[CODE_TEXT];
	bool found = false;

	if (!code_parse(text, code)) {
		err_set(e, ERR_USAGE, _("'%s' is no verification code (21 letters and digits; mistyped?)"),
			text);
		return cmd_fail(e);
	}
	if (asprintf(&dir, "%s/audit", c->out) < 0)
		return cmd_fail((err_nomem(e), e));
	if (open_ledger(c, &ledger, e) != 0)
		return cmd_fail(e);
	if (!ledger)
		return cmd_fail((err_set(e, ERR_CONFIG, _("there is no ledger in '%s'"), c->out), e));
	struct audit_config config = {.dir = dir, .origin = origin_of(c), .key_path = NULL};
	if (ledger_letter_by_code(ledger, code, &letter, &found, e) != 0)
		return cmd_fail(e);
	if (!found || letter.leaf < 0)
		return cmd_fail(
			(err_set(e, ERR_INPUT, _("no letter with the code '%s' was published"), text), e));
	if (audit_log_open(&config, &log, e) != 0 ||
		ledger_event(ledger, letter.leaf, &event, &leaf, e) != 0 ||
		audit_log_prove(log, letter.leaf, &event, &proof, e) != 0 || buf_check(&proof, e) != 0)
		return cmd_fail(e);
	fputs(buf_str(&proof), stdout);
	return EXIT_GOOD;
}

static int check_proof(
	struct config *c, const char *vkey_file, const char *proof_path, const char *pdf_path, struct err *e)
{
	AUTO(free_ptr) char *path = NULL;
	AUTO(buf_release)
	struct buf key = BUF_INIT(4 * KIB), proof = BUF_INIT(LIMIT_RECEIPT_BYTES),
		   pdf = BUF_INIT(LIMIT_PDF_BYTES);
	struct receipt_result r;
	struct sha256 hash;

	if (asprintf(&path, "%s/audit/vkey", c->out) < 0)
		return cmd_fail((err_nomem(e), e));
	if (buf_load(&key, vkey_file ? vkey_file : path, e) != 0 || buf_load(&proof, proof_path, e) != 0)
		return cmd_fail(e);
	if (pdf_path && buf_load(&pdf, pdf_path, e) != 0)
		return cmd_fail(e);
	buf_addc(&key, '\0');
	if (buf_check(&key, e) != 0)
		return cmd_fail(e);
	key.data[strcspn((const char *)key.data, "\r\n")] = '\0';
	if (pdf_path)
		hash = sha256_of(pdf.data, pdf.len);
	if (receipt_check(proof.data, proof.len, (const char *)key.data, pdf_path ? &hash : NULL, &r, e) != 0)
		return cmd_fail(e);
	if (!r.good) {
		printf(_("%s: NOT VALID: %s\n"), proof_path, r.why);
		return EXIT_REFUSED;
	}
	char shown[CODE_SHOWN], at[MOMENT_LOCAL];
	code_show(r.event.code, shown);
	moment_local(r.event.at, c->zone, at);
	printf(_("%s: good: %s, code %s, %s, event %lld of a log of %lld\n"), proof_path,
		r.event.kind == EVENT_PUBLISHED ? _("published") : event_kind_name(r.event.kind), shown, at,
		(long long)r.index, (long long)r.size);
	if (!pdf_path)
		puts(_("Name the PDF as well to check that the proof is about that file."));
	return EXIT_GOOD;
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.json = false};
	const char *vkey = NULL;
	const struct cmd_option options[] = {{"vkey", &vkey, NULL}};
	AUTO(config_release) struct config config = {.path = NULL};
	struct err e = ERR_INIT;
	int first, code;

	if (cmd_options(&cmd_audit, argc, argv, &common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	if (cmd_config(&common, &config, &e) != 0)
		return cmd_fail(&e);
	const char *what = first < argc ? argv[first] : "";
	int left = argc - first - 1;
	if (strcmp(what, "verify") == 0 && left == 0)
		return verify_log(&config, common.json, &e);
	if (strcmp(what, "prove") == 0 && left == 1)
		return prove(&config, argv[first + 1], &e);
	if (strcmp(what, "check") == 0 && (left == 1 || left == 2))
		return check_proof(&config, vkey, argv[first + 1], left == 2 ? argv[first + 2] : NULL, &e);
	return cmd_misused(&cmd_audit, _("say what: verify, prove CODE, or check PROOF [PDF]"));
}

const struct cmd cmd_audit = {
	.name = "audit",
	.summary = N_("check the audit log, print and check proofs"),
	.synopsis = "verify | prove CODE | check [--vkey FILE] PROOF [PDF]",
	.help = N_(
		"verify      recomputes the whole log from its files and compares it with the ledger, and "
		"the files\n"
		"            noted as approved with the roots that were; names the first thing that does not "
		"fit\n"
		"prove CODE  prints the receipt (C2SP tlog-proof) of a published letter\n"
		"check PROOF checks a receipt offline, and with a PDF that it is about that file\n\n"
		"  --config FILE  configuration; default ./naskah.ini\n"
		"  --out DIR      where the log is (DIR/audit); default ./out\n"
		"  --vkey FILE    verifier key of the log; default OUT/audit/vkey\n"
		"  --json         for machines (verify)"),
	.run = run,
};
