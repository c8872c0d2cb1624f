#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mapped.h"
#include "base/memory.h"
#include "base/outfile.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/service.h"
#include "crypto/hash.h"
#include "pdf/signable.h"
#include "verify/verify.h"

#include <errno.h>
#include <fcntl.h>
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

static int64_t now(const struct signing *s)
{
	return s->now_at ? s->now_at : clock_now();
}

/* One file on its way. */
struct errand {
	const char *path, *to;
	struct mapped pdf;
	struct outfile file; /* what comes back */
	char *intent;        /* owned: the note beside `to`, that a kill leaves */
};

static void errand_release(struct errand *r)
{
	mapped_release(&r->pdf);
	outfile_release(&r->file);
	free(r->intent);
}

/* ---- the note: what was asked for stands on the disk before it is asked ---- */

static int note_intent(const struct signing *s, const struct errand *r, const char *words, struct err *e)
{
	AUTO(buf_release) struct buf note = BUF_INIT(4 * KIB);
	char moment[21];

	moment_text(now(s), moment);
	buf_addf(&note, _("file: %s\nsigner: %s\nasked: %s\n"), r->path, s->config->signers[s->who].name,
		moment);
	if (words)
		buf_addf(&note, _("outcome unknown: %s\n"), words);
	if (buf_check(&note, e) != 0)
		return -1;
	return outfile_put(r->intent, 0644, note.data, note.len, e);
}

/* Left by an earlier call that nobody ended, or by one under way. */
static int complain_of_intent(const struct errand *r, struct err *e)
{
	AUTO(buf_release) struct buf note = BUF_INIT(4 * KIB);
	struct err ignored = ERR_INIT;

	(void)!buf_load(&note, r->intent, &ignored);
	for (size_t i = 0; i + 1 < note.len; i++)
		if (note.data[i] == '\n')
			note.data[i] = ';';
	return err_set(e, ERR_USAGE,
		_("%s: an earlier call was never ended, a signature may exist (%.250s): ask the signer and "
		  "the "
		  "service, then remove '%s' to sign again"),
		r->path, buf_str(&note), r->intent);
}

static void forget_intent(const struct errand *r)
{
	/* One that stays only makes a person look once more. */
	(void)!unlink(r->intent);
}

/* With `e` set: what is asked for is there already. */
static bool is_signed(const struct errand *r, struct err *e)
{
	if (access(r->to, F_OK) != 0)
		return false;
	err_set(e, ERR_USAGE, _("'%s' is there already; naskah does not overwrite it"), r->to);
	return true;
}

/* Of two who are to sign the same file at once, one gets the note. */
static int claim_intent(const struct signing *s, const struct errand *r, struct err *e)
{
	int fd = open(r->intent, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0 && errno == EEXIST)
		return complain_of_intent(r, e);
	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("cannot write '%s'"), r->intent);
	close(fd);
	/* Whoever was faster may have ended by now. */
	if (is_signed(r, e) || note_intent(s, r, NULL, e) != 0) {
		forget_intent(r);
		return -1;
	}
	return 0;
}

/* ---- what comes back ---- */

/* A reply that must not be taken is kept aside, for a person to look at. */
static int keep_aside(struct errand *r, const char *why, struct err *e)
{
	AUTO(free_ptr) char *aside = NULL;

	if (asprintf(&aside, "%s.rejected", r->to) < 0) {
		aside = NULL;
		return err_nomem(e);
	}
	free(r->file.path);
	r->file.path = strdup(aside);
	if (!r->file.path)
		return err_nomem(e);
	if (outfile_commit(&r->file, e) != 0)
		return -1;
	return err_set(
		e, ERR_REMOTE, _("the file that came back is not taken: %s (kept as '%s')"), why, aside);
}

/* A seal or a key of the office's own has a certificate of its own: only the name tells whose. */
static struct expected_signer expected(const struct config_signer *who)
{
	return (struct expected_signer){who->way >= WAY_SEAL ? NULL : who->nik, who->person};
}

/* The reply is looked at before it gets its name. */
static int keep_reply(struct signing *s, struct errand *r, struct err *e)
{
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	AUTO(mapped_release) struct mapped back = MAPPED_INIT;
	const struct expected_signer signer = expected(&s->config->signers[s->who]);
	struct err unseen = ERR_INIT;
	struct page_area area;
	struct reply_check check = {.sent = r->pdf.data,
		.sent_len = r->pdf.len,
		.signers = &signer,
		.signer_count = 1,
		.of_any = true,
		.area = config_signer_area(&s->config->signers[s->who], &area),
		.trust = s->trust,
		.now_at = now(s)};

	/* Whatever prevents the look: the signature was made, and is not thrown away. */
	if (!verdict)
		return keep_aside(r, _("out of memory"), e);
	if (mapped_open(&back, r->file.tmp, LIMIT_PDF_BYTES, &unseen) != 0)
		return keep_aside(r, unseen.msg, e);
	/* Room that was reserved is no part of what came. */
	check.reply = back.data;
	check.reply_len = (size_t)r->file.len < back.len ? (size_t)r->file.len : back.len;
	if (verify_reply(&check, verdict, &unseen) != 0)
		return keep_aside(r, unseen.msg, e);
	if (verdict->all_good != FINDING_YES)
		return keep_aside(r, verdict->why, e);
	return outfile_commit(&r->file, e);
}

static int ask(struct signing *s, struct errand *r, struct desk_turn *turn, struct err *e)
{
	AUTO(sign_result_release) struct sign_result reply;
	struct sign_job job = {
		.pdf = r->pdf.data, .pdf_len = r->pdf.len, .reason = s->reason, .to = &r->file};
	struct err second = ERR_INIT;

	sign_result_init(&reply);
	if (claim_intent(s, r, e) != 0)
		return -1;
	if (desk_sign(s->desk, s->who, &s->signer, turn, &job, &reply, e) != 0) {
		forget_intent(r); /* nothing was sent */
		return -1;
	}
	switch (reply.outcome) {
	case SIGN_ACCEPTED: {
		int kept = keep_reply(s, r, e);
		desk_settle(s->desk, s->who, turn, kept == 0, e->msg);
		/* Taken or kept aside; else the note is all that is left. */
		if (!r->file.tmp)
			forget_intent(r);
		return kept;
	}
	case SIGN_REFUSED:
		forget_intent(r);
		return err_set(e, ERR_REMOTE, _("%s: the signing service refused: %s (%s)"), r->path,
			reply.text, reply.code);
	case SIGN_NOT_SENT:
		forget_intent(r);
		return err_set(e, ERR_REMOTE, _("%s: not sent: %s"), r->path, reply.text);
	case SIGN_UNKNOWN:
		break;
	}
	(void)!note_intent(s, r, reply.text, &second);
	return err_set(e, ERR_REMOTE,
		_("%s: outcome unknown: a signature may exist; do not simply repeat: %s"), r->path,
		reply.text);
}

static int open_errand(struct signing *s, struct errand *r, struct err *e)
{
	if (mapped_open(&r->pdf, r->path, LIMIT_PDF_BYTES, e) != 0)
		return -1;
	const struct sha256 hash = sha256_of(r->pdf.data, r->pdf.len);
	/* What cannot be signed is told before it is sent: the service's answer to it would be "unknown". */
	if (pdf_check_signable(r->pdf.data, r->pdf.len, r->path, e) != 0)
		return -1;
	if (is_signed(r, e))
		return -1;
	if (asprintf(&r->intent, "%s.intent", r->to) < 0) {
		r->intent = NULL;
		return err_nomem(e);
	}
	if (access(r->intent, F_OK) == 0)
		return complain_of_intent(r, e);
	/* A place and room for the answer before the question. */
	if (outfile_open(&r->file, r->to, 0644, e) != 0 ||
		outfile_reserve(&r->file, r->pdf.len + 128 * KIB, e) != 0)
		return -1;
	/* Whoever names a file to be signed has approved it. */
	return desk_approve_one(s->desk, &hash, e);
}

static int sign_file(struct signing *s, const char *path, const char *to, struct err *e)
{
	AUTO(errand_release) struct errand r = {.path = path, .to = to, .file = OUTFILE_INIT};
	struct desk_turn turn;

	if (open_errand(s, &r, e) != 0)
		return -1;
	desk_take_turn(s->desk, s->who, &s->signer, &turn);
	if (!turn.allowed)
		return err_set(e, ERR_REMOTE, "%s: %s", path, turn.why);
	int asked = ask(s, &r, &turn, e);
	desk_pass(s->desk, s->who, &turn);
	return asked;
}

/* The status, and the one-time password where that is the way. What is wrong closes the signer: the turn tells. */
static void prepare(struct signing *s, size_t files)
{
	char warning[300], closed[300];

	desk_prepare(s->desk, s->who, &s->signer, files, now(s), warning);
	if (*warning && !desk_is_closed(s->desk, s->who, closed))
		fprintf(stderr, "naskah: %s\n", warning);
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
	prepare(&s, (size_t)(argc - first));
	for (int i = first; i < argc; i++) {
		AUTO(free_ptr) char *named = NULL;
		size_t stem = strlen(argv[i]) - (text_has_suffix(argv[i], ".pdf") ? 4 : 0);
		if (asprintf(&named, "%.*s.signed.pdf", (int)stem, argv[i]) < 0)
			return cmd_fail((err_nomem(&e), &e));
		if (sign_file(&s, argv[i], to ? to : named, &e) != 0)
			return cmd_fail(&e);
		printf("%s\n", to ? to : named);
	}
	if (service.sandbox && who->way <= WAY_SEAL)
		fputs(_("Signed by naskah's own sandbox: the certificates are TEST certificates (UJI), "
			"without legal force.\n"),
			stderr);
	return EXIT_GOOD;
}

const struct cmd cmd_sign = {
	.name = "sign",
	.summary = N_("have any PDF signed by a configured signer"),
	.synopsis = "[--config FILE] --as NAME [--to FILE] [--reason TEXT] FILE.pdf...",
	.help = N_("Has each PDF signed by the service, or by a key of the office's own, checks what comes "
		   "back, "
		   "and\n"
		   "writes it to FILE.signed.pdf. The passphrase comes from where the configuration says, or "
		   "is asked\n"
		   "for.\n\n"
		   "  --as NAME      the [signer NAME] of the configuration\n"
		   "  --to FILE      name of the signed file, when there is one\n"
		   "  --reason TEXT  goes into the signature\n"
		   "  --config FILE  configuration; default ./naskah.ini"),
	.run = run,
};
