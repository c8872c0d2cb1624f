#include "xml/xslt_trace.h"

#include "base/auto.h"
#include "xml/internal.h"

#include <libxslt/xsltutils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const xmlChar mark_name[] = "naskah-asal";

/* The next element in document order. */
static xmlNode *next_element(xmlNode *n, const xmlNode *root)
{
	xmlNode *child = xmlFirstElementChild(n);

	if (child)
		return child;
	for (; n && n != root; n = n->parent) {
		xmlNode *sibling = xmlNextElementSibling(n);
		if (sibling)
			return sibling;
	}
	return NULL;
}

bool trace_mark(xmlDoc *template, const char *file)
{
	xmlNode *root = xmlDocGetRootElement(template);
	char mark[256];

	/* In attributes of a template braces mean something. */
	if (strpbrk(file, "{}"))
		return true;
	for (xmlNode *n = root; n; n = next_element(n, root)) {
		if (IS_XSLT_ELEM(n))
			continue;
		snprintf(mark, sizeof mark, "%ld %s", xmlGetLineNo(n), file);
		if (!xmlNewProp(n, mark_name, (const xmlChar *)mark))
			return false;
	}
	return true;
}

static void free_mark(xmlChar **mark)
{
	xmlFree(*mark);
}

/* "12 bagian.xsl" into line and file; the file's name lives as long as the document. */
static bool set_place(xmlNode *n, const xmlChar *mark, const char *folder)
{
	char path[512];
	char *file = NULL;
	unsigned long line = strtoul((const char *)mark, &file, 10);

	snprintf(path, sizeof path, "%s%s", folder, file + strspn(file, " "));
	n->line = (unsigned short)line;
	n->_private = (void *)(uintptr_t)xmlDictLookup(n->doc->dict, (const xmlChar *)path, -1);
	return n->_private != NULL;
}

bool trace_collect(xmlDoc *result, const char *folder)
{
	xmlNode *root = xmlDocGetRootElement(result);

	if (!result->dict && !(result->dict = xmlDictCreate()))
		return false;
	for (xmlNode *n = root; n; n = next_element(n, root)) {
		AUTO(free_mark) xmlChar *mark = xmlGetNoNsProp(n, mark_name);
		if (mark) {
			xmlUnsetProp(n, mark_name);
			if (!set_place(n, mark, folder))
				return false;
		} else if (n->parent && n->parent->type == XML_ELEMENT_NODE) {
			n->line = n->parent->line;
			n->_private = n->parent->_private;
		}
	}
	return true;
}
