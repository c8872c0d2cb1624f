/*
 * progress: how far a batch is: a bar that is drawn over on a terminal, a plain line now and then elsewhere.
 * On standard error, so that what a command prints can be piped.
 */
#ifndef NASKAH_CMD_PROGRESS_H
#define NASKAH_CMD_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool terminal;
	int64_t last_ms;  /* when something was printed last, monotonic */
	size_t last_step; /* tenths already told, without a terminal */
	bool drawn;
};

void progress_init(struct progress *p);
/* Fits struct run_request's callback. */
void progress_show(void *p, size_t done, size_t total, size_t letters);
/* Where only letters are counted. */
void progress_letters(struct progress *p, size_t done, size_t total);
/* The same while the batch sheet is made; without a terminal only of large batches. */
void progress_show_sheet(void *p, size_t done, size_t total, size_t letters);
/* Takes the bar away. */
void progress_end(struct progress *p);

#endif
