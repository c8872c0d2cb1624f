/*
 * encode: text to QR symbol (libqrencode; ISO/IEC 18004, error correction level M).
 */
#ifndef NASKAH_QR_ENCODE_H
#define NASKAH_QR_ENCODE_H

#include "base/err.h"
#include "model/qr.h"

/* ERR_LIMIT when the text needs more than version 10. Safe from many threads. */
int qr_encode(const char *text, struct qr *out, struct err *e) __attribute__((warn_unused_result));

#endif
