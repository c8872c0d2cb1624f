#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/picture.h"
#include "pipeline/inputs.h"
#include "pipeline/render.h"

#include <stdio.h>
#include <string.h>

#define DPI_DEFAULT 100
#define DPI_MAX     600

struct rendering {
	const struct office *office;
	const char *dump; /* "tree", "pages", "lines"; NULL = no dump */
	const char *png;  /* folder for pictures; NULL = none */
	const char *kind; /* only this letter; NULL = all */
	unsigned dpi;
	size_t letters;
};

static int dump_draft(const struct rendering *r, struct open_case *c, const struct draft *d, struct err *e)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	struct page_list pages = PAGE_LIST_INIT;

	buf_addf(&out, "== %s %02u-%s\n", c->c.id, d->plan->nn, d->plan->kind);
	if (strcmp(r->dump, "tree") == 0) {
		letter_dump(d->letter, &out);
	} else {
		if (draft_pages(r->office, c, d, NULL, &pages, e) != 0)
			return -1;
		if (strcmp(r->dump, "pages") == 0)
			page_list_dump(&pages, &out);
		else
			page_list_dump_lines(&pages, office_metrics(r->office, d->plan->profile), &out);
	}
	if (buf_check(&out, e) != 0)
		return -1;
	fputs(buf_str(&out), stdout);
	return 0;
}

static int print_draft(const struct rendering *r, struct open_case *c, const struct draft *d, struct err *e)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	AUTO(free_ptr) char *path = NULL;

	if (asprintf(&path, "%s/drafts/%s/%02u-%s.pdf", r->office->config->out, c->c.id, d->plan->nn,
		    d->plan->kind) < 0)
		return err_nomem(e);
	if (draft_print(r->office, c, d, NULL, &out, e) != 0 ||
		outfile_put(path, 0644, out.data, out.len, e) != 0)
		return -1;
	printf("%s\n", path);
	return 0;
}

static int picture_draft(const struct rendering *r, struct open_case *c, const struct draft *d, struct err *e)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_LETTER_BYTES);
	struct page_list pages = PAGE_LIST_INIT;

	if (draft_pages(r->office, c, d, NULL, &pages, e) != 0 ||
		draft_print(r->office, c, d, NULL, &pdf, e) != 0)
		return -1;
	for (size_t page = 1; page <= pages.count; page++) {
		AUTO(buf_release) struct buf png = BUF_INIT(LIMIT_LETTER_BYTES);
		AUTO(free_ptr) char *path = NULL;
		if (asprintf(&path, "%s/%s-%02u-%s-%zu.png", r->png, c->c.id, d->plan->nn, d->plan->kind,
			    page) < 0)
			return err_nomem(e);
		if (picture_draw(&pdf, page, r->dpi, &png, e) != 0)
			return e->kind == ERR_CONFIG ? -1 : err_context(e, "%s", path);
		if (outfile_put(path, 0644, png.data, png.len, e) != 0)
			return -1;
		printf("%s\n", path);
	}
	return 0;
}

static int show_draft(const struct rendering *r, struct open_case *c, const struct draft *d, struct err *e)
{
	if (r->dump)
		return dump_draft(r, c, d, e);
	return r->png ? picture_draft(r, c, d, e) : print_draft(r, c, d, e);
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
		r->letters++;
		if (draft_compose(r->office, &c, &c.plans[i], &d, e) != 0 || show_draft(r, &c, &d, e) != 0)
			return -1;
	}
	return 0;
}

static int run(int argc, char **argv)
{
	struct cmd_common common = {.no_json = true};
	struct rendering r = {.office = NULL};
	const char *dpi = NULL;
	const struct cmd_option options[] = {
		{"dump", &r.dump, NULL}, {"kind", &r.kind, NULL}, {"png", &r.png, NULL}, {"dpi", &dpi, NULL}};
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
	if (r.dump && r.png)
		return cmd_misused(&cmd_render, _("--dump and --png are two different things"));
	uint64_t dots = DPI_DEFAULT;
	if (dpi && (!r.png || !text_to_uint(dpi, DPI_MAX, &dots) || dots < 10))
		return cmd_misused(&cmd_render,
			_("--dpi wants a number from 10 to %d and goes with --png, not '%s'"), DPI_MAX, dpi);
	r.dpi = (unsigned)dots;
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
	.synopsis = "[--config FILE] [--out DIR] [--kind KIND] [--dump tree|pages|lines] "
		    "[--png DIR [--dpi N]] CASE|DIR...",
	.help = N_(
		"Writes OUT/drafts/CASE/NN-kind.pdf for every letter that the cases hold so far, and "
		"prints the paths.\n"
		"Drafts carry no QR and claim no signature.\n\n"
		"  --kind KIND        only letters of this kind, e.g. lembar-disposisi-1\n"
		"  --dump tree|pages|lines\n"
		"                     print what the letter says, where everything stands, or how its lines "
		"were broken,\n"
		"                     instead of a PDF\n"
		"  --png DIR          pictures instead of PDFs: DIR/CASE-NN-kind-PAGE.png, drawn by "
		"poppler's pdftoppm\n"
		"  --dpi N            their dots per inch, 10 to 600; default 100"),
	.run = run,
};
