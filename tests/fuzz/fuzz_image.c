/* Any bytes as the picture of a visible signature, and as a page's size: refused, or a PDF that can be read again. */
#include "base/auto.h"
#include "pdf/append.h"
#include "pdf/reader.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char page[] = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
			   "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
			   "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] >>\nendobj\n"
			   "xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n"
			   "0000000115 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n186\n%%EOF\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pdf_look look = {
		.image = data, .image_len = size, .page = 1, .x = 10, .y = 10, .width = 50, .height = 50};
	const struct pdf_append_request request = {
		.field = "esc_1", .signed_at = 1774924800, .contents_max = 64, .look = &look};
	AUTO(buf_release) struct buf out = BUF_INIT((size_t)64 << 20);
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	struct err e = ERR_INIT;
	int64_t range[4];

	if (pdf_append_signature(
		    (const unsigned char *)page, sizeof page - 1, "fuzz", &request, &out, range, &e) != 0) {
		if (e.kind != ERR_INPUT && e.kind != ERR_LIMIT && e.kind != ERR_NOMEM)
			abort();
		return 0;
	}
	if (pdf_reader_open(out.data, out.len, "fuzz", &r, &e) != 0)
		abort();
	return 0;
}
