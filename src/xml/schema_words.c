#include "xml/schema_words.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <libxml/tree.h>
#include <string.h>

/*
 * libxml2 gives its findings as English sentences and codes; the sentences hold what the codes do not (the
 * expected elements, the facet's limit). Their wording has not changed in its 2.9 series; where one does not
 * read as known, the sentence itself is shown.
 */

/* What the named simple types of our schemas want, for those whose facets do not tell by themselves. */
static const struct {
	const char *type, *form;
} forms[] = {
	{"tanggal", N_("a date such as 2026-03-13")},
	{"waktu", N_("a moment such as 2026-03-13T09:00:00+07:00")},
	{"kode-kasus", N_("letters, digits and hyphens, such as KMH-2026-001")},
	{"profil", N_("the name of a profile, such as kemhan")},
	{"satker", N_("the abbreviation of an office, such as PUSDATIN")},
	{"urut", N_("a whole number from 1 to 999999")},
	{"putaran", N_("a whole number from 1 to 40")},
	{"salinan-ke", N_("a whole number from 1 to 99")},
	{"jumlah", N_("a whole number such as 1200")},
	{"xs:date", N_("a date such as 2026-03-13")},
	{"xs:dateTime", N_("a moment such as 2026-03-13T09:00:00+07:00")},
	{"xs:positiveInteger", N_("a whole number from 1")},
	{"xs:nonNegativeInteger", N_("a whole number")},
	{"xs:integer", N_("a whole number")},
	{"xs:decimal", N_("a number such as 12.5")},
	{"xs:boolean", N_("true or false")},
};

struct piece {
	const char *at;
	size_t len;
};

/* What stands between `before` and the next `after`. */
static bool between(const char *text, const char *before, const char *after, struct piece *out)
{
	const char *from = strstr(text, before);

	if (!from)
		return false;
	from += strlen(before);
	const char *to = strstr(from, after);
	if (!to)
		return false;
	*out = (struct piece){from, (size_t)(to - from)};
	return true;
}

/* Cuts a long value at a character; what a stranger wrote must not fill the message. */
static void add_value(struct buf *out, const char *value)
{
	const size_t most = 60;
	size_t len = strlen(value);

	if (len <= most) {
		buf_addf(out, "'%s'", value);
		return;
	}
	for (len = most; len > 0 && ((unsigned char)value[len] & 0xc0) == 0x80;)
		len--;
	buf_addf(out, "'%.*s...'", (int)len, value);
}

/* The name without "{namespace}" or prefix. */
static struct piece local_name(struct piece name)
{
	const char *brace = memrchr(name.at, '}', name.len);

	if (brace) {
		name.len -= (size_t)(brace + 1 - name.at);
		name.at = brace + 1;
	}
	return name;
}

/* libxml2's " {ns}a, {ns}b " as "'a', 'b' or 'c'". */
static void add_names(struct buf *out, struct piece list)
{
	const char *end = list.at + list.len;
	bool first = true;

	for (const char *p = list.at; p < end;) {
		while (p < end && (*p == ' ' || *p == ','))
			p++;
		const char *stop = p;
		while (stop < end && *stop != ' ' && !(*stop == ',' && stop + 1 < end && stop[1] == ' '))
			stop++;
		if (stop == p)
			break;
		struct piece name = local_name((struct piece){p, (size_t)(stop - p)});
		p = stop;
		while (p < end && (*p == ' ' || *p == ','))
			p++;
		if (!first)
			buf_adds(out, p < end ? ", " : _(" or "));
		buf_addf(out, "'%.*s'", (int)name.len, name.at);
		first = false;
	}
}

static const char *form_of(struct piece type)
{
	struct piece local = local_name(type);

	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		if (strlen(forms[i].type) == local.len && memcmp(forms[i].type, local.at, local.len) == 0)
			return _(forms[i].form);
	return NULL;
}

static bool expected(const char *message, struct piece *list)
{
	return between(message, "Expected is one of (", ")", list) ||
	       between(message, "Expected is (", ")", list);
}

/* The element or attribute whose content is wrong, and that content. */
struct place {
	const xmlNode *element; /* NULL when libxml2 named none */
	struct piece attribute; /* its name; len 0 = the element itself */
	char *value;            /* owned */
};

static void place_release(struct place *p)
{
	xmlFree(p->value);
}

/* An attribute is named in the sentence only: "Element '{ns}a', attribute 'b': ...". */
static struct piece attribute_name(const char *message)
{
	static const char head[] = "Element '", middle[] = "', attribute '";
	struct piece name = {message, 0};

	if (strncmp(message, head, strlen(head)) != 0)
		return name;
	const char *quote = strchr(message + strlen(head), '\'');
	if (!quote || strncmp(quote, middle, strlen(middle)) != 0 || !between(quote, middle, "'", &name))
		return (struct piece){message, 0};
	return local_name(name);
}

static struct place place_of(const xmlError *error, const char *message)
{
	const xmlNode *n = error->node;
	struct place p = {NULL, attribute_name(message), NULL};

	if (n && n->type == XML_ATTRIBUTE_NODE)
		n = n->parent;
	if (!n || n->type != XML_ELEMENT_NODE)
		return p;
	p.element = n;
	if (p.attribute.len == 0) {
		p.value = (char *)xmlNodeGetContent(n);
		return p;
	}
	for (const xmlAttr *attr = n->properties; attr; attr = attr->next)
		if (strlen((const char *)attr->name) == p.attribute.len &&
			memcmp(attr->name, p.attribute.at, p.attribute.len) == 0)
			p.value = (char *)xmlNodeGetContent((const xmlNode *)attr);
	return p;
}

static void element_words(
	const struct schema_facts *facts, const xmlNode *element, const char *message, struct buf *out)
{
	struct piece list;
	bool known = expected(message, &list);

	if (strstr(message, "Missing child element")) {
		if (known) {
			buf_adds(out, _("not complete, next must come "));
			add_names(out, list);
		} else {
			buf_adds(out, _("not complete, an element is missing"));
		}
		return;
	}
	const char *uri = element->ns ? (const char *)element->ns->href : "";
	if (strcmp(uri, facts->target) != 0) {
		buf_addf(out, _("is in the namespace '%s', it must be in '%s'"), uri, facts->target);
		return;
	}
	const char *parent = element->parent && element->parent->type == XML_ELEMENT_NODE
				     ? (const char *)element->parent->name
				     : "";
	if (known) {
		buf_addf(out, _("does not belong here in '%s', here must come "), parent);
		add_names(out, list);
	} else {
		buf_addf(out, _("does not belong here in '%s'"), parent);
	}
}

static void root_words(const struct schema_facts *facts, const xmlNode *element, struct buf *out)
{
	const char *uri = element->ns ? (const char *)element->ns->href : "";

	if (strcmp(uri, facts->target) != 0)
		buf_addf(out, _("the namespace is '%s', it must be '%s'"), uri, facts->target);
	else
		buf_addf(out, _("cannot be the root element, it must be %s"), facts->roots);
}

/* A pattern alone says nothing to a person: the type that it belongs to does. */
static void pattern_words(const struct schema_facts *facts, const char *message, struct buf *out)
{
	struct piece pattern;

	if (!between(message, "by the pattern '", "'.", &pattern))
		return;
	for (size_t i = 0; i < facts->pattern_count; i++) {
		const struct schema_pattern *known = &facts->patterns[i];
		const char *form = NULL;
		if (strlen(known->pattern) == pattern.len &&
			memcmp(known->pattern, pattern.at, pattern.len) == 0)
			form = form_of((struct piece){known->type, strlen(known->type)});
		if (form) {
			buf_addf(out, _(", it must be %s"), form);
			return;
		}
	}
	buf_addf(out, _(", it must match %.*s"), (int)pattern.len, pattern.at);
}

/* A value that breaks one facet of its type. */
static void facet_words(
	const struct schema_facts *facts, const xmlError *error, const char *value, struct buf *out)
{
	struct piece p;

	if (value[strspn(value, " \t\r\n")] == '\0') {
		buf_adds(out, _("empty, a value is expected"));
		return;
	}
	add_value(out, value);
	switch (error->code) {
	case XML_SCHEMAV_CVC_ENUMERATION_VALID:
		if (between(error->message, "element of the set {", "}", &p)) {
			buf_addf(out, _(" is not one of %.*s"), (int)p.len, p.at);
			return;
		}
		break;
	case XML_SCHEMAV_CVC_MAXLENGTH_VALID:
		if (between(error->message, "maximum length of '", "'", &p)) {
			buf_addf(out, _(" is too long, at most %.*s characters are allowed"), (int)p.len,
				p.at);
			return;
		}
		break;
	case XML_SCHEMAV_CVC_MINLENGTH_VALID:
		if (between(error->message, "minimum length of '", "'", &p)) {
			buf_addf(out, _(" is too short, at least %.*s characters are expected"), (int)p.len,
				p.at);
			return;
		}
		break;
	case XML_SCHEMAV_CVC_MININCLUSIVE_VALID:
		if (between(error->message, "minimum value allowed ('", "'", &p)) {
			buf_addf(out, _(" is too small, the least is %.*s"), (int)p.len, p.at);
			return;
		}
		break;
	case XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID:
		if (between(error->message, "maximum value allowed ('", "'", &p)) {
			buf_addf(out, _(" is too large, the most is %.*s"), (int)p.len, p.at);
			return;
		}
		break;
	default:
		break;
	}
	buf_adds(out, _(" does not have the right form"));
	if (error->code == XML_SCHEMAV_CVC_PATTERN_VALID)
		pattern_words(facts, error->message, out);
}

static bool is_facet(int code)
{
	return code >= XML_SCHEMAV_CVC_FACET_VALID && code <= XML_SCHEMAV_CVC_ENUMERATION_VALID;
}

void schema_words(const struct schema_facts *facts, const xmlError *error, struct buf *out)
{
	const char *message = error->message ? error->message : "";
	AUTO(place_release) struct place at = place_of(error, message);
	const char *value = at.value ? at.value : "";
	struct piece p;

	if (at.element)
		buf_addf(out, "%s: ", (const char *)at.element->name);
	if (at.attribute.len > 0 && error->code != XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1 &&
		error->code != XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2)
		buf_addf(out, _("attribute '%.*s': "), (int)at.attribute.len, at.attribute.at);
	if (is_facet(error->code)) {
		facet_words(facts, error, value, out);
		return;
	}
	switch (error->code) {
	case XML_SCHEMAV_ELEMENT_CONTENT:
		if (!at.element)
			break;
		element_words(facts, at.element, message, out);
		return;
	case XML_SCHEMAV_CVC_ELT_1:
		if (!at.element)
			break;
		root_words(facts, at.element, out);
		return;
	case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1:
	case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_2:
	case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_3:
		if (value[strspn(value, " \t\r\n")] == '\0') {
			buf_adds(out, _("empty, a value is expected"));
		} else {
			add_value(out, value);
			buf_adds(out, _(" does not have the right form"));
		}
		schema_words_type(error, out);
		return;
	case XML_SCHEMAV_CVC_TYPE_3_1_2:
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_2:
		buf_adds(out, _("holds elements, here must be text alone"));
		return;
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1:
		buf_adds(out, _("must be empty"));
		return;
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3:
		buf_adds(out, _("holds text between its elements, here must be elements alone"));
		return;
	case XML_SCHEMAV_CVC_TYPE_3_1_1:
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1:
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
		if (!between(message, "attribute '", "'", &p))
			break;
		p = local_name(p);
		buf_addf(out, _("attribute '%.*s' is not known here"), (int)p.len, p.at);
		return;
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_4:
		if (!between(message, "attribute '", "'", &p))
			break;
		buf_addf(out, _("attribute '%.*s' is missing"), (int)p.len, p.at);
		return;
	default:
		break;
	}
	buf_add(out, message, strcspn(message, "\n"));
}

bool schema_words_type(const xmlError *error, struct buf *out)
{
	struct piece type;

	if (error->code != XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1 || !error->message ||
		!between(error->message, "type '", "'", &type))
		return false;
	const char *form = form_of(type);
	if (form)
		buf_addf(out, _(", it must be %s"), form);
	return form != NULL;
}
