/*
 * contact: e-mail addresses, telephone numbers, URLs and IP addresses as they stand in a case.
 *
 * Pure functions; `why` as in identity.h.
 */
#ifndef NASKAH_CASEFILE_CONTACT_H
#define NASKAH_CASEFILE_CONTACT_H

#include <stdbool.h>

bool email_check(const char *email, const char **why);
/* A free mail service: an official address is expected. */
bool email_is_private(const char *email);
/* "081234567890", "+62 812 3456 7890", "(021) 7805814". */
bool phone_check(const char *phone, const char **why);
/* https with a host name or address; no user, no blanks. */
bool url_check(const char *url, const char **why);
/* IPv4 or IPv6; with `production` none that cannot be reached from outside this machine. */
bool ip_check(const char *ip, bool production, const char **why);
/* The same address, however it is written; both must be good. */
bool ip_same(const char *a, const char *b);

#endif
