/*
 * letter_case: just enough of a struct casefile for tests of letter/, straight from the XML: the letters of a case
 * and who signs them. The real builder is casefile/'s and has tests of its own.
 */
#ifndef NASKAH_TESTS_LETTER_CASE_H
#define NASKAH_TESTS_LETTER_CASE_H

#include "base/limits.h"
#include "base/text.h"
#include "model/casefile.h"
#include "xml/doc.h"

#include <string.h>

#define LETTER_CASE_MAX 32

struct letter_case {
	struct casefile c;
	struct xml_doc *doc;
	struct naskah naskah[LETTER_CASE_MAX];
	struct person signers[LETTER_CASE_MAX];
};

static inline char *letter_case_text(struct letter_case *lc, const struct xml_node *parent, const char *name)
{
	const struct xml_node *n = xml_child(parent, name);

	return n ? xml_text(n, &lc->c.arena) : NULL;
}

static inline void letter_case_add(struct letter_case *lc, const struct xml_node *step, unsigned ordinal)
{
	struct arena *a = &lc->c.arena;
	const struct xml_node *n = xml_child(step, "naskah");

	if (!n || lc->c.naskah_count == LETTER_CASE_MAX)
		return;
	struct naskah *to = &lc->naskah[lc->c.naskah_count];
	struct person *signer = &lc->signers[lc->c.naskah_count++];
	const struct xml_node *number = xml_child(n, "nomor"), *who = xml_child(n, "penanda-tangan");
	char *serial = xml_attr(number, "urut", a), *written = xml_text(number, a);
	char *day = letter_case_text(lc, n, "tanggal");
	uint64_t value = 0;

	*to = (struct naskah){.element = xml_name(step), .ordinal = ordinal, .line = xml_line(n)};
	if (serial && text_to_uint(serial, 999999, &value))
		to->serial = (unsigned)value;
	to->number = written && *written ? written : NULL;
	to->profile = xml_attr(n, "profil", a);
	to->class_code = letter_case_text(lc, n, "klasifikasi");
	to->urgency = letter_case_text(lc, n, "derajat");
	to->subject = letter_case_text(lc, n, "perihal");
	if (!day)
		day = letter_case_text(lc, n, "waktu");
	if (day) {
		day[10] = 0;
		(void)date_parse(day, &to->date);
	}
	*signer = (struct person){.name = letter_case_text(lc, who, "nama")};
	signer->title = letter_case_text(lc, who, "jabatan");
	signer->unit = letter_case_text(lc, who, "unit-kerja");
	signer->agency = letter_case_text(lc, who, "instansi");
	to->signer = signer;
}

static inline int letter_case_parse(
	const char *bytes, size_t len, const char *path, struct letter_case *lc, struct err *e)
{
	*lc = (struct letter_case){.c = CASEFILE_INIT};
	if (xml_parse(bytes, len, path, &lc->doc, e))
		return -1;
	const struct xml_node *root = xml_root(lc->doc);
	lc->c.path = path;
	lc->c.kind = xml_is(root, "pengajuan-sistem") ? CASE_PENGAJUAN_SISTEM : CASE_PENERBITAN_SERTIFIKAT;
	lc->c.id = xml_attr(root, "id", &lc->c.arena);
	lc->c.naskah = lc->naskah;
	xml_for_each (step, root, NULL) {
		char *level = xml_attr(step, "tingkat", &lc->c.arena),
		     *round = xml_attr(step, "putaran", &lc->c.arena);
		uint64_t ordinal = 0;
		if (level || round)
			(void)text_to_uint(level ? level : round, 99, &ordinal);
		letter_case_add(lc, step, (unsigned)ordinal);
		if (round)
			xml_for_each (inner, step, NULL)
				letter_case_add(lc, inner, (unsigned)ordinal);
	}
	return 0;
}

static inline int letter_case_load(const char *path, struct letter_case *lc, struct err *e)
{
	struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	int r = buf_load(&bytes, path, e);

	if (r == 0)
		r = letter_case_parse(buf_str(&bytes), bytes.len, path, lc, e);
	buf_release(&bytes);
	return r;
}

static inline void letter_case_release(struct letter_case *lc)
{
	xml_doc_free(lc->doc);
	arena_release(&lc->c.arena);
}

#endif
