/* Events and their leaves, and who is named in them. */
#include "audit/leaf.h"
#include "base/auto.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "pipeline/state.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *run_by(struct run *run)
{
	struct passwd entry, *found = NULL;
	char room[1024];

	if (run->req->by && *run->req->by)
		return run->req->by;
	if (!*run->by) {
		if (getpwuid_r(getuid(), &entry, room, sizeof room, &found) == 0 && found && *entry.pw_name)
			text_copy(run->by, sizeof run->by, entry.pw_name);
		else
			snprintf(run->by, sizeof run->by, "uid %u", (unsigned)getuid());
	}
	return run->by;
}

struct sha256 run_person_key(const struct run *run, const char *nik)
{
	static const char domain[] = "naskah-person-v1 ";
	const struct sha256 none = {{0}};
	char message[96];

	if (!nik || !*nik || !run->office.code_key)
		return none;
	int n = snprintf(message, sizeof message, "%s%.64s", domain, nik);
	return hmac_sha256(
		secret_bytes(run->office.code_key), secret_len(run->office.code_key), message, (size_t)n);
}

void event_leaf_release(struct event_leaf *l)
{
	buf_release(&l->bytes);
}

/* The salt must be unguessable, not random: the same event has the same leaf wherever it is made. */
static int finish_leaf(const struct run *run, int64_t of, struct event_leaf *out, struct err *e)
{
	char message[128];
	struct event *ev = &out->event;

	int n = snprintf(message, sizeof message, "naskah-salt-v1 %s %d %lld %lld", ev->code, (int)ev->kind,
		(long long)ev->at, (long long)of);
	struct sha256 mac = hmac_sha256(
		secret_bytes(run->office.code_key), secret_len(run->office.code_key), message, (size_t)n);
	memcpy(ev->salt, mac.bytes, sizeof ev->salt);
	buf_reset(&out->bytes);
	leaf_write(ev, &out->bytes);
	return buf_check(&out->bytes, e);
}

static struct event event_of(const struct ledger_letter *letter, enum event_kind kind, int64_t at)
{
	struct event ev = {
		.kind = kind, .at = at, .content = letter->content, .unsigned_pdf = letter->unsigned_pdf};

	memcpy(ev.code, letter->code, sizeof ev.code);
	return ev;
}

int event_leaf_make(const struct run *run, const struct ledger_letter *letter, enum event_kind kind,
	const struct sha256 *signed_pdf, int64_t at, struct event_leaf *out, struct err *e)
{
	out->event = event_of(letter, kind, at);
	if (signed_pdf)
		out->event.signed_pdf = *signed_pdf;
	return finish_leaf(run, letter->id, out, e);
}

int decision_leaf_make(const struct run *run, const struct ledger_letter *letter, enum event_kind kind,
	const struct decision *decision, struct event_leaf *out, struct err *e)
{
	out->event = event_of(letter, kind, run_now(run));
	text_copy(out->event.person, sizeof out->event.person, decision->by);
	text_copy(out->event.note, sizeof out->event.note, decision->reason);
	return finish_leaf(run, letter->id, out, e);
}

int batch_leaf_make(
	const struct run *run, const struct ledger_batch *batch, struct event_leaf *out, struct err *e)
{
	struct event *ev = &out->event;

	*ev = (struct event){.kind = EVENT_APPROVED, .at = batch->at, .content = batch->root};
	text_copy(ev->code, sizeof ev->code, batch->code);
	text_copy(ev->person, sizeof ev->person, batch->by);
	snprintf(
		ev->note, sizeof ev->note, "%s %lld", approval_how_name(batch->how), (long long)batch->count);
	return finish_leaf(run, 0, out, e);
}

struct ledger_leaf event_leaf_lend(const struct event_leaf *l)
{
	return (struct ledger_leaf){.event = &l->event, .bytes = l->bytes.data, .len = l->bytes.len};
}

int publish_decide_again(struct run *run, const struct ledger_letter *row, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf leaf = EVENT_LEAF_INIT;
	const struct decision decision = {run_by(run), run->req->sign_again};

	if (decision_leaf_make(run, row, EVENT_DECIDED, &decision, &leaf, e) != 0)
		return -1;
	struct ledger_leaf lent = event_leaf_lend(&leaf);
	return ledger_decide_again(run->ledger, row->id, &lent, e);
}
