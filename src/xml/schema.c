#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "xml/internal.h"
#include "xml/schema_words.h"

#include <libxml/xmlschemas.h>
#include <string.h>

struct xml_schema {
	struct xml_doc *doc; /* owned: the compiled schema points into it */
	xmlSchema *compiled; /* owned; read-only after loading */
	struct arena arena;  /* of the facts */
	struct schema_facts facts;
};

/* ---- loading ---------------------------------------------------------------------------------------------- */

struct loading {
	const char *path;
	struct err err;
};

static void on_load_error(void *user, xmlErrorPtr error)
{
	struct loading *l = user;
	const char *words = error->message ? error->message : "";

	if (error->level >= XML_ERR_ERROR)
		err_set(&l->err, ERR_CONFIG, "%s:%d: %.*s", l->path, error->line, (int)strcspn(words, "\n"),
			words);
}

static void release_parser(xmlSchemaParserCtxt **p)
{
	if (*p)
		xmlSchemaFreeParserCtxt(*p);
}

/* "'a', 'b' or 'c'": the elements that may be a document's root. */
static const char *root_names(const struct xml_node *schema, struct arena *a)
{
	AUTO(buf_release) struct buf names = BUF_INIT(64 * KIB);

	xml_for_each (element, schema, "element") {
		const char *name = xml_attr(element, "name", a);
		if (!name)
			return NULL;
		if (names.len > 0)
			buf_adds(&names, xml_next(element, "element") ? ", " : _(" or "));
		buf_addf(&names, "'%s'", name);
	}
	return names.failed ? NULL : arena_strdup(a, buf_str(&names));
}

/* The pattern of each named simple type, so that words can be found for it. */
static int collect_patterns(const struct xml_node *schema, struct schema_facts *facts, struct arena *a)
{
	size_t count = 0;

	xml_for_each (type, schema, "simpleType")
		count++;
	struct schema_pattern *patterns = arena_calloc(a, count, sizeof *patterns);
	if (!patterns)
		return -1;
	count = 0;
	xml_for_each (type, schema, "simpleType") {
		const struct xml_node *restriction = xml_child(type, "restriction");
		const struct xml_node *pattern = restriction ? xml_child(restriction, "pattern") : NULL;
		if (!pattern)
			continue;
		struct schema_pattern *p = &patterns[count++];
		p->pattern = xml_attr(pattern, "value", a);
		p->type = xml_attr(type, "name", a);
		if (!p->pattern || !p->type)
			return -1;
	}
	facts->patterns = patterns;
	facts->pattern_count = count;
	return 0;
}

int xml_schema_load(const char *path, struct xml_schema **out, struct err *e)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_SETUP_BYTES);
	struct loading l = {path, ERR_INIT};

	if (buf_load(&bytes, path, e) != 0)
		return -1;
	AUTO(xml_schema_release) struct xml_schema *s = calloc(1, sizeof *s);
	if (!s)
		return err_nomem(e);
	s->arena.max = LIMIT_SETUP_BYTES;
	if (xml_parse(bytes.data, bytes.len, path, &s->doc, e) != 0) {
		/* What is wrong with a schema is the office's setup, not input. */
		if (e && (e->kind == ERR_INPUT || e->kind == ERR_LIMIT))
			e->kind = ERR_CONFIG;
		return -1;
	}
	const struct xml_node *root = xml_root(s->doc);
	if (!xml_is(root, "schema"))
		return err_set(e, ERR_CONFIG, _("%s:%u: '%s' is not a schema"), path, xml_line(root),
			xml_name(root));
	AUTO(release_parser) xmlSchemaParserCtxt *parser = xmlSchemaNewDocParserCtxt(xml_doc_tree(s->doc));
	if (!parser)
		return err_nomem(e);
	xmlSchemaSetParserStructuredErrors(parser, on_load_error, &l);
	s->compiled = xmlSchemaParse(parser);
	if (!s->compiled || l.err.kind != ERR_NONE) {
		err_set(&l.err, ERR_CONFIG, _("%s: this schema does not compile"), path);
		return err_set(e, l.err.kind, "%s", l.err.msg);
	}
	const char *target = xml_attr(root, "targetNamespace", &s->arena);
	s->facts.target = target ? target : "";
	s->facts.roots = root_names(root, &s->arena);
	if (!s->facts.roots || collect_patterns(root, &s->facts, &s->arena) != 0)
		return err_nomem(e);
	*out = steal(&s);
	return 0;
}

void xml_schema_free(struct xml_schema *s)
{
	if (!s)
		return;
	xmlSchemaFree(s->compiled);
	xml_doc_free(s->doc);
	arena_release(&s->arena);
	free(s);
}

void xml_schema_release(struct xml_schema **s)
{
	xml_schema_free(*s);
	*s = NULL;
}

/* ---- validating ------------------------------------------------------------------------------------------- */

struct validation {
	const struct schema_facts *facts;
	const void *node;    /* of the first violation; NULL = none yet */
	unsigned violations; /* of that node, so far */
	unsigned line;
	const char *file; /* of the template that wrote the node; NULL = none */
	bool no_memory;
	struct buf words;
};

static void validation_release(struct validation *v)
{
	buf_release(&v->words);
}

static void find_place(struct validation *v, const xmlError *error)
{
	const xmlNode *n = error->node;

	if (n && n->type == XML_ATTRIBUTE_NODE)
		n = n->parent;
	if (n && n->type == XML_ELEMENT_NODE) {
		v->line = n->line;
		v->file = xml_file(xml_node_of(n));
	} else {
		v->line = error->line > 0 ? (unsigned)error->line : 1;
	}
}

static void on_violation(void *user, xmlErrorPtr error)
{
	struct validation *v = user;

	if (error->code == XML_ERR_NO_MEMORY)
		v->no_memory = true;
	if (error->level < XML_ERR_ERROR)
		return;
	if (v->violations == 0) {
		v->violations = 1;
		v->node = error->node;
		find_place(v, error);
		schema_words(v->facts, error, &v->words);
	} else if (v->violations == 1 && error->node == v->node) {
		v->violations = 2;
		schema_words_type(error, &v->words);
	}
}

static void release_validator(xmlSchemaValidCtxt **v)
{
	if (*v)
		xmlSchemaFreeValidCtxt(*v);
}

int xml_validate(const struct xml_schema *s, const struct xml_doc *d, const char *name, struct err *e)
{
	/* A message has 512 bytes; more of it would be cut anyway. */
	AUTO(validation_release)
	struct validation v = {.facts = &s->facts, .words = BUF_INIT(4 * KIB)};
	AUTO(release_validator) xmlSchemaValidCtxt *ctxt = xmlSchemaNewValidCtxt(s->compiled);

	if (!ctxt)
		return err_nomem(e);
	xmlSchemaSetValidStructuredErrors(ctxt, on_violation, &v);
	int r = xmlSchemaValidateDoc(ctxt, xml_doc_tree(d));
	if (r == 0)
		return 0;
	if (v.no_memory || r < 0)
		return err_nomem(e);
	const char *words = v.violations > 0 ? buf_str(&v.words) : _("not valid by its schema");
	if (v.line == 0)
		return err_set(e, ERR_INPUT, "%s: %s", name, words);
	return err_set(e, ERR_INPUT, "%s:%u: %s", v.file ? v.file : name, v.line, words);
}
