#include "signing/signer.h"

#include "base/limits.h"

static const char *const outcome_names[] = {
	[SIGN_UNKNOWN] = "unknown",
	[SIGN_ACCEPTED] = "accepted",
	[SIGN_REFUSED] = "refused",
	[SIGN_NOT_SENT] = "not-sent",
};

const char *sign_outcome_name(enum sign_outcome outcome)
{
	return outcome_names[outcome];
}

void sign_result_init(struct sign_result *r)
{
	*r = (struct sign_result){
		.outcome = SIGN_UNKNOWN,
		.pdf = BUF_INIT(LIMIT_PDF_BYTES),
		.raw = BUF_INIT(LIMIT_SMALL_REPLY_BYTES),
	};
}

void sign_result_release(struct sign_result *r)
{
	buf_release(&r->pdf);
	buf_release(&r->raw);
}

void signer_release(struct signer *s)
{
	if (s->free)
		s->free(s->self);
	*s = (struct signer)SIGNER_INIT;
}
