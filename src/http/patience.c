#include "http/patience.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#define LOOK_EVERY_MS 1000 /* at most; four times within a short limit */

struct watched {
	struct watched *next, *previous;
	int fd;
	int64_t until_ms; /* of the monotonic clock; 0 = no end */
};

struct patience {
	int64_t limit_ms;
	pthread_t watcher;
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t wake;
	struct watched *first;
	bool stopping;
};

static int64_t now_ms(void)
{
	struct timespec t = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1; /* never 0 */
}

static void *watch(void *arg)
{
	struct patience *p = arg;
	int64_t every_ms = p->limit_ms / 4 < LOOK_EVERY_MS ? p->limit_ms / 4 : LOOK_EVERY_MS;

	pthread_mutex_lock(&p->lock);
	while (!p->stopping) {
		int64_t at_ms = now_ms() + every_ms;
		struct timespec next = {.tv_sec = at_ms / 1000, .tv_nsec = (long)(at_ms % 1000) * 1000000};
		(void)pthread_cond_timedwait(&p->wake, &p->lock, &next);
		/* The descriptor is open until libmicrohttpd says otherwise, which it does under the same lock. */
		for (struct watched *w = p->first; w; w = w->next)
			if (w->until_ms != 0 && now_ms() >= w->until_ms)
				shutdown(w->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

int patience_new(unsigned limit_s, struct patience **out, struct err *e)
{
	AUTO(free_ptr) struct patience *p = calloc(1, sizeof *p);
	pthread_condattr_t monotonic;

	if (!p)
		return err_nomem(e);
	p->limit_ms = (int64_t)limit_s * 1000;
	if (pthread_condattr_init(&monotonic) != 0)
		return err_nomem(e);
	bool made = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
		    pthread_cond_init(&p->wake, &monotonic) == 0;
	pthread_condattr_destroy(&monotonic);
	if (!made)
		return err_nomem(e);
	int sys = pthread_mutex_init(&p->lock, NULL);
	if (sys == 0 && (sys = pthread_create(&p->watcher, NULL, watch, p)) != 0)
		pthread_mutex_destroy(&p->lock);
	if (sys != 0) {
		pthread_cond_destroy(&p->wake);
		return err_sys(e, ERR_IO, sys, _("cannot start a server thread"));
	}
	*out = steal(&p);
	return 0;
}

void patience_free(struct patience *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_signal(&p->wake);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->watcher, NULL);
	while (p->first) {
		struct watched *w = p->first;
		p->first = w->next;
		free(w);
	}
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static void open_watch(struct patience *p, struct MHD_Connection *connection, void **context)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct watched *w = info ? calloc(1, sizeof *w) : NULL;

	*context = w; /* without memory nobody watches this one; it still times out when idle */
	if (!w)
		return;
	w->fd = info->connect_fd;
	w->until_ms = now_ms() + p->limit_ms;
	pthread_mutex_lock(&p->lock);
	w->next = p->first;
	if (w->next)
		w->next->previous = w;
	p->first = w;
	pthread_mutex_unlock(&p->lock);
}

static void close_watch(struct patience *p, void **context)
{
	struct watched *w = *context;

	if (!w)
		return;
	pthread_mutex_lock(&p->lock);
	if (w->next)
		w->next->previous = w->previous;
	if (w->previous)
		w->previous->next = w->next;
	else
		p->first = w->next;
	pthread_mutex_unlock(&p->lock);
	free(w);
	*context = NULL;
}

void patience_on_connection(void *cls, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		open_watch(cls, connection, context);
	else
		close_watch(cls, context);
}

static void set_until(struct patience *p, struct MHD_Connection *connection, int64_t until_ms)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct watched *w = info ? info->socket_context : NULL;

	if (!w)
		return;
	pthread_mutex_lock(&p->lock);
	w->until_ms = until_ms;
	pthread_mutex_unlock(&p->lock);
}

void patience_start(struct patience *p, struct MHD_Connection *connection)
{
	set_until(p, connection, now_ms() + p->limit_ms);
}

void patience_pause(struct patience *p, struct MHD_Connection *connection)
{
	set_until(p, connection, 0);
}
