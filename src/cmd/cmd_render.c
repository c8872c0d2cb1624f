#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "cmd/cmd.h"
#include "pipeline/inputs.h"
#include "pipeline/render.h"

#include <stdio.h>
#include <string.h>

struct rendering {
	const struct office *office;
	const char *dump; /* "tree", "pages", "lines"; NULL = PDF */
	const char *kind; /* only this letter; NULL = all */
	size_t letters;
};

static int print_draft(struct rendering *r, struct open_case *c, const struct draft *d, struct err *e)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	AUTO(free_ptr) char *path = NULL;
	struct page_list pages = PAGE_LIST_INIT;

	r->letters++;
	if (r->dump) {
		buf_addf(&out, "== %s %02u-%s\n", c->c.id, d->plan->nn, d->plan->kind);
		if (strcmp(r->dump, "tree") == 0) {
			letter_dump(d->letter, &out);
		} else {
			if (draft_pages(r->office, c, d, NULL, &pages, e) != 0)
				return -1;
			if (strcmp(r->dump, "pages") == 0)
				page_list_dump(&pages, &out);
			else
				page_list_dump_lines(
					&pages, office_metrics(r->office, d->plan->profile), &out);
		}
		if (buf_check(&out, e) != 0)
			return -1;
		fputs(buf_str(&out), stdout);
		return 0;
	}
	if (asprintf(&path, "%s/drafts/%s/%02u-%s.pdf", r->office->config->out, c->c.id, d->plan->nn,
		    d->plan->kind) < 0)
		return err_nomem(e);
	if (draft_print(r->office, c, d, NULL, &out, e) != 0 ||
		outfile_put(path, 0644, out.data, out.len, e) != 0)
		return -1;
	printf("%s\n", path);
	return 0;
}

static int render_file(struct rendering *r, const char *path, struct err *e)
{
	AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);

	if (buf_load(&bytes, path, e) != 0 ||
		open_case(r->office, bytes.data, bytes.len, path, NULL, NULL, &c, e) != 0)
		return -1;
	for (size_t i = 0; i < c.plan_count; i++) {
		struct draft d;
		if (r->kind && strcmp(r->kind, c.plans[i].kind) != 0)
			continue;
		if (draft_compose(r->office, &c, &c.plans[i], &d, e) != 0 || print_draft(r, &c, &d, e) != 0)
			return -1;
	}
	return 0;
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.no_json = true};
	struct rendering r = {.office = NULL};
	const struct cmd_option options[] = {{"dump", &r.dump, NULL}, {"kind", &r.kind, NULL}};
	AUTO(config_release) struct config config = {.path = NULL};
	AUTO(office_release) struct office office = OFFICE_INIT;
	AUTO(arena_release) struct arena names = ARENA_INIT(256 * MIB);
	AUTO(inputs_release) struct inputs in = {NULL, 0};
	struct err e = ERR_INIT;
	int first, code, worst = EXIT_GOOD;

	if (cmd_options(&cmd_render, argc, argv, &common, options, ARRAY_LEN(options), &first, &code) != 0)
		return code;
	if (first == argc)
		return cmd_misused(&cmd_render, _("name the case files, or a folder of them"));
	if (r.dump && strcmp(r.dump, "tree") != 0 && strcmp(r.dump, "pages") != 0 &&
		strcmp(r.dump, "lines") != 0)
		return cmd_misused(
			&cmd_render, _("--dump wants 'tree', 'pages' or 'lines', not '%s'"), r.dump);
	if (cmd_config(&common, &config, &e) != 0 || office_open(&config, OFFICE_PRINT, &office, &e) != 0 ||
		inputs_list((const char *const *)argv + first, (size_t)(argc - first), &names, &in, &e) != 0)
		return cmd_fail(&e);
	r.office = &office;
	for (size_t i = 0; i < in.count; i++) {
		if (render_file(&r, in.paths[i], &e) == 0)
			continue;
		code = cmd_fail(&e);
		/* A case, or a template on it: the others can be made all the same. */
		if (code != EXIT_REFUSED && code != EXIT_SETUP)
			return code;
		if (worst != EXIT_SETUP)
			worst = code;
		err_clear(&e);
	}
	if (r.kind && r.letters == 0 && worst == EXIT_GOOD)
		return cmd_misused(&cmd_render, _("none of the cases holds a letter of kind '%s'"), r.kind);
	return worst;
}

const struct cmd cmd_render = {
	.name = "render",
	.summary = N_("make drafts: PDFs without signature, marked DRAF"),
	.synopsis = "[--config FILE] [--out DIR] [--kind KIND] [--dump tree|pages|lines] CASE|DIR...",
	.help = N_("Writes OUT/drafts/CASE/NN-kind.pdf for every letter that the cases hold so far, and "
		   "prints the paths.\n"
		   "Drafts carry no QR and claim no signature.\n\n"
		   "  --kind KIND        only letters of this kind, e.g. lembar-disposisi-1\n"
		   "  --dump tree|pages|lines  print what the letter says, where everything stands, or how "
		   "its lines were\n"
		   "                     broken, instead of a PDF"),
	.run = run,
};
