/*
 * run_rig: the batch from end to end in one process: the real stages, real signatures by the sandbox, and between the
 * two a signer that goes wrong on demand.
 */
#ifndef NASKAH_TESTS_RUN_RIG_H
#define NASKAH_TESTS_RUN_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "ledger/ledger.h"
#include "ledger/place.h"
#include "net/client.h"
#include "pipeline/report.h"
#include "pipeline/run.h"
#include "sandbox/sandbox.h"
#include "signer_v2.h"
#include "tool.h"
#include "xml/doc.h"

#include <stdio.h>
#include <sys/stat.h>

#define NOW    INT64_C(1773626400)
#define REASON "diperiksa bersama penanda tangan"

static struct sandbox *sandbox; /* one for all tests: keys take time */
static char state_folder[128], people[1024];

/* ---- a signer that goes wrong on demand ----------------------------------------------------------------- */

static struct {
	enum sign_outcome outcome; /* SIGN_ACCEPTED: as the sandbox does it */
	bool forge;                /* another file comes back */
	int at;                    /* only in this call of a run, from 1; 0 = in every one */
	int calls;
	char asked[32];          /* the last digit of each signer's NIK, in the order of the calls */
	void (*after)(int call); /* called when the answer is there */
} service;

static struct secret *password; /* of the sandbox's clients */
static int (*real_sign)(void *, const struct sign_job *, struct sign_result *, struct err *);

/* A person's passphrase, which in a real run only the keeper knows. */
static inline int sign_as(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	AUTO(secret_release) struct secret *passphrase = NULL;
	struct sign_job whole = *job;

	if (secret_load(sandbox_passphrase_file(sandbox, job->who.nik), &passphrase, e) != 0)
		return -1;
	whole.passphrase = passphrase;
	whole.to = NULL;
	return real_sign(self, &whole, out, e);
}

static inline int sign(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	if (service.calls + 1 < (int)sizeof service.asked)
		service.asked[service.calls] = job->who.nik[strlen(job->who.nik) - 1];
	service.calls++;
	bool wrong = service.at == 0 || service.at == service.calls;
	if (service.outcome == SIGN_ACCEPTED || !wrong) {
		if (sign_as(self, job, out, e) != 0)
			return -1;
		if (service.forge && wrong)
			out->pdf.data[out->pdf.len / 2] ^= 1;
		if (outfile_write(job->to, out->pdf.data, out->pdf.len, e) != 0)
			return -1;
		out->pdf_len = out->pdf.len;
		buf_release(&out->pdf);
		if (service.after)
			service.after(service.calls);
		return 0;
	}
	sign_result_release(out);
	sign_result_init(out);
	out->outcome = service.outcome;
	snprintf(out->text, sizeof out->text, "layanan %d", (int)service.outcome);
	return 0;
}

static inline int make_signer(void *user, struct signer *out, struct err *e)
{
	struct net_config net = {.base_url = sandbox_url(sandbox),
		.username = sandbox_username(sandbox),
		.connect_timeout_ms = 5000};

	(void)user;
	if (!password && secret_load(sandbox_password_file(sandbox), &password, e) != 0)
		return -1;
	net.password = password;
	if (signer_bsre_v2_new(&net, 20000, out, e) != 0)
		return -1;
	real_sign = out->sign;
	out->sign = sign;
	return 0;
}

/* ---- an office with nothing in it ----------------------------------------------------------------------- */

static struct config config;
static char out_folder[160], case_folder[160];
static struct run_result result;
static struct run_request request;
static int connected;
static const char *other_roots;      /* than the sandbox's; NULL = those */
static void (*between_passes)(void); /* called when the first pass is over */
static atomic_bool stop;

static inline int connect_service(void *user, struct desk_service *to, const char **roots, struct err *e)
{
	(void)user;
	(void)e;
	connected++;
	if (between_passes)
		between_passes();
	*to = (struct desk_service){.make = make_signer};
	*roots = other_roots ? other_roots : sandbox_root_file(sandbox);
	return 0;
}

static inline void shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static inline void shell(const char *fmt, ...)
{
	char command[1024];
	AUTO(buf_release) struct buf out = BUF_INIT(MIB);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof command, fmt, ap);
	va_end(ap);
	const char *const argv[] = {"sh", "-c", command, NULL};
	if (tool_run(argv, &out) != 0)
		fail_msg("%s: %s", command, buf_str(&out));
}

static inline int open_office(void **state)
{
	struct err e = ERR_INIT;
	char ini[160];

	(void)state;
	memset(&service, 0, sizeof service);
	service.outcome = SIGN_ACCEPTED;
	connected = 0;
	other_roots = NULL;
	between_passes = NULL;
	atomic_store(&stop, false);
	shell("rm -rf '%s/office' && mkdir -p '%s/office/cases with spaces'", tool_folder, tool_folder);
	snprintf(out_folder, sizeof out_folder, "%s/office/out with spaces", tool_folder);
	snprintf(case_folder, sizeof case_folder, "%s/office/cases with spaces", tool_folder);
	snprintf(ini, sizeof ini, "%s/office/naskah.ini", tool_folder);
	shell("sed 's|^people = .*|people = %s|' fixtures/demo.ini >'%s'", people, ini);
	if (config_load(ini, ".", out_folder, &config, &e) != 0)
		fail_msg("%s", e.msg);
	config.sandbox_state = state_folder;
	/* One call at a time, in a known order, and no waiting. */
	config.in_flight = 1;
	config.patience_s = 0;
	run_result_init(&result);
	request = (struct run_request){
		.config = &config, .connect = connect_service, .now_at = NOW, .jobs = 1, .stop = &stop};
	return 0;
}

static inline int close_office(void **state)
{
	(void)state;
	run_result_release(&result);
	config_release(&config);
	return 0;
}

static inline int try_run(struct err *e)
{
	const char *const inputs[] = {case_folder};

	run_result_release(&result);
	run_result_init(&result);
	request.inputs = inputs;
	request.input_count = 1;
	service.calls = 0;
	memset(service.asked, 0, sizeof service.asked);
	connected = 0;
	return run_batch(&request, &result, e);
}

static inline void run(void)
{
	struct err e = ERR_INIT;

	if (try_run(&e) != 0)
		fail_msg("%s", e.msg);
}

/* The outcome of the file with this number, from 0; the message must hold `message`. */
static inline void ends(size_t i, enum case_outcome outcome, const char *message)
{
	assert_true(i < result.count);
	const struct run_entry *en = &result.entries[i];
	if (en->outcome != outcome)
		fail_msg("%s: %s (%s)", en->path, case_outcome_name(en->outcome),
			en->message ? en->message : "");
	if (message && (!en->message || !strstr(en->message, message)))
		fail_msg("'%s' is not in: %s", message, en->message ? en->message : "(nothing)");
}

struct census {
	size_t states[LETTER_WITHDRAWN + 1];
};

static inline int count(void *user, const struct ledger_letter *l, struct err *e)
{
	struct census *c = user;

	(void)e;
	c->states[l->state]++;
	return 0;
}

static inline struct census census(void)
{
	AUTO(ledger_release) struct ledger *l = NULL;
	struct census c = {{0}};
	struct err e = ERR_INIT;
	char path[256];

	snprintf(path, sizeof path, "%s/ledger.db", out_folder);
	if (ledger_open(path, true, &l, &e) != 0 || ledger_each_letter(l, NULL, count, &c, &e) != 0)
		fail_msg("%s", e.msg);
	return c;
}

static inline bool there(const char *name)
{
	char path[400];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", out_folder, name);
	return stat(path, &st) == 0;
}

/* ---- group ---------------------------------------------------------------------------------------------- */

static inline int start_sandbox(void **state)
{
	struct err e = ERR_INIT;
	char cwd[512];

	(void)state;
	xml_start();
	/* In memory where that is possible: hundreds of syncs need not wait for a disk. */
	snprintf(tool_folder, sizeof tool_folder, "/dev/shm/naskah-unit-XXXXXX");
	if (!mkdtemp(tool_folder))
		tool_folder[0] = '\0';
	tool_temp(state_folder, sizeof state_folder, "sandbox");
	if (!getcwd(cwd, sizeof cwd))
		return -1;
	snprintf(people, sizeof people, "%s/fixtures/sandbox-people.ini", cwd);
	const struct sandbox_config sc = {.state = state_folder, .people = people, .now_at = NOW};
	if (net_start(&e) != 0 || sandbox_new(&sc, &sandbox, &e) != 0) {
		print_error("%s\n", e.msg);
		return -1;
	}
	return 0;
}

static inline int stop_sandbox(void **state)
{
	(void)state;
	sandbox_release(&sandbox);
	secret_release(&password);
	net_end();
	xml_end();
	tool_temp_remove();
	return 0;
}

#define IN_OFFICE(f) cmocka_unit_test_setup_teardown(f, open_office, close_office)

#endif
