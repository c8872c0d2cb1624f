/* The sandbox's v1: forms, downloads, status, verification (reference bsre-api 3). */
#include "sandbox_rig.h"

static void form_of(struct buf *form, const char *nik, const char *secret, const char *display)
{
	buf_reset(form);
	form_file(form, "file", "application/pdf", &letter);
	form_text(form, "nik", nik);
	form_text(form, "passphrase", secret);
	form_text(form, "tampilan", display);
}

/* The answer in JSON. */
static void sign_as_json(char id[64], struct buf *pdf)
{
	AUTO(buf_release) struct buf form = BUF_INIT(MIB);
	struct err e = ERR_INIT;

	form_of(&form, NIK, passphrase, "invisible");
	form_text(&form, "jenis_response", "BASE64");
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	assert_int_equal(status, 200);
	assert_true(number("signing_time") >= 0);
	MUST(base64_parse(text("base64_signed_file"), strlen(text("base64_signed_file")), pdf, &e));
	snprintf(id, 64, "%s", text("id_dokumen"));
}

static void signs_bytes(void **state)
{
	AUTO(buf_release) struct buf form = BUF_INIT(MIB);

	(void)state;
	form_of(&form, NIK, passphrase, "INVISIBLE");
	form_text(&form, "reason", "Persetujuan");
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	assert_int_equal(status, 200);
	assert_string_equal(content_type, "application/pdf");
	good_file(&letter, answer.data, answer.len, "Contoh Pejabat 1");
	assert_non_null(memmem(answer.data, answer.len, "Persetujuan", 11));
	assert_int_equal(strlen(document_id), 24);
	/* without its id */
	struct err e = ERR_INIT;
	MUST(fault_book_add(sandbox_faults(sandbox), "no-id", 1, NULL, &e));
	form_of(&form, NIK, passphrase, "invisible");
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	assert_int_equal(status, 200);
	assert_string_equal(document_id, "");
}

/* [llx lly urx ury] of the last widget. */
static void rectangle_of(const struct buf *pdf, double out[4])
{
	const char *at = NULL;

	for (const char *p = (const char *)pdf->data, *end = p + pdf->len;
		(p = memmem(p, (size_t)(end - p), "/Rect [", 7)); p += 7)
		at = p + 7;
	assert_non_null(at);
	for (int i = 0; i < 4; i++) {
		char *behind;
		out[i] = strtod(at, &behind);
		at = behind;
	}
}

static void visible(const char *extra_name, const char *extra, double wanted[4])
{
	AUTO(buf_release) struct buf form = BUF_INIT(MIB);
	double found[4];

	form_of(&form, NIK, passphrase, "visible");
	form_text(&form, "image", "false");
	form_text(&form, "linkQR", "https://uji.example/v/ABCD");
	form_text(&form, "xAxis", "100");
	form_text(&form, "yAxis", "50.5");
	form_text(&form, "width", "200");
	form_text(&form, "height", "150.5");
	form_text(&form, extra_name, extra);
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	if (status != 200)
		fail_msg("%s", buf_str(&answer));
	good_file(&letter, answer.data, answer.len, "Contoh Pejabat 1");
	rectangle_of(&answer, found);
	for (int i = 0; i < 4; i++)
		assert_true(found[i] > wanted[i] - 0.01 && found[i] < wanted[i] + 0.01);
}

/* From below; width and height are the other corner, unless the sandbox is told otherwise. */
static void signs_visibly(void **state)
{
	AUTO(buf_release) struct buf form = BUF_INIT(MIB);

	(void)state;
	visible("page", "1", (double[]){100, 50.5, 200, 150.5});
	visible("halaman", "TERAKHIR", (double[]){100, 50.5, 200, 150.5});
	assert_int_equal(post("/sandbox/control", "{\"v1_sizes\":true}"), 0);
	visible("page", "1", (double[]){100, 50.5, 300, 201});
	assert_int_equal(post("/sandbox/control", "{\"v1_sizes\":false}"), 0);

	form_of(&form, NIK, passphrase, "visible");
	form_text(&form, "tag_koordinat", "#");
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	REFUSED(400, "Proses signing gagal : tag koordinat tidak ditemukan", 400);
	form_of(&form, NIK, passphrase, "visible");
	form_text(&form, "page", "1");
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	REFUSED(400, "Proses signing gagal : gambar tanda tangan tidak ditemukan", 400);
	form_of(&form, NIK, passphrase, "samar");
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	assert_int_equal(status, 400);
}

static void downloads_once(void **state)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(MIB);
	char id[64], path[128];

	(void)state;
	sign_as_json(id, &pdf);
	good_file(&letter, pdf.data, pdf.len, "Contoh Pejabat 1");
	snprintf(path, sizeof path, "/api/sign/download/%s", id);
	assert_int_equal(get(path), 0);
	assert_int_equal(status, 200);
	assert_string_equal(content_type, "application/pdf");
	assert_int_equal(answer.len, pdf.len);
	assert_memory_equal(answer.data, pdf.data, pdf.len);
	assert_int_equal(get(path), 0);
	SPRING(404);
	assert_int_equal(get("/api/sign/download/"), 0);
	SPRING(404);
}

/* Cut in the middle of the file: its headers were there, and the file can be fetched. */
static void cut_file_can_be_fetched(void **state)
{
	AUTO(buf_release) struct buf form = BUF_INIT(MIB);
	struct err e = ERR_INIT;
	char path[128];

	(void)state;
	MUST(fault_book_add(sandbox_faults(sandbox), "cut-inside", 1, NULL, &e));
	form_of(&form, NIK, passphrase, "invisible");
	assert_int_equal(post_form("/api/sign/pdf", &form), -1);
	snprintf(path, sizeof path, "/api/sign/download/%s", document_id);
	assert_int_equal(get(path), 0);
	good_file(&letter, answer.data, answer.len, "Contoh Pejabat 1");
	assert_int_equal(get("/sandbox/calls?nik=" NIK), 0);
	const json_t *calls = json_object_get(said, "calls");
	const json_t *last = json_array_get(calls, json_array_size(calls) - 1);
	assert_string_equal(json_string_value(json_object_get(last, "fault")), "cut-inside");
	assert_true(json_is_true(json_object_get(last, "signed")));
}

static void refuses(void **state)
{
	AUTO(buf_release) struct buf form = BUF_INIT(MIB);
	AUTO(buf_release) struct buf text_file = BUF_INIT(64);

	(void)state;
	form_of(&form, NIK, "bukan itu", "invisible");
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	REFUSED(400, "Passphrase anda salah", 2031);

	form_of(&form, "3300000000000099", passphrase, "invisible");
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	REFUSED(400, "User tidak terdaftar", 2011);

	form_of(&form, "3300000000000002", passphrase, "invisible");
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	REFUSED(400, "Sertifikat pengguna berstatus EXPIRED", 2041);

	/* what is no PDF: the old engine's words */
	buf_reset(&form);
	buf_adds(&text_file, "bukan PDF");
	form_file(&form, "file", "application/pdf", &text_file);
	form_text(&form, "nik", NIK);
	form_text(&form, "passphrase", passphrase);
	form_text(&form, "tampilan", "invisible");
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	assert_int_equal(status, 400);
	assert_non_null(strstr(text("error"), "InvalidPdfException"));

	/* no file; no form at all; half a form */
	buf_reset(&form);
	form_text(&form, "nik", NIK);
	assert_int_equal(post_form("/api/sign/pdf", &form), 0);
	assert_int_equal(status, 400);
	assert_int_equal(post("/api/sign/pdf", "{}"), 0);
	assert_int_equal(status, 400);
	form_of(&form, NIK, passphrase, "invisible");
	assert_int_equal(say("POST", "/api/sign/pdf", "multipart/form-data; boundary=" BOUNDARY, form.data,
				 form.len / 2),
		0);
	assert_int_equal(status, 400);
	assert_int_equal(get("/api/sign/pdf"), 0);
	SPRING(405);
}

static void statuses(void **state)
{
	(void)state;
	assert_int_equal(get("/api/user/status/" NIK), 0);
	assert_int_equal(status, 200);
	assert_int_equal(number("status_code"), 1111);
	assert_string_equal(text("status"), "ISSUE");
	assert_string_equal(
		text("message"), "User sudah terdaftar dan memiliki sertifikat dengan status ISSUE");
	assert_int_equal(get("/api/user/status/3300000000000007"), 0);
	assert_int_equal(number("status_code"), 1110);
	assert_string_equal(text("message"), "User belum terdaftar");
	assert_int_equal(get("/api/user/profile/" NIK), 0);
	assert_string_equal(text("nama"), "Contoh Pejabat 1");
	assert_int_equal(get("/api/entity/cert/expired"), 0);
	assert_int_equal(json_array_size(json_object_get(said, "data")), 1);
	assert_int_equal(get("/api/user/certificate/chain/" NIK), 0);
	assert_int_equal(json_array_size(json_object_get(said, "data")), 3);
}

static void verifies(void **state)
{
	AUTO(buf_release) struct buf form = BUF_INIT(MIB);
	AUTO(buf_release) struct buf pdf = BUF_INIT(MIB);
	char id[64];

	(void)state;
	sign_as_json(id, &pdf);
	form_file(&form, "signed_file", "application/pdf", &pdf);
	assert_int_equal(post_form("/api/sign/verify", &form), 0);
	assert_int_equal(status, 200);
	assert_string_equal(text("summary"), "VALID");
	assert_string_equal(text("nama_dokumen"), "surat.pdf");
	assert_int_equal(number("jumlah_signature"), 1);
	const json_t *detail = json_array_get(json_object_get(said, "details"), 0);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(detail, "info_signer"), "signer_name")),
		"Contoh Pejabat 1");

	buf_reset(&form);
	form_file(&form, "signed_file", "application/pdf", &letter);
	assert_int_equal(post_form("/api/sign/verify", &form), 0);
	assert_int_equal(number("jumlah_signature"), 0);
	assert_true(json_is_null(member("summary")));
	buf_reset(&form);
	form_text(&form, "signed_file", "bukan PDF");
	assert_int_equal(post_form("/api/sign/verify", &form), 0);
	assert_int_equal(status, 400);
	assert_non_null(text("error"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_bytes),
		cmocka_unit_test(signs_visibly),
		cmocka_unit_test(downloads_once),
		cmocka_unit_test(cut_file_can_be_fetched),
		cmocka_unit_test(refuses),
		cmocka_unit_test(statuses),
		cmocka_unit_test(verifies),
	};

	return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
