/* From a case to what its letter says: letter_compose(). */
#include "letter/studio.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "letter/functions.h"
#include "letter/tree.h"

#include <string.h>

/* The word for a class, as profiles print it that want the word; none for B. */
static const char *class_word(const char *code)
{
	static const char *const words[][2] = {{"T", "TERBATAS"}, {"R", "RAHASIA"}, {"SR", "SANGAT RAHASIA"}};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(code, words[i][0]) == 0)
			return words[i][1];
	return NULL;
}

struct composing {
	const struct studio *s;
	const struct casefile *c;
	const struct xml_doc *doc;
	const struct letter_plan *plan;
	struct arena *a;
};

/* xslt_apply or xslt_trace. */
typedef int runner(const struct xslt *x, const struct xml_doc *in, const struct xslt_call *call,
	struct xml_doc **out, struct err *e);

static int run(const struct composing *t, runner *runs, struct xml_doc **made, struct err *e)
{
	const struct letter_plan *plan = t->plan;
	struct template_context context = {t->s, t->c, &t->s->profiles[plan->profile]};
	char ordinal[16];

	snprintf(ordinal, sizeof ordinal, "%u", plan->naskah->ordinal);
	const char *const params[] = {"jenis", plan->kind, "judul", plan->title, "nomor", plan->number,
		"urutan", ordinal, "kantor", plan->office, NULL};
	const struct xslt_call call = {params, template_functions, template_function_count, &context};
	return runs(t->s->templates[plan->template_index], t->doc, &call, made, e);
}

static int build(const struct composing *t, const struct xml_doc *made, struct letter **out, struct err *e)
{
	const struct letter_plan *plan = t->plan;
	const char *template = t->s->paths[plan->template_index];
	struct err found = ERR_INIT, words = ERR_INIT;
	struct letter *l = NULL;

	if (tree_build(made, template, t->a, &l, &found)) {
		/* The schema says it better, when it has anything to say. */
		if (found.kind == ERR_CONFIG && xml_validate(t->s->letter_schema, made, template, &words))
			found = words;
		/* Whatever the case says, a template must make a letter of it. */
		return err_set(e, found.kind == ERR_INPUT ? ERR_CONFIG : found.kind, "%s", found.msg);
	}
	l->kind = plan->kind;
	l->title = plan->title;
	l->class_code = plan->naskah->class_code;
	l->class_word = class_word(plan->naskah->class_code);
	l->specimen = t->s->specimen && t->s->kinds.items[plan->template_index].foreign;
	*out = l;
	return 0;
}

int letter_compose(const struct studio *s, const struct casefile *c, const struct xml_doc *doc,
	const struct letter_plan *plan, struct arena *a, struct letter **out, struct err *e)
{
	const struct composing t = {s, c, doc, plan, a};
	AUTO(xml_doc_release) struct xml_doc *made = NULL, *traced = NULL;
	struct err found = ERR_INIT, place = ERR_INIT;
	struct letter *l = NULL;

	if (run(&t, xslt_apply, &made, e))
		return -1;
	if (build(&t, made, out, &found) == 0)
		return 0;
	/* What a template has made has no lines. It is made once more, slowly, to say where it is wrong. */
	if (found.kind == ERR_CONFIG && run(&t, xslt_trace, &traced, &place) == 0 &&
		build(&t, traced, &l, &place) != 0)
		found = place;
	return err_set(e, found.kind, "%s", found.msg);
}

int letter_compose_traced(const struct studio *s, const struct casefile *c, const struct xml_doc *doc,
	const struct letter_plan *plan, struct arena *a, struct letter **out, struct err *e)
{
	const struct composing t = {s, c, doc, plan, a};
	AUTO(xml_doc_release) struct xml_doc *made = NULL;

	return run(&t, xslt_trace, &made, e) || build(&t, made, out, e) ? -1 : 0;
}

const char *letter_template(const struct studio *s, const struct letter_plan *plan)
{
	return s->paths[plan->template_index];
}
