/*
 * crc32: the checksum of gzip and PNG (ISO 3309), for the few bytes that the sandbox makes of either.
 */
#ifndef NASKAH_SANDBOX_CRC32_H
#define NASKAH_SANDBOX_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32_of(const void *bytes, size_t len);

#endif
