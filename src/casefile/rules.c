#include "casefile/rules.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

int rules_broken(const struct rules *r, unsigned line, const char *element, const char *fmt, ...)
{
	char what[sizeof r->err->msg];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return err_set(r->err, ERR_INPUT, "%s:%u: %s: %s", r->c->path, line, element, what);
}

void rules_warn(const struct rules *r, unsigned line, const char *element, const char *fmt, ...)
{
	/* An error formats, cuts and cleans a message; here it is only its text that is wanted. */
	struct err message = ERR_INIT;
	char what[sizeof message.msg];
	va_list ap;

	if (!r->warn)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	err_set(&message, ERR_INPUT, "%s:%u: %s: %s", r->c->path, line, element, what);
	r->warn(r->warn_user, message.msg);
}

bool rules_same_title(const char *a, const char *b)
{
	return text_equals_nocase(a, b);
}

int rules_check(const struct rules *r)
{
	static int (*const subjects[])(const struct rules *) = {
		rules_text,
		rules_people,
		rules_contacts,
		rules_chain,
		rules_rounds,
		rules_status,
		rules_certificate,
	};

	for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
		if (subjects[i](r) != 0)
			return -1;
	return 0;
}
