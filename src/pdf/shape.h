/*
 * shape: is a value what its key has by the standard? Private to pdf/.
 *
 * A prepared file may call one object two things: the catalog, the form or the security store may at the same time be
 * a page's resources, and then what an update puts there under "/Certs" or "/DSS" is drawn. What has the right shape is
 * of no use as a picture, a font or a pattern, so a later update may bring it.
 */
#ifndef NASKAH_PDF_SHAPE_H
#define NASKAH_PDF_SHAPE_H

#include "pdf/handle.h"

typedef bool pdf_shape(qpdf_data q, qpdf_oh value);

/* ISO 32000-2 table 261: no other keys, arrays of streams, a VRI dictionary by SHA-1. */
pdf_shape shape_is_store;
/* 7.12: developer extensions. */
pdf_shape shape_is_extensions;
/* Table 170: appearances; nothing that an appearance or a font itself would have. */
pdf_shape shape_is_appearances;
pdf_shape shape_is_array, shape_is_dictionary, shape_is_integer, shape_is_name, shape_is_string;

#endif
