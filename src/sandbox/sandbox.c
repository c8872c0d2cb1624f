#include "sandbox/sandbox.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
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

/* Where this state's certificates say that they can be asked about: STATE/url, made at the first start. */
struct place {
	char url[64];
	uint16_t port; /* of it */
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

static int find_level(const char *text, enum pades_level *out, struct err *e)
{
	if (!text || strcmp(text, "B-T") == 0)
		*out = LEVEL_B_T;
	else if (strcmp(text, "B-B") == 0)
		*out = LEVEL_B_B;
	else
		return err_set(e, ERR_CONFIG, _("level '%s': the sandbox signs B-T or B-B"), text);
	return 0;
}

/* A file that is not ours to read, or not of this shape, is as none. */
static bool read_place(const char *path, struct place *out)
{
	AUTO(buf_release) struct buf text = BUF_INIT(KIB);
	struct err ignored = ERR_INIT;
	uint64_t port = 0;

	if (access(path, F_OK) != 0 || buf_load(&text, path, &ignored) != 0 || text.len >= sizeof out->url ||
		strncmp(buf_str(&text), "http://" ADDRESS ":", sizeof "http://" ADDRESS ":" - 1) != 0)
		return false;
	if (!text_to_uint(buf_str(&text) + sizeof "http://" ADDRESS ":" - 1, 65535, &port) || port == 0)
		return false;
	snprintf(out->url, sizeof out->url, "%s", buf_str(&text));
	out->port = (uint16_t)port;
	return true;
}

/*
 * Certificates outlive a start, and so must the URLs in them: the port of the first start is kept. When somebody else
 * has it (a second sandbox on the same state answers there as well as this one would), another one does for this time.
 * A port that is asked for by number becomes the one in the certificates, which are then issued anew.
 */
static int start_server(
	struct sandbox *s, const struct sandbox_config *config, struct place *place, struct err *e)
{
	AUTO(free_ptr) char *path = join(config->state, "url", e);
	struct http_server_config http = {
		.address = ADDRESS,
		.port = config->port,
		.body_max = LIMIT_REQUEST_BYTES,
		.threads = THREADS,
		.timeout_s = TIMEOUT_S,
		.handler = api_handle,
		.gate = api_gate,
		.user = &s->api,
	};
	struct err ignored = ERR_INIT;

	if (!path)
		return -1;
	bool known = read_place(path, place);
	if (known && config->port == 0) {
		http.port = place->port;
		if (http_server_new(&http, &s->server, &ignored) != 0)
			http.port = 0;
	}
	if (!s->server && http_server_new(&http, &s->server, e) != 0)
		return -1;
	uint16_t port = http_server_port(s->server);
	snprintf(s->url, sizeof s->url, "http://" ADDRESS ":%u", (unsigned)port);
	if (known && (config->port == 0 || place->port == port))
		return 0;
	snprintf(place->url, sizeof place->url, "%s", s->url);
	return outfile_put(path, 0644, s->url, strlen(s->url), e);
}

int sandbox_new(const struct sandbox_config *config, struct sandbox **out, struct err *e)
{
	AUTO(sandbox_release) struct sandbox *s = calloc(1, sizeof *s);
	AUTO(close_fd) int lock = -1;
	struct place place;

	if (!s)
		return err_nomem(e);
	s->api.now_at = config->now_at;
	atomic_store(&s->api.latency_ms, config->latency_ms);
	atomic_store(&s->api.otp_seconds, OTP_SECONDS);
	if (fault_book_new(config->fault, &s->api.faults, e) != 0 ||
		find_level(config->level, &s->api.level, e) != 0 ||
		people_load(config->people, &s->api.people, e) != 0 ||
		make_books(&s->api, config->state, e) != 0 || lock_state(config->state, &lock, e) != 0 ||
		make_credentials(s, config->state, e) != 0 || start_server(s, config, &place, e) != 0 ||
		authority_new(config->state, place.url, &s->api.people, api_now(&s->api), &s->api.authority,
			e) != 0)
		return err_context(e, _("sandbox"));
	atomic_store(&s->api.ready, true);
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
