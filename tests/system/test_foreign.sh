#!/bin/sh
# Files that somebody made to hurt the program that opens them.
. "$(dirname "$0")/../lib.sh"

# 639 bytes that unpack to 6 GiB (three times deflated): refused, with little memory, and nothing falls over.
if [ "$VARIANT" = asan ]; then
	skip "a file that unpacks without end" "sanitizers need all memory themselves"
else
	for kib in 200000 500000; do
		exits "a file that unpacks without end, in $kib KiB" 1 sh -c \
			"ulimit -d $kib && exec '$NASKAH' verify --config fixtures/demo.ini --out '$T/out' fixtures/pdf/bomb.pdf"
		check "it says so" grep -q "NOT VALID" "$T/.out"
	done
fi
exits "no PDF at all" 1 "$NASKAH" verify --config fixtures/demo.ini --out "$T/out" README.md
exits "a folder" 3 "$NASKAH" verify --config fixtures/demo.ini --out "$T/out" fixtures
exits "a device" 3 "$NASKAH" verify --config fixtures/demo.ini --out "$T/out" /dev/zero
finish
