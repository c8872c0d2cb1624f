#include "http/wire.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

/* How long a server that stops may have to wait for a handler that writes. */
#define LOOK_EVERY_MS 50
/* A client that reads nothing for so long has gone. */
#define PATIENCE_MS   60000

struct http_wire {
	int fd;
	const atomic_bool *stopping;
};

static int64_t now_ms(void)
{
	struct timespec t = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for room to write (POLLOUT), or only for the client to go (0). False: gone, or the server stops. */
static bool watch(struct http_wire *w, short events, int64_t until_ms, bool *ready)
{
	*ready = false;
	while (!*ready) {
		struct pollfd p = {.fd = w->fd, .events = (short)(events | POLLRDHUP)};
		int64_t left = until_ms - now_ms();
		if (atomic_load(w->stopping))
			return false;
		if (left <= 0)
			return true;
		int n = poll(&p, 1, left < LOOK_EVERY_MS ? (int)left : LOOK_EVERY_MS);
		if ((n < 0 && errno != EINTR) || (n > 0 && (p.revents & (POLLERR | POLLHUP | POLLRDHUP))))
			return false;
		*ready = n > 0 && (p.revents & events) != 0;
	}
	return true;
}

bool http_wire_send(struct http_wire *w, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		bool ready;
		ssize_t n = send(w->fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		} else if (!watch(w, POLLOUT, now_ms() + PATIENCE_MS, &ready) || !ready) {
			return false;
		}
	}
	return !atomic_load(w->stopping);
}

bool http_wire_pause(struct http_wire *w, unsigned ms)
{
	bool ready;

	return watch(w, 0, now_ms() + ms, &ready);
}

void wire_run(int fd, const atomic_bool *stopping, const struct http_reply *reply)
{
	struct http_wire wire = {fd, stopping};

	reply->raw(reply, &wire);
}
