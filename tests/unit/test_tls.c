/* TLS against other people's server (openssl s_server): who is believed, and that nothing is sent to who isn't. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool.h"

#include "base/auto.h"
#include "net/client.h"

#include <poll.h>
#include <signal.h>

static char folder[64];
static char pin[80];

static void shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void shell(const char *fmt, ...)
{
	AUTO(buf_release) struct buf out = BUF_INIT(65536);
	AUTO(free_ptr) char *command = NULL;
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&command, fmt, ap);
	va_end(ap);
	assert_true(n > 0);
	const char *const argv[] = {"sh", "-c", command, NULL};
	if (tool_run(argv, &out) != 0)
		fail_msg("%s: %s", command, buf_str(&out));
}

static void make_ca(const char *name)
{
	shell("cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
	      "-keyout %s.key -out %s.pem -subj '/CN=CA UJI %s'",
		folder, name, name, name);
}

/* NAME.pem for these names, by the first CA. */
static void make_server(const char *name, const char *names, const char *days)
{
	shell("cd %s && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key "
	      "-out %s.csr -subj '/CN=Server UJI' && printf 'subjectAltName=%s\\n' >%s.ext && "
	      "openssl x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -set_serial 7 -days %s "
	      "-extfile %s.ext -out %s.pem",
		folder, name, name, names, name, name, days, name, name);
}

struct s_server {
	pid_t pid;
	int in, out;
	unsigned port;
};

/* Its first lines tell the port: "ACCEPT 127.0.0.1:40123". */
static unsigned read_port(int fd)
{
	char text[4096];
	size_t len = 0;
	struct pollfd p = {fd, POLLIN, 0};

	while (len < sizeof text - 1 && poll(&p, 1, 10000) == 1) {
		ssize_t n = read(fd, text + len, sizeof text - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		text[len] = '\0';
		const char *at = strstr(text, "ACCEPT 127.0.0.1:");
		if (at && strchr(at, '\n'))
			return (unsigned)strtoul(at + 17, NULL, 10);
	}
	return 0;
}

static void serve(struct s_server *s, const char *cert, const char *protocol)
{
	int in[2], out[2];

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		char command[400];
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(out[1], 2);
		for (int fd = 3; fd < 64; fd++)
			close(fd);
		snprintf(command, sizeof command,
			"exec openssl s_server -accept 127.0.0.1:0 -cert %s/%s.pem -key %s/%s.key -www %s",
			folder, cert, folder, cert, protocol);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	s->in = in[1];
	s->out = out[0];
	s->port = read_port(s->out);
	assert_true(s->port > 0);
}

static void stop(struct s_server *s)
{
	kill(s->pid, SIGTERM);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(s->in);
	close(s->out);
}

static int ask(const struct s_server *s, const char *host, const char *ca, const char *with_pin,
	struct net_reply *reply, struct err *e)
{
	AUTO(net_client_release) struct net_client *c = NULL;
	char url[64], ca_file[128];
	const struct net_request req = {.method = "GET", .path = "/", .timeout_ms = 10000};

	snprintf(url, sizeof url, "https://%s:%u", host, s->port);
	snprintf(ca_file, sizeof ca_file, "%s/%s.pem", folder, ca ? ca : "");
	const struct net_config config = {
		.base_url = url, .ca_file = ca ? ca_file : NULL, .pin = with_pin, .connect_timeout_ms = 5000};
	assert_int_equal(net_client_new(&config, &c, e), 0);
	return net_call(c, &req, reply, e);
}

static void who_is_believed(void **state)
{
	static const char wrong[] = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
	const struct {
		const char *title, *cert, *protocol, *host, *ca, *pin;
		bool good;
	} rows[] = {
		{"all is well", "good", "", "127.0.0.1", "ca", NULL, true},
		{"another name", "good", "", "localhost", "ca", NULL, false},
		{"the system's authorities", "good", "", "127.0.0.1", NULL, NULL, false},
		{"another authority", "good", "", "127.0.0.1", "other", NULL, false},
		{"expired", "old", "", "127.0.0.1", "ca", NULL, false},
		{"a certificate for another host", "elsewhere", "", "127.0.0.1", "ca", NULL, false},
		{"TLS 1.1", "good", "-tls1_1 -cipher DEFAULT:@SECLEVEL=0", "127.0.0.1", "ca", NULL, false},
		{"TLS 1.2", "good", "-tls1_2", "127.0.0.1", "ca", NULL, true},
		{"TLS 1.3", "good", "-tls1_3", "127.0.0.1", "ca", NULL, true},
		{"the right pin", "good", "", "127.0.0.1", "ca", pin, true},
		{"another pin", "good", "", "127.0.0.1", "ca", wrong, false},
		{"the right pin, another authority", "good", "", "127.0.0.1", "other", pin, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(65536)};
		struct s_server s;
		struct err e = ERR_INIT;
		serve(&s, rows[i].cert, rows[i].protocol);
		int r = ask(&s, rows[i].host, rows[i].ca, rows[i].pin, &reply, &e);
		stop(&s);
		if ((r == 0) != rows[i].good)
			fail_msg("%s: %s", rows[i].title, e.msg);
		assert_int_equal(reply.sent, rows[i].good);
		if (r == 0)
			assert_int_equal(reply.status, 200);
		else
			assert_int_equal(e.kind, ERR_REMOTE);
	}
}

/* What cannot be right is told before anybody is asked. */
static void refused_at_once(void **state)
{
	static const struct net_config rows[] = {
		{.base_url = "https://127.0.0.1:1", .pin = "/etc/hostname"},
		{.base_url = "https://127.0.0.1:1", .pin = "AAAA"},
		{.base_url = "http://127.0.0.1:1", .pin = "sha256//AAAA"},
		{.base_url = "https://127.0.0.1:1", .ca_file = "/nonexistent/ca.pem"},
		{.base_url = "http://contoh.example"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(net_client_release) struct net_client *c = NULL;
		struct net_config config = rows[i];
		struct err e = ERR_INIT;
		config.connect_timeout_ms = 1000;
		assert_int_equal(net_client_new(&config, &c, &e), -1);
		assert_int_equal(e.kind, ERR_CONFIG);
	}
}

static int make_all(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT(4096);
	char path[100], command[400];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	tool_temp(path, sizeof path, "x");
	snprintf(folder, sizeof folder, "%s", tool_folder);
	make_ca("ca");
	make_ca("other");
	make_server("good", "IP:127.0.0.1", "2");
	make_server("elsewhere", "IP:127.0.0.2,DNS:lain.contoh.example", "2");
	make_server("old", "IP:127.0.0.1", "-1");
	snprintf(command, sizeof command,
		"openssl x509 -in %s/good.pem -pubkey -noout | openssl pkey -pubin -outform DER | "
		"openssl dgst -sha256 -binary | openssl base64 -A",
		folder);
	const char *const argv[] = {"sh", "-c", command, NULL};
	if (tool_run(argv, &out) != 0 || out.len != 44)
		return -1;
	snprintf(pin, sizeof pin, "sha256//%s", buf_str(&out));
	return 0;
}

static int drop_all(void **state)
{
	(void)state;
	net_end();
	tool_temp_remove();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_believed),
		cmocka_unit_test(refused_at_once),
	};

	return cmocka_run_group_tests(tests, make_all, drop_all);
}
