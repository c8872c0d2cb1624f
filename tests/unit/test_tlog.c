#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/tiles.h"
#include "base/auto.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <string.h>

/* ---- the definitions of RFC 6962 section 2.1, word for word, as the yardstick ---------------------------- */

static struct sha256 mth(const struct sha256 *d, int64_t n)
{
	if (n == 1)
		return d[0];
	int64_t k = 1;
	while (k * 2 < n)
		k *= 2;
	struct sha256 left = mth(d, k), right = mth(d + k, n - k);
	return merkle_node(&left, &right);
}

static size_t path(int64_t m, const struct sha256 *d, int64_t n, struct sha256 *out)
{
	if (n == 1)
		return 0;
	int64_t k = 1;
	while (k * 2 < n)
		k *= 2;
	size_t count = m < k ? path(m, d, k, out) : path(m - k, d + k, n - k, out);
	out[count] = m < k ? mth(d + k, n - k) : mth(d, k);
	return count + 1;
}

/* ---- a tree in memory ----------------------------------------------------------------------------------- */

#define MOST 70000

static struct sha256 leaves[MOST];
/* Every full tile's hashes per level, as if written. */
static struct sha256 rows[3][MOST];
static int64_t row_count[3];

static int keep_full(
	void *user, unsigned level, int64_t n, const struct sha256 hashes[TILE_WIDTH], struct err *e)
{
	(void)user;
	(void)e;
	assert_true(level < 3);
	assert_int_equal(n * TILE_WIDTH, row_count[level]);
	memcpy(&rows[level][row_count[level]], hashes, TILE_WIDTH * sizeof *hashes);
	row_count[level] += TILE_WIDTH;
	return 0;
}

static int leaf_node(void *user, unsigned height, int64_t index, struct sha256 *out, struct err *e)
{
	(void)user;
	(void)e;
	*out = mth(&leaves[index << height], (int64_t)1 << height);
	return 0;
}

static int make_leaves(void **state)
{
	(void)state;
	for (int i = 0; i < MOST; i++)
		leaves[i] = merkle_leaf(&i, sizeof i);
	return 0;
}

static void known_roots(void **state)
{
	/* The leaves and roots that Certificate Transparency's own tests use. */
	static const struct {
		const char *leaf, *root;
	} known[] = {
		{"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
		{"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
		{"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
		{"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
		{"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
		{"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
		{"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
		{"606162636465666768696a6b6c6d6e6f",
			"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
	};
	static struct merkle m;
	struct err e = ERR_INIT;
	char text[65];

	(void)state;
	struct sha256 root = merkle_root(&m);
	hex_text(text, root.bytes, SHA256_LEN);
	assert_string_equal(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		unsigned char leaf[16];
		size_t len = strlen(known[i].leaf) / 2;
		assert_true(hex_parse(known[i].leaf, leaf, len));
		struct sha256 hash = merkle_leaf(leaf, len);
		assert_int_equal(merkle_add(&m, &hash, keep_full, NULL, &e), 0);
		root = merkle_root(&m);
		hex_text(text, root.bytes, SHA256_LEN);
		assert_string_equal(text, known[i].root);
	}
}

static void roots_and_tiles_follow_the_definition(void **state)
{
	static struct merkle m;
	struct err e = ERR_INIT;

	(void)state;
	memset(&m, 0, sizeof m);
	memset(row_count, 0, sizeof row_count);
	for (int64_t n = 1; n <= MOST; n++) {
		assert_int_equal(merkle_add(&m, &leaves[n - 1], keep_full, NULL, &e), 0);
		assert_int_equal(m.size, n);
		if (n > 600 && n != 4096 && n != 65535 && n != 65536 && n != 65537 && n != MOST)
			continue;
		struct sha256 want = mth(leaves, n), got = merkle_root(&m);
		assert_memory_equal(&got, &want, sizeof got);
		for (unsigned level = 0; level < TREE_LEVELS; level++)
			assert_int_equal(m.level[level].width, merkle_edge_width(n, level));
	}
	/* The example of C2SP tlog-tiles: 70,000 leaves. */
	assert_int_equal(merkle_full_tiles(70000, 0), 273);
	assert_int_equal(merkle_edge_width(70000, 0), 112);
	assert_int_equal(merkle_full_tiles(70000, 1), 1);
	assert_int_equal(merkle_edge_width(70000, 1), 17);
	assert_int_equal(merkle_full_tiles(70000, 2), 0);
	assert_int_equal(merkle_edge_width(70000, 2), 1);
	assert_int_equal(row_count[0], 273 * 256);
	assert_int_equal(row_count[1], 256);
	assert_int_equal(row_count[2], 0);
	struct sha256 first = mth(leaves, 256);
	assert_memory_equal(&rows[1][0], &first, sizeof first);
}

static void proofs_follow_the_definition(void **state)
{
	struct sha256 want[MERKLE_PATH], got[MERKLE_PATH];
	struct err e = ERR_INIT;
	size_t count;

	(void)state;
	for (int64_t n = 1; n <= 70; n++) {
		struct sha256 root = mth(leaves, n);
		for (int64_t i = 0; i < n; i++) {
			assert_int_equal(merkle_prove(i, n, leaf_node, NULL, got, &count, &e), 0);
			assert_int_equal(count, path(i, leaves, n, want));
			assert_memory_equal(got, want, count * sizeof *got);
			assert_true(merkle_check(&leaves[i], i, n, got, count, &root));
			/* Nothing else fits: neighbour, size, length, any hash. */
			assert_false(merkle_check(&leaves[i], i + 1, n, got, count, &root));
			assert_false(merkle_check(&leaves[i + 1], i, n, got, count, &root));
			assert_false(merkle_check(&leaves[i], i, n, got, count + 1, &root));
			if (count > 0)
				assert_false(merkle_check(&leaves[i], i, n, got, count - 1, &root));
			for (size_t k = 0; k < count; k++) {
				got[k].bytes[k % SHA256_LEN] ^= 0x40;
				assert_false(merkle_check(&leaves[i], i, n, got, count, &root));
				got[k].bytes[k % SHA256_LEN] ^= 0x40;
			}
		}
	}
	static const int64_t sizes[] = {255, 256, 257, 65535, 65536, 65537, MOST};
	for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
		int64_t n = sizes[s], places[] = {0, 1, n / 2, n - 2, n - 1};
		struct sha256 root = mth(leaves, n);
		for (size_t k = 0; k < ARRAY_LEN(places); k++) {
			assert_int_equal(merkle_prove(places[k], n, leaf_node, NULL, got, &count, &e), 0);
			assert_true(merkle_check(&leaves[places[k]], places[k], n, got, count, &root));
		}
	}
	assert_false(merkle_check(&leaves[0], -1, 1, got, 0, &leaves[0]));
	assert_false(merkle_check(&leaves[0], 0, 0, got, 0, &leaves[0]));
}

static void nodes_of_a_tile(void **state)
{
	static struct tile_nodes t;

	(void)state;
	for (unsigned width = 1; width <= TILE_WIDTH; width += 51) {
		tile_nodes_make(&t, leaves, width);
		for (unsigned h = 0; h <= 8; h++)
			for (unsigned i = 0; i < TILE_WIDTH >> h; i++) {
				const struct sha256 *node = tile_nodes_at(&t, h, i);
				if ((i + 1) << h > width) {
					assert_null(node);
					continue;
				}
				struct sha256 want = mth(&leaves[i << h], 1 << h);
				assert_memory_equal(node, &want, sizeof want);
			}
	}
	assert_null(tile_nodes_at(&t, 9, 0));
}

/* ---- names ---------------------------------------------------------------------------------------------- */

static void names_of_tiles(void **state)
{
	static const struct {
		struct tile_name name;
		const char *text;
	} good[] = {
		{{0, 0, 256}, "tile/0/000"},
		{{0, 0, 1}, "tile/0/000.p/1"},
		{{0, 999, 256}, "tile/0/999"},
		{{0, 1000, 255}, "tile/0/x001/000.p/255"},
		{{1, 1234067, 256}, "tile/1/x001/x234/067"},
		{{63, 5, 17}, "tile/63/005.p/17"},
		{{TILE_ENTRIES, 1234067, 8}, "tile/entries/x001/x234/067.p/8"},
		{{0, INT64_MAX, 256}, "tile/0/x009/x223/x372/x036/x854/x775/807"},
	};
	static const char *const bad[] = {"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00",
		"tile/0/0000", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/x000/001", "tile/0/x001",
		"tile/0/001/000", "tile/0/x001/x000", "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0",
		"tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/1x", "tile/0/000/", "tile/0/000 ",
		"tile/entriesx/000", "tile/data/000", "Tile/0/000",
		"tile/0/x009/x223/x372/x036/x854/x775/808", "tile/0/000.q/1", "/tile/0/000",
		"tile/99999999999999999999/000"};
	struct tile_name name;
	char text[TILE_PATH];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		tile_name_write(&good[i].name, text);
		assert_string_equal(text, good[i].text);
		assert_true(tile_name_parse(text, &name));
		assert_int_equal(name.level, good[i].name.level);
		assert_true(name.n == good[i].name.n);
		assert_int_equal(name.width, good[i].name.width);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (tile_name_parse(bad[i], &name))
			fail_msg("'%s' was taken for a tile", bad[i]);
}

/* ---- notes ---------------------------------------------------------------------------------------------- */

/* The example of Go's golang.org/x/mod/sumdb/note. */
static const char go_vkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char go_note[] =
	"If you think cryptography is the answer to your problem,\n"
	"then you don't know what your problem is.\n"
	"\n"
	"\xe2\x80\x94 PeterNeumann "
	"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

static void notes_of_others_are_understood(void **state)
{
	struct vkey v;
	struct err e = ERR_INIT;
	const char *text;
	size_t len;

	(void)state;
	assert_int_equal(vkey_parse(go_vkey, strlen(go_vkey), &v, &e), 0);
	assert_string_equal(v.name, "PeterNeumann");
	if (note_open(go_note, strlen(go_note), &v, &text, &len, &e) != 0)
		fail_msg("%s", e.msg);
	assert_int_equal(len, strstr(go_note, "\n\n") - go_note + 1);
}

static void every_flipped_byte_of_a_note_shows(void **state)
{
	char note[sizeof go_note], key[sizeof go_vkey];
	struct vkey v, flipped;
	const char *text;
	size_t len;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(vkey_parse(go_vkey, strlen(go_vkey), &v, &e), 0);
	for (size_t i = 0; i < strlen(go_note); i++)
		for (int bit = 0; bit < 8; bit++) {
			memcpy(note, go_note, sizeof note);
			note[i] = (char)(note[i] ^ 1 << bit);
			err_clear(&e);
			assert_int_equal(note_open(note, strlen(go_note), &v, &text, &len, &e), -1);
			assert_true(e.kind == ERR_INPUT || e.kind == ERR_CRYPTO);
		}
	for (size_t n = 0; n < strlen(go_note); n++)
		assert_int_equal(note_open(go_note, n, &v, &text, &len, NULL), -1);
	for (size_t i = 0; i < strlen(go_vkey); i++)
		for (int bit = 0; bit < 8; bit++) {
			memcpy(key, go_vkey, sizeof key);
			key[i] = (char)(key[i] ^ 1 << bit);
			assert_int_equal(vkey_parse(key, strlen(go_vkey), &flipped, NULL), -1);
		}
	for (size_t n = 0; n < strlen(go_vkey); n++)
		assert_int_equal(vkey_parse(go_vkey, n, &flipped, NULL), -1);
}

static void notes_are_signed_and_cosigned(void **state)
{
	AUTO(key_release) struct key *key = NULL;
	AUTO(buf_release) struct buf note = BUF_INIT(4096);
	AUTO(buf_release) struct buf text = BUF_INIT(4096);
	AUTO(buf_release) struct buf key_text = BUF_INIT(4096);
	struct checkpoint c = {.origin = "log.example/naskah", .size = INT64_MAX}, back;
	struct vkey v, again, other;
	const char *signed_text;
	size_t len;
	struct err e = ERR_INIT;

	(void)state;
	c.root = leaves[0];
	assert_int_equal(key_generate(KEY_ED25519, &key, &e), 0);
	assert_int_equal(vkey_of("log.example/naskah", key, &v, &e), 0);
	vkey_write(&v, &key_text);
	assert_int_equal(vkey_parse(buf_str(&key_text), key_text.len, &again, &e), 0);
	assert_memory_equal(&again, &v, sizeof v);
	checkpoint_write(&c, &text);
	assert_int_equal(note_sign(text.data, text.len, &v, key, &note, &e), 0);
	/* A witness's line behind ours, by a key that we do not know, is skipped. */
	buf_adds(&note, "\xe2\x80\x94 witness.example AAAAAAAA\n");
	assert_int_equal(note_open(note.data, note.len, &v, &signed_text, &len, &e), 0);
	assert_int_equal(checkpoint_parse(signed_text, len, &back, &e), 0);
	assert_string_equal(back.origin, c.origin);
	assert_true(back.size == INT64_MAX);
	assert_memory_equal(&back.root, &c.root, sizeof c.root);
	/* Only by a key that we do not know: refused. */
	assert_int_equal(vkey_parse(go_vkey, strlen(go_vkey), &other, &e), 0);
	assert_int_equal(note_open(note.data, note.len, &other, &signed_text, &len, &e), -1);
	assert_int_equal(e.kind, ERR_CRYPTO);
	err_clear(&e);
	/* A second line in our name with a wrong signature spoils the note. */
	unsigned char wrong[68] = {0};
	memcpy(wrong, v.id, 4);
	buf_adds(&note, "\xe2\x80\x94 log.example/naskah ");
	base64_add(&note, wrong, sizeof wrong);
	buf_addc(&note, '\n');
	assert_int_equal(note_open(note.data, note.len, &v, &signed_text, &len, &e), -1);
	assert_int_equal(e.kind, ERR_CRYPTO);
	err_clear(&e);
	assert_int_equal(vkey_of("two words", key, &v, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
}

static void checkpoints_have_one_form(void **state)
{
	static const char *const bad[] = {"", "o", "o\n", "o\n1\n", "o\n1\nx\n",
		"\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"o\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"o\n9223372036854775808\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n",
		"o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"};
	static const char good[] = "o\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\n";
	struct checkpoint c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(checkpoint_parse(bad[i], strlen(bad[i]), &c, NULL), -1);
	assert_int_equal(checkpoint_parse(good, strlen(good), &c, NULL), 0);
	assert_int_equal(c.size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_roots),
		cmocka_unit_test(roots_and_tiles_follow_the_definition),
		cmocka_unit_test(proofs_follow_the_definition),
		cmocka_unit_test(nodes_of_a_tile),
		cmocka_unit_test(names_of_tiles),
		cmocka_unit_test(notes_of_others_are_understood),
		cmocka_unit_test(every_flipped_byte_of_a_note_shows),
		cmocka_unit_test(notes_are_signed_and_cosigned),
		cmocka_unit_test(checkpoints_have_one_form),
	};

	return cmocka_run_group_tests(tests, make_leaves, NULL);
}
