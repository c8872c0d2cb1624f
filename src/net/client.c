#include "net/client.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <pthread.h>

struct net_client {
	CURL *curl;                    /* owned */
	char *base_url;                /* owned */
	char *username;                /* owned; NULL = none */
	char *ca_file;                 /* owned; NULL = the system's */
	const struct secret *password; /* borrowed */
	const char *protocols;         /* the only one that may be spoken */
	long connect_timeout_ms;
};

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

int net_client_new(const struct net_config *config, struct net_client **out, struct err *e)
{
	const char *protocols = NULL;

	if (net_start(e) != 0 || check_url(config, &protocols, e) != 0)
		return -1;
	if (config->connect_timeout_ms <= 0)
		return err_set(e, ERR_CONFIG, _("the time-out for connecting must be more than 0"));
	AUTO(net_client_release) struct net_client *c = calloc(1, sizeof *c);
	if (!c)
		return err_nomem(e);
	c->protocols = protocols;
	c->password = config->password;
	c->connect_timeout_ms = config->connect_timeout_ms;
	c->curl = curl_easy_init();
	c->base_url = strdup(config->base_url);
	if (!c->curl || !c->base_url)
		return err_nomem(e);
	for (size_t len = strlen(c->base_url); len > 0 && c->base_url[len - 1] == '/'; len--)
		c->base_url[len - 1] = '\0';
	if ((config->username && !(c->username = strdup(config->username))) ||
		(config->ca_file && !(c->ca_file = strdup(config->ca_file))))
		return err_nomem(e);
	*out = steal(&c);
	return 0;
}

void net_client_free(struct net_client *c)
{
	if (!c)
		return;
	curl_easy_cleanup(c->curl);
	free(c->base_url);
	free(c->username);
	free(c->ca_file);
	free(c);
}

void net_client_release(struct net_client **c)
{
	net_client_free(*c);
	*c = NULL;
}

/* ---- one call ---- */

struct transfer {
	const struct net_request *req;
	size_t taken; /* bytes of the body that libcurl took, and so may have sent */
	struct net_reply *reply;
	struct buf auth; /* "Authorization: Basic ..." */
	char content_type[160];
	char reason[CURL_ERROR_SIZE];
};

static void wipe_auth(struct transfer *t)
{
	if (t->auth.data)
		explicit_bzero(t->auth.data, t->auth.cap);
	buf_release(&t->auth);
}

static size_t give_body(char *to, size_t size, size_t count, void *user)
{
	struct transfer *t = user;
	size_t left = t->req->body_len - t->taken, n = size * count;

	if (n > left)
		n = left;
	if (n > 0)
		memcpy(to, (const char *)t->req->body + t->taken, n);
	t->taken += n;
	return n;
}

/* A body that may go out once cannot be rewound: libcurl then fails instead of sending again. */
static int rewind_body(void *user, curl_off_t offset, int origin)
{
	struct transfer *t = user;

	if (t->req->once || origin != SEEK_SET || offset < 0 || (curl_off_t)t->req->body_len < offset)
		return CURL_SEEKFUNC_FAIL;
	t->taken = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static size_t take_reply(char *bytes, size_t size, size_t count, void *user)
{
	struct transfer *t = user;

	buf_add(&t->reply->body, bytes, size * count);
	return t->reply->body.failed ? 0 : size * count;
}

/* The header is made here, as a copy in libcurl's hands could not be wiped with the call. */
static int make_auth(const struct net_client *c, struct buf *auth, struct err *e)
{
	struct buf plain = BUF_INIT(2048);
	size_t user_len = strlen(c->username), len = c->password ? secret_len(c->password) : 0;

	/* All the room at once: a buffer that grows leaves pieces behind. */
	if (!buf_room(&plain, user_len + 1 + len) || !buf_room(auth, 32 + (user_len + 1 + len + 2) / 3 * 4)) {
		buf_release(&plain);
		return err_set(e, ERR_CONFIG, _("the service's username or password is too long"));
	}
	buf_adds(&plain, c->username);
	buf_addc(&plain, ':');
	if (len > 0)
		buf_add(&plain, secret_bytes(c->password), len);
	buf_adds(auth, "Authorization: Basic ");
	base64_add(auth, plain.data, plain.len);
	explicit_bzero(plain.data, plain.cap);
	buf_release(&plain);
	return buf_check(auth, e);
}

#define SET(option, value)                                                                                   \
	do {                                                                                                 \
		CURLcode set_code = curl_easy_setopt(c->curl, option, value);                                \
		if (set_code != CURLE_OK)                                                                    \
			return set_failed(#option, set_code, e);                                             \
	} while (0)

static int set_failed(const char *option, CURLcode code, struct err *e)
{
	err_set(e, code == CURLE_OUT_OF_MEMORY ? ERR_NOMEM : ERR_BUG, "libcurl: %s: %s", option,
		curl_easy_strerror(code));
	return -1;
}

static int set_safety(struct net_client *c, struct err *e)
{
	SET(CURLOPT_PROTOCOLS_STR, c->protocols);
	SET(CURLOPT_REDIR_PROTOCOLS_STR, c->protocols);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (c->ca_file) {
		/* The named authorities and no others. */
		SET(CURLOPT_CAINFO, c->ca_file);
		SET(CURLOPT_CAPATH, NULL);
	}
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	/* HTTP/2 has repetitions of its own (a refused stream is sent again). */
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_CONNECTTIMEOUT_MS, c->connect_timeout_ms);
	return 0;
}

static int set_request(
	struct net_client *c, struct transfer *t, const char *url, struct curl_slist *headers, struct err *e)
{
	const struct net_request *req = t->req;

	SET(CURLOPT_URL, url);
	SET(CURLOPT_ERRORBUFFER, t->reason);
	SET(CURLOPT_TIMEOUT_MS, req->timeout_ms);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_USERAGENT, "naskah");
	SET(CURLOPT_WRITEFUNCTION, take_reply);
	SET(CURLOPT_WRITEDATA, t);
	if (strcmp(req->method, "POST") == 0) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->body_len);
		SET(CURLOPT_READFUNCTION, give_body);
		SET(CURLOPT_READDATA, t);
		SET(CURLOPT_SEEKFUNCTION, rewind_body);
		SET(CURLOPT_SEEKDATA, t);
	} else {
		SET(CURLOPT_HTTPGET, 1L);
	}
	SET(CURLOPT_FRESH_CONNECT, req->once ? 1L : 0L);
	SET(CURLOPT_FORBID_REUSE, req->once ? 1L : 0L);
	return 0;
}

static int perform(struct net_client *c, struct transfer *t, struct err *e)
{
	struct net_reply *reply = t->reply;
	CURLcode code = curl_easy_perform(c->curl);
	long status = 0, request_size = 0;
	const char *type = NULL;

	if (curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
		curl_easy_getinfo(c->curl, CURLINFO_REQUEST_SIZE, &request_size) != CURLE_OK ||
		curl_easy_getinfo(c->curl, CURLINFO_CONTENT_TYPE, &type) != CURLE_OK)
		request_size = 1; /* cannot tell: then it may have been sent */
	reply->sent = t->taken > 0 || (t->req->body_len == 0 && request_size > 0);
	reply->status = status;
	if (type)
		snprintf(reply->content_type, sizeof reply->content_type, "%s", type);
	if (code == CURLE_OK) {
		reply->complete = true;
		return 0;
	}
	if (reply->body.failed == BUF_TOO_LONG)
		return err_set(e, ERR_REMOTE, _("the answer of %s is longer than the ceiling of %zu bytes"),
			c->base_url, reply->body.max);
	if (reply->body.failed)
		return err_nomem(e);
	err_set(e, code == CURLE_OUT_OF_MEMORY ? ERR_NOMEM : ERR_REMOTE, _("no answer from %s: %s"),
		c->base_url, t->reason[0] ? t->reason : curl_easy_strerror(code));
	if (e)
		e->sys = (int)code;
	return -1;
}

int net_call(struct net_client *c, const struct net_request *req, struct net_reply *reply, struct err *e)
{
	AUTO(wipe_auth) struct transfer t = {.req = req, .reply = reply, .auth = BUF_INIT(4096)};
	AUTO(buf_release) struct buf url = BUF_INIT(4096);
	struct curl_slist headers[4], *first = NULL;
	size_t count = 0;

	reply->sent = reply->complete = false;
	reply->status = 0;
	reply->content_type[0] = '\0';
	if (req->timeout_ms <= 0)
		return err_set(e, ERR_CONFIG, _("the time-out of a call must be more than 0"));
	buf_addf(&url, "%s%s", c->base_url, req->path);
	if (buf_check(&url, e) != 0)
		return -1;
	/* The list lives here, so that libcurl makes no copy of the Authorization line. */
	static char accept[] = "Accept: application/json", no_expect[] = "Expect:";
	headers[count++].data = accept;
	headers[count++].data = no_expect;
	if (req->content_type) {
		snprintf(t.content_type, sizeof t.content_type, "Content-Type: %s", req->content_type);
		headers[count++].data = t.content_type;
	}
	if (c->username) {
		if (make_auth(c, &t.auth, e) != 0)
			return -1;
		headers[count++].data = (char *)t.auth.data;
	}
	for (size_t i = count; i-- > 0; first = &headers[i])
		headers[i].next = first;

	curl_easy_reset(c->curl); /* options only: connections stay */
	int r = set_safety(c, e);
	if (r == 0)
		r = set_request(c, &t, buf_str(&url), first, e);
	if (r == 0)
		r = perform(c, &t, e);
	/* Nothing of this call stays behind in the handle: it points into our stack. */
	curl_easy_reset(c->curl);
	return r;
}

void net_reply_release(struct net_reply *r)
{
	buf_release(&r->body);
}
