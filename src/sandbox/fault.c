#include "sandbox/fault.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"

#include <stdint.h>

static const struct fault_entry entries[FAULT_COUNT] = {
	[FAULT_NONE] = {"none", N_("nothing goes wrong")},
	[FAULT_DELAY] = {"delay", N_("the answer comes 2 seconds late")},
	[FAULT_CUT] = {"cut", N_("signs, then closes the connection without an answer")},
	[FAULT_CUT_BEFORE] = {"cut-before", N_("closes the connection without signing")},
	[FAULT_HTTP500] = {"http500", N_("HTTP 500 in JSON, not signed")},
	[FAULT_HTTP429] = {"http429", N_("HTTP 429, not signed")},
	[FAULT_HTML502] = {"html502", N_("a proxy's HTTP 502 in HTML")},
	[FAULT_NOT_JSON] = {"not-json", N_("a header that says JSON over a body that is not")},
	[FAULT_EMPTY] = {"empty", N_("HTTP 200 without a body")},
	[FAULT_ZERO_BYTES] = {"zero-bytes", N_("signs, answers with a file of 0 bytes")},
	[FAULT_TRUNCATED] = {"truncated", N_("signs, answers with half of the JSON")},
	[FAULT_TWO_FILES] = {"two-files", N_("signs, answers with the file twice")},
	[FAULT_NOT_BASE64] = {"not-base64", N_("signs, answers with base64 that is damaged")},
	[FAULT_WRONG_PASSPHRASE] = {"wrong-passphrase", N_("refuses with code 2031")},
	[FAULT_WRONG_PASSPHRASE_OLD] = {"wrong-passphrase-old", N_("refuses with 2031 as the last word")},
	[FAULT_WRONG_PASSPHRASE_500] = {"wrong-passphrase-500", N_("refuses with 2031 and HTTP 500")},
	[FAULT_IN_BAND] = {"in-band", N_("HTTP 200 with an error inside")},
	[FAULT_UNSIGNED] = {"unsigned", N_("gives the file back as it came")},
	[FAULT_OTHER_FILE] = {"other-file", N_("signs another PDF")},
	[FAULT_OTHER_PERSON] = {"other-person", N_("signs with another person's certificate")},
	[FAULT_STRANGER] = {"stranger", N_("signs with a certificate that no root vouches for")},
	[FAULT_RESAVED] = {"resaved", N_("changes the file before it signs")},
	[FAULT_EXTRA_BYTES] = {"extra-bytes", N_("adds bytes behind the signed file")},
	[FAULT_DAMAGED] = {"damaged", N_("flips one bit of the signature")},
};

const struct fault_entry *fault_list(void)
{
	return entries;
}

int fault_parse(const char *text, struct fault_plan *out, struct err *e)
{
	if (!text || !*text) {
		*out = (struct fault_plan){FAULT_NONE, 0};
		return 0;
	}
	const char *at = strchr(text, '@');
	size_t len = at ? (size_t)(at - text) : strlen(text);
	uint64_t nth = 0;
	if (at && (!text_to_uint(at + 1, UINT32_MAX, &nth) || nth == 0))
		return err_set(
			e, ERR_CONFIG, _("fault '%s': after '@' comes the number of a call, from 1"), text);
	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		if (strlen(entries[i].name) == len && memcmp(entries[i].name, text, len) == 0) {
			*out = (struct fault_plan){(enum fault)i, (unsigned)nth};
			return 0;
		}
	AUTO(buf_release) struct buf names = BUF_INIT(1024);
	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		buf_addf(&names, "%s%s", i ? ", " : "", entries[i].name);
	return err_set(e, ERR_CONFIG, _("no fault is called '%.*s'; there are %s"),
		(int)(len > 40 ? 40 : len), text, buf_str(&names));
}

enum fault fault_of(const struct fault_plan *plan, unsigned call)
{
	return plan->nth == 0 || plan->nth == call ? plan->kind : FAULT_NONE;
}
