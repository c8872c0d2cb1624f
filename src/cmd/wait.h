/*
 * wait: SIGINT and SIGTERM: a server runs until one comes, a batch ends what is under way.
 */
#ifndef NASKAH_CMD_WAIT_H
#define NASKAH_CMD_WAIT_H

#include <stdatomic.h>

/* Before the server's threads start: they inherit the blocked signals. */
void wait_block(void);
void wait_for_end(void);

/* From now on the first signal sets this flag and lets what is under way end; a second one ends naskah at once. */
const atomic_bool *wait_catch(void);

#endif
