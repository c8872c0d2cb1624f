#include "model/event.h"

#include "base/auto.h"

#include <string.h>

static const char *const names[] = {
	[EVENT_ATTEMPT] = "attempt",
	[EVENT_REFUSED] = "refused",
	[EVENT_UNKNOWN] = "unknown",
	[EVENT_PUBLISHED] = "published",
	[EVENT_SUPERSEDED] = "superseded",
	[EVENT_DECIDED] = "decided",
	[EVENT_SIGNED] = "signed",
	[EVENT_APPROVED] = "approved",
	[EVENT_DROPPED] = "dropped",
};

const char *event_kind_name(enum event_kind kind)
{
	return (size_t)kind < ARRAY_LEN(names) ? names[kind] : NULL;
}

enum event_kind event_kind_parse(const char *name)
{
	for (size_t i = EVENT_ATTEMPT; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum event_kind)i;
	return 0;
}
