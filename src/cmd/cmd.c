#include "cmd/cmd.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"

#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPTIONS_MAX 16

void cmd_usage(const struct cmd *c)
{
	printf(_("Usage: naskah %s %s\n\n"), c->name, c->synopsis);
	printf("%s\n", _(c->help));
}

int cmd_fail(const struct err *e)
{
	fprintf(stderr, "naskah: %s\n", e->msg);
	switch (e->kind) {
	case ERR_USAGE:
	case ERR_CONFIG:
		return EXIT_SETUP;
	case ERR_INPUT:
	case ERR_LIMIT:
	case ERR_CRYPTO:
		return EXIT_REFUSED;
	case ERR_REMOTE:
		return EXIT_SERVICE;
	case ERR_NONE:
	case ERR_IO:
	case ERR_NOMEM:
	case ERR_BUG:
		break;
	}
	return EXIT_MACHINE;
}

int cmd_misused(const struct cmd *c, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "naskah %s: ", c->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, _("; see 'naskah %s --help'\n"), c->name);
	return EXIT_SETUP;
}

/* A moment as the clock could show it: 0 stands for "this machine's" from here on. */
static bool parse_now(const char *text, int64_t *out)
{
	return moment_parse(text, ZONE_WIB, out) && *out > 0;
}

/* An option that getopt_long() complained about, as it stands on the command line. */
static int bad_option(const struct cmd *c, char **argv)
{
	/* Within a cluster of letters optind does not move: getopt knows the letter only. */
	if (optopt > 0 && optopt < 128)
		return cmd_misused(c, _("unknown option '-%c'"), optopt);
	return cmd_misused(c, _("unknown option '%s'"), argv[optind - 1]);
}

enum { OPT_HELP = 1000, OPT_CONFIG, OPT_OUT, OPT_NOW, OPT_JSON, OPT_FIRST };

int cmd_options(const struct cmd *c, int argc, char **argv, struct cmd_common *common,
	const struct cmd_option *options, size_t option_count, int *first, int *exit_code)
{
	struct option table[OPTIONS_MAX + 6] = {
		{"help", no_argument, NULL, OPT_HELP},
		{"config", required_argument, NULL, OPT_CONFIG},
		{"out", required_argument, NULL, OPT_OUT},
		{"now", required_argument, NULL, OPT_NOW},
		{"json", no_argument, NULL, OPT_JSON},
	};

	for (size_t i = 0; i < option_count && i < OPTIONS_MAX; i++)
		table[5 + i] = (struct option){options[i].name,
			options[i].text ? required_argument : no_argument, NULL, OPT_FIRST + (int)i};
	opterr = 0;
	optind = 1;
	for (int o; (o = getopt_long(argc, argv, ":", table, NULL)) != -1;) {
		switch (o) {
		case OPT_HELP:
			cmd_usage(c);
			*exit_code = EXIT_GOOD;
			return -1;
		case OPT_CONFIG:
			common->config = optarg;
			break;
		case OPT_OUT:
			common->out = optarg;
			break;
		case OPT_NOW:
			if (!parse_now(optarg, &common->now_at)) {
				*exit_code = cmd_misused(c,
					_("--now wants a moment such as 2026-03-16T09:00:00+07:00, not '%s'"),
					optarg);
				return -1;
			}
			break;
		case OPT_JSON:
			if (common->no_json) {
				*exit_code = cmd_misused(c, _("unknown option '%s'"), "--json");
				return -1;
			}
			common->json = true;
			break;
		case '?':
			*exit_code = bad_option(c, argv);
			return -1;
		case ':':
			*exit_code = cmd_misused(c, _("option '%s' needs a value"), argv[optind - 1]);
			return -1;
		default: {
			const struct cmd_option *own = &options[o - OPT_FIRST];
			if (own->text)
				*own->text = optarg;
			else
				*own->flag = true;
		}
		}
	}
	if ((common->out && !*common->out) || (common->config && !*common->config)) {
		*exit_code = cmd_misused(c, _("--config and --out want a name, not nothing"));
		return -1;
	}
	*first = optind;
	return 0;
}

/* The folder of the running program, with "/.." resolved; "" when it cannot be told. */
static const char *program_dir(void)
{
	static char dir[PATH_MAX];

	if (!*dir) {
		ssize_t n = readlink("/proc/self/exe", dir, sizeof dir - 1);
		if (n <= 0)
			return "";
		dir[n] = '\0';
		*strrchr(dir, '/') = '\0';
	}
	return dir;
}

static bool has(const char *folder, const char *name)
{
	char path[PATH_MAX + 64];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *cmd_data_dir(void)
{
	static char dir[PATH_MAX + 32];
	/* Installed: PREFIX/bin and PREFIX/share/naskah. Built: out/build/VARIANT below the source. */
	static const char *const places[] = {"../share/naskah", "../../.."};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		snprintf(dir, sizeof dir, "%s/%s", program_dir(), places[i]);
		if (has(dir, "templates") && has(dir, "schemas"))
			return dir;
	}
	return NULL;
}

const char *cmd_locale_dir(void)
{
	static char dir[PATH_MAX + 32];
	static const char *const places[] = {"locale", "../share/locale"};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		snprintf(dir, sizeof dir, "%s/%s", program_dir(), places[i]);
		if (has(dir, "id"))
			return dir;
	}
	return NULL;
}

int cmd_config(const struct cmd_common *common, struct config *out, struct err *e)
{
	const char *data = cmd_data_dir();

	if (!data)
		return err_set(e, ERR_CONFIG, _("templates and schemas are not where naskah was installed"));
	return config_load(common->config, data, common->out, out, e);
}
