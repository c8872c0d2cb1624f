#include "sandbox/otp.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <pthread.h>
#include <stdio.h>

#define CODES_MAX 1024 /* owners; the oldest gives way */

struct code {
	char owner[96];
	char text[OTP_TEXT];
	unsigned files;
	int64_t until_at;
};

struct otp_book {
	char *state;          /* owned */
	pthread_mutex_t lock; /* guards the rest */
	struct code codes[CODES_MAX];
	size_t count, next;
};

int otp_book_new(const char *state, struct otp_book **out, struct err *e)
{
	struct otp_book *b = calloc(1, sizeof *b);

	if (b)
		b->state = strdup(state);
	if (!b || !b->state || pthread_mutex_init(&b->lock, NULL) != 0) {
		if (b)
			free(b->state);
		free(b);
		return err_nomem(e);
	}
	*out = b;
	return 0;
}

void otp_book_free(struct otp_book *b)
{
	if (!b)
		return;
	pthread_mutex_destroy(&b->lock);
	explicit_bzero(b->codes, sizeof b->codes);
	free(b->state);
	free(b);
}

/* The lock is held. */
static struct code *lookup(struct otp_book *b, const char *owner)
{
	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->codes[i].owner, owner) == 0)
			return &b->codes[i];
	return NULL;
}

int otp_issue(struct otp_book *b, const char *owner, unsigned files, int64_t until_at, char out[OTP_TEXT],
	struct err *e)
{
	uint32_t random;

	if (random_bytes(&random, sizeof random, e) != 0)
		return -1;
	snprintf(out, OTP_TEXT, "%06u", (unsigned)(random % 1000000));
	pthread_mutex_lock(&b->lock);
	struct code *code = lookup(b, owner);
	if (!code) {
		code = &b->codes[b->next];
		b->next = (b->next + 1) % CODES_MAX;
		b->count += b->count < CODES_MAX;
	}
	*code = (struct code){.files = files, .until_at = until_at};
	text_copy(code->owner, sizeof code->owner, owner);
	memcpy(code->text, out, OTP_TEXT);
	pthread_mutex_unlock(&b->lock);
	return 0;
}

int otp_deliver(const struct otp_book *b, const char *owner, const char *code, struct err *e)
{
	AUTO(buf_release) struct buf path = BUF_INIT(4096);
	char line[OTP_TEXT + 1];

	buf_addf(&path, "%s/totp/%s", b->state, owner);
	if (buf_check(&path, e) != 0)
		return -1;
	int len = snprintf(line, sizeof line, "%s\n", code);
	return outfile_put(buf_str(&path), 0600, line, (size_t)len, e);
}

enum otp_answer otp_use(
	struct otp_book *b, const char *owner, const char *text, unsigned files, int64_t now_at)
{
	enum otp_answer answer = OTP_WRONG;

	pthread_mutex_lock(&b->lock);
	struct code *code = lookup(b, owner);
	if (code && strlen(text) == OTP_TEXT - 1 && bytes_equal(code->text, text, OTP_TEXT - 1)) {
		answer = now_at > code->until_at ? OTP_EXPIRED : files > code->files ? OTP_USED_UP : OTP_GOOD;
		if (answer == OTP_GOOD)
			code->files -= files;
	}
	pthread_mutex_unlock(&b->lock);
	return answer;
}

int64_t otp_ends_at(struct otp_book *b, const char *owner)
{
	pthread_mutex_lock(&b->lock);
	const struct code *code = lookup(b, owner);
	int64_t at = code ? code->until_at : 0;
	pthread_mutex_unlock(&b->lock);
	return at;
}

void otp_revoke(struct otp_book *b, const char *owner)
{
	pthread_mutex_lock(&b->lock);
	struct code *code = lookup(b, owner);
	if (code)
		code->until_at = 0;
	pthread_mutex_unlock(&b->lock);
}
