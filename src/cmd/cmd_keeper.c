/* The hidden command behind pipeline/keeper.h: not in the list, and of no use to a person. */
#include "base/i18n.h"
#include "cmd/cmd.h"
#include "pipeline/keeper.h"

#include <sys/socket.h>
#include <unistd.h>

static bool is_socket(int fd)
{
	int domain = 0, type = 0;
	socklen_t len = sizeof domain;

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 && domain == AF_UNIX &&
	       getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

static int run(int argc, char **argv)
{
	(void)argv;
	keeper_harden();
	if (argc > 1 || !is_socket(STDIN_FILENO))
		return cmd_misused(&cmd_keeper, _("naskah starts this itself; it is not for people"));
	keeper_serve(STDIN_FILENO);
}

const struct cmd cmd_keeper = {
	.name = "keeper",
	.summary = N_("hold the secrets of a run (internal)"),
	.synopsis = "",
	.help = N_("Part of 'naskah run' and 'naskah sign': the process that holds passphrases and makes the "
		   "calls."),
	.run = run,
};
