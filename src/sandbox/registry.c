#include "sandbox/registry.h"

#include "base/auto.h"
#include "base/text.h"

#include <pthread.h>

struct entrant {
	char email[128], nik[17];
};

struct registry {
	pthread_mutex_t lock;  /* guards the rest */
	struct entrant *items; /* owned */
	size_t count;
};

int registry_new(struct registry **out, struct err *e)
{
	struct registry *r = calloc(1, sizeof *r);

	if (!r || pthread_mutex_init(&r->lock, NULL) != 0) {
		free(r);
		return err_nomem(e);
	}
	*out = r;
	return 0;
}

void registry_free(struct registry *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	free(r->items);
	free(r);
}

/* The lock is held. */
static bool has(const struct registry *r, const char *email, const char *nik)
{
	for (size_t i = 0; i < r->count; i++)
		if ((email && text_equals_nocase(r->items[i].email, email)) ||
			(nik && r->items[i].nik[0] && strcmp(r->items[i].nik, nik) == 0))
			return true;
	return false;
}

bool registry_has(struct registry *r, const char *email, const char *nik)
{
	pthread_mutex_lock(&r->lock);
	bool found = has(r, email, nik);
	pthread_mutex_unlock(&r->lock);
	return found;
}

bool registry_add(struct registry *r, const char *email, const char *nik)
{
	pthread_mutex_lock(&r->lock);
	bool known = has(r, email, nik);
	struct entrant *items = known || r->count == REGISTRY_MAX
					? NULL
					: reallocarray(r->items, r->count + 1, sizeof *items);
	if (items) {
		r->items = items;
		items[r->count] = (struct entrant){.email = ""};
		text_copy(items[r->count].email, sizeof items->email, email);
		text_copy(items[r->count].nik, sizeof items->nik, nik);
		r->count++;
	}
	pthread_mutex_unlock(&r->lock);
	return known || items;
}
