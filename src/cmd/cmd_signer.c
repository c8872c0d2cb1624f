#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/service.h"
#include "signing/bsre_admin.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>

#define DAY_S     86400
/* A certificate that ends in fewer days is said so. */
#define WARN_DAYS 30

/* The service and how to reach it. */
struct counter {
	struct config config;
	struct service service;
	struct secret *password;
	struct net_config net;
	int64_t now_at;
	bool json;
};

static void counter_release(struct counter *c)
{
	secret_free(c->password);
	service_release(&c->service);
	config_release(&c->config);
}

static int counter_open(struct counter *c, const struct cmd_common *common, struct err *e)
{
	const struct desk_service *to = &c->service.to;

	c->json = common->json;
	c->now_at = common->now_at ? common->now_at : clock_now();
	if (cmd_config(common, &c->config, e) != 0 ||
		service_start(&c->config, common->now_at, &c->service, e) != 0 ||
		(to->password_file && secret_load(to->password_file, &c->password, e) != 0) ||
		(to->password_credential &&
			secret_load_credential(to->password_credential, &c->password, e) != 0))
		return -1;
	c->net = (struct net_config){.base_url = to->url,
		.username = to->username,
		.password = c->password,
		.ca_file = to->ca_file,
		.pin = to->pin,
		.allow_plain_http = to->allow_plain_http,
		.connect_timeout_ms = c->config.connect_timeout_ms};
	return 0;
}

static const char *way_name(enum config_way way)
{
	switch (way) {
	case WAY_PASSPHRASE:
		return "passphrase";
	case WAY_TOTP:
		return "totp";
	case WAY_SEAL:
		return "seal";
	case WAY_PKCS12:
		return "pkcs12";
	case WAY_PKCS11:
		return "pkcs11";
	}
	return "?";
}

static struct sign_identity identity_of(const struct config_signer *s)
{
	if (s->way == WAY_SEAL)
		return (struct sign_identity){.subscriber = s->subscriber};
	return (struct sign_identity){.nik = s->nik, .email = s->nik ? NULL : s->email};
}

/* ---- secrets: from where the configuration says, or typed ---- */

static bool is_configured(const struct config_signer *s)
{
	return s->passphrase_file || s->passphrase_credential || s->passphrase_fd >= 0;
}

static int load_secret(const struct config_signer *s, struct secret **out, struct err *e)
{
	char prompt[200];

	if (s->passphrase_file)
		return secret_load(s->passphrase_file, out, e);
	if (s->passphrase_credential)
		return secret_load_credential(s->passphrase_credential, out, e);
	if (s->passphrase_fd >= 0)
		return secret_read_fd(s->passphrase_fd, s->name, out, e);
	snprintf(prompt, sizeof prompt, _("Activation code of the seal %s: "), s->name);
	return secret_prompt(prompt, out, e);
}

/* ---- status ---- */

struct found {
	const struct config_signer *who;
	bool known; /* there was an answer */
	struct sign_status status;
	struct err why; /* why not */
};

/* A key of the office's own is only looked at when nobody has to type for it. */
static void look(struct counter *c, struct found *f)
{
	AUTO(signer_release) struct signer signer = SIGNER_INIT;
	AUTO(secret_release) struct secret *secret = NULL;
	const struct sign_identity who = identity_of(f->who);
	struct signer_profile profile;

	signer_profile_init(&profile, &c->config, f->who, &c->net);
	if (f->who->way >= WAY_SEAL) {
		if (!is_configured(f->who)) {
			err_set(&f->why, ERR_USAGE, _("not looked at: its secret would have to be typed"));
			return;
		}
		if (load_secret(f->who, &secret, &f->why) != 0)
			return;
		profile.secret = secret;
	}
	f->known = signer_new(&profile, &signer, &f->why) == 0 &&
		   signer.status(signer.self, &who, &f->status, &f->why) == 0;
}

static long long days_left(const struct counter *c, const struct found *f)
{
	return (long long)((f->status.not_after_at - c->now_at) / DAY_S);
}

static json_t *found_json(const struct counter *c, const struct found *f)
{
	const struct sign_status *s = &f->status;
	char end[21];

	if (!f->known)
		return json_pack("{s:s, s:s, s:s}", "name", f->who->name, "way", way_name(f->who->way), "why",
			f->why.msg);
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "name", f->who->name, "way",
		way_name(f->who->way), "status", s->status, "code", s->code, "text", s->text, "may_sign",
		s->may_sign);
	if (o && s->not_after_at) {
		moment_text(s->not_after_at, end);
		json_object_set_new(o, "not_after", json_string(end));
		json_object_set_new(o, "days_left", json_integer(days_left(c, f)));
	}
	return o;
}

static void print_found(const struct counter *c, const struct found *f)
{
	const struct sign_status *s = &f->status;

	printf("%s (%s): ", f->who->name, way_name(f->who->way));
	if (!f->known) {
		printf("%s\n", f->why.msg);
		return;
	}
	printf("%s", s->may_sign ? _("may sign") : _("may NOT sign"));
	printf(", %s%s%s%s", s->status, s->code[0] ? " (" : "", s->code, s->code[0] ? ")" : "");
	if (s->text[0])
		printf(": %s", s->text);
	if (s->not_after_at) {
		long long days = days_left(c, f);
		char end[21];
		moment_text(s->not_after_at, end);
		printf("; ");
		printf(_("the certificate ends on %.10s, in %lld days"), end, days);
		if (days < WARN_DAYS)
			printf(" %s", _("- have it renewed"));
	}
	putchar('\n');
}

static int exit_code_of(const struct found *f)
{
	if (f->known)
		return f->status.may_sign ? EXIT_GOOD : EXIT_REFUSED;
	return f->why.kind == ERR_REMOTE ? EXIT_SERVICE : EXIT_SETUP;
}

static int show_all(struct counter *c, struct err *e)
{
	AUTO(json_release) json_t *list = json_array();
	int code = EXIT_GOOD;

	if (c->config.signer_count == 0)
		return cmd_fail((err_set(e, ERR_CONFIG, _("the configuration has no [signer NAME]")), e));
	for (size_t i = 0; i < c->config.signer_count; i++) {
		struct found f = {.who = &c->config.signers[i], .why = ERR_INIT};
		look(c, &f);
		if (c->json)
			json_array_append_new(list, found_json(c, &f));
		else
			print_found(c, &f);
		int one = exit_code_of(&f);
		if (one > code)
			code = one;
	}
	if (c->json) {
		AUTO(buf_release) struct buf line = BUF_INIT(MIB);
		AUTO(json_release) json_t *o = json_pack("{s:O}", "signers", list);
		if (!o || json_write(o, 0, &line, e) != 0)
			return cmd_fail(e);
		puts(buf_str(&line));
	}
	return code;
}

/* ---- orders ---- */

/* The service's words as they are, and what came of it. */
static int tell(const struct counter *c, bool granted, const char *text, int64_t expires_at, struct err *e)
{
	char end[21] = "";

	if (expires_at)
		moment_text(expires_at, end);
	if (c->json) {
		AUTO(buf_release) struct buf line = BUF_INIT(64 * KIB);
		AUTO(json_release)
		json_t *o = json_pack("{s:b, s:s}", "granted", granted, "text", text);
		if (o && *end)
			json_object_set_new(o, "expires", json_string(end));
		if (!o || json_write(o, 0, &line, e) != 0)
			return cmd_fail(e);
		puts(buf_str(&line));
	} else {
		printf(granted ? _("The service agrees: %s\n") : _("The service refuses: %s\n"),
			*text ? text : "-");
		if (*end)
			printf(_("It holds until %s.\n"), end);
	}
	return granted ? EXIT_GOOD : EXIT_REFUSED;
}

static int order_otp(struct counter *c, const struct config_signer *s, size_t files, struct err *e)
{
	AUTO(signer_release) struct signer signer = SIGNER_INIT;
	const struct sign_identity who = identity_of(s);
	struct sign_otp otp = {.granted = false};
	struct signer_profile profile;

	signer_profile_init(&profile, &c->config, s, &c->net);
	if (s->way != WAY_TOTP)
		return cmd_fail((err_set(e, ERR_USAGE, _("[signer %s] has no 'way = totp'"), s->name), e));
	if (signer_new(&profile, &signer, e) != 0 || signer.otp(signer.self, &who, files, &otp, e) != 0)
		return cmd_fail(e);
	return tell(c, otp.granted, otp.text, otp.expires_at, e);
}

static int order_registration(struct counter *c, const char *name, const char *email, struct err *e)
{
	const struct signer_profile profile = {
		.api = 2, .net = c->net, .sign_timeout_ms = c->config.timeout_ms};
	AUTO(bsre_words_release) struct bsre_words words = BSRE_WORDS_INIT;

	if (bsre_register(&profile, name, email, &words, e) != 0)
		return cmd_fail(e);
	return tell(c, words.granted, words.text, words.expires_at, e);
}

/* The code that the service told goes to where the configuration expects it, and nowhere else. */
static int keep_code(const struct config_signer *s, const struct bsre_words *words, struct err *e)
{
	if (!words->totp)
		return 0;
	if (!s->passphrase_file)
		return err_set(e, ERR_CONFIG,
			_("the service told an activation code; name a passphrase_file for [signer %s] to "
			  "keep it"),
			s->name);
	return outfile_put(s->passphrase_file, 0600, secret_bytes(words->totp), secret_len(words->totp), e);
}

static int order_seal(
	struct counter *c, const struct config_signer *s, bool revoke, bool refresh, struct err *e)
{
	AUTO(bsre_words_release) struct bsre_words words = BSRE_WORDS_INIT;
	AUTO(secret_release) struct secret *secret = NULL;
	struct signer_profile profile;

	if (s->way != WAY_SEAL)
		return cmd_fail((err_set(e, ERR_USAGE, _("[signer %s] has no 'way = seal'"), s->name), e));
	signer_profile_init(&profile, &c->config, s, &c->net);
	if ((revoke || refresh) && load_secret(s, &secret, e) != 0)
		return cmd_fail(e);
	profile.secret = secret;
	int r = revoke ? bsre_seal_revoke(&profile, &words, e) : bsre_seal_activate(&profile, &words, e);
	if (r != 0)
		return cmd_fail(e);
	int code = tell(c, words.granted, words.text, words.expires_at, e);
	return keep_code(s, &words, e) == 0 ? code : cmd_fail(e);
}

/* ---- the command ---- */

struct wishes {
	const char *files, *name, *email;
	bool refresh;
};

static int dispatch(
	struct counter *c, const struct wishes *w, const char *what, const char *whom, struct err *e)
{
	const struct config_signer *s = whom ? config_signer_by_name(&c->config, whom) : NULL;
	uint64_t files;

	if (!what)
		return show_all(c, e);
	if (strcmp(what, "register") == 0 && !whom) {
		if (!w->name || !w->email)
			return cmd_misused(&cmd_signer, _("register needs --name and --email"));
		return order_registration(c, w->name, w->email, e);
	}
	if (whom && !s)
		return cmd_misused(&cmd_signer, _("the configuration has no [signer %s]"), whom);
	if (s && strcmp(what, "otp") == 0) {
		if (!w->files || !text_to_uint(w->files, 1000000, &files) || files == 0)
			return cmd_misused(&cmd_signer, _("otp needs --files: for how many files"));
		return order_otp(c, s, (size_t)files, e);
	}
	if (s && strcmp(what, "seal-activate") == 0)
		return order_seal(c, s, false, w->refresh, e);
	if (s && strcmp(what, "seal-revoke") == 0)
		return order_seal(c, s, true, false, e);
	return cmd_misused(&cmd_signer,
		_("say what: nothing (status), otp NAME, register, seal-activate NAME or seal-revoke NAME"));
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.json = false};
	struct wishes w = {.files = NULL};
	const struct cmd_option options[] = {{"files", &w.files, NULL}, {"name", &w.name, NULL},
		{"email", &w.email, NULL}, {"refresh", NULL, &w.refresh}};
	AUTO(counter_release) struct counter c = {.config = {.path = NULL}, .service = SERVICE_INIT};
	struct err e = ERR_INIT;
	int first, code;

	if (cmd_options(&cmd_signer, argc, argv, &common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	if (argc - first > 2)
		return cmd_misused(&cmd_signer, _("too many words: '%s'"), argv[first + 2]);
	if (counter_open(&c, &common, &e) != 0)
		return cmd_fail(&e);
	return dispatch(
		&c, &w, first < argc ? argv[first] : NULL, first + 1 < argc ? argv[first + 1] : NULL, &e);
}

const struct cmd cmd_signer = {
	.name = "signer",
	.summary = N_("what the service says about the signers; OTPs, registration, the agency's seal"),
	.synopsis = "[otp NAME --files N | register --name NAME --email ADDRESS |\n"
		    "                      seal-activate NAME [--refresh] | seal-revoke NAME]",
	.help = N_("(nothing)           status of each configured signer, and when the certificate ends\n"
		   "otp NAME            asks for a one-time password for so many files; it is sent to the "
		   "person\n"
		   "register            registers a person at BSrE\n"
		   "seal-activate NAME  has the seal's activation code sent; with --refresh asks with the "
		   "code at hand\n"
		   "                    whether it still holds, and keeps a new one in the signer's "
		   "passphrase_file\n"
		   "seal-revoke NAME    ends the seal's activation\n\n"
		   "Codes are read from where the configuration says (files of mode 0600), or asked for on "
		   "the terminal.\n\n"
		   "  --files N       for how many files\n"
		   "  --name NAME     the person to register\n"
		   "  --email ADDR    that person's address\n"
		   "  --config FILE   configuration; default ./naskah.ini\n"
		   "  --json          for machines"),
	.run = run,
};
