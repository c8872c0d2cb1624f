/* Which letters a case holds: letter_plans(). */
#include "letter/studio.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "letter/profile.h"

#include <string.h>

struct planner {
	const struct studio *s;
	const struct casefile *c;
	struct arena *a;
	struct err *e;
};

int plan_profile(const struct studio *s, const struct casefile *c, const struct naskah *n, size_t *index,
	struct err *e)
{
	AUTO(buf_release) struct buf known = BUF_INIT(4096);

	for (size_t i = 0; i < s->profile_count; i++) {
		if (strcmp(s->profiles[i].name, n->profile) == 0) {
			*index = i;
			return 0;
		}
		buf_addf(&known, "%s%s", i > 0 ? ", " : "", s->profiles[i].name);
	}
	return err_set(e, ERR_INPUT, _("%s:%u: naskah: there is no profile '%s', only %s"), c->path, n->line,
		n->profile, buf_str(&known));
}

int plan_number(const struct studio *s, const struct casefile *c, const struct naskah *n, struct buf *out,
	struct err *e)
{
	const struct number_parts parts = {n->class_code, n->serial, n->date, n->unit};
	struct err inner = ERR_INIT;
	size_t profile = 0;

	if (n->number) {
		buf_adds(out, n->number);
		return 0;
	}
	if (n->serial == 0)
		return err_set(e, ERR_INPUT,
			_("%s:%u: nomor: write the number, or its serial as urut=\"...\""), c->path, n->line);
	if (plan_profile(s, c, n, &profile, e))
		return -1;
	if (profile_number(&s->profiles[profile], &parts, out, &inner)) {
		if (inner.kind == ERR_INPUT)
			return err_set(e, ERR_INPUT, "%s:%u: nomor: %s", c->path, n->line, inner.msg);
		return err_set(e, inner.kind, "%s", inner.msg);
	}
	return 0;
}

static int plan(struct planner *p, const struct naskah *n, const struct kind *k, struct letter_plan *out)
{
	unsigned ordinal = n->ordinal > 0 ? n->ordinal : 1;

	*out = (struct letter_plan){
		.naskah = n, .personal = k->personal, .template_index = (size_t)(k - p->s->kinds.items)};
	/* The schema of a case bounds tingkat and putaran; a kind with other steps must still not collide. */
	out->nn = k->nn + (ordinal - 1) * k->step;
	if (ordinal > 99 || out->nn > 99)
		return err_set(p->e, ERR_INPUT,
			_("%s:%u: %s: number %u has no place in the folder of the case"), p->c->path, n->line,
			n->element, ordinal);
	AUTO(buf_release) struct buf number = BUF_INIT(4096);
	if (plan_profile(p->s, p->c, n, &out->profile, p->e) || plan_number(p->s, p->c, n, &number, p->e) ||
		buf_check(&number, p->e))
		return -1;
	out->number = arena_strdup(p->a, buf_str(&number));
	out->kind = kind_text(k->name, ordinal, p->a);
	out->title = kind_text(k->title, ordinal, p->a);
	out->office = p->s->profiles[out->profile].office;
	if (!out->office)
		out->office = p->c->office;
	return out->number && out->kind && out->title ? 0 : err_nomem(p->e);
}

static int by_place(const void *a, const void *b)
{
	const struct letter_plan *pa = a, *pb = b;

	return pa->nn < pb->nn ? -1 : pa->nn > pb->nn;
}

/* Two neighbours in order. */
static int check_place(const struct planner *p, const struct letter_plan *before, const struct letter_plan *l)
{
	const struct naskah *n = l->naskah;

	if (l->nn != before->nn)
		return 0;
	if (strcmp(l->kind, before->kind) == 0)
		return err_set(p->e, ERR_INPUT, _("%s:%u: %s: the letter '%s' stands twice in this case"),
			p->c->path, n->line, n->element, l->kind);
	return err_set(p->e, ERR_INPUT,
		_("%s:%u: %s: the letters '%s' and '%s' have the same place %02u in the folder of the case"),
		p->c->path, n->line, n->element, before->kind, l->kind, l->nn);
}

/*
 * An office uses a number once in a year; a letter and its form are one use. Rules compare what is written, only here
 * it is known what the patterns of the profiles make of a serial.
 */
static int check_number(const struct planner *p, const struct letter_plan *plans, size_t i)
{
	const struct letter_plan *l = &plans[i];
	const struct naskah *n = l->naskah;

	for (const struct letter_plan *k = plans; k < l; k++)
		if (k->naskah != n && k->naskah->date.year == n->date.year &&
			strcmp(k->number, l->number) == 0 && strcmp(k->office, l->office) == 0)
			return err_set(p->e, ERR_INPUT,
				_("%s:%u: nomor: '%s' is the number of '%s' in line %u already"), p->c->path,
				n->lines.number, l->number, k->naskah->element, k->naskah->lines.number);
	return 0;
}

static const struct kind *next_kind(const struct planner *p, size_t naskah, const struct kind *after)
{
	return kinds_lookup(&p->s->kinds, p->c->kind, p->c->naskah[naskah].element, after);
}

int letter_plans(const struct studio *s, const struct casefile *c, struct arena *a, struct letter_plan **out,
	size_t *count, struct err *e)
{
	struct planner p = {s, c, a, e};
	size_t total = 0, n = 0;

	for (size_t i = 0; i < c->naskah_count; i++)
		for (const struct kind *k = NULL; (k = next_kind(&p, i, k));)
			total++;
	struct letter_plan *plans = arena_calloc(a, total + 1, sizeof *plans);
	if (!plans)
		return err_nomem(e);
	for (size_t i = 0; i < c->naskah_count; i++)
		for (const struct kind *k = NULL; (k = next_kind(&p, i, k));)
			if (plan(&p, &c->naskah[i], k, &plans[n++]))
				return -1;
	qsort(plans, n, sizeof *plans, by_place);
	for (size_t i = 1; i < n; i++)
		if (check_place(&p, &plans[i - 1], &plans[i]) || check_number(&p, plans, i))
			return -1;
	*out = plans;
	*count = n;
	return 0;
}
