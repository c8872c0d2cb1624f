/*
 * qr: a QR symbol as modules, without its quiet zone (ISO/IEC 18004 asks for 4 light modules around it).
 */
#ifndef NASKAH_MODEL_QR_H
#define NASKAH_MODEL_QR_H

#include <stdbool.h>
#include <stdint.h>

#define QR_MAX_SIDE 57 /* version 10; a verification URL needs version 4 or 5 */

struct qr {
	int side;                                /* modules per side; 0 = no symbol */
	uint8_t dark[QR_MAX_SIDE * QR_MAX_SIDE]; /* 1 = dark; row by row from the top left, `side` per row */
};

#endif
