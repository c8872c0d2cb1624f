#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/wait.h"
#include "sandbox/sandbox.h"

#include <stdio.h>

static int run(int argc, char **argv)
{
	struct cmd_common common = {.no_json = true};
	const char *port_text = NULL, *fault = NULL, *latency = NULL, *people = NULL, *state = NULL,
		   *level = NULL;
	const struct cmd_option options[] = {{"port", &port_text, NULL}, {"fault", &fault, NULL},
		{"latency", &latency, NULL}, {"people", &people, NULL}, {"state", &state, NULL},
		{"level", &level, NULL}};
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(sandbox_release) struct sandbox *sandbox = NULL;
	struct err e = ERR_INIT;
	uint64_t port = 0, ms = 0;
	int first, code;

	if (cmd_options(&cmd_sandbox, argc, argv, &common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	if (first != argc)
		return cmd_misused(&cmd_sandbox, _("no operands are wanted"));
	if (port_text && !text_to_uint(port_text, 65535, &port))
		return cmd_misused(
			&cmd_sandbox, _("--port wants a number from 0 to 65535, not '%s'"), port_text);
	if (latency && !text_to_uint(latency, 600000, &ms))
		return cmd_misused(&cmd_sandbox, _("--latency wants milliseconds, not '%s'"), latency);
	if (cmd_config(&common, &config, &e) != 0)
		return cmd_fail(&e);
	struct sandbox_config sc = {.state = state ? state : config.sandbox_state,
		.people = people ? people : config.sandbox_people,
		.port = (uint16_t)port,
		.now_at = common.now_at,
		.latency_ms = latency ? (unsigned)ms : config.sandbox_latency_ms,
		.fault = fault ? fault : config.sandbox_fault,
		.level = level ? level : config.sandbox_level};
	wait_block();
	if (sandbox_new(&sc, &sandbox, &e) != 0)
		return cmd_fail(&e);
	printf(_("Sandbox on %s (Ctrl-C ends it)\n"
		 "  user name      %s\n"
		 "  password       in %s\n"
		 "  passphrases    in %s/passphrase/\n"
		 "  trusted root   %s (TEST only)\n"),
		sandbox_url(sandbox), sandbox_username(sandbox), sandbox_password_file(sandbox), sc.state,
		sandbox_root_file(sandbox));
	fflush(stdout);
	wait_for_end();
	return EXIT_GOOD;
}

const struct cmd cmd_sandbox = {
	.name = "sandbox",
	.summary = N_("run the BSrE-compatible practice service alone"),
	.synopsis = "[--config FILE] [--port N] [--state DIR] [--people FILE] [--latency MS] [--fault NAME] "
		    "[--level B-B]",
	.help = N_(
		"A service with the API of BSrE's Esign Client Service (v2) on 127.0.0.1. It makes real "
		"PAdES signatures\n"
		"with certificates of its own TEST authority. Keys and passphrases are made at the first "
		"start.\n\n"
		"  --port N       port; 0 (default) takes any free one\n"
		"  --state DIR    its keys and passphrases; default OUT/sandbox\n"
		"  --people FILE  INI file of made-up people; default nine, one in each certificate status\n"
		"  --latency MS   wait before each answer\n"
		"  --level LEVEL  of its signatures: B-T (default: with a time-stamp, as BSrE's) or B-B\n"
		"  --fault NAME   go wrong on purpose with each signature, NAME@N: only with the Nth"),
	.run = run,
};
