/* Any bytes as a PDF: read, verified, compared with a prefix of itself, signed. Nothing may ever be called good. */
#include "base/auto.h"
#include "pdf/append.h"
#include "pdf/changes.h"
#include "pdf/dss.h"
#include "pdf/reader.h"
#include "verify/verify.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Its security store, read and added to: the file stays its beginning, and what was added is there. */
static void add_to_store(const uint8_t *data, size_t size)
{
	static unsigned char der[] = "new";
	const struct dss_item items[] = {{DSS_CERT, der, 3}, {DSS_CRL, der, 3}};
	static const size_t both[] = {0, 1};
	const struct dss_vri vri = {"0123456789ABCDEF0123456789ABCDEF01234567", both, 2};
	const struct dss_addition add = {items, 2, &vri, 1};
	AUTO(buf_release) struct buf out = BUF_INIT((size_t)1 << 20);
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	AUTO(dss_release) struct dss dss = {NULL, 0};
	struct err e = ERR_INIT;

	if (pdf_append_dss(data, size, "fuzz", &add, &out, &e) != 0)
		return;
	if (out.len <= size || memcmp(out.data, data, size) != 0 ||
		pdf_reader_open(out.data, out.len, "fuzz", &r, &e) != 0 || pdf_reader_dss(r, &dss, &e) != 0 ||
		dss.count < 2)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verdict verdict;
	AUTO(buf_release) struct buf out = BUF_INIT((size_t)1 << 20);
	const struct verify_request request = {
		.pdf = data, .len = size, .name = "fuzz", .now_at = 1774924800};
	const struct pdf_append_request append = {
		.field = "esc_1", .signed_at = 1774924800, .contents_max = 64};
	struct pdf_changes changes;
	struct err e = ERR_INIT;
	int64_t range[4];

	if (verify_pdf(&request, &verdict, &e) == 0 && verdict.all_good == FINDING_YES)
		abort();
	err_clear(&e);
	(void)!pdf_changes(data, size / 2, size, "fuzz", &changes, &e);
	for (size_t i = size; i-- > 0;)
		if (data[i] == 'F' && i + 1 < size) { /* after some %%EOF */
			err_clear(&e);
			(void)!pdf_changes(data, i + 1, size, "fuzz", &changes, &e);
			break;
		}
	err_clear(&e);
	if (pdf_append_signature(data, size, "fuzz", &append, &out, range, &e) == 0 &&
		(out.len <= size || memcmp(out.data, data, size) != 0))
		abort();
	add_to_store(data, size);
	return 0;
}
