/* The sandbox under load: many connections that wait, many requests on one, several first starts at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/text.h"
#include "sandbox/fault.h"
#include "sandbox/sandbox.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOW        ((int64_t)1774924800)
#define AT_ONCE    160
#define ON_ONE     200
#define STARTS     6
#define LATENCY_MS 1000

static char folder[64];

#define MUST(call)                                                                                           \
	do {                                                                                                 \
		if ((call) != 0)                                                                             \
			fail_msg("%s", e.msg);                                                               \
	} while (0)

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/naskah-sandbox-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int drop_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- first starts --------------------------------------------------------------------------------------- */

/* In a process of its own: what it was told to use as its credentials. */
static void start_and_tell(int fd)
{
	AUTO(sandbox_release) struct sandbox *sandbox = NULL;
	AUTO(secret_release) struct secret *password = NULL;
	const struct sandbox_config config = {.state = folder, .now_at = NOW};
	struct err e = ERR_INIT;
	char line[64] = "";

	if (sandbox_new(&config, &sandbox, &e) == 0 &&
		secret_load(sandbox_password_file(sandbox), &password, &e) == 0)
		snprintf(line, sizeof line, "%s %.*s", sandbox_username(sandbox), (int)secret_len(password),
			(const char *)secret_bytes(password));
	else
		snprintf(line, sizeof line, "! %.50s", e.msg);
	if (write(fd, line, sizeof line) != sizeof line)
		_exit(1);
}

static void first_starts_at_once(void **state)
{
	char first[64], line[64];
	int pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	for (int i = 0; i < STARTS; i++) {
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			start_and_tell(pipes[1]);
			_exit(0);
		}
	}
	for (int i = 0; i < STARTS; i++) {
		assert_int_equal(read(pipes[0], line, sizeof line), sizeof line);
		if (line[0] == '!')
			fail_msg("%s", line);
		if (i == 0)
			memcpy(first, line, sizeof first);
		assert_string_equal(line, first);
	}
	while (wait(NULL) > 0)
		;
	close(pipes[0]);
	close(pipes[1]);
}

/* ---- connections ---------------------------------------------------------------------------------------- */

static char request[512];
static uint16_t port;

static void begin(struct sandbox **sandbox, unsigned latency_ms)
{
	AUTO(secret_release) struct secret *password = NULL;
	AUTO(buf_release) struct buf pair = BUF_INIT(256), base64 = BUF_INIT(512);
	const struct sandbox_config config = {.state = folder, .now_at = NOW, .latency_ms = latency_ms};
	struct err e = ERR_INIT;
	uint64_t number;

	MUST(sandbox_new(&config, sandbox, &e));
	MUST(secret_load(sandbox_password_file(*sandbox), &password, &e));
	assert_true(text_to_uint(strrchr(sandbox_url(*sandbox), ':') + 1, 65535, &number));
	port = (uint16_t)number;
	buf_addf(&pair, "%s:%.*s", sandbox_username(*sandbox), (int)secret_len(password),
		(const char *)secret_bytes(password));
	base64_add(&base64, pair.data, pair.len);
	snprintf(request, sizeof request,
		"GET /api/user/status/3300000000000001 HTTP/1.1\r\nHost: x\r\nAuthorization: Basic "
		"%s\r\n\r\n",
		buf_str(&base64));
}

static int dial(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct timeval patience = {.tv_sec = 20};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static void ask(int fd)
{
	size_t len = strlen(request);

	assert_int_equal(send(fd, request, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* One whole answer: they are small and end in "}". */
static void hear(int fd)
{
	char text[4096];
	size_t len = 0;

	do {
		ssize_t n = recv(fd, text + len, sizeof text - 1 - len, 0);
		if (n <= 0)
			fail_msg("the connection ended");
		len += (size_t)n;
		text[len] = '\0';
	} while (!strstr(text, "ISSUE\"}"));
	assert_int_equal(strncmp(text, "HTTP/1.1 200", 12), 0);
}

static void many_on_one_connection(void **state)
{
	AUTO(sandbox_release) struct sandbox *sandbox = NULL;

	(void)state;
	begin(&sandbox, 0);
	int fd = dial();
	for (int i = 0; i < ON_ONE; i++) {
		ask(fd);
		hear(fd);
	}
	close(fd);
}

/* Were they answered in turns, of the 32 of old, this would take five times the latency. */
static void many_at_once(void **state)
{
	AUTO(sandbox_release) struct sandbox *sandbox = NULL;
	int fds[AT_ONCE];

	(void)state;
	begin(&sandbox, LATENCY_MS);
	for (int i = 0; i < AT_ONCE; i++)
		fds[i] = dial();
	int64_t from = now_ms();
	for (int i = 0; i < AT_ONCE; i++)
		ask(fds[i]);
	for (int i = 0; i < AT_ONCE; i++) {
		hear(fds[i]);
		close(fds[i]);
	}
	int64_t took = now_ms() - from;
	assert_in_range(took, LATENCY_MS, 4 * LATENCY_MS);
}

/* Whoever is being written to, slowly or without an end, does not hold the end up. */
static void ends_while_it_drips(void **state)
{
	AUTO(sandbox_release) struct sandbox *sandbox = NULL;
	char byte;

	(void)state;
	const char *names[] = {"drip:status", "silent:status", "huge-reply:status"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct err e = ERR_INIT;
		begin(&sandbox, 0);
		MUST(fault_book_add(sandbox_faults(sandbox), names[i], 0, NULL, &e));
		int fd = dial();
		ask(fd);
		if (i != 1)
			assert_int_equal(recv(fd, &byte, 1, 0), 1);
		else
			usleep(50 * 1000);
		int64_t from = now_ms();
		sandbox_release(&sandbox);
		int64_t took = now_ms() - from;
		assert_true(took < 5000);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_starts_at_once),
		cmocka_unit_test(many_on_one_connection),
		cmocka_unit_test(many_at_once),
		cmocka_unit_test(ends_while_it_drips),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
