#!/bin/sh
# test_tlog: the Go project's transparency-log code (golang.org/x/mod/sumdb) reads our checkpoint, tiles, bundles
# and receipts, of logs of different sizes.
. "$(dirname "$0")/../lib.sh"

command -v go >/dev/null || { skip tlog "no go"; finish; }
export GOFLAGS=-mod=mod GOTOOLCHAIN=local
if ! (cd tests/interop/tlog && go build -o "$T/tlog" .) 2>"$T/go.log"; then
	skip tlog "go cannot build it here: $(tail -n 1 "$T/go.log")"
	finish
fi
check "build the maker of logs" ${CC:-gcc} -std=c17 -D_GNU_SOURCE -Isrc -include base/banned.h \
	-o "$T/make_log" tests/interop/tlog/maker/make_log.c "$B/libnaskah.a" \
	$(pkg-config --libs sqlite3 libcrypto) -pthread || finish

for n in 1 2 255 256 257 1700 66000; do
	a=$T/log-$n
	mkdir "$a"
	check "make a log of $n" "$T/make_log" "$a/audit" "$a/key" "$n" "$a/receipts" &&
		check "go reads a log of $n" sh -c "\"$T/tlog\" \"$a/audit\" \"$a/audit/vkey\" \"$a\"/receipts/*"
done

# The judge can say no.
a=$T/log-257
printf x | dd of="$a/audit/tile/0/000" bs=1 seek=77 conv=notrunc 2>/dev/null
refuse "go refuses a changed tile" sh -c "\"$T/tlog\" \"$a/audit\" \"$a/audit/vkey\""
refuse "go refuses a receipt under another key" \
	"$T/tlog" "$T/log-2/audit" "$T/log-1/audit/vkey" "$T/log-2/receipts/0.tlog-proof"
finish
