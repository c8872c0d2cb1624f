/*
 * i18n: words for people.
 *
 * The source of every message is English; src/po/id.po holds the Indonesian, which is what operators see by
 * default. `_()` goes around each text that a person may read: error messages, reports, help. Never around
 * what a machine reads (JSON keys, SQL, HTTP).
 */
#ifndef NASKAH_BASE_I18N_H
#define NASKAH_BASE_I18N_H

#include <libintl.h>

#define _(text)                gettext(text)
#define N_(text)               (text) /* marks a text in a table; translate with _() where it is used */
#define Q_(one, many, n_count) ngettext(one, many, n_count)

#endif
