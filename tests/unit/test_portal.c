/* The portal's answers, asked over HTTP: the file on disk decides, not the ledger's word alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/outfile.h"
#include "base/text.h"
#include "ledger/batch.h"
#include "ledger/place.h"
#include "pdf_variants.h"
#include "pki.h"
#include "portal/html.h"
#include "portal/portal.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <ftw.h>
#include <sys/socket.h>
#include <sys/time.h>

static struct pki pki;
static char folder[64];
static struct portal *portal;

/* One letter per answer that the portal can give. */
enum {
	GOOD,
	WRONG_FILE,
	NO_FILE,
	UNTRUSTED,
	PLANNED,
	OLD,
	NEWER,
	KEPT,
	NEWEST,
	SECRET,
	PERSONAL,
	SEVERAL,
	PARTLY,
	LETTERS
};
static char code[LETTERS][CODE_TEXT];

#define OK(call)                                                                                             \
	do {                                                                                                 \
		struct err ok_e = ERR_INIT, *e = &ok_e;                                                      \
		if ((call) != 0)                                                                             \
			fail_msg("%s: %s", #call, ok_e.msg);                                                 \
	} while (0)

static struct ledger_letter row_of(int i, const char *case_id)
{
	struct ledger_letter row = {.nn = 1,
		.kind = "surat-permohonan",
		.number = "B/14/III/2026",
		.title = "Surat Permohonan",
		.subject = "Permohonan <uji> & \"contoh\"",
		.office = "Pusat Data Uji",
		.signers = {{.name = "Sari Uji", .title = "Kepala Pusat Data"}},
		.class_code = "B",
		.date = {2026, 3, 13}};
	struct sha256 mac;

	if (i == SECRET)
		memcpy(row.class_code, "SR", 3);
	if (i == SEVERAL || i == PARTLY)
		row.signers[1] = (struct ledger_signer){.name = "Orang Lain", .title = "Pemohon"};
	if (i == PERSONAL)
		row.subject[0] = '\0';
	memset(&mac, 17 * (i + 1), sizeof mac);
	row.content = row.unsigned_pdf = row.recipe = mac;
	snprintf(row.case_id, sizeof row.case_id, "%s", case_id);
	code_from_mac(&mac, row.code);
	memcpy(code[i], row.code, CODE_TEXT);
	return row;
}

static struct event event_of(enum event_kind kind, const struct ledger_letter *row, const struct sha256 *file)
{
	struct event ev = {
		.kind = kind, .at = PKI_NOW, .content = row->content, .unsigned_pdf = row->unsigned_pdf};

	memcpy(ev.code, row->code, CODE_TEXT);
	if (file)
		ev.signed_pdf = *file;
	return ev;
}

static struct buf last_signed = BUF_INIT(PDF_BYTES);

/* Only what was approved is sent: each letter alone, which is all that matters here. */
static void approve(struct ledger *l, const struct ledger_letter *row)
{
	struct ledger_batch batch = {
		.root = row->unsigned_pdf, .count = 1, .by = "Uji", .at = PKI_NOW, .how = APPROVED_BY_PERSON};
	struct event ev = {.kind = EVENT_APPROVED, .at = PKI_NOW, .person = "Uji", .note = "person"};
	const struct ledger_leaf leaf = {&ev, "approved", 8};
	bool fresh;

	batch_code(&batch.root, batch.code);
	memcpy(ev.code, batch.code, sizeof batch.code);
	ev.content = batch.root;
	OK(ledger_sheet_reset(l, e));
	OK(ledger_sheet_add(l, &row->unsigned_pdf, &fresh, e));
	if (fresh)
		OK(ledger_approve(l, &batch, &leaf, e));
}

static int64_t attempt_of(struct ledger *l, const struct ledger_letter *row)
{
	approve(l, row);
	const struct event begin = event_of(EVENT_ATTEMPT, row, NULL);
	const struct ledger_leaf leaf = {&begin, "attempt", 7};
	int64_t attempt;

	OK(ledger_attempt_begin(l, row->id, &leaf, &attempt, e));
	return attempt;
}

/* The first of two signers: `s` is what came back. */
static void sign_first(struct ledger *l, const struct ledger_letter *row, struct buf *s)
{
	const struct ledger_answer answer = {.http_status = 200};
	AUTO(buf_release) struct buf b = BUF_INIT(PDF_BYTES);

	fixture(&b, "plain.pdf", AS_IS);
	pki_sign(&b, "esc_0", &pki.other.signer, PKI_NOW - 60, s);
	struct sha256 file = sha256_of(s->data, s->len);
	const struct event signed_ = event_of(EVENT_SIGNED, row, &file);
	const struct ledger_leaf leaf = {&signed_, "signed", 6};
	OK(ledger_sign(l, attempt_of(l, row), &file, &answer, &leaf, e));
}

/* Signs, records and (unless `place` is false) stores a letter; `old` is what it replaces. */
static void publish(struct ledger *l, int i, const char *case_id, const struct cms_signer *signer, bool place,
	const struct ledger_letter *old)
{
	AUTO(buf_release) struct buf b = BUF_INIT(PDF_BYTES);
	struct buf s = last_signed;
	struct ledger_letter row = row_of(i, case_id);
	struct ledger_answer answer = {.http_status = 200, .code = "", .text = "", .raw = "{}", .raw_len = 2};
	char path[512];

	OK(ledger_plan(l, &row, e));
	if (*row.signers[1].name)
		sign_first(l, &row, &b);
	else
		fixture(&b, "plain.pdf", AS_IS);
	pki_sign(&b, "esc_1", signer, PKI_NOW, &s);
	last_signed = s;
	struct sha256 file = sha256_of(s.data, s.len);
	struct event done = event_of(EVENT_PUBLISHED, &row, &file);
	struct event gone = old ? event_of(EVENT_SUPERSEDED, old, &old->signed_pdf) : done;
	struct ledger_leaf done_leaf = {&done, "published", 9}, gone_leaf = {&gone, "superseded", 10};
	OK(ledger_publish(l, attempt_of(l, &row), &file, PKI_NOW, &answer, &done_leaf, old ? old->id : 0,
		old ? &gone_leaf : NULL, e));
	if (!place)
		return;
	snprintf(path, sizeof path, "%s/letters/%s/01-surat-permohonan.pdf", folder, case_id);
	OK(outfile_put(path, 0644, s.data, s.len, e));
	snprintf(path, sizeof path, "%s/letters/%s/01-surat-permohonan.tlog-proof", folder, case_id);
	OK(outfile_put(path, 0644, "c2sp.org/tlog-proof@v1\n", 23, e));
	OK(ledger_set_placed(l, row.id, e));
}

static void fill_ledger(void)
{
	AUTO(ledger_release) struct ledger *l = NULL;
	struct ledger_letter row, old;
	struct pki stranger;
	char path[512];
	bool found;

	snprintf(path, sizeof path, "%s/ledger.db", folder);
	OK(ledger_open(path, false, &l, e));
	publish(l, GOOD, "baik", &pki.sari.signer, true, NULL);
	publish(l, SECRET, "rahasia", &pki.sari.signer, true, NULL);
	publish(l, PERSONAL, "pribadi", &pki.sari.signer, true, NULL);
	publish(l, SEVERAL, "berdua", &pki.sari.signer, true, NULL);
	row = row_of(PARTLY, "sebagian");
	OK(ledger_plan(l, &row, e));
	AUTO(buf_release) struct buf partly = BUF_INIT(PDF_BYTES);
	sign_first(l, &row, &partly);
	publish(l, WRONG_FILE, "salah", &pki.sari.signer, true, NULL);
	snprintf(path, sizeof path, "%s/letters/salah/01-surat-permohonan.pdf", folder);
	FILE *f = fopen(path, "ab");
	assert_non_null(f);
	fputc('\n', f);
	fclose(f);
	publish(l, NO_FILE, "hilang", &pki.sari.signer, false, NULL);
	pki_new(&stranger, NULL);
	publish(l, UNTRUSTED, "asing", &stranger.sari.signer, true, NULL);
	pki_release(&stranger);
	row = row_of(PLANNED, "rencana");
	OK(ledger_plan(l, &row, e));
	publish(l, OLD, "ganti", &pki.sari.signer, true, NULL);
	OK(ledger_letter_by_code(l, code[OLD], &old, &found, e));
	assert_true(found);
	publish(l, NEWER, "ganti", &pki.sari.signer, true, &old);
	/* Replaced and kept, as the pipeline does; the newer one has not come out of staging yet. */
	publish(l, KEPT, "arsip", &pki.sari.signer, true, NULL);
	OK(ledger_letter_by_code(l, code[KEPT], &old, &found, e));
	assert_true(found);
	publish(l, NEWEST, "arsip", &pki.sari.signer, false, &old);
	OK(ledger_letter_by_code(l, code[NEWEST], &row, &found, e));
	AUTO(free_ptr) char *staged = letter_file(folder, &row, PLACE_STAGED);
	OK(outfile_put(staged, 0644, last_signed.data, last_signed.len, e));
	snprintf(path, sizeof path, "%s/audit/checkpoint", folder);
	OK(outfile_put(path, 0644, "contoh\n", 7, e));
	snprintf(path, sizeof path, "%s/audit/tile/entries/000.p/3", folder);
	OK(outfile_put(path, 0644, "abc", 3, e));
	snprintf(path, sizeof path, "%s/audit/rahasia", folder);
	OK(outfile_put(path, 0644, "rahasia", 7, e));
}

static int start(void **state)
{
	char root[128];
	(void)state;

	snprintf(folder, sizeof folder, "/tmp/naskah-portal-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(root, sizeof root, "%s/root.pem", folder);
	pki_new(&pki, root);
	fill_ledger();
	struct portal_config config = {.address = "127.0.0.1",
		.out = folder,
		.office = "Kantor Uji <Contoh>",
		.roots = root,
		.zone = ZONE_WIB};
	OK(portal_new(&config, &portal, e));
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int stop(void **state)
{
	(void)state;
	portal_release(&portal);
	buf_release(&last_signed);
	pki_release(&pki);
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *ask(struct buf *out, const char *method, const char *path)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(portal_port(portal)),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct timeval patience = {.tv_sec = 10};
	char text[4096];
	ssize_t n;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	int len = snprintf(
		text, sizeof text, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", method, path);
	assert_int_equal(send(fd, text, (size_t)len, 0), len);
	buf_reset(out);
	while ((n = recv(fd, text, sizeof text, 0)) > 0)
		buf_add(out, text, (size_t)n);
	close(fd);
	return buf_str(out);
}

static const char *ask_code(struct buf *out, int i, const char *part)
{
	char path[128];

	snprintf(path, sizeof path, "/v/%s%s", code[i], part);
	return ask(out, "GET", path);
}

#define has(text, part)    assert_non_null(strstr((text), (part)))
#define hasnt(text, part)  assert_null(strstr((text), (part)))
#define STATUS(text, code) assert_int_equal(strncmp((text), "HTTP/1.1 " code, 12), 0)
#define PAGE               AUTO(buf_release) struct buf b = BUF_INIT(PDF_BYTES)

/* What no page may ever hold. */
static void assert_discreet(const char *r)
{
	hasnt(r, PKI_NIK);
	hasnt(r, "<script");
	hasnt(r, "style=");
	hasnt(r, folder);
	has(r, "Content-Security-Policy: default-src 'none'; style-src 'self'");
	has(r, "Cache-Control: no-store");
	has(r, "X-Content-Type-Options: nosniff");
}

static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	while ((text = strstr(text, part))) {
		n++;
		text += strlen(part);
	}
	return n;
}

static void test_several_signers(void **state)
{
	PAGE;
	(void)state;
	const char *r = ask_code(&b, SEVERAL, "");
	STATUS(r, "200");
	has(r, "asli dan terdaftar");
	has(r, "<dt>Penanda tangan pertama</dt><dd>Sari Uji</dd>");
	has(r, "<dt>Penanda tangan kedua</dt><dd>Orang Lain</dd>");
	has(r, "<dd>Pemohon</dd>");
	has(r, "Tanda tangan ke-2 dari 2");
	assert_int_equal(count_of(r, "Isi surat tidak berubah sejak ditandatangani"), 2);
	assert_int_equal(count_of(r, "Sesudahnya hanya ditambahkan tanda tangan berikutnya"), 1);
	assert_discreet(r);
	/* With the first signature only it is no letter yet: neither the file nor its words are shown. */
	r = ask_code(&b, PARTLY, "");
	has(r, "belum ditandatangani oleh semua penanda tangannya");
	hasnt(r, "B/14/III/2026");
	STATUS(ask_code(&b, PARTLY, "/pdf"), "404");
}

static void test_good(void **state)
{
	PAGE;
	(void)state;
	const char *r = ask_code(&b, GOOD, "");
	STATUS(r, "200");
	has(r, "Surat uji coba ini asli dan terdaftar");
	has(r, "B/14/III/2026");
	has(r, "13 Maret 2026");
	has(r, "31 Maret 2026 pukul 09.40.00 WIB");
	has(r, "Permohonan &lt;uji&gt; &amp; &quot;contoh&quot;");
	has(r, "Kantor Uji &lt;Contoh&gt;");
	has(r, "Kepala Pusat Data");
	has(r, "UJI COBA");
	has(r, "bandingkan isi surat di tangan Anda");
	has(r, "/pdf\"");
	has(r, "/receipt\"");
	assert_discreet(r);
}

static void test_any_spelling(void **state)
{
	PAGE;
	char shown[CODE_SHOWN], path[64];
	(void)state;
	code_show(code[GOOD], shown);
	for (char *p = shown; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	snprintf(path, sizeof path, "/v/%s", shown);
	has(ask(&b, "GET", path), "Surat uji coba ini asli dan terdaftar");
	snprintf(path, sizeof path, "/?kode=%s", shown);
	const char *r = ask(&b, "GET", path);
	STATUS(r, "303");
	has(r, "Location: /v/");
	has(r, code[GOOD]);
}

static void test_downloads(void **state)
{
	PAGE;
	(void)state;
	const char *r = ask_code(&b, GOOD, "/pdf");
	STATUS(r, "200");
	has(r, "Content-Type: application/pdf");
	const char *body = strstr(r, "\r\n\r\n") + 4;
	AUTO(buf_release) struct buf file = BUF_INIT(PDF_BYTES);
	char path[256];
	snprintf(path, sizeof path, "%s/letters/baik/01-surat-permohonan.pdf", folder);
	OK(buf_load(&file, path, e));
	assert_int_equal(b.len - (size_t)(body - r), file.len);
	assert_memory_equal(body, file.data, file.len);
	r = ask_code(&b, GOOD, "/receipt");
	STATUS(r, "200");
	has(r, "c2sp.org/tlog-proof@v1");
	STATUS(ask_code(&b, GOOD, "/lain"), "404");
}

/* A letter classed R or SR: that it is real, by whom and when; not what it says. */
static void test_secret(void **state)
{
	PAGE;
	AUTO(buf_release) struct buf pdf = BUF_INIT(PDF_BYTES);
	(void)state;
	const char *r = ask_code(&b, SECRET, "");
	STATUS(r, "200");
	has(r, "Surat uji coba ini asli dan terdaftar");
	has(r, "B/14/III/2026");
	has(r, "Surat rahasia");
	hasnt(r, "Permohonan &lt;uji&gt;");
	hasnt(r, "/pdf\"");
	assert_discreet(r);
	r = ask_code(&pdf, SECRET, "/pdf");
	STATUS(r, "404");
	hasnt(r, "%PDF-");
}

/* A letter whose subject the ledger withholds: the same, for another reason. */
static void test_personal(void **state)
{
	PAGE;
	AUTO(buf_release) struct buf pdf = BUF_INIT(PDF_BYTES);
	(void)state;
	const char *r = ask_code(&b, PERSONAL, "");
	STATUS(r, "200");
	has(r, "Surat uji coba ini asli dan terdaftar");
	has(r, "B/14/III/2026");
	has(r, "tidak ditampilkan: memuat data pribadi");
	hasnt(r, "rahasia");
	hasnt(r, "/pdf\"");
	has(r, "/receipt\"");
	assert_discreet(r);
	r = ask_code(&pdf, PERSONAL, "/pdf");
	STATUS(r, "404");
	hasnt(r, "%PDF-");
}

/* The ledger says published, but the file says otherwise: never "asli", never a download. */
static void test_doubt(void **state)
{
	static const int letter[] = {WRONG_FILE, NO_FILE, UNTRUSTED, PLANNED, OLD};
	static const char *const words[] = {"bukan yang diterbitkan", "tidak ada di tempat", "tidak lolos",
		"belum diterbitkan", "sudah digantikan"};
	PAGE;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(letter); i++) {
		const char *r = ask_code(&b, letter[i], "");
		STATUS(r, "200");
		has(r, words[i]);
		hasnt(r, "ini asli");
		hasnt(r, "/pdf\"");
		assert_discreet(r);
		STATUS(ask_code(&b, letter[i], "/pdf"), "404");
		STATUS(ask_code(&b, letter[i], "/receipt"), "404");
	}
	has(ask_code(&b, NEWER, ""), "ini asli");
}

/*
 * A letter that was replaced: its holders may still see what they had, with the warning. Also while files move: until
 * then the old file is where the new one will be, and the new one in staging.
 */
static void test_replaced(void **state)
{
	PAGE;
	AUTO(ledger_release) struct ledger *l = NULL;
	struct ledger_letter old, newest;
	char path[512];
	bool found;
	(void)state;

	snprintf(path, sizeof path, "%s/ledger.db", folder);
	OK(ledger_open(path, true, &l, e));
	OK(ledger_letter_by_code(l, code[KEPT], &old, &found, e));
	OK(ledger_letter_by_code(l, code[NEWEST], &newest, &found, e));
	for (int moved = 0; moved < 2; moved++) {
		const char *r = ask_code(&b, KEPT, "");
		STATUS(r, "200");
		has(r, "sudah digantikan");
		has(r, "tidak berlaku lagi");
		has(r, "Buka surat lama (PDF)");
		hasnt(r, "ini asli");
		assert_discreet(r);
		r = ask_code(&b, KEPT, "/pdf");
		STATUS(r, "200");
		has(r, "filename=\"surat-yang-sudah-digantikan.pdf\"");
		struct sha256 hash =
			sha256_of(strstr(r, "\r\n\r\n") + 4, b.len - (size_t)(strstr(r, "\r\n\r\n") + 4 - r));
		assert_memory_equal(&hash, &old.signed_pdf, sizeof hash);
		/* The receipt that stands there before the move is the old letter's, not the new one's. */
		if (moved)
			STATUS(ask_code(&b, KEPT, "/receipt"), "200");
		else
			STATUS(ask_code(&b, KEPT, "/receipt"), "404");
		r = ask_code(&b, NEWEST, "");
		has(r, "ini asli");
		STATUS(ask_code(&b, NEWEST, "/pdf"), "200");
		STATUS(ask_code(&b, NEWEST, "/receipt"), "404");
		if (!moved) {
			AUTO(free_ptr) char *old_receipt = letter_file(folder, &old, PLACE_OLD_RECEIPT);
			AUTO(free_ptr) char *old_letter = letter_file(folder, &old, PLACE_OLD_LETTER);
			AUTO(free_ptr) char *receipt = letter_file(folder, &newest, PLACE_RECEIPT);
			AUTO(free_ptr) char *letter = letter_file(folder, &newest, PLACE_LETTER);
			AUTO(free_ptr) char *staged = letter_file(folder, &newest, PLACE_STAGED);
			OK(outfile_move(receipt, old_receipt, e));
			OK(outfile_move(letter, old_letter, e));
			OK(outfile_move(staged, letter, e));
		}
	}
	/* A kept file that was tampered with is not shown. */
	AUTO(free_ptr) char *old_letter = letter_file_now(folder, &old);
	OK(outfile_put(old_letter, 0644, "%PDF-1.7\n", 9, e));
	has(ask_code(&b, KEPT, ""), "sudah digantikan");
	STATUS(ask_code(&b, KEPT, "/pdf"), "404");
}

static void test_unknown_and_mistyped(void **state)
{
	struct sha256 mac = {{1, 2, 3}};
	char unknown[CODE_TEXT], path[64];
	PAGE;
	(void)state;
	code_from_mac(&mac, unknown);
	snprintf(path, sizeof path, "/v/%s", unknown);
	const char *r = ask(&b, "GET", path);
	STATUS(r, "404");
	has(r, "Kode ini tidak terdaftar");
	has(r, "palsu");
	assert_discreet(r);
	path[5] = path[5] == '7' ? '8' : '7';
	r = ask(&b, "GET", path);
	STATUS(r, "404");
	has(r, "salah ketik");
	hasnt(r, "tidak terdaftar");
	has(ask(&b, "GET", "/?kode=%3Cscript%3E"), "salah ketik");
	has(ask(&b, "GET", "/v/"), "salah ketik");
	has(ask(&b, "GET",
		    "/v/00000000000000000000000000000000000000000000000000000000000000000000000000000000"),
		"salah ketik");
}

static void test_log_files(void **state)
{
	static const char *const refused[] = {"/audit/rahasia", "/audit/", "/audit/tile/",
		"/audit/tile/../checkpoint", "/audit/tile/entries", "/audit/..%2fledger.db",
		"/audit/tile//000", "/audit/.hidden", "/ledger.db", "/letters/baik/01-surat-permohonan.pdf",
		"/audit/tile/0/p00"};
	PAGE;
	(void)state;
	has(ask(&b, "GET", "/audit/checkpoint"), "\r\n\r\ncontoh\n");
	const char *r = ask(&b, "GET", "/audit/tile/entries/000.p/3");
	has(r, "immutable");
	has(r, "\r\n\r\nabc");
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		r = ask(&b, "GET", refused[i]);
		if (strncmp(r, "HTTP/1.1 40", 11) != 0)
			fail_msg("%s: %.40s", refused[i], r);
	}
}

static void test_methods(void **state)
{
	PAGE;
	(void)state;
	const char *r = ask(&b, "HEAD", "/");
	STATUS(r, "200");
	hasnt(r, "<html");
	r = ask(&b, "DELETE", "/");
	STATUS(r, "405");
	has(r, "Allow: GET, HEAD");
	STATUS(ask(&b, "GET", "/wp-login.php"), "404");
	r = ask(&b, "GET", "/");
	STATUS(r, "200");
	has(r, "<form");
	assert_discreet(r);
	has(ask(&b, "GET", "/gaya.css"), "text/css");
	has(ask(&b, "GET", "/ikon.svg"), "image/svg+xml");
}

static void test_escaping(void **state)
{
	PAGE;
	(void)state;
	html_add(&b, "<a href=\"x\" b='y'>&amp;");
	assert_string_equal(buf_str(&b), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
	html_add(&b, NULL);
}

static void test_nothing_to_serve(void **state)
{
	struct portal_config config = {
		.address = "127.0.0.1", .out = "/nonexistent", .office = "x", .roots = "x"};
	struct portal *p = NULL;
	struct err e = ERR_INIT;
	(void)state;
	assert_int_equal(portal_new(&config, &p, &e), -1);
	assert_null(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_several_signers),
		cmocka_unit_test(test_any_spelling),
		cmocka_unit_test(test_downloads),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_personal),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_unknown_and_mistyped),
		cmocka_unit_test(test_log_files),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_escaping),
		cmocka_unit_test(test_nothing_to_serve),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
