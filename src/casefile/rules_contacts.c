#include "casefile/contact.h"
#include "casefile/rules.h"

#include "base/i18n.h"

#include <string.h>

static int check_email(const struct rules *r, unsigned line, const char *email)
{
	const char *why;

	if (!email_check(email, &why))
		return rules_broken(r, line, "email", "'%s' %s", email, why);
	if (email_is_private(email))
		rules_warn(r, line, "email", _("'%s' is a private address, BSrE writes to the official one"),
			email);
	return 0;
}

static int check_contact(const struct rules *r, const struct text_at *t)
{
	const char *why;

	if (strcmp(t->element, "email") == 0)
		return check_email(r, t->line, t->text);
	if (strcmp(t->element, "telepon") == 0 ? phone_check(t->text, &why) : url_check(t->text, &why))
		return 0;
	return rules_broken(r, t->line, t->element, "'%s' %s", t->text, why);
}

static int check_endpoint(const struct rules *r, const struct endpoint *p)
{
	const char *why;

	if (!url_check(p->url.text, &why))
		return rules_broken(r, p->url.line, "url", "'%s' %s", p->url.text, why);
	for (size_t i = 0; i < p->ip_count; i++) {
		const struct text_at *ip = &p->ips[i];
		if (!ip_check(ip->text, r->c->system_in_production, &why))
			return rules_broken(r, ip->line, "ip", "'%s' %s", ip->text, why);
		for (size_t k = 0; k < i; k++)
			if (ip_same(ip->text, p->ips[k].text))
				return rules_broken(r, ip->line, "ip", _("'%s' stands in line %u already"),
					ip->text, p->ips[k].line);
	}
	return 0;
}

/* What is tested must be what was applied for. */
static int compare_endpoints(const struct rules *r)
{
	const struct endpoint *applied = &r->c->applied, *ready = &r->c->ready;

	if (strcmp(applied->url.text, ready->url.text) != 0)
		return rules_broken(r, ready->url.line, "url",
			_("'%s' is not the URL applied for, it must be '%s' as in line %u"), ready->url.text,
			applied->url.text, applied->url.line);
	for (size_t i = 0; i < ready->ip_count; i++) {
		bool known = false;
		for (size_t k = 0; k < applied->ip_count && !known; k++)
			known = ip_same(ready->ips[i].text, applied->ips[k].text);
		if (!known)
			return rules_broken(r, ready->ips[i].line, "ip",
				_("'%s' was not applied for, it must be one of the addresses from line %u "
				  "on"),
				ready->ips[i].text, applied->ips[0].line);
	}
	return 0;
}

int rules_contacts(const struct rules *r)
{
	const struct casefile *c = r->c;
	const char *why;

	for (size_t i = 0; i < c->contact_count; i++)
		if (check_contact(r, &c->contacts[i]) != 0)
			return -1;
	for (size_t i = 0; i < c->person_count; i++) {
		const struct person *p = c->people[i];
		if (p->email && check_email(r, p->lines.email, p->email) != 0)
			return -1;
		if (p->phone && !phone_check(p->phone, &why))
			return rules_broken(r, p->lines.phone, "telepon", "'%s' %s", p->phone, why);
	}
	if (c->applied.line > 0 && check_endpoint(r, &c->applied) != 0)
		return -1;
	if (c->ready.line > 0 && (check_endpoint(r, &c->ready) != 0 || compare_endpoints(r) != 0))
		return -1;
	return 0;
}
