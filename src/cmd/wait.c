#include "cmd/wait.h"

#include <signal.h>
#include <stdbool.h>
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

static atomic_bool caught;

static void on_signal(int number)
{
	(void)number;
	atomic_store(&caught, true);
}

const atomic_bool *wait_catch(void)
{
	struct sigaction a = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	sigemptyset(&a.sa_mask);
	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
	return &caught;
}
