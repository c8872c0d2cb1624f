#include "sandbox/spoil_wire.h"

#include "base/auto.h"
#include "base/limits.h"
#include "sandbox/crc32.h"

#include <stdio.h>

#define SILENT_MS    600000
#define DRIP_MS      200
#define CHUNK_BYTES  ((size_t)4096)
#define HUGE_BYTES   (1024 * MIB)
#define STORED_BYTES ((size_t)65535)

/* Status line and headers; `more` are further header lines. */
static bool send_head(struct http_wire *w, const struct http_reply *reply, const char *more)
{
	AUTO(buf_release) struct buf head = BUF_INIT(4096);

	buf_addf(&head, "HTTP/1.1 %d UJI\r\nConnection: close\r\n", reply->status);
	if (reply->content_type)
		buf_addf(&head, "Content-Type: %s\r\n", reply->content_type);
	for (size_t i = 0; i < reply->header_count; i++)
		buf_addf(&head, "%s: %s\r\n", reply->headers[i][0], reply->headers[i][1]);
	buf_addf(&head, "%s\r\n", more);
	return !head.failed && http_wire_send(w, head.data, head.len);
}

static bool send_head_with_length(struct http_wire *w, const struct http_reply *reply, size_t len)
{
	char more[64];

	snprintf(more, sizeof more, "Content-Length: %zu\r\n", len);
	return send_head(w, reply, more);
}

void wire_cut_inside(const struct http_reply *reply, struct http_wire *w)
{
	if (send_head_with_length(w, reply, reply->body.len))
		(void)http_wire_send(w, reply->body.data, reply->body.len / 2);
}

void wire_silent(const struct http_reply *reply, struct http_wire *w)
{
	(void)reply;
	(void)http_wire_pause(w, SILENT_MS);
}

void wire_drip(const struct http_reply *reply, struct http_wire *w)
{
	if (!send_head_with_length(w, reply, reply->body.len))
		return;
	for (size_t i = 0; i < reply->body.len; i++)
		if (!http_wire_send(w, reply->body.data + i, 1) || !http_wire_pause(w, DRIP_MS))
			return;
}

void wire_chunked(const struct http_reply *reply, struct http_wire *w)
{
	char size[16];
	bool going = send_head(w, reply, "Transfer-Encoding: chunked\r\n");

	for (size_t at = 0; going && at < reply->body.len; at += CHUNK_BYTES) {
		size_t len = reply->body.len - at < CHUNK_BYTES ? reply->body.len - at : CHUNK_BYTES;
		int width = snprintf(size, sizeof size, "%zx\r\n", len);
		going = http_wire_send(w, size, (size_t)width) &&
			http_wire_send(w, reply->body.data + at, len) && http_wire_send(w, "\r\n", 2);
	}
	if (going)
		(void)http_wire_send(w, "0\r\n\r\n", 5);
}

void wire_no_length(const struct http_reply *reply, struct http_wire *w)
{
	if (send_head(w, reply, ""))
		(void)http_wire_send(w, reply->body.data, reply->body.len);
}

void wire_huge(const struct http_reply *reply, struct http_wire *w)
{
	static const char start[] = "{\"time\":1,\"file\":[\"", end[] = "\"]}";
	static char letters[64 * KIB];
	bool going = send_head_with_length(w, reply, sizeof start - 1 + HUGE_BYTES + sizeof end - 1) &&
		     http_wire_send(w, start, sizeof start - 1);

	memset(letters, 'A', sizeof letters);
	for (size_t sent = 0; going && sent < HUGE_BYTES; sent += sizeof letters)
		going = http_wire_send(w, letters, sizeof letters);
	if (going)
		(void)http_wire_send(w, end, sizeof end - 1);
}

static void add_little_endian(struct buf *out, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		buf_addc(out, (char)(value >> 8 * i & 255));
}

void wire_gzip(const struct http_reply *reply, struct http_wire *w)
{
	AUTO(buf_release) struct buf gzip = BUF_INIT(LIMIT_REPLY_BYTES + MIB);
	const struct buf *body = &reply->body;

	buf_add(&gzip, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
	for (size_t at = 0; at < body->len; at += STORED_BYTES) {
		size_t len = body->len - at < STORED_BYTES ? body->len - at : STORED_BYTES;
		buf_addc(&gzip, at + len == body->len);
		add_little_endian(&gzip, (uint32_t)len, 2);
		add_little_endian(&gzip, (uint32_t)~len, 2);
		buf_add(&gzip, body->data + at, len);
	}
	add_little_endian(&gzip, crc32_of(body->data, body->len), 4);
	add_little_endian(&gzip, (uint32_t)body->len, 4);
	char more[96];
	snprintf(more, sizeof more, "Content-Encoding: gzip\r\nContent-Length: %zu\r\n", gzip.len);
	if (!gzip.failed && send_head(w, reply, more))
		(void)http_wire_send(w, gzip.data, gzip.len);
}
