#include "portal/portal.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "http/server.h"
#include "portal/html.h"
#include "portal/look.h"
#include "portal/pages.h"

#include <unistd.h>

#define THREADS     4
#define TIMEOUT_S   20
/* Of 512 in all: one visitor, or the proxy before us, cannot take every place. */
#define PER_ADDRESS 128

struct portal {
	char *out, *office; /* owned */
	enum zone zone;
	struct trust *trust;
	struct http_server *server;
};

static void add_header(struct http_reply *r, const char *name, const char *value)
{
	r->headers[r->header_count][0] = name;
	r->headers[r->header_count][1] = value;
	r->header_count++;
}

/* A page of ours: never kept by caches, since the next answer may differ. */
static void send_page(struct http_reply *r, int status)
{
	r->status = status;
	r->content_type = "text/html; charset=utf-8";
	add_header(r, "Content-Security-Policy", html_policy);
	add_header(r, "X-Robots-Tag", "noindex, nofollow");
}

static void send_file(struct http_reply *r, const char *text, const char *type)
{
	r->status = 200;
	r->content_type = type;
	add_header(r, "Cache-Control", "no-cache"); /* its address stays when a new program brings another */
	buf_adds(&r->body, text);
}

static void not_found(const struct portal *p, struct http_reply *r)
{
	buf_reset(&r->body);
	page_not_found(&r->body, p->office);
	send_page(r, 404);
}

static void answer_home(const struct portal *p, const struct http_request *req, struct http_reply *r)
{
	const char *typed = http_query(req, "kode");
	struct looked l = {.kind = LOOKED_MISTYPED};
	char code[CODE_TEXT];

	if (!typed) {
		page_home(&r->body, p->office);
		send_page(r, 200);
	} else if (code_parse(typed, code)) {
		snprintf(r->location, sizeof r->location, "/v/%s", code);
		send_page(r, 303);
	} else {
		send_page(r, page_letter(&r->body, p->office, p->zone, &l));
	}
}

static void send_pdf(const struct portal *p, const struct looked *l, struct http_reply *r)
{
	bool is_old = l->kind == LOOKED_SUPERSEDED;

	/* Nobody should carry home what does not verify. */
	if (l->pdf.len == 0 || looked_closed(l) != LOOKED_OPEN) {
		(void)page_letter(&r->body, p->office, p->zone, l);
		send_page(r, 404);
		return;
	}
	buf_add(&r->body, l->pdf.data, l->pdf.len);
	r->status = 200;
	r->content_type = "application/pdf";
	/* Browsers show PDFs by an embedded viewer of their own, which "default-src 'none'" would stop. */
	add_header(r, "Content-Security-Policy", "frame-ancestors 'none'");
	add_header(r, "Content-Disposition",
		is_old ? "inline; filename=\"surat-yang-sudah-digantikan.pdf\""
		       : "inline; filename=\"surat.pdf\"");
	add_header(r, "X-Robots-Tag", "noindex, nofollow");
	add_header(r, "Cache-Control", "private, no-cache");
}

static void send_receipt(const struct portal *p, const struct looked *l, struct http_reply *r)
{
	AUTO(buf_release) struct buf receipt = BUF_INIT(LIMIT_RECEIPT_BYTES);
	struct err e = ERR_INIT;

	if (!l->has_receipt || look_receipt(p->out, &l->letter, &receipt, &e) != 0) {
		not_found(p, r);
		return;
	}
	buf_add(&r->body, receipt.data, receipt.len);
	r->status = 200;
	r->content_type = "text/plain; charset=utf-8";
	add_header(r, "Content-Disposition", "attachment; filename=\"surat.tlog-proof\"");
	add_header(r, "X-Robots-Tag", "noindex, nofollow");
}

/* `rest` is what stands behind "/v/": CODE, CODE/pdf or CODE/receipt. */
static void answer_letter(const struct portal *p, const char *rest, struct http_reply *r)
{
	AUTO(looked_release) struct looked l = {0};
	size_t len = strcspn(rest, "/");
	const char *part = rest + len;
	char typed[64];

	if (len >= sizeof typed) {
		l.kind = LOOKED_MISTYPED;
		send_page(r, page_letter(&r->body, p->office, p->zone, &l));
		return;
	}
	snprintf(typed, sizeof typed, "%.*s", (int)len, rest);
	if (part[0] && strcmp(part, "/pdf") != 0 && strcmp(part, "/receipt") != 0) {
		not_found(p, r);
		return;
	}
	look(p->out, p->trust, typed, clock_now(), &l);
	if (strcmp(part, "/pdf") == 0)
		send_pdf(p, &l, r);
	else if (strcmp(part, "/receipt") == 0)
		send_receipt(p, &l, r);
	else
		send_page(r, page_letter(&r->body, p->office, p->zone, &l));
}

/* The names that a log has: checkpoint, vkey, tile/... of digits, x, "entries" and ".p". */
static bool is_log_name(const char *name)
{
	if (strcmp(name, "checkpoint") == 0 || strcmp(name, "vkey") == 0)
		return true;
	if (strncmp(name, "tile/", 5) != 0 || strlen(name) > 200)
		return false;
	name += 5;
	if (strncmp(name, "entries/", 8) == 0)
		name += 8;
	for (const char *at = name; *at; at++)
		if (!strchr("0123456789x/.p", *at) || (*at == '.' && at[1] != 'p') ||
			(*at == 'p' && (at == name || at[-1] != '.')) || (*at == '/' && at[1] == '/'))
			return false;
	return *name && name[0] != '/' && name[strlen(name) - 1] != '/';
}

static void answer_log(const struct portal *p, const char *name, struct http_reply *r)
{
	AUTO(buf_release) struct buf path = BUF_INIT(4096);
	AUTO(buf_release) struct buf file = BUF_INIT(16 * MIB);
	struct err e = ERR_INIT;

	buf_addf(&path, "%s/audit/%s", p->out, name);
	if (!is_log_name(name) || buf_check(&path, &e) != 0 || buf_load(&file, buf_str(&path), &e) != 0) {
		not_found(p, r);
		return;
	}
	buf_add(&r->body, file.data, file.len);
	r->status = 200;
	bool is_tile = strncmp(name, "tile/", 5) == 0;
	r->content_type = is_tile ? "application/octet-stream" : "text/plain; charset=utf-8";
	/* A tile never changes; the checkpoint does. */
	add_header(r, "Cache-Control", is_tile ? "public, max-age=31536000, immutable" : "no-cache");
}

static void answer(void *user, const struct http_request *req, struct http_reply *r)
{
	const struct portal *p = user;
	const char *path = req->path;

	if (strcmp(req->method, "GET") != 0) {
		r->status = 405;
		r->content_type = "text/plain; charset=utf-8";
		add_header(r, "Allow", "GET, HEAD");
		buf_adds(&r->body, "Hanya GET dan HEAD.\n");
	} else if (strcmp(path, "/") == 0) {
		answer_home(p, req, r);
	} else if (strncmp(path, "/v/", 3) == 0) {
		answer_letter(p, path + 3, r);
	} else if (strncmp(path, "/audit/", 7) == 0) {
		answer_log(p, path + 7, r);
	} else if (strcmp(path, "/gaya.css") == 0) {
		send_file(r, html_css, "text/css; charset=utf-8");
	} else if (strcmp(path, "/ikon.svg") == 0) {
		send_file(r, html_icon, "image/svg+xml");
	} else {
		not_found(p, r);
	}
}

static int start(struct portal *p, const struct portal_config *config, struct err *e)
{
	AUTO(buf_release) struct buf ledger_path = BUF_INIT(4096);
	AUTO(ledger_release) struct ledger *ledger = NULL;

	p->out = strdup(config->out);
	p->office = strdup(config->office);
	p->zone = config->zone;
	if (!p->out || !p->office)
		return err_nomem(e);
	/* Say at once that there is nothing to serve, not at the first visitor. */
	buf_addf(&ledger_path, "%s/ledger.db", config->out);
	if (buf_check(&ledger_path, e) != 0 || ledger_open(buf_str(&ledger_path), true, &ledger, e) != 0 ||
		trust_load(config->roots, &p->trust, e) != 0)
		return -1;
	const struct http_server_config server = {.address = config->address,
		.port = config->port,
		.body_max = 0,
		.threads = THREADS,
		.timeout_s = TIMEOUT_S,
		.per_address = PER_ADDRESS,
		.handler = answer,
		.user = p};
	return http_server_new(&server, &p->server, e);
}

int portal_new(const struct portal_config *config, struct portal **out, struct err *e)
{
	AUTO(portal_release) struct portal *p = calloc(1, sizeof *p);

	if (!p)
		return err_nomem(e);
	if (start(p, config, e) != 0)
		return -1;
	*out = steal(&p);
	return 0;
}

uint16_t portal_port(const struct portal *p)
{
	return http_server_port(p->server);
}

void portal_free(struct portal *p)
{
	if (!p)
		return;
	http_server_release(&p->server);
	trust_release(&p->trust);
	free(p->out);
	free(p->office);
	free(p);
}

void portal_release(struct portal **p)
{
	portal_free(*p);
	*p = NULL;
}
