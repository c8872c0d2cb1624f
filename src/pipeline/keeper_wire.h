/*
 * keeper_wire: what naskah and its keeper (pipeline/keeper.h) say to each other.
 *
 * Stream sockets between two processes of one program on one machine carry frames:
 *
 *	frame   "NKP1", type (1 byte), number of descriptors (1), 0 0, length of the body (4), body
 *	number  8 bytes; all numbers have the low byte first
 *	text    number of bytes with the final 0, the bytes (the only 0 is the last); 0 alone = NULL
 *	bytes   number of bytes, the bytes
 *
 * Main asks and gets one answer. On the control socket, which is the keeper's standard input:
 *
 *	ORDERS   the service, what the configuration says of signing, the signers; first, and once
 *	UNLOCK   NAME: the keeper loads that signer's secret, or asks for it on the terminal
 *	APPROVE  root, count; descriptor: file of the sorted SHA-256 of the files that may be sent
 *	WORKER   descriptor: a socket, on which a thread of its own answers the next four
 *
 * On a worker's socket (who = name of the [signer NAME]):
 *
 *	STATUS   who
 *	SIGN     who, length of the file, of its beginning that was approved, reason, location, look;
 *	         descriptors: the file (a memfd that nobody can change any more), where the answer is written
 *	OTP      who, files
 *	FETCH    document id; descriptor: where the answer is written
 *
 * Answers: DONE (kind of error, its message; and if the kind is 0, what was asked for), or, unasked and as the last word
 * on a socket, OVER (why): the keeper ends; a request that it did not answer before was not acted on.
 *
 * No secret ever goes over the wire. A frame that breaks a rule ends the talk.
 */
#ifndef NASKAH_PIPELINE_KEEPER_WIRE_H
#define NASKAH_PIPELINE_KEEPER_WIRE_H

#include "base/arena.h"
#include "base/buf.h"
#include "pipeline/desk.h"

#define WIRE_BODY_MAX    (4 * MIB) /* a reply's raw text (1 MiB), a picture */
#define WIRE_DESCRIPTORS 2

enum wire_type {
	WIRE_NONE = 0,
	WIRE_ORDERS,
	WIRE_UNLOCK,
	WIRE_APPROVE,
	WIRE_WORKER,
	WIRE_STATUS,
	WIRE_SIGN,
	WIRE_OTP,
	WIRE_FETCH,
	WIRE_DONE,
	WIRE_OVER,
};

struct wire_frame {
	enum wire_type type;
	struct buf body;
	int fd[WIRE_DESCRIPTORS]; /* received: owned, closed by release; to be sent: lent */
	size_t fd_count;
};

#define WIRE_FRAME_INIT                                                                                      \
	{                                                                                                    \
		.type = WIRE_NONE, .body = BUF_INIT(WIRE_BODY_MAX)                                           \
	}
/* Closes what was received. Only for frames that were received. */
void wire_frame_release(struct wire_frame *f);
/* ERR_IO, also when the other side has gone. */
int wire_send(int socket, const struct wire_frame *f, struct err *e) __attribute__((warn_unused_result));
/* `f` starts empty, or as the last call left it. *gone: the other side has closed its end between two frames. */
int wire_receive(int socket, struct wire_frame *f, bool *gone, struct err *e)
	__attribute__((warn_unused_result));

/* ---- writing and reading bodies ---- */

void wire_put_number(struct buf *to, uint64_t n);
void wire_put_text(struct buf *to, const char *text /* NULL allowed */);
void wire_put_bytes(struct buf *to, const void *bytes, size_t len);

/* Takes field after field; after one that is not as it must be all are 0 or NULL. Ask wire_is_whole() at the end. */
struct wire_reader {
	const unsigned char *at, *end;
	bool bad;
};
struct wire_reader wire_reader_of(const struct buf *body);
uint64_t wire_number(struct wire_reader *r, uint64_t max);
/* Lent: lives as long as the body. */
const char *wire_text(struct wire_reader *r);
const unsigned char *wire_bytes(struct wire_reader *r, size_t *len);
/* Everything was read, and nothing was amiss: else -1 with ERR_IO. */
int wire_is_whole(const struct wire_reader *r, struct err *e) __attribute__((warn_unused_result));

/* ---- messages ---- */

void wire_put_orders(struct buf *to, const struct config *c, const struct desk_service *s);
/* Texts are copied into the config's arena. Only what wire_put_orders() sends is set. */
int wire_take_orders(const struct buf *body, struct config *c, struct desk_service *s, struct err *e)
	__attribute__((warn_unused_result));

/* SIGN. After reading, texts and picture are lent by the body. */
struct wire_sign {
	const char *who;
	uint64_t pdf_len, approved_len;
	const char *reason, *location;
	bool visible;
	struct sign_look look;
};
void wire_put_sign(struct buf *to, const struct wire_sign *s);
int wire_take_sign(const struct buf *body, struct wire_sign *s, struct err *e)
	__attribute__((warn_unused_result));

/* DONE: what went wrong, or nothing. */
void wire_put_err(struct buf *to, const struct err *e);
/* -1 with the error that was sent, or because the body is none. */
int wire_take_err(struct wire_reader *r, struct err *e) __attribute__((warn_unused_result));
void wire_put_status(struct buf *to, const struct sign_status *s);
void wire_take_status(struct wire_reader *r, struct sign_status *s);
/* Without the file, which went where job.to was. */
void wire_put_result(struct buf *to, const struct sign_result *r);
void wire_take_result(struct wire_reader *r, struct sign_result *out);
void wire_put_otp(struct buf *to, const struct sign_otp *o);
void wire_take_otp(struct wire_reader *r, struct sign_otp *o);

#endif
