#include "audit/leaf.h"

#include "base/date.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <string.h>

/* SHA-256(salt || name || value): the name keeps one value from standing for another. */
static void add_hidden(
	struct buf *out, const struct event *event, const char *name, const void *value, size_t len)
{
	unsigned char joined[sizeof event->salt + 16 + sizeof event->note];
	size_t at = sizeof event->salt, name_len = strlen(name);

	memcpy(joined, event->salt, at);
	memcpy(joined + at, name, name_len);
	at += name_len;
	memcpy(joined + at, value, len);
	struct sha256 hash = sha256_of(joined, at + len);
	buf_addf(out, "%s ", name);
	base64_add(out, hash.bytes, SHA256_LEN);
	buf_addc(out, '\n');
}

void leaf_write(const struct event *event, struct buf *out)
{
	const char *kind = event_kind_name(event->kind);
	char at[21];

	moment_text(event->at, at);
	buf_addf(out, "naskah-event-v1\n%s\n%s\n", kind ? kind : "", at);
	add_hidden(out, event, "code", event->code, strlen(event->code));
	add_hidden(out, event, "content", event->content.bytes, SHA256_LEN);
	add_hidden(out, event, "unsigned", event->unsigned_pdf.bytes, SHA256_LEN);
	add_hidden(out, event, "signed", event->signed_pdf.bytes, SHA256_LEN);
	if (*event->person)
		add_hidden(out, event, "person", event->person, strlen(event->person));
	if (*event->note)
		add_hidden(out, event, "note", event->note, strlen(event->note));
}
