#include "pipeline/approvals.h"

#include "audit/merkle.h"
#include "base/auto.h"
#include "base/i18n.h"
#include "ledger/batch.h"

#include <stdio.h>
#include <string.h>

struct checker {
	struct ledger *ledger;
	struct merkle tree; /* over the files of the batch in work */
	struct approvals result;
};

static int add_file(void *user, const struct sha256 *file, struct err *e)
{
	struct checker *c = user;
	struct sha256 leaf = merkle_leaf(file->bytes, SHA256_LEN);

	return merkle_add(&c->tree, &leaf, NULL, NULL, e);
}

static bool says_the_same(const struct ledger_batch *b, const struct event *ev)
{
	char how[64];

	snprintf(how, sizeof how, "%s %lld", approval_how_name(b->how), (long long)b->count);
	return ev->kind == EVENT_APPROVED && ev->at == b->at && strcmp(ev->code, b->code) == 0 &&
	       strcmp(ev->person, b->by) == 0 && strcmp(ev->note, how) == 0 &&
	       merkle_equal(&ev->content, &b->root);
}

static int check_batch(void *user, const struct ledger_batch *b, struct err *e)
{
	struct checker *c = user;
	struct event ev = {.at = 0};
	bool found = false;

	if (*c->result.why)
		return 0;
	memset(&c->tree, 0, sizeof c->tree);
	if (ledger_batch_event(c->ledger, b->id, &ev, &found, e) != 0 ||
		ledger_batch_each_file(c->ledger, b->id, add_file, c, e) != 0)
		return -1;
	struct sha256 root = merkle_root(&c->tree);
	if (!found || !says_the_same(b, &ev))
		snprintf(c->result.why, sizeof c->result.why,
			_("approval %s: the ledger's row is not what the log's event says"), b->code);
	else if (c->tree.size != b->count || !merkle_equal(&root, &b->root))
		snprintf(c->result.why, sizeof c->result.why,
			_("approval %s: the files noted as approved are not those under its root"), b->code);
	c->result.batches++;
	c->result.files += c->tree.size;
	return 0;
}

int approvals_check(struct ledger *l, struct approvals *out, struct err *e)
{
	AUTO(free_ptr) struct checker *c = calloc(1, sizeof *c);

	if (!c)
		return err_nomem(e);
	c->ledger = l;
	if (ledger_each_batch(l, check_batch, c, e) != 0)
		return -1;
	*out = c->result;
	return 0;
}
