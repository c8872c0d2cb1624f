/*
 * xslt_trace: which element of a template wrote which element of its result.
 *
 * libxslt forgets it. A template that is loaded for a trace carries its file and line on every literal element, as an
 * attribute that libxslt copies into the result, where it becomes the place of the copy. Private to the door.
 */
#ifndef NASKAH_XML_XSLT_TRACE_H
#define NASKAH_XML_XSLT_TRACE_H

#include <libxml/tree.h>
#include <stdbool.h>

/* Before the template is compiled. False: no memory. */
bool trace_mark(xmlDoc *template, const char *file);
/* In the result: marks become places, an element without one has its parent's. False: no memory. */
bool trace_collect(xmlDoc *result, const char *folder);

#endif
