/* The older v1 API: multipart forms, the file as it is, an id to fetch it once more (reference bsre-api 3). */
#include "signing/bsre.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

#define STATUS_PATH   "/api/user/status/"
#define CHAIN_PATH    "/api/user/certificate/chain/"
#define SIGN_PATH     "/api/sign/pdf"
#define DOWNLOAD_PATH "/api/sign/download/"
#define A4_HEIGHT     841.89
#define PIECES        8

/* ---- the form ---- */

struct form {
	char boundary[48], content_type[96];
	struct buf texts; /* all that stands between secret, picture and file */
	size_t cuts[PIECES];
	struct net_piece pieces[PIECES];
	size_t count;
};

static void form_release(struct form *f)
{
	buf_release(&f->texts);
}

static void form_init(struct form *f, const struct bsre *b)
{
	*f = (struct form){.texts = BUF_INIT(64 * KIB)};
	/* 128 bits of chance: no file holds it. */
	snprintf(f->boundary, sizeof f->boundary, "naskah-%08x%08x%08x%08x", bsre_random(b), bsre_random(b),
		bsre_random(b), bsre_random(b));
	snprintf(f->content_type, sizeof f->content_type, "multipart/form-data; boundary=%s", f->boundary);
}

static void begin_part(struct form *f, const char *name)
{
	buf_addf(&f->texts, "--%s\r\nContent-Disposition: form-data; name=\"%s\"", f->boundary, name);
}

static void add_text(struct form *f, const char *name, const char *value)
{
	begin_part(f, name);
	buf_adds(&f->texts, "\r\n\r\n");
	buf_adds(&f->texts, value);
	buf_adds(&f->texts, "\r\n");
}

static void add_number(struct form *f, const char *name, double value)
{
	char text[32];

	snprintf(text, sizeof text, "%.2f", value);
	add_text(f, name, text);
}

/* Where the text is cut, and what stands there. Texts and others take turns in `pieces`. */
static void add_bytes(struct form *f, const void *bytes, size_t len)
{
	f->cuts[f->count] = f->texts.len;
	f->pieces[f->count + 1] = (struct net_piece){NET_BYTES, bytes, len};
	f->count += 2;
}

static void add_file(struct form *f, const char *name, const char *file_name, const char *type,
	const void *bytes, size_t len)
{
	begin_part(f, name);
	buf_addf(&f->texts, "; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n", file_name, type);
	add_bytes(f, bytes, len);
	buf_adds(&f->texts, "\r\n");
}

/* Now the text has its final place in memory. */
static int finish(struct form *f, struct err *e)
{
	size_t from = 0;

	buf_addf(&f->texts, "--%s--\r\n", f->boundary);
	if (buf_check(&f->texts, e) != 0)
		return -1;
	f->cuts[f->count] = f->texts.len;
	for (size_t i = 0; i <= f->count; i += 2) {
		f->pieces[i] = (struct net_piece){NET_BYTES, f->texts.data + from, f->cuts[i] - from};
		from = f->cuts[i];
	}
	f->count++;
	return 0;
}

static bool is_png(const struct sign_look *look)
{
	return look->image_len >= 4 && memcmp(look->image, "\x89PNG", 4) == 0;
}

/*
 * v1 measures from the page's lower left corner, and with x and y what it calls width and height are those of the
 * opposite corner (reference bsre-api 6.1, reading B); with a tag they are sizes.
 */
static void add_look(struct form *f, const struct sign_look *look)
{
	char page[16];

	add_text(f, "image", "true");
	add_file(f, "imageTTD", is_png(look) ? "ttd.png" : "ttd.jpg",
		is_png(look) ? "image/png" : "image/jpeg", look->image, look->image_len);
	if (look->page == 0) {
		add_text(f, "tag_koordinat", look->tag);
		add_number(f, "width", look->width);
		add_number(f, "height", look->height);
		return;
	}
	double page_height = look->page_height > 0 ? look->page_height : A4_HEIGHT;
	snprintf(page, sizeof page, "%u", look->page);
	add_text(f, "page", page);
	add_number(f, "xAxis", look->x);
	add_number(f, "yAxis", page_height - look->y - look->height);
	add_number(f, "width", look->x + look->width);
	add_number(f, "height", page_height - look->y);
}

static int check(const struct sign_job *job, struct err *e)
{
	if (!job->who.nik)
		return err_set(e, ERR_CONFIG, _("the v1 API knows a signer by NIK only"));
	if (!job->passphrase || job->is_otp)
		return err_set(e, ERR_CONFIG, _("the v1 API takes a passphrase only"));
	if (job->pdf_len > LIMIT_PDF_BYTES)
		return err_set(e, ERR_LIMIT, _("a PDF of %zu bytes is larger than the ceiling of %zu"),
			job->pdf_len, LIMIT_PDF_BYTES);
	return 0;
}

static int make_form(const struct sign_job *job, struct form *f, struct err *e)
{
	add_text(f, "nik", job->who.nik);
	begin_part(f, "passphrase");
	buf_adds(&f->texts, "\r\n\r\n");
	add_bytes(f, secret_bytes(job->passphrase), secret_len(job->passphrase));
	buf_adds(&f->texts, "\r\n");
	add_text(f, "tampilan", job->look ? "visible" : "invisible");
	if (job->look)
		add_look(f, job->look);
	if (job->reason)
		add_text(f, "reason", job->reason);
	if (job->location)
		add_text(f, "location", job->location);
	add_text(f, "jenis_response", "BYTE");
	add_file(f, "file", "surat.pdf", "application/pdf", job->pdf, job->pdf_len);
	return finish(f, e);
}

/* ---- calls ---- */

static int sign(void *self, const struct sign_job *job, struct sign_result *out, struct err *e)
{
	struct bsre *b = self;
	AUTO(form_release) struct form form = {.count = 0};

	form_init(&form, b);
	sign_result_release(out);
	sign_result_init(out);
	/* Until the request is handed over, nothing can have been signed. */
	out->outcome = SIGN_NOT_SENT;
	if (check(job, e) != 0 || make_form(job, &form, e) != 0)
		return -1;
	const struct bsre_call call = {
		.method = "POST",
		.path = SIGN_PATH,
		.content_type = form.content_type,
		.accept = "*/*",
		.pieces = form.pieces,
		.piece_count = form.count,
		.shape = BSRE_FILE,
		.to = job->to,
		.secrets = {job->passphrase},
	};
	return bsre_sign(b, &call, out, e);
}

/* The id as a piece of a path: what is not plain is written as %XX. */
static void add_path(struct buf *out, const char *id)
{
	for (; *id; id++) {
		bool plain = (*id >= '0' && *id <= '9') || (*id >= 'A' && *id <= 'Z') ||
			     (*id >= 'a' && *id <= 'z') || *id == '-' || *id == '_';
		if (plain)
			buf_addc(out, *id);
		else
			buf_addf(out, "%%%02X", (unsigned)(unsigned char)*id);
	}
}

/* Asked once: the service may hand it out once only. */
static int fetch(
	void *self, const char *document_id, struct outfile *to, struct sign_result *out, struct err *e)
{
	AUTO(buf_release) struct buf path = BUF_INIT(1024);

	sign_result_release(out);
	sign_result_init(out);
	out->outcome = SIGN_NOT_SENT;
	buf_adds(&path, DOWNLOAD_PATH);
	add_path(&path, document_id);
	if (buf_check(&path, e) != 0)
		return -1;
	const struct bsre_call call = {
		.method = "GET",
		.path = buf_str(&path),
		.accept = "*/*",
		.shape = BSRE_FILE,
		.to = to,
	};
	return bsre_sign(self, &call, out, e);
}

static int status(void *self, const struct sign_identity *who, struct sign_status *out, struct err *e)
{
	struct bsre *b = self;
	AUTO(buf_release) struct buf path = BUF_INIT(1024);
	AUTO(net_reply_release) struct net_reply reply = {.body = BUF_INIT(LIMIT_SMALL_REPLY_BYTES)};

	if (!who->nik)
		return err_set(e, ERR_CONFIG, _("the v1 API knows a signer by NIK only"));
	buf_adds(&path, STATUS_PATH);
	add_path(&path, who->nik);
	if (buf_check(&path, e) != 0)
		return -1;
	const struct net_request req = {.method = "GET", .path = buf_str(&path)};
	if (bsre_ask(b, &req, &reply, e) != 0 || bsre_status_parse(reply.status, &reply.body, out, e) != 0)
		return -1;
	if (out->may_sign)
		bsre_add_end(b, CHAIN_PATH, who->nik, out);
	return 0;
}

static void free_self(void *self)
{
	bsre_release(self);
	free(self);
}

int signer_v1_new(const struct signer_profile *p, struct signer *out, struct err *e)
{
	if (p->way != WAY_PASSPHRASE)
		return err_set(e, ERR_CONFIG, _("the v1 API takes a passphrase only"));
	struct bsre *b = calloc(1, sizeof *b);
	if (!b)
		return err_nomem(e);
	if (bsre_init(b, p, e) != 0) {
		free(b);
		return -1;
	}
	*out = (struct signer){.self = b, .status = status, .sign = sign, .fetch = fetch, .free = free_self};
	return 0;
}
