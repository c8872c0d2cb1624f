#include "extend/fetch.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/hash.h"
#include "net/client.h"

#include <time.h>

#define TRIES        3
#define PAUSE_MS     500 /* before the second try; doubles, and up to as much again by chance */
#define CONNECT_MS   10000
#define TIMEOUT_MS   60000
/* Servers that one run talks to: an authority has three or four. */
#define CLIENTS_MAX  64
#define ORIGIN_BYTES 280

struct origin {
	char base[ORIGIN_BYTES]; /* "http://host:port" */
	bool is_stamp;
	struct net_client *client; /* owned */
};

struct fetcher {
	struct fetcher_config config;
	struct origin origins[CLIENTS_MAX];
	size_t count;
};

int fetcher_new(const struct fetcher_config *config, struct fetcher **out, struct err *e)
{
	struct fetcher *f = calloc(1, sizeof *f);

	if (!f)
		return err_nomem(e);
	f->config = *config;
	if (f->config.tries == 0)
		f->config.tries = TRIES;
	if (f->config.connect_timeout_ms == 0)
		f->config.connect_timeout_ms = CONNECT_MS;
	if (f->config.timeout_ms == 0)
		f->config.timeout_ms = TIMEOUT_MS;
	*out = f;
	return 0;
}

void fetcher_free(struct fetcher *f)
{
	for (size_t i = 0; f && i < f->count; i++)
		net_client_free(f->origins[i].client);
	free(f);
}

void fetcher_release(struct fetcher **f)
{
	fetcher_free(*f);
	*f = NULL;
}

/* Where the path begins; NULL if this is no address that is asked: another scheme, a user in it, blanks. */
static const char *path_of(const char *url)
{
	size_t scheme = strncasecmp(url, "http://", 7) == 0    ? 7
			: strncasecmp(url, "https://", 8) == 0 ? 8
							       : 0;
	size_t host = strcspn(url + scheme, "/?#");

	for (const char *p = url; *p; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
			return NULL;
	if (scheme == 0 || host == 0 || memchr(url + scheme, '@', host) || scheme + host >= ORIGIN_BYTES)
		return NULL;
	return url + scheme + host;
}

static int find_client(struct fetcher *f, const char *url, size_t origin_len, bool is_stamp,
	struct net_client **out, struct err *e)
{
	const struct fetcher_config *c = &f->config;

	for (size_t i = 0; i < f->count; i++)
		if (f->origins[i].is_stamp == is_stamp && strlen(f->origins[i].base) == origin_len &&
			memcmp(f->origins[i].base, url, origin_len) == 0) {
			*out = f->origins[i].client;
			return 0;
		}
	if (f->count == CLIENTS_MAX)
		return err_set(
			e, ERR_LIMIT, _("more than %d servers that answer for certificates"), CLIENTS_MAX);
	struct origin *o = &f->origins[f->count];
	snprintf(o->base, sizeof o->base, "%.*s", (int)origin_len, url);
	o->is_stamp = is_stamp;
	struct net_config net = {
		.base_url = o->base, .allow_plain_http = true, .connect_timeout_ms = c->connect_timeout_ms};
	if (is_stamp) {
		net.username = c->stamp_username;
		net.password = c->stamp_password;
		net.ca_file = c->stamp_ca_file;
		net.allow_plain_http = !c->stamp_username || c->stamp_plain_http;
	}
	if (net_client_new(&net, &o->client, e) != 0)
		return -1;
	*out = o->client;
	f->count++;
	return 0;
}

static void pause_before(unsigned attempt)
{
	unsigned char chance = 0;
	struct err ignored = ERR_INIT;

	(void)!random_bytes(&chance, 1, &ignored);
	long ms = ((long)PAUSE_MS << (attempt - 1)) * (256 + chance) / 256;
	const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
	nanosleep(&pause, NULL);
}

/* One try. `*again`: another one may have more luck. */
static int try_once(struct fetcher *f, struct net_client *client, const char *path,
	const struct extend_question *q, struct buf *out, bool *again, struct err *e)
{
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(q->answer_max)};
	const struct net_request request = {.method = q->content_type ? "POST" : "GET",
		.path = *path ? path : "/",
		.content_type = q->content_type,
		.accept = "*/*",
		.body = q->body,
		.body_len = q->len,
		.timeout_ms = f->config.timeout_ms};

	*again = true;
	if (net_call(client, &request, &reply, e) != 0)
		return -1;
	*again = reply.status >= 500 || reply.status == 429;
	if (reply.status != 200)
		return err_set(e, ERR_REMOTE, _("answered with HTTP status %ld"), reply.status);
	if (reply.body.len == 0)
		return err_set(e, ERR_REMOTE, _("answered with nothing"));
	buf_release(out);
	*out = reply.body;
	reply.body = (struct buf)BUF_INIT(0);
	return 0;
}

int fetch(void *fetcher, const struct extend_question *q, struct buf *out, struct err *e)
{
	struct fetcher *f = fetcher;
	const char *path = path_of(q->url);
	struct net_client *client = NULL;
	struct err trouble = ERR_INIT;
	bool again = true;

	if (!path)
		return err_set(e, ERR_REMOTE, _("'%.100s' is no http or https address"), q->url);
	if (find_client(f, q->url, (size_t)(path - q->url), q->is_stamp, &client, &trouble) != 0)
		again = false;
	for (unsigned i = 0; i < f->config.tries && again; i++) {
		if (i > 0)
			pause_before(i);
		err_clear(&trouble);
		if (try_once(f, client, path, q, out, &again, &trouble) == 0)
			return 0;
	}
	/* Whatever is wrong with an address or an answer, it is not this machine's or the office's fault. */
	return err_set(
		e, trouble.kind == ERR_NOMEM ? ERR_NOMEM : ERR_REMOTE, "'%.200s': %s", q->url, trouble.msg);
}
