/* Test help: fixture files, and qpdf's other ways to write them (object streams, linearised, encrypted). */
#ifndef NASKAH_TESTS_PDF_VARIANTS_H
#define NASKAH_TESTS_PDF_VARIANTS_H

#include "base/buf.h"

#include <qpdf/qpdf-c.h>

enum variant { AS_IS, OBJECT_STREAMS, LINEARIZED, LINEARIZED_STREAMS, ENCRYPTED, ENCRYPTED_EMPTY };

static inline void rewrite(struct buf *b, enum variant v)
{
	qpdf_data q = qpdf_init();

	assert_int_equal(qpdf_read_memory(q, "fixture", (const char *)b->data, b->len, NULL), 0);
	assert_int_equal(qpdf_init_write_memory(q), 0);
	qpdf_set_static_ID(q, QPDF_TRUE);
	if (v == OBJECT_STREAMS || v == LINEARIZED_STREAMS)
		qpdf_set_object_stream_mode(q, qpdf_o_generate);
	else
		qpdf_set_object_stream_mode(q, qpdf_o_disable);
	if (v == LINEARIZED || v == LINEARIZED_STREAMS)
		qpdf_set_linearization(q, QPDF_TRUE);
	if (v == ENCRYPTED || v == ENCRYPTED_EMPTY)
		qpdf_set_r6_encryption_parameters2(
			q, v == ENCRYPTED ? "kata" : "", "kunci", 1, 1, 1, 1, 1, 1, qpdf_r3p_full, 1);
	assert_int_equal(qpdf_write(q), 0);
	buf_reset(b);
	buf_add(b, qpdf_get_buffer(q), qpdf_get_buffer_length(q));
	qpdf_cleanup(&q);
	assert_false(b->failed);
}

static inline void fixture(struct buf *b, const char *name, enum variant v)
{
	char path[256];
	struct err e = ERR_INIT;

	snprintf(path, sizeof path, "fixtures/pdf/%s", name);
	buf_reset(b);
	if (buf_load(b, path, &e) != 0)
		fail_msg("%s", e.msg);
	if (v != AS_IS)
		rewrite(b, v);
}

#endif
