#include "sandbox/calls.h"

#include "base/auto.h"
#include "base/text.h"

#include <pthread.h>

#define ENDPOINTS_MAX 64
#define FIRST_ROOM    256U

struct calls {
	pthread_mutex_t lock;    /* guards the rest */
	struct call_note *notes; /* owned; a ring once CALLS_KEPT is reached */
	size_t room;
	uint64_t total;
	struct {
		const char *endpoint;
		uint64_t calls, files_signed;
	} counts[ENDPOINTS_MAX];
	size_t endpoints;
};

int calls_new(struct calls **out, struct err *e)
{
	struct calls *c = calloc(1, sizeof *c);

	if (!c || pthread_mutex_init(&c->lock, NULL) != 0) {
		free(c);
		return err_nomem(e);
	}
	*out = c;
	return 0;
}

void calls_free(struct calls *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	free(c->notes);
	free(c);
}

static void count(struct calls *c, const struct call_note *note)
{
	size_t i = 0;

	while (i < c->endpoints && strcmp(c->counts[i].endpoint, note->endpoint) != 0)
		i++;
	if (i == ENDPOINTS_MAX)
		return;
	if (i == c->endpoints)
		c->counts[c->endpoints++].endpoint = note->endpoint;
	c->counts[i].calls++;
	c->counts[i].files_signed += note->was_signed ? note->files : 0;
}

void calls_add(struct calls *c, const struct call_note *note)
{
	pthread_mutex_lock(&c->lock);
	if (c->total == c->room && c->room < CALLS_KEPT) {
		size_t room = c->room ? c->room * 2 : FIRST_ROOM;
		struct call_note *notes = reallocarray(c->notes, room, sizeof *notes);
		if (notes) {
			c->notes = notes;
			c->room = room;
		}
	}
	count(c, note);
	if (c->room > 0)
		c->notes[c->total % c->room] = *note;
	c->total++;
	pthread_mutex_unlock(&c->lock);
}

void calls_reset(struct calls *c)
{
	pthread_mutex_lock(&c->lock);
	c->total = 0;
	c->endpoints = 0;
	memset(c->counts, 0, sizeof c->counts);
	pthread_mutex_unlock(&c->lock);
}

static json_t *line(const struct call_note *n, uint64_t number)
{
	char hash[65] = "";

	if (n->files > 0)
		hex_text(hash, n->file.bytes, sizeof n->file.bytes);
	return json_pack("{s:I, s:I, s:s, s:s, s:i, s:s, s:b, s:s, s:i, s:i}", "n", (json_int_t)number, "at",
		(json_int_t)n->at, "endpoint", n->endpoint, "who", n->who, "files", (int)n->files, "sha256",
		hash, "signed", (int)n->was_signed, "fault", fault_list()[n->fault].name, "status", n->status,
		"code", n->code);
}

static json_t *counts(const struct calls *c)
{
	json_t *all = json_object();

	for (size_t i = 0; all && i < c->endpoints; i++)
		json_object_set_new(all, c->counts[i].endpoint,
			json_pack("{s:I, s:I}", "calls", (json_int_t)c->counts[i].calls, "signed",
				(json_int_t)c->counts[i].files_signed));
	return all;
}

json_t *calls_json(struct calls *c, const char *who, bool brief)
{
	json_t *lines = json_array();

	pthread_mutex_lock(&c->lock);
	uint64_t first = c->total > c->room ? c->total - c->room : 0;
	for (uint64_t i = first; !brief && i < c->total; i++) {
		const struct call_note *n = &c->notes[i % c->room];
		if (!who || strcmp(who, n->who) == 0)
			json_array_append_new(lines, line(n, i + 1));
	}
	json_t *all = json_pack(
		"{s:I, s:o, s:o}", "total", (json_int_t)c->total, "counts", counts(c), "calls", lines);
	pthread_mutex_unlock(&c->lock);
	return all;
}
