/*
 * shelf: signed files that v1 keeps for GET /api/sign/download/{id}: each can be fetched once.
 */
#ifndef NASKAH_SANDBOX_SHELF_H
#define NASKAH_SANDBOX_SHELF_H

#include "base/buf.h"

#define SHELF_ID 25

struct shelf;

int shelf_new(struct shelf **out, struct err *e) __attribute__((warn_unused_result));
void shelf_free(struct shelf *s);
/* Copies the file; the oldest give way when all together are too many or too large. */
int shelf_put(struct shelf *s, const struct buf *pdf, char id[SHELF_ID], struct err *e)
	__attribute__((warn_unused_result));
/* Hands the file over (to an empty buf) and forgets it; false when there is none. */
bool shelf_take(struct shelf *s, const char *id, struct buf *out);
/* Any signed file passes here too: what went out last is what the next call may wrongly get. */
void shelf_pass(struct shelf *s, const struct buf *pdf);
/* Appends what passed last; false when nothing did. */
bool shelf_passed(struct shelf *s, struct buf *out);

#endif
