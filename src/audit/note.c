#include "audit/note.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <string.h>

#define ED25519      0x01 /* signature type of C2SP signed-note */
#define DASH         "\xe2\x80\x94 "
#define DASH_LEN     (sizeof DASH - 1)
#define SIGNATURE    64
#define SIGNED_BYTES (4 + SIGNATURE)

/* Unicode's White_Space beyond ASCII, which the specification forbids in key names. */
static bool is_wide_space(int32_t cp)
{
	return cp == 0x85 || cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 ||
	       cp == 0x2029 || cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

static bool name_is_good(const char *name, size_t len)
{
	const char *end = name + len;

	if (len == 0 || len >= NOTE_NAME)
		return false;
	while (name < end) {
		int32_t cp = utf8_next(&name, end);
		if (cp <= 0x20 || cp == 0x7f || cp == '+' || is_wide_space(cp))
			return false;
	}
	return true;
}

static void key_id(const char *name, const unsigned char public[32], unsigned char id[4])
{
	unsigned char joined[NOTE_NAME + 2 + 32];
	size_t len = strlen(name);

	memcpy(joined, name, len);
	joined[len++] = '\n';
	joined[len++] = ED25519;
	memcpy(joined + len, public, 32);
	struct sha256 hash = sha256_of(joined, len + 32);
	memcpy(id, hash.bytes, 4);
}

void vkey_write(const struct vkey *v, struct buf *out)
{
	unsigned char typed[33] = {ED25519};

	memcpy(typed + 1, v->public, 32);
	buf_adds(out, v->name);
	buf_addc(out, '+');
	hex_add(out, v->id, sizeof v->id);
	buf_addc(out, '+');
	base64_add(out, typed, sizeof typed);
}

int vkey_parse(const char *text, size_t len, struct vkey *out, struct err *e)
{
	AUTO(buf_release) struct buf again = BUF_INIT(NOTE_NAME + 128);
	AUTO(buf_release) struct buf raw = BUF_INIT(64);
	struct err why = ERR_INIT;
	struct vkey v = {.name = ""};

	if (len > 0 && text[len - 1] == '\n')
		len--;
	/* From the front: a key's base64 may hold '+', a name may not. */
	const char *plus = memchr(text, '+', len);
	size_t name_len = plus ? (size_t)(plus - text) : 0;
	size_t at = name_len + 1 + 8 + 1; /* where the base64 begins */
	if (!plus || !name_is_good(text, name_len) || len <= at || text[at - 1] != '+' ||
		base64_parse(text + at, len - at, &raw, &why) != 0 || raw.len != 33 || raw.data[0] != ED25519)
		return err_set(e, ERR_INPUT, _("this is no Ed25519 verifier key (\"name+hash+base64\")"));
	memcpy(v.name, text, name_len);
	memcpy(v.public, raw.data + 1, 32);
	key_id(v.name, v.public, v.id);
	/* Written again it must be the same text: that checks the hash and leaves one spelling. */
	vkey_write(&v, &again);
	if (buf_check(&again, e) != 0)
		return -1;
	if (again.len != len || memcmp(again.data, text, len) != 0)
		return err_set(e, ERR_INPUT, _("verifier key: the hash does not fit name and key"));
	*out = v;
	return 0;
}

int vkey_of(const char *name, const struct key *key, struct vkey *out, struct err *e)
{
	struct vkey v = {.name = ""};

	if (!name_is_good(name, strlen(name)))
		return err_set(e, ERR_CONFIG,
			_("log origin '%s' must have 1 to %d bytes without blanks and '+'"), name,
			NOTE_NAME - 1);
	memcpy(v.name, name, strlen(name));
	if (ed25519_public(key, v.public, e) != 0)
		return -1;
	key_id(v.name, v.public, v.id);
	*out = v;
	return 0;
}

int note_sign(const void *text, size_t len, const struct vkey *v, const struct key *key, struct buf *out,
	struct err *e)
{
	unsigned char with_id[SIGNED_BYTES];

	memcpy(with_id, v->id, 4);
	if (ed25519_sign(key, text, len, with_id + 4, e) != 0)
		return -1;
	buf_add(out, text, len);
	buf_adds(out, "\n" DASH);
	buf_adds(out, v->name);
	buf_addc(out, ' ');
	base64_add(out, with_id, sizeof with_id);
	buf_addc(out, '\n');
	return buf_check(out, e);
}

/* One signature line without its line feed. 1 = by this key and right, 0 = by another key, -1 = wrong. */
static int check_line(
	const char *line, size_t len, const char *text, size_t text_len, const struct vkey *v, struct err *e)
{
	AUTO(buf_release) struct buf raw = BUF_INIT(NOTE_MAX_BYTES);
	struct err why = ERR_INIT;

	if (len <= DASH_LEN || memcmp(line, DASH, DASH_LEN) != 0)
		return err_set(e, ERR_INPUT, _("signed note: a signature line does not begin with a dash"));
	line += DASH_LEN;
	len -= DASH_LEN;
	const char *blank = memchr(line, ' ', len);
	size_t name_len = blank ? (size_t)(blank - line) : 0;
	if (!blank || !name_is_good(line, name_len))
		return err_set(e, ERR_INPUT, _("signed note: a signature line has no key name"));
	if (base64_parse(blank + 1, len - name_len - 1, &raw, &why) != 0) {
		if (why.kind == ERR_NOMEM)
			return err_nomem(e);
		return err_set(e, ERR_INPUT, _("signed note: a signature is no base64"));
	}
	if (raw.len < 5)
		return err_set(e, ERR_INPUT, _("signed note: a signature is too short"));
	if (name_len != strlen(v->name) || memcmp(line, v->name, name_len) != 0 ||
		memcmp(raw.data, v->id, 4) != 0)
		return 0;
	if (raw.len != SIGNED_BYTES || !ed25519_verify(v->public, text, text_len, raw.data + 4))
		return err_set(e, ERR_CRYPTO, _("signed note: the signature by '%s' is wrong"), v->name);
	return 1;
}

int note_open(const void *note, size_t len, const struct vkey *v, const char **text, size_t *text_len,
	struct err *e)
{
	const char *start = note, *end = start + len;
	const char *split = NULL;
	bool signed_by_key = false;

	if (len == 0 || len > NOTE_MAX_BYTES || end[-1] != '\n' || !utf8_is_valid(start, len))
		return err_set(e, ERR_INPUT, _("this is no signed note"));
	for (const char *p = start; p < end; p++) {
		if ((unsigned char)*p < 0x20 && *p != '\n')
			return err_set(e, ERR_INPUT, _("signed note: a control character"));
		/* The last empty line ends the text. */
		if (p > start && p[0] == '\n' && p[-1] == '\n')
			split = p;
	}
	if (!split || split + 1 == end)
		return err_set(e, ERR_INPUT, _("signed note: no signature"));
	size_t signed_len = (size_t)(split - start);
	for (const char *line = split + 1; line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		int r = check_line(line, (size_t)(stop - line), start, signed_len, v, e);
		if (r < 0)
			return -1;
		signed_by_key |= r == 1;
		line = stop + 1;
	}
	if (!signed_by_key)
		return err_set(e, ERR_CRYPTO, _("signed note: no signature by '%s'"), v->name);
	*text = start;
	*text_len = signed_len;
	return 0;
}

bool decimal_parse(const char *text, size_t len, int64_t *out)
{
	int64_t value = 0;

	if (len == 0 || (len > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, text[i] - '0', &value))
			return false;
	*out = value;
	return true;
}

bool hash_parse(const char *text, size_t len, struct sha256 *out)
{
	AUTO(buf_release) struct buf raw = BUF_INIT(64);
	struct err ignored = ERR_INIT;

	if (len != 44 || base64_parse(text, len, &raw, &ignored) != 0 || raw.len != SHA256_LEN)
		return false;
	memcpy(out->bytes, raw.data, SHA256_LEN);
	return true;
}

void checkpoint_write(const struct checkpoint *c, struct buf *text)
{
	buf_addf(text, "%s\n%lld\n", c->origin, (long long)c->size);
	base64_add(text, c->root.bytes, SHA256_LEN);
	buf_addc(text, '\n');
}

/* The next line, without its line feed; false at the end. */
static bool next_line(const char **p, const char *end, const char **line, size_t *len)
{
	const char *stop = *p < end ? memchr(*p, '\n', (size_t)(end - *p)) : NULL;

	if (!stop)
		return false;
	*line = *p;
	*len = (size_t)(stop - *p);
	*p = stop + 1;
	return true;
}

int checkpoint_parse(const char *text, size_t len, struct checkpoint *out, struct err *e)
{
	struct checkpoint c = {.origin = ""};
	const char *p = text, *end = text + len, *line;
	size_t line_len;

	if (!next_line(&p, end, &line, &line_len) || line_len == 0 || line_len >= sizeof c.origin)
		return err_set(e, ERR_INPUT, _("checkpoint: no origin in line 1"));
	memcpy(c.origin, line, line_len);
	if (!next_line(&p, end, &line, &line_len) || !decimal_parse(line, line_len, &c.size))
		return err_set(e, ERR_INPUT, _("checkpoint: no tree size in line 2"));
	if (!next_line(&p, end, &line, &line_len) || !hash_parse(line, line_len, &c.root))
		return err_set(e, ERR_INPUT, _("checkpoint: no root hash in line 3"));
	/* Extension lines are allowed, empty ones are not. */
	while (p < end)
		if (!next_line(&p, end, &line, &line_len) || line_len == 0)
			return err_set(e, ERR_INPUT, _("checkpoint: an empty line"));
	*out = c;
	return 0;
}
