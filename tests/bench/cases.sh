#!/bin/sh
# cases.sh N DIR: writes N good cases of one letter each (the certificate recommendation), ids and numbers all different.
set -eu
mkdir -p "$2"
awk -v n="$1" -v dir="$2" '
	{ text = text $0 "\n" }
	END {
		for (i = 1; i <= n; i++) {
			t = text
			id = sprintf("BENCH-%06d", i)
			gsub(/id="UND-2026-001"/, "id=\"" id "\"", t)
			gsub(/21\/UPT-TIK\/III\/2026/, i "/BENCH/III/2026", t)
			f = dir "/" id ".xml"
			printf "%s", t >f
			close(f)
		}
	}' fixtures/cases/und-2026-001.xml
