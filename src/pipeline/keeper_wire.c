#include "pipeline/keeper_wire.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD        12
#define SIGNERS_MAX 1000 /* config/signers.h allows fewer */

static const char magic[4] = {'N', 'K', 'P', '1'};

/* ---- frames --------------------------------------------------------------------------------------------- */

void wire_frame_release(struct wire_frame *f)
{
	for (size_t i = 0; i < f->fd_count; i++)
		if (f->fd[i] >= 0)
			close(f->fd[i]);
	f->fd_count = 0;
	buf_release(&f->body);
}

static void put_low(unsigned char *to, uint64_t n, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (unsigned char)(n >> (8 * i));
}

static uint64_t take_low(const unsigned char *from, size_t len)
{
	uint64_t n = 0;

	for (size_t i = len; i > 0; i--)
		n = n << 8 | from[i - 1];
	return n;
}

static int send_all(int socket, const unsigned char *bytes, size_t len, struct err *e)
{
	while (len > 0) {
		ssize_t n = send(socket, bytes, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, ERR_IO, errno, _("cannot speak to the keeper's process"));
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

union descriptors {
	struct cmsghdr head;
	char room[CMSG_SPACE(WIRE_DESCRIPTORS * sizeof(int))];
};

/* The descriptors go with the first bytes. */
static ssize_t send_head(int socket, unsigned char head[HEAD], const struct wire_frame *f)
{
	struct iovec part = {.iov_base = head, .iov_len = HEAD};
	struct msghdr msg = {.msg_iov = &part, .msg_iovlen = 1};
	union descriptors control = {.room = {0}};

	if (f->fd_count > 0) {
		msg.msg_control = control.room;
		msg.msg_controllen = CMSG_SPACE(f->fd_count * sizeof(int));
		struct cmsghdr *c = &control.head;
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(f->fd_count * sizeof(int));
		memcpy(CMSG_DATA(c), f->fd, f->fd_count * sizeof(int));
	}
	return sendmsg(socket, &msg, MSG_NOSIGNAL);
}

int wire_send(int socket, const struct wire_frame *f, struct err *e)
{
	unsigned char head[HEAD] = {0};
	ssize_t n;

	if (buf_check(&f->body, e) != 0)
		return -1;
	memcpy(head, magic, sizeof magic);
	head[4] = (unsigned char)f->type;
	head[5] = (unsigned char)f->fd_count;
	put_low(head + 8, f->body.len, 4);
	do
		n = send_head(socket, head, f);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, ERR_IO, errno, _("cannot speak to the keeper's process"));
	if (send_all(socket, head + n, HEAD - (size_t)n, e) != 0)
		return -1;
	return send_all(socket, f->body.data, f->body.len, e);
}

static void keep_descriptors(struct wire_frame *f, struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count; i++) {
			int fd;
			memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
			if (f->fd_count < WIRE_DESCRIPTORS)
				f->fd[f->fd_count++] = fd;
			else
				close(fd);
		}
	}
}

/* Exactly `len` bytes, with the descriptors that come along. *none: the other side closed before the first byte. */
static int receive_all(
	int socket, struct wire_frame *f, unsigned char *to, size_t len, bool *none, struct err *e)
{
	for (size_t got = 0; got < len;) {
		union descriptors control;
		struct iovec part = {.iov_base = to + got, .iov_len = len - got};
		struct msghdr msg = {.msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = control.room,
			.msg_controllen = sizeof control.room};
		ssize_t n = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, ERR_IO, errno, _("cannot hear the keeper's process"));
		keep_descriptors(f, &msg);
		if (n == 0) {
			*none = got == 0;
			return err_set(e, ERR_IO, _("the keeper's process has gone"));
		}
		got += (size_t)n;
	}
	return 0;
}

static int broken(struct err *e)
{
	return err_set(e, ERR_IO, _("the keeper's process and naskah do not understand each other"));
}

int wire_receive(int socket, struct wire_frame *f, bool *gone, struct err *e)
{
	unsigned char head[HEAD];
	bool cut = false;

	*gone = false;
	wire_frame_release(f);
	if (receive_all(socket, f, head, HEAD, gone, e) != 0)
		return -1;
	size_t len = (size_t)take_low(head + 8, 4);
	if (memcmp(head, magic, sizeof magic) != 0 || head[4] == WIRE_NONE || head[4] > WIRE_OVER ||
		head[5] != f->fd_count || head[6] || head[7] || len > WIRE_BODY_MAX)
		return broken(e);
	f->type = (enum wire_type)head[4];
	unsigned char *to = buf_room(&f->body, len);
	if (!to)
		return buf_check(&f->body, e);
	if (receive_all(socket, f, to, len, &cut, e) != 0)
		return -1;
	f->body.len = len;
	return 0;
}

/* ---- fields --------------------------------------------------------------------------------------------- */

void wire_put_number(struct buf *to, uint64_t n)
{
	unsigned char bytes[8];

	put_low(bytes, n, sizeof bytes);
	buf_add(to, bytes, sizeof bytes);
}

void wire_put_bytes(struct buf *to, const void *bytes, size_t len)
{
	wire_put_number(to, len);
	buf_add(to, bytes, len);
}

void wire_put_text(struct buf *to, const char *text)
{
	if (text)
		wire_put_bytes(to, text, strlen(text) + 1);
	else
		wire_put_number(to, 0);
}

struct wire_reader wire_reader_of(const struct buf *body)
{
	return (struct wire_reader){.at = body->data, .end = body->data ? body->data + body->len : NULL};
}

static const unsigned char *take(struct wire_reader *r, uint64_t len)
{
	const unsigned char *at = r->at;

	if (r->bad || len > (uint64_t)(r->end - r->at)) {
		r->bad = true;
		return NULL;
	}
	r->at += len;
	return at;
}

uint64_t wire_number(struct wire_reader *r, uint64_t max)
{
	const unsigned char *at = take(r, 8);
	uint64_t n = at ? take_low(at, 8) : 0;

	if (n > max)
		r->bad = true;
	return r->bad ? 0 : n;
}

const unsigned char *wire_bytes(struct wire_reader *r, size_t *len)
{
	uint64_t n = wire_number(r, WIRE_BODY_MAX);
	const unsigned char *at = take(r, n);

	*len = at ? (size_t)n : 0;
	return at;
}

const char *wire_text(struct wire_reader *r)
{
	size_t len;
	const unsigned char *text = wire_bytes(r, &len);

	if (len == 0)
		return NULL;
	if (memchr(text, 0, len) != text + len - 1)
		r->bad = true;
	return r->bad ? NULL : (const char *)text;
}

int wire_is_whole(const struct wire_reader *r, struct err *e)
{
	return r->bad || r->at != r->end ? broken(e) : 0;
}

static void take_into(struct wire_reader *r, char *to, size_t size)
{
	text_copy(to, size, wire_text(r));
}

/* A double as it lies in memory: both ends are the same program. */
static void put_double(struct buf *to, double d)
{
	uint64_t n;

	memcpy(&n, &d, sizeof n);
	wire_put_number(to, n);
}

static double take_double(struct wire_reader *r)
{
	uint64_t n = wire_number(r, UINT64_MAX);
	double d;

	memcpy(&d, &n, sizeof d);
	return d;
}

/* ---- orders --------------------------------------------------------------------------------------------- */

/* Every text and number that signing needs, named once for both directions. */
static const size_t service_texts[] = {offsetof(struct desk_service, url),
	offsetof(struct desk_service, username), offsetof(struct desk_service, password_file),
	offsetof(struct desk_service, password_credential), offsetof(struct desk_service, ca_file),
	offsetof(struct desk_service, pin)};
static const size_t config_texts[] = {offsetof(struct config, sign_url),
	offsetof(struct config, sandbox_state), offsetof(struct config, stamp_url),
	offsetof(struct config, stamp_username), offsetof(struct config, stamp_password_file),
	offsetof(struct config, stamp_ca_file)};
static const size_t config_numbers[] = {offsetof(struct config, api), offsetof(struct config, keep_files),
	offsetof(struct config, keep_minutes)};
static const size_t signer_texts[] = {offsetof(struct config_signer, name),
	offsetof(struct config_signer, person), offsetof(struct config_signer, nik),
	offsetof(struct config_signer, email), offsetof(struct config_signer, passphrase_file),
	offsetof(struct config_signer, passphrase_credential), offsetof(struct config_signer, subscriber),
	offsetof(struct config_signer, key_file), offsetof(struct config_signer, module),
	offsetof(struct config_signer, token), offsetof(struct config_signer, key)};

static void put_texts(struct buf *to, const void *of, const size_t *offsets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		wire_put_text(to, *(const char *const *)((const char *)of + offsets[i]));
}

static void take_texts(struct wire_reader *r, struct arena *a, void *of, const size_t *offsets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = wire_text(r);
		const char *copy = text ? arena_strdup(a, text) : NULL;
		memcpy((char *)of + offsets[i], &copy, sizeof copy);
	}
}

static void put_signer(struct buf *to, const struct config_signer *s)
{
	put_texts(to, s, signer_texts, ARRAY_LEN(signer_texts));
	wire_put_number(to, (uint64_t)(s->passphrase_fd + 1));
	wire_put_number(to, s->way);
}

void wire_put_orders(struct buf *to, const struct config *c, const struct desk_service *s)
{
	put_texts(to, s, service_texts, ARRAY_LEN(service_texts));
	wire_put_number(to, s->allow_plain_http);
	put_texts(to, c, config_texts, ARRAY_LEN(config_texts));
	for (size_t i = 0; i < ARRAY_LEN(config_numbers); i++)
		wire_put_number(to, *(const unsigned *)((const char *)c + config_numbers[i]));
	wire_put_number(to, (uint64_t)c->connect_timeout_ms);
	wire_put_number(to, (uint64_t)c->timeout_ms);
	wire_put_number(to, c->signer_count);
	for (size_t i = 0; i < c->signer_count; i++)
		put_signer(to, &c->signers[i]);
}

static void take_signer(struct wire_reader *r, struct arena *a, struct config_signer *s)
{
	take_texts(r, a, s, signer_texts, ARRAY_LEN(signer_texts));
	s->passphrase_fd = (int)wire_number(r, 1024) - 1;
	s->way = (enum config_way)wire_number(r, WAY_PKCS11);
	if (!s->name || !s->nik)
		r->bad = true;
}

int wire_take_orders(const struct buf *body, struct config *c, struct desk_service *s, struct err *e)
{
	struct wire_reader r = wire_reader_of(body);
	struct arena *a = &c->arena;

	take_texts(&r, a, s, service_texts, ARRAY_LEN(service_texts));
	s->allow_plain_http = wire_number(&r, 1) != 0;
	take_texts(&r, a, c, config_texts, ARRAY_LEN(config_texts));
	for (size_t i = 0; i < ARRAY_LEN(config_numbers); i++)
		*(unsigned *)((char *)c + config_numbers[i]) = (unsigned)wire_number(&r, UINT32_MAX);
	c->connect_timeout_ms = (long)wire_number(&r, INT32_MAX);
	c->timeout_ms = (long)wire_number(&r, INT32_MAX);
	size_t count = (size_t)wire_number(&r, SIGNERS_MAX);
	c->signers = arena_calloc(a, count ? count : 1, sizeof *c->signers);
	for (size_t i = 0; c->signers && !r.bad && i < count; i++)
		take_signer(&r, a, &c->signers[i]);
	c->signer_count = c->signers && !r.bad ? count : 0;
	return a->failed ? err_nomem(e) : wire_is_whole(&r, e);
}

/* ---- signing -------------------------------------------------------------------------------------------- */

void wire_put_sign(struct buf *to, const struct wire_sign *s)
{
	wire_put_text(to, s->who);
	wire_put_number(to, s->pdf_len);
	wire_put_number(to, s->approved_len);
	wire_put_text(to, s->reason);
	wire_put_text(to, s->location);
	wire_put_number(to, s->visible);
	if (!s->visible)
		return;
	wire_put_bytes(to, s->look.image, s->look.image_len);
	wire_put_number(to, s->look.page);
	put_double(to, s->look.x);
	put_double(to, s->look.y);
	put_double(to, s->look.width);
	put_double(to, s->look.height);
	wire_put_text(to, s->look.tag);
}

static void take_look(struct wire_reader *r, struct sign_look *l)
{
	l->image = wire_bytes(r, &l->image_len);
	l->page = (unsigned)wire_number(r, UINT32_MAX);
	l->x = take_double(r);
	l->y = take_double(r);
	l->width = take_double(r);
	l->height = take_double(r);
	take_into(r, l->tag, sizeof l->tag);
}

int wire_take_sign(const struct buf *body, struct wire_sign *s, struct err *e)
{
	struct wire_reader r = wire_reader_of(body);
	struct wire_sign got = {.who = wire_text(&r)};

	got.pdf_len = wire_number(&r, LIMIT_PDF_BYTES);
	got.approved_len = wire_number(&r, LIMIT_PDF_BYTES);
	got.reason = wire_text(&r);
	got.location = wire_text(&r);
	got.visible = wire_number(&r, 1) != 0;
	if (got.visible)
		take_look(&r, &got.look);
	if (!got.who || got.approved_len > got.pdf_len)
		r.bad = true;
	if (wire_is_whole(&r, e) != 0)
		return -1;
	*s = got;
	return 0;
}

/* ---- answers -------------------------------------------------------------------------------------------- */

void wire_put_err(struct buf *to, const struct err *e)
{
	wire_put_number(to, e->kind);
	wire_put_text(to, e->msg);
}

int wire_take_err(struct wire_reader *r, struct err *e)
{
	enum err_kind kind = (enum err_kind)wire_number(r, ERR_BUG);
	const char *text = wire_text(r);

	if (r->bad || !text)
		return broken(e);
	return kind == ERR_NONE ? 0 : err_set(e, kind, "%s", text);
}

void wire_put_status(struct buf *to, const struct sign_status *s)
{
	wire_put_number(to, s->may_sign);
	wire_put_text(to, s->status);
	wire_put_text(to, s->code);
	wire_put_text(to, s->text);
	wire_put_number(to, (uint64_t)s->not_after_at);
}

void wire_take_status(struct wire_reader *r, struct sign_status *s)
{
	s->may_sign = wire_number(r, 1) != 0;
	take_into(r, s->status, sizeof s->status);
	take_into(r, s->code, sizeof s->code);
	take_into(r, s->text, sizeof s->text);
	s->not_after_at = (int64_t)wire_number(r, UINT64_MAX);
}

void wire_put_result(struct buf *to, const struct sign_result *r)
{
	wire_put_number(to, r->outcome);
	wire_put_number(to, (uint64_t)r->http_status);
	wire_put_text(to, r->code);
	wire_put_text(to, r->text);
	wire_put_number(to, r->wrong_secret);
	wire_put_text(to, r->document_id);
	wire_put_number(to, r->pdf_len);
	wire_put_bytes(to, r->raw.data, r->raw.len);
}

void wire_take_result(struct wire_reader *r, struct sign_result *out)
{
	size_t raw_len;

	out->outcome = (enum sign_outcome)wire_number(r, SIGN_NOT_SENT);
	out->http_status = (long)wire_number(r, INT32_MAX);
	take_into(r, out->code, sizeof out->code);
	take_into(r, out->text, sizeof out->text);
	out->wrong_secret = wire_number(r, 1) != 0;
	take_into(r, out->document_id, sizeof out->document_id);
	out->pdf_len = (size_t)wire_number(r, LIMIT_PDF_BYTES);
	const unsigned char *raw = wire_bytes(r, &raw_len);
	if (raw)
		buf_add(&out->raw, raw, raw_len);
}

void wire_put_otp(struct buf *to, const struct sign_otp *o)
{
	wire_put_number(to, o->granted);
	wire_put_text(to, o->text);
	wire_put_number(to, (uint64_t)o->expires_at);
}

void wire_take_otp(struct wire_reader *r, struct sign_otp *o)
{
	o->granted = wire_number(r, 1) != 0;
	take_into(r, o->text, sizeof o->text);
	o->expires_at = (int64_t)wire_number(r, UINT64_MAX);
}
