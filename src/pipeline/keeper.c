/* The keeper's process. Two kinds of thread: the first one serves the control socket, one more each worker. */
#include "pipeline/keeper.h"

#include "audit/merkle.h"
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mapped.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "pipeline/keeper_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ORDERS_ARENA (8 * MIB)
#define WORKERS_MAX  1024
#define APPROVED_MAX ((uint64_t)10000000) /* letters of a batch: 320 MB of hashes */
#define FOR_EVER     INT64_MAX

struct keeping {
	int control;
	struct config config; /* what the orders say of it */
	struct desk_service service;
	struct secret *password;
	struct secret *stamp_password; /* of the time-stamp authority; NULL = none */
	struct net_config net;
	pthread_mutex_t lock; /* over everything below */
	pthread_cond_t idle;
	struct secret **secrets; /* one per signer; NULL = not given yet */
	struct sha256 *approved; /* sorted */
	size_t approved_count;
	int *sockets; /* of the workers */
	size_t worker_count;
	unsigned sent;      /* files */
	unsigned under_way; /* questions of workers */
	int64_t ends_ms;    /* on the clock that nobody sets */
	bool over;
	char why[300];
};

/* One worker's thread: signers are made when they are first needed. */
struct serving {
	struct keeping *k;
	int socket;
	struct signer *signers; /* one per signer of the config */
};

void keeper_harden(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
	const struct rlimit none = {0, 0};
	sigset_t blocked;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &none);
	/*
	 * Ctrl-C and kill are for naskah, which lets the letters under way end; the keeper ends with it. Blocked as well, in
	 * all threads to come: while a secret is asked for, they are for the thread that asks.
	 */
	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		signal(ends[i], SIG_IGN);
		sigaddset(&blocked, ends[i]);
	}
	pthread_sigmask(SIG_BLOCK, &blocked, NULL);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const struct config_signer *signer_called(const struct keeping *k, const char *name, struct err *e)
{
	const struct config_signer *s = name ? config_signer_by_name(&k->config, name) : NULL;

	if (!s)
		err_set(e, ERR_BUG, "the keeper knows no signer of this name");
	return s;
}

/* ---- the end -------------------------------------------------------------------------------------------- */

/* No question is begun any more; who is being answered will be. */
static void call_it_over(struct keeping *k, const char *why)
{
	if (k->over)
		return;
	k->over = true;
	text_copy(k->why, sizeof k->why, why);
	/* The first thread, which waits for the next order, sees to the rest. */
	shutdown(k->control, SHUT_RD);
}

static void say_over(const struct keeping *k, int socket)
{
	AUTO(buf_release) struct buf body = BUF_INIT(KIB);
	struct err ignored = ERR_INIT;

	wire_put_text(&body, k->why);
	const struct wire_frame last = {.type = WIRE_OVER, .body = body};
	(void)!wire_send(socket, &last, &ignored);
}

_Noreturn static void end(struct keeping *k)
{
	pthread_mutex_lock(&k->lock);
	while (k->over && k->under_way > 0)
		pthread_cond_wait(&k->idle, &k->lock);
	if (k->over) {
		for (size_t i = 0; i < k->worker_count; i++)
			say_over(k, k->sockets[i]);
		say_over(k, k->control);
	}
	for (size_t i = 0; i < k->config.signer_count; i++)
		secret_free(k->secrets[i]);
	secret_free(k->password);
	secret_free(k->stamp_password);
	/* The lock stays taken: no thread finds what is gone. */
	_exit(0);
}

/* ---- orders --------------------------------------------------------------------------------------------- */

static int load_password(struct keeping *k, struct err *e)
{
	if (k->service.password_file)
		return secret_load(k->service.password_file, &k->password, e);
	if (k->service.password_credential)
		return secret_load_credential(k->service.password_credential, &k->password, e);
	return 0;
}

static bool is_ordered(const struct keeping *k, int fd)
{
	for (size_t i = 0; i < k->config.signer_count; i++)
		if (k->config.signers[i].passphrase_fd == fd)
			return true;
	return false;
}

/* What naskah had open is none of the keeper's business, but for the descriptors that secrets come from. */
static void close_others(const struct keeping *k)
{
	unsigned from = STDERR_FILENO + 1;

	for (int fd = STDERR_FILENO + 1; fd < 1024; fd++) {
		if (!is_ordered(k, fd))
			continue;
		if ((unsigned)fd > from)
			close_range(from, (unsigned)fd - 1, 0);
		from = (unsigned)fd + 1;
	}
	close_range(from, ~0U, 0);
}

static int take_orders(struct keeping *k, const struct wire_frame *f, struct err *e)
{
	if (k->secrets || f->type != WIRE_ORDERS)
		return err_set(e, ERR_BUG, "the keeper gets its orders first, and once");
	if (wire_take_orders(&f->body, &k->config, &k->service, e) != 0)
		return -1;
	close_others(k);
	k->secrets = calloc(k->config.signer_count + 1, sizeof *k->secrets);
	if (!k->secrets)
		return err_nomem(e);
	if (load_password(k, e) != 0)
		return -1;
	if (k->config.stamp_password_file &&
		secret_load(k->config.stamp_password_file, &k->stamp_password, e) != 0)
		return -1;
	k->net = (struct net_config){.base_url = k->service.url,
		.username = k->service.username,
		.password = k->password,
		.ca_file = k->service.ca_file,
		.pin = k->service.pin,
		.allow_plain_http = k->service.allow_plain_http,
		.connect_timeout_ms = k->config.connect_timeout_ms};
	return 0;
}

/* ---- secrets -------------------------------------------------------------------------------------------- */

static int load_from_sandbox(
	const struct keeping *k, const struct config_signer *s, struct secret **out, struct err *e)
{
	AUTO(free_ptr) char *path = NULL;

	if (asprintf(&path, "%s/%s/%s", k->config.sandbox_state, s->way == WAY_TOTP ? "totp" : "passphrase",
		    s->name) < 0) {
		path = NULL;
		return err_nomem(e);
	}
	return secret_load(path, out, e);
}

static int ask_person(const struct config_signer *s, struct secret **out, struct err *e)
{
	char prompt[200];

	switch (s->way) {
	case WAY_TOTP:
		snprintf(prompt, sizeof prompt, _("One-time password of %s: "), s->name);
		break;
	case WAY_SEAL:
		snprintf(prompt, sizeof prompt, _("Activation code of the seal %s: "), s->name);
		break;
	case WAY_PKCS11:
		snprintf(prompt, sizeof prompt, _("PIN of %s: "), s->name);
		break;
	case WAY_PASSPHRASE:
	case WAY_PKCS12:
		snprintf(prompt, sizeof prompt, _("Passphrase of %s: "), s->name);
		break;
	}
	return secret_prompt(prompt, out, e);
}

static int load_secret(
	const struct keeping *k, const struct config_signer *s, struct secret **out, struct err *e)
{
	if (s->passphrase_file)
		return secret_load(s->passphrase_file, out, e);
	if (s->passphrase_credential)
		return secret_load_credential(s->passphrase_credential, out, e);
	if (s->passphrase_fd >= 0)
		return secret_read_fd(s->passphrase_fd, s->name, out, e);
	if (!k->config.sign_url && s->way <= WAY_TOTP)
		return load_from_sandbox(k, s, out, e);
	return ask_person(s, out, e);
}

/* The clock begins with the first secret. */
static int get_secret(struct keeping *k, const struct config_signer *s, struct err *e)
{
	AUTO(secret_release) struct secret *secret = NULL;
	size_t i = (size_t)(s - k->config.signers);

	if (load_secret(k, s, &secret, e) != 0)
		return -1;
	/* The request is JSON: noticed here, before any work, not with the first letter. */
	if (!utf8_is_valid((const char *)secret_bytes(secret), secret_len(secret)))
		return err_set(e, ERR_CONFIG, _("the passphrase of '%s' is not UTF-8 text"), s->name);
	pthread_mutex_lock(&k->lock);
	k->secrets[i] = steal(&secret);
	if (k->ends_ms == FOR_EVER)
		k->ends_ms = now_ms() + (int64_t)k->config.keep_minutes * 60000;
	pthread_mutex_unlock(&k->lock);
	return 0;
}

static bool has_secret(struct keeping *k, const struct config_signer *s)
{
	pthread_mutex_lock(&k->lock);
	bool has = k->secrets[s - k->config.signers] != NULL;
	pthread_mutex_unlock(&k->lock);
	return has;
}

/* One-time passwords exist only once they have been asked for. */
static int unlock(struct keeping *k, const struct wire_frame *f, struct err *e)
{
	struct wire_reader r = wire_reader_of(&f->body);
	const struct config_signer *s = signer_called(k, wire_text(&r), e);

	if (!s || wire_is_whole(&r, e) != 0)
		return -1;
	return s->way == WAY_TOTP || has_secret(k, s) ? 0 : get_secret(k, s, e);
}

/* ---- what is approved ----------------------------------------------------------------------------------- */

static int compare_hashes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct sha256));
}

/* Sorted, each once, and under the root. */
static int check_leaves(const struct sha256 *leaves, size_t count, const unsigned char *root, struct err *e)
{
	AUTO(free_ptr) struct merkle *tree = calloc(1, sizeof *tree);

	if (!tree)
		return err_nomem(e);
	for (size_t i = 0; i < count; i++) {
		struct sha256 leaf = merkle_leaf(leaves[i].bytes, sizeof leaves[i].bytes);
		if (i > 0 && compare_hashes(&leaves[i - 1], &leaves[i]) >= 0)
			return err_set(e, ERR_INPUT, _("the list of approved files is not in order"));
		if (merkle_add(tree, &leaf, NULL, NULL, e) != 0)
			return -1;
	}
	struct sha256 own = merkle_root(tree);
	if (memcmp(own.bytes, root, sizeof own.bytes) != 0)
		return err_set(e, ERR_INPUT, _("the approved files are not those under the approved root"));
	return 0;
}

static int read_leaves(int fd, struct sha256 *to, size_t count, struct err *e)
{
	size_t len = count * sizeof *to;

	for (size_t got = 0; got < len;) {
		ssize_t n = pread(fd, (unsigned char *)to + got, len - got, (off_t)got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, ERR_IO, errno, _("cannot read the list of approved files"));
		if (n == 0)
			return err_set(e, ERR_INPUT, _("the list of approved files is cut short"));
		got += (size_t)n;
	}
	return 0;
}

/* Read first, into memory that nobody else can write to; looked at then. */
static int approve(struct keeping *k, const struct wire_frame *f, struct err *e)
{
	struct wire_reader r = wire_reader_of(&f->body);
	size_t root_len;
	const unsigned char *root = wire_bytes(&r, &root_len);
	size_t count = (size_t)wire_number(&r, APPROVED_MAX);

	if (wire_is_whole(&r, e) != 0)
		return -1;
	if (root_len != sizeof(struct sha256) || f->fd_count != 1 || count == 0)
		return err_set(e, ERR_BUG, "an approval without a root or a list");
	size_t all = k->approved_count + count;
	struct sha256 *more = realloc(k->approved, all * sizeof *more);
	if (!more)
		return err_nomem(e);
	k->approved = more;
	struct sha256 *added = more + k->approved_count;
	if (read_leaves(f->fd[0], added, count, e) != 0 || check_leaves(added, count, root, e) != 0)
		return -1;
	k->approved_count = all;
	qsort(more, all, sizeof *more, compare_hashes);
	return 0;
}

static bool is_approved(struct keeping *k, const struct sha256 *file)
{
	pthread_mutex_lock(&k->lock);
	bool found = k->approved_count > 0 &&
		     bsearch(file, k->approved, k->approved_count, sizeof *file, compare_hashes) != NULL;
	pthread_mutex_unlock(&k->lock);
	return found;
}

/* ---- workers' questions --------------------------------------------------------------------------------- */

/* False: nothing is begun any more. */
static bool begin_question(struct keeping *k)
{
	pthread_mutex_lock(&k->lock);
	bool begun = !k->over;
	k->under_way += begun;
	pthread_mutex_unlock(&k->lock);
	return begun;
}

static void end_question(struct keeping *k)
{
	pthread_mutex_lock(&k->lock);
	k->under_way--;
	pthread_cond_signal(&k->idle);
	pthread_mutex_unlock(&k->lock);
}

/*
 * One more file goes out; with the last that may, the keeper is over once it has been answered. False: others were faster,
 * and the keeper's last word is the answer.
 */
static bool count_file(struct keeping *k)
{
	char why[300];

	pthread_mutex_lock(&k->lock);
	bool may = k->sent < k->config.keep_files;
	if (may && ++k->sent == k->config.keep_files) {
		snprintf(why, sizeof why,
			_("the keeper has sent %u files ([signing] keep_files) and forgotten the "
			  "passphrases: run again"),
			k->sent);
		call_it_over(k, why);
	}
	pthread_mutex_unlock(&k->lock);
	return may;
}

static const struct secret *secret_of(struct keeping *k, const struct config_signer *s, struct err *e)
{
	pthread_mutex_lock(&k->lock);
	const struct secret *secret = k->secrets[s - k->config.signers];
	pthread_mutex_unlock(&k->lock);
	if (!secret)
		err_set(e, ERR_BUG, "the keeper was not told to unlock this signer");
	return secret;
}

static struct signer *signer_for(struct serving *w, const struct config_signer *s, struct err *e)
{
	struct keeping *k = w->k;
	struct signer *signer = &w->signers[s - k->config.signers];
	struct signer_profile profile;

	if (signer->sign)
		return signer;
	signer_profile_init(&profile, &k->config, s, &k->net);
	profile.stamp.password = k->stamp_password;
	pthread_mutex_lock(&k->lock);
	profile.secret = k->secrets[s - k->config.signers];
	pthread_mutex_unlock(&k->lock);
	return signer_new(&profile, signer, e) == 0 ? signer : NULL;
}

static int answer_status(
	struct serving *w, const struct wire_frame *f, struct wire_frame *answer, struct err *e)
{
	struct wire_reader r = wire_reader_of(&f->body);
	const struct config_signer *s = signer_called(w->k, wire_text(&r), e);
	struct signer *signer = s ? signer_for(w, s, e) : NULL;
	struct sign_status status = {.may_sign = false};

	if (!signer || wire_is_whole(&r, e) != 0)
		return -1;
	struct sign_identity who = desk_identity(&w->k->config, s);
	if (signer->status(signer->self, &who, &status, e) != 0)
		return -1;
	wire_put_err(&answer->body, e);
	wire_put_status(&answer->body, &status);
	return 0;
}

/* The code stays here, whoever brings it: the service, or the person to whom it was sent. */
static int answer_otp(struct serving *w, const struct wire_frame *f, struct wire_frame *answer, struct err *e)
{
	struct wire_reader r = wire_reader_of(&f->body);
	const struct config_signer *s = signer_called(w->k, wire_text(&r), e);
	size_t files = (size_t)wire_number(&r, UINT32_MAX);
	struct signer *signer = s ? signer_for(w, s, e) : NULL;
	struct sign_otp otp = {.granted = false};

	if (!signer || wire_is_whole(&r, e) != 0)
		return -1;
	/* A seal's own affair: it keeps the code itself. A person's is asked for once. */
	if (!signer->otp || (s->way != WAY_SEAL && has_secret(w->k, s)))
		return err_set(e, ERR_CONFIG, _("this way to sign has no one-time passwords"));
	struct sign_identity who = desk_identity(&w->k->config, s);
	if (signer->otp(signer->self, &who, files, &otp, e) != 0)
		return -1;
	secret_free(otp.code);
	if (otp.granted && s->way != WAY_SEAL && get_secret(w->k, s, e) != 0)
		return -1;
	wire_put_err(&answer->body, e);
	wire_put_otp(&answer->body, &otp);
	return 0;
}

/* Nobody can change it any more, and what was approved of it is approved. */
static int look_at_file(struct keeping *k, const struct wire_frame *f, const struct wire_sign *s,
	struct mapped *pdf, struct err *e)
{
	const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;

	if (f->fd_count != 2 || (fcntl(f->fd[0], F_GET_SEALS) & seals) != seals)
		return err_set(e, ERR_BUG, "the keeper is given files that nobody can change");
	if (mapped_fd(pdf, f->fd[0], "naskah-file", LIMIT_PDF_BYTES, e) != 0)
		return -1;
	if (pdf->len != s->pdf_len)
		return err_set(e, ERR_BUG, "the keeper is given another file than it is told");
	struct sha256 hash = sha256_of(pdf->data, s->approved_len);
	if (!is_approved(k, &hash))
		return err_set(e, ERR_BUG, _("the keeper sends no file that nobody has approved"));
	return 0;
}

static void put_result(struct wire_frame *answer, const struct sign_result *result)
{
	struct err none = ERR_INIT;

	wire_put_err(&answer->body, &none);
	wire_put_result(&answer->body, result);
}

/* 1: not sent, as this keeper sends nothing any more. */
static int answer_sign(
	struct serving *w, const struct wire_frame *f, struct wire_frame *answer, struct err *e)
{
	AUTO(mapped_release) struct mapped pdf = MAPPED_INIT;
	AUTO(sign_result_release) struct sign_result result;
	char name[] = "naskah-answer";
	struct outfile to = {.path = name, .fd = f->fd_count == 2 ? f->fd[1] : -1};
	struct wire_sign s;

	sign_result_init(&result);
	if (wire_take_sign(&f->body, &s, e) != 0 || look_at_file(w->k, f, &s, &pdf, e) != 0)
		return -1;
	const struct config_signer *who = signer_called(w->k, s.who, e);
	const struct secret *secret = who ? secret_of(w->k, who, e) : NULL;
	struct signer *signer = secret ? signer_for(w, who, e) : NULL;
	if (!signer)
		return -1;
	const struct sign_job job = {.who = desk_identity(&w->k->config, who),
		.passphrase = secret,
		.is_otp = who->way == WAY_TOTP,
		.pdf = pdf.data,
		.pdf_len = pdf.len,
		.reason = s.reason,
		.location = s.location,
		.look = s.visible ? &s.look : NULL,
		.to = &to};
	if (!count_file(w->k))
		return 1;
	if (signer->sign(signer->self, &job, &result, e) != 0)
		return -1;
	put_result(answer, &result);
	return 0;
}

/* By document id alone: any signer of the service will do. */
static int answer_fetch(
	struct serving *w, const struct wire_frame *f, struct wire_frame *answer, struct err *e)
{
	AUTO(sign_result_release) struct sign_result result;
	struct wire_reader r = wire_reader_of(&f->body);
	const char *document = wire_text(&r);
	char name[] = "naskah-answer";
	struct outfile to = {.path = name, .fd = f->fd_count == 1 ? f->fd[0] : -1};

	sign_result_init(&result);
	if (wire_is_whole(&r, e) != 0)
		return -1;
	for (size_t i = 0; document && to.fd >= 0 && i < w->k->config.signer_count; i++) {
		struct signer *signer = signer_for(w, &w->k->config.signers[i], e);
		if (!signer)
			return -1;
		if (!signer->fetch)
			continue;
		if (signer->fetch(signer->self, document, &to, &result, e) != 0)
			return -1;
		put_result(answer, &result);
		return 0;
	}
	return err_set(e, ERR_CONFIG, _("this way to sign keeps no files to be fetched"));
}

static int answer_one(struct serving *w, const struct wire_frame *f, struct wire_frame *answer, struct err *e)
{
	switch (f->type) {
	case WIRE_STATUS:
		return answer_status(w, f, answer, e);
	case WIRE_SIGN:
		return answer_sign(w, f, answer, e);
	case WIRE_OTP:
		return answer_otp(w, f, answer, e);
	case WIRE_FETCH:
		return answer_fetch(w, f, answer, e);
	default:
		return err_set(e, ERR_BUG, "a worker does not ask that");
	}
}

static int send_answer(int socket, struct wire_frame *answer, const struct err *failed)
{
	struct err e = ERR_INIT;

	answer->type = WIRE_DONE;
	if (failed->kind != ERR_NONE) {
		buf_reset(&answer->body);
		wire_put_err(&answer->body, failed);
	}
	return wire_send(socket, answer, &e);
}

/* -1: nothing more can be said on this socket. 1: what is to be said is the keeper's last word. */
static int serve_question(struct serving *w, struct wire_frame *question)
{
	struct wire_frame answer = WIRE_FRAME_INIT;
	struct err e = ERR_INIT;

	int r = answer_one(w, question, &answer, &e);
	/* Closed here before naskah goes on with the file. */
	wire_frame_release(question);
	if (r <= 0)
		r = send_answer(w->socket, &answer, &e);
	wire_frame_release(&answer);
	return r;
}

static void *serve_worker(void *user)
{
	struct serving *w = user;
	struct wire_frame question = WIRE_FRAME_INIT;
	struct err ended = ERR_INIT;
	bool gone;
	int r;

	while ((r = wire_receive(w->socket, &question, &gone, &ended)) == 0 && begin_question(w->k)) {
		r = serve_question(w, &question);
		end_question(w->k);
		if (r != 0)
			break;
	}
	/*
	 * Nobody shall wait for an answer that does not come. But when all is over the socket stays open: the first
	 * thread has a last word for it.
	 */
	if (r < 0)
		shutdown(w->socket, SHUT_RDWR);
	wire_frame_release(&question);
	for (size_t i = 0; i < w->k->config.signer_count; i++)
		signer_release(&w->signers[i]);
	free(w->signers);
	free(w);
	return NULL;
}

/* ---- the control socket --------------------------------------------------------------------------------- */

static int start_worker(struct keeping *k, struct wire_frame *f, struct err *e)
{
	struct serving *w = calloc(1, sizeof *w);
	struct signer *signers = calloc(k->config.signer_count + 1, sizeof *signers);
	int *sockets = realloc(k->sockets, (k->worker_count + 1) * sizeof *sockets);
	pthread_t thread;

	if (sockets)
		k->sockets = sockets;
	if (!w || !signers || !sockets || f->fd_count != 1 || k->worker_count == WORKERS_MAX) {
		free(w);
		free(signers);
		return err_set(e, ERR_NOMEM, _("cannot start a thread"));
	}
	*w = (struct serving){.k = k, .socket = f->fd[0], .signers = signers};
	if (pthread_create(&thread, NULL, serve_worker, w) != 0) {
		free(w);
		free(signers);
		return err_set(e, ERR_NOMEM, _("cannot start a thread"));
	}
	pthread_detach(thread);
	k->sockets[k->worker_count++] = f->fd[0];
	f->fd_count = 0;
	return 0;
}

static int follow(struct keeping *k, struct wire_frame *f, struct err *e)
{
	if (!k->secrets || f->type == WIRE_ORDERS)
		return take_orders(k, f, e);
	int r;
	switch (f->type) {
	case WIRE_UNLOCK:
		return unlock(k, f, e);
	case WIRE_APPROVE:
		pthread_mutex_lock(&k->lock);
		r = approve(k, f, e);
		pthread_mutex_unlock(&k->lock);
		return r;
	case WIRE_WORKER:
		pthread_mutex_lock(&k->lock);
		r = start_worker(k, f, e);
		pthread_mutex_unlock(&k->lock);
		return r;
	default:
		return err_set(e, ERR_BUG, "the keeper is not told that");
	}
}

/* Until something is to be read, or the time is up. */
static void wait_for_order(struct keeping *k)
{
	struct pollfd p = {.fd = k->control, .events = POLLIN};
	char why[300];

	for (;;) {
		pthread_mutex_lock(&k->lock);
		int64_t left = k->ends_ms == FOR_EVER ? FOR_EVER : k->ends_ms - now_ms();
		if (left <= 0) {
			snprintf(why, sizeof why,
				_("the keeper has held the passphrases for %u minutes ([signing] "
				  "keep_minutes) and forgotten them: run again"),
				k->config.keep_minutes);
			call_it_over(k, why);
		}
		bool over = k->over;
		pthread_mutex_unlock(&k->lock);
		if (over)
			return;
		/* In pieces: the clock begins in another thread when a one-time password comes. */
		if (poll(&p, 1, left < 1000 ? (int)left : 1000) > 0)
			return;
	}
}

_Noreturn void keeper_serve(int socket)
{
	static struct keeping k;
	struct wire_frame order = WIRE_FRAME_INIT;
	struct err ended = ERR_INIT;
	bool gone;

	k.control = socket;
	k.config.arena = (struct arena)ARENA_INIT(ORDERS_ARENA);
	k.ends_ms = FOR_EVER;
	pthread_mutex_init(&k.lock, NULL);
	pthread_cond_init(&k.idle, NULL);
	for (;;) {
		wait_for_order(&k);
		if (wire_receive(socket, &order, &gone, &ended) != 0)
			break;
		struct wire_frame answer = {.body = BUF_INIT(4 * KIB)};
		struct err e = ERR_INIT;
		if (follow(&k, &order, &e) == 0)
			wire_put_err(&answer.body, &e);
		int r = send_answer(socket, &answer, &e);
		buf_release(&answer.body);
		if (r != 0)
			break;
	}
	end(&k);
}
