#include "qr/encode.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

#define MAX_VERSION 10

static void release_code(QRcode **c)
{
	QRcode_free(*c);
}

int qr_encode(const char *text, struct qr *out, struct err *e)
{
	size_t len = strlen(text);

	if (len == 0)
		return err_set(e, ERR_BUG, "empty text for a QR symbol");
	/* Version 10-M holds 213 bytes; more never reaches the library's int. */
	if (len > 213)
		return err_set(e, ERR_LIMIT, _("%zu bytes are too many for a QR symbol, at most 213"), len);
	/*
	 * Version 0: the smallest that fits. The library packs runs of digits and capitals tighter than bytes, which makes
	 * most letters' symbols one version smaller: coarser, so easier to read, and quicker to make.
	 */
	AUTO(release_code)
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	if (!code && errno == ENOMEM)
		return err_nomem(e);
	if (!code)
		return err_sys(e, ERR_BUG, errno, "libqrencode");
	if (code->version > MAX_VERSION || code->width > QR_MAX_SIDE)
		return err_set(e, ERR_LIMIT, _("%zu bytes are too many for a QR symbol, at most 213"), len);
	memset(out, 0, sizeof *out);
	out->side = code->width;
	for (int i = 0; i < code->width * code->width; i++)
		out->dark[i] = code->data[i] & 1; /* the other bits say what kind of module it is */
	return 0;
}
