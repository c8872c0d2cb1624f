#include "audit/receipt.h"

#include "audit/check.h"
#include "audit/leaf.h"
#include "audit/note.h"
#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define MAGIC           "c2sp.org/tlog-proof@v1\n"
#define OPENING         "naskah-opening-v1\n"
#define OPENING_MAX     1024
#define RECEIPT_LEAF    4096
#define HASH_TEXT_BYTES 44

static void add_hex(struct buf *out, const char *name, const unsigned char *bytes, size_t len)
{
	buf_addf(out, "%s ", name);
	hex_add(out, bytes, len);
	buf_addc(out, '\n');
}

void opening_write(const struct event *event, struct buf *out)
{
	const char *kind = event_kind_name(event->kind);
	char at[21];

	moment_text(event->at, at);
	buf_addf(out, OPENING "kind %s\nat %s\ncode %s\n", kind ? kind : "", at, event->code);
	add_hex(out, "content", event->content.bytes, SHA256_LEN);
	add_hex(out, "unsigned", event->unsigned_pdf.bytes, SHA256_LEN);
	add_hex(out, "signed", event->signed_pdf.bytes, SHA256_LEN);
	add_hex(out, "salt", event->salt, sizeof event->salt);
}

/* "name value\n" at *p: the value into `out`, at most size - 1 bytes. */
static bool field(const char **p, const char *end, const char *name, char *out, size_t size)
{
	size_t name_len = strlen(name);
	const char *stop = *p < end ? memchr(*p, '\n', (size_t)(end - *p)) : NULL;

	if (!stop || (size_t)(stop - *p) < name_len + 1 || memcmp(*p, name, name_len) != 0 ||
		(*p)[name_len] != ' ')
		return false;
	const char *value = *p + name_len + 1;
	size_t len = (size_t)(stop - value);
	if (len >= size || memchr(value, '\0', len))
		return false;
	memcpy(out, value, len);
	out[len] = '\0';
	*p = stop + 1;
	return true;
}

static bool hex_field(const char **p, const char *end, const char *name, unsigned char *out, size_t len)
{
	char text[2 * SHA256_LEN + 1];

	return field(p, end, name, text, sizeof text) && strlen(text) == 2 * len && hex_parse(text, out, len);
}

static bool opening_fields(const char *p, const char *end, struct event *ev)
{
	char kind[32], at[32];

	if ((size_t)(end - p) < strlen(OPENING) || memcmp(p, OPENING, strlen(OPENING)) != 0)
		return false;
	p += strlen(OPENING);
	if (!field(&p, end, "kind", kind, sizeof kind) || !field(&p, end, "at", at, sizeof at) ||
		!field(&p, end, "code", ev->code, sizeof ev->code) ||
		!hex_field(&p, end, "content", ev->content.bytes, SHA256_LEN) ||
		!hex_field(&p, end, "unsigned", ev->unsigned_pdf.bytes, SHA256_LEN) ||
		!hex_field(&p, end, "signed", ev->signed_pdf.bytes, SHA256_LEN) ||
		!hex_field(&p, end, "salt", ev->salt, sizeof ev->salt) || p != end)
		return false;
	ev->kind = event_kind_parse(kind);
	return ev->kind != 0 && moment_parse(at, ZONE_UTC, &ev->at);
}

int opening_parse(const char *text, size_t len, struct event *out, struct err *e)
{
	AUTO(buf_release) struct buf again = BUF_INIT(OPENING_MAX);
	struct event ev = {0};

	if (!opening_fields(text, text + len, &ev))
		return err_set(e, ERR_INPUT, _("the receipt does not open the event"));
	opening_write(&ev, &again);
	if (buf_check(&again, e) != 0)
		return -1;
	if (again.len != len || memcmp(again.data, text, len) != 0)
		return err_set(e, ERR_INPUT, _("the receipt does not open the event"));
	*out = ev;
	return 0;
}

void receipt_write(const struct event *event, int64_t index, const struct sha256 *path, size_t count,
	const void *checkpoint, size_t len, struct buf *out)
{
	AUTO(buf_release) struct buf opening = BUF_INIT(OPENING_MAX);
	struct err failed = ERR_INIT;

	opening_write(event, &opening);
	if (buf_check(&opening, &failed) != 0)
		out->failed = opening.failed;
	buf_adds(out, MAGIC "extra ");
	base64_add(out, opening.data, opening.len);
	buf_addf(out, "\nindex %lld\n", (long long)index);
	for (size_t i = 0; i < count; i++) {
		base64_add(out, path[i].bytes, SHA256_LEN);
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
	buf_add(out, checkpoint, len);
}

/* ---- checking ------------------------------------------------------------------------------------------- */

struct proof {
	struct event event;
	int64_t index;
	struct sha256 path[MERKLE_PATH];
	size_t count;
	const char *note; /* lent: the checkpoint */
	size_t note_len;
};

static int proof_parse(const char *p, size_t size, struct proof *out, struct err *e)
{
	AUTO(buf_release) struct buf opening = BUF_INIT(OPENING_MAX);
	const char *end = p + size;
	char extra[OPENING_MAX * 2], index[32];
	struct err why = ERR_INIT;

	if (size < strlen(MAGIC) || memcmp(p, MAGIC, strlen(MAGIC)) != 0)
		return err_set(e, ERR_INPUT, _("this is no receipt (C2SP tlog-proof)"));
	p += strlen(MAGIC);
	if (!field(&p, end, "extra", extra, sizeof extra) ||
		base64_parse(extra, strlen(extra), &opening, &why) != 0)
		return err_set(e, why.kind == ERR_NOMEM ? ERR_NOMEM : ERR_INPUT,
			_("the receipt does not open the event"));
	if (opening_parse(buf_str(&opening), opening.len, &out->event, e) != 0)
		return -1;
	if (!field(&p, end, "index", index, sizeof index) ||
		!decimal_parse(index, strlen(index), &out->index))
		return err_set(e, ERR_INPUT, _("the receipt has no index"));
	for (out->count = 0;; out->count++) {
		const char *stop = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
		if (!stop)
			return err_set(e, ERR_INPUT, _("the receipt is cut short"));
		size_t len = (size_t)(stop - p);
		if (len == 0) {
			p = stop + 1;
			break;
		}
		if (out->count == MERKLE_PATH || !hash_parse(p, len, &out->path[out->count]))
			return err_set(e, ERR_INPUT, _("the receipt's proof is damaged in hash %zu"),
				out->count + 1);
		p = stop + 1;
	}
	out->note = p;
	out->note_len = (size_t)(end - p);
	return 0;
}

static int check(const void *receipt, size_t len, const char *vkey, const struct sha256 *signed_pdf,
	struct receipt_result *out, struct err *e)
{
	AUTO(buf_release) struct buf leaf = BUF_INIT(RECEIPT_LEAF);
	struct checkpoint checkpoint;
	struct proof proof = {0};
	struct vkey key;
	const char *text;
	size_t text_len;

	if (len > LIMIT_RECEIPT_BYTES)
		return err_set(
			e, ERR_INPUT, _("this is no receipt: longer than %zu bytes"), LIMIT_RECEIPT_BYTES);
	if (vkey_parse(vkey, strlen(vkey), &key, e) != 0 || proof_parse(receipt, len, &proof, e) != 0 ||
		note_open(proof.note, proof.note_len, &key, &text, &text_len, e) != 0 ||
		checkpoint_parse(text, text_len, &checkpoint, e) != 0)
		return -1;
	if (strcmp(checkpoint.origin, key.name) != 0)
		return err_set(e, ERR_INPUT, _("the checkpoint is of the log '%s', not of '%s'"),
			checkpoint.origin, key.name);
	leaf_write(&proof.event, &leaf);
	if (buf_check(&leaf, e) != 0)
		return -1;
	struct sha256 hash = merkle_leaf(leaf.data, leaf.len);
	if (!merkle_check(&hash, proof.index, checkpoint.size, proof.path, proof.count, &checkpoint.root))
		return err_set(
			e, ERR_INPUT, _("the event is not in the log at index %lld"), (long long)proof.index);
	/* From here the event is what the log holds, whether or not this is its file. */
	out->event = proof.event;
	out->index = proof.index;
	out->size = checkpoint.size;
	if (signed_pdf &&
		(proof.event.kind != EVENT_PUBLISHED || !merkle_equal(signed_pdf, &proof.event.signed_pdf)))
		return err_set(e, ERR_INPUT, _("the receipt is for another file"));
	out->good = true;
	return 0;
}

int receipt_check(const void *receipt, size_t len, const char *vkey, const struct sha256 *signed_pdf,
	struct receipt_result *out, struct err *e)
{
	struct receipt_result result = {.index = -1};
	struct err why = ERR_INIT;

	if (check(receipt, len, vkey, signed_pdf, &result, &why) != 0) {
		if (why.kind != ERR_INPUT && why.kind != ERR_CRYPTO) {
			if (e && e->kind == ERR_NONE)
				*e = why;
			return -1;
		}
		snprintf(result.why, sizeof result.why, "%s", why.msg);
	}
	*out = result;
	return 0;
}
