#include "model/verdict.h"

size_t verdict_signers(const struct verdict *v)
{
	size_t count = 0;

	for (size_t i = 0; i < v->signature_count; i++)
		count += !v->signatures[i].is_stamp;
	return count;
}

const struct signature_verdict *verdict_signer(const struct verdict *v, size_t number)
{
	for (size_t i = 0; i < v->signature_count; i++)
		if (!v->signatures[i].is_stamp && number-- == 0)
			return &v->signatures[i];
	return NULL;
}

const char *pades_level_name(enum pades_level level)
{
	static const char *const name[] = {
		[LEVEL_NONE] = "-",
		[LEVEL_B_B] = "B-B",
		[LEVEL_B_T] = "B-T",
		[LEVEL_B_LT] = "B-LT",
		[LEVEL_B_LTA] = "B-LTA",
	};

	return name[level];
}
