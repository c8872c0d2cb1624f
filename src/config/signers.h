/*
 * signers: the [signer NAME] sections of naskah.ini. Private to config/.
 */
#ifndef NASKAH_CONFIG_SIGNERS_H
#define NASKAH_CONFIG_SIGNERS_H

#include "config/config.h"

#include <stdint.h>

#define SIGNERS_MAX 1000

struct signers_loading {
	struct config *c;
	const char *folder;         /* of the file */
	uint32_t said[SIGNERS_MAX]; /* per signer: a bit for each key that stood already */
};

/* One key of such a section, as ini.h calls it. */
int signer_entry(struct signers_loading *l, const char *section, const char *key, const char *value,
	unsigned line, struct err *e) __attribute__((warn_unused_result));
/* Does each have what its way of signing needs? */
int signers_check(const struct config *c, struct err *e) __attribute__((warn_unused_result));

/* A path of the file, from the file's own folder. In the config's arena. */
const char *config_resolve(struct config *c, const char *folder, const char *path, struct err *e);

#endif
