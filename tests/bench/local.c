/*
 * local: what a signature with a key of the office's own costs, as a JSON line (see bench.c): the whole PAdES signature of
 * a PDF, from opening it to the last byte.
 *
 *	local NAME N PDF SECRET-FILE KEY.p12
 *	local NAME N PDF PIN-FILE MODULE TOKEN KEY
 */
#include "base/auto.h"
#include "base/limits.h"
#include "signing/signer.h"

#include <stdio.h>
#include <sys/resource.h>

static double cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int sign_once(struct signer *s, const struct buf *pdf, const struct secret *secret, struct err *e)
{
	AUTO(sign_result_release) struct sign_result r;
	const struct sign_job job = {.passphrase = secret, .pdf = pdf->data, .pdf_len = pdf->len};

	sign_result_init(&r);
	if (s->sign(s->self, &job, &r, e) != 0)
		return -1;
	return r.outcome == SIGN_ACCEPTED ? 0 : err_set(e, ERR_CRYPTO, "%s", r.text);
}

int main(int argc, char **argv)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	AUTO(secret_release) struct secret *secret = NULL;
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	struct err e = ERR_INIT;

	if (argc != 6 && argc != 8)
		return 2;
	bool token = argc == 8;
	const struct signer_profile profile = {.way = token ? WAY_PKCS11 : WAY_PKCS12,
		.key_file = token ? NULL : argv[5],
		.module = token ? argv[5] : NULL,
		.token = token ? argv[6] : NULL,
		.key = token ? argv[7] : NULL};
	size_t n = (size_t)strtoul(argv[2], NULL, 10);
	int r = buf_load(&pdf, argv[3], &e) == 0 && secret_load(argv[4], &secret, &e) == 0 &&
				signer_new(&profile, &s, &e) == 0
			? sign_once(&s, &pdf, secret, &e) /* the key is opened */
			: -1;
	double start = cpu_s();
	for (size_t i = 0; i < n && r == 0; i++)
		r = sign_once(&s, &pdf, secret, &e);
	if (r != 0)
		fprintf(stderr, "local: %s\n", e.msg);
	else
		printf("{\"work\":\"%s\",\"n\":%zu,\"cpu_ms\":%.4f}\n", argv[1], n,
			(cpu_s() - start) * 1e3 / (double)n);
	return r != 0;
}
