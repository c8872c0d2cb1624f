#include "xml/doc.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "xml/guard.h"
#include "xml/internal.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlschemastypes.h>
#include <stdint.h>
#include <string.h>

struct xml_doc {
	xmlDoc *tree; /* owned */
};

/* ---- the library ------------------------------------------------------------------------------------------ */

/* libxml2's last resort when a context has no handler: never the terminal. Contexts have their own. */
static void silent(void *user, xmlErrorPtr error)
{
	(void)user;
	(void)error;
}

void xml_start(void)
{
	LIBXML_TEST_VERSION
	xmlInitParser();
	xmlSchemaInitTypes();
	xmlSetStructuredErrorFunc(NULL, silent);
	xmlThrDefSetStructuredErrorFunc(NULL, silent);
}

void xml_end(void)
{
	xmlSchemaCleanupTypes();
	xmlCleanupParser();
}

/* ---- parsing ---------------------------------------------------------------------------------------------- */

struct parse {
	const char *name;
	struct err err; /* the first thing that was wrong */
};

static void refuse(xmlParserCtxt *ctxt, enum err_kind kind, const char *what)
{
	struct parse *p = ctxt->_private;

	err_set(&p->err, kind, "%s:%d: %s", p->name, ctxt->input ? ctxt->input->line : 1, what);
	xmlStopParser(ctxt);
}

/* The guard has refused declarations already; this is the second lock on the same door. */
static void on_doctype(void *user, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
	(void)name;
	(void)external_id;
	(void)system_id;
	refuse(user, ERR_INPUT, _("a DOCTYPE or other declaration, a document must have none"));
}

static bool is_xinclude(const xmlChar *uri)
{
	return uri && (strcmp((const char *)uri, "http://www.w3.org/2001/XInclude") == 0 ||
			      strcmp((const char *)uri, "http://www.w3.org/2003/XInclude") == 0);
}

static void on_element(void *user, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
	int ns_count, const xmlChar **ns, int attr_count, int defaulted, const xmlChar **attrs)
{
	xmlParserCtxt *ctxt = user;

	if (ctxt->nodeNr >= LIMIT_XML_DEPTH)
		refuse(ctxt, ERR_LIMIT, _("nested too deeply"));
	else if (is_xinclude(uri))
		refuse(ctxt, ERR_INPUT, _("an XInclude element, a document must be complete in itself"));
	else
		xmlSAX2StartElementNs(ctxt, local, prefix, uri, ns_count, ns, attr_count, defaulted, attrs);
}

/* The commonest ways to be not well-formed, in our words; the rest in libxml2's. */
static void on_error(void *user, xmlErrorPtr error)
{
	xmlParserCtxt *ctxt = user;
	struct parse *p = ctxt->_private;
	const char *s1 = error->str1 ? error->str1 : "?", *s2 = error->str2 ? error->str2 : "?";
	int line = error->line > 0 ? error->line : 1;

	if (error->level < XML_ERR_ERROR)
		return;
	switch (error->code) {
	case XML_ERR_NO_MEMORY:
		err_nomem(&p->err);
		return;
	case XML_ERR_TAG_NAME_MISMATCH:
		err_set(&p->err, ERR_INPUT, _("%s:%d: '%s' of line %d is closed as '%s'"), p->name, line, s1,
			error->int1, s2);
		return;
	case XML_ERR_TAG_NOT_FINISHED:
		err_set(&p->err, ERR_INPUT, _("%s:%d: the file ends before '%s' of line %d is closed"),
			p->name, line, s1, error->int1);
		return;
	case XML_ERR_DOCUMENT_EMPTY:
		err_set(&p->err, ERR_INPUT, _("%s:%d: no XML here, a document begins with '<'"), p->name,
			line);
		return;
	case XML_ERR_DOCUMENT_END:
		err_set(&p->err, ERR_INPUT, _("%s:%d: something follows the end of the root element"),
			p->name, line);
		return;
	case XML_ERR_UNDECLARED_ENTITY:
	case XML_WAR_UNDECLARED_ENTITY:
		err_set(&p->err, ERR_INPUT,
			_("%s:%d: entity '&%s;' is not known, there are only &amp; &lt; &gt; &quot; &apos;"),
			p->name, line, s1);
		return;
	case XML_NS_ERR_UNDEFINED_NAMESPACE:
		err_set(&p->err, ERR_INPUT, _("%s:%d: the namespace prefix '%s' of '%s' is not declared"),
			p->name, line, s1, s2);
		return;
	case XML_ERR_ATTRIBUTE_REDEFINED:
		err_set(&p->err, ERR_INPUT, _("%s:%d: attribute '%s' stands twice"), p->name, line, s1);
		return;
	case XML_ERR_LT_IN_ATTRIBUTE:
		err_set(&p->err, ERR_INPUT, _("%s:%d: a '<' in an attribute's value, write &lt;"), p->name,
			line);
		return;
	default:
		break;
	}
	const char *words = error->message ? error->message : "";
	err_set(&p->err, ERR_INPUT, _("%s:%d: not well-formed XML (%.*s)"), p->name, line,
		(int)strcspn(words, "\n"), words);
}

static void release_context(xmlParserCtxt **ctxt)
{
	if (*ctxt && (*ctxt)->myDoc) {
		xmlFreeDoc((*ctxt)->myDoc);
		(*ctxt)->myDoc = NULL;
	}
	xmlFreeParserCtxt(*ctxt);
}

int xml_parse(const void *bytes, size_t len, const char *name, struct xml_doc **out, struct err *e)
{
	struct parse p = {name, ERR_INIT};

	if (xml_guard(bytes, len, name, e) != 0)
		return -1;
	AUTO(release_context) xmlParserCtxt *ctxt = xmlCreateMemoryParserCtxt(bytes, (int)len);
	if (!ctxt || !ctxt->sax)
		return err_nomem(e);
	/* Never NOENT, DTDLOAD, DTDATTR, XINCLUDE or HUGE. The guard has read the encoding declaration. */
	if (xmlCtxtUseOptions(ctxt,
		    XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT | XML_PARSE_IGNORE_ENC) != 0)
		return err_set(e, ERR_BUG, "libxml2 does not know an option");
	ctxt->_private = &p;
	ctxt->sax->serror = on_error;
	ctxt->sax->internalSubset = on_doctype;
	ctxt->sax->externalSubset = NULL;
	ctxt->sax->resolveEntity = NULL;
	ctxt->sax->getEntity = NULL;
	ctxt->sax->entityDecl = NULL;
	ctxt->sax->startElementNs = on_element;
	/* Without them text is in one piece, as a schema sees it. */
	ctxt->sax->comment = NULL;
	ctxt->sax->processingInstruction = NULL;
	xmlParseDocument(ctxt);
	/* A document may be there although it was refused: ask the flags, not the pointer. */
	if (p.err.kind == ERR_NONE && (!ctxt->wellFormed || !ctxt->nsWellFormed || !ctxt->myDoc ||
					      !xmlDocGetRootElement(ctxt->myDoc)))
		err_set(&p.err, ERR_INPUT, _("%s:%d: not well-formed XML"), name,
			ctxt->input ? ctxt->input->line : 1);
	if (p.err.kind != ERR_NONE)
		return err_set(e, p.err.kind, "%s", p.err.msg);
	struct xml_doc *d = xml_doc_wrap(steal(&ctxt->myDoc));
	if (!d)
		return err_nomem(e);
	*out = d;
	return 0;
}

/* ---- reading ---------------------------------------------------------------------------------------------- */

struct xml_doc *xml_doc_wrap(xmlDoc *doc)
{
	struct xml_doc *d = malloc(sizeof *d);

	if (!d) {
		xmlFreeDoc(doc);
		return NULL;
	}
	d->tree = doc;
	return d;
}

xmlDoc *xml_doc_tree(const struct xml_doc *d)
{
	return d->tree;
}

void xml_doc_free(struct xml_doc *d)
{
	if (!d)
		return;
	xmlFreeDoc(d->tree);
	free(d);
}

void xml_doc_release(struct xml_doc **d)
{
	xml_doc_free(*d);
	*d = NULL;
}

const struct xml_node *xml_root(const struct xml_doc *d)
{
	return xml_node_of(xmlDocGetRootElement(d->tree));
}

static const xmlNode *element_from(const xmlNode *n, const char *name)
{
	while (n && (n->type != XML_ELEMENT_NODE || (name && strcmp((const char *)n->name, name) != 0)))
		n = n->next;
	return n;
}

const struct xml_node *xml_child(const struct xml_node *n, const char *name)
{
	return xml_node_of(element_from(xml_tree(n)->children, name));
}

const struct xml_node *xml_next(const struct xml_node *n, const char *name)
{
	return xml_node_of(element_from(xml_tree(n)->next, name));
}

const char *xml_name(const struct xml_node *n)
{
	return (const char *)xml_tree(n)->name;
}

unsigned xml_line(const struct xml_node *n)
{
	return xml_tree(n)->line;
}

const char *xml_file(const struct xml_node *n)
{
	return xml_tree(n)->_private;
}

bool xml_is(const struct xml_node *n, const char *name)
{
	return strcmp(xml_name(n), name) == 0;
}

bool xml_is_of(const struct xml_node *n, const char *namespace)
{
	const xmlNs *ns = xml_tree(n)->ns;

	return ns && ns->href && strcmp((const char *)ns->href, namespace) == 0;
}

/* Without entities a value is one text node, or none when it is empty. */
static const char *value_of(const xmlAttr *attr)
{
	const xmlNode *value = attr->children;

	return value && value->content ? (const char *)value->content : "";
}

bool xml_attrs_are(const struct xml_node *n, xml_attr_check *check, void *user)
{
	for (const xmlAttr *attr = xml_tree(n)->properties; attr; attr = attr->next)
		if (attr->ns || !check(user, (const char *)attr->name, value_of(attr)))
			return false;
	return true;
}

static bool is_text(const xmlNode *n)
{
	return n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE;
}

/* The node behind n in document order, within `top`. */
static const xmlNode *next_below(const xmlNode *n, const xmlNode *top)
{
	if (n->type == XML_ELEMENT_NODE && n->children)
		return n->children;
	while (n != top && !n->next)
		n = n->parent;
	return n == top ? NULL : n->next;
}

char *xml_text_raw(const struct xml_node *node, struct arena *a)
{
	const xmlNode *top = xml_tree(node);
	size_t len = 0;

	if (is_text(top))
		return arena_strdup(a, (const char *)top->content);
	for (const xmlNode *n = top; n; n = next_below(n, top))
		if (is_text(n))
			len += strlen((const char *)n->content);
	char *text = arena_alloc(a, len + 1);
	if (!text)
		return NULL;
	char *to = text;
	for (const xmlNode *n = top; n; n = next_below(n, top)) {
		if (is_text(n)) {
			size_t piece = strlen((const char *)n->content);
			memcpy(to, n->content, piece);
			to += piece;
		}
	}
	*to = '\0';
	return text;
}

/* In place, to its own length or less. */
static void join_blanks(char *text)
{
	char *to = text;

	for (const char *p = text; *p;) {
		size_t blanks = strspn(p, " \t\r\n");
		p += blanks;
		if (blanks > 0 && to > text && *p)
			*to++ = ' ';
		size_t word = strcspn(p, " \t\r\n");
		memmove(to, p, word);
		to += word;
		p += word;
	}
	*to = '\0';
}

char *xml_text(const struct xml_node *n, struct arena *a)
{
	char *text = xml_text_raw(n, a);

	if (text)
		join_blanks(text);
	return text;
}

/* Values like "Kota Contoh" by far outnumber those that have anything to join. */
static bool is_tidy(const char *text)
{
	bool blank = true;

	for (; *text; text++) {
		if (*text == '\t' || *text == '\r' || *text == '\n' || (*text == ' ' && blank))
			return false;
		blank = *text == ' ';
	}
	return !blank;
}

static int tidy_text(xmlNode *n)
{
	if (is_tidy((const char *)n->content))
		return 0;
	/* The content may lie in the node or be shared with others: never changed in place. */
	char *joined = (char *)xmlStrdup(n->content);
	if (!joined)
		return -1;
	join_blanks(joined);
	int failed = 0;
	if (*joined || n->parent->type == XML_ATTRIBUTE_NODE) {
		xmlNodeSetContent(n, (const xmlChar *)joined);
		failed = n->content ? 0 : -1;
	} else {
		xmlUnlinkNode(n);
		xmlFreeNode(n);
	}
	xmlFree(joined);
	return failed;
}

static int tidy_below(xmlNode *n)
{
	for (xmlAttr *attr = n->properties; attr; attr = attr->next)
		if (attr->children && is_text(attr->children) && tidy_text(attr->children) != 0)
			return -1;
	for (xmlNode *child = n->children, *next = NULL; child; child = next) {
		next = child->next;
		if (is_text(child) ? tidy_text(child) : child->type == XML_ELEMENT_NODE && tidy_below(child))
			return -1;
	}
	return 0;
}

int xml_tidy(struct xml_doc *d, struct err *e)
{
	/* As deep as LIMIT_XML_DEPTH: xml_parse() lets no deeper tree in. */
	return tidy_below(xmlDocGetRootElement(d->tree)) ? err_nomem(e) : 0;
}

static int map_text(xmlNode *n, xml_text_map *map, struct err *e)
{
	AUTO(free_ptr) char *mapped = NULL;

	if (map((const char *)n->content, &mapped, e) != 0)
		return -1;
	if (!mapped)
		return 0;
	xmlNodeSetContent(n, (const xmlChar *)mapped);
	return n->content ? 0 : err_nomem(e);
}

/* As deep as LIMIT_XML_DEPTH. */
static int map_below(xmlNode *n, xml_text_map *map, struct err *e)
{
	for (xmlAttr *attr = n->properties; attr; attr = attr->next)
		if (attr->children && is_text(attr->children) && map_text(attr->children, map, e) != 0)
			return -1;
	for (xmlNode *child = n->children; child; child = child->next)
		if (is_text(child) ? map_text(child, map, e)
				   : child->type == XML_ELEMENT_NODE && map_below(child, map, e))
			return -1;
	return 0;
}

int xml_map_texts(struct xml_doc *d, xml_text_map *map, struct err *e)
{
	return map_below(xmlDocGetRootElement(d->tree), map, e);
}

char *xml_attr(const struct xml_node *n, const char *name, struct arena *a)
{
	for (const xmlAttr *attr = xml_tree(n)->properties; attr; attr = attr->next) {
		if (attr->ns || strcmp((const char *)attr->name, name) != 0)
			continue;
		return arena_strdup(a, value_of(attr));
	}
	return NULL;
}

/* A template's output may hold comments. */
static const xmlNode *piece_from(const xmlNode *n)
{
	while (n && n->type != XML_ELEMENT_NODE && !is_text(n))
		n = n->next;
	return n;
}

const struct xml_node *xml_first_piece(const struct xml_node *element)
{
	return xml_node_of(piece_from(xml_tree(element)->children));
}

const struct xml_node *xml_next_piece(const struct xml_node *piece)
{
	return xml_node_of(piece_from(xml_tree(piece)->next));
}

bool xml_piece_is_text(const struct xml_node *piece)
{
	return is_text(xml_tree(piece));
}

const char *xml_piece_text(const struct xml_node *piece)
{
	const xmlNode *n = xml_tree(piece);

	return is_text(n) ? (const char *)n->content : NULL;
}

int xml_set_text(struct xml_doc *d, const struct xml_node *element, const char *text, struct err *e)
{
	/* The node belongs to a document that the caller may change. */
	xmlNode *n = (xmlNode *)(uintptr_t)element;
	xmlNode *content = xmlNewDocText(d->tree, (const xmlChar *)text);

	if (!content)
		return err_nomem(e);
	xmlFreeNodeList(n->children);
	n->children = n->last = NULL;
	content->line = n->line;
	xmlAddChild(n, content);
	return 0;
}
