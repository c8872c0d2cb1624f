#include "base/err.h"

#include "base/i18n.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts a message that does not fit at a character boundary and leaves no control byte in it. */
static void clean(char *msg, size_t size)
{
	size_t len = strnlen(msg, size - 1);

	if (len == size - 1) {
		while (len > 0 && ((unsigned char)msg[len - 1] & 0xc0) == 0x80)
			len--;
		if (len > 0 && (unsigned char)msg[len - 1] >= 0xc0)
			len--;
	}
	msg[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)msg[i] < 0x20 || msg[i] == 0x7f)
			msg[i] = '?';
}

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (!e || e->kind != ERR_NONE)
		return -1;
	e->kind = kind;
	e->sys = 0;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof e->msg, fmt, ap);
	va_end(ap);
	clean(e->msg, sizeof e->msg);
	return -1;
}

int err_sys(struct err *e, enum err_kind kind, int sys, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (e && e->kind == ERR_NONE) {
		err_set(e, kind, "%s: %s", text, strerror(sys));
		e->sys = sys;
	}
	return -1;
}

int err_nomem(struct err *e)
{
	return err_set(e, ERR_NOMEM, "%s", _("out of memory"));
}

int err_context(struct err *e, const char *fmt, ...)
{
	char whole[sizeof e->msg * 2];
	va_list ap;

	if (!e || e->kind == ERR_NONE)
		return -1;
	va_start(ap, fmt);
	int n = vsnprintf(whole, sizeof e->msg, fmt, ap);
	va_end(ap);
	if (n < 0)
		return -1;
	size_t at = strlen(whole);
	snprintf(whole + at, sizeof whole - at, ": %s", e->msg);
	whole[sizeof e->msg - 1] = '\0';
	memcpy(e->msg, whole, sizeof e->msg);
	clean(e->msg, sizeof e->msg);
	return -1;
}

void err_clear(struct err *e)
{
	memset(e, 0, sizeof *e);
}
