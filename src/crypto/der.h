/*
 * der: is this really DER? (X.690 10.1: definite lengths in their shortest form); private to crypto/.
 *
 * OpenSSL reads BER. What two readers could measure differently is refused before it reads.
 */
#ifndef NASKAH_CRYPTO_DER_H
#define NASKAH_CRYPTO_DER_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the first element, head included; 0 if it isn't whole or its length isn't DER. */
size_t der_length(const unsigned char *der, size_t len);
/*
 * Every element of this SignedData, down to its leaves, fills its parent exactly. The unsigned attributes of a
 * signer are left out: time-stamp authorities put BER there, and no signature covers it.
 */
bool der_is_strict(const unsigned char *der, size_t len);

#endif
