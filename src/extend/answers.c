#include "extend/answers.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/hash.h"

/* Distinct questions of one run: two or three per signer and authority. */
#define ANSWERS_MAX 65536

struct answer {
	struct sha256 question;
	struct buf bytes;
	struct err trouble;
	struct answer *next;
};

struct answers {
	extend_fetch *fetch;
	void *user;
	struct answer *rows[1024]; /* by the first bits of the question */
	size_t count;
};

int answers_new(extend_fetch *fetch, void *user, struct answers **out, struct err *e)
{
	struct answers *s = calloc(1, sizeof *s);

	if (!s)
		return err_nomem(e);
	s->fetch = fetch;
	s->user = user;
	*out = s;
	return 0;
}

void answers_free(struct answers *s)
{
	for (size_t i = 0; s && i < ARRAY_LEN(s->rows); i++)
		while (s->rows[i]) {
			struct answer *a = s->rows[i];
			s->rows[i] = a->next;
			buf_release(&a->bytes);
			free(a);
		}
	free(s);
}

static int hash_question(const struct extend_question *q, struct sha256 *out, struct err *e)
{
	AUTO(hasher_release) struct hasher *h = NULL;

	if (hasher_new(&h, e) != 0)
		return -1;
	hasher_add(h, q->url, strlen(q->url) + 1);
	hasher_add(h, q->body, q->len);
	*out = hasher_end(h);
	return 0;
}

int answers_fetch(struct answers *s, const struct extend_question *q, const struct buf **out, struct err *e)
{
	struct sha256 key;

	if (hash_question(q, &key, e) != 0)
		return -1;
	struct answer **row = &s->rows[((size_t)key.bytes[0] << 8 | key.bytes[1]) % ARRAY_LEN(s->rows)];
	struct answer *a = *row;
	while (a && memcmp(&a->question, &key, sizeof key) != 0)
		a = a->next;
	if (!a) {
		if (s->count == ANSWERS_MAX)
			return err_set(
				e, ERR_LIMIT, _("more than %d questions about certificates"), ANSWERS_MAX);
		a = calloc(1, sizeof *a);
		if (!a)
			return err_nomem(e);
		a->question = key;
		a->bytes = (struct buf)BUF_INIT(q->answer_max);
		a->next = *row;
		*row = a;
		s->count++;
		if (s->fetch(s->user, q, &a->bytes, &a->trouble) != 0)
			buf_release(&a->bytes);
	}
	if (a->trouble.kind != ERR_NONE)
		return err_set(e, a->trouble.kind, "%s", a->trouble.msg);
	*out = &a->bytes;
	return 0;
}
