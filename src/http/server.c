#include "http/server.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "http/exchange.h"
#include "http/patience.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connections at once; more wait in the listen queue. */
#define CONNECTION_MAX    512
/* Request line and headers of one connection: a long query and a Basic header. */
#define CONNECTION_MEMORY ((size_t)32 * 1024)
#define THREADS_MAX       256U
/* Times timeout_s: for a whole request or reply, when the config says nothing. */
#define EXCHANGE_TIMES    6U

/*
 * One thread of libmicrohttpd reads and writes all sockets; `threads` workers run the handler. A handler that waits
 * (the sandbox's latency) so never holds up another connection, and the number of handlers at once is exact.
 */
struct http_server {
	struct MHD_Daemon *daemon;
	struct patience *patience;
	http_handler *handler;
	http_gate *gate;
	void *user;
	size_t body_max;
	uint16_t port;
	int listen_fd; /* -1 once libmicrohttpd owns it */

	pthread_t *workers; /* owned; room for worker_max */
	unsigned worker_max;
	bool has_lock;
	atomic_bool stopping;
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t wake;
	struct exchange *first, *last; /* requests that wait for a worker */
	unsigned worker_count, waiting_workers, waiting_requests;
};

static void *work(void *arg);

/* The lock is held. A worker more, when there are fewer idle ones than requests; without one the others take turns. */
static void call_workers(struct http_server *s)
{
	if (s->waiting_workers < s->waiting_requests && s->worker_count < s->worker_max &&
		pthread_create(&s->workers[s->worker_count], NULL, work, s) == 0)
		s->worker_count++;
	pthread_cond_signal(&s->wake);
}

static void *work(void *arg)
{
	struct http_server *s = arg;

	for (;;) {
		pthread_mutex_lock(&s->lock);
		s->waiting_workers++;
		while (!s->first && !s->stopping)
			pthread_cond_wait(&s->wake, &s->lock);
		s->waiting_workers--;
		struct exchange *x = s->first;
		if (x) {
			s->waiting_requests--;
			s->first = x->next;
			if (!s->first)
				s->last = NULL;
		}
		pthread_mutex_unlock(&s->lock);
		if (!x) /* stopping, and nothing waits: every suspended connection has been resumed */
			return NULL;
		exchange_run(x, s->handler, s->user, &s->stopping);
		MHD_resume_connection(x->connection);
	}
}

/* False when the server stops. */
static bool hand_over(struct http_server *s, struct exchange *x)
{
	pthread_mutex_lock(&s->lock);
	bool takes = !s->stopping;
	if (takes) {
		/* Before a worker can see it: a resume must not come first. */
		MHD_suspend_connection(x->connection);
		x->next = NULL;
		if (s->last)
			s->last->next = x;
		else
			s->first = x;
		s->last = x;
		s->waiting_requests++;
		call_workers(s);
	}
	pthread_mutex_unlock(&s->lock);
	return takes;
}

/* Called by libmicrohttpd: once with the headers, then per piece of body, then once without one. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *path,
	const char *method, const char *version, const char *piece, size_t *piece_len, void **state)
{
	struct http_server *s = cls;
	struct exchange *x = *state;
	(void)version;

	if (!x) {
		if (s->gate && !s->gate(s->user, method, path))
			return MHD_NO;
		x = exchange_new(connection, method, path, s->body_max);
		*state = x;
		if (!x)
			return MHD_NO;
		/* A body that announces itself as too long is answered at once, unread. */
		return x->refused == 413 ? exchange_answer(x) : MHD_YES;
	}
	if (*piece_len > 0) {
		bool more = exchange_take(x, piece, *piece_len);
		*piece_len = 0;
		return more ? MHD_YES : MHD_NO;
	}
	if (x->refused == 0 && !x->done) {
		patience_pause(s->patience, connection);
		if (hand_over(s, x))
			return MHD_YES;
		x->refused = 503;
	}
	patience_start(s->patience, connection);
	return exchange_answer(x);
}

static void on_completed(
	void *cls, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
	struct http_server *s = cls;
	(void)why;

	patience_start(s->patience, connection); /* for the next request on it */
	exchange_free(*state);
	*state = NULL;
}

static int listen_on(struct http_server *s, const char *address, uint16_t port, struct err *e)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	struct sockaddr_storage bound = {0};
	socklen_t bound_len = sizeof bound;
	char text[8];
	int one = 1;

	snprintf(text, sizeof text, "%u", (unsigned)port);
	if (getaddrinfo(address, text, &hints, &found) != 0)
		return err_set(e, ERR_CONFIG,
			_("'%s' is not an address to listen on; give one such as 127.0.0.1"), address);
	s->listen_fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool listens = s->listen_fd >= 0 &&
		       setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
		       bind(s->listen_fd, found->ai_addr, found->ai_addrlen) == 0 &&
		       listen(s->listen_fd, SOMAXCONN) == 0 &&
		       getsockname(s->listen_fd, (struct sockaddr *)&bound, &bound_len) == 0;
	int sys = errno;
	freeaddrinfo(found);
	if (!listens)
		return err_sys(e, ERR_IO, sys, _("cannot listen on %s port %u"), address, (unsigned)port);
	s->port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
						    : ((struct sockaddr_in *)&bound)->sin_port);
	return 0;
}

static int start_workers(struct http_server *s, unsigned count, struct err *e)
{
	if (pthread_mutex_init(&s->lock, NULL) != 0)
		return err_nomem(e);
	if (pthread_cond_init(&s->wake, NULL) != 0) {
		pthread_mutex_destroy(&s->lock);
		return err_nomem(e);
	}
	s->has_lock = true;
	s->workers = calloc(count, sizeof *s->workers);
	if (!s->workers)
		return err_nomem(e);
	s->worker_max = count;
	int sys = pthread_create(&s->workers[0], NULL, work, s);
	if (sys != 0)
		return err_sys(e, ERR_IO, sys, _("cannot start a server thread"));
	s->worker_count = 1;
	return 0;
}

int http_server_new(const struct http_server_config *config, struct http_server **out, struct err *e)
{
	if (config->threads == 0 || config->threads > THREADS_MAX)
		return err_set(e, ERR_CONFIG, _("a server needs 1 to %u threads, not %u"), THREADS_MAX,
			config->threads);
	AUTO(http_server_release) struct http_server *s = calloc(1, sizeof *s);
	if (!s)
		return err_nomem(e);
	s->listen_fd = -1;
	s->handler = config->handler;
	s->gate = config->gate;
	s->user = config->user;
	s->body_max = config->body_max;
	if (listen_on(s, config->address, config->port, e) != 0 ||
		start_workers(s, config->threads, e) != 0 ||
		patience_new(config->exchange_s ? config->exchange_s : EXCHANGE_TIMES * config->timeout_s,
			&s->patience, e) != 0)
		return -1;

	struct MHD_OptionItem options[] = {
		{MHD_OPTION_LISTEN_SOCKET, s->listen_fd, NULL},
		{MHD_OPTION_CONNECTION_LIMIT, CONNECTION_MAX, NULL},
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)CONNECTION_MEMORY, NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)config->timeout_s, NULL},
		{MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
		{MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, s},
		{MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)patience_on_connection, s->patience},
		{MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)config->per_address, NULL},
		{MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)exchange_unescape, NULL},
		{MHD_OPTION_END, 0, NULL},
	};
	s->daemon =
		MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME,
			0, NULL, NULL, on_request, s, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
	if (!s->daemon)
		return err_set(e, ERR_IO, _("cannot start the HTTP server on %s port %u"), config->address,
			(unsigned)s->port);
	s->listen_fd = -1;
	*out = steal(&s);
	return 0;
}

uint16_t http_server_port(const struct http_server *s)
{
	return s->port;
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	/* Workers first: they finish what waits and resume it, and libmicrohttpd wants nothing suspended. */
	if (s->has_lock) {
		pthread_mutex_lock(&s->lock);
		atomic_store(&s->stopping, true);
		pthread_cond_broadcast(&s->wake);
		pthread_mutex_unlock(&s->lock);
		for (unsigned i = 0; i < s->worker_count; i++)
			pthread_join(s->workers[i], NULL);
	}
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	patience_free(s->patience);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	if (s->has_lock) {
		pthread_cond_destroy(&s->wake);
		pthread_mutex_destroy(&s->lock);
	}
	free(s->workers);
	free(s);
}

void http_server_release(struct http_server **s)
{
	http_server_free(*s);
	*s = NULL;
}
