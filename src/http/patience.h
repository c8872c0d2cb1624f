/*
 * patience: an end for clients that send or read a byte now and then, to hold a connection for ever. Private to http/.
 *
 * libmicrohttpd closes what is idle; a drip is not idle. So each connection has a time by which its request must be in,
 * or its reply out; none while a handler works.
 */
#ifndef NASKAH_HTTP_PATIENCE_H
#define NASKAH_HTTP_PATIENCE_H

#include "base/err.h"

#include <microhttpd.h>

struct patience;

int patience_new(unsigned limit_s, struct patience **out, struct err *e) __attribute__((warn_unused_result));
/* After the daemon has stopped. */
void patience_free(struct patience *p);

/* An MHD_NotifyConnectionCallback; `cls` is the patience. */
void patience_on_connection(void *cls, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode what);
/* The client's turn, from now; or ours, without an end. */
void patience_start(struct patience *p, struct MHD_Connection *connection);
void patience_pause(struct patience *p, struct MHD_Connection *connection);

#endif
