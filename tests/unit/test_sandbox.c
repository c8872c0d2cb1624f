#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/cms.h"
#include "crypto/hash.h"
#include "pdf/reader.h"
#include "sandbox/fault.h"
#include "sandbox/sandbox.h"
#include "sandbox/spoil.h"
#include "signer_v2.h"
#include "signing/signer.h"
#include "verify/verify.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW     ((int64_t)1774924800) /* 2026-03-31 */
#define NIK     "3300000000000001"    /* of the built-in person with status ISSUE */
#define EXPIRED "3300000000000002"

static char folder[64];
static struct buf letter = BUF_INIT(MIB);

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/naskah-sandbox-XXXXXX");
	assert_non_null(mkdtemp(folder));
	spoil_other_pdf(&letter);
	/* A letter of our own: not the file that the fault "other-file" signs. */
	unsigned char *size = memmem(letter.data, letter.len, "842", 3);
	assert_non_null(size);
	size[2] = '1';
	return 0;
}

static int drop_folder(void **state)
{
	(void)state;
	buf_release(&letter);
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A sandbox with a client and the signer's passphrase. */
struct bench {
	struct sandbox *sandbox;
	struct secret *password, *passphrase;
	struct signer signer;
	struct trust *trust;
};

static void bench_release(struct bench *b)
{
	signer_release(&b->signer);
	trust_release(&b->trust);
	secret_release(&b->password);
	secret_release(&b->passphrase);
	sandbox_release(&b->sandbox);
}

#define MUST(call)                                                                                           \
	do {                                                                                                 \
		if ((call) != 0)                                                                             \
			fail_msg("%s", e.msg);                                                               \
	} while (0)

static void bench_start(struct bench *b, const char *fault, long timeout_ms)
{
	struct err e = ERR_INIT;
	char state[128];

	snprintf(state, sizeof state, "%s/state", folder);
	const struct sandbox_config config = {.state = state, .now_at = NOW, .fault = fault};
	MUST(sandbox_new(&config, &b->sandbox, &e));
	MUST(secret_load(sandbox_password_file(b->sandbox), &b->password, &e));
	MUST(secret_load(sandbox_passphrase_file(b->sandbox, NIK), &b->passphrase, &e));
	MUST(trust_load(sandbox_root_file(b->sandbox), &b->trust, &e));
	const struct net_config net = {
		.base_url = sandbox_url(b->sandbox),
		.username = sandbox_username(b->sandbox),
		.password = b->password,
		.connect_timeout_ms = 5000,
	};
	MUST(signer_bsre_v2_new(&net, timeout_ms, &b->signer, &e));
}

static void call(const struct bench *b, struct sign_result *out)
{
	const struct sign_job job = {
		.who.nik = NIK,
		.passphrase = b->passphrase,
		.pdf = letter.data,
		.pdf_len = letter.len,
		.reason = "Persetujuan \"dokumen\" \\ uji",
		.location = "Kota Contoh",
	};
	struct err e = ERR_INIT;

	MUST(b->signer.sign(b->signer.self, &job, out, &e));
}

/* Another letter, signed just before. */
static void other_call(const struct bench *b, struct sign_result *out)
{
	AUTO(buf_release) struct buf other = BUF_INIT(MIB);
	struct err e = ERR_INIT;

	spoil_other_pdf(&other);
	const struct sign_job job = {
		.who.nik = NIK, .passphrase = b->passphrase, .pdf = other.data, .pdf_len = other.len};
	MUST(b->signer.sign(b->signer.self, &job, out, &e));
	assert_int_equal(out->outcome, SIGN_ACCEPTED);
}

static struct signature_verdict verdict_of(
	const struct bench *b, const struct buf *pdf, struct pdf_signature *about)
{
	AUTO(pdf_reader_release) struct pdf_reader *reader = NULL;
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};
	AUTO(hasher_release) struct hasher *h = NULL;
	struct signature_verdict v = {0};
	struct err e = ERR_INIT;

	MUST(pdf_reader_open(pdf->data, pdf->len, "signed.pdf", &reader, &e));
	MUST(pdf_reader_signatures(reader, &list, &e));
	assert_int_equal(list.count, 1);
	const struct pdf_signature *s = &list.items[0];
	assert_int_equal(s->range[0], 0);
	assert_int_equal(s->range[2] + s->range[3], (int64_t)pdf->len);
	MUST(hasher_new(&h, &e));
	hasher_add(h, pdf->data, (size_t)s->range[1]);
	hasher_add(h, pdf->data + s->range[2], (size_t)s->range[3]);
	struct sha256 digest = hasher_end(h);
	MUST(cms_verify(s->contents.data, s->contents.len, &digest, b->trust, NOW, NOW, &v, &e));
	*about = *s;
	/* Without the padding: other readers want the DER alone. */
	about->contents = (struct buf)BUF_INIT(LIMIT_CMS_BYTES);
	size_t der_len = 4 + ((size_t)s->contents.data[2] << 8 | s->contents.data[3]);
	buf_add(&about->contents, s->contents.data, der_len);
	return v;
}

/* Its exit status; -1 when it isn't installed. */
static int run_tool(char *const argv[])
{
	extern char **environ;
	pid_t pid;
	int status = 0;

	posix_spawn_file_actions_t quiet;
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
	int r = posix_spawnp(&pid, argv[0], &quiet, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&quiet);
	if (r != 0) {
		print_message("skip: no %s\n", argv[0]);
		return -1;
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void signs_end_to_end(void **state)
{
	AUTO(bench_release) struct bench b = {0};
	AUTO(sign_result_release) struct sign_result result;
	struct sign_status status;
	struct pdf_signature about;
	struct err e = ERR_INIT;

	(void)state;
	sign_result_init(&result);
	bench_start(&b, NULL, 20000);
	const struct sign_identity who = {.nik = NIK};
	MUST(b.signer.status(b.signer.self, &who, &status, &e));
	assert_true(status.may_sign);
	assert_string_equal(status.status, "ISSUE");
	assert_string_equal(status.code, "1111");

	call(&b, &result);
	assert_string_equal(result.text, "");
	assert_int_equal(result.outcome, SIGN_ACCEPTED);
	assert_true(result.pdf.len > letter.len);
	assert_memory_equal(result.pdf.data, letter.data, letter.len);
	assert_null(memmem(result.raw.data, result.raw.len, "file", 4));
	struct signature_verdict v = verdict_of(&b, &result.pdf, &about);
	assert_string_equal(v.why, "");
	assert_int_equal(v.intact, FINDING_YES);
	assert_int_equal(v.trusted, FINDING_YES);
	assert_string_equal(v.signer, "Contoh Pejabat 1");
	assert_string_equal(v.signer_id, NIK);
	assert_string_equal(about.reason, "Persetujuan \"dokumen\" \\ uji");
	assert_string_equal(about.location, "Kota Contoh");
	assert_string_equal(about.subfilter, "ETSI.CAdES.detached");
	assert_string_equal(about.field, "esc_1774924800000");

	/* other people's tools agree */
	char path[128];
	snprintf(path, sizeof path, "%s/signed.pdf", folder);
	MUST(outfile_put(path, 0644, result.pdf.data, result.pdf.len, &e));
	AUTO(buf_release) struct buf ranges = BUF_INIT(MIB);
	char cms_path[128], content_path[128], root_path[128];
	buf_add(&ranges, result.pdf.data, (size_t)about.range[1]);
	buf_add(&ranges, result.pdf.data + about.range[2], (size_t)about.range[3]);
	snprintf(cms_path, sizeof cms_path, "%s/cms.der", folder);
	snprintf(content_path, sizeof content_path, "%s/content", folder);
	snprintf(root_path, sizeof root_path, "%s", sandbox_root_file(b.sandbox));
	MUST(outfile_put(content_path, 0644, ranges.data, ranges.len, &e));
	MUST(outfile_put(cms_path, 0644, about.contents.data, about.contents.len, &e));
	buf_release(&about.contents);
	char *openssl[] = {"openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in",
		cms_path, "-content", content_path, "-CAfile", root_path, "-attime", "1774924800", "-purpose",
		"any", NULL};
	assert_true(0 >= run_tool(openssl));
	ranges.data[100] ^= 1;
	MUST(outfile_put(content_path, 0644, ranges.data, ranges.len, &e));
	assert_int_not_equal(run_tool(openssl), 0);
	char qpdf[] = "qpdf", check[] = "--check", pdfsig[] = "pdfsig", nocert[] = "-nocert";
	assert_true(0 >= run_tool((char *[]){qpdf, check, path, NULL}));
	assert_true(0 >= run_tool((char *[]){pdfsig, nocert, path, NULL}));
}

static void second_start_keeps_everything(void **state)
{
	AUTO(buf_release) struct buf first = BUF_INIT(LIMIT_SETUP_BYTES);
	struct err e = ERR_INIT;

	(void)state;
	for (int i = 0; i < 2; i++) {
		AUTO(bench_release) struct bench b = {0};
		AUTO(sign_result_release) struct sign_result result;
		sign_result_init(&result);
		bench_start(&b, NULL, 20000);
		call(&b, &result);
		assert_int_equal(result.outcome, SIGN_ACCEPTED);
		/* the same keys, clock and file: the same signed bytes */
		if (i == 0)
			buf_add(&first, result.pdf.data, result.pdf.len);
		else {
			assert_int_equal(first.len, result.pdf.len);
			assert_memory_equal(first.data, result.pdf.data, first.len);
		}
	}
	char path[160];
	struct stat st;
	snprintf(path, sizeof path, "%s/state/passphrase/contoh-1", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(path, sizeof path, "%s/state", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	(void)e;
}

static void refuses(void **state)
{
	AUTO(bench_release) struct bench b = {0};
	AUTO(sign_result_release) struct sign_result result;
	AUTO(secret_release) struct secret *wrong = NULL;
	struct err e = ERR_INIT;

	(void)state;
	sign_result_init(&result);
	bench_start(&b, NULL, 20000);
	MUST(secret_new(64, &wrong, &e));
	MUST(secret_set(wrong, "bukan\"itu\\", 10, &e));
	struct sign_job job = {
		.who.nik = NIK, .passphrase = wrong, .pdf = letter.data, .pdf_len = letter.len};
	MUST(b.signer.sign(b.signer.self, &job, &result, &e));
	assert_int_equal(result.outcome, SIGN_REFUSED);
	assert_true(result.wrong_secret);
	assert_string_equal(result.code, "2031");
	assert_string_equal(result.text, "Passphrase anda salah");
	assert_int_equal(result.http_status, 400);
	assert_string_equal(
		buf_str(&result.raw), "{\"error\":\"Passphrase anda salah\",\"status_code\":2031}");

	job.passphrase = b.passphrase;
	job.who.nik = EXPIRED;
	MUST(b.signer.sign(b.signer.self, &job, &result, &e));
	assert_int_equal(result.outcome, SIGN_REFUSED);
	assert_false(result.wrong_secret);
	job.who.nik = "3300000000000099";
	MUST(b.signer.sign(b.signer.self, &job, &result, &e));
	assert_int_equal(result.outcome, SIGN_REFUSED);
	assert_string_equal(result.code, "2011");

	/* no PDF: the live service answers 500 without a word, so nobody can know */
	job.who.nik = NIK;
	job.pdf_len = 100;
	MUST(b.signer.sign(b.signer.self, &job, &result, &e));
	assert_int_equal(result.outcome, SIGN_UNKNOWN);
	assert_int_equal(result.http_status, 500);

	/* neither NIK nor e-mail: nothing leaves */
	job.who.nik = NULL;
	assert_int_equal(b.signer.sign(b.signer.self, &job, &result, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(result.outcome, SIGN_NOT_SENT);
}

static void every_status(void **state)
{
	static const char *const expected[] = {"ISSUE", "EXPIRED", "RENEW", "WAITING_FOR_VERIFICATION", "NEW",
		"NO_CERTIFICATE", "NOT_REGISTERED", "SUSPEND", "REVOKE"};
	AUTO(bench_release) struct bench b = {0};
	struct err e = ERR_INIT;

	(void)state;
	bench_start(&b, NULL, 20000);
	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		struct sign_status status;
		char nik[17];
		snprintf(nik, sizeof nik, "330000000000000%zu", i + 1);
		const struct sign_identity who = {.nik = nik};
		MUST(b.signer.status(b.signer.self, &who, &status, &e));
		assert_string_equal(status.status, expected[i]);
		assert_int_equal(status.may_sign, i == 0);
	}
}

static void wrong_credentials(void **state)
{
	AUTO(bench_release) struct bench b = {0};
	AUTO(sign_result_release) struct sign_result result;
	AUTO(signer_release) struct signer other = SIGNER_INIT;
	struct err e = ERR_INIT;

	(void)state;
	sign_result_init(&result);
	bench_start(&b, NULL, 20000);
	const struct net_config net = {
		.base_url = sandbox_url(b.sandbox),
		.username = "orang-lain",
		.password = b.password,
		.connect_timeout_ms = 5000,
	};
	MUST(signer_bsre_v2_new(&net, 20000, &other, &e));
	const struct sign_job job = {
		.who.nik = NIK, .passphrase = b.passphrase, .pdf = letter.data, .pdf_len = letter.len};
	MUST(other.sign(other.self, &job, &result, &e));
	assert_int_equal(result.outcome, SIGN_REFUSED);
	assert_int_equal(result.http_status, 401);
	const struct sign_identity who = {.nik = NIK};
	struct sign_status status;
	assert_int_equal(other.status(other.self, &who, &status, &e), -1);
	assert_int_equal(e.kind, ERR_REMOTE);
}

/* What says "accepted" and isn't what was asked for must stop at verify/. */
static void publication_is_refused(
	const struct bench *b, const struct buf *pdf, bool is_bad, const char *fault)
{
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	const struct expected_signer signer = {NIK, "Contoh Pejabat 1"};
	const struct reply_check check = {
		.sent = letter.data,
		.sent_len = letter.len,
		.reply = pdf->data,
		.reply_len = pdf->len,
		.signers = &signer,
		.signer_count = 1,
		.trust = b->trust,
		.now_at = NOW,
	};
	struct err e = ERR_INIT;

	assert_non_null(verdict);
	MUST(verify_reply(&check, verdict, &e));
	if ((verdict->all_good == FINDING_YES) == is_bad)
		fail_msg("%s: %d '%s'", fault, (int)verdict->all_good, verdict->why);
	assert_int_equal(is_bad, verdict->why[0] != '\0');
}

static void verifies_over_http(void **state)
{
	AUTO(bench_release) struct bench b = {0};
	AUTO(sign_result_release) struct sign_result result;
	AUTO(net_client_release) struct net_client *client = NULL;
	struct err e = ERR_INIT;

	(void)state;
	sign_result_init(&result);
	bench_start(&b, NULL, 20000);
	call(&b, &result);
	const struct net_config net = {
		.base_url = sandbox_url(b.sandbox),
		.username = sandbox_username(b.sandbox),
		.password = b.password,
		.connect_timeout_ms = 5000,
	};
	MUST(net_client_new(&net, &client, &e));
	const struct {
		const struct buf *pdf;
		size_t len;
		long status;
		const char *says;
	} rows[] = {
		{&result.pdf, result.pdf.len, 200, "\"conclusion\":\"VALID\""},
		{&result.pdf, result.pdf.len, 200, "\"signatureAlgoritm\":"},
		{&letter, letter.len, 200, "\"conclusion\":\"NO_SIGNATURE\""},
		{&letter, 0, 500, "Internal Server Error"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(buf_release) struct buf body = BUF_INIT(MIB);
		AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(MIB)};
		buf_adds(&body, "{\"file\":\"");
		base64_add(&body, rows[i].pdf->data, rows[i].len);
		buf_adds(&body, "\"}");
		const struct net_request req = {
			.method = "POST",
			.path = "/api/v2/verify/pdf",
			.content_type = "application/json",
			.body = body.data,
			.body_len = body.len,
			.timeout_ms = 20000,
		};
		MUST(net_call(client, &req, &reply, &e));
		assert_int_equal(reply.status, rows[i].status);
		if (!strstr(buf_str(&reply.body), rows[i].says))
			fail_msg("%s", buf_str(&reply.body));
	}
}

/* What a row of the table must come to, as far as the client alone can tell. */
static enum sign_outcome outcome_of(enum fault_end end)
{
	switch (end) {
	case END_REFUSED:
		return SIGN_REFUSED;
	case END_UNKNOWN:
		return SIGN_UNKNOWN;
	case END_WAITING:
		return SIGN_NOT_SENT;
	case END_PUBLISHED:
	case END_KEPT: /* says "accepted"; verify/ must catch it */
	case END_NOT_EXTENDED:
		break;
	}
	return SIGN_ACCEPTED;
}

static void fault_in_the_client(size_t i)
{
	const struct fault_entry *fault = &fault_list()[i];
	bool endless = i == FAULT_SILENT || i == FAULT_DRIP;
	AUTO(bench_release) struct bench b = {0};
	AUTO(sign_result_release) struct sign_result result;
	struct err e = ERR_INIT;

	sign_result_init(&result);
	bench_start(&b, NULL, endless ? 700 : 20000);
	if (i == FAULT_WRONG_ORDER) /* of the call before: another letter */
		other_call(&b, &result);
	MUST(fault_book_add(sandbox_faults(b.sandbox), fault->name, 0, NULL, &e));
	call(&b, &result);
	if (result.outcome != outcome_of(fault->end))
		fail_msg("%s: outcome %d (%s)", fault->name, (int)result.outcome, result.text);
	bool wrong = (i >= FAULT_WRONG_PASSPHRASE && i <= FAULT_WRONG_PASSPHRASE_TEXT) ||
		     (i >= FAULT_OTP_WRONG && i <= FAULT_OTP_USED);
	if (result.wrong_secret != wrong)
		fail_msg("%s: wrong secret %d (%s)", fault->name, result.wrong_secret, result.text);
	assert_int_equal(result.outcome == SIGN_ACCEPTED, result.text[0] == '\0');
	if (i == FAULT_OTHER_PERSON) { /* a good signature, but for whose it is */
		struct pdf_signature about;
		struct signature_verdict v = verdict_of(&b, &result.pdf, &about);
		buf_release(&about.contents);
		assert_int_equal(v.trusted, FINDING_YES);
		assert_string_not_equal(v.signer_id, NIK);
	}
	if (result.outcome == SIGN_ACCEPTED)
		publication_is_refused(&b, &result.pdf, fault->end == END_KEPT, fault->name);
}

static void every_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (i == FAULT_NONE || (fault_list()[i].calls & CALL_SIGN_V2))
			fault_in_the_client(i);
}

static void the_table(void **state)
{
	const struct fault_entry *rows = fault_list();

	(void)state;
	assert_true(FAULT_COUNT > 45);
	for (size_t i = 1; i < FAULT_COUNT; i++) {
		char nik[17];
		assert_non_null(rows[i].name);
		assert_non_null(rows[i].what);
		assert_true(rows[i].calls != 0);
		assert_in_range(rows[i].number, 100, 999);
		assert_non_null(fault_end_name(rows[i].end));
		for (size_t k = 1; k < i; k++) {
			assert_string_not_equal(rows[i].name, rows[k].name);
			assert_int_not_equal(rows[i].number, rows[k].number);
		}
		fault_magic_nik((enum fault)i, nik);
		assert_int_equal(strlen(nik), 16);
	}
}

static void magic_people(void **state)
{
	AUTO(bench_release) struct bench b = {0};
	AUTO(sign_result_release) struct sign_result result;
	struct sign_status status;
	struct err e = ERR_INIT;
	char nik[17];

	(void)state;
	sign_result_init(&result);
	bench_start(&b, NULL, 20000);
	fault_magic_nik(FAULT_HTML502, nik);
	assert_string_equal(nik, "3399203000000000");
	const struct sign_identity who = {.nik = nik};
	MUST(b.signer.status(b.signer.self, &who, &status, &e));
	assert_true(status.may_sign);
	/* with the first person's passphrase */
	const struct sign_job job = {
		.who.nik = nik, .passphrase = b.passphrase, .pdf = letter.data, .pdf_len = letter.len};
	MUST(b.signer.sign(b.signer.self, &job, &result, &e));
	assert_int_equal(result.outcome, SIGN_UNKNOWN);
	assert_int_equal(result.http_status, 502);
	assert_string_equal(sandbox_passphrase_file(b.sandbox, nik), sandbox_passphrase_file(b.sandbox, NIK));
	call(&b, &result);
	assert_int_equal(result.outcome, SIGN_ACCEPTED);
}

static void only_the_second_call(void **state)
{
	AUTO(bench_release) struct bench b = {0};
	AUTO(sign_result_release) struct sign_result result;

	(void)state;
	sign_result_init(&result);
	bench_start(&b, "cut@2", 20000);
	call(&b, &result);
	assert_int_equal(result.outcome, SIGN_ACCEPTED);
	call(&b, &result);
	assert_int_equal(result.outcome, SIGN_UNKNOWN);
	call(&b, &result);
	assert_int_equal(result.outcome, SIGN_ACCEPTED);
}

static void fault_plans(void **state)
{
	static const char *const wrong[] = {
		"cut@0", "cut@", "cu", "cut%0", "cut%101", "cut:nowhere", "cut,cu"};
	struct fault_book *book = NULL;
	struct err e = ERR_INIT;
	unsigned hits = 0;

	(void)state;
	MUST(fault_book_new("html502@3,cut:status,delay%30", &book, &e));
	assert_int_equal(fault_book_count(book), 3);
	assert_int_equal(fault_book_meet(book, CALL_STATUS, NULL), FAULT_CUT);
	for (int i = 1; i <= 1000; i++) {
		enum fault met = fault_book_meet(book, CALL_SIGN_V1, NULL);
		assert_int_equal(met == FAULT_HTML502, i == 3);
		hits += met == FAULT_DELAY;
	}
	assert_in_range(hits, 250, 350);
	assert_int_equal(fault_book_meet(book, CALL_CRL, NULL), FAULT_NONE);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		err_clear(&e);
		assert_int_equal(fault_book_add(book, wrong[i], 0, NULL, &e), -1);
		assert_int_equal(e.kind, ERR_CONFIG);
	}
	err_clear(&e);
	fault_book_clear(book);
	assert_int_equal(fault_book_count(book), 0);
	/* two calls of one NIK */
	MUST(fault_book_add(book, "empty", 2, NIK, &e));
	assert_int_equal(fault_book_meet(book, CALL_SEAL, NULL), FAULT_NONE);
	assert_int_equal(fault_book_meet(book, CALL_SIGN_V2, EXPIRED), FAULT_NONE);
	assert_int_equal(fault_book_meet(book, CALL_SIGN_V2, NIK), FAULT_EMPTY);
	assert_int_equal(fault_book_meet(book, CALL_SIGN_V2, NIK), FAULT_EMPTY);
	assert_int_equal(fault_book_meet(book, CALL_SIGN_V2, NIK), FAULT_NONE);
	assert_int_equal(fault_book_count(book), 0);
	/* one after the other: what another fault hid is not used up */
	MUST(fault_book_add(book, "empty,http500", 1, NULL, &e));
	assert_int_equal(fault_book_meet(book, CALL_SEAL, NULL), FAULT_EMPTY);
	assert_int_equal(fault_book_meet(book, CALL_SEAL, NULL), FAULT_HTTP500);
	assert_int_equal(fault_book_meet(book, CALL_SEAL, NULL), FAULT_NONE);
	/* those that struck make room */
	for (int i = 0; i < 200; i++) {
		MUST(fault_book_add(book, "empty", 1, NULL, &e));
		assert_int_equal(fault_book_meet(book, CALL_SEAL, NULL), FAULT_EMPTY);
	}
	fault_book_free(book);
}

/* Out of the whole table, and the same in each run. */
static void mixed_faults(void **state)
{
	struct fault_book *book = NULL, *same = NULL;
	size_t met[FAULT_COUNT] = {0}, hits = 0, secrets = 0, kinds = 0;
	struct err e = ERR_INIT;

	(void)state;
	MUST(fault_book_new("mix%6", &book, &e));
	MUST(fault_book_new("mix%6", &same, &e));
	assert_int_equal(fault_book_meet(book, CALL_STATUS, NULL), FAULT_NONE);
	for (int i = 1; i <= 10000; i++) {
		enum fault f = fault_book_meet(book, CALL_SIGN_V2, NULL);
		assert_int_equal(f, fault_book_meet(same, CALL_SIGN_V2, NULL));
		assert_true(f == FAULT_NONE || (fault_list()[f].calls & CALL_SIGN_V2));
		bool secret = (f >= FAULT_WRONG_PASSPHRASE && f <= FAULT_WRONG_PASSPHRASE_TEXT) ||
			      (f >= FAULT_OTP_WRONG && f <= FAULT_OTP_USED);
		assert_int_equal(secret, i % 1000 == 500);
		assert_true(
			f != FAULT_SILENT && f != FAULT_DRIP && f != FAULT_DELAY && f != FAULT_HUGE_REPLY);
		met[f]++;
		hits += f != FAULT_NONE;
		secrets += secret;
	}
	for (size_t i = 1; i < FAULT_COUNT; i++)
		kinds += met[i] > 0;
	assert_in_range(hits, 540, 670);
	assert_int_equal(secrets, 10);
	assert_in_range(kinds, 60, FAULT_COUNT);
	MUST(fault_book_add(book, "mix:status@1", 0, NULL, &e));
	enum fault f = fault_book_meet(book, CALL_STATUS, NULL);
	assert_in_range(f, FAULT_STATUS_WORD, FAULT_STATUS_NUMBER);
	fault_book_free(book);
	fault_book_free(same);
}

struct worker {
	const char *url, *username;
	const struct secret *password, *passphrase;
	int accepted;
};

static void *sign_ten(void *arg)
{
	struct worker *w = arg;
	const struct net_config net = {.base_url = w->url,
		.username = w->username,
		.password = w->password,
		.connect_timeout_ms = 5000};
	AUTO(signer_release) struct signer signer = SIGNER_INIT;
	AUTO(sign_result_release) struct sign_result result;
	struct err e = ERR_INIT;

	sign_result_init(&result);
	if (signer_bsre_v2_new(&net, 20000, &signer, &e) != 0)
		return NULL;
	const struct sign_job job = {
		.who.nik = NIK, .passphrase = w->passphrase, .pdf = letter.data, .pdf_len = letter.len};
	for (int i = 0; i < 10; i++)
		if (signer.sign(signer.self, &job, &result, &e) == 0 && result.outcome == SIGN_ACCEPTED)
			w->accepted++;
	return NULL;
}

static void many_threads(void **state)
{
	AUTO(bench_release) struct bench b = {0};
	struct worker workers[8];
	pthread_t threads[8];

	(void)state;
	bench_start(&b, NULL, 20000);
	for (size_t i = 0; i < ARRAY_LEN(workers); i++) {
		workers[i] = (struct worker){
			sandbox_url(b.sandbox), sandbox_username(b.sandbox), b.password, b.passphrase, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, sign_ten, &workers[i]), 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(workers); i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(workers[i].accepted, 10);
	}
}

static void people_from_a_file(void **state)
{
	static const struct {
		const char *text, *wrong;
	} files[] = {
		{"[kapusdatin]\nnik = 3300000000000077\nnama = Contoh Pejabat, S.Kom.\n", NULL},
		{"[a]\nnik = 330000000000007\nnama = X\n", "16 digits"},
		{"[a]\nnik = 3300000000000077\n", "nama"},
		{"[a/b]\nnik = 3300000000000077\nnama = X\n", "a/b"},
		{"[a]\nnik = 3300000000000077\nnama = X\nstatus = READY\n", "READY"},
		{"[a]\nnik = 3300000000000077\nnama = X\n[b]\nnik = 3300000000000077\nnama = Y\n",
			"same NIK"},
		{"[a]\nnik = 3300000000000077\nnama = X\ngaji = 1\n", "gaji"},
		{"; nobody\n", "no people"},
	};
	char path[128], sandbox_state[128];

	(void)state;
	snprintf(path, sizeof path, "%s/people.ini", folder);
	snprintf(sandbox_state, sizeof sandbox_state, "%s/state-people", folder);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		AUTO(sandbox_release) struct sandbox *s = NULL;
		struct err e = ERR_INIT;
		MUST(outfile_put(path, 0644, files[i].text, strlen(files[i].text), &e));
		const struct sandbox_config config = {.state = sandbox_state, .people = path, .now_at = NOW};
		int r = sandbox_new(&config, &s, &e);
		if (!files[i].wrong) {
			if (r != 0)
				fail_msg("%s", e.msg);
			assert_non_null(sandbox_passphrase_file(s, "3300000000000077"));
			assert_null(sandbox_passphrase_file(s, NIK));
		} else {
			assert_int_equal(r, -1);
			if (!strstr(e.msg, files[i].wrong))
				fail_msg("'%s' doesn't say '%s'", e.msg, files[i].wrong);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_end_to_end),
		cmocka_unit_test(second_start_keeps_everything),
		cmocka_unit_test(refuses),
		cmocka_unit_test(every_status),
		cmocka_unit_test(wrong_credentials),
		cmocka_unit_test(every_fault),
		cmocka_unit_test(verifies_over_http),
		cmocka_unit_test(only_the_second_call),
		cmocka_unit_test(the_table),
		cmocka_unit_test(magic_people),
		cmocka_unit_test(fault_plans),
		cmocka_unit_test(mixed_faults),
		cmocka_unit_test(many_threads),
		cmocka_unit_test(people_from_a_file),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
