/* The HTTP server, spoken to over a plain socket: what reaches the handler, and what is refused before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/buf.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static _Atomic int calls, at_once, most_at_once;

static void echo(void *user, const struct http_request *req, struct http_reply *reply)
{
	(void)user;
	atomic_fetch_add(&calls, 1);
	reply->status = 200;
	reply->content_type = "text/plain; charset=utf-8";
	if (strcmp(req->path, "/slow") == 0) {
		int now = atomic_fetch_add(&at_once, 1) + 1;
		int most = atomic_load(&most_at_once);
		while (now > most && !atomic_compare_exchange_weak(&most_at_once, &most, now))
			;
		usleep(100 * 1000);
		atomic_fetch_sub(&at_once, 1);
	} else if (strcmp(req->path, "/secret") == 0 && !req->user) {
		reply->challenge = "naskah";
		return;
	} else if (strcmp(req->path, "/unset") == 0) {
		reply->status = 0;
		return;
	} else if (strcmp(req->path, "/big") == 0) {
		for (size_t i = 0; i < 100000; i++)
			buf_adds(&reply->body, "0123456789");
		return;
	} else if (strcmp(req->path, "/huge") == 0) {
		static const char megabyte[1 << 20];
		for (size_t i = 0; i < 20; i++)
			buf_add(&reply->body, megabyte, sizeof megabyte);
		return;
	} else if (strcmp(req->path, "/headers") == 0) {
		reply->headers[0][0] = "Cache-Control";
		reply->headers[0][1] = "public, max-age=60";
		reply->headers[1][0] = "X-Own";
		reply->headers[1][1] = "yes";
		reply->header_count = 2;
	}
	const char *q = http_query(req, "q");
	buf_addf(&reply->body, "%s %s q=%s user=%s password=%s type=%s body=%zu:", req->method, req->path,
		q ? q : "-", req->user ? req->user : "-", req->password ? req->password : "-",
		req->content_type ? req->content_type : "-", req->body_len);
	if (req->body_len > 0 && req->body_len < 100)
		buf_add(&reply->body, req->body, req->body_len);
}

static struct http_server *server;

static int start(void **state)
{
	struct http_server_config config = {
		.address = "127.0.0.1", .body_max = 100000, .threads = 4, .timeout_s = 1, .handler = echo};
	struct err e = ERR_INIT;
	(void)state;
	return http_server_new(&config, &server, &e);
}

static int stop(void **state)
{
	(void)state;
	http_server_release(&server);
	return 0;
}

static int dial(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(http_server_port(server)),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct timeval patience = {.tv_sec = 10};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static void read_all(int fd, struct buf *out)
{
	char piece[4096];
	ssize_t n;

	buf_reset(out);
	while ((n = recv(fd, piece, sizeof piece, 0)) > 0)
		buf_add(out, piece, (size_t)n);
	buf_addc(out, '\0');
	close(fd);
}

/* Sends a whole request that closes the connection; the whole reply comes back as text. */
static const char *say(struct buf *out, const char *request, size_t len)
{
	int fd = dial();

	for (size_t sent = 0; sent < len;) {
		ssize_t n = send(fd, request + sent, len - sent, MSG_NOSIGNAL);
		if (n <= 0)
			break;
		sent += (size_t)n;
	}
	read_all(fd, out);
	return buf_str(out);
}

static const char *get(struct buf *out, const char *line, const char *headers)
{
	char request[4096];
	int len = snprintf(request, sizeof request,
		"%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", line, headers);

	return say(out, request, (size_t)len);
}

#define has(text, part)    assert_non_null(strstr((text), (part)))
#define hasnt(text, part)  assert_null(strstr((text), (part)))
#define STATUS(text, code) assert_int_equal(strncmp((text), "HTTP/1.1 " code, 12), 0)

static void test_get(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)state;
	const char *r = get(&b, "GET /a%20b?q=x%2By+z&p", "");
	STATUS(r, "200");
	has(r, "GET /a b q=x+y z user=- password=- type=- body=0:");
	has(r, "X-Content-Type-Options: nosniff");
	has(r, "Content-Security-Policy: default-src 'none'");
	has(r, "Cache-Control: no-store");
}

static void test_head_is_get_without_body(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)state;
	const char *r = get(&b, "HEAD /x", "");
	STATUS(r, "200");
	has(r, "Content-Length: 43\r\n");
	hasnt(r, "user=");
}

static void test_post_body(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)state;
	const char *r = get(&b, "POST /p", "Content-Type: application/json\r\nContent-Length: 0\r\n");
	has(r, "type=application/json body=0:");
	static const char post[] =
		"POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhallo";
	has(say(&b, post, sizeof post - 1), "body=5:hallo");
	static const char chunked[] =
		"POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
		"chunked\r\n\r\n3\r\nhal\r\n2\r\nlo\r\n0\r\n\r\n";
	has(say(&b, chunked, sizeof chunked - 1), "body=5:hallo");
}

static void test_body_over_ceiling(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	AUTO(buf_release) struct buf request = BUF_INIT(4 << 20);
	(void)state;
	int before = atomic_load(&calls);

	STATUS(get(&b, "POST /p", "Content-Length: 100001\r\nExpect: 100-continue\r\n"), "413");
	/* Without a length: chunks that add up to too much. */
	buf_adds(&request,
		"POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 30; i++) {
		buf_adds(&request, "1000\r\n");
		for (int k = 0; k < 4096; k++)
			buf_addc(&request, 'x');
		buf_adds(&request, "\r\n");
	}
	buf_adds(&request, "0\r\n\r\n");
	STATUS(say(&b, buf_str(&request), request.len), "413");
	/* A length that is no number, and one that overflows. */
	hasnt(get(&b, "POST /p", "Content-Length: -5\r\n"), "HTTP/1.1 200");
	hasnt(get(&b, "POST /p", "Content-Length: 99999999999999999999999999\r\n"), "HTTP/1.1 200");
	assert_int_equal(atomic_load(&calls), before);
}

static void test_bad_paths_never_reach_the_handler(void **state)
{
	static const char *const bad[] = {"GET /a%00b", "GET /../etc/passwd", "GET /a/%2e%2e/b", "GET /a/..",
		"GET /a%2f..%2fb", "GET /./a", "GET /a%5cb", "GET /a%0d%0ab", "GET /a%zz", "GET /a%f",
		"GET /a%", "GET /a%ff", "GET /a%c0%ae", "GET *", "GET a"};
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)state;
	int before = atomic_load(&calls);

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const char *r = get(&b, bad[i], "");
		if (strncmp(r, "HTTP/1.1 400", 12) != 0)
			fail_msg("%s: %.60s", bad[i], r);
	}
	assert_int_equal(atomic_load(&calls), before);
	STATUS(get(&b, "GET /a..b/...", ""), "200");
}

static void test_query_with_control_bytes_is_absent(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)state;
	has(get(&b, "GET /x?q=a%00b", ""), " q=- ");
	has(get(&b, "GET /x?q=a%0ab", ""), " q=- ");
	has(get(&b, "GET /x?q=%ff", ""), " q=- ");
	has(get(&b, "GET /x?p=1", ""), " q=- ");
}

static void test_basic(void **state)
{
	static const char *const none[] = {"Authorization: Basic\r\n", "Authorization: Basic !!!!\r\n",
		"Authorization: Bearer dXNlcjpwYXNz\r\n", "Authorization: Basic dXNlcg==\r\n" /* no colon */,
		"Authorization: Basic dXNlcjpwAGFzcw==\r\n" /* a NUL */,
		"Authorization: Basic dXNlcjpwYXNz=\r\n" /* bad padding */};
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)state;

	const char *r = get(&b, "GET /secret", "");
	STATUS(r, "401");
	has(r, "WWW-Authenticate: Basic realm=\"naskah\"");
	has(get(&b, "GET /secret", "Authorization: Basic dXNlcjpwYTpzcw==\r\n"), "user=user password=pa:ss");
	has(get(&b, "GET /secret", "authorization: basic dXNlcjo=\r\n"), "user=user password= ");
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		STATUS(get(&b, "GET /secret", none[i]), "401");
}

static void test_handler_headers_replace_defaults(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)state;
	const char *r = get(&b, "GET /headers", "");
	has(r, "Cache-Control: public, max-age=60");
	hasnt(r, "no-store");
	has(r, "X-Own: yes");
}

static void test_forgotten_status_is_500(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)state;
	STATUS(get(&b, "GET /unset", ""), "500");
}

static void test_large_reply(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)state;
	const char *r = get(&b, "GET /big", "");
	has(r, "Content-Length: 1000000\r\n");
	assert_int_equal(strlen(strstr(r, "\r\n\r\n") + 4), 1000000);
}

static void *slow(void *arg)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)arg;
	const char *r = get(&b, "GET /slow", "");
	return strncmp(r, "HTTP/1.1 200", 12) == 0 ? NULL : (void *)1;
}

/* Four handlers at once, and no more, however many ask. */
static void test_handlers_at_once(void **state)
{
	pthread_t thread[12];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(thread); i++)
		assert_int_equal(pthread_create(&thread[i], NULL, slow, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(thread); i++) {
		void *bad;
		pthread_join(thread[i], &bad);
		assert_null(bad);
	}
	assert_int_equal(atomic_load(&most_at_once), 4);
}

static void test_idle_connection_is_closed(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 << 20);
	(void)state;
	int fd = dial();
	assert_int_equal(send(fd, "GET /x HT", 9, 0), 9);
	read_all(fd, &b);
	assert_int_equal(b.len, 1); /* nothing but our own final 0, and before the socket's patience ended */
}

/* A byte now and then keeps no connection open for ever, neither while sending nor while reading. */
static void test_dripping_clients(void **state)
{
	struct http_server_config config = {.address = "127.0.0.1",
		.body_max = 1000,
		.threads = 1,
		.timeout_s = 5,
		.exchange_s = 1,
		.per_address = 3,
		.handler = echo};
	struct http_server *own = NULL, *usual = server;
	struct err e = ERR_INIT;
	char c[4096];
	(void)state;

	assert_int_equal(http_server_new(&config, &own, &e), 0);
	server = own;
	int sender = dial(), reader = dial(), polite = dial();
	static const char huge[] = "GET /huge HTTP/1.1\r\nHost: x\r\n\r\n",
			  small[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	int room = 4096, dripped = 0;
	size_t answers = 0;
	setsockopt(reader, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	assert_true(send(reader, huge, sizeof huge - 1, MSG_NOSIGNAL) > 0);
	for (bool open = true; open && dripped < 60; dripped++) {
		usleep(100 * 1000);
		if (dripped % 5 == 0) { /* one that asks again and again may stay */
			assert_true(send(polite, small, sizeof small - 1, MSG_NOSIGNAL) > 0);
			answers += recv(polite, c, sizeof c, 0) > 0;
		}
		(void)!recv(reader, c, 1, MSG_DONTWAIT);
		open = send(sender, "G", 1, MSG_NOSIGNAL) == 1;
	}
	assert_in_range(dripped, 5, 59);
	assert_int_equal(answers, (dripped + 4) / 5);
	/* Both places are free again, though nobody here has closed anything. */
	usleep(500 * 1000);
	int next[2] = {dial(), dial()};
	for (size_t i = 0; i < 2; i++) {
		assert_true(send(next[i], small, sizeof small - 1, MSG_NOSIGNAL) > 0);
		assert_true(recv(next[i], c, sizeof c, 0) > 0);
		close(next[i]);
	}
	close(sender);
	close(reader);
	close(polite);
	server = usual;
	http_server_release(&own);
}

static void test_one_address_has_a_ceiling(void **state)
{
	struct http_server_config config = {.address = "127.0.0.1",
		.body_max = 1000,
		.threads = 1,
		.timeout_s = 5,
		.per_address = 2,
		.handler = echo};
	struct http_server *own = NULL, *usual = server;
	struct err e = ERR_INIT;
	static const char ask[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	int fd[3];
	char c[512];
	ssize_t got[3];
	(void)state;

	assert_int_equal(http_server_new(&config, &own, &e), 0);
	server = own;
	for (size_t i = 0; i < 3; i++) {
		fd[i] = dial();
		got[i] = send(fd[i], ask, sizeof ask - 1, MSG_NOSIGNAL) > 0 ? recv(fd[i], c, sizeof c, 0) : 0;
	}
	assert_true(got[0] > 0 && got[1] > 0);
	assert_true(got[2] <= 0);
	for (size_t i = 0; i < 3; i++)
		close(fd[i]);
	server = usual;
	http_server_release(&own);
}

static void test_stop_with_requests_waiting(void **state)
{
	struct http_server_config config = {
		.address = "127.0.0.1", .body_max = 100, .threads = 1, .timeout_s = 5, .handler = echo};
	struct http_server *other = NULL, *kept = server;
	pthread_t thread[4];
	struct err e = ERR_INIT;
	(void)state;

	assert_int_equal(http_server_new(&config, &other, &e), 0);
	server = other;
	for (size_t i = 0; i < ARRAY_LEN(thread); i++)
		assert_int_equal(pthread_create(&thread[i], NULL, slow, NULL), 0);
	usleep(50 * 1000);
	http_server_release(&other);
	for (size_t i = 0; i < ARRAY_LEN(thread); i++)
		pthread_join(thread[i], NULL);
	server = kept;
}

static void test_bad_configurations(void **state)
{
	struct http_server_config config = {
		.address = "tidak.ada", .body_max = 100, .threads = 1, .timeout_s = 1, .handler = echo};
	struct http_server *s = NULL;
	struct err e = ERR_INIT;
	(void)state;

	assert_int_equal(http_server_new(&config, &s, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	err_clear(&e);
	config.address = "127.0.0.1";
	config.port = http_server_port(server);
	assert_int_equal(http_server_new(&config, &s, &e), -1);
	assert_int_equal(e.kind, ERR_IO);
	err_clear(&e);
	config.port = 0;
	config.threads = 0;
	assert_int_equal(http_server_new(&config, &s, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_null(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_head_is_get_without_body),
		cmocka_unit_test(test_post_body),
		cmocka_unit_test(test_body_over_ceiling),
		cmocka_unit_test(test_bad_paths_never_reach_the_handler),
		cmocka_unit_test(test_query_with_control_bytes_is_absent),
		cmocka_unit_test(test_basic),
		cmocka_unit_test(test_handler_headers_replace_defaults),
		cmocka_unit_test(test_forgotten_status_is_500),
		cmocka_unit_test(test_large_reply),
		cmocka_unit_test(test_handlers_at_once),
		cmocka_unit_test(test_idle_connection_is_closed),
		cmocka_unit_test(test_dripping_clients),
		cmocka_unit_test(test_one_address_has_a_ceiling),
		cmocka_unit_test(test_stop_with_requests_waiting),
		cmocka_unit_test(test_bad_configurations),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
