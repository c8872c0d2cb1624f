/*
 * sha256: the shape of a hash, for every layer. Hashes travel as 32 bytes; hex only at the edges.
 */
#ifndef NASKAH_MODEL_SHA256_H
#define NASKAH_MODEL_SHA256_H

#define SHA256_LEN 32

struct sha256 {
	unsigned char bytes[SHA256_LEN];
};

#endif
