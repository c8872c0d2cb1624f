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
	unsigned generation; /* of the process: workers' sockets belong to one */
	bool expired;        /* as the configuration says, and a new one may follow */
	bool over;           /* none follows */
	char why[300];
	pthread_mutex_t renewal; /* over the next ones; taken before the others */
	bool *unlocked;          /* per signer of the config */
	struct approved {
		struct sha256 root;
		uint64_t count;
		int leaves; /* owned */
	} * approved;
	size_t approved_count;
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

/* A person's one-time password and what came through a pipe cannot be had again; nor is anybody asked without a terminal. */
static bool may_follow(const struct keeper *k)
{
	bool tty = access("/dev/tty", R_OK | W_OK) == 0 && isatty(STDERR_FILENO);

	for (size_t i = 0; i < k->config->signer_count; i++) {
		const struct config_signer *s = &k->config->signers[i];
		bool kept = s->passphrase_file || s->passphrase_credential || !k->config->sign_url;
		if (k->unlocked[i] && (s->way == WAY_TOTP || s->passphrase_fd >= 0 || (!kept && !tty)))
			return false;
	}
	return true;
}

/* What was heard of a process. `expired`: it ended as it should. An older one's last words are old news. */
static void note_end(struct keeper *k, unsigned generation, bool expired, const char *why)
{
	pthread_mutex_lock(&k->lock);
	if (generation == k->generation && !k->over && !k->expired) {
		text_copy(k->why, sizeof k->why, why);
		k->expired = expired && may_follow(k);
		k->over = !k->expired;
	}
	pthread_mutex_unlock(&k->lock);
}

static bool is_expired(struct keeper *k)
{
	pthread_mutex_lock(&k->lock);
	bool expired = k->expired;
	pthread_mutex_unlock(&k->lock);
	return expired;
}

/* That process has said its last word to somebody, and before it answered all that it had begun. */
static bool had_last_word(struct keeper *k, unsigned generation)
{
	pthread_mutex_lock(&k->lock);
	bool had = generation != k->generation || k->expired;
	pthread_mutex_unlock(&k->lock);
	return had;
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

/* The answer to what was sent on `socket`. 1: there is none, as that keeper has ended in good order. */
static int hear(struct keeper *k, int socket, unsigned generation, struct wire_frame *answer, struct err *why)
{
	bool gone;

	if (wire_receive(socket, answer, &gone, why) != 0) {
		/* Whoever heard it first may have ended the process before the others heard it. */
		if (had_last_word(k, generation))
			return 1;
		note_end(k, generation, false, _("the keeper's process ended unexpectedly: run again"));
		return -1;
	}
	if (answer->type == WIRE_DONE)
		return 0;
	struct wire_reader r = wire_reader_of(&answer->body);
	const char *text = answer->type == WIRE_OVER ? wire_text(&r) : NULL;
	if (text) {
		note_end(k, generation, true, text);
		return 1;
	}
	err_set(why, ERR_IO, _("the keeper's process and naskah do not understand each other"));
	note_end(k, generation, false, why->msg);
	return -1;
}

/* One question with a plain answer. 1: the keeper has ended in good order. */
static int control_once(struct keeper *k, const struct wire_frame *question, struct err *e)
{
	AUTO(wire_frame_release) struct wire_frame answer = WIRE_FRAME_INIT;
	struct err unsent = ERR_INIT;

	pthread_mutex_lock(&k->talk);
	int sent = wire_send(k->control, question, &unsent);
	/* A keeper that has ended may have left its last word. */
	int heard = hear(k, k->control, k->generation, &answer, sent == 0 ? e : &unsent);
	pthread_mutex_unlock(&k->talk);
	if (heard > 0)
		return 1;
	if (heard < 0)
		return sent == 0 ? -1 : err_set(e, unsent.kind, "%s", unsent.msg);
	struct wire_reader reader = wire_reader_of(&answer.body);
	return wire_take_err(&reader, e);
}

static int renew(struct keeper *k, struct err *e);

static int control(struct keeper *k, const struct wire_frame *question, struct err *e)
{
	for (int tries = 0; tries < 2; tries++) {
		if (renew(k, e) != 0)
			return -1;
		int r = control_once(k, question, e);
		if (r <= 0)
			return r;
	}
	return err_set(e, ERR_REMOTE, "%s", k->why);
}

static int give_orders(struct keeper *k, struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT(WIRE_BODY_MAX);

	wire_put_orders(&body, k->config, &k->service);
	const struct wire_frame orders = {.type = WIRE_ORDERS, .body = body};
	return control_once(k, &orders, e) == 0 ? 0 : -1;
}

static int start_process(struct keeper *k, struct err *e)
{
	int ends[2];

	k->tried = false;
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

/* Returns when the process has ended. `now`: it need not say anything to anybody any more. */
static void stop_process(struct keeper *k, bool now)
{
	if (k->control >= 0)
		close(k->control);
	k->control = -1;
	pthread_mutex_lock(&k->lock);
	if (now && k->pid > 0)
		kill(k->pid, SIGKILL);
	pthread_mutex_unlock(&k->lock);
	if (k->guarded)
		pthread_join(k->guardian, NULL);
	k->guarded = false;
}

static int send_unlock(struct keeper *k, const char *signer, bool first, struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT(4 * KIB);

	wire_put_text(&body, signer);
	const struct wire_frame question = {.type = WIRE_UNLOCK, .body = body};
	return first ? control(k, &question, e) : control_once(k, &question, e) == 0 ? 0 : -1;
}

static int send_approval(struct keeper *k, const struct approved *a, bool first, struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT(KIB);

	wire_put_bytes(&body, a->root.bytes, sizeof a->root.bytes);
	wire_put_number(&body, a->count);
	const struct wire_frame question = {
		.type = WIRE_APPROVE, .body = body, .fd = {a->leaves}, .fd_count = 1};
	return first ? control(k, &question, e) : control_once(k, &question, e) == 0 ? 0 : -1;
}

/* A new process that knows what the last one knew. */
static int follow(struct keeper *k, struct err *e)
{
	/* It ends by itself: whoever still waits for its last word must get it, or would take the letter for unknown. */
	stop_process(k, false);
	pthread_mutex_lock(&k->lock);
	k->generation++;
	k->expired = false;
	pthread_mutex_unlock(&k->lock);
	if (start_process(k, e) != 0)
		return -1;
	for (size_t i = 0; i < k->config->signer_count; i++)
		if (k->unlocked[i] && send_unlock(k, k->config->signers[i].name, false, e) != 0)
			return -1;
	for (size_t i = 0; i < k->approved_count; i++)
		if (send_approval(k, &k->approved[i], false, e) != 0)
			return -1;
	return 0;
}

/* If the keeper has expired and may be followed: once, whoever notices first. */
static int renew(struct keeper *k, struct err *e)
{
	int r = 0;

	pthread_mutex_lock(&k->renewal);
	if (is_expired(k) && (r = follow(k, e)) != 0)
		note_end(k, k->generation, false, e->msg);
	pthread_mutex_unlock(&k->renewal);
	return r;
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
	pthread_mutex_init(&k->renewal, NULL);
	pthread_cond_init(&k->started, NULL);
	k->unlocked = calloc(config->signer_count + 1, sizeof *k->unlocked);
	if (!k->unlocked)
		return err_nomem(e);
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
	/* Nobody is waiting for an answer any more, and secrets should not live for a moment longer. */
	stop_process(k, true);
	for (size_t i = 0; i < k->approved_count; i++)
		close(k->approved[i].leaves);
	free(k->approved);
	free(k->unlocked);
	pthread_cond_destroy(&k->started);
	pthread_mutex_destroy(&k->renewal);
	pthread_mutex_destroy(&k->lock);
	pthread_mutex_destroy(&k->talk);
	free(k);
}

int keeper_unlock(struct keeper *k, const char *signer, struct err *e)
{
	if (send_unlock(k, signer, true, e) != 0)
		return -1;
	for (size_t i = 0; i < k->config->signer_count; i++)
		if (strcmp(k->config->signers[i].name, signer) == 0)
			k->unlocked[i] = true;
	return 0;
}

int keeper_approve(struct keeper *k, const struct sha256 *root, uint64_t count, int leaves, struct err *e)
{
	struct approved a = {.root = *root, .count = count, .leaves = fcntl(leaves, F_DUPFD_CLOEXEC, 3)};

	if (a.leaves < 0)
		return err_sys(e, ERR_IO, errno, _("cannot hand a file to the keeper's process"));
	struct approved *more = realloc(k->approved, (k->approved_count + 1) * sizeof *more);
	if (more)
		k->approved = more;
	if (!more || send_approval(k, &a, true, e) != 0) {
		close(a.leaves);
		return more ? -1 : err_nomem(e);
	}
	k->approved[k->approved_count++] = a;
	return 0;
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
	int socket;          /* -1: none yet */
	unsigned generation; /* of the process at its other end */
};

/* A socket to the process that there is now. 1: it has ended in good order. */
static int connect_proxy(struct proxy *p, struct err *e)
{
	struct keeper *k = p->keeper;
	int ends[2], r = 0;

	pthread_mutex_lock(&k->renewal);
	/* Its last word on the control socket has been heard already, by somebody else. */
	if (is_expired(k)) {
		pthread_mutex_unlock(&k->renewal);
		return 1;
	}
	if (p->socket < 0 || p->generation != k->generation) {
		if (p->socket >= 0)
			close(p->socket);
		p->socket = -1;
		r = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
		if (r != 0)
			err_sys(e, ERR_IO, errno, _("cannot start the keeper's process"));
	} else {
		ends[0] = -1;
	}
	if (r == 0 && ends[0] >= 0) {
		const struct wire_frame question = {.type = WIRE_WORKER, .fd = {ends[1]}, .fd_count = 1};
		r = control_once(k, &question, e);
		close(ends[1]);
		p->socket = ends[0];
		p->generation = k->generation;
	}
	pthread_mutex_unlock(&k->renewal);
	return r;
}

/* 1: not asked, as the keeper has ended and none follows. -1 with *sent: asked, and never answered. */
static int ask(struct proxy *p, const struct wire_frame *question, struct wire_frame *answer, bool *sent,
	struct err *e)
{
	char why[300];

	*sent = false;
	/* Others may use up the next keeper, too. */
	while (!keeper_is_over(p->keeper, why)) {
		struct err unheard = ERR_INIT;
		if (renew(p->keeper, &unheard) != 0)
			break;
		int r = connect_proxy(p, &unheard);
		if (r == 0) {
			*sent = wire_send(p->socket, question, &unheard) == 0;
			/* A keeper that has ended may have left its last word. */
			r = hear(p->keeper, p->socket, p->generation, answer, &unheard);
		}
		if (r == 0)
			return 0;
		if (r < 0)
			return err_set(e, ERR_IO, "%s", unheard.msg);
		*sent = false;
	}
	return 1;
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

	if (p->socket >= 0)
		close(p->socket);
	free(p);
}

int keeper_signer(struct keeper *k, struct signer *out, struct err *e)
{
	struct proxy *p = calloc(1, sizeof *p);

	if (!p)
		return err_nomem(e);
	*p = (struct proxy){.keeper = k, .socket = -1};
	*out = (struct signer){.self = p,
		.status = status,
		.sign = sign,
		.otp = otp,
		.fetch = k->config->api == 1 ? fetch : NULL,
		.free = free_proxy};
	return 0;
}
