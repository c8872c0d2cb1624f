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

static int build(const struct studio *s, const struct xml_doc *made, const char *template, struct arena *a,
	struct letter **out, struct err *e)
{
	if (xml_validate(s->letter_schema, made, template, e)) {
		/* Whatever the case says, a template must make a letter of it. */
		if (e->kind == ERR_INPUT)
			e->kind = ERR_CONFIG;
		return -1;
	}
	return tree_build(made, template, a, out, e);
}

/* A document that a template has made has no lines. It is made once more, slowly, to say where it is wrong. */
static int explain(const struct studio *s, const struct letter_plan *plan, const struct xml_doc *doc,
	const struct xslt_call *call, const struct err *found, struct arena *a, struct err *e)
{
	size_t i = plan->template_index;
	AUTO(xml_doc_release) struct xml_doc *made = NULL;
	struct letter *l = NULL;
	struct err traced = ERR_INIT;

	if (found->kind == ERR_CONFIG && xslt_trace(s->templates[i], doc, call, &made, &traced) == 0 &&
		build(s, made, s->paths[i], a, &l, &traced) != 0)
		found = &traced;
	return err_set(e, found->kind, "%s", found->msg);
}

int letter_compose(const struct studio *s, const struct casefile *c, const struct xml_doc *doc,
	const struct letter_plan *plan, struct arena *a, struct letter **out, struct err *e)
{
	const struct kind *kind = &s->kinds.items[plan->template_index];
	struct template_context context = {s, c, &s->profiles[plan->profile]};
	char ordinal[16];
	struct err found = ERR_INIT;
	AUTO(xml_doc_release) struct xml_doc *made = NULL;
	struct letter *l = NULL;

	snprintf(ordinal, sizeof ordinal, "%u", plan->naskah->ordinal);
	const char *const params[] = {"jenis", plan->kind, "judul", plan->title, "nomor", plan->number,
		"urutan", ordinal, "kantor", plan->office, NULL};
	const struct xslt_call call = {params, template_functions, template_function_count, &context};
	if (xslt_apply(s->templates[plan->template_index], doc, &call, &made, e))
		return -1;
	if (build(s, made, s->paths[plan->template_index], a, &l, &found))
		return explain(s, plan, doc, &call, &found, a, e);
	l->kind = plan->kind;
	l->title = plan->title;
	l->class_code = plan->naskah->class_code;
	l->class_word = class_word(plan->naskah->class_code);
	l->specimen = s->specimen && kind->foreign;
	*out = l;
	return 0;
}
