#include "casefile/contact.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool no(const char **why, const char *reason)
{
	*why = reason;
	return false;
}

/* RFC 1123 section 2.1: labels of letters, digits and inner hyphens. Returns the length; 0 = not a name. */
static size_t host_length(const char *host, unsigned *labels)
{
	const char *p = host;

	for (*labels = 0;; p++) {
		size_t label = strspn(p, LETTERS DIGITS "-");
		if (label == 0 || label > 63 || *p == '-' || p[label - 1] == '-')
			return 0;
		++*labels;
		p += label;
		if (*p != '.')
			break;
	}
	return p - host > 253 ? 0 : (size_t)(p - host);
}

bool email_check(const char *email, const char **why)
{
	const char *at = strchr(email, '@');
	size_t local = strspn(email, LETTERS DIGITS "._%+-");
	unsigned labels = 0;

	if (!at || local == 0 || local > 64 || email + local != at || email[0] == '.' || at[-1] == '.' ||
		strstr(email, ".."))
		return no(why, _("is no e-mail address, it must be one such as nama@kantor.go.id"));
	size_t host = host_length(at + 1, &labels);
	if (host == 0 || at[1 + host] || labels < 2)
		return no(why,
			_("is no e-mail address, behind the @ must stand a domain such as kantor.go.id"));
	return true;
}

bool email_is_private(const char *email)
{
	static const char *const services[] = {"@gmail.com", "@yahoo.com", "@yahoo.co.id", "@hotmail.com",
		"@outlook.com", "@icloud.com", "@ymail.com", "@rocketmail.com"};
	const char *at = strchr(email, '@');

	for (size_t i = 0; at && i < ARRAY_LEN(services); i++)
		if (text_equals_nocase(at, services[i]))
			return true;
	return false;
}

bool phone_check(const char *phone, const char **why)
{
	char digits[17];
	size_t count = 0;

	for (const char *p = phone; *p; p++) {
		if (strchr(DIGITS, *p) && count + 1 < sizeof digits)
			digits[count++] = *p;
		else if (!strchr(" ().-", *p) && !(*p == '+' && p == phone))
			return no(why, _("is no telephone number, it must be one such as (021) 7805814 or "
					 "081234567890"));
	}
	digits[count] = '\0';
	if (phone[0] == '+' ? strncmp(digits, "62", 2) != 0 : digits[0] != '0')
		return no(why, _("is no telephone number, it must begin with 0 or +62"));
	bool mobile = strncmp(digits, "08", 2) == 0;
	if (count < (mobile ? 10u : 8u) || count > (phone[0] == '+' ? 15u : 13u))
		return no(why,
			_("is no telephone number, it must have 10 to 13 digits (a landline 8 or more)"));
	return true;
}

bool url_check(const char *url, const char **why)
{
	const char scheme[] = "https://";
	unsigned labels = 0;

	if (strncmp(url, scheme, strlen(scheme)) != 0)
		return no(why, _("must begin with https://"));
	for (const char *p = url; *p; p++)
		if (*p <= 0x20 || *p >= 0x7f || strchr("\"'<>\\^`{|}", *p))
			return no(why, _("holds a character that a URL must not have"));
	const char *host = url + strlen(scheme);
	size_t authority = strcspn(host, "/?#");
	if (memchr(host, '@', authority))
		return no(why, _("holds a user name, it must be the plain address"));
	size_t len;
	if (*host == '[') {
		char inside[INET6_ADDRSTRLEN] = "";
		unsigned char address[16];
		size_t digits = strcspn(host + 1, "]");
		if (digits < sizeof inside)
			memcpy(inside, host + 1, digits);
		len = host[1 + digits] == ']' && inet_pton(AF_INET6, inside, address) == 1 ? digits + 2 : 0;
	} else {
		len = host_length(host, &labels);
	}
	if (len == 0)
		return no(why, _("names no host, it must be one such as https://surat.kantor.go.id"));
	if (host[len] == ':') {
		size_t port = strspn(host + len + 1, DIGITS);
		if (port == 0 || port > 5)
			return no(why, _("has a port that is no number"));
		len += 1 + port;
	}
	if (len != authority)
		return no(why, _("names no host, it must be one such as https://surat.kantor.go.id"));
	return true;
}

/* 4 or 16 bytes of the address; 0 = none. */
static size_t address_of(const char *ip, unsigned char out[16])
{
	if (inet_pton(AF_INET, ip, out) == 1)
		return 4;
	return inet_pton(AF_INET6, ip, out) == 1 ? 16 : 0;
}

bool ip_check(const char *ip, bool production, const char **why)
{
	static const unsigned char zero[16];
	unsigned char address[16];
	size_t len = address_of(ip, address);

	if (len == 0)
		return no(why, _("is no IP address, it must be one such as 203.0.113.24 or 2001:db8::24"));
	if (!production)
		return true;
	/* ::ffff:a.b.c.d is the IPv4 address in other clothes. */
	const unsigned char *v4 = address;
	if (len == 16 && memcmp(address, zero, 10) == 0 && address[10] == 0xff && address[11] == 0xff) {
		v4 = address + 12;
		len = 4;
	}
	bool nowhere =
		len == 4 ? v4[0] == 127 || v4[0] == 0 : memcmp(address, zero, 15) == 0 && address[15] <= 1;
	if (nowhere)
		return no(
			why, _("is a loopback or unspecified address, a production system needs a real one"));
	bool local = len == 4 ? v4[0] >= 224 || (v4[0] == 169 && v4[1] == 254)
			      : address[0] == 0xff || (address[0] == 0xfe && (address[1] & 0xc0) == 0x80);
	if (local)
		return no(
			why, _("is a multicast or link-local address, a production system needs a real one"));
	return true;
}

bool ip_same(const char *a, const char *b)
{
	unsigned char first[16], second[16];
	size_t len = address_of(a, first);

	return len > 0 && len == address_of(b, second) && memcmp(first, second, len) == 0;
}
