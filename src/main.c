/* naskah: command table and language, nothing else. */
#include "base/auto.h"
#include "base/i18n.h"
#include "base/version.h"
#include "cmd/cmd.h"
#include "net/client.h"
#include "xml/doc.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct cmd *const commands[] = {&cmd_run, &cmd_check, &cmd_sheet, &cmd_render, &cmd_resolve,
	&cmd_sign, &cmd_signer, &cmd_verify, &cmd_extend, &cmd_audit, &cmd_serve, &cmd_sandbox};

/* Operators read Indonesian unless they ask otherwise (LANGUAGE=en). The "C" locale would switch gettext off. */
static void speak(void)
{
	const char *locale = setlocale(LC_ALL, "");

	if (!locale || strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0 ||
		strcmp(setlocale(LC_MESSAGES, NULL), "POSIX") == 0)
		setlocale(LC_ALL, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	setenv("LANGUAGE", "id", 0);
	const char *dir = cmd_locale_dir();
	if (dir)
		bindtextdomain("naskah", dir);
	bind_textdomain_codeset("naskah", "UTF-8");
	textdomain("naskah");
}

static void help(FILE *to)
{
	fputs(_("naskah: official letters from case files, signed, verifiable, accounted for\n\n"), to);
	fputs(_("Usage: naskah COMMAND [OPTION]... [FILE]...\n\nCommands:\n"), to);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(to, "  %-8s %s\n", commands[i]->name, _(commands[i]->summary));
	fprintf(to, "  %-8s %s\n", "version", _("print the version"));
	fprintf(to, "  %-8s %s\n", "help", _("print this, or the help of a command"));
	fputs(_("\nEvery command has --help. Exit codes: 0 all well, 1 refused or not valid, 2 usage or\n"
		"configuration, 3 this machine, 4 the signing service.\n"),
		to);
}

static const struct cmd *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	/* Not in the list: nobody but naskah calls it. */
	return strcmp(cmd_keeper.name, name) == 0 ? &cmd_keeper : NULL;
}

static int dispatch(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	if (!name) {
		help(stderr);
		return EXIT_SETUP;
	}
	if (strcmp(name, "version") == 0 || strcmp(name, "--version") == 0) {
		printf("naskah %s\n", NASKAH_VERSION);
		return EXIT_GOOD;
	}
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0) {
		const char *on = argc > 2 && strcmp(argv[2], "--help") != 0 ? argv[2] : NULL;
		const struct cmd *about = on ? find(on) : NULL;
		if (on && !about) {
			fprintf(stderr, _("naskah: no command '%s'; see 'naskah help'\n"), on);
			return EXIT_SETUP;
		}
		if (about)
			cmd_usage(about);
		else
			help(stdout);
		return EXIT_GOOD;
	}
	const struct cmd *c = find(name);
	if (!c) {
		fprintf(stderr, _("naskah: no command '%s'; see 'naskah help'\n"), name);
		return EXIT_SETUP;
	}
	return c->run(argc - 1, argv + 1);
}

/*
 * A caller may have closed standard input, output or error. The next file opened would get that number, and a message
 * would be written into a letter. The stand-ins fail instead: /dev/null opened the wrong way round.
 */
static void keep_standard_streams(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_MACHINE);
	}
}

/* A full disk or a closed pipe under standard output is a failure too. */
static int check_output(int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	struct err e = ERR_INIT;
	err_sys(&e, ERR_IO, errno ? errno : EIO, _("cannot write standard output"));
	int failed = cmd_fail(&e);
	return status == EXIT_GOOD ? failed : status;
}

int main(int argc, char **argv)
{
	keep_standard_streams();
	speak();
	signal(SIGPIPE, SIG_IGN);
	xml_start();
	struct err e = ERR_INIT;
	int status = net_start(&e) == 0 ? dispatch(argc, argv) : cmd_fail(&e);
	status = check_output(status);
	net_end();
	xml_end();
	return status;
}
