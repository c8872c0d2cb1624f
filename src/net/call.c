#include "net/inside.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "net/loop.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>

/* An answer that brings less than this within the client's `stall_ms` only drips. */
#define DRIP_BYTES    1024
/* Header fields of an answer: servers send 1 KiB; libcurl 7.88 keeps what comes without a ceiling of its own. */
#define HEADER_BYTES  (64 * KIB)
/*
 * How long a kept connection may have been idle to carry a request that must go out once. Servers close theirs after 5 s
 * and more; a connection that was alive 2 s ago is not being closed just now.
 */
#define ONCE_IDLE_S   2L
#define OTHERS_IDLE_S 30L

struct transfer {
	const struct net_client *client;
	const struct net_request *req;
	struct net_reply *reply;
	CURL *easy;
	struct buf auth; /* "Authorization: Basic ..." */
	char content_type[160], accept[160];
	char reason[CURL_ERROR_SIZE];
	/* the request */
	const struct net_piece *pieces;
	size_t piece_count;
	size_t piece, off; /* the next byte to give */
	bool taken;        /* libcurl took bytes of the body, and so may have sent them */
	unsigned attempts;
	bool repeating; /* libcurl wanted to send again what may go out once */
	/* the answer */
	size_t header_bytes;
	bool has_begun;
	int64_t look_at_ms; /* since when `fresh_bytes` are counted */
	size_t fresh_bytes;
	bool has_stalled;
};

static inline void transfer_release(struct transfer *t)
{
	/* Nothing of the call stays behind: the handle points into our stack and holds its options. */
	curl_easy_cleanup(t->easy);
	if (t->auth.data)
		explicit_bzero(t->auth.data, t->auth.cap);
	buf_release(&t->auth);
}

/* ---- what goes out ---- */

static uint64_t body_size(const struct transfer *t)
{
	uint64_t size = 0;

	for (size_t i = 0; i < t->piece_count; i++)
		size += t->pieces[i].as == NET_BASE64 ? base64_size(t->pieces[i].len) : t->pieces[i].len;
	return size;
}

/* As much of one piece as there is room for; base64 goes in whole groups. */
static size_t give_piece(const struct net_piece *p, size_t *off, char *to, size_t room)
{
	const unsigned char *from = (const unsigned char *)p->bytes + *off;
	size_t n = p->as == NET_BASE64 ? room / 4 * 3 : room;

	if (n > p->len - *off)
		n = p->len - *off;
	*off += n;
	if (p->as == NET_BASE64)
		return base64_write(to, from, n);
	if (n > 0)
		memcpy(to, from, n);
	return n;
}

static size_t give_body(char *to, size_t size, size_t count, void *user)
{
	struct transfer *t = user;
	size_t room = size * count, given = 0;

	while (t->piece < t->piece_count) {
		const struct net_piece *p = &t->pieces[t->piece];
		given += give_piece(p, &t->off, to + given, room - given);
		if (t->off < p->len)
			break;
		t->piece++;
		t->off = 0;
	}
	if (given > 0)
		t->taken = true;
	return given;
}

static void rewind_pieces(struct transfer *t)
{
	t->piece = t->off = 0;
}

/* A body that may go out once cannot be rewound: libcurl then fails instead of sending again. */
static int rewind_body(void *user, curl_off_t offset, int origin)
{
	struct transfer *t = user;

	if (t->req->once || origin != SEEK_SET || offset != 0) {
		t->repeating = true;
		return CURL_SEEKFUNC_FAIL;
	}
	rewind_pieces(t);
	return CURL_SEEKFUNC_OK;
}

/* Before each attempt. The second line of defence: whatever libcurl believes was sent, what we gave counts. */
static int before_attempt(void *user, char *there, char *here, int port_there, int port_here)
{
	struct transfer *t = user;

	(void)there, (void)here, (void)port_there, (void)port_here;
	if (t->attempts++ > 0 && t->req->once && t->taken) {
		t->repeating = true;
		return CURL_PREREQFUNC_ABORT;
	}
	rewind_pieces(t);
	return CURL_PREREQFUNC_OK;
}

/* ---- what comes in ---- */

static int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void note_bytes(struct transfer *t, size_t len)
{
	t->fresh_bytes += len;
	if (t->has_begun && t->fresh_bytes < DRIP_BYTES)
		return;
	t->has_begun = true;
	t->look_at_ms = monotonic_ms();
	t->fresh_bytes = 0;
}

/* The service may think as long as the total time-out allows; once it speaks, it must go on. */
static int watch(void *user, curl_off_t d_total, curl_off_t d_now, curl_off_t u_total, curl_off_t u_now)
{
	struct transfer *t = user;

	(void)d_total, (void)d_now, (void)u_total, (void)u_now;
	t->has_stalled = t->has_begun && monotonic_ms() - t->look_at_ms > t->client->stall_ms;
	return t->has_stalled;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *user)
{
	struct transfer *t = user;
	size_t len = size * count;
	long status = 0;

	note_bytes(t, len);
	if (!t->req->take) {
		buf_add(&t->reply->body, bytes, len);
		return t->reply->body.failed ? 0 : len;
	}
	if (curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
		t->req->take(t->req->user, status, bytes, len) == 0)
		return len;
	t->reply->stopped = true;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* "Name: value" with its end of line; what has no colon is the status line or the empty one. */
static void pass_header(const struct net_request *req, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	char name[128], value[512];

	if (!colon || (size_t)(colon - line) >= sizeof name)
		return;
	snprintf(name, sizeof name, "%.*s", (int)(colon - line), line);
	const char *from = colon + 1, *end = line + len;
	while (from < end && is_blank(*from))
		from++;
	while (end > from && is_blank(end[-1]))
		end--;
	if ((size_t)(end - from) >= sizeof value)
		return;
	snprintf(value, sizeof value, "%.*s", (int)(end - from), from);
	req->header(req->user, name, value);
}

static size_t take_header(char *bytes, size_t size, size_t count, void *user)
{
	struct transfer *t = user;
	size_t len = size * count;
	long status = 0;

	note_bytes(t, len);
	t->header_bytes += len;
	if (t->header_bytes > HEADER_BYTES)
		return 0;
	/* Not of "100 Continue" and its kin. */
	if (t->req->header && curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
		status >= 200)
		pass_header(t->req, bytes, len);
	return len;
}

/* ---- options ---- */

/* The header is made here, as a copy in libcurl's hands could not be wiped with the call. */
static int make_auth(const struct net_client *c, struct buf *auth, struct err *e)
{
	struct buf plain = BUF_INIT(2048);
	size_t user_len = strlen(c->username), len = c->password ? secret_len(c->password) : 0;

	/* All the room at once: a buffer that grows leaves pieces behind. */
	if (!buf_room(&plain, user_len + 1 + len) || !buf_room(auth, 32 + base64_size(user_len + 1 + len))) {
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
		CURLcode set_code = curl_easy_setopt(t->easy, option, value);                                \
		if (set_code != CURLE_OK)                                                                    \
			return set_failed(#option, set_code, e);                                             \
	} while (0)

static int set_failed(const char *option, CURLcode code, struct err *e)
{
	err_set(e, code == CURLE_OUT_OF_MEMORY ? ERR_NOMEM : ERR_BUG, "libcurl: %s: %s", option,
		curl_easy_strerror(code));
	return -1;
}

static int set_safety(struct transfer *t, struct err *e)
{
	const struct net_client *c = t->client;

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
	if (c->pin)
		SET(CURLOPT_PINNEDPUBLICKEY, c->pin);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	/* HTTP/2 has repetitions of its own (a refused stream is sent again). */
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_CONNECTTIMEOUT_MS, c->connect_timeout_ms);
	SET(CURLOPT_MAXAGE_CONN, t->req->once ? ONCE_IDLE_S : OTHERS_IDLE_S);
	return 0;
}

static int set_request(struct transfer *t, const char *url, struct curl_slist *headers, struct err *e)
{
	const struct net_request *req = t->req;

	SET(CURLOPT_URL, url);
	SET(CURLOPT_ERRORBUFFER, t->reason);
	SET(CURLOPT_TIMEOUT_MS, req->timeout_ms);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_USERAGENT, "naskah");
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_XFERINFOFUNCTION, watch);
	SET(CURLOPT_XFERINFODATA, t);
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_PREREQFUNCTION, before_attempt);
	SET(CURLOPT_PREREQDATA, t);
	if (strcmp(req->method, "POST") == 0) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body_size(t));
		SET(CURLOPT_READFUNCTION, give_body);
		SET(CURLOPT_READDATA, t);
		SET(CURLOPT_SEEKFUNCTION, rewind_body);
		SET(CURLOPT_SEEKDATA, t);
	} else {
		SET(CURLOPT_HTTPGET, 1L);
	}
	return 0;
}

/* ---- one call ---- */

static int tell_failure(const struct transfer *t, CURLcode code, struct err *e)
{
	const struct net_reply *reply = t->reply;
	const char *url = t->client->base_url;

	if (reply->body.failed == BUF_TOO_LONG)
		return err_set(e, ERR_REMOTE, _("the answer of %s is longer than the ceiling of %zu bytes"),
			url, reply->body.max);
	if (reply->body.failed)
		return err_nomem(e);
	if (t->has_stalled)
		return err_set(e, ERR_REMOTE, _("the answer of %s stopped half-way"), url);
	if (t->header_bytes > HEADER_BYTES)
		return err_set(e, ERR_REMOTE, _("the answer of %s has too many header fields"), url);
	if (t->repeating)
		return err_set(e, ERR_REMOTE, _("%s closed the connection without an answer"), url);
	err_set(e, code == CURLE_OUT_OF_MEMORY ? ERR_NOMEM : ERR_REMOTE, _("no answer from %s: %s"), url,
		t->reason[0] ? t->reason : curl_easy_strerror(code));
	if (e)
		e->sys = (int)code;
	return -1;
}

static int perform(struct transfer *t, struct err *e)
{
	struct net_reply *reply = t->reply;
	CURLcode code = loop_run(t->easy);
	long status = 0, request_size = 0;
	const char *type = NULL;

	if (curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
		curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &request_size) != CURLE_OK ||
		curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type) != CURLE_OK)
		request_size = 1; /* cannot tell: then it may have been sent */
	reply->sent = t->taken || (body_size(t) == 0 && request_size > 0);
	reply->status = status;
	if (type)
		snprintf(reply->content_type, sizeof reply->content_type, "%s", type);
	reply->complete = code == CURLE_OK;
	return reply->complete ? 0 : tell_failure(t, code, e);
}

int net_call(struct net_client *c, const struct net_request *req, struct net_reply *reply, struct err *e)
{
	const struct net_piece whole = {.bytes = req->body, .len = req->body_len};
	AUTO(transfer_release)
	struct transfer t = {.client = c,
		.req = req,
		.reply = reply,
		.auth = BUF_INIT(4096),
		.pieces = req->pieces ? req->pieces : &whole,
		.piece_count = req->pieces ? req->piece_count : 1};
	AUTO(buf_release) struct buf url = BUF_INIT(4096);
	struct curl_slist headers[5], *first = NULL;
	size_t count = 0;

	reply->sent = reply->complete = reply->stopped = false;
	reply->status = 0;
	reply->content_type[0] = '\0';
	if (req->timeout_ms <= 0)
		return err_set(e, ERR_CONFIG, _("the time-out of a call must be more than 0"));
	buf_addf(&url, "%s%s", c->base_url, req->path);
	if (buf_check(&url, e) != 0)
		return -1;
	/* The list lives here, so that libcurl makes no copy of the Authorization line. */
	static char no_expect[] = "Expect:";
	snprintf(t.accept, sizeof t.accept, "Accept: %s", req->accept ? req->accept : "application/json");
	headers[count++].data = t.accept;
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

	t.easy = curl_easy_init();
	if (!t.easy)
		return err_nomem(e);
	if (set_safety(&t, e) != 0 || set_request(&t, buf_str(&url), first, e) != 0)
		return -1;
	return perform(&t, e);
}

void net_reply_release(struct net_reply *r)
{
	buf_release(&r->body);
}
