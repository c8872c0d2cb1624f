/*
 * cmd: what each command of naskah must offer, and what they share.
 */
#ifndef NASKAH_CMD_CMD_H
#define NASKAH_CMD_CMD_H

#include "base/err.h"
#include "config/config.h"

#include <stdbool.h>
#include <stdint.h>

/* Exit codes (design: Exit codes). */
enum {
	EXIT_GOOD = 0,
	EXIT_REFUSED = 1, /* a case was refused or a verdict isn't valid */
	EXIT_SETUP = 2,   /* usage or config */
	EXIT_MACHINE = 3, /* disk, memory */
	EXIT_SERVICE = 4, /* the signing service: refused, down, unknown */
};

struct cmd {
	const char *name;
	const char *summary;               /* N_() */
	const char *synopsis;              /* after "naskah NAME" */
	const char *help;                  /* N_(): paragraphs and options */
	int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

extern const struct cmd cmd_run, cmd_check, cmd_sheet, cmd_render, cmd_resolve, cmd_sign, cmd_signer,
	cmd_verify, cmd_extend, cmd_audit, cmd_serve, cmd_sandbox, cmd_keeper;

/* Prints synopsis and help of a command. */
void cmd_usage(const struct cmd *c);
/* "naskah: MESSAGE" on standard error; the exit code that the kind of error has. */
int cmd_fail(const struct err *e);
/* "naskah run: MESSAGE; see 'naskah run --help'"; EXIT_SETUP. */
int cmd_misused(const struct cmd *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Options that most commands have. */
struct cmd_common {
	const char *config; /* --config FILE */
	const char *out;    /* --out DIR */
	int64_t now_at;     /* --now 2026-03-16T09:00:00+07:00; 0 = this machine's clock */
	bool json;          /* --json */
	bool no_json;       /* set before: this command knows no --json */
};

/* One more option of a command. */
struct cmd_option {
	const char *name;  /* "jobs" for --jobs */
	const char **text; /* where the value goes; NULL for a flag */
	bool *flag;
};

/*
 * Reads options, in any order; the rest (operands) ends up in argv[*first...]. -1: usage shown or complained about,
 * *exit_code set.
 */
int cmd_options(const struct cmd *c, int argc, char **argv, struct cmd_common *common,
	const struct cmd_option *options, size_t option_count, int *first, int *exit_code);

/* Config as the options say. The data folder is found from where the program itself lies. */
int cmd_config(const struct cmd_common *common, struct config *out, struct err *e)
	__attribute__((warn_unused_result));
/* Where templates/, schemas/ and locale/ are; lent. NULL: not found. */
const char *cmd_data_dir(void);
const char *cmd_locale_dir(void);

#endif
