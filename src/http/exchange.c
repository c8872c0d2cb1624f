#include "http/exchange.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "http/wire.h"

#include <strings.h>

/* user:password of HTTP Basic, decoded. */
#define BASIC_MAX   1024
/* A body over the ceiling without Content-Length is read and thrown away for so long, to be able to answer. */
#define DROPPED_MAX (4 * MIB)
#define HEADER_MAX  8
#define BAD_ESCAPE  '\x01'

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

size_t exchange_unescape(void *cls, struct MHD_Connection *connection, char *text)
{
	char *to = text;
	(void)cls;
	(void)connection;

	for (const char *from = text; *from;) {
		if (*from != '%') {
			*to++ = *from++;
			continue;
		}
		int high = hex_digit(from[1]);
		int low = high < 0 ? -1 : hex_digit(from[2]);
		if (low < 0) {
			*to++ = BAD_ESCAPE;
			from++;
			continue;
		}
		char byte = (char)(high * 16 + low);
		*to++ = byte ? byte : BAD_ESCAPE;
		from += 3;
	}
	*to = '\0';
	return (size_t)(to - text);
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

static bool path_is_plain(const char *path)
{
	if (path[0] != '/' || has_control(path) || strchr(path, '\\') || !utf8_is_valid(path, strlen(path)))
		return false;
	for (const char *segment = path; segment; segment = strchr(segment, '/')) {
		segment++;
		size_t len = strcspn(segment, "/");
		if ((len == 1 && segment[0] == '.') || (len == 2 && segment[0] == '.' && segment[1] == '.'))
			return false;
	}
	return true;
}

struct exchange *exchange_new(
	struct MHD_Connection *connection, const char *method, const char *path, size_t body_max)
{
	struct exchange *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	x->connection = connection;
	/* libmicrohttpd leaves the body of a HEAD reply out and keeps its length. */
	x->method = strcmp(method, "HEAD") == 0 ? "GET" : method;
	x->body = (struct buf)BUF_INIT(body_max);
	x->reply.status = 500;
	x->reply.body = (struct buf)BUF_INIT(LIMIT_REPLY_BYTES);
	x->path = strdup(path);
	if (!x->path) {
		free(x);
		return NULL;
	}
	const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");
	uint64_t announced = 0;
	if (length && (!text_to_uint(length, UINT64_MAX, &announced) || announced > body_max))
		x->refused = 413;
	else if (!path_is_plain(path))
		x->refused = 400;
	return x;
}

bool exchange_take(struct exchange *x, const char *piece, size_t len)
{
	if (x->refused == 0) {
		buf_add(&x->body, piece, len);
		if (!x->body.failed)
			return true;
		x->refused = x->body.failed == BUF_TOO_LONG ? 413 : 503;
	}
	x->dropped += len;
	return x->dropped <= DROPPED_MAX;
}

/*
 * RFC 7617: "Basic " and base64 of user:password. Whatever is not exactly that counts as no credentials; NUL bytes
 * would cut a password short and are refused too.
 */
static void basic_credentials(
	struct MHD_Connection *connection, struct buf *decoded, struct http_request *req)
{
	const char *header = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");

	if (!header || strncasecmp(header, "Basic ", 6) != 0)
		return;
	header += 6;
	header += strspn(header, " ");
	if (strlen(header) > BASIC_MAX * 4 / 3 || !buf_room(decoded, BASIC_MAX) ||
		base64_parse(header, strlen(header), decoded, NULL) != 0 || decoded->failed)
		return;
	if (memchr(decoded->data, '\0', decoded->len))
		return;
	char *colon = memchr(decoded->data, ':', decoded->len);
	if (!colon)
		return;
	decoded->data[decoded->len] = '\0';
	*colon = '\0';
	req->user = (const char *)decoded->data;
	req->password = colon + 1;
}

static void keep_headers(struct exchange *x)
{
	struct http_reply *reply = &x->reply;
	bool failed = reply->header_count > HEADER_MAX;

	for (size_t i = 0; i < reply->header_count && !failed; i++) {
		for (size_t side = 0; side < 2; side++) {
			x->header_text[i][side] = strdup(reply->headers[i][side]);
			failed = failed || !x->header_text[i][side];
		}
	}
	if (failed || reply->body.failed || reply->status < 200 || reply->status > 599) {
		reply->header_count = 0;
		x->refused = 500;
	}
}

/* The connection is suspended: nobody else reads or writes its socket. */
static void write_raw(struct exchange *x, const atomic_bool *stopping)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	if (info)
		wire_run(info->connect_fd, stopping, &x->reply);
	x->written = true;
}

void exchange_run(struct exchange *x, http_handler *handler, void *user, const atomic_bool *stopping)
{
	struct buf credentials = BUF_INIT(BASIC_MAX);
	struct http_request req = {
		.method = x->method,
		.path = x->path,
		.content_type = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Content-Type"),
		.body = x->body.data,
		.body_len = x->body.len,
		.connection = x->connection,
	};

	basic_credentials(x->connection, &credentials, &req);
	handler(user, &req, &x->reply);
	if (credentials.data)
		explicit_bzero(credentials.data, credentials.cap);
	buf_release(&credentials);
	if (x->reply.raw)
		write_raw(x, stopping);
	else
		keep_headers(x);
	x->done = true;
}

const char *http_query(const struct http_request *req, const char *name)
{
	/* libmicrohttpd's lookup takes a non-const handle but changes nothing. */
	struct MHD_Connection *connection = (struct MHD_Connection *)(uintptr_t)req->connection;
	const char *value = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);

	return value && !has_control(value) && utf8_is_valid(value, strlen(value)) ? value : NULL;
}

static bool has_header(const struct exchange *x, const char *name)
{
	for (size_t i = 0; i < x->reply.header_count; i++)
		if (strcasecmp(x->header_text[i][0], name) == 0)
			return true;
	return false;
}

/* What every reply carries unless its handler says otherwise. */
static const char *const defaults[][2] = {
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
	{"Cache-Control", "no-store"},
};

static bool add_headers(const struct exchange *x, struct MHD_Response *response)
{
	bool good = true;

	for (size_t i = 0; i < x->reply.header_count; i++)
		good = good && MHD_add_response_header(
				       response, x->header_text[i][0], x->header_text[i][1]) == MHD_YES;
	for (size_t i = 0; i < ARRAY_LEN(defaults); i++)
		if (!has_header(x, defaults[i][0]))
			good = good &&
			       MHD_add_response_header(response, defaults[i][0], defaults[i][1]) == MHD_YES;
	if (x->reply.location[0] && !x->refused)
		good = good && MHD_add_response_header(response, "Location", x->reply.location) == MHD_YES;
	if (x->refused == 413)
		good = good && MHD_add_response_header(response, "Connection", "close") == MHD_YES;
	return good;
}

static bool add_challenge(const char *realm, struct MHD_Response *response)
{
	AUTO(buf_release) struct buf value = BUF_INIT(256);
	struct err e = ERR_INIT;

	buf_addf(&value, "Basic realm=\"%s\", charset=\"UTF-8\"", realm);
	return buf_check(&value, &e) == 0 &&
	       MHD_add_response_header(response, "WWW-Authenticate", buf_str(&value)) == MHD_YES;
}

static const char *plain_words(int status)
{
	switch (status) {
	case 400:
		return "400 bad request\n";
	case 413:
		return "413 request body too long\n";
	case 503:
		return "503 try again later\n";
	default:
		return "500 internal error\n";
	}
}

enum MHD_Result exchange_answer(struct exchange *x)
{
	struct http_reply *reply = &x->reply;
	struct MHD_Response *response;
	int status = x->refused ? x->refused : reply->status;
	const char *type = x->refused ? "text/plain; charset=utf-8" : reply->content_type;

	if (!x->refused && (reply->hang_up || x->written))
		return MHD_NO;
	if (x->refused) {
		const char *words = plain_words(status);
		reply->header_count = 0;
		reply->challenge = NULL;
		response = MHD_create_response_from_buffer(
			strlen(words), (void *)(uintptr_t)words, MHD_RESPMEM_PERSISTENT);
	} else if (reply->body.len > 0) {
		/* The reply's memory becomes the response's: no copy of a large file. */
		response = MHD_create_response_from_buffer(
			reply->body.len, reply->body.data, MHD_RESPMEM_MUST_FREE);
		if (response)
			reply->body = (struct buf)BUF_INIT(0);
	} else {
		response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	}
	if (!response)
		return MHD_NO;
	if (reply->challenge)
		status = 401;
	bool good = add_headers(x, response) &&
		    (!type || MHD_add_response_header(response, "Content-Type", type) == MHD_YES) &&
		    (!reply->challenge || add_challenge(reply->challenge, response));
	enum MHD_Result queued =
		good ? MHD_queue_response(x->connection, (unsigned)status, response) : MHD_NO;
	MHD_destroy_response(response);
	return queued;
}

void exchange_free(struct exchange *x)
{
	if (!x)
		return;
	if (x->body.data)
		explicit_bzero(x->body.data, x->body.cap);
	buf_release(&x->body);
	buf_release(&x->reply.body);
	for (size_t i = 0; i < HEADER_MAX; i++)
		for (size_t side = 0; side < 2; side++)
			free(x->header_text[i][side]);
	free(x->path);
	free(x);
}
