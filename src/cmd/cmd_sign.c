#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/outfile.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/service.h"
#include "pdf/signable.h"
#include "verify/verify.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct signing {
	struct config *config;
	struct desk *desk;
	struct signer signer;
	struct trust *trust;
	size_t who; /* in the config */
	const char *reason;
	int64_t now_at;
};

static void signing_release(struct signing *s)
{
	signer_release(&s->signer);
	desk_free(s->desk);
	trust_free(s->trust);
}

/* A reply that must not be taken is kept aside, for a person to look at. */
static int keep_aside(const struct sign_result *reply, const char *to, const char *why, struct err *e)
{
	AUTO(free_ptr) char *aside = NULL;

	if (asprintf(&aside, "%s.rejected", to) < 0)
		return err_nomem(e);
	if (outfile_put(aside, 0644, reply->pdf.data, reply->pdf.len, e) != 0)
		return -1;
	return err_set(
		e, ERR_REMOTE, _("the file that came back is not taken: %s (kept as '%s')"), why, aside);
}

/* The reply is looked at before it gets its name. */
static int keep_reply(struct signing *s, const struct buf *pdf, const struct sign_result *reply,
	const char *to, struct outfile *file, struct err *e)
{
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	const struct config_signer *who = &s->config->signers[s->who];
	const struct expected_signer signer = {who->nik, who->person};
	struct err unseen = ERR_INIT;
	struct reply_check check = {.sent = pdf->data,
		.sent_len = pdf->len,
		.reply = reply->pdf.data,
		.reply_len = reply->pdf.len,
		.signers = &signer,
		.signer_count = 1,
		.of_any = true,
		.trust = s->trust,
		.now_at = s->now_at ? s->now_at : clock_now()};

	/* Whatever prevents the look: the signature was made, and is not thrown away. */
	if (!verdict || verify_reply(&check, verdict, &unseen) != 0)
		return keep_aside(reply, to, verdict ? unseen.msg : _("out of memory"), e);
	if (verdict->all_good != FINDING_YES)
		return keep_aside(reply, to, verdict->why, e);
	if (outfile_write(file, reply->pdf.data, reply->pdf.len, e) != 0)
		return -1;
	return outfile_commit(file, e);
}

static int ask(struct signing *s, const struct buf *pdf, const char *path, const char *to,
	struct outfile *file, struct desk_turn *turn, struct err *e)
{
	AUTO(sign_result_release) struct sign_result reply;
	struct sign_job job = {.pdf = pdf->data,
		.pdf_len = pdf->len,
		.reason = s->reason ? s->reason : s->config->reason,
		.location = s->config->location};

	sign_result_init(&reply);
	if (desk_sign(s->desk, s->who, &s->signer, &job, &reply, e) != 0)
		return -1;
	switch (reply.outcome) {
	case SIGN_ACCEPTED: {
		int r = keep_reply(s, pdf, &reply, to, file, e);
		desk_settle(s->desk, s->who, turn, r == 0, e->msg);
		return r;
	}
	case SIGN_REFUSED:
		return err_set(e, ERR_REMOTE, _("%s: the signing service refused: %s (%s)"), path, reply.text,
			reply.code);
	case SIGN_NOT_SENT:
		return err_set(e, ERR_REMOTE, _("%s: not sent: %s"), path, reply.text);
	case SIGN_UNKNOWN:
		break;
	}
	return err_set(e, ERR_REMOTE,
		_("%s: outcome unknown: a signature may exist; do not simply repeat: %s"), path, reply.text);
}

static int sign_file(struct signing *s, const char *path, const char *to, struct err *e)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	AUTO(outfile_release) struct outfile file = OUTFILE_INIT;
	struct desk_turn turn;

	if (buf_load(&pdf, path, e) != 0)
		return -1;
	/* What cannot be signed is told before it is sent: the service's answer to it would be "unknown". */
	if (pdf_check_signable(pdf.data, pdf.len, path, e) != 0)
		return -1;
	if (access(to, F_OK) == 0)
		return err_set(e, ERR_USAGE, _("'%s' is there already; naskah does not overwrite it"), to);
	/* A place and room for the answer before the question. */
	if (outfile_open(&file, to, 0644, e) != 0 || outfile_reserve(&file, pdf.len + 128 * KIB, e) != 0)
		return -1;
	desk_take_turn(s->desk, s->who, &s->signer, &turn);
	if (!turn.allowed)
		return err_set(e, ERR_REMOTE, "%s: %s", path, turn.why);
	int r = ask(s, &pdf, path, to, &file, &turn, e);
	desk_pass(s->desk, s->who, &turn);
	return r;
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.no_json = true};
	const char *as = NULL, *to = NULL, *reason = NULL;
	const struct cmd_option options[] = {{"as", &as, NULL}, {"to", &to, NULL}, {"reason", &reason, NULL}};
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(service_release) struct service service = SERVICE_INIT;
	AUTO(signing_release) struct signing s = {.config = &config};
	struct err e = ERR_INIT;
	int first, code;

	if (cmd_options(&cmd_sign, argc, argv, &common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	if (first == argc || !as)
		return cmd_misused(&cmd_sign, _("name the signer (--as NAME) and the PDF files"));
	if (to && argc - first > 1)
		return cmd_misused(&cmd_sign, _("--to takes one file at a time"));
	memory_cap(LIMIT_MEMORY_BYTES);
	if (cmd_config(&common, &config, &e) != 0)
		return cmd_fail(&e);
	const struct config_signer *who = config_signer_by_name(&config, as);
	if (!who)
		return cmd_misused(&cmd_sign, _("the configuration has no [signer %s]"), as);
	s.who = (size_t)(who - config.signers);
	s.reason = reason;
	s.now_at = common.now_at;
	if (service_start(&config, common.now_at, &service, &e) != 0 ||
		trust_load(service.roots, &s.trust, &e) != 0 ||
		desk_new(&config, &service.to, &s.desk, &e) != 0 || desk_unlock(s.desk, s.who, &e) != 0 ||
		desk_signer(s.desk, &s.signer, &e) != 0)
		return cmd_fail(&e);
	for (int i = first; i < argc; i++) {
		AUTO(free_ptr) char *named = NULL;
		size_t stem = strlen(argv[i]) - (text_has_suffix(argv[i], ".pdf") ? 4 : 0);
		if (asprintf(&named, "%.*s.signed.pdf", (int)stem, argv[i]) < 0)
			return cmd_fail((err_nomem(&e), &e));
		if (sign_file(&s, argv[i], to ? to : named, &e) != 0)
			return cmd_fail(&e);
		printf("%s\n", to ? to : named);
	}
	if (service.sandbox)
		fputs(_("Signed by naskah's own sandbox: the certificates are TEST certificates (UJI), "
			"without legal force.\n"),
			stderr);
	return EXIT_GOOD;
}

const struct cmd cmd_sign = {
	.name = "sign",
	.summary = N_("have any PDF signed by a configured signer"),
	.synopsis = "[--config FILE] --as NAME [--to FILE] [--reason TEXT] FILE.pdf...",
	.help = N_("Asks the signing service for a signature on each PDF, checks what comes back, and writes "
		   "it to\n"
		   "FILE.signed.pdf. The passphrase comes from where the configuration says, or is asked "
		   "for.\n\n"
		   "  --as NAME      the [signer NAME] of the configuration\n"
		   "  --to FILE      name of the signed file\n"
		   "  --reason TEXT  goes into the signature"),
	.run = run,
};
