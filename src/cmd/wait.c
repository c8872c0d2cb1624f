#include "cmd/wait.h"

#include <signal.h>
#include <stddef.h>

static sigset_t ends(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

void wait_block(void)
{
	sigset_t set = ends();

	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void wait_for_end(void)
{
	sigset_t set = ends();
	int got;

	sigwait(&set, &got);
}
