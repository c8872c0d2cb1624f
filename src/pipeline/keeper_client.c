/* The main process's side of the keeper: starting it, telling it what is approved, and signers that ask it. */
#include "audit/merkle.h"
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "pipeline/keeper.h"
#include "pipeline/keeper_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct keeper {
	const struct config *config;
	struct desk_service service;
	int control;
	pthread_t guardian;
	bool guarded;
	pthread_mutex_t talk; /* one question at a time on the control socket */
	pthread_mutex_t lock; /* over everything below */
	pthread_cond_t started;
	bool tried; /* to start it */
	int failed; /* errno of that; 0 = it runs, or ran */
	pid_t pid;  /* 0 = not running */
	int other_end;
	bool over;
	char why[300];
};

static void fd_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* ---- the process ---------------------------------------------------------------------------------------- */

static int spawn(struct keeper *k, pid_t *pid)
{
	char name[] = "naskah", command[] = "keeper";
	char *const argv[] = {name, command, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&how);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
	int r = posix_spawn_file_actions_adddup2(&files, k->other_end, STDIN_FILENO);
	/* What naskah prints is for programs, too: nothing of the keeper's may come between. */
	if (r == 0)
		r = posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (r == 0)
		r = posix_spawn(pid, "/proc/self/exe", &files, &how, argv, environ);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return r;
}

/* Starts the keeper and waits for its end: PR_SET_PDEATHSIG is about the thread that was the parent. */
static void *guard(void *user)
{
	struct keeper *k = user;
	pid_t pid = 0;
	int failed = spawn(k, &pid);

	pthread_mutex_lock(&k->lock);
	k->tried = true;
	k->failed = failed;
	k->pid = failed ? 0 : pid;
	close(k->other_end);
	pthread_cond_signal(&k->started);
	pthread_mutex_unlock(&k->lock);
	if (failed)
		return NULL;
	/* The number stays the keeper's until it has been waited for in earnest. */
	siginfo_t info;
	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR)
		;
	pthread_mutex_lock(&k->lock);
	k->pid = 0;
	pthread_mutex_unlock(&k->lock);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return NULL;
}

static void note_over(struct keeper *k, const char *why)
{
	pthread_mutex_lock(&k->lock);
	if (!k->over)
		text_copy(k->why, sizeof k->why, why);
	k->over = true;
	pthread_mutex_unlock(&k->lock);
}

bool keeper_is_over(struct keeper *k, char why[300])
{
	pthread_mutex_lock(&k->lock);
	bool over = k->over;
	if (over)
		memcpy(why, k->why, sizeof k->why);
	pthread_mutex_unlock(&k->lock);
	return over;
}

/* ---- the control socket --------------------------------------------------------------------------------- */

/* The answer to what was sent on `socket`. 1: there is none, the keeper is over, and `why` says why. */
static int hear(struct keeper *k, int socket, struct wire_frame *answer, struct err *why)
{
	bool gone;

	if (wire_receive(socket, answer, &gone, why) != 0) {
		note_over(k, _("the keeper's process ended unexpectedly: run again"));
		return -1;
	}
	if (answer->type == WIRE_DONE)
		return 0;
	struct wire_reader r = wire_reader_of(&answer->body);
	const char *text = answer->type == WIRE_OVER ? wire_text(&r) : NULL;
	note_over(k, text ? text : _("the keeper's process and naskah do not understand each other"));
	return 1;
}

/* One question with a plain answer. */
static int control(struct keeper *k, const struct wire_frame *question, struct err *e)
{
	AUTO(wire_frame_release) struct wire_frame answer = WIRE_FRAME_INIT;

	pthread_mutex_lock(&k->talk);
	int r = wire_send(k->control, question, e);
	int heard = r == 0 ? hear(k, k->control, &answer, e) : -1;
	pthread_mutex_unlock(&k->talk);
	if (heard > 0)
		return err_set(e, ERR_REMOTE, "%s", k->why);
	if (heard < 0)
		return -1;
	struct wire_reader reader = wire_reader_of(&answer.body);
	return wire_take_err(&reader, e);
}

static int give_orders(struct keeper *k, struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT(WIRE_BODY_MAX);

	wire_put_orders(&body, k->config, &k->service);
	const struct wire_frame orders = {.type = WIRE_ORDERS, .body = body};
	return control(k, &orders, e);
}

static int start_process(struct keeper *k, struct err *e)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot start the keeper's process"));
	k->control = ends[0];
	k->other_end = ends[1];
	if (pthread_create(&k->guardian, NULL, guard, k) != 0) {
		close(ends[1]);
		return err_set(e, ERR_NOMEM, _("cannot start a thread"));
	}
	k->guarded = true;
	pthread_mutex_lock(&k->lock);
	while (!k->tried)
		pthread_cond_wait(&k->started, &k->lock);
	pthread_mutex_unlock(&k->lock);
	if (k->failed)
		return err_sys(e, ERR_IO, k->failed, _("cannot start the keeper's process"));
	return give_orders(k, e);
}

static void keeper_release(struct keeper **k)
{
	keeper_free(*k);
	*k = NULL;
}

int keeper_start(
	const struct config *config, const struct desk_service *service, struct keeper **out, struct err *e)
{
	AUTO(keeper_release) struct keeper *k = calloc(1, sizeof *k);

	if (!k)
		return err_nomem(e);
	k->config = config;
	k->service = *service;
	k->control = -1;
	pthread_mutex_init(&k->talk, NULL);
	pthread_mutex_init(&k->lock, NULL);
	pthread_cond_init(&k->started, NULL);
	if (start_process(k, e) != 0)
		return -1;
	for (size_t i = 0; i < config->signer_count; i++)
		if (config->signers[i].passphrase_fd >= 0)
			close(config->signers[i].passphrase_fd);
	*out = steal(&k);
	return 0;
}

void keeper_free(struct keeper *k)
{
	if (!k)
		return;
	if (k->control >= 0)
		close(k->control);
	pthread_mutex_lock(&k->lock);
	/* Nobody is waiting for an answer any more, and secrets should not live for a moment longer. */
	if (k->pid > 0)
		kill(k->pid, SIGKILL);
	pthread_mutex_unlock(&k->lock);
	if (k->guarded)
		pthread_join(k->guardian, NULL);
	pthread_cond_destroy(&k->started);
	pthread_mutex_destroy(&k->lock);
	pthread_mutex_destroy(&k->talk);
	free(k);
}

int keeper_unlock(struct keeper *k, const char *signer, struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT(4 * KIB);

	wire_put_text(&body, signer);
	const struct wire_frame question = {.type = WIRE_UNLOCK, .body = body};
	return control(k, &question, e);
}

int keeper_approve(struct keeper *k, const struct sha256 *root, uint64_t count, int leaves, struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT(KIB);

	wire_put_bytes(&body, root->bytes, sizeof root->bytes);
	wire_put_number(&body, count);
	const struct wire_frame question = {
		.type = WIRE_APPROVE, .body = body, .fd = {leaves}, .fd_count = 1};
	return control(k, &question, e);
}

static int write_all(int fd, const unsigned char *bytes, size_t len, struct err *e)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_sys(e, ERR_IO, errno, _("cannot hand a file to the keeper's process"));
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Bytes that nobody can change any more: what the keeper hashes is what it sends. */
static int sealed(const void *bytes, size_t len, int *out, struct err *e)
{
	AUTO(fd_close) int fd = memfd_create("naskah-file", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("cannot hand a file to the keeper's process"));
	if (write_all(fd, bytes, len, e) != 0)
		return -1;
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot hand a file to the keeper's process"));
	*out = fd;
	fd = -1;
	return 0;
}

int keeper_approve_one(struct keeper *k, const struct sha256 *file, struct err *e)
{
	AUTO(fd_close) int leaves = -1;
	struct sha256 root = merkle_leaf(file->bytes, sizeof file->bytes);

	if (sealed(file->bytes, sizeof file->bytes, &leaves, e) != 0)
		return -1;
	return keeper_approve(k, &root, 1, leaves, e);
}

/* ---- signers -------------------------------------------------------------------------------------------- */

struct proxy {
	struct keeper *keeper;
	int socket;
};

/* 1: not asked, as the keeper is over. -1 after the question went out: `sent` is true. */
static int ask(struct proxy *p, const struct wire_frame *question, struct wire_frame *answer, bool *sent,
	struct err *e)
{
	struct err unheard = ERR_INIT;

	*sent = false;
	/* A keeper that has ended may have left its last word. */
	if (wire_send(p->socket, question, &unheard) != 0)
		return hear(p->keeper, p->socket, answer, &unheard) > 0
			       ? 1
			       : err_set(e, ERR_IO, "%s", unheard.msg);
	*sent = true;
	return hear(p->keeper, p->socket, answer, e);
}

static int over(struct proxy *p, struct err *e)
{
	char why[300] = "";

	keeper_is_over(p->keeper, why);
	return err_set(e, ERR_REMOTE, "%s", why);
}

static int status(void *self, const struct sign_identity *who, struct sign_status *out, struct err *e)
{
	struct proxy *p = self;
	AUTO(buf_release) struct buf body = BUF_INIT(4 * KIB);
	AUTO(wire_frame_release) struct wire_frame answer = WIRE_FRAME_INIT;
	bool sent;

	wire_put_text(&body, who->name);
	const struct wire_frame question = {.type = WIRE_STATUS, .body = body};
	int r = ask(p, &question, &answer, &sent, e);
	if (r != 0)
		return r > 0 ? over(p, e) : -1;
	struct wire_reader reader = wire_reader_of(&answer.body);
	if (wire_take_err(&reader, e) != 0)
		return -1;
	wire_take_status(&reader, out);
	return wire_is_whole(&reader, e);
}

static int otp(void *self, const struct sign_identity *who, size_t files, struct sign_otp *out, struct err *e)
{
	struct proxy *p = self;
	AUTO(buf_release) struct buf body = BUF_INIT(4 * KIB);
	AUTO(wire_frame_release) struct wire_frame answer = WIRE_FRAME_INIT;
	bool sent;

	wire_put_text(&body, who->name);
	wire_put_number(&body, files);
	const struct wire_frame question = {.type = WIRE_OTP, .body = body};
	int r = ask(p, &question, &answer, &sent, e);
	if (r != 0)
		return r > 0 ? over(p, e) : -1;
	struct wire_reader reader = wire_reader_of(&answer.body);
	if (wire_take_err(&reader, e) != 0)
		return -1;
	wire_take_otp(&reader, out);
	return wire_is_whole(&reader, e);
}

/* The answer to SIGN and FETCH. The file is where it was asked for. */
static int take_result(struct proxy *p, int asked, bool sent, const struct wire_frame *answer,
	struct sign_result *out, struct err *why, struct err *e)
{
	char text[300] = "";

	/* Asked and never answered: who knows how far the keeper came. */
	out->outcome = asked < 0 && sent ? SIGN_UNKNOWN : SIGN_NOT_SENT;
	if (asked != 0) {
		keeper_is_over(p->keeper, text);
		text_copy(out->text, sizeof out->text, *text ? text : why->msg);
		return 0;
	}
	struct wire_reader reader = wire_reader_of(&answer->body);
	if (wire_take_err(&reader, e) != 0)
		return -1;
	out->outcome = SIGN_UNKNOWN;
	wire_take_result(&reader, out);
	if (wire_is_whole(&reader, why) != 0) {
		out->outcome = SIGN_UNKNOWN;
		text_copy(out->text, sizeof out->text, why->msg);
	}
	return 0;
}

/* Asks for a file, which comes into `to` or, with NULL, into out->pdf. */
static int ask_for_file(struct proxy *p, struct wire_frame *question, struct outfile *to,
	struct sign_result *out, struct err *e)
{
	AUTO(wire_frame_release) struct wire_frame answer = WIRE_FRAME_INIT;
	AUTO(fd_close) int own = -1;
	struct err why = ERR_INIT;
	bool sent;

	sign_result_release(out);
	sign_result_init(out);
	out->outcome = SIGN_NOT_SENT;
	if (!to && (own = memfd_create("naskah-answer", MFD_CLOEXEC)) < 0)
		return err_sys(e, ERR_IO, errno, _("cannot hand a file to the keeper's process"));
	question->fd[question->fd_count++] = to ? to->fd : own;
	int asked = ask(p, question, &answer, &sent, &why);
	if (take_result(p, asked, sent, &answer, out, &why, e) != 0)
		return -1;
	if (out->outcome != SIGN_ACCEPTED)
		return 0;
	if (to) {
		to->len = (off_t)out->pdf_len;
		return 0;
	}
	if (lseek(own, 0, SEEK_SET) == 0 && buf_read_fd(&out->pdf, own, "/keeper", &why) == 0)
		return 0;
	out->outcome = SIGN_UNKNOWN;
	text_copy(out->text, sizeof out->text, why.msg);
	return 0;
}

static int sign(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT(WIRE_BODY_MAX);
	AUTO(fd_close) int pdf = -1;
	struct wire_sign s = {.who = job->who.name,
		.pdf_len = job->pdf_len,
		.approved_len = job->approved_len ? job->approved_len : job->pdf_len,
		.reason = job->reason,
		.location = job->location,
		.visible = job->look != NULL};

	if (job->look)
		s.look = *job->look;
	wire_put_sign(&body, &s);
	if (sealed(job->pdf, job->pdf_len, &pdf, e) != 0)
		return -1;
	struct wire_frame question = {.type = WIRE_SIGN, .body = body, .fd = {pdf}, .fd_count = 1};
	return ask_for_file(self, &question, job->to, out, e);
}

static int fetch(
	void *self, const char *document_id, struct outfile *to, struct sign_result *out, struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT(4 * KIB);

	wire_put_text(&body, document_id);
	struct wire_frame question = {.type = WIRE_FETCH, .body = body};
	return ask_for_file(self, &question, to, out, e);
}

static void free_proxy(void *self)
{
	struct proxy *p = self;

	close(p->socket);
	free(p);
}

int keeper_signer(struct keeper *k, struct signer *out, struct err *e)
{
	struct proxy *p = calloc(1, sizeof *p);
	int ends[2];

	if (!p)
		return err_nomem(e);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		free(p);
		return err_sys(e, ERR_IO, errno, _("cannot start the keeper's process"));
	}
	const struct wire_frame question = {.type = WIRE_WORKER, .fd = {ends[1]}, .fd_count = 1};
	int r = control(k, &question, e);
	close(ends[1]);
	*p = (struct proxy){.keeper = k, .socket = ends[0]};
	if (r != 0) {
		free_proxy(p);
		return -1;
	}
	*out = (struct signer){.self = p,
		.status = status,
		.sign = sign,
		.otp = otp,
		.fetch = k->config->api == 1 ? fetch : NULL,
		.free = free_proxy};
	return 0;
}
