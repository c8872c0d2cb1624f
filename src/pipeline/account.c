/* The end of a run: how every case stands, and whether the letters that stand are where they belong. */
#include "base/auto.h"
#include "base/i18n.h"
#include "ledger/place.h"
#include "pipeline/state.h"

#include <stdio.h>
#include <unistd.h>

struct tally {
	struct run *run;
	bool whole; /* all that is published has been placed: what is missing has been lost */
	size_t letters, unknown;
	char missing[1100]; /* the first signed file that is not there; "" = none */
};

static int count_letter(void *user, const struct ledger_letter *letter, struct err *e)
{
	struct tally *t = user;
	struct run *run = t->run;
	const char *dir = run->req->config->out;

	t->unknown += letter->state == LETTER_UNKNOWN;
	if (letter->state != LETTER_PUBLISHED)
		return 0;
	t->letters++;
	if (!t->whole)
		return 0;
	AUTO(free_ptr) char *pdf = letter_file(dir, letter, PLACE_LETTER);
	AUTO(free_ptr) char *receipt = letter_file(dir, letter, PLACE_RECEIPT);
	if (!pdf || !receipt)
		return err_nomem(e);
	if (access(pdf, F_OK) != 0) {
		if (!t->missing[0])
			snprintf(t->missing, sizeof t->missing, "%s", pdf);
	} else if (access(receipt, F_OK) != 0 && run->placed_count < SEAL_EVERY) {
		/* A receipt can be made again from ledger and log. The walk may not change the ledger: with the next seal. */
		run->placed[run->placed_count++] = *letter;
	}
	return 0;
}

static int account_case(struct run *run, struct run_entry *entry, struct tally *t, struct err *e)
{
	char why[1400];

	if (entry->outcome == CASE_OUTCOME_NONE) {
		run->result->interrupted = true;
		if (run_set_entry(run->result, entry, CASE_WAITING, _("the run was stopped"), e) != 0)
			return -1;
	}
	if (!*entry->id || entry->twin)
		return 0;
	t->missing[0] = '\0';
	if (ledger_each_letter(run->ledger, entry->id, count_letter, t, e) != 0)
		return -1;
	if (t->missing[0]) {
		snprintf(why, sizeof why,
			_("the published letter '%s' is not there any more: put it back from a backup"),
			t->missing);
		if (run_set_entry(run->result, entry, CASE_FAILED, why, e) != 0)
			return -1;
	}
	/* Few cases have more letters than the list has room for; receipts that find none are made by the next run. */
	return t->whole && run->placed_count > SEAL_EVERY / 2 ? seal(run, e) : 0;
}

static int count_undecided(void *user, const struct ledger_letter *letter, struct err *e)
{
	(void)letter;
	(void)e;
	++*(size_t *)user;
	return 0;
}

int account(struct run *run, bool whole, struct err *e)
{
	struct run_result *out = run->result;
	struct tally t = {.run = run, .whole = whole};
	int64_t unknown = 0;

	for (size_t i = 0; i < out->count; i++) {
		if (account_case(run, &out->entries[i], &t, e) != 0)
			return -1;
		out->outcomes[out->entries[i].outcome]++;
	}
	out->letters = t.letters;
	out->interrupted = out->interrupted || (run->req->stop && atomic_load(run->req->stop));
	if (run->placed_count > 0 && whole && seal(run, e) != 0)
		return -1;
	if (ledger_unknown_count(run->ledger, &unknown, e) != 0 ||
		ledger_each_undecided(run->ledger, count_undecided, &out->undecided, e) != 0)
		return -1;
	if (unknown > (int64_t)t.unknown)
		run_warn(run, _("%lld letters of cases that are not part of this run are of unknown outcome"),
			(long long)unknown - (long long)t.unknown);
	return 0;
}
