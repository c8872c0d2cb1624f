#include "sandbox/shelf.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <pthread.h>

#define PLACES    256
/* Of all files together, but for the newest. */
#define BYTES_MAX (8 * MIB)

struct place {
	char id[SHELF_ID]; /* "" = nothing here */
	struct buf pdf;    /* owned */
};

struct shelf {
	pthread_mutex_t lock; /* guards the rest */
	struct place places[PLACES];
	size_t next, bytes;
	struct buf passed; /* owned */
};

int shelf_new(struct shelf **out, struct err *e)
{
	struct shelf *s = calloc(1, sizeof *s);

	if (!s || pthread_mutex_init(&s->lock, NULL) != 0) {
		free(s);
		return err_nomem(e);
	}
	s->passed = (struct buf)BUF_INIT(MIB);
	*out = s;
	return 0;
}

/* The lock is held. */
static void empty(struct shelf *s, struct place *p)
{
	s->bytes -= p->pdf.len;
	buf_release(&p->pdf);
	p->id[0] = '\0';
}

void shelf_free(struct shelf *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < PLACES; i++)
		empty(s, &s->places[i]);
	buf_release(&s->passed);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

int shelf_put(struct shelf *s, const struct buf *pdf, char id[SHELF_ID], struct err *e)
{
	unsigned char random[(SHELF_ID - 1) / 2];
	struct buf copy = BUF_INIT(LIMIT_PDF_BYTES + MIB);

	if (random_bytes(random, sizeof random, e) != 0)
		return -1;
	hex_text(id, random, sizeof random);
	buf_add(&copy, pdf->data, pdf->len);
	if (buf_check(&copy, e) != 0)
		return -1;
	pthread_mutex_lock(&s->lock);
	struct place *p = &s->places[s->next];
	empty(s, p);
	for (size_t i = 1; i < PLACES && s->bytes > 0 && s->bytes + copy.len > BYTES_MAX; i++)
		empty(s, &s->places[(s->next + i) % PLACES]);
	memcpy(p->id, id, SHELF_ID);
	p->pdf = copy;
	s->bytes += copy.len;
	s->next = (s->next + 1) % PLACES;
	pthread_mutex_unlock(&s->lock);
	return 0;
}

bool shelf_take(struct shelf *s, const char *id, struct buf *out)
{
	bool found = false;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < PLACES && !found && id[0]; i++) {
		struct place *p = &s->places[i];
		if (strcmp(p->id, id) != 0)
			continue;
		found = true;
		*out = p->pdf;
		s->bytes -= p->pdf.len;
		p->pdf = (struct buf)BUF_INIT(0);
		p->id[0] = '\0';
	}
	pthread_mutex_unlock(&s->lock);
	return found;
}

void shelf_pass(struct shelf *s, const struct buf *pdf)
{
	pthread_mutex_lock(&s->lock);
	buf_reset(&s->passed);
	if (pdf->len <= s->passed.max)
		buf_add(&s->passed, pdf->data, pdf->len);
	pthread_mutex_unlock(&s->lock);
}

bool shelf_passed(struct shelf *s, struct buf *out)
{
	pthread_mutex_lock(&s->lock);
	buf_add(out, s->passed.data, s->passed.len);
	pthread_mutex_unlock(&s->lock);
	return out->len > 0 && !out->failed;
}
