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

static bool is_proof(const struct signature_verdict *s)
{
	return s->is_stamp && s->trusted == FINDING_YES && s->unrevoked != FINDING_NO;
}

int64_t verdict_lasts_to(const struct verdict *v)
{
	int64_t first = 0;

	for (size_t i = v->signature_count; i-- > 0;) {
		const struct signature_verdict *s = &v->signatures[i];
		int64_t to = s->stamp_ends_at ? s->stamp_ends_at : s->not_after_at;
		if (is_proof(s)) /* carries all before it */
			return first == 0 || s->stamp_ends_at < first ? s->stamp_ends_at : first;
		if (!s->is_stamp && (first == 0 || to < first))
			first = to;
	}
	return first;
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
