/*
 * loop: the one curl multi handle of the process and the thread that runs it.
 *
 * The thread lives while there are clients (loop_join, loop_leave). Every transfer of every client goes through it,
 * so that they share connections; callers wait for their own transfer only.
 */
#ifndef NASKAH_NET_LOOP_H
#define NASKAH_NET_LOOP_H

#include "base/err.h"

#include <curl/curl.h>

/* Its name, as a debugger shows it. */
#define LOOP_THREAD "naskah-net"

/* One more client; the first one starts the thread. */
int loop_join(struct err *e) __attribute__((warn_unused_result));
/* One less; with the last one the thread has ended and all connections are closed when this returns. */
void loop_leave(void);

/*
 * Runs one transfer, set up by the caller, to its end. Its callbacks are called by the loop's thread; the handle is the
 * caller's again afterwards. Sets CURLOPT_PRIVATE.
 */
CURLcode loop_run(CURL *easy);

#endif
