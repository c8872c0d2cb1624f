#!/bin/sh
# Another clone, built anew and otherwise (no optimisation, its own folder), makes the same drafts to the last byte.
# Not part of `make test`: it takes as long as building does.
. "$(dirname "$0")/../lib.sh"
# What stands here now, committed or not.
mkdir "$T/clone"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$T/clone" 2>"$T/cp"
check "copied" test -s "$T/clone/Makefile"
check "built" make -s -C "$T/clone" -j2 all VARIANT=plain CFLAGS_plain='-O0 -Wno-error' LDFLAGS_plain=
for who in here there; do
	case $who in here) root=$PWD bin=$NASKAH ;; there) root=$T/clone bin=$T/clone/out/build/plain/naskah ;; esac
	(cd "$root" && "$bin" render --config fixtures/demo.ini --out "$T/$who" fixtures/cases) >"$T/$who.log" 2>&1
	(cd "$T/$who/drafts" && find . -type f -exec sha256sum {} + | sort -k2) >"$T/$who.sums"
done
check "there are drafts" test "$(grep -c . "$T/here.sums")" -ge 40
check "the same bytes" cmp "$T/here.sums" "$T/there.sums"
finish
