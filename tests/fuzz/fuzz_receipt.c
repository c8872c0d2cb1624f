/*
 * Receipts from outside: text that anyone may hand in. A receipt that passes must prove what it says: its bytes,
 * changed anywhere, pass only in a cosignature that we do not know.
 */
#include "audit/check.h"
#include "audit/receipt.h"
#include "base/auto.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the log that the corpus was made with; its private key is gone. */
static const char vkey[] = "naskah.contoh.example/log+e221af3a+AW2IbYyC9UTNIKAGf1po2Uo72M52LFatw3faDASKUek9";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf again = BUF_INIT(4096);
	struct receipt_result result;
	struct event event;
	struct err e = ERR_INIT;

	if (receipt_check(data, size, vkey, NULL, &result, &e) != 0)
		return 0;
	if (result.good == (result.why[0] != '\0'))
		__builtin_trap();
	if (result.good && (result.event.kind == 0 || result.index < 0 || result.index >= result.size))
		__builtin_trap();
	/* The opening alone, as plain text: one spelling. */
	err_clear(&e);
	if (opening_parse((const char *)data, size, &event, &e) == 0) {
		opening_write(&event, &again);
		if (again.len != size || memcmp(again.data, data, size) != 0)
			__builtin_trap();
	}
	return 0;
}
