/*
 * registry: people who registered while the sandbox runs: they wait for verification, for ever. Memory only.
 */
#ifndef NASKAH_SANDBOX_REGISTRY_H
#define NASKAH_SANDBOX_REGISTRY_H

#include "base/err.h"

#include <stdbool.h>

#define REGISTRY_MAX 1000

struct registry;

int registry_new(struct registry **out, struct err *e) __attribute__((warn_unused_result));
void registry_free(struct registry *r);
/* False when it is full or there is no memory. Twice the same e-mail is one. `nik` may be NULL. */
bool registry_add(struct registry *r, const char *email, const char *nik);
/* Either may be NULL. */
bool registry_has(struct registry *r, const char *email, const char *nik);

#endif
