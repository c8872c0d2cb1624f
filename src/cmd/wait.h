/*
 * wait: lets a server run until SIGINT or SIGTERM.
 */
#ifndef NASKAH_CMD_WAIT_H
#define NASKAH_CMD_WAIT_H

/* Before the server's threads start: they inherit the blocked signals. */
void wait_block(void);
void wait_for_end(void);

#endif
