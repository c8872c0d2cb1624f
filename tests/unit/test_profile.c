#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "crypto/hash.h"
#include "letter/kinds.h"
#include "letter/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct xml_schema *schema, *kinds_schema;
static char folder[64];

static void near_mm(double pt, double mm)
{
	if (fabs(pt / PT_PER_MM - mm) > 0.001)
		fail_msg("%f mm, not %f", pt / PT_PER_MM, mm);
}

static void load(const char *path, struct profile *p)
{
	struct err e = ERR_INIT;

	if (profile_load(path, schema, p, &e))
		fail_msg("%s", e.msg);
}

/* naskah-dinas 5.0 */
static void test_kemhan(void **state)
{
	AUTO(profile_release) struct profile p = {.arena = ARENA_INIT(0)};
	AUTO(buf_release) struct buf bytes = BUF_INIT(MIB);
	struct err e = ERR_INIT;

	(void)state;
	load("templates/profiles/kemhan.xml", &p);
	assert_string_equal(p.name, "kemhan");
	near_mm(p.paper_width_pt, 210);
	near_mm(p.paper_height_pt, 297);
	near_mm(p.left_pt, 30);
	near_mm(p.right_pt, 20);
	near_mm(p.bottom_pt, 25);
	near_mm(p.first_top_pt, 50);
	near_mm(p.next_top_pt, 20);
	near_mm(p.kop.rule_top_pt, 42);
	near_mm(p.kop.emblem_size_pt, 24);
	near_mm(p.kop.text_x2_pt, 190);
	assert_int_equal(p.kop.line_count, 3);
	assert_string_equal(p.kop.lines[0].text, "KEMENTERIAN PERTAHANAN REPUBLIK INDONESIA");
	assert_int_equal(p.kop.lines[0].face, FACE_REGULAR);
	assert_int_equal(p.kop.lines[1].face, FACE_BOLD);
	assert_true(p.class_word);
	assert_false(p.catchword);
	assert_string_equal(p.font_file[FACE_ITALIC], "LiberationSans-Italic.ttf");
	assert_int_equal(p.footer.note_count, 3);
	/* naskah-dinas 5.0: Arial 7/9 from 19 down to 11 mm */
	assert_true(p.footer.size_pt >= 6.8);
	assert_true(p.footer.first_y_pt - 2 * p.footer.leading_pt > 11 * PT_PER_MM);
	assert_string_equal(p.footer.mark, "BSrE");
	assert_string_equal(profile_label(&p, "hal"), "Perihal");
	assert_string_equal(profile_label(&p, "sifat"), "Klasifikasi");
	assert_null(profile_label(&p, "Hal"));
	assert_null(profile_fact(&p, "hal"));
	assert_int_equal(buf_load(&bytes, "templates/profiles/kemhan.xml", &e), 0);
	const struct sha256 hash = sha256_of(bytes.data, bytes.len);
	assert_memory_equal(p.hash.bytes, hash.bytes, SHA256_LEN);
}

static void test_umum(void **state)
{
	AUTO(profile_release) struct profile p = {.arena = ARENA_INIT(0)};

	(void)state;
	load("templates/profiles/umum.xml", &p);
	assert_null(p.office);
	assert_int_equal(p.kop.line_count, 0);
	assert_false(p.kop.has_emblem);
	assert_true(p.kop.rule_top_pt <= 0);
	assert_true(p.kop.rule_thick_pt > 0);
	assert_string_equal(profile_label(&p, "hal"), "Hal");
}

static void number(const char *profile, const struct number_parts *parts, const char *expected)
{
	AUTO(profile_release) struct profile p = {.arena = ARENA_INIT(0)};
	AUTO(buf_release) struct buf out = BUF_INIT(1000);
	struct err e = ERR_INIT;
	char path[96];

	snprintf(path, sizeof path, "templates/profiles/%s.xml", profile);
	load(path, &p);
	const char *made = profile_number(&p, parts, &out, &e) ? e.msg : buf_str(&out);
	assert_string_equal(made, expected);
}

static void test_numbers(void **state)
{
	const struct number_parts march = {"B", 14, {2026, 3, 9}, NULL},
				  december = {"SR", 1, {2027, 12, 31}, "X/Y"};

	(void)state;
	number("kemhan", &march, "B/14/III/2026/PUSDATIN");
	number("kemhan", &december, "SR/1/XII/2027/X/Y");
	number("bssn", &march, "B.14/BSSN/BS/HK.07.02/03/2026");
	number("umum", &december, "SR/1/X/Y/12/2027");
	number("umum", &march,
		"profile 'umum' has no satker of its own; write <nomor urut=\"...\" satker=\"...\"/>");
}

/* kemhan with one place changed, under a name of its own */
static void refuse(const char *from, const char *to, const char *expected)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(MIB);
	AUTO(buf_release) struct buf changed = BUF_INIT(MIB);
	struct profile p = {.name = "untouched"};
	struct err e = ERR_INIT;
	char path[96];

	snprintf(path, sizeof path, "%s/kemhan.xml", folder);
	assert_int_equal(buf_load(&bytes, "templates/profiles/kemhan.xml", &e), 0);
	const char *hit = strstr(buf_str(&bytes), from);
	assert_non_null(hit);
	buf_add(&changed, bytes.data, (size_t)(hit - buf_str(&bytes)));
	buf_adds(&changed, to);
	buf_adds(&changed, hit + strlen(from));
	assert_int_equal(outfile_put(path, 0644, changed.data, changed.len, &e), 0);
	assert_int_equal(profile_load(path, schema, &p, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_string_equal(p.name, "untouched");
	assert_memory_equal(e.msg, folder, strlen(folder));
	const char *got = e.msg + strlen(folder) + 1;
	assert_string_equal(got, expected);
}

static void test_catchword(void **state)
{
	AUTO(profile_release) struct profile p = {.arena = ARENA_INIT(0)};
	AUTO(buf_release) struct buf bytes = BUF_INIT(MIB);
	AUTO(buf_release) struct buf changed = BUF_INIT(MIB);
	struct err e = ERR_INIT;
	char path[96];

	(void)state;
	snprintf(path, sizeof path, "%s/kemhan.xml", folder);
	assert_int_equal(buf_load(&bytes, "templates/profiles/kemhan.xml", &e), 0);
	const char *hit = strstr(buf_str(&bytes), "bawah-mm=");
	buf_add(&changed, bytes.data, (size_t)(hit - buf_str(&bytes)));
	buf_adds(&changed, "kata-penyambung=\"ya\" ");
	buf_adds(&changed, hit);
	assert_int_equal(outfile_put(path, 0644, changed.data, changed.len, &e), 0);
	load(path, &p);
	assert_true(p.catchword);
}

/* The end is where the profile's last line is, however many labels it has. */
static void refuse_cut(void)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(MIB);
	struct err e = ERR_INIT;
	char expected[128];
	unsigned lines = 0;

	assert_int_equal(buf_load(&bytes, "templates/profiles/kemhan.xml", &e), 0);
	for (const char *p = buf_str(&bytes); *p; p++)
		lines += *p == '\n';
	snprintf(expected, sizeof expected,
		"kemhan.xml:%u: the file ends before 'profil' of line 3 is closed", lines + 1);
	refuse("</profil>", "", expected);
}

static void test_wrong_profiles(void **state)
{
	(void)state;
	refuse("nama=\"kemhan\"", "nama=\"lain\"",
		"kemhan.xml:3: profil: nama 'lain' must be the name of the file");
	refuse("{no}", "{nomor}",
		"kemhan.xml:12: penomoran: '{nomor}/{bulan_romawi}/{tahun}/{satker}' is none of {klas} {no} "
		"{bulan} {bulan_romawi} {tahun} {satker}");
	refuse("{klas}/{no}", "{klas}", "kemhan.xml:12: penomoran: the pattern has no {no}");
	refuse("{klas}", "{klas",
		"kemhan.xml:12: penomoran: '{klas/{no}/{bulan_romawi}/{tahun}/{satker}' is none of {klas} "
		"{no} {bulan} {bulan_romawi} {tahun} {satker}");
	refuse("{klas}", "klas}",
		"kemhan.xml:12: penomoran: '}/{no}/{bulan_romawi}/{tahun}/{satker}' is none of {klas} {no} "
		"{bulan} {bulan_romawi} {tahun} {satker}");
	refuse("kiri-mm=\"30\"", "kiri-mm=\"160\"",
		"kemhan.xml:6: batas: the margins leave less than 40 mm for the text");
	refuse("kiri-mm=\"30\"", "kiri-mm=\"-30\"",
		"kemhan.xml:6: batas: attribute 'kiri-mm': '-30' does not have the right form, it must match "
		"[0-9]{1,3}(\\.[0-9]{1,3})?");
	refuse("kiri-mm=\"30\"", "kiri-mm=\"3e1\"",
		"kemhan.xml:6: batas: attribute 'kiri-mm': '3e1' does not have the right form, it must match "
		"[0-9]{1,3}(\\.[0-9]{1,3})?");
	refuse("bawah-mm=\"25\"", "kata-penyambung=\"ya\" bawah-mm=\"23\"",
		"kemhan.xml:6: batas: kata-penyambung needs 3.6 mm between bawah-mm and the footer's "
		"garis-bawah-mm");
	refuse("bawah-mm=\"25\"", "kata-penyambung=\"yes\" bawah-mm=\"25\"",
		"kemhan.xml:6: batas: attribute 'kata-penyambung': 'yes' is not one of 'ya', 'tidak'");
	refuse("spasi-pt=\"18\"", "spasi-pt=\"8\"",
		"kemhan.xml:7: huruf: spasi-pt must not be smaller than ukuran-pt, nor that than 4");
	refuse("x2-mm=\"190\"", "x2-mm=\"60\"",
		"kemhan.xml:14: kop: x1-mm to x2-mm must be at least 40 mm, on the paper");
	refuse("<kertas ", "<lembar ",
		"kemhan.xml:5: lembar: does not belong here in 'profil', here must come 'kertas'");
	refuse("kunci=\"hal\"", "kunci=\"nomor\"",
		"kemhan.xml:30: label: Element '{urn:naskah:profil:1}label': Duplicate key-sequence "
		"['nomor'] in unique identity-constraint '{urn:naskah:profil:1}label-sekali'.");
	refuse("<?xml", "<!DOCTYPE profil><?xml",
		"kemhan.xml:1: a DOCTYPE or other declaration, a document must have none");
	refuse_cut();
}

static void refuse_kinds(const char *surat, const char *expected)
{
	struct arena a = ARENA_INIT(MIB);
	struct kinds k = {NULL, 7};
	struct err e = ERR_INIT;
	char path[96], text[600];

	snprintf(path, sizeof path, "%s/kinds.xml", folder);
	snprintf(text, sizeof text, "<jenis-surat xmlns='urn:naskah:jenis:1'>\n%s</jenis-surat>", surat);
	assert_int_equal(outfile_put(path, 0644, text, strlen(text), &e), 0);
	assert_int_equal(kinds_load(path, kinds_schema, &a, &k, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(k.count, 7);
	const char *got = e.msg + strlen(folder) + 1;
	assert_string_equal(got, expected);
	arena_release(&a);
}

static void test_kinds(void **state)
{
	struct arena a = ARENA_INIT(MIB);
	struct kinds k = {NULL, 0};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(kinds_load("templates/kinds.xml", kinds_schema, &a, &k, &e), 0);
	const struct kind *sheet = kinds_lookup(&k, CASE_PENGAJUAN_SISTEM, "disposisi", NULL);
	assert_non_null(sheet);
	assert_int_equal(sheet->nn, 3);
	assert_int_equal(sheet->step, 1);
	assert_string_equal(kind_text(sheet->name, 2, &a), "lembar-disposisi-2");
	assert_string_equal(kind_text(sheet->title, 3, &a), "Lembar Disposisi III");
	assert_null(kinds_lookup(&k, CASE_PENGAJUAN_SISTEM, "disposisi", sheet));
	assert_null(kinds_lookup(&k, CASE_PENERBITAN_SERTIFIKAT, "disposisi", NULL));
	assert_null(kinds_lookup(&k, CASE_PENGAJUAN_SISTEM, "sistem-siap", NULL));
	/* two letters of one element */
	const struct kind *letter = kinds_lookup(&k, CASE_PENGAJUAN_SISTEM, "permohonan", NULL);
	assert_string_equal(letter->name, "surat-permohonan");
	const struct kind *form = kinds_lookup(&k, CASE_PENGAJUAN_SISTEM, "permohonan", letter);
	assert_string_equal(form->name, "formulir-permohonan");
	assert_null(kinds_lookup(&k, CASE_PENGAJUAN_SISTEM, "permohonan", form));
	arena_release(&a);
	refuse_kinds("<surat nama='a-{n}' perkara='pengajuan-sistem' elemen='a' nn='1' templat='a.xsl' "
		     "judul='A'/>",
		"kinds.xml:2: surat 'a-{n}': {n} in nama and langkah go together");
	refuse_kinds("<surat nama='a' perkara='pengajuan-sistem' elemen='a' nn='1' langkah='1' "
		     "templat='a.xsl' judul='A'/>",
		"kinds.xml:2: surat 'a': {n} in nama and langkah go together");
	refuse_kinds(
		"<surat nama='a' perkara='pengajuan-sistem' elemen='a' nn='100' templat='a.xsl' judul='A'/>",
		"kinds.xml:2: surat: attribute 'nn': '100' does not have the right form, it must match "
		"[1-9][0-9]?");
	refuse_kinds(
		"<surat nama='a' perkara='pengajuan-sistem' elemen='a' nn='1' templat='../a.xsl' judul='A'/>",
		"kinds.xml:2: surat: attribute 'templat': '../a.xsl' does not have the right form, it must "
		"match [a-z][a-z0-9\\-]{0,60}\\.xsl");
	refuse_kinds(
		"<surat nama='a' perkara='pengajuan-sistem' elemen='a' nn='1' templat='a.xsl' judul='A'/>"
		"<surat nama='b' perkara='pengajuan-sistem' elemen='a' nn='1' templat='a.xsl' judul='A'/>",
		"kinds.xml:2: surat: Element '{urn:naskah:jenis:1}surat': Duplicate key-sequence "
		"['pengajuan-sistem', '1'] in unique identity-constraint "
		"'{urn:naskah:jenis:1}tempat-sekali'.");
}

/* Wherever memory ends: all that is written is known, or nothing. */
static void test_kinds_no_memory(void **state)
{
	static const char text[] =
		"<jenis-surat xmlns='urn:naskah:jenis:1'><surat nama='a-{n}' perkara='pengajuan-sistem' "
		"elemen='a' "
		"nn='1' templat='a.xsl' judul='A' langkah='2' contoh='ya' pribadi='ya'/></jenis-surat>";
	char path[96];
	struct err e = ERR_INIT;
	bool whole = false, failed = false;

	(void)state;
	snprintf(path, sizeof path, "%s/kinds.xml", folder);
	assert_int_equal(outfile_put(path, 0644, text, strlen(text), &e), 0);
	for (size_t max = 0; max < 1000; max++) {
		AUTO(arena_release) struct arena a = ARENA_INIT(max);
		struct kinds k = {NULL, 0};
		err_clear(&e);
		if (kinds_load(path, kinds_schema, &a, &k, &e)) {
			assert_int_equal(e.kind, ERR_NOMEM);
			failed = true;
			continue;
		}
		const struct kind *kind = &k.items[0];
		assert_true(kind->personal && kind->foreign && kind->nn == 1 && kind->step == 2);
		whole = true;
	}
	assert_true(whole && failed);
}

static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/naskah-profile-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	xml_start();
	return xml_schema_load("schemas/profile.xsd", &schema, &e) ||
			       xml_schema_load("schemas/kinds.xsd", &kinds_schema, &e)
		       ? -1
		       : 0;
}

static int tear_down(void **state)
{
	static const char *const made[] = {"kemhan.xml", "kinds.xml", ""};
	char path[96];

	(void)state;
	xml_schema_free(schema);
	xml_schema_free(kinds_schema);
	xml_end();
	for (size_t i = 0; i < ARRAY_LEN(made); i++) {
		snprintf(path, sizeof path, "%s/%s", folder, made[i]);
		(void)remove(path);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kemhan),
		cmocka_unit_test(test_umum),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_catchword),
		cmocka_unit_test(test_wrong_profiles),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_kinds_no_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
