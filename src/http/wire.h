/*
 * wire: the socket of one connection, lent to a handler that writes its reply itself. Private to http/.
 */
#ifndef NASKAH_HTTP_WIRE_H
#define NASKAH_HTTP_WIRE_H

#include "http/server.h"

#include <stdatomic.h>

/* Calls reply->raw. What it sent has left for the kernel when this returns. */
void wire_run(int fd, const atomic_bool *stopping, const struct http_reply *reply);

#endif
