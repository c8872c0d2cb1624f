/*
 * ini: INI files as "section, key, value, line" (inih).
 */
#ifndef NASKAH_CONFIG_INI_H
#define NASKAH_CONFIG_INI_H

#include "base/err.h"

/* Called once per key, in file order. -1 with the error set stops the reading; "FILE:LINE: " is put in front. */
typedef int ini_entry_fn(
	void *user, const char *section, const char *key, const char *value, unsigned line, struct err *e);

/*
 * ERR_CONFIG "FILE:LINE: ..." for a line that is no INI, a file over LIMIT_SETUP_BYTES or not UTF-8. Stricter than INI
 * files often are, for a value must never silently be another than was written: comments (; or #) have lines of their
 * own, no line begins with a blank.
 */
int ini_load(const char *path, ini_entry_fn *fn, void *user, struct err *e)
	__attribute__((warn_unused_result));

#endif
