#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/wait.h"
#include "sandbox/fault.h"
#include "sandbox/sandbox.h"

#include <stdio.h>

static void print_calls(unsigned calls)
{
	const char *comma = "";

	for (unsigned bit = 1; bit <= calls; bit <<= 1)
		if (calls & bit) {
			printf("%s%s", comma, fault_call_name((enum fault_call)bit));
			comma = ", ";
		}
}

/* The table: what can go wrong, whom a client must name for it, and what must come of it. */
static int print_faults(void)
{
	const struct fault_entry *rows = fault_list();
	char nik[17];

	for (size_t i = 1; i < FAULT_COUNT; i++) {
		fault_magic_nik((enum fault)i, nik);
		printf("%-24s %s  %-12s  %s\n%26s", rows[i].name, nik, fault_end_name(rows[i].end),
			_(rows[i].what), "");
		if (rows[i].calls == CALLS_SIGN)
			printf("sign");
		else
			print_calls(rows[i].calls);
		printf("\n");
	}
	return EXIT_GOOD;
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.no_json = true};
	const char *port_text = NULL, *fault = NULL, *latency = NULL, *people = NULL, *state = NULL,
		   *level = NULL;
	bool faults = false;
	const struct cmd_option options[] = {{"port", &port_text, NULL}, {"fault", &fault, NULL},
		{"latency", &latency, NULL}, {"people", &people, NULL}, {"state", &state, NULL},
		{"level", &level, NULL}, {"faults", NULL, &faults}};
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(sandbox_release) struct sandbox *sandbox = NULL;
	struct err e = ERR_INIT;
	uint64_t port = 0, ms = 0;
	int first, code;

	if (cmd_options(&cmd_sandbox, argc, argv, &common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	if (first != argc)
		return cmd_misused(&cmd_sandbox, _("no operands are wanted"));
	if (faults)
		return print_faults();
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
	.synopsis = "[--config FILE] [--port N] [--state DIR] [--people FILE] [--latency MS] [--fault PLAN] "
		    "[--level B-B] "
		    "| --faults",
	.help = N_(
		"A service with the API of BSrE's Esign Client Service on 127.0.0.1, plain HTTP: v1, v2, "
		"seal, one-time\n"
		"passwords, time-stamps, OCSP, CRLs (docs/sandbox.md, docs/openapi.yaml). It makes real "
		"PAdES signatures\n"
		"with certificates of its own TEST authority. Keys and passphrases are made at the first "
		"start.\n"
		"\n"
		"  --port N       port; 0 (default) takes that of the first start, or any free one\n"
		"  --state DIR    its keys and passphrases; default OUT/sandbox\n"
		"  --people FILE  INI file of made-up people; default nine, one in each certificate status:\n"
		"                 3300000000000001 can sign, ...2 to ...9 cannot; and a seal, SUB-UJI-1\n"
		"  --latency MS   wait before each answer\n"
		"  --level LEVEL  of its signatures: B-T (default: with a time-stamp, as BSrE's) or B-B\n"
		"  --fault PLAN   go wrong on purpose: NAME with each signature, NAME@N with the Nth,\n"
		"                 NAME%P with P of a hundred, NAME:CALL with another call; several with "
		"commas;\n"
		"                 mix%P: P of a hundred signatures, each time another of the faults\n"
		"  --faults       list the faults: name, the NIK whose calls meet it, what must come of it\n"
		"\n"
		"While it runs: POST /sandbox/control plans faults, GET /sandbox/calls tells what was "
		"asked.\n"
		"One-time passwords that the service would send by e-mail are in DIR/totp/."),
	.run = run,
};
