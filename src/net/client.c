#include "net/inside.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <pthread.h>
#include <unistd.h>

#define STALL_MS 20000
#define PIN      "sha256//"

/* ---- libcurl's memory ---- */

static void wiping_free(void *p)
{
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

static void *wiping_realloc(void *old, size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		return NULL;
	if (old) {
		size_t had = malloc_usable_size(old);
		memcpy(p, old, had < size ? had : size);
		wiping_free(old);
	}
	return p;
}

static void *plain_malloc(size_t size)
{
	return malloc(size);
}

static void *plain_calloc(size_t count, size_t size)
{
	return calloc(count, size);
}

static char *plain_strdup(const char *text)
{
	return strdup(text);
}

static pthread_once_t started = PTHREAD_ONCE_INIT;
static CURLcode start_result;

static void start(void)
{
	start_result = curl_global_init_mem(
		CURL_GLOBAL_DEFAULT, plain_malloc, wiping_free, wiping_realloc, plain_strdup, plain_calloc);
}

int net_start(struct err *e)
{
	if (pthread_once(&started, start) != 0 || start_result != CURLE_OK)
		return err_set(e, ERR_NOMEM, _("libcurl cannot start"));
	return 0;
}

void net_end(void)
{
	curl_global_cleanup();
}

/* ---- a client ---- */

static inline void release_url(CURLU **u)
{
	curl_url_cleanup(*u);
	*u = NULL;
}

static inline void release_curl_text(char **text)
{
	curl_free(*text);
	*text = NULL;
}

/* A name resolves to whatever a resolver says; only "localhost" is promised to stay here (RFC 6761 6.3). */
static bool is_loopback(const char *host)
{
	struct in_addr v4;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return strcmp(host, "[::1]") == 0 || strcmp(host, "localhost") == 0;
}

static int check_url(const struct net_config *config, const char **protocols, struct err *e)
{
	AUTO(release_url) CURLU *u = curl_url();
	AUTO(release_curl_text) char *scheme = NULL;
	AUTO(release_curl_text) char *host = NULL;
	AUTO(release_curl_text) char *user = NULL;
	AUTO(release_curl_text) char *query = NULL;
	AUTO(release_curl_text) char *fragment = NULL;
	const char *url = config->base_url;

	if (!u)
		return err_nomem(e);
	if (curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		return err_set(e, ERR_CONFIG, _("'%s' is not the address of a service (https://...)"), url);
	if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK)
		return err_set(e, ERR_CONFIG,
			_("the service's address must not hold a username or password; name them apart"));
	if (curl_url_get(u, CURLUPART_QUERY, &query, 0) == CURLUE_OK ||
		curl_url_get(u, CURLUPART_FRAGMENT, &fragment, 0) == CURLUE_OK)
		return err_set(e, ERR_CONFIG, _("'%s': a service's address has no '?' and no '#'"), url);
	if (strcmp(scheme, "https") == 0) {
		*protocols = "https";
		return 0;
	}
	if (strcmp(scheme, "http") != 0)
		return err_set(e, ERR_CONFIG, _("'%s': only https is spoken"), url);
	if (!config->allow_plain_http && !is_loopback(host))
		return err_set(e, ERR_CONFIG,
			_("'%s': plain http would show passphrases on the network; use https, or say "
			  "allow_plain_http = yes"),
			url);
	*protocols = "http";
	return 0;
}

/* What the TLS of this client is told. libcurl would take any other text for a pin as the name of a file. */
static int check_tls(const struct net_config *config, const char *protocols, struct err *e)
{
	if (config->pin && strncmp(config->pin, PIN, strlen(PIN)) != 0)
		return err_set(e, ERR_CONFIG, _("the pin of the service must begin with '%s'"), PIN);
	if (config->pin && strcmp(protocols, "https") != 0)
		return err_set(e, ERR_CONFIG, _("'%s': only https has a key to pin"), config->base_url);
	if (config->ca_file && access(config->ca_file, R_OK) != 0)
		return err_sys(e, ERR_CONFIG, errno, _("cannot read the CA file '%s'"), config->ca_file);
	return 0;
}

int net_client_new(const struct net_config *config, struct net_client **out, struct err *e)
{
	const char *protocols = NULL;

	if (net_start(e) != 0 || check_url(config, &protocols, e) != 0 ||
		check_tls(config, protocols, e) != 0)
		return -1;
	if (config->connect_timeout_ms <= 0)
		return err_set(e, ERR_CONFIG, _("the time-out for connecting must be more than 0"));
	AUTO(net_client_release) struct net_client *c = calloc(1, sizeof *c);
	if (!c)
		return err_nomem(e);
	c->protocols = protocols;
	c->password = config->password;
	c->connect_timeout_ms = config->connect_timeout_ms;
	c->stall_ms = config->stall_ms > 0 ? config->stall_ms : STALL_MS;
	c->base_url = strdup(config->base_url);
	if (!c->base_url)
		return err_nomem(e);
	for (size_t len = strlen(c->base_url); len > 0 && c->base_url[len - 1] == '/'; len--)
		c->base_url[len - 1] = '\0';
	if ((config->username && !(c->username = strdup(config->username))) ||
		(config->ca_file && !(c->ca_file = strdup(config->ca_file))) ||
		(config->pin && !(c->pin = strdup(config->pin))))
		return err_nomem(e);
	if (loop_join(e) != 0)
		return -1;
	c->joined = true;
	*out = steal(&c);
	return 0;
}

void net_client_free(struct net_client *c)
{
	if (!c)
		return;
	if (c->joined)
		loop_leave();
	free(c->base_url);
	free(c->username);
	free(c->ca_file);
	free(c->pin);
	free(c);
}

void net_client_release(struct net_client **c)
{
	net_client_free(*c);
	*c = NULL;
}
