#include "sandbox/people.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "config/ini.h"
#include "sandbox/fault.h"

#include <stdio.h>

static const char *const statuses[] = {
	"ISSUE",
	"EXPIRED",
	"RENEW",
	"WAITING_FOR_VERIFICATION",
	"NEW",
	"NO_CERTIFICATE",
	"NOT_REGISTERED",
	"SUSPEND",
	"REVOKE",
};

void people_release(struct people *p)
{
	free(p->items);
	*p = (struct people){NULL, 0};
}

long people_by_nik(const struct people *p, const char *nik)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].nik[0] && strcmp(p->items[i].nik, nik) == 0)
			return (long)i;
	return -1;
}

long people_by_email(const struct people *p, const char *email)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].email[0] && text_equals_nocase(p->items[i].email, email))
			return (long)i;
	return -1;
}

long people_by_subscriber(const struct people *p, const char *subscriber)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].subscriber[0] && strcmp(p->items[i].subscriber, subscriber) == 0)
			return (long)i;
	return -1;
}

size_t people_lender(const struct people *p, size_t person)
{
	if (!p->items[person].is_magic)
		return person;
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].nik[0] && strcmp(p->items[i].status, "ISSUE") == 0)
			return i;
	return person;
}

static int add_person(struct people *p, const char *section, struct err *e)
{
	size_t len = strlen(section);

	if (len == 0 || len >= sizeof p->items->section ||
		strspn(section, "abcdefghijklmnopqrstuvwxyz0123456789-_") != len)
		return err_set(e, ERR_CONFIG,
			_("a person's section is named with a-z, 0-9, '-' and '_', not '%s'"), section);
	if (p->count >= PEOPLE_MAX)
		return err_set(e, ERR_LIMIT, _("more than %d people"), PEOPLE_MAX);
	struct person *items = reallocarray(p->items, p->count + 1, sizeof *items);
	if (!items)
		return err_nomem(e);
	p->items = items;
	items[p->count] = (struct person){.status = "ISSUE"};
	memcpy(items[p->count].section, section, len);
	p->count++;
	return 0;
}

static int set_text(char *to, size_t size, const char *key, const char *value, struct err *e)
{
	if (text_is_empty(value) || strlen(value) >= size)
		return err_set(e, ERR_CONFIG, _("'%s' must have 1 to %zu bytes"), key, size - 1);
	memcpy(to, value, strlen(value) + 1);
	return 0;
}

static int set_status(struct person *person, const char *value, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		if (strcmp(value, statuses[i]) == 0)
			return set_text(person->status, sizeof person->status, "status", value, e);
	return err_set(e, ERR_CONFIG,
		_("'%s' is no status; there are ISSUE, EXPIRED, RENEW, WAITING_FOR_VERIFICATION, NEW, "
		  "NO_CERTIFICATE, "
		  "NOT_REGISTERED, SUSPEND and REVOKE"),
		value);
}

static int entry(
	void *user, const char *section, const char *key, const char *value, unsigned line, struct err *e)
{
	struct people *p = user;
	(void)line;

	struct person *person = p->count > 0 ? &p->items[p->count - 1] : NULL;
	if (!person || strcmp(person->section, section) != 0) {
		for (size_t i = 0; i < p->count; i++)
			if (strcmp(p->items[i].section, section) == 0)
				return err_set(e, ERR_CONFIG, _("section [%s] stands twice"), section);
		if (add_person(p, section, e) != 0)
			return -1;
		person = &p->items[p->count - 1];
	}
	if (strcmp(key, "nik") == 0) {
		if (strlen(value) != 16 || strspn(value, "0123456789") != 16)
			return err_set(e, ERR_CONFIG, _("a NIK has 16 digits"));
		if (people_by_nik(p, value) >= 0)
			return err_set(e, ERR_CONFIG, _("two people with the same NIK"));
		return set_text(person->nik, sizeof person->nik, key, value, e);
	}
	if (strcmp(key, "subscriber") == 0) {
		if (people_by_subscriber(p, value) >= 0)
			return err_set(e, ERR_CONFIG, _("two seals with the same subscriber"));
		if (strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") !=
			strlen(value))
			return err_set(e, ERR_CONFIG,
				_("a subscriber is written with letters, digits, '-' and '_'"));
		return set_text(person->subscriber, sizeof person->subscriber, key, value, e);
	}
	if (strcmp(key, "nama") == 0)
		return set_text(person->name, sizeof person->name, key, value, e);
	if (strcmp(key, "email") == 0)
		return set_text(person->email, sizeof person->email, key, value, e);
	if (strcmp(key, "status") == 0)
		return set_status(person, value, e);
	return err_set(e, ERR_CONFIG,
		_("unknown key '%s'; a person has nik (a seal: subscriber), nama, email and status"), key);
}

static int built_in(struct people *p, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		char section[16];
		snprintf(section, sizeof section, "contoh-%zu", i + 1);
		if (add_person(p, section, e) != 0)
			return -1;
		struct person *person = &p->items[i];
		snprintf(person->nik, sizeof person->nik, "330000000000000%zu", i + 1);
		snprintf(person->name, sizeof person->name, "Contoh Pejabat %zu", i + 1);
		snprintf(person->email, sizeof person->email, "contoh%zu@uji.example", i + 1);
		snprintf(person->status, sizeof person->status, "%s", statuses[i]);
	}
	if (add_person(p, "segel", e) != 0)
		return -1;
	struct person *seal = &p->items[p->count - 1];
	snprintf(seal->subscriber, sizeof seal->subscriber, "SUB-UJI-1");
	snprintf(seal->name, sizeof seal->name, "Segel Elektronik UJI");
	return 0;
}

/* One for each fault. A NIK that the file took is left to it. */
static int add_magic(struct people *p, struct err *e)
{
	for (size_t i = 1; i < FAULT_COUNT; i++) {
		const struct fault_entry *fault = &fault_list()[i];
		char section[64], nik[17];
		fault_magic_nik((enum fault)i, nik);
		if (people_by_nik(p, nik) >= 0)
			continue;
		snprintf(section, sizeof section, "gangguan-%03u", fault->number);
		if (add_person(p, section, e) != 0)
			return -1;
		struct person *person = &p->items[p->count - 1];
		memcpy(person->nik, nik, sizeof nik);
		person->is_magic = true;
		snprintf(person->name, sizeof person->name, "Contoh Gangguan %03u", fault->number);
	}
	return 0;
}

int people_load(const char *path, struct people *out, struct err *e)
{
	AUTO(people_release) struct people p = {NULL, 0};

	if (!path) {
		if (built_in(&p, e) != 0)
			return -1;
	} else if (ini_load(path, entry, &p, e) != 0) {
		return -1;
	}
	if (p.count == 0)
		return err_set(e, ERR_CONFIG, _("%s: no people"), path);
	for (size_t i = 0; i < p.count; i++)
		if (!p.items[i].nik[0] == !p.items[i].subscriber[0] || !p.items[i].name[0])
			return err_set(e, ERR_CONFIG, _("%s: [%s] needs nama, and nik or subscriber"), path,
				p.items[i].section);
	if (add_magic(&p, e) != 0)
		return -1;
	*out = p;
	p = (struct people){NULL, 0};
	return 0;
}
