/*
 * inside: what client.c (the parts of a client) and call.c (one call) share.
 */
#ifndef NASKAH_NET_INSIDE_H
#define NASKAH_NET_INSIDE_H

#include "net/client.h"

/* Nothing of it changes once it is made: threads share it without a lock. */
struct net_client {
	char *base_url;                /* owned */
	char *username;                /* owned; NULL = none */
	char *ca_file;                 /* owned; NULL = the system's */
	char *pin;                     /* owned; NULL = none */
	const struct secret *password; /* borrowed */
	const char *protocols;         /* the only one that may be spoken */
	long connect_timeout_ms, stall_ms;
	bool joined; /* counted by the loop */
};

#endif
