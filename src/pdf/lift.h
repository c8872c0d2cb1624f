/*
 * lift: takes the file that libharu has just made apart. Private to pdf/.
 *
 * Reads our own bytes (one classic xref table, no compression, no object streams), never a file from outside:
 * that is pdf/reader's work. What does not look as libharu writes it is ERR_BUG.
 */
#ifndef NASKAH_PDF_LIFT_H
#define NASKAH_PDF_LIFT_H

#include "base/buf.h"

#include <stdbool.h>

struct lift {
	const unsigned char *bytes; /* borrowed */
	size_t len;
	size_t *offsets; /* owned: of "N 0 obj", by number */
	unsigned count;
	unsigned root;
};

#define LIFT_INIT                                                                                            \
	{                                                                                                    \
		NULL, 0, NULL, 0, 0                                                                          \
	}

/* A value as it stands in the file. */
struct slice {
	const char *at; /* borrowed from the file */
	size_t len;
};

int lift_open(struct lift *l, const struct buf *file, struct err *e) __attribute__((warn_unused_result));
void lift_release(struct lift *l);

/*
 * Walks from the catalog along dictionary keys and array indices, through references: "Pages/Kids/0/Contents".
 * Gives the value and, if the last step was a reference, the number of its object (else 0).
 */
int lift_find(const struct lift *l, const char *path, struct slice *value, unsigned *number, struct err *e)
	__attribute__((warn_unused_result));
/* The same from a value already found; false if there is no such thing. */
bool lift_step(
	const struct lift *l, struct slice from, const char *path, struct slice *value, unsigned *number);
/* The bytes of a stream object. */
int lift_stream(const struct lift *l, unsigned number, struct slice *data, struct err *e)
	__attribute__((warn_unused_result));
/* Entry `index` of a dictionary; false behind the last. The key comes without its slash. */
bool lift_entry(struct slice dict, unsigned index, struct slice *key, struct slice *value);
/* If the value is "N 0 R", its N; else 0. */
unsigned lift_reference(struct slice value);

#endif
