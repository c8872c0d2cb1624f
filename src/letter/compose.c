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

/* The letter document has no lines, nobody has written it: the place to look is the template. */
static int bad_document(const char *template, const struct err *found, struct err *e)
{
	const char *what = found->msg;
	size_t len = strlen(template);

	if (found->kind != ERR_INPUT)
		return err_set(e, found->kind, "%s", what);
	if (strncmp(what, template, len) == 0 && what[len] == ':') {
		what += len + 1;
		what += strspn(what, "0123456789");
		what += strspn(what, ": ");
	}
	return err_set(e, ERR_CONFIG, _("%s: the letter that it makes is not valid: %s"), template, what);
}

int letter_compose(const struct studio *s, const struct casefile *c, const struct xml_doc *doc,
	const struct letter_plan *plan, struct arena *a, struct letter **out, struct err *e)
{
	const struct kind *kind = &s->kinds.items[plan->template_index];
	const char *template = s->paths[plan->template_index];
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
	if (xml_validate(s->letter_schema, made, template, &found))
		return bad_document(template, &found, e);
	if (tree_build(made, template, a, &l, e))
		return -1;
	l->kind = plan->kind;
	l->title = plan->title;
	l->class_code = plan->naskah->class_code;
	l->class_word = class_word(plan->naskah->class_code);
	l->specimen = s->specimen && kind->foreign;
	*out = l;
	return 0;
}
