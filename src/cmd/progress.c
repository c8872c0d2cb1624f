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

/* True when it is time for another word; a bar has been drawn where there can be one. */
static bool advance(struct progress *p, size_t done, size_t total)
{
	int64_t now = now_ms();

	if (p->terminal) {
		char bar[BAR_CELLS + 1];
		if (now - p->last_ms < 80 && done < total)
			return false;
		size_t full = total ? done * BAR_CELLS / total : 0;
		for (size_t i = 0; i < BAR_CELLS; i++)
			bar[i] = i < full ? '#' : '.';
		bar[BAR_CELLS] = '\0';
		fprintf(stderr, "\r[%s] ", bar);
		p->drawn = true;
	} else {
		size_t step = total ? done * 10 / total : 10;
		if (step <= p->last_step)
			return false;
		p->last_step = step;
	}
	p->last_ms = now;
	return true;
}

static void end_word(const struct progress *p)
{
	if (p->terminal)
		fflush(stderr);
	else
		fputc('\n', stderr);
}

void progress_show(void *user, size_t done, size_t total, size_t letters)
{
	struct progress *p = user;

	if (!advance(p, done, total))
		return;
	fprintf(stderr, _("%zu of %zu cases, %zu letters signed"), done, total, letters);
	end_word(p);
}

void progress_show_sheet(void *user, size_t done, size_t total, size_t letters)
{
	struct progress *p = user;

	if ((p->terminal || total >= SHEET_WORTH_TELLING) && advance(p, done, total)) {
		fprintf(stderr, _("%zu of %zu cases looked at, %zu letters on the batch sheet"), done, total,
			letters);
		end_word(p);
	}
	/* The next bar begins anew. */
	if (done == total) {
		progress_end(p);
		p->last_step = 0;
	}
}

void progress_letters(struct progress *p, size_t done, size_t total)
{
	if (!advance(p, done, total))
		return;
	fprintf(stderr, _("%zu of %zu letters"), done, total);
	end_word(p);
}

void progress_end(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = false;
}
