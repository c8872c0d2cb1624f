#include "pipeline/render.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "pdf/letter_pdf.h"
#include "qr/encode.h"

#include <string.h>

/* True when every font of every profile has the character: templates may put any text anywhere. */
static bool is_printable(const struct office *o, int32_t cp)
{
	if (cp > 0xffff)
		return false;
	for (size_t i = 0; i < o->font_count; i++)
		for (size_t f = 0; f < FACE_COUNT; f++)
			if (o->fonts[i].metrics.face[f]->advance[cp] == FONT_MISSING)
				return false;
	return true;
}

/* The first character of a text that cannot be printed is named with its line. */
static int check_text(const struct office *o, const struct xml_node *element, const char *text,
	const char *path, unsigned *line, struct err *e)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const char *at = text;
		if ((unsigned char)*text < 0x7f) {
			*line += *text++ == '\n';
			continue;
		}
		int32_t cp = utf8_next(&text, end);
		if (is_printable(o, cp))
			continue;
		return err_set(e, ERR_INPUT,
			_("%s:%u: %s: the fonts of the letters have no '%.*s' (U+%04X); use another"), path,
			*line, xml_name(element), (int)(text - at), at, (unsigned)cp);
	}
	return 0;
}

/* Text that cannot be printed is refused before anything of the case is made. */
static int check_characters(
	const struct office *o, const struct xml_node *element, const char *path, struct err *e)
{
	unsigned line = xml_line(element);

	for (const struct xml_node *p = xml_first_piece(element); p; p = xml_next_piece(p)) {
		if (!xml_piece_is_text(p)) {
			if (check_characters(o, p, path, e) != 0)
				return -1;
			line = xml_line(p);
			continue;
		}
		if (check_text(o, element, xml_piece_text(p), path, &line, e) != 0)
			return -1;
	}
	return 0;
}

int open_case(const struct office *o, const void *bytes, size_t len, const char *path, casefile_warning *warn,
	void *warn_user, struct open_case *out, struct err *e)
{
	AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;
	struct casefile_context ctx = {
		.schema = o->schema,
		.test_identities = o->config->test_identities,
	};

	if (casefile_parse(&ctx, bytes, len, path, warn, warn_user, &c.c, &c.doc, e) != 0)
		return -1;
	if (o->fonts && check_characters(o, xml_root(c.doc), path, e) != 0)
		return -1;
	/* Messages have named their lines: templates want texts as a schema means them. */
	if (xml_tidy(c.doc, e) != 0)
		return -1;
	if (letter_plans(o->studio, &c.c, &c.c.arena, &c.plans, &c.plan_count, e) != 0)
		return -1;
	*out = c;
	c = (struct open_case)OPEN_CASE_INIT;
	return 0;
}

void open_case_release(struct open_case *c)
{
	xml_doc_free(c->doc);
	casefile_release(&c->c);
	*c = (struct open_case)OPEN_CASE_INIT;
}

int draft_compose(const struct office *o, struct open_case *c, const struct letter_plan *plan,
	struct draft *out, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_LETTER_BYTES);
	struct draft d = {.plan = plan};

	if (letter_compose(o->studio, &c->c, c->doc, plan, &c->c.arena, &d.letter, e) != 0)
		return err_context(e, "%s: %s", c->c.path, plan->kind);
	buf_addf(&text, "naskah-content-v1\n%s\n%s\n", c->c.id, plan->kind);
	letter_dump(d.letter, &text);
	if (buf_check(&text, e) != 0)
		return -1;
	d.content = sha256_of(text.data, text.len);
	*out = d;
	return 0;
}

void draft_code(const struct office *o, const struct sha256 *content, unsigned revision, char code[CODE_TEXT])
{
	unsigned char message[16 + SHA256_LEN + 4] = "naskah-code-v1";

	memcpy(message + 16, content->bytes, SHA256_LEN);
	for (unsigned i = 0; i < 4; i++)
		message[16 + SHA256_LEN + i] = (unsigned char)(revision >> (24 - 8 * i));
	struct sha256 mac =
		hmac_sha256(secret_bytes(o->code_key), secret_len(o->code_key), message, sizeof message);
	code_from_mac(&mac, code);
}

/* Blocks have no lines but those of the template, which is asked only now. */
static int explain_layout(const struct office *o, struct open_case *c, const struct draft *d,
	const struct letter_stamp *stamp, const struct err *found, struct err *e)
{
	size_t i = d->plan->profile;
	struct page_list pages = PAGE_LIST_INIT;
	struct letter *traced = NULL;
	struct err place = ERR_INIT, ignored = ERR_INIT;

	if ((found->kind == ERR_CONFIG || found->kind == ERR_LIMIT) &&
		letter_compose_traced(o->studio, &c->c, c->doc, d->plan, &c->c.arena, &traced, &ignored) ==
			0 &&
		letter_layout(traced, studio_profile(o->studio, i), office_metrics(o, i), stamp, &c->c.arena,
			&pages, &place) != 0)
		found = &place;
	return err_set(e, found->kind, "%s: %s: %s: %s", c->c.path, d->plan->kind,
		letter_template(o->studio, d->plan), found->msg);
}

int draft_pages(const struct office *o, struct open_case *c, const struct draft *d, const char *code,
	struct page_list *out, struct err *e)
{
	size_t i = d->plan->profile;
	struct letter_stamp stamp = {.code = code};

	if (code) {
		/* The symbol must live as long as the pages: both in the case's arena. */
		struct qr *qr = arena_alloc(&c->c.arena, sizeof *qr);
		stamp.url = arena_printf(&c->c.arena, "%s/v/%s", o->config->verify_url, code);
		if (!qr || !stamp.url)
			return err_nomem(e);
		if (qr_encode(stamp.url, qr, e) != 0)
			return -1;
		stamp.qr = qr;
	}
	struct err found = ERR_INIT;
	if (letter_layout(d->letter, studio_profile(o->studio, i), office_metrics(o, i), &stamp, &c->c.arena,
		    out, &found) == 0)
		return 0;
	return explain_layout(o, c, d, &stamp, &found, e);
}

int draft_print(const struct office *o, struct open_case *c, const struct draft *d, const char *code,
	struct buf *out, struct err *e)
{
	const struct letter_plan *plan = d->plan;
	struct page_list pages = PAGE_LIST_INIT;
	struct letter_meta meta = {
		.title = arena_printf(&c->c.arena, "%s %s", plan->title, plan->number),
		.author = plan->office,
		.subject = plan->naskah->subject,
		.date = plan->naskah->date,
		.zone = o->config->zone,
		.draft = code == NULL,
	};

	if (!meta.title)
		return err_nomem(e);
	memcpy(meta.id, d->content.bytes, sizeof meta.id);
	if (draft_pages(o, c, d, code, &pages, e) != 0)
		return -1;
	return letter_pdf(o->stationery[plan->profile], &pages, &meta, out, e);
}
