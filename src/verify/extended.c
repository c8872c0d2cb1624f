#include "verify/extended.h"

size_t verdict_signed_len(const struct verdict *v)
{
	if (v->all_good != FINDING_YES)
		return 0;
	for (size_t i = v->signature_count; i-- > 0;)
		if (!v->signatures[i].is_stamp)
			return v->signatures[i].covers_to > 0 ? (size_t)v->signatures[i].covers_to : 0;
	return 0;
}
