#include "sandbox/crc32.h"

uint32_t crc32_of(const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}
