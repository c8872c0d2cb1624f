#include "base/secret.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

struct secret {
	size_t len;
	size_t max;
	size_t mapped; /* bytes of the whole mapping, this header included */
	unsigned char bytes[];
};

int secret_new(size_t max, struct secret **out, struct err *e)
{
	size_t mapped = sizeof(struct secret) + max;
	void *page = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return err_nomem(e);
	if (mlock(page, mapped) != 0) {
		err_sys(e, ERR_IO, errno, _("cannot lock memory for a secret (raise 'ulimit -l')"));
		munmap(page, mapped);
		return -1;
	}
	madvise(page, mapped, MADV_DONTDUMP);
	madvise(page, mapped, MADV_DONTFORK);
	struct secret *s = page;
	s->max = max;
	s->mapped = mapped;
	*out = s;
	return 0;
}

int secret_set(struct secret *s, const void *bytes, size_t len, struct err *e)
{
	if (len > s->max)
		return err_set(e, ERR_LIMIT, _("a secret longer than %zu bytes"), s->max);
	explicit_bzero(s->bytes, s->max);
	memcpy(s->bytes, bytes, len);
	s->len = len;
	return 0;
}

const unsigned char *secret_bytes(const struct secret *s)
{
	return s->bytes;
}

size_t secret_len(const struct secret *s)
{
	return s->len;
}

void secret_free(struct secret *s)
{
	if (!s)
		return;
	size_t mapped = s->mapped;
	explicit_bzero(s, mapped);
	munlock(s, mapped);
	munmap(s, mapped);
}

void secret_release(struct secret **s)
{
	secret_free(*s);
	*s = NULL;
}

/* A signal during secret_prompt(): ends the reading instead of the process, so that the echo is put back first. */
static volatile sig_atomic_t prompt_signal;

static void on_prompt_signal(int number)
{
	prompt_signal = number;
}

/*
 * Up to a line feed. `let_in`: the signals are blocked but while waiting, with this mask, so that none can come between
 * the look at prompt_signal and the wait, which would then last for ever.
 */
static int read_line(int fd, const char *name, const sigset_t *let_in, struct secret **out, struct err *e)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	struct secret *s = NULL;

	if (secret_new(LIMIT_SECRET_BYTES, &s, e) != 0)
		return -1;
	/* Byte by byte and straight into the locked page: nothing is read past the line, no copy is left. */
	for (;;) {
		unsigned char *to = s->bytes + s->len;
		if (s->len == s->max) {
			err_set(e, ERR_LIMIT, _("'%s': a secret longer than %zu bytes"), name, s->max);
			break;
		}
		if (let_in && ppoll(&wait, 1, NULL, let_in) < 0 && prompt_signal) {
			err_set(e, ERR_USAGE, _("the passphrase was not given"));
			break;
		}
		ssize_t n = read(fd, to, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_sys(e, ERR_IO, errno, _("cannot read '%s'"), name);
			break;
		}
		if (n == 0 || *to == '\n') {
			*to = 0;
			if (s->len > 0 && s->bytes[s->len - 1] == '\r')
				s->bytes[--s->len] = 0;
			if (s->len == 0) {
				err_set(e, ERR_CONFIG, _("'%s' holds no passphrase"), name);
				break;
			}
			*out = s;
			return 0;
		}
		s->len++;
	}
	secret_free(s);
	return -1;
}

int secret_read_fd(int fd, const char *name, struct secret **out, struct err *e)
{
	return read_line(fd, name, NULL, out, e);
}

int secret_load(const char *path, struct secret **out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	int r = -1;

	if (fd < 0)
		return err_sys(e, ERR_CONFIG, errno, _("cannot read the secret file '%s'"), path);
	if (fstat(fd, &st) != 0)
		err_sys(e, ERR_IO, errno, _("cannot read '%s'"), path);
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
		err_set(e, ERR_CONFIG,
			_("'%s' must be a regular file that only its owner can read (chmod 600)"), path);
	else
		r = secret_read_fd(fd, path, out, e);
	close(fd);
	return r;
}

int secret_load_credential(const char *name, struct secret **out, struct err *e)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	AUTO(free_ptr) char *path = NULL;

	if (!folder || !*folder)
		return err_set(e, ERR_CONFIG,
			_("no credential '%s': systemd gives them to a service (LoadCredential=)"), name);
	if (strchr(name, '/') || name[0] == '.')
		return err_set(e, ERR_CONFIG, _("'%s' is no name of a credential"), name);
	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		path = NULL;
		return err_nomem(e);
	}
	return secret_load(path, out, e);
}

/* What ends or stops a program from its terminal. */
static const int prompt_signals[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP};

int secret_prompt(const char *prompt, struct secret **out, struct err *e)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct sigaction quietly = {.sa_handler = on_prompt_signal}, before[ARRAY_LEN(prompt_signals)];
	struct termios kept, quiet;
	sigset_t blocked, mask, let_in;

	if (fd < 0)
		return err_set(e, ERR_USAGE,
			_("no terminal to ask for the passphrase; name a file or a descriptor instead"));
	if (tcgetattr(fd, &kept) != 0) {
		close(fd);
		return err_set(e, ERR_USAGE, _("the terminal cannot be asked without echo"));
	}
	sigemptyset(&quietly.sa_mask);
	sigemptyset(&blocked);
	prompt_signal = 0;
	for (size_t i = 0; i < ARRAY_LEN(prompt_signals); i++)
		sigaddset(&blocked, prompt_signals[i]);
	pthread_sigmask(SIG_BLOCK, &blocked, &mask);
	let_in = mask;
	for (size_t i = 0; i < ARRAY_LEN(prompt_signals); i++)
		sigdelset(&let_in, prompt_signals[i]);
	for (size_t i = 0; i < ARRAY_LEN(prompt_signals); i++)
		sigaction(prompt_signals[i], &quietly, &before[i]);
	quiet = kept;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
	quiet.c_lflag |= ICANON | ECHONL;
	int r = tcsetattr(fd, TCSAFLUSH, &quiet);
	if (r != 0) {
		err_set(e, ERR_USAGE, _("the terminal cannot be asked without echo"));
	} else {
		ssize_t ignored = write(fd, prompt, strlen(prompt));
		(void)ignored;
		r = read_line(fd, "/dev/tty", &let_in, out, e);
		tcsetattr(fd, TCSAFLUSH, &kept);
	}
	for (size_t i = 0; i < ARRAY_LEN(prompt_signals); i++)
		sigaction(prompt_signals[i], &before[i], NULL);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	close(fd);
	/* With the terminal as it was, the signal may do what it would have done. */
	int caught = prompt_signal;
	prompt_signal = 0;
	if (caught)
		raise(caught);
	return r;
}
