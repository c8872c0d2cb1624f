#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/service.h"
#include "cmd/wait.h"
#include "portal/portal.h"

#include <stdio.h>

static int run(int argc, char **argv)
{
	struct cmd_common common = {.no_json = true};
	const char *port_text = NULL;
	const struct cmd_option options[] = {{"port", &port_text, NULL}};
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(portal_release) struct portal *portal = NULL;
	struct err e = ERR_INIT;
	uint64_t port = 0;
	bool test_roots;
	int first, code;

	if (cmd_options(&cmd_serve, argc, argv, &common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	if (first != argc)
		return cmd_misused(&cmd_serve, _("no operands are wanted"));
	if (port_text && !text_to_uint(port_text, 65535, &port))
		return cmd_misused(
			&cmd_serve, _("--port wants a number from 0 to 65535, not '%s'"), port_text);
	if (cmd_config(&common, &config, &e) != 0)
		return cmd_fail(&e);
	struct portal_config pc = {.address = config.serve_address,
		.port = (uint16_t)(port_text ? port : config.serve_port),
		.out = config.out,
		.office = config.office,
		.roots = service_roots(&config, &test_roots),
		.zone = config.zone};
	wait_block();
	if (portal_new(&pc, &portal, &e) != 0)
		return cmd_fail(&e);
	printf(_("Serving %s on http://%s:%u/ (Ctrl-C ends it)\n"), config.out, config.serve_address,
		portal_port(portal));
	fflush(stdout);
	wait_for_end();
	return EXIT_GOOD;
}

const struct cmd cmd_serve = {
	.name = "serve",
	.summary = N_("serve the pages behind the QR codes"),
	.synopsis = "[--config FILE] [--out DIR] [--port N]",
	.help = N_("Answers GET /v/CODE with what the office knows of a letter. Reads OUT only, writes "
		   "nothing. Put a web\n"
		   "server with TLS in front of it; by default it listens on loopback only.\n\n"
		   "  --port N   port; 0 takes any free one; default from the configuration, else 8480"),
	.run = run,
};
