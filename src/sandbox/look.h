/*
 * look: what a request wants to be seen of its signature (reference bsre-api 6); private to sandbox/.
 */
#ifndef NASKAH_SANDBOX_LOOK_H
#define NASKAH_SANDBOX_LOOK_H

#include "pdf/append.h"
#include "sandbox/sign_request.h"

/* How v1's width and height are meant, which its users do not agree on. */
enum look_box {
	LOOK_CORNERS = 0, /* the rectangle's other corner */
	LOOK_SIZES,
};

/*
 * Fills `out` for a visible signature. Its picture is lent by the wish, or drawn (a QR of v1's linkQR) into `drawn`.
 * ERR_INPUT with what the service says. A marker (tag_koordinat) is not looked for: it counts as not found.
 */
int look_of_wish(const struct sign_wish *wish, const struct buf *pdf, enum look_box box, struct buf *drawn,
	struct pdf_look *out, struct err *e) __attribute__((warn_unused_result));

#endif
