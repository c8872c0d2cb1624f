/* Changes of the ledger that several workers make at the same time share one transaction, and its fsync. */
#include "base/auto.h"
#include "base/i18n.h"
#include "pipeline/state.h"

/* Nobody waits for ever while others keep coming. */
#define MEMBERS_MAX 32

void commit_init(struct commit *c)
{
	*c = (struct commit){.open = false};
	pthread_cond_init(&c->change, NULL);
}

void commit_destroy(struct commit *c)
{
	pthread_cond_destroy(&c->change);
}

int commit_enter(struct run *run, struct err *e)
{
	struct commit *c = &run->commit;

	atomic_fetch_add(&c->coming, 1);
	pthread_mutex_lock(&run->lock);
	atomic_fetch_sub(&c->coming, 1);
	if (!c->open) {
		if (ledger_group_begin(run->ledger, e) != 0) {
			pthread_mutex_unlock(&run->lock);
			return -1;
		}
		c->open = true;
		c->members = 0;
		c->number++;
	}
	c->members++;
	return 0;
}

void commit_flush(struct run *run)
{
	struct commit *c = &run->commit;
	struct err why = ERR_INIT;

	if (!c->open)
		return;
	c->open = false;
	if (ledger_group_end(run->ledger, &why) != 0) {
		c->lost = c->number;
		c->why = why;
	}
	c->closed = c->number;
	pthread_cond_broadcast(&c->change);
}

int commit_leave(struct run *run, int result, struct err *e)
{
	struct commit *c = &run->commit;
	uint64_t mine = c->number;

	/* Whoever is coming joins this group and ends it, or leaves that to the next. */
	if (atomic_load(&c->coming) == 0 || c->members >= MEMBERS_MAX)
		commit_flush(run);
	while (c->closed < mine)
		pthread_cond_wait(&c->change, &run->lock);
	if (result == 0 && c->lost == mine)
		result = err_set(e, c->why.kind, "%s", c->why.msg);
	pthread_mutex_unlock(&run->lock);
	return result;
}
