/*
 * arena: many small things that die together.
 *
 * One arena belongs to one case (or one request). Nothing in it is freed alone. Allocation failure and the
 * ceiling give NULL; the caller turns that into err_nomem(), or asks for `failed` at the end where NULL has another
 * meaning, too. Memory is aligned for any type and zeroed.
 */
#ifndef NASKAH_BASE_ARENA_H
#define NASKAH_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* owned, newest first */
	size_t used;                /* bytes handed out, all chunks */
	size_t max;                 /* ceiling for used */
	bool failed;                /* it once had nothing to give, since the last reset */
};

#define ARENA_INIT(max_bytes)                                                                                \
	{                                                                                                    \
		NULL, 0, (max_bytes), false                                                                  \
	}

void *arena_alloc(struct arena *a, size_t size);
void *arena_calloc(struct arena *a, size_t count, size_t size);
char *arena_strdup(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Forgets everything but keeps the newest chunk for the next case. */
void arena_reset(struct arena *a);
void arena_release(struct arena *a);

#endif
