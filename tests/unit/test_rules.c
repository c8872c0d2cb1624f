#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "casefile/casefile.h"
#include "casefile/contact.h"
#include "casefile/identity.h"

#include <stdio.h>

/* ---- numbers and ranks ------------------------------------------------------------------------------------ */

static void nik_tells_birth_and_sex(void **state)
{
	(void)state;
	struct birth b;
	const char *why;

	assert_true(nik_check("3171011506750001", false, &b, &why));
	assert_int_equal(b.day, 15);
	assert_int_equal(b.month, 6);
	assert_int_equal(b.year, 75);
	assert_false(b.woman);
	assert_true(nik_check("9603027112990001", false, &b, &why));
	assert_int_equal(b.day, 31);
	assert_true(b.woman);
	/* 29 February: 2000 was a leap year, 1900 was not; 2001 and 1901 were not either. */
	assert_true(nik_check("3171012902000001", false, &b, &why));
	assert_false(nik_check("3171012902010001", false, &b, &why));
	static const char *const bad[] = {
		"",
		"317101150675001",
		"31710115067500011",
		"317101150675000x",
		"3171010006750001", /* day 00 */
		"3171014006750001", /* day 40: neither a man's nor a woman's */
		"3171017206750001", /* a woman's 32nd */
		"3171011500750001", /* month 00 */
		"3171011513750001", /* month 13 */
		"3171013104750001", /* 31 April */
		"3171011506750000",
		"2071011506750001", /* no such province */
		"9771011506750001",
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (nik_check(bad[i], false, &b, &why))
			fail_msg("%s was accepted", bad[i]);
	/* The test service's people live in no province, but are born all the same. */
	assert_true(nik_check("0071011506750001", true, &b, &why));
	assert_false(nik_check("0071013206750001", true, &b, &why));
	assert_true(nik_district_is_plausible("3171011506750001"));
	assert_false(nik_district_is_plausible("3100011506750001"));
	assert_false(nik_district_is_plausible("3170011506750001"));
	assert_false(nik_district_is_plausible("3171001506750001"));
}

static void nip_tells_birth_and_appointment(void **state)
{
	(void)state;
	struct nip n;
	const char *why;

	assert_true(nip_check("199003142015052001", &n, &why));
	assert_int_equal(n.birth.year, 1990);
	assert_true(n.birth.woman);
	assert_false(n.contract);
	assert_true(nip_check("199608172023211023", &n, &why));
	assert_true(n.contract);
	static const char *const bad[] = {
		"",
		"19900314201505200",
		"1990031420150520011",
		"19900314 201505 2 001",
		"199002302015052001", /* 30 February */
		"189003142015052001",
		"199003141990052001", /* appointed in the year of birth */
		"199003142015002001",
		"199003142015132001",
		"199003142015222001",
		"199003142015050001",
		"199003142015053001",
		"199003142015052000",
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (nip_check(bad[i], &n, &why))
			fail_msg("%s was accepted", bad[i]);
}

static void nrp_has_digits(void **state)
{
	(void)state;
	const char *why;

	assert_true(nrp_check("1234", &why));
	assert_true(nrp_check("12345678901234", &why));
	assert_true(nrp_check("99999/P", &why));
	assert_false(nrp_check("123", &why));
	assert_false(nrp_check("123456789012345", &why));
	assert_false(nrp_check("99999/Q", &why));
	assert_false(nrp_check("99999/PP", &why));
	assert_false(nrp_check("9 9999", &why));
	assert_false(nrp_check("/P", &why));
}

static void golongan_has_one_form(void **state)
{
	(void)state;
	static const char *const good[][2] = {
		{"III/d", "III/d"},
		{"IIID", "III/d"},
		{"III/D", "III/d"},
		{"III d", "III/d"},
		{" iii / d ", "III/d"},
		{"Ia", "I/a"},
		{"IVE", "IV/e"},
		{"XVII", "XVII"},
		{"ix", "IX"},
		{"ID", "I/d"},
	};
	static const char *const bad[] = {
		"", "IIIID", "III/e", "V/a", "XVIII", "3/d", "IV/f", "III/dd", "IVIV", "/", "d"};
	char out[GRADE_TEXT] = "";

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(grade_normal(good[i][0], out));
		assert_string_equal(out, good[i][1]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (grade_normal(bad[i], out))
			fail_msg("%s was accepted as %s", bad[i], out);
	assert_string_equal(grade_rank("III/d"), "Penata Tingkat I");
	assert_string_equal(rank_grade("Pembina Utama"), "IV/e");
	assert_null(grade_rank("XI"));
	assert_null(rank_grade("Kolonel"));
	assert_true(rank_is_military("Kolonel"));
	assert_true(rank_is_military("Laksamana Pertama TNI"));
	assert_false(rank_is_military("Laksamana Pertama"));
	assert_false(rank_is_military("Penata"));
}

/* ---- contacts --------------------------------------------------------------------------------------------- */

static void addresses_have_a_form(void **state)
{
	(void)state;
	const char *why;
	static const char *const emails[] = {"a@b.id", "nama.depan+uji@sub.kantor-kota.go.id", "x_y%z@a.b"};
	static const char *const no_emails[] = {"", "a", "@b.id", "a@", "a@b", "a@b.", "a@.b.id", "a b@c.id",
		"a@b c.id", ".a@b.id", "a.@b.id", "a..b@c.id", "a@-b.id", "a@b-.id", "a@b.id@c.id",
		"a@b_c.id", "\"a\"@b.id", "a@[1.2.3.4]"};
	static const char *const phones[] = {"081234567890", "0812345678", "+62 812 3456 7890",
		"(021) 7805814", "(0362) 555010", "021-7805814"};
	static const char *const no_phones[] = {"", "-", "12345678", "+1 212 5550100", "081234567",
		"08123456789012", "0812345678x", "021+7805814", "0217805", "+62"};
	static const char *const urls[] = {"https://a.id", "https://a.go.id/x?y=z#w", "https://a.id:8443/",
		"https://192.0.2.1/", "https://[2001:db8::1]:443/x"};
	static const char *const no_urls[] = {"", "https://", "http://a.id", "HTTPS://a.id", "https:///x",
		"https://a id", "https://a.id/<", "https://u@a.id", "https://u:p@a.id/",
		"https://a.id:", "https://a.id:x", "https://a.id:123456", "https://-a.id", "https://a..id",
		"https://[::1", "https://[zz]/", "https://a.id\\x", "https://a.id:80x",
		"https://\xc3\xa9.id"};

	for (size_t i = 0; i < ARRAY_LEN(emails); i++)
		assert_true(email_check(emails[i], &why));
	for (size_t i = 0; i < ARRAY_LEN(no_emails); i++)
		if (email_check(no_emails[i], &why))
			fail_msg("%s was accepted", no_emails[i]);
	for (size_t i = 0; i < ARRAY_LEN(phones); i++)
		assert_true(phone_check(phones[i], &why));
	for (size_t i = 0; i < ARRAY_LEN(no_phones); i++)
		if (phone_check(no_phones[i], &why))
			fail_msg("%s was accepted", no_phones[i]);
	for (size_t i = 0; i < ARRAY_LEN(urls); i++)
		assert_true(url_check(urls[i], &why));
	for (size_t i = 0; i < ARRAY_LEN(no_urls); i++)
		if (url_check(no_urls[i], &why))
			fail_msg("%s was accepted", no_urls[i]);
	assert_true(email_is_private("a@Gmail.com"));
	assert_false(email_is_private("a@gmail.com.kantor.id"));
}

static void production_needs_a_real_address(void **state)
{
	(void)state;
	const char *why;
	static const char *const real[] = {"203.0.113.24", "10.1.2.3", "2001:db8::1", "::ffff:203.0.113.24"};
	static const char *const nowhere[] = {"127.0.0.1", "127.255.0.9", "0.0.0.0", "0.1.2.3", "::", "::1",
		"::ffff:127.0.0.1", "::ffff:0.0.0.0", "224.0.0.1", "255.255.255.255", "169.254.1.1",
		"ff02::1", "fe80::1"};
	static const char *const none[] = {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.04x", "2001:db8:::1",
		"localhost", " 1.2.3.4", "fe80::1%eth0"};

	for (size_t i = 0; i < ARRAY_LEN(real); i++)
		assert_true(ip_check(real[i], true, &why));
	for (size_t i = 0; i < ARRAY_LEN(nowhere); i++) {
		assert_true(ip_check(nowhere[i], false, &why));
		if (ip_check(nowhere[i], true, &why))
			fail_msg("%s was accepted", nowhere[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		if (ip_check(none[i], false, &why))
			fail_msg("%s was accepted", none[i]);
	assert_true(ip_same("2001:db8::1", "2001:DB8:0::1"));
	assert_false(ip_same("2001:db8::1", "2001:db8::2"));
	assert_false(ip_same("x", "x"));
}

/* ---- whole cases: a good one with something changed --------------------------------------------------------- */

static struct xml_schema *schema;
static struct buf application = BUF_INIT(LIMIT_CASE_BYTES), issuance = BUF_INIT(LIMIT_CASE_BYTES),
		  life = BUF_INIT(LIMIT_CASE_BYTES);

static int start(void **state)
{
	(void)state;
	struct err e = ERR_INIT;

	xml_start();
	if (xml_schema_load("schemas/case.xsd", &schema, &e) != 0 ||
		buf_load(&application, "fixtures/cases/kmh-2026-001.xml", &e) != 0 ||
		buf_load(&issuance, "fixtures/cases/und-2026-001.xml", &e) != 0 ||
		buf_load(&life, "fixtures/cases/pus-2026-001.xml", &e) != 0) {
		fprintf(stderr, "%s\n", e.msg);
		return -1;
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	xml_schema_release(&schema);
	buf_release(&application);
	buf_release(&issuance);
	buf_release(&life);
	xml_end();
	return 0;
}

static void keep(void *user, const char *message)
{
	struct buf *warnings = user;

	buf_addf(warnings, "%s\n", message);
}

/* Replaces the first `old` by `new`, parses, and collects the warnings. */
static int changed(const struct buf *base, const char *old, const char *new, bool test_identities,
	struct buf *warnings, struct casefile *c, struct xml_doc **doc, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_CASE_BYTES);
	const struct casefile_context ctx = {schema, test_identities};
	const char *at = strstr(buf_str(base), old);

	assert_non_null(at);
	buf_add(&text, base->data, (size_t)(at - buf_str(base)));
	buf_adds(&text, new);
	buf_adds(&text, at + strlen(old));
	return casefile_parse(&ctx, text.data, text.len, "x.xml", keep, warnings, c, doc, e);
}

static void accepted(const struct buf *base, const char *old, const char *new, const char *warning)
{
	AUTO(casefile_release) struct casefile c = CASEFILE_INIT;
	AUTO(buf_release) struct buf warnings = BUF_INIT(4096);
	struct err e = ERR_INIT;

	if (changed(base, old, new, false, &warnings, &c, NULL, &e) != 0)
		fail_msg("%s", e.msg);
	assert_string_equal(buf_str(&warnings), warning);
}

static void warnings_do_not_refuse(void **state)
{
	(void)state;
	accepted(&application, "<nik>3171011506750001</nik>", "<nik>3171011606750001</nik>",
		"x.xml:62: nip: NIK and NIP of 'Budi Contoh Santoso' name different dates of birth\n");
	accepted(&application, "<nik>3171011506750001</nik>", "<nik>3171015506750001</nik>",
		"x.xml:62: nip: NIK and NIP of 'Budi Contoh Santoso' disagree whether it is a man or a "
		"woman\n");
	accepted(&application, "<nik>3171011506750001</nik>", "<nik>3170011506750001</nik>",
		"x.xml:63: nik: the NIK of 'Budi Contoh Santoso' names no kabupaten, kota or kecamatan\n");
	accepted(&application, "diskominfo@kotacontoh.example", "kota.contoh@gmail.com",
		"x.xml:8: email: 'kota.contoh@gmail.com' is a private address, BSrE writes to the official "
		"one\n");
	accepted(&application, "<jabatan>Kepala Pusat Data dan Informasi</jabatan>",
		"<jabatan>Menteri Pertahanan</jabatan>",
		"x.xml:76: disposisi: the application went to 'Menteri Pertahanan', but 'Kepala Pusat Data "
		"dan Informasi' "
		"writes the first disposition\n");
}

static void test_identities_are_a_switch(void **state)
{
	(void)state;
	AUTO(casefile_release) struct casefile c = CASEFILE_INIT;
	AUTO(buf_release) struct buf warnings = BUF_INIT(4096);
	struct err e = ERR_INIT;
	const char *old = "<nik>3171011506750001</nik>", *new = "<nik>0000001506750001</nik>";

	assert_int_equal(changed(&application, old, new, false, &warnings, &c, NULL, &e), -1);
	err_clear(&e);
	assert_int_equal(changed(&application, old, new, true, &warnings, &c, NULL, &e), 0);
	assert_string_equal(buf_str(&warnings), "");
	/* No message holds the number. */
	assert_null(strstr(e.msg, "0000001506750001"));
}

static void who_signs_for_an_office_is_that_office(void **state)
{
	(void)state;
	accepted(&application, "<jabatan>Kepala Bidang Manajemen Data dan Sistem Aplikasi</jabatan>",
		"<atas-nama bentuk='a.n.'>Kepala Bidang Manajemen Data dan Sistem Aplikasi</atas-nama>"
		"<jabatan>Kepala Subbidang Contoh</jabatan>",
		"");
	accepted(&application, "<jabatan>Kepala Bidang Manajemen Data dan Sistem Aplikasi</jabatan>",
		"<atas-nama bentuk='Plt.'/><jabatan>kepala bidang manajemen data dan sistem "
		"aplikasi</jabatan>",
		"");
}

static void golongan_is_normal_in_struct_and_document(void **state)
{
	(void)state;
	AUTO(casefile_release) struct casefile c = CASEFILE_INIT;
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;
	AUTO(buf_release) struct buf warnings = BUF_INIT(4096);
	struct err e = ERR_INIT;

	assert_int_equal(changed(&issuance, "<golongan>III/d</golongan>", "<golongan> IIID </golongan>",
				 false, &warnings, &c, &doc, &e),
		0);
	assert_string_equal(c.subject_person->grade, "III/d");
	const struct xml_node *grade = xml_child(xml_child(xml_root(doc), "pemegang"), "golongan");
	assert_string_equal(xml_text_raw(grade, &c.arena), "III/d");
}

/* What a file says of a serial number, and what struct and document hold. */
static void serial_numbers_have_one_form(void **state)
{
	(void)state;
	static const char *const forms[][2] = {
		{"7A31 08EE 914C 0B6D 25F7", "7A3108EE914C0B6D25F7"},
		{"0x00ff", "00FF"},
		{"a1:b2:c3", "A1B2C3"},
		{"218734650912874561200398", "218734650912874561200398"},
		{"1234567890123456789012345678901234567890123456789",
			"1234567890123456789012345678901234567890123456789"},
		{"ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD", "ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD"},
	};

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		AUTO(casefile_release) struct casefile c = CASEFILE_INIT;
		AUTO(xml_doc_release) struct xml_doc *doc = NULL;
		AUTO(buf_release) struct buf warnings = BUF_INIT(4096);
		struct err e = ERR_INIT;
		if (changed(&life, "7A31 08EE 914C 0B6D 25F7", forms[i][0], false, &warnings, &c, &doc, &e))
			fail_msg("%s", e.msg);
		assert_string_equal(c.revocation.serial.text, forms[i][1]);
		const struct xml_node *serial =
			xml_child(xml_child(xml_root(doc), "pencabutan"), "nomor-seri");
		assert_string_equal(xml_text_raw(serial, &c.arena), forms[i][1]);
	}
}

static void requests_on_the_very_day(void **state)
{
	(void)state;
	/* Renewed and revoked on the day of issue, and both letters of one day. */
	accepted(&life, "<tanggal>2026-05-04</tanggal>", "<tanggal>2026-04-01</tanggal>", "");
	accepted(&life, "<tanggal>2026-06-01</tanggal>", "<tanggal>2026-06-02</tanggal>", "");
	accepted(&life, "<tanggal>2026-06-01</tanggal>", "<tanggal>2026-06-05</tanggal>", "");
	accepted(&life, "<berlaku-mulai>2026-06-05</berlaku-mulai>",
		"<berlaku-mulai>2026-06-01</berlaku-mulai>", "");
	accepted(&life, "<status><langkah>Suspend</langkah><tanggal>2026-06-02</tanggal></status>", "", "");
}

/* The holder before and after are one person, of whom the rules ask the same. */
static void changed_data_are_checked_as_the_old(void **state)
{
	(void)state;
	AUTO(casefile_release) struct casefile c = CASEFILE_INIT;
	AUTO(buf_release) struct buf warnings = BUF_INIT(4096);
	struct err e = ERR_INIT;
	const char *row = "<perubahan data=\"jabatan\">";

	assert_int_equal(changed(&life, row,
				 "<perubahan data='nama'><lama>Bimo Contoh Prasetyo, S.Kom.</lama>"
				 "<baru>Bimo Contoh Prasetya, M.T.</baru></perubahan>"
				 "<perubahan data='nama-tanpa-gelar'><lama>Bimo Contoh Prasetyo</lama>"
				 "<baru>Bimo Contoh Prasetya</baru></perubahan><perubahan data=\"jabatan\">",
				 false, &warnings, &c, NULL, &e),
		0);
	assert_string_equal(c.subject_person->plain_name, "Bimo Contoh Prasetyo");
	assert_string_equal(c.data_changes.after->plain_name, "Bimo Contoh Prasetya");
	assert_string_equal(c.data_changes.after->nik, c.subject_person->nik);
	assert_string_equal(c.data_changes.after->rank, "Mayor");
	accepted(&life, row,
		"<perubahan data='email'><lama>bimo.prasetyo@pusdatin.example</lama>"
		"<baru>bimo@gmail.com</baru></perubahan><perubahan data=\"jabatan\">",
		"x.xml:97: email: 'bimo@gmail.com' is a private address, BSrE writes to the official one\n");
}

static void edges_of_the_calendar(void **state)
{
	(void)state;
	/* The same minute, the same day: not earlier. */
	accepted(&application, "2026-03-04T13:40:00+07:00", "2026-03-04T09:15:00+07:00", "");
	accepted(&application, "<tanggal>2026-04-14</tanggal>", "<tanggal>2026-04-09</tanggal>", "");
	/* 09:15 WIB is 11:15 WIT. */
	accepted(&application, "2026-03-04T13:40:00+07:00", "2026-03-04T11:15:00+09:00", "");
	accepted(&application, "<lampiran>1 (satu) berkas</lampiran>", "", "");
}

/* What the guests must be told is asked for (fixtures/hostile); what nobody would print is pointed out. */
static void where_a_test_is_held(void **state)
{
#define LINK "<tautan>https://rapat.contoh.example/uji-surelko-1</tautan>"
#define ROOM "<tempat>Aula Contoh</tempat>"
	const char *online = "<media>Daring</media>\n      " LINK;

	(void)state;
	accepted(&application, online, "<media>Luring</media>" ROOM, "");
	accepted(&application, online, "<media>Hibrida</media>" LINK ROOM, "");
	accepted(&application, online, "<media>Luring</media>" LINK ROOM,
		"x.xml:202: tautan: not printed, the test is not held online\n");
	accepted(&application, online, "<media>Daring</media>" LINK ROOM,
		"x.xml:202: tempat: not printed, the test is held online only\n");
#undef LINK
#undef ROOM
}

/* On the day of the test it may be demanded, and what was not tested may have a date too. */
static void until_when_to_repair(void **state)
{
	(void)state;
	accepted(&application, "<perbaikan>Simpan pesan BSrE apa adanya</perbaikan>",
		"<tenggat>2026-03-26</tenggat>", "");
	accepted(&application, "<hasil>Sesuai</hasil></kriteria>",
		"<hasil>Tidak diuji</hasil><tenggat>2026-03-30</tenggat></kriteria>", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nik_tells_birth_and_sex),
		cmocka_unit_test(nip_tells_birth_and_appointment),
		cmocka_unit_test(nrp_has_digits),
		cmocka_unit_test(golongan_has_one_form),
		cmocka_unit_test(addresses_have_a_form),
		cmocka_unit_test(production_needs_a_real_address),
		cmocka_unit_test(warnings_do_not_refuse),
		cmocka_unit_test(test_identities_are_a_switch),
		cmocka_unit_test(who_signs_for_an_office_is_that_office),
		cmocka_unit_test(golongan_is_normal_in_struct_and_document),
		cmocka_unit_test(serial_numbers_have_one_form),
		cmocka_unit_test(requests_on_the_very_day),
		cmocka_unit_test(changed_data_are_checked_as_the_old),
		cmocka_unit_test(edges_of_the_calendar),
		cmocka_unit_test(where_a_test_is_held),
		cmocka_unit_test(until_when_to_repair),
	};

	return cmocka_run_group_tests(tests, start, end);
}
