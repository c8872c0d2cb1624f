/*
 * bench: what each kind of work costs, as JSON lines: CPU (user+sys) and wall time per item, peak memory.
 *
 *	bench NAME N CONFIG CASES_DIR [COMMAND...]
 *
 * NAME: rsa (yardstick: one RSA-2048 private operation), start (all that is loaded before the first letter), check,
 * render, letters (render, and write each PDF to OUT), cores (render on all cores), sign (one letter through the sandbox,
 * over HTTP), verify. With a COMMAND, that is run as a child and N things of it are counted. Prints a line each; asserts
 * nothing.
 */
#include "base/auto.h"
#include "base/buf.h"
#include "base/limits.h"
#include "cmd/service.h"
#include "crypto/cms.h"
#include "crypto/hash.h"
#include "net/client.h"
#include "pipeline/inputs.h"
#include "pipeline/keeper.h"
#include "pipeline/render.h"
#include "verify/verify.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct bench {
	const char *name;
	const char *kind; /* of the letters; NULL = the first of each case */
	size_t n;
	struct config *config;
	struct office *office;
	struct inputs cases;
	struct err e;
};

struct meter {
	double cpu_s, wall_s;
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static struct meter now(int who)
{
	struct rusage u;
	struct timespec t;

	getrusage(who, &u);
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (struct meter){
		seconds(u.ru_utime) + seconds(u.ru_stime), (double)t.tv_sec + (double)t.tv_nsec / 1e9};
}

static void tell(const struct bench *b, struct meter from, int who, size_t bytes)
{
	struct meter to = now(who);
	struct rusage u;
	double n = (double)b->n;

	getrusage(who, &u);
	printf("{\"work\":\"%s\",\"n\":%zu,\"cpu_ms\":%.4f,\"wall_ms\":%.4f,\"peak_mib\":%.1f", b->name, b->n,
		(to.cpu_s - from.cpu_s) * 1e3 / n, (to.wall_s - from.wall_s) * 1e3 / n,
		(double)u.ru_maxrss / 1024);
	if (bytes)
		printf(",\"bytes\":%zu", bytes);
	puts("}");
	fflush(stdout);
}

static int load_case(const struct bench *b, size_t i, struct buf *bytes, struct err *e)
{
	buf_reset(bytes);
	return buf_load(bytes, b->cases.paths[i % b->cases.count], e);
}

static int bench_check(struct bench *b)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	struct meter start = now(RUSAGE_SELF);

	for (size_t i = 0; i < b->n; i++) {
		AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;
		if (load_case(b, i, &bytes, &b->e) != 0 ||
			open_case(b->office, bytes.data, bytes.len, "bench", NULL, NULL, &c, &b->e) != 0)
			return -1;
	}
	tell(b, start, RUSAGE_SELF, 0);
	return 0;
}

/* The letter of that kind, or the first. */
static int choose(
	const struct bench *b, const struct open_case *c, const struct letter_plan **out, struct err *e)
{
	for (size_t i = 0; i < c->plan_count; i++)
		if (!b->kind || strcmp(c->plans[i].kind, b->kind) == 0) {
			*out = &c->plans[i];
			return 0;
		}
	return err_set(e, ERR_USAGE, "no letter '%s' in the case", b->kind ? b->kind : "");
}

/* One case with one letter, all told: read, parse, validate, check, compose, lay out, QR, write. */
static int render_one(const struct bench *b, size_t i, struct buf *bytes, struct buf *pdf, struct draft *d,
	struct open_case *c, struct err *e)
{
	const struct letter_plan *plan = NULL;
	char code[CODE_TEXT];

	if (load_case(b, i, bytes, e) != 0 ||
		open_case(b->office, bytes->data, bytes->len, "bench", NULL, NULL, c, e) != 0 ||
		choose(b, c, &plan, e) != 0 || draft_compose(b->office, c, plan, d, e) != 0)
		return -1;
	draft_code(b->office, &d->content, 0, code);
	buf_reset(pdf);
	return draft_print(b->office, c, d, code, pdf, e);
}

/* A share of the letters; with a folder, each is written there. */
struct share {
	const struct bench *b;
	const char *folder; /* NULL = none */
	size_t first, step, bytes;
	struct err e;
};

static int render_share(struct share *s)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES), pdf = BUF_INIT(LIMIT_LETTER_BYTES);

	for (size_t i = s->first; i < s->b->n; i += s->step) {
		AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;
		struct draft d;
		if (render_one(s->b, i, &bytes, &pdf, &d, &c, &s->e) != 0)
			return -1;
		if (!s->folder)
			continue;
		AUTO(buf_release) struct buf path = BUF_INIT(PATH_MAX);
		buf_addf(&path, "%s/%s.pdf", s->folder, c.c.id);
		FILE *f = fopen(buf_str(&path), "wb");
		bool whole = f && fwrite(pdf.data, 1, pdf.len, f) == pdf.len;
		if (!f || fclose(f) != 0 || !whole)
			return err_set(&s->e, ERR_IO, "cannot write %s", buf_str(&path));
	}
	s->bytes = pdf.len;
	return 0;
}

static void *render_thread(void *share)
{
	struct share *s = share;

	return render_share(s) == 0 ? NULL : s;
}

static int bench_render(struct bench *b, size_t threads, const char *folder)
{
	pthread_t thread[64];
	struct share shares[64];
	struct meter start = now(RUSAGE_SELF);
	int r = 0;

	if (threads > ARRAY_LEN(thread))
		threads = ARRAY_LEN(thread);
	for (size_t i = 0; i < threads; i++)
		shares[i] = (struct share){b, folder, i, threads, 0, ERR_INIT};
	for (size_t i = 1; i < threads; i++)
		if (pthread_create(&thread[i], NULL, render_thread, &shares[i]) != 0)
			abort();
	render_thread(&shares[0]);
	for (size_t i = 1; i < threads; i++)
		pthread_join(thread[i], NULL);
	for (size_t i = 0; i < threads; i++)
		if (shares[i].e.kind != ERR_NONE)
			r = err_set(&b->e, shares[i].e.kind, "%s", shares[i].e.msg);
	if (r == 0)
		tell(b, start, RUSAGE_SELF, shares[0].bytes);
	return r;
}

/* Everything that is loaded before the first letter: schemas, templates, profiles, fonts, stationery. */
static int bench_start(struct bench *b)
{
	struct meter start = now(RUSAGE_SELF);

	for (size_t i = 0; i < b->n; i++) {
		AUTO(office_release) struct office office = OFFICE_INIT;
		if (office_open(b->config, OFFICE_PRINT | OFFICE_CODE, &office, &b->e) != 0)
			return -1;
	}
	tell(b, start, RUSAGE_SELF, 0);
	return 0;
}

static int bench_rsa(struct bench *b)
{
	AUTO(key_release) struct key *key = NULL;
	AUTO(cert_release) struct cert *cert = NULL;
	AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_CMS_BYTES);
	struct cert_request req = {.common_name = "UJI BENCH",
		.not_before_at = 1700000000,
		.not_after_at = 2000000000,
		.path_len = -1};

	if (key_generate(KEY_RSA_2048, &key, &b->e) != 0 ||
		cert_issue(&req, key, NULL, key, &cert, &b->e) != 0)
		return -1;
	struct cms_signer signer = {.key = key, .cert = cert};
	struct meter start = now(RUSAGE_SELF);
	for (size_t i = 0; i < b->n; i++) {
		struct sha256 digest = sha256_of(&i, sizeof i);
		buf_reset(&der);
		if (cms_sign(&signer, &digest, &der, &b->e) != 0)
			return -1;
	}
	tell(b, start, RUSAGE_SELF, 0);
	return 0;
}

/* Signs through the sandbox; with `verify`, times the check of the last reply instead. */
static int bench_sign(struct bench *b, bool verify)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES), pdf = BUF_INIT(LIMIT_LETTER_BYTES);
	AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;
	AUTO(service_release) struct service service = SERVICE_INIT;
	AUTO(desk_release) struct desk *desk = NULL;
	AUTO(signer_release) struct signer signer = SIGNER_INIT;
	AUTO(sign_result_release) struct sign_result reply;
	AUTO(trust_release) struct trust *trust = NULL;
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	struct draft d;
	struct meter start = {0, 0};

	sign_result_init(&reply);
	if (!verdict || render_one(b, 0, &bytes, &pdf, &d, &c, &b->e) != 0 ||
		service_start(b->config, 0, &service, &b->e) != 0 ||
		desk_new(b->config, &service.to, &desk, &b->e) != 0 ||
		desk_signer(desk, &signer, &b->e) != 0 || trust_load(service.roots, &trust, &b->e) != 0)
		return -1;
	const struct config_signer *who = config_signer_by_nik(b->config, c.plans[0].naskah->signer->nik);
	size_t index = (size_t)(who - b->config->signers);
	const struct sha256 file = sha256_of(pdf.data, pdf.len);
	if (desk_unlock(desk, index, &b->e) != 0 || desk_approve_one(desk, &file, &b->e) != 0)
		return -1;
	for (size_t i = 0; i < (verify ? 1 : b->n + 1); i++) {
		struct desk_turn turn;
		struct sign_job job = {.pdf = pdf.data, .pdf_len = pdf.len};
		if (i == 1)
			start = now(RUSAGE_SELF);
		sign_result_release(&reply);
		sign_result_init(&reply);
		desk_take_turn(desk, index, &signer, &turn);
		if (!turn.allowed)
			return err_set(&b->e, ERR_REMOTE, "%s", turn.why);
		if (desk_sign(desk, index, &signer, &turn, &job, &reply, &b->e) != 0)
			return -1;
		if (reply.outcome != SIGN_ACCEPTED)
			return err_set(&b->e, ERR_REMOTE, "%s", reply.text);
		desk_settle(desk, index, &turn, true, "");
	}
	if (verify) {
		struct verify_request req = {.pdf = reply.pdf.data,
			.len = reply.pdf.len,
			.name = "bench",
			.trust = trust,
			.now_at = clock_now()};
		start = now(RUSAGE_SELF);
		for (size_t i = 0; i < b->n; i++)
			if (verify_pdf(&req, verdict, &b->e) != 0 || verdict->all_good != FINDING_YES)
				return err_set(&b->e, ERR_CRYPTO, "not valid: %s", verdict->why);
	}
	tell(b, start, RUSAGE_SELF, reply.pdf.len);
	return 0;
}

/* A program as a child, with all of its own children. */
static int bench_command(struct bench *b, char **argv)
{
	struct meter start = now(RUSAGE_CHILDREN);
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(127);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(&b->e, ERR_IO, "%s failed", argv[0]);
	tell(b, start, RUSAGE_CHILDREN, 0);
	return 0;
}

static int bench_works(struct bench *b)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (strcmp(b->name, "rsa") == 0)
		return bench_rsa(b);
	if (strcmp(b->name, "start") == 0)
		return bench_start(b);
	if (office_open(b->config, OFFICE_PRINT | OFFICE_CODE, b->office, &b->e) != 0)
		return -1;
	if (strcmp(b->name, "check") == 0)
		return bench_check(b);
	if (strcmp(b->name, "cores") == 0)
		return bench_render(b, cores > 0 ? (size_t)cores : 1, NULL);
	if (strcmp(b->name, "letters") == 0)
		return bench_render(b, 1, b->config->out);
	if (strncmp(b->name, "render", 6) == 0)
		return bench_render(b, 1, NULL);
	return bench_sign(b, strcmp(b->name, "verify") == 0);
}

int main(int argc, char **argv)
{
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(office_release) struct office office = OFFICE_INIT;
	AUTO(arena_release) struct arena names = ARENA_INIT(256 * MIB);
	struct bench b = {.config = &config, .office = &office, .kind = getenv("BENCH_KIND")};
	const char *out = getenv("BENCH_OUT");
	int r = -1;

	/* Its own keeper, as naskah is. */
	if (argc == 2 && strcmp(argv[1], "keeper") == 0) {
		keeper_harden();
		keeper_serve(STDIN_FILENO);
	}
	if (argc < 5 || !out) {
		fputs("usage: BENCH_OUT=DIR [BENCH_KIND=KIND] bench NAME N CONFIG CASES_DIR [COMMAND...]\n",
			stderr);
		return 2;
	}
	b.name = argv[1];
	b.n = (size_t)strtoul(argv[2], NULL, 10);
	xml_start();
	const char *const dirs[] = {argv[4]};
	if (argc > 5)
		r = bench_command(&b, argv + 5);
	else if (net_start(&b.e) == 0 && config_load(argv[3], ".", out, &config, &b.e) == 0 &&
		 inputs_list(dirs, 1, &names, &b.cases, &b.e) == 0)
		r = bench_works(&b);
	inputs_release(&b.cases);
	if (r != 0)
		fprintf(stderr, "bench %s: %s\n", b.name, b.e.msg);
	return r == 0 ? 0 : 1;
}
