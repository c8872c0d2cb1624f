/*
 * limits: every ceiling of the program in one place, with its unit and its reason.
 */
#ifndef NASKAH_BASE_LIMITS_H
#define NASKAH_BASE_LIMITS_H

#include <stddef.h>

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)

/* A case file: a very full one has 60 kB; more is a mistake or an attack. */
#define LIMIT_CASE_BYTES        (2 * MIB)
/* Nesting of a case file; the schema needs 8. libxml2's own ceiling is 256. */
#define LIMIT_XML_DEPTH         64
/* Elements of one XML document: 60 criteria and 100 people make 2,000; bounds the memory of the tree. */
#define LIMIT_XML_ELEMENTS      ((size_t)32768)
/* Attributes of one element: libxml2 looks for duplicates in quadratic time. */
#define LIMIT_XML_ATTRIBUTES    64
/* Lines of an XML document: libxml2 keeps a node's line in 16 bits, and messages must name the right one. */
#define LIMIT_XML_LINES         65535
/* Arena of one case: tree, letter, lines and pages of the longest letter. */
#define LIMIT_CASE_ARENA        (64 * MIB)
/* Templates, profiles, schemas, configuration files. */
#define LIMIT_SETUP_BYTES       (4 * MIB)
/* A font file as the distribution ships it. */
#define LIMIT_FONT_BYTES        (16 * MIB)
/* One letter as PDF, before signing. */
#define LIMIT_LETTER_BYTES      (32 * MIB)
/* A PDF from outside (sign, verify): the size that BSrE users see refused is 10 to 50 MB. */
#define LIMIT_PDF_BYTES         (64 * MIB)
/* A reply of the signing service: base64 of the largest PDF plus its JSON. */
#define LIMIT_REPLY_BYTES       (96 * MIB)
/* A reply that carries no file (status, errors). */
#define LIMIT_SMALL_REPLY_BYTES (1 * MIB)
/* A request that our own servers accept: base64 of the largest PDF plus its JSON. */
#define LIMIT_REQUEST_BYTES     (96 * MIB)
/* Contents of a signature: DER of CMS with certificates, time-stamp and revocation data. */
#define LIMIT_CMS_BYTES         (256 * KIB)
/* Signatures looked at in one PDF. */
#define LIMIT_SIGNATURES        64
/* People who sign one letter: three sign a Berita Acara (schemas/case.xsd: penanda-tangan and two pihak). */
#define LIMIT_SIGNERS           3
/* Pages of one letter: 60 criteria fill 20. */
#define LIMIT_PAGES             500
/* A receipt (tlog-proof): 63 hashes of 45 bytes and a checkpoint. */
#define LIMIT_RECEIPT_BYTES     (16 * KIB)
/* A passphrase; BSrE asks for 8 or more. */
#define LIMIT_SECRET_BYTES      512
/* Templates calling templates; ours need 6. A limit on the C stack as much as on a template without end. */
#define LIMIT_TEMPLATE_DEPTH    200
/* Instructions and XPath steps of one letter; ours need 10,000. */
#define LIMIT_TEMPLATE_STEPS    2000000UL
/* JSON that we read: replies and reports. */
#define LIMIT_JSON_DEPTH        32

/* Memory of a command that opens foreign PDFs: LIMIT_PDF_BYTES some times over, as text, as bytes and unpacked. */
#define LIMIT_MEMORY_BYTES ((size_t)2048 * MIB)

#endif
