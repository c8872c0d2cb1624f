/*
 * spoil_wire: good replies, sent badly; private to sandbox/. Each is a `raw` of http/server.h.
 */
#ifndef NASKAH_SANDBOX_SPOIL_WIRE_H
#define NASKAH_SANDBOX_SPOIL_WIRE_H

#include "http/server.h"

void wire_cut_inside(const struct http_reply *reply, struct http_wire *w);
void wire_silent(const struct http_reply *reply, struct http_wire *w);
void wire_drip(const struct http_reply *reply, struct http_wire *w);
void wire_chunked(const struct http_reply *reply, struct http_wire *w);
void wire_no_length(const struct http_reply *reply, struct http_wire *w);
void wire_huge(const struct http_reply *reply, struct http_wire *w);
/* A body of "stored" blocks: real gzip that is no smaller (RFC 1951 3.2.4, RFC 1952). */
void wire_gzip(const struct http_reply *reply, struct http_wire *w);

#endif
