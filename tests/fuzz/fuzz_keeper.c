/* What the keeper and naskah say to each other: first byte chooses the message, the rest is its body. */
#include "base/auto.h"
#include "base/limits.h"
#include "pipeline/keeper_wire.h"

#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_orders(const struct buf *body)
{
	struct config config = {.arena = ARENA_INIT(8 * MIB)};
	struct desk_service service = {.url = NULL};
	struct err e = ERR_INIT;

	if (wire_take_orders(body, &config, &service, &e) != 0 && e.kind == ERR_NONE)
		abort();
	for (size_t i = 0; i < config.signer_count; i++)
		if (!config.signers[i].name || config.signers[i].passphrase_fd < -1)
			abort();
	arena_release(&config.arena);
}

static void take_sign(const struct buf *body)
{
	struct wire_sign s = {.who = NULL};
	struct err e = ERR_INIT;

	if (wire_take_sign(body, &s, &e) == 0 && (!s.who || s.approved_len > s.pdf_len))
		abort();
}

/* What cannot be read must never say that a signature may be asked for again. */
static void take_result(const struct buf *body)
{
	AUTO(sign_result_release) struct sign_result result;
	struct wire_reader r = wire_reader_of(body);
	struct err e = ERR_INIT;

	sign_result_init(&result);
	if (wire_take_err(&r, &e) != 0)
		return;
	wire_take_result(&r, &result);
	if (result.outcome > SIGN_NOT_SENT || strlen(result.text) >= sizeof result.text)
		abort();
}

static void take_others(const struct buf *body)
{
	struct wire_reader r = wire_reader_of(body), again = r;
	struct sign_status status;
	struct sign_otp otp = {.granted = false};

	wire_take_status(&r, &status);
	wire_take_otp(&again, &otp);
	if (r.bad && r.at > r.end)
		abort();
}

/* A whole frame, as it comes through a socket. */
static void take_frame(const struct buf *body)
{
	AUTO(wire_frame_release) struct wire_frame f = WIRE_FRAME_INIT;
	struct err e = ERR_INIT;
	bool gone;
	int ends[2];

	if (body->len > 64 * KIB || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		return;
	if (body->len > 0 && send(ends[0], body->data, body->len, 0) != (ssize_t)body->len)
		abort();
	close(ends[0]);
	if (wire_receive(ends[1], &f, &gone, &e) == 0 && f.body.len + 12 > body->len)
		abort();
	close(ends[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const takers[])(const struct buf *) = {
		take_orders, take_sign, take_result, take_others, take_frame};
	AUTO(buf_release) struct buf body = BUF_INIT(WIRE_BODY_MAX);

	if (size == 0)
		return 0;
	buf_add(&body, data + 1, size - 1);
	if (!body.failed)
		takers[data[0] % ARRAY_LEN(takers)](&body);
	return 0;
}
