#include "sandbox/sandbox.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "crypto/hash.h"
#include "sandbox/api.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define ADDRESS   "127.0.0.1"
#define THREADS   256 /* at most; each waits out the latency: as many calls in flight at once */
#define TIMEOUT_S 120

struct sandbox {
	struct api api;
	struct http_server *server;                     /* owned */
	char *username_file, *password_file, *username; /* owned */
	char url[40];
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static char *join(const char *folder, const char *name, struct err *e)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		err_nomem(e);
		return NULL;
	}
	return path;
}

/* Two sandboxes that start at once in one folder: the second waits and finds everything made. */
static int lock_state(const char *state, int *out, struct err *e)
{
	AUTO(free_ptr) char *path = NULL;

	if (outfile_mkdirs(state, 0700, e) != 0 || !(path = join(state, "lock", e)))
		return -1;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("cannot open '%s'"), path);
	while (flock(fd, LOCK_EX) != 0)
		if (errno != EINTR) {
			err_sys(e, ERR_IO, errno, _("cannot lock '%s'"), path);
			close(fd);
			return -1;
		}
	*out = fd;
	return 0;
}

static int make_credentials(struct sandbox *s, const char *state, struct err *e)
{
	AUTO(secret_release) struct secret *username = NULL;
	AUTO(secret_release) struct secret *password = NULL;

	if (!(s->username_file = join(state, "username", e)) ||
		!(s->password_file = join(state, "password", e)) ||
		authority_word(s->username_file, &username, e) != 0 ||
		authority_word(s->password_file, &password, e) != 0)
		return -1;
	s->username = strndup((const char *)secret_bytes(username), secret_len(username));
	if (!s->username)
		return err_nomem(e);
	s->api.username = sha256_of(secret_bytes(username), secret_len(username));
	s->api.password = sha256_of(secret_bytes(password), secret_len(password));
	return 0;
}

static int make_books(struct api *api, const char *state, struct err *e)
{
	if (calls_new(&api->calls, e) != 0 || otp_book_new(state, &api->otps, e) != 0 ||
		shelf_new(&api->shelf, e) != 0 || registry_new(&api->registry, e) != 0)
		return -1;
	return 0;
}

int sandbox_new(const struct sandbox_config *config, struct sandbox **out, struct err *e)
{
	AUTO(sandbox_release) struct sandbox *s = calloc(1, sizeof *s);
	AUTO(close_fd) int lock = -1;

	if (!s)
		return err_nomem(e);
	s->api.now_at = config->now_at;
	atomic_store(&s->api.latency_ms, config->latency_ms);
	atomic_store(&s->api.otp_seconds, OTP_SECONDS);
	if (fault_book_new(config->fault, &s->api.faults, e) != 0 ||
		people_load(config->people, &s->api.people, e) != 0 ||
		make_books(&s->api, config->state, e) != 0 || lock_state(config->state, &lock, e) != 0 ||
		make_credentials(s, config->state, e) != 0 ||
		authority_new(config->state, &s->api.people, api_now(&s->api), &s->api.authority, e) != 0)
		return err_context(e, _("sandbox"));
	const struct http_server_config http = {
		.address = ADDRESS,
		.port = config->port,
		.body_max = LIMIT_REQUEST_BYTES,
		.threads = THREADS,
		.timeout_s = TIMEOUT_S,
		.handler = api_handle,
		.gate = api_gate,
		.user = &s->api,
	};
	if (http_server_new(&http, &s->server, e) != 0)
		return err_context(e, _("sandbox"));
	snprintf(s->url, sizeof s->url, "http://" ADDRESS ":%u", (unsigned)http_server_port(s->server));
	*out = steal(&s);
	return 0;
}

const char *sandbox_url(const struct sandbox *s)
{
	return s->url;
}

const char *sandbox_username(const struct sandbox *s)
{
	return s->username;
}

const char *sandbox_password_file(const struct sandbox *s)
{
	return s->password_file;
}

const char *sandbox_root_file(const struct sandbox *s)
{
	return authority_root_file(s->api.authority);
}

const char *sandbox_passphrase_file(const struct sandbox *s, const char *nik)
{
	long index = people_by_nik(&s->api.people, nik);

	return index >= 0 ? authority_passphrase_file(s->api.authority, (size_t)index) : NULL;
}

struct fault_book *sandbox_faults(struct sandbox *s)
{
	return s->api.faults;
}

void sandbox_free(struct sandbox *s)
{
	if (!s)
		return;
	http_server_free(s->server);
	authority_free(s->api.authority);
	people_release(&s->api.people);
	fault_book_free(s->api.faults);
	calls_free(s->api.calls);
	otp_book_free(s->api.otps);
	shelf_free(s->api.shelf);
	registry_free(s->api.registry);
	free(s->username_file);
	free(s->password_file);
	free(s->username);
	free(s);
}

void sandbox_release(struct sandbox **s)
{
	sandbox_free(*s);
	*s = NULL;
}
