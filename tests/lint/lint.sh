#!/bin/sh
# lint.sh: what the compiler does not see. Prints "ok"/"not ok" lines and a count. Run by `make lint`.
set -u
cd "$(dirname "$0")/../.." || exit 2
: "${CC:=gcc}" "${CFLAGS:=-std=c17 -D_GNU_SOURCE -Isrc -include base/banned.h}"
passed=0 failed=0
report() { # NAME FILE-WITH-FINDINGS
	if [ -s "$2" ]; then
		echo "not ok $1"
		sed 's/^/    /' "$2" | head -n 40
		failed=$((failed + 1))
	else
		echo "ok $1"
		passed=$((passed + 1))
	fi
}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
sources=$(git ls-files 'src/*.c' 'src/*/*.c')
headers=$(git ls-files 'src/*/*.h')
[ -n "$sources" ] || { echo "lint asks git for the sources: not a clone?" >&2; exit 2; }

# Every header compiles alone: it includes what it uses.
for h in $headers; do
	printf '#include "%s"\n' "${h#src/}" | $CC $CFLAGS -Wno-error -fsyntax-only -x c - 2>"$T/one" ||
		{ echo "$h:"; cat "$T/one"; }
done >"$T/headers" 2>&1
report "headers stand alone" "$T/headers"

# Layers: a folder includes only folders below it; stages and doors never each other.
awk -v FS='"' '
	function level(f) {
		if (f == "base") return 0
		if (f == "model") return 1
		if (f ~ /^(xml|pdf|qr|net|crypto|db|http|json|config|language)$/) return 2
		if (f ~ /^(casefile|letter|signing|verify|extend|ledger|audit)$/) return 3
		if (f ~ /^(pipeline|sandbox|portal)$/) return 4
		if (f == "cmd") return 5
		if (f == "main.c") return 6
		return -1
	}
	/^#include "/ {
		split(FILENAME, from, "/"); split($2, to, "/")
		a = level(from[2]); b = level(to[1])
		if (a < 0 || b < 0) print FILENAME ": unknown room in " $2
		else if (from[2] != to[1] && b >= a) print FILENAME ": " from[2] " must not include " $2
	}' $sources $headers >"$T/layers"
report "layers" "$T/layers"

# Foreign headers only behind their door.
door() { # PATTERN ROOM
	grep -nE "^#include <($1)" $sources $headers | grep -vE "^src/($2)/" >>"$T/doors"
}
: >"$T/doors"
door 'hpdf|hb|hb-subset|libdeflate|qpdf/' pdf
door 'qrencode' qr
door 'openssl/|libp11' crypto
door 'curl/' net
door 'libxml/|libxslt/|libexslt/' xml
door 'utf8proc' language
door 'sqlite3' db
door 'jansson' json
door 'microhttpd' http
door 'ini\.h' config
door 'hyphen\.h' language
report "foreign headers behind their doors" "$T/doors"

# Only cmd/ and main print.
grep -nE '\b(printf|puts|fputs|perror|vprintf)\(' $(echo "$sources" | tr ' ' '\n' | grep -vE '^src/(cmd/|main.c)') |
	grep -vE '\b(snprintf|vsnprintf|asprintf|arena_printf)\(' >"$T/print"
report "only cmd prints" "$T/print"

# Functions that nobody calls: named once in all sources, where they are defined. Three are for tests alone.
awk '
	/^[a-z]/ && !/^static/ && !/;$/ && match($0, /[a-z_0-9]+\(/) {
		defined[substr($0, RSTART, RLENGTH - 1)] = FILENAME
	}
	!/^ ?\*|^\/\*/ {
		n = split($0, words, /[^A-Za-z_0-9]+/)
		for (i = 1; i <= n; i++) count[words[i]]++
	}
	END {
		for (f in defined)
			if (count[f] == 1 && f !~ /^(main|cert_der|sandbox_faults|sandbox_passphrase_file)$/)
				print defined[f] ": nobody calls " f "()"
	}' $sources >"$T/uncalled"
report "every function is called" "$T/uncalled"

# Promises of later work, machine paths.
git ls-files -z 'src' 'tests' 'templates' 'schemas' 'docs' '*.md' Makefile .ci | xargs -0 grep -nIE '\b(TO''DO|FIX''ME|X''XX)\b' >"$T/todo"
report "no promises of later work" "$T/todo"
git ls-files -z | xargs -0 grep -nIE '(/wo''rk/|/ro''ot/|/tmp/w''t)' >"$T/paths"
report "no paths of one machine" "$T/paths"

# Formatting.
if command -v clang-format >/dev/null; then
	for f in $sources $headers $(git ls-files 'tests/*.c' 'tests/*/*.c' 'tests/*/*.h'); do
		clang-format --dry-run -Werror "$f" >/dev/null 2>&1 || echo "$f: run 'make format'"
	done >"$T/format"
	report "formatting" "$T/format"
fi

# Translations: every text that a person may read has its Indonesian.
if command -v xgettext >/dev/null; then
	xgettext -L C --from-code=UTF-8 -k_ -kN_ -kQ_:1,2 --no-location -o "$T/now.pot" $sources $headers 2>"$T/xgettext"
	msgmerge --quiet --no-fuzzy-matching -o "$T/merged.po" src/po/id.po "$T/now.pot" 2>>"$T/xgettext"
	msgattrib --untranslated --no-obsolete "$T/merged.po" 2>/dev/null | grep '^msgid "' | grep -v '^msgid ""$' >"$T/po"
	msgfmt --check-format -o /dev/null src/po/id.po 2>>"$T/po"
	report "everything is translated" "$T/po"
fi

if command -v cppcheck >/dev/null; then
	cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability --inline-suppr \
		--suppress=missingInclude --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches \
		--suppress=checkersReport --suppress=memleak --suppress=resourceLeak --error-exitcode=0 -j2 -Isrc src 2>"$T/cppcheck"
	report "cppcheck" "$T/cppcheck"
fi

# (AUTO() frees on every way out, which cppcheck cannot see: memleak and resourceLeak are for the sanitizers.)

# Big files: a second subject?
wc -l $sources | awk '$2 != "total" && $1 > 800 { print $2 ": " $1 " lines" }' >"$T/big"
report "no file over 800 lines" "$T/big"

echo
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
