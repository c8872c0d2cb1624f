/*
 * A PDF of 50 MB signed by the sandbox in another process: what it costs this one in memory. The file is mapped, goes
 * out as base64 while it is made, and comes back into a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/mapped.h"
#include "base/outfile.h"
#include "net/client.h"
#include "sandbox/sandbox.h"
#include "signing/signer.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/prctl.h>

#define FILE_BYTES (50 * 1000 * 1000)
#define EXTRA_MAX  (64 * MIB)
#define NIK        "3300000000000001"

static struct {
	pid_t pid;
	char state[128], url[64], username[64], password[200], passphrase[200];
} service;

/* In a process of its own, so that its memory isn't ours. */
static void serve(int out)
{
	const struct sandbox_config config = {.state = service.state};
	struct sandbox *s = NULL;
	struct err e = ERR_INIT;
	char text[600];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (sandbox_new(&config, &s, &e) != 0)
		_exit(1);
	int n = snprintf(text, sizeof text, "%s %s %s %s\n", sandbox_url(s), sandbox_username(s),
		sandbox_password_file(s), sandbox_passphrase_file(s, NIK));
	if (write(out, text, (size_t)n) != n)
		_exit(1);
	for (;;)
		pause();
}

static int open_service(void **state)
{
	int ends[2];
	char text[600] = "";
	size_t len = 0;

	(void)state;
	tool_temp(service.state, sizeof service.state, "state");
	if (pipe(ends) != 0)
		return -1;
	service.pid = fork();
	if (service.pid == 0)
		serve(ends[1]);
	close(ends[1]);
	for (ssize_t n = 1; n > 0 && !strchr(text, '\n'); len += (size_t)n) {
		n = read(ends[0], text + len, sizeof text - 1 - len);
		if (n <= 0)
			return -1;
	}
	close(ends[0]);
	return sscanf(text, "%63s %63s %199s %199s", service.url, service.username, service.password,
		       service.passphrase) == 4
		       ? 0
		       : -1;
}

static int close_service(void **state)
{
	(void)state;
	kill(service.pid, SIGKILL);
	waitpid(service.pid, NULL, 0);
	net_end();
	tool_temp_remove();
	return 0;
}

/* One page, and a stream of bytes that nobody can pack. */
static void make_pdf(const char *path)
{
	AUTO(outfile_release) struct outfile f = OUTFILE_INIT;
	AUTO(buf_release) struct buf text = BUF_INIT(4 * MIB);
	struct err e = ERR_INIT;
	size_t at[5];
	uint64_t chance = 1;

	buf_adds(&text, "%PDF-1.7\n");
	at[1] = text.len;
	buf_adds(&text, "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
	at[2] = text.len;
	buf_adds(&text, "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
	at[3] = text.len;
	buf_adds(&text, "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>\n"
			"endobj\n");
	at[4] = text.len;
	buf_addf(&text, "4 0 obj\n<< /Length %d >>\nstream\n", FILE_BYTES);
	assert_int_equal(outfile_open(&f, path, 0644, &e), 0);
	assert_int_equal(outfile_write(&f, text.data, text.len, &e), 0);
	size_t head = text.len;
	buf_reset(&text);
	for (int i = 0; i < 1000000 / 8; i++) {
		chance = chance * 6364136223846793005u + 1442695040888963407u;
		buf_add(&text, &chance, sizeof chance);
	}
	for (int i = 0; i < FILE_BYTES / 1000000; i++)
		assert_int_equal(outfile_write(&f, text.data, 1000000, &e), 0);
	buf_reset(&text);
	buf_adds(&text, "\nendstream\nendobj\n");
	size_t xref = head + FILE_BYTES + text.len;
	buf_adds(&text, "xref\n0 5\n0000000000 65535 f \n");
	for (int i = 1; i < 5; i++)
		buf_addf(&text, "%010zu 00000 n \n", at[i]);
	buf_addf(&text, "trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", xref);
	assert_int_equal(outfile_write(&f, text.data, text.len, &e), 0);
	assert_int_equal(outfile_commit(&f, &e), 0);
}

/* "VmHWM", "RssAnon" of /proc/self/status, in bytes. */
static size_t memory(const char *key)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[200];
	size_t kib = 0;

	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':')
			kib = strtoul(line + strlen(key) + 1, NULL, 10);
	fclose(f);
	return kib * 1024;
}

static atomic_bool watching = true;
static size_t most_anon;

static void *watch(void *unused)
{
	(void)unused;
	while (atomic_load(&watching)) {
		size_t now = memory("RssAnon");
		if (now > most_anon)
			most_anon = now;
		poll(NULL, 0, 2);
	}
	return NULL;
}

static void forget_peak(void)
{
	FILE *f = fopen("/proc/self/clear_refs", "w");

	if (f) {
		fputs("5", f);
		fclose(f);
	}
}

static void fifty_megabytes(void **state)
{
	AUTO(mapped_release) struct mapped pdf = MAPPED_INIT, signed_pdf = MAPPED_INIT;
	AUTO(outfile_release) struct outfile to = OUTFILE_INIT;
	AUTO(secret_release) struct secret *password = NULL, *passphrase = NULL;
	AUTO(signer_release) struct signer signer = SIGNER_INIT;
	AUTO(sign_result_release) struct sign_result r;
	struct err e = ERR_INIT;
	char path[200], signed_path[200];
	pthread_t watcher;
	unsigned api = *(unsigned *)*state;

	sign_result_init(&r);
	tool_temp(path, sizeof path, "large.pdf");
	tool_temp(signed_path, sizeof signed_path, "large.signed.pdf");
	make_pdf(path);
	forget_peak();
	size_t hwm = memory("VmHWM"), anon = memory("RssAnon");
	most_anon = 0;
	atomic_store(&watching, true);
	assert_int_equal(pthread_create(&watcher, NULL, watch, NULL), 0);

	assert_int_equal(secret_load(service.password, &password, &e), 0);
	assert_int_equal(secret_load(service.passphrase, &passphrase, &e), 0);
	assert_int_equal(mapped_open(&pdf, path, LIMIT_PDF_BYTES, &e), 0);
	assert_int_equal(outfile_open(&to, signed_path, 0644, &e), 0);
	const struct signer_profile profile = {.api = api,
		.net = {.base_url = service.url,
			.username = service.username,
			.password = password,
			.connect_timeout_ms = 5000},
		.sign_timeout_ms = 120000};
	const struct sign_job job = {.who = {.nik = NIK},
		.passphrase = passphrase,
		.pdf = pdf.data,
		.pdf_len = pdf.len,
		.to = &to};
	assert_int_equal(signer_new(&profile, &signer, &e), 0);
	assert_int_equal(signer.sign(signer.self, &job, &r, &e), 0);
	if (r.outcome != SIGN_ACCEPTED)
		fail_msg("%s", r.text);
	atomic_store(&watching, false);
	pthread_join(watcher, NULL);
	size_t extra = memory("VmHWM") - hwm, extra_anon = most_anon > anon ? most_anon - anon : 0;
	print_message("v%u: 50 MB file: VmHWM + %.1f MB, RssAnon + %.1f MB\n", api, (double)extra / 1e6,
		(double)extra_anon / 1e6);
#if !defined(__SANITIZE_ADDRESS__)
	assert_true(extra < EXTRA_MAX);
	/* The mapping is the kernel's to drop; what is ours is small. */
	assert_true(extra_anon < 4 * MIB);
#endif
	/* The file is there, whole, and begins as what was sent. */
	assert_int_equal(outfile_commit(&to, &e), 0);
	assert_int_equal(mapped_open(&signed_pdf, signed_path, 2 * LIMIT_PDF_BYTES, &e), 0);
	assert_int_equal(signed_pdf.len, r.pdf_len);
	assert_true(signed_pdf.len > pdf.len);
	assert_int_equal(memcmp(signed_pdf.data, pdf.data, pdf.len), 0);
}

static unsigned v1 = 1, v2 = 2;

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(fifty_megabytes, &v2),
		cmocka_unit_test_prestate(fifty_megabytes, &v1),
	};

	return cmocka_run_group_tests(tests, open_service, close_service);
}
