/*
 * sweep: fails every disk operation of a small run in turn, and kills the run before each, with preload.c.
 *
 *	sweep NASKAH PRELOAD.so
 *
 * After each fault: what stands under letters/ is whole, the next clean run finishes the job with exactly one letter per
 * case, a letter is of unknown outcome only if a request was under way (then a person decides and that signer signs once
 * more, nobody else), the log verifies, nothing is left in staging. A sweep ends at the first number that no longer hits, and fails
 * when it hit too little. Prints "ok"/"not ok" lines. FAULT_STEP=7 tries every seventh point only.
 */
#include "audit/check.h"
#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "ledger/ledger.h"
#include "ledger/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAMES 16 /* different operations that a sweep may hit */

static char top[64]; /* everything of this test */
static const char *naskah, *preload;

/* A run that is broken again and again. */
struct scene {
	const char *name;
	const char *config; /* file below top */
	const char *cases;  /* folder below top: what the broken run is given */
	const char *before; /* folder below top with an OUT to begin with; NULL = none */
	size_t letters;     /* published at the end */
	size_t superseded;
	size_t calls; /* sign requests that all of it takes when nothing goes wrong */
	size_t aside; /* partly signed letters that are not wanted any more: kept in inspect */
};

/* How it is broken. */
struct breach {
	const char *how;        /* FAULT_HOW */
	const char *operations; /* those that must have been hit, separated by blanks */
	int least;              /* hits */
};

struct sweep {
	const struct scene *scene;
	const struct breach *breach;
	char dir[128]; /* its own folder */
	char out[160];
	long at;       /* the number of the operation that goes wrong */
	char name[32]; /* of that operation */
	char why[512]; /* what is not as it must be; "" = nothing */
	char seen[NAMES][32];
	size_t seen_count;
	size_t hits, unknown;
};

static void complain(struct sweep *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void complain(struct sweep *s, const char *fmt, ...)
{
	va_list ap;

	if (s->why[0])
		return;
	va_start(ap, fmt);
	vsnprintf(s->why, sizeof s->why, fmt, ap);
	va_end(ap);
}

/* ---- running programs ----------------------------------------------------------------------------------- */

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			abort();
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static pid_t start(const char *const argv[], const char *log, const char *const env[])
{
	pid_t pid = fork();

	if (pid < 0)
		abort();
	if (pid > 0)
		return pid;
	int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(127);
	for (size_t i = 0; env && env[i]; i += 2)
		setenv(env[i], env[i + 1], 1);
	char *copy[16] = {NULL};
	for (size_t i = 0; argv[i] && i < 15; i++)
		copy[i] = strdup(argv[i]);
	execvp(copy[0], copy);
	_exit(127);
}

static int shell(const char *command)
{
	const char *const argv[] = {"sh", "-c", command, NULL};

	return wait_for(start(argv, "/dev/null", NULL));
}

static int run_naskah(struct sweep *s, const char *cases, bool again, const char *const env[])
{
	char config[96], log[192];

	snprintf(config, sizeof config, "%s/%s", top, s->scene->config);
	snprintf(log, sizeof log, "%s/log", s->dir);
	const char *const argv[] = {naskah, "run", "--jobs", "1", "--config", config, "--out", s->out, cases,
		again ? "--sign-again" : NULL, "sweep", NULL};
	return wait_for(start(argv, log, env));
}

/* ---- looking -------------------------------------------------------------------------------------------- */

static int leaf_source(void *user, int64_t index, struct buf *leaf, bool *found, struct err *e)
{
	struct event event;
	int64_t count;

	if (ledger_event_count(user, &count, e) != 0)
		return -1;
	*found = index < count;
	return *found ? ledger_event(user, index, &event, leaf, e) : 0;
}

/* `whole`: at the end the log must hold every event of the ledger; after a fault it may lag behind. */
static void check_log(struct sweep *s, struct ledger *ledger, bool whole)
{
	struct audit_result r = {.good = false};
	struct err e = ERR_INIT;
	char dir[192], checkpoint[224];

	snprintf(dir, sizeof dir, "%s/audit", s->out);
	snprintf(checkpoint, sizeof checkpoint, "%s/checkpoint", dir);
	if (!whole && access(checkpoint, F_OK) != 0)
		return;
	if (audit_check(dir, NULL, NULL, whole ? leaf_source : NULL, ledger, &r, &e) != 0)
		complain(s, "the log cannot be looked at: %s", e.msg);
	else if (!r.good)
		complain(s, "the log is not in order: %s", r.why);
}

/* A PDF under letters/ is the very file of a letter that went out; a receipt holds. */
static void check_file(struct sweep *s, struct ledger *ledger, const char *path)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_PDF_BYTES), key = BUF_INIT(4096);
	struct ledger_letter letter;
	struct receipt_result receipt;
	bool found = false;
	char vkey[192];
	struct err e = ERR_INIT;

	snprintf(vkey, sizeof vkey, "%s/audit/vkey", s->out);
	if (buf_load(&bytes, path, &e) != 0) {
		complain(s, "%s", e.msg);
	} else if (text_has_suffix(path, ".pdf")) {
		struct sha256 hash = sha256_of(bytes.data, bytes.len);
		if (ledger_letter_by_file(ledger, &hash, &letter, &found, &e) != 0 || !found)
			complain(s, "'%s' is no letter of the ledger %s", path, e.msg);
	} else if (text_has_suffix(path, ".tlog-proof")) {
		if (buf_load(&key, vkey, &e) != 0) {
			complain(s, "%s", e.msg);
			return;
		}
		buf_addc(&key, '\0');
		key.data[strcspn((const char *)key.data, "\n")] = '\0';
		if (receipt_check(bytes.data, bytes.len, (const char *)key.data, NULL, &receipt, &e) != 0 ||
			!receipt.good)
			complain(s, "'%s' is no good receipt: %s%s", path, receipt.why, e.msg);
	} else {
		complain(s, "'%s' has no business there", path);
	}
}

static void check_folder(struct sweep *s, struct ledger *ledger, const char *folder, size_t *files)
{
	DIR *d = opendir(folder);
	struct stat st;

	if (!d)
		return;
	for (struct dirent *entry; (entry = readdir(d));) {
		char path[512];
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
			check_folder(s, ledger, path, files);
		} else {
			++*files;
			check_file(s, ledger, path);
		}
	}
	closedir(d);
}

static struct ledger *look(struct sweep *s)
{
	struct ledger *ledger = NULL;
	struct err e = ERR_INIT;
	char path[192];

	snprintf(path, sizeof path, "%s/ledger.db", s->out);
	if (ledger_open(path, true, &ledger, &e) != 0)
		complain(s, "%s", e.msg);
	return ledger;
}

/* Right after the fault: nothing that stands in the open is half. */
static void check_after_fault(struct sweep *s)
{
	char letters[192];
	size_t files = 0;

	snprintf(letters, sizeof letters, "%s/letters", s->out);
	if (access(letters, F_OK) != 0)
		return;
	AUTO(ledger_release) struct ledger *ledger = look(s);
	if (!ledger)
		return;
	check_folder(s, ledger, letters, &files);
	check_log(s, ledger, false);
}

struct census {
	struct sweep *s;
	size_t states[LETTER_WITHDRAWN + 1];
};

static int count(void *user, const struct ledger_letter *l, struct err *e)
{
	struct census *c = user;

	(void)e;
	c->states[l->state]++;
	if (l->state == LETTER_PUBLISHED && (!l->placed || !l->receipt))
		complain(c->s, "letter '%s' of %s: placed %d, receipt %d", l->kind, l->case_id, l->placed,
			l->receipt);
	return 0;
}

static void check_count(struct sweep *s, const char *name, size_t want)
{
	char folder[192];
	size_t n = 0;

	snprintf(folder, sizeof folder, "%s/%s", s->out, name);
	DIR *d = opendir(folder);
	for (struct dirent *entry; d && (entry = readdir(d));)
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (d)
		closedir(d);
	if (n != want)
		complain(s, "%zu files in %s instead of %zu", n, name, want);
}

/* No request is made again by itself: one more than needed only for a letter that a person had signed again. */
static void check_calls(struct sweep *s, struct ledger *ledger, size_t decided)
{
	AUTO(buf_release) struct buf leaf = BUF_INIT(64 * KIB);
	struct err e = ERR_INIT;
	size_t calls = 0;
	int64_t n = 0;

	if (ledger_event_count(ledger, &n, &e) != 0)
		complain(s, "%s", e.msg);
	for (int64_t i = 0; i < n; i++) {
		struct event event;
		buf_reset(&leaf);
		if (ledger_event(ledger, i, &event, &leaf, &e) != 0) {
			complain(s, "%s", e.msg);
			return;
		}
		calls += event.kind == EVENT_ATTEMPT;
	}
	if (calls != s->scene->calls + decided)
		complain(s, "%zu requests instead of %zu", calls, s->scene->calls + decided);
}

static void check_end(struct sweep *s, size_t decided)
{
	AUTO(ledger_release) struct ledger *ledger = look(s);
	struct census c = {.s = s};
	struct err e = ERR_INIT;
	size_t files = 0;
	char letters[192];

	if (!ledger)
		return;
	if (ledger_each_letter(ledger, NULL, count, &c, &e) != 0)
		complain(s, "%s", e.msg);
	if (c.states[LETTER_WITHDRAWN] != s->scene->aside)
		complain(s, "%zu letters withdrawn instead of %zu", c.states[LETTER_WITHDRAWN],
			s->scene->aside);
	if (c.states[LETTER_PUBLISHED] != s->scene->letters ||
		c.states[LETTER_SUPERSEDED] != s->scene->superseded)
		complain(s, "%zu letters published and %zu superseded instead of %zu and %zu",
			c.states[LETTER_PUBLISHED], c.states[LETTER_SUPERSEDED], s->scene->letters,
			s->scene->superseded);
	if (c.states[LETTER_SENDING] + c.states[LETTER_UNKNOWN] + c.states[LETTER_PLANNED] +
			c.states[LETTER_REFUSED] !=
		0)
		complain(s, "a letter is left in work");
	snprintf(letters, sizeof letters, "%s/letters", s->out);
	check_folder(s, ledger, letters, &files);
	if (files != 2 * (s->scene->letters + s->scene->superseded))
		complain(s, "%zu files under letters", files);
	check_count(s, "staging", 0);
	check_count(s, "inspect", s->scene->aside);
	check_calls(s, ledger, decided);
	check_log(s, ledger, true);
}

/* ---- one point ------------------------------------------------------------------------------------------ */

static void note_name(struct sweep *s, const char *report)
{
	AUTO(buf_release) struct buf text = BUF_INIT(64);
	struct err e = ERR_INIT;

	if (buf_load(&text, report, &e) != 0 || sscanf(buf_str(&text), "HIT %31s", s->name) != 1)
		abort();
	for (size_t i = 0; i < s->seen_count; i++)
		if (strcmp(s->seen[i], s->name) == 0)
			return;
	if (s->seen_count < NAMES)
		memcpy(s->seen[s->seen_count++], s->name, sizeof s->name);
}

/* False: there is no operation with this number any more. */
static bool try_point(struct sweep *s)
{
	char command[512], number[32], report[192], cases[128];

	snprintf(command, sizeof command, "rm -rf '%s' && mkdir -p '%s'", s->dir, s->dir);
	if (shell(command) != 0)
		abort();
	if (s->scene->before) {
		snprintf(command, sizeof command, "cp -a '%s/%s' '%s'", top, s->scene->before, s->out);
		if (shell(command) != 0)
			abort();
	}
	snprintf(number, sizeof number, "%ld", s->at);
	snprintf(report, sizeof report, "%s/hit", s->dir);
	snprintf(cases, sizeof cases, "%s/%s", top, s->scene->cases);
	const char *const env[] = {"LD_PRELOAD", preload, "FAULT_DIR", s->out, "FAULT_AT", number,
		"FAULT_HOW", s->breach->how, "FAULT_REPORT", report, NULL};
	int status = run_naskah(s, cases, false, env);
	if (access(report, F_OK) != 0) {
		if (status != 0)
			complain(s, "a run without a fault ends with %d", status);
		return false;
	}
	s->hits++;
	note_name(s, report);
	bool killed = strcmp(s->breach->how, "die") == 0;
	/* Some operations may fail without harm; a broken disk is never a refused case or the service's fault. */
	if (killed ? status != 128 + 9 : status != 0 && status != 2 && status != 3)
		complain(s, "exit %d", status);
	check_after_fault(s);
	status = run_naskah(s, cases, false, NULL);
	size_t decided = status == 4;
	if (decided) {
		s->unknown++;
		status = run_naskah(s, cases, true, NULL);
	}
	if (status != 0)
		complain(s, "the next run ends with %d", status);
	check_end(s, decided);
	return true;
}

static bool has_seen(const struct sweep *s, const char *name, size_t len)
{
	for (size_t i = 0; i < s->seen_count; i++)
		if (strlen(s->seen[i]) == len && memcmp(s->seen[i], name, len) == 0)
			return true;
	return false;
}

static int sweep(const struct scene *scene, const struct breach *breach)
{
	struct sweep s = {.scene = scene, .breach = breach};
	const char *step_text = getenv("FAULT_STEP");
	long step = step_text ? strtol(step_text, NULL, 10) : 1;

	int bad = 0;

	if (step < 1)
		step = 1;
	snprintf(s.dir, sizeof s.dir, "%s/%s-%s", top, scene->name, breach->how);
	snprintf(s.out, sizeof s.out, "%s/out", s.dir);
	/* Different points in the two scenes when some are left out. */
	for (s.at = scene->before && step > 1 ? 1 + step / 2 : 1; bad < 5; s.at += step) {
		s.why[0] = '\0';
		bool more = try_point(&s);
		if (s.why[0]) {
			printf("    %s, %s, operation %ld (%s): %s\n", scene->name, breach->how, s.at, s.name,
				s.why);
			bad++;
		}
		if (!more)
			break;
	}
	/* A sweep that hits little proves little. */
	if (s.hits < (size_t)(breach->least / step)) {
		printf("    only %zu hits\n", s.hits);
		bad++;
	}
	if (step == 1 && bad == 0) {
		for (const char *p = breach->operations; *p; p += strspn(p, " ")) {
			size_t len = strcspn(p, " ");
			if (!has_seen(&s, p, len)) {
				printf("    no %.*s was hit\n", (int)len, p);
				bad++;
			}
			p += len;
		}
	}
	printf("%s %s run, %s: %zu points, %zu unknown\n", bad ? "not ok" : "ok", scene->name, breach->how,
		s.hits, s.unknown);
	fflush(stdout);
	return bad ? 1 : 0;
}

/* ---- the scenes ----------------------------------------------------------------------------------------- */

/*
 * Cases, a sandbox with its keys made, an OUT in which the first case is published in an older wording, and one in which
 * the first of three signers has signed an older wording.
 */
static void set_up(void)
{
	char command[2400];

	snprintf(command, sizeof command,
		"set -e; t='%s'; sh tests/bench/cases.sh 3 $t/three; mkdir $t/one $t/older; cp "
		"$t/three/*1.xml $t/one; "
		"sed 's/SRIKANDI/SINTA/' $t/three/*1.xml >$t/older/a.xml; "
		"sed \"s|^people = .*|people = $PWD/fixtures/sandbox-people.ini\\nstate = $t/sandbox|; "
		"s|^\\[signing\\]|&\\nin_flight = 1|\" "
		"fixtures/demo.ini >$t/naskah.ini; "
		"'%s' run --config $t/naskah.ini --out $t/grown $t/older; "
		"mkdir $t/minutes $t/begun; cp -r templates $t/templates; cp tests/unit/minutes/* "
		"$t/templates; "
		"sed '/<uji putaran=.2.>/,/<.rekomendasi-sistem>/d' fixtures/cases/kmh-2026-001.xml "
		">$t/minutes/a.xml; "
		"sed 's/TTE putaran ke-1/TTE/' $t/minutes/a.xml >$t/begun/a.xml; "
		"sed \"s|^out = .*|templates = $t/templates|\" $t/naskah.ini >$t/minutes.ini; "
		"sed 's/^.sandbox.$/&\\nfault = wrong-passphrase@2/' $t/minutes.ini >$t/begun.ini; "
		"'%s' run --config $t/begun.ini --out $t/partly $t/begun || test $? -eq 4",
		top, naskah, naskah);
	if (shell(command) != 0) {
		printf("not ok the scenes are set up\n");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	static const struct scene scenes[] = {
		{"first", "naskah.ini", "one", NULL, 1, 0, 1, 0},
		{"later", "naskah.ini", "three", "grown", 3, 1, 4, 0},
		{"signers", "minutes.ini", "minutes", NULL, 1, 0, 3, 0},
		{"changed", "minutes.ini", "minutes", "partly", 1, 0, 5, 1},
	};
	static const struct breach breaches[] = {
		{"once", "open mkostemp mkdir write pwrite fsync fdatasync rename ftruncate", 40},
		{"full", "mkostemp mkdir write pwrite fallocate", 40},
		{"die", "open mkostemp mkdir write pwrite rename ftruncate fallocate unlink", 40},
	};
	char command[96];
	int bad = 0;

	if (argc != 3) {
		fputs("usage: sweep NASKAH PRELOAD.so\n", stderr);
		return 2;
	}
	naskah = argv[1];
	preload = argv[2];
	setenv("LANGUAGE", "en", 1);
	/* In memory where that is possible: thousands of syncs need not wait for a disk. */
	snprintf(top, sizeof top, "/dev/shm/naskah-fault-XXXXXX");
	if (!mkdtemp(top)) {
		snprintf(top, sizeof top, "/tmp/naskah-fault-XXXXXX");
		if (!mkdtemp(top))
			return 1;
	}
	set_up();
	/* Each kind of breach in a process of its own: the time is spent waiting for disks. */
	pid_t children[ARRAY_LEN(breaches)];
	for (size_t b = 0; b < ARRAY_LEN(breaches); b++) {
		fflush(stdout);
		children[b] = fork();
		if (children[b] < 0)
			abort();
		if (children[b] > 0)
			continue;
		int r = 0;
		for (size_t i = 0; i < ARRAY_LEN(scenes); i++)
			r |= sweep(&scenes[i], &breaches[b]);
		_exit(r);
	}
	for (size_t b = 0; b < ARRAY_LEN(breaches); b++)
		bad |= wait_for(children[b]);
	snprintf(command, sizeof command, "rm -rf '%s'", top);
	if (shell(command) != 0)
		bad = 1;
	return bad;
}
