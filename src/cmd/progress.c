#include "cmd/progress.h"

#include "base/i18n.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define BAR_CELLS 30

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_init(struct progress *p)
{
	*p = (struct progress){.terminal = isatty(STDERR_FILENO) == 1};
}

/* Below this a sheet is made before anybody wonders. */
#define SHEET_WORTH_TELLING 500

static void words(bool sheet, size_t done, size_t total, size_t letters)
{
	if (sheet)
		fprintf(stderr, _("%zu of %zu cases looked at, %zu letters on the batch sheet"), done, total,
			letters);
	else
		fprintf(stderr, _("%zu of %zu cases, %zu letters signed"), done, total, letters);
}

static void show(struct progress *p, bool sheet, size_t done, size_t total, size_t letters)
{
	int64_t now = now_ms();

	if (p->terminal) {
		char bar[BAR_CELLS + 1];
		if (now - p->last_ms < 80 && done < total)
			return;
		size_t full = total ? done * BAR_CELLS / total : 0;
		for (size_t i = 0; i < BAR_CELLS; i++)
			bar[i] = i < full ? '#' : '.';
		bar[BAR_CELLS] = '\0';
		fprintf(stderr, "\r[%s] ", bar);
		words(sheet, done, total, letters);
		fflush(stderr);
		p->drawn = true;
	} else {
		size_t step = total ? done * 10 / total : 10;
		if (step <= p->last_step || (sheet && total < SHEET_WORTH_TELLING))
			return;
		p->last_step = step;
		words(sheet, done, total, letters);
		fputc('\n', stderr);
	}
	p->last_ms = now;
}

void progress_show(void *user, size_t done, size_t total, size_t letters)
{
	show(user, false, done, total, letters);
}

void progress_show_sheet(void *user, size_t done, size_t total, size_t letters)
{
	struct progress *p = user;

	show(p, true, done, total, letters);
	/* The next bar begins anew. */
	if (done == total) {
		progress_end(p);
		p->last_step = 0;
	}
}

void progress_end(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = false;
}
