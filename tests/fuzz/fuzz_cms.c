/* Signatures as they stand in /Contents. Nothing here is trusted, so nothing may come out trusted. */
#include "base/limits.h"
#include "crypto/cms.h"
#include "crypto/hash.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sha256 digest = sha256_of("isi surat", 9);
	struct signature_verdict v = {0};
	struct err e = ERR_INIT;

	if (cms_verify(data, size, &digest, NULL, 1774924800, 1774924800, &v, &e) != 0)
		return 0;
	if (v.trusted == FINDING_YES || !v.why[0])
		abort();
	if (v.cades == FINDING_YES && v.intact != FINDING_YES)
		abort();
	return 0;
}
