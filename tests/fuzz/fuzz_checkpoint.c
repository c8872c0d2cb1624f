/*
 * Everything else of a log that comes from outside: signed notes, verifier keys, checkpoints, entry bundles and
 * names of tiles. What is accepted must come out the same when it is written again.
 */
#include "audit/note.h"
#include "audit/tiles.h"
#include "base/auto.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the log that the corpus was made with; its private key is gone. */
static const char vkey[] = "naskah.contoh.example/log+e221af3a+AW2IbYyC9UTNIKAGf1po2Uo72M52LFatw3faDASKUek9";

static void must(bool holds)
{
	if (!holds)
		__builtin_trap();
}

static void try_note(const uint8_t *data, size_t size)
{
	struct checkpoint c;
	struct vkey v;
	const char *text;
	size_t len;
	struct err e = ERR_INIT;

	must(vkey_parse(vkey, strlen(vkey), &v, &e) == 0);
	if (note_open(data, size, &v, &text, &len, &e) == 0) {
		must(text == (const char *)data && len < size);
		if (checkpoint_parse(text, len, &c, &e) == 0)
			must(c.size >= 0 && c.origin[0]);
	}
	err_clear(&e);
	AUTO(buf_release) struct buf again = BUF_INIT(4096);
	if (checkpoint_parse((const char *)data, size, &c, &e) == 0) {
		checkpoint_write(&c, &again);
		/* Extension lines may follow; an origin with a NUL is shorter than its line. */
		must(again.len <= size);
	}
}

static void try_vkey(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf again = BUF_INIT(4096);
	struct vkey v;
	struct err e = ERR_INIT;

	if (vkey_parse((const char *)data, size, &v, &e) != 0)
		return;
	vkey_write(&v, &again);
	must(again.len <= size && again.len + 1 >= size && memcmp(again.data, data, again.len) == 0);
}

static void try_bundle(const uint8_t *data, size_t size)
{
	const unsigned char *p = data, *end = data + size, *leaf;
	size_t len, total = 0;
	int r;

	while ((r = bundle_next(&p, end, &leaf, &len)) == 1) {
		must(leaf + len == p && p <= end);
		total += 2 + len;
	}
	must(r != 0 || total == size);
}

static void try_name(const uint8_t *data, size_t size)
{
	AUTO(free_ptr) char *text = strndup((const char *)data, size);
	char again[TILE_PATH];
	struct tile_name name;

	if (!text || !tile_name_parse(text, &name))
		return;
	tile_name_write(&name, again);
	must(strcmp(again, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	try_note(data, size);
	try_vkey(data, size);
	try_bundle(data, size);
	try_name(data, size);
	return 0;
}
