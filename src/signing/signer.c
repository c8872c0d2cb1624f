#include "signing/signer.h"

#include "base/limits.h"

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
