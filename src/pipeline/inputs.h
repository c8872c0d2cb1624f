/*
 * inputs: the case files that a command line means: files as they are, folders as the *.xml in them, by name.
 */
#ifndef NASKAH_PIPELINE_INPUTS_H
#define NASKAH_PIPELINE_INPUTS_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

struct inputs {
	const char **paths; /* owned array of paths in the arena given */
	size_t count;
};

/* ERR_USAGE for a name that is not there, ERR_CONFIG for a folder that cannot be read or holds no case file. */
int inputs_list(const char *const *names, size_t count, struct arena *a, struct inputs *out, struct err *e)
	__attribute__((warn_unused_result));
void inputs_release(struct inputs *in);

#endif
