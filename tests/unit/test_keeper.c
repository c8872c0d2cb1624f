/* The keeper as a process of its own: this program once more, as naskah does it. The service is the sandbox. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/merkle.h"
#include "base/auto.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "net/client.h"
#include "pipeline/keeper.h"
#include "sandbox/sandbox.h"
#include "tool.h"
#include "xml/doc.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#define NOW INT64_C(1773626400)

static struct sandbox *sandbox;
static char state_folder[128];
static struct config config;
static struct config_signer signers[2];
static struct desk_service service;
static struct buf pdf = BUF_INIT(MIB);
static struct sha256 pdf_hash;
static struct keeper *keeper;
static struct signer by;

/* ---- a keeper in front of the sandbox ------------------------------------------------------------------- */

static void start_keeper(void)
{
	struct err e = ERR_INIT;

	if (keeper_start(&config, &service, &keeper, &e) != 0 || keeper_unlock(keeper, "satu", &e) != 0 ||
		keeper_signer(keeper, &by, &e) != 0)
		fail_msg("%s", e.msg);
}

static int open_keeper(void **state)
{
	(void)state;
	config = (struct config){.signers = signers,
		.signer_count = 2,
		.api = 2,
		.sandbox_state = state_folder,
		.keep_files = 100,
		.keep_minutes = 60,
		.connect_timeout_ms = 5000,
		.timeout_ms = 20000};
	signers[0] = (struct config_signer){
		.name = "satu", .nik = "3300000000000001", .way = WAY_PASSPHRASE, .passphrase_fd = -1};
	signers[1] = (struct config_signer){
		.name = "dua", .nik = "3300000000000002", .way = WAY_PASSPHRASE, .passphrase_fd = -1};
	service = (struct desk_service){.url = sandbox_url(sandbox),
		.username = sandbox_username(sandbox),
		.password_file = sandbox_password_file(sandbox)};
	start_keeper();
	return 0;
}

static int close_keeper(void **state)
{
	(void)state;
	signer_release(&by);
	keeper_free(keeper);
	keeper = NULL;
	return 0;
}

static void approve(const struct sha256 *file)
{
	struct err e = ERR_INIT;

	if (keeper_approve_one(keeper, file, &e) != 0)
		fail_msg("%s", e.msg);
}

static int sign(const void *bytes, size_t len, size_t approved_len, struct outfile *to,
	struct sign_result *out, struct err *e)
{
	const struct sign_job job = {.who = {.name = "satu"},
		.pdf = bytes,
		.pdf_len = len,
		.approved_len = approved_len,
		.reason = "alasan",
		.to = to};

	return by.sign(by.self, &job, out, e);
}

static enum sign_outcome outcome(const char *words)
{
	AUTO(sign_result_release) struct sign_result r;
	struct err e = ERR_INIT;

	sign_result_init(&r);
	if (sign(pdf.data, pdf.len, 0, NULL, &r, &e) != 0)
		fail_msg("%s", e.msg);
	if (words && !strstr(r.text, words))
		fail_msg("'%s' is not in '%s'", words, r.text);
	return r.outcome;
}

static pid_t keeper_pid(void)
{
	AUTO(buf_release) struct buf children = BUF_INIT(KIB);
	struct err e = ERR_INIT;
	DIR *tasks = opendir("/proc/self/task");
	char path[300];

	for (struct dirent *task; tasks && (task = readdir(tasks));) {
		snprintf(path, sizeof path, "/proc/self/task/%.16s/children", task->d_name);
		FILE *f = fopen(path, "r");
		int pid;
		if (f && fscanf(f, "%d", &pid) == 1) {
			fclose(f);
			closedir(tasks);
			return pid;
		}
		if (f)
			fclose(f);
	}
	(void)e;
	fail_msg("no keeper");
	return 0;
}

static void nap(long ms)
{
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

/* ---- tests ---------------------------------------------------------------------------------------------- */

static void a_file_is_signed_and_comes_back(void **state)
{
	AUTO(sign_result_release) struct sign_result r, into;
	AUTO(outfile_release) struct outfile to = OUTFILE_INIT;
	AUTO(buf_release) struct buf back = BUF_INIT(MIB);
	struct sign_status status = {.may_sign = false};
	const struct sign_identity who = {.name = "satu"}, nobody = {.name = "tiga"};
	struct err e = ERR_INIT;
	char path[128];

	(void)state;
	sign_result_init(&r);
	sign_result_init(&into);
	approve(&pdf_hash);
	assert_int_equal(by.status(by.self, &who, &status, &e), 0);
	assert_true(status.may_sign);
	assert_int_equal(sign(pdf.data, pdf.len, 0, NULL, &r, &e), 0);
	assert_int_equal(r.outcome, SIGN_ACCEPTED);
	assert_true(r.pdf.len > pdf.len && r.pdf.len == r.pdf_len);
	assert_memory_equal(r.pdf.data, pdf.data, pdf.len);
	tool_temp(path, sizeof path, "to.pdf");
	assert_int_equal(outfile_open(&to, path, 0600, &e), 0);
	assert_int_equal(outfile_reserve(&to, MIB, &e), 0);
	assert_int_equal(sign(pdf.data, pdf.len, 0, &to, &into, &e), 0);
	assert_int_equal(into.outcome, SIGN_ACCEPTED);
	assert_int_equal(into.pdf.len, 0);
	assert_int_equal(outfile_commit(&to, &e), 0);
	assert_int_equal(buf_load(&back, path, &e), 0);
	assert_int_equal(back.len, into.pdf_len);
	assert_memory_equal(back.data, pdf.data, pdf.len);
	assert_int_equal(by.status(by.self, &nobody, &status, &e), -1);
}

static void only_what_is_approved_is_sent(void **state)
{
	AUTO(sign_result_release) struct sign_result r;
	AUTO(buf_release) struct buf other = BUF_INIT(MIB);
	struct err e = ERR_INIT;

	(void)state;
	sign_result_init(&r);
	assert_int_equal(sign(pdf.data, pdf.len, 0, NULL, &r, &e), -1);
	assert_int_equal(e.kind, ERR_BUG);
	approve(&pdf_hash);
	buf_add(&other, pdf.data, pdf.len);
	buf_addc(&other, '\n');
	err_clear(&e);
	assert_int_equal(sign(other.data, other.len, 0, NULL, &r, &e), -1);
	other.data[100] ^= 1;
	err_clear(&e);
	assert_int_equal(sign(other.data, other.len, pdf.len, NULL, &r, &e), -1);
	assert_int_equal(outcome(NULL), SIGN_ACCEPTED);
}

/* What others have signed already begins with what was approved. */
static void the_approved_beginning_is_enough(void **state)
{
	AUTO(sign_result_release) struct sign_result first, second;
	struct err e = ERR_INIT;

	(void)state;
	sign_result_init(&first);
	sign_result_init(&second);
	approve(&pdf_hash);
	assert_int_equal(sign(pdf.data, pdf.len, 0, NULL, &first, &e), 0);
	assert_int_equal(sign(first.pdf.data, first.pdf.len, pdf.len, NULL, &second, &e), 0);
	assert_int_equal(second.outcome, SIGN_ACCEPTED);
	assert_int_equal(sign(first.pdf.data, first.pdf.len, pdf.len - 1, NULL, &second, &e), -1);
}

static int approve_list(
	const struct sha256 *leaves, size_t count, uint64_t told, const struct sha256 *root, struct err *e)
{
	int fd = memfd_create("leaves", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, leaves, count * sizeof *leaves), (ssize_t)(count * sizeof *leaves));
	int r = keeper_approve(keeper, root, told, fd, e);
	close(fd);
	return r;
}

static void the_root_is_computed_not_believed(void **state)
{
	struct sha256 leaves[2] = {sha256_of("a", 1), pdf_hash};
	struct err e = ERR_INIT;

	(void)state;
	if (memcmp(&leaves[0], &leaves[1], sizeof leaves[0]) > 0) {
		leaves[1] = leaves[0];
		leaves[0] = pdf_hash;
	}
	struct sha256 left = merkle_leaf(leaves[0].bytes, 32), right = merkle_leaf(leaves[1].bytes, 32);
	struct sha256 root = merkle_node(&left, &right), other = root;
	const struct sha256 turned[2] = {leaves[1], leaves[0]};
	other.bytes[31] ^= 1;
	assert_int_equal(approve_list(leaves, 2, 2, &other, &e), -1);
	err_clear(&e);
	assert_int_equal(approve_list(leaves, 2, 1, &root, &e), -1);
	err_clear(&e);
	assert_int_equal(approve_list(leaves, 2, 3, &root, &e), -1);
	err_clear(&e);
	assert_int_equal(approve_list(turned, 2, 2, &root, &e), -1);
	err_clear(&e);
	AUTO(sign_result_release) struct sign_result r;
	sign_result_init(&r);
	assert_int_equal(sign(pdf.data, pdf.len, 0, NULL, &r, &e), -1);
	err_clear(&e);
	assert_int_equal(approve_list(leaves, 2, 2, &root, &e), 0);
	assert_int_equal(outcome(NULL), SIGN_ACCEPTED);
}

static void a_locked_signer_does_not_sign(void **state)
{
	AUTO(sign_result_release) struct sign_result r;
	const struct sign_job job = {.who = {.name = "dua"}, .pdf = pdf.data, .pdf_len = pdf.len};
	struct err e = ERR_INIT;

	(void)state;
	sign_result_init(&r);
	approve(&pdf_hash);
	assert_int_equal(by.sign(by.self, &job, &r, &e), -1);
	assert_int_equal(e.kind, ERR_BUG);
}

static void so_many_files_and_no_more(void **state)
{
	char why[300] = "";

	close_keeper(state);
	config.keep_files = 2;
	/* Typed, or out of a pipe: it cannot be had again. */
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	AUTO(buf_release) struct buf secret = BUF_INIT(KIB);
	struct err e = ERR_INIT;
	assert_int_equal(buf_load(&secret, sandbox_passphrase_file(sandbox, signers[0].nik), &e), 0);
	assert_int_equal(write(ends[1], secret.data, secret.len), (ssize_t)secret.len);
	close(ends[1]);
	signers[0].passphrase_fd = ends[0];
	start_keeper();
	approve(&pdf_hash);
	assert_int_equal(outcome(NULL), SIGN_ACCEPTED);
	assert_false(keeper_is_over(keeper, why));
	assert_int_equal(outcome(NULL), SIGN_ACCEPTED);
	assert_int_equal(outcome("keep_files"), SIGN_NOT_SENT);
	assert_true(keeper_is_over(keeper, why));
	assert_non_null(strstr(why, "2"));
	assert_int_equal(outcome("keep_files"), SIGN_NOT_SENT);
}

/* What lies in a file can be read again: by another process, after the first has forgotten it. */
static void another_keeper_follows(void **state)
{
	char why[300];

	close_keeper(state);
	config.keep_files = 2;
	start_keeper();
	pid_t first = keeper_pid();
	approve(&pdf_hash);
	for (int i = 0; i < 5; i++)
		assert_int_equal(outcome(NULL), SIGN_ACCEPTED);
	assert_false(keeper_is_over(keeper, why));
	assert_int_not_equal(keeper_pid(), first);
	assert_int_equal(kill(first, 0), -1);
	/* It knows what was approved, and nothing more. */
	AUTO(sign_result_release) struct sign_result r;
	struct err e = ERR_INIT;
	sign_result_init(&r);
	assert_int_equal(sign(pdf.data, pdf.len - 1, 0, NULL, &r, &e), -1);
}

/* Many ask while one keeper after the other ends: nobody's letter becomes unknown by that. */
static void *twenty_letters(void *user)
{
	AUTO(signer_release) struct signer own = SIGNER_INIT;
	const struct sign_job job = {.who = {.name = "satu"}, .pdf = pdf.data, .pdf_len = pdf.len};
	unsigned *accepted = user;
	struct err e = ERR_INIT;

	if (keeper_signer(keeper, &own, &e) != 0)
		return user;
	for (int i = 0; i < 20; i++) {
		AUTO(sign_result_release) struct sign_result r;
		sign_result_init(&r);
		if (own.sign(own.self, &job, &r, &e) != 0 || r.outcome == SIGN_UNKNOWN)
			return user;
		*accepted += r.outcome == SIGN_ACCEPTED;
	}
	return NULL;
}

static void a_change_of_keepers_leaves_nothing_unknown(void **state)
{
	pthread_t threads[8];
	unsigned accepted[8] = {0}, all = 0;
	void *failed = NULL;

	close_keeper(state);
	config.keep_files = 10;
	start_keeper();
	approve(&pdf_hash);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, twenty_letters, &accepted[i]), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		void *unknown;
		pthread_join(threads[i], &unknown);
		failed = unknown ? unknown : failed;
		all += accepted[i];
	}
	assert_null(failed);
	assert_in_range(all, 100, 160);
}

static void *kill_soon(void *user)
{
	nap(150);
	kill(*(pid_t *)user, SIGKILL);
	return NULL;
}

static void what_a_dead_keeper_was_asked_is_unknown(void **state)
{
	pid_t pid = keeper_pid();
	pthread_t killer;
	char why[300];

	(void)state;
	approve(&pdf_hash);
	assert_int_equal(pthread_create(&killer, NULL, kill_soon, &pid), 0);
	while (!keeper_is_over(keeper, why)) {
		enum sign_outcome o = outcome(NULL);
		assert_true(o == SIGN_ACCEPTED || o == SIGN_UNKNOWN);
	}
	pthread_join(killer, NULL);
	assert_int_equal(outcome(NULL), SIGN_NOT_SENT);
}

/* Signs until all are through; counts what was not accepted. */
static void *sign_some(void *user)
{
	AUTO(signer_release) struct signer own = SIGNER_INIT;
	struct err e = ERR_INIT;
	size_t *others = user;

	if (keeper_signer(keeper, &own, &e) != 0) {
		++*others;
		return NULL;
	}
	for (int i = 0; i < 12; i++) {
		AUTO(sign_result_release) struct sign_result r;
		const struct sign_job job = {.who = {.name = "satu"}, .pdf = pdf.data, .pdf_len = pdf.len};
		sign_result_init(&r);
		*others += own.sign(own.self, &job, &r, &e) != 0 || r.outcome != SIGN_ACCEPTED;
	}
	return NULL;
}

/* Whoever asked while a keeper ended in good order is told so before the next one comes: nothing becomes unknown. */
static void many_are_served_by_the_next_keeper(void **state)
{
	pthread_t threads[8];
	size_t others[8] = {0}, all = 0;

	close_keeper(state);
	config.keep_files = 3;
	start_keeper();
	approve(&pdf_hash);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_some, &others[i]), 0);
	for (size_t i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		all += others[i];
	}
	assert_int_equal(all, 0);
}

static void it_leaves_no_core_and_ends_with_its_socket(void **state)
{
	AUTO(buf_release) struct buf text = BUF_INIT(64 * KIB);
	struct err e = ERR_INIT;
	char path[64];
	pid_t pid = keeper_pid();
	int fd;

	snprintf(path, sizeof path, "/proc/%d/limits", (int)pid);
	fd = open(path, O_RDONLY);
	assert_int_equal(buf_read_fd(&text, fd, path, &e), 0);
	close(fd);
	const char *core = strstr(buf_str(&text), "Max core file size");
	assert_non_null(core);
	unsigned long soft = 1, hard = 1;
	assert_int_equal(sscanf(core + strlen("Max core file size"), "%lu %lu", &soft, &hard), 2);
	assert_int_equal(soft + hard, 0);
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	buf_reset(&text);
	fd = open(path, O_RDONLY);
	assert_int_equal(buf_read_fd(&text, fd, path, &e), 0);
	close(fd);
	assert_non_null(strstr(buf_str(&text), "NoNewPrivs:\t1"));
	close_keeper(state);
	assert_int_equal(kill(pid, 0), -1);
}

static void a_passphrase_must_be_text(void **state)
{
	struct err e = ERR_INIT;
	char path[128];

	close_keeper(state);
	tool_temp(path, sizeof path, "secret");
	assert_int_equal(outfile_put(path, 0600, "sandi\xff\n", 7, &e), 0);
	signers[0].passphrase_file = path;
	assert_int_equal(keeper_start(&config, &service, &keeper, &e), 0);
	assert_int_equal(keeper_unlock(keeper, "satu", &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_null(strstr(e.msg, "sandi\xff"));
}

static void a_systemd_credential_will_do(void **state)
{
	AUTO(buf_release) struct buf secret = BUF_INIT(KIB);
	struct err e = ERR_INIT;
	char folder[128], path[160];

	close_keeper(state);
	tool_temp(folder, sizeof folder, "credentials");
	snprintf(path, sizeof path, "%s/sandi", folder);
	assert_int_equal(buf_load(&secret, sandbox_passphrase_file(sandbox, signers[0].nik), &e), 0);
	assert_int_equal(outfile_put(path, 0400, secret.data, secret.len, &e), 0);
	signers[0].passphrase_credential = "sandi";
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(keeper_start(&config, &service, &keeper, &e), 0);
	assert_int_equal(keeper_unlock(keeper, "satu", &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	keeper_free(keeper);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	start_keeper();
	approve(&pdf_hash);
	assert_int_equal(outcome(NULL), SIGN_ACCEPTED);
	signers[0].passphrase_credential = "../sandi";
}

/* ---- group ---------------------------------------------------------------------------------------------- */

static int start(void **state)
{
	struct err e = ERR_INIT;
	char people[128];

	(void)state;
	xml_start();
	tool_temp(state_folder, sizeof state_folder, "sandbox");
	tool_temp(people, sizeof people, "people.ini");
	static const char ini[] = "[satu]\nnik = 3300000000000001\nnama = Contoh Satu\nstatus = ISSUE\n"
				  "[dua]\nnik = 3300000000000002\nnama = Contoh Dua\nstatus = ISSUE\n";
	const struct sandbox_config sc = {
		.state = state_folder, .people = people, .now_at = NOW, .latency_ms = 20};
	if (outfile_put(people, 0600, ini, sizeof ini - 1, &e) != 0 || net_start(&e) != 0 ||
		sandbox_new(&sc, &sandbox, &e) != 0 ||
		buf_load(&pdf, "fixtures/pdf/array-shared.pdf", &e) != 0) {
		print_error("%s\n", e.msg);
		return -1;
	}
	pdf_hash = sha256_of(pdf.data, pdf.len);
	return 0;
}

static int end(void **state)
{
	(void)state;
	sandbox_release(&sandbox);
	buf_release(&pdf);
	net_end();
	xml_end();
	tool_temp_remove();
	return 0;
}

#define WITH_KEEPER(f) cmocka_unit_test_setup_teardown(f, open_keeper, close_keeper)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WITH_KEEPER(a_file_is_signed_and_comes_back),
		WITH_KEEPER(only_what_is_approved_is_sent),
		WITH_KEEPER(the_approved_beginning_is_enough),
		WITH_KEEPER(the_root_is_computed_not_believed),
		WITH_KEEPER(a_locked_signer_does_not_sign),
		WITH_KEEPER(so_many_files_and_no_more),
		WITH_KEEPER(another_keeper_follows),
		WITH_KEEPER(a_change_of_keepers_leaves_nothing_unknown),
		WITH_KEEPER(what_a_dead_keeper_was_asked_is_unknown),
		WITH_KEEPER(many_are_served_by_the_next_keeper),
		WITH_KEEPER(it_leaves_no_core_and_ends_with_its_socket),
		WITH_KEEPER(a_passphrase_must_be_text),
		WITH_KEEPER(a_systemd_credential_will_do),
	};

	if (argc == 2 && strcmp(argv[1], "keeper") == 0) {
		keeper_harden();
		keeper_serve(STDIN_FILENO);
	}
	return cmocka_run_group_tests(tests, start, end);
}
