#!/bin/sh
# peers.sh: the same letters from the same cases by other programs, in the same minute. JSON lines as bench.sh writes, and a
# table. Each program runs over N and 2N letters (PEER_N, default 200): the difference is what a letter costs, the rest is
# the start. Writing the files counts; making the QR symbols does not, for the peers, nor does checking the case. Peers that
# are not installed are left out with a word; `make bench-peers` installs them.
set -eu
cd "$(dirname "$0")/../.."
: "${VARIANT:=release}" "${PEER_N:=200}"
B=$PWD/out/build/$VARIANT
P=$PWD/tests/bench/peers
FONTS=/usr/share/fonts/truetype/liberation2
JARS=/usr/share/java
CLASSPATH=$B/peers/fop:$JARS/fop.jar:$JARS/fop-core.jar:$JARS/fop-events.jar:$JARS/fop-util.jar:$JARS/xmlgraphics-commons.jar
CLASSPATH=$CLASSPATH:$JARS/batik-all.jar:$JARS/commons-io.jar:$JARS/commons-logging.jar:$JARS/xml-apis-ext.jar:$JARS/fontbox2.jar
T=$(mktemp -d "${TMPDIR:-/tmp}/naskah-peers-XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM

# What makes the PDFs of $T/N in $T/out; each is a process of its own. naskah goes ten times over its cases, to be
# measured as exactly.
run() {
	name=$1
	n=$2
	cases=$T/$n
	case $name in
	naskah)
		n=$((10 * n))
		set -- "$B/bench/bench" letters "$n" fixtures/demo.ini "$cases"
		;;
	typst) set -- node "$P/typst/letters.mjs" "$cases" "$T/out" "$P/typst/letter.typ" $FONTS ;;
	fop) set -- java -Xmx256m -cp "$CLASSPATH" Letters "$T/fop.xconf" "$P/fop/letter.xsl" "$cases" "$T/out" ;;
	pdftex) set -- sh "$P/tex/letters.sh" "$cases" "$T/out" ;;
	esac
	rm -rf "$T/out"
	mkdir -p "$T/out"
	NODE_PATH=$PWD/out/peers/typst/node_modules BENCH_OUT=$T/out \
		"$B/bench/bench" "$name" "$n" fixtures/demo.ini "$cases" "$@" >"$T/line" 2>"$T/errors" || {
		cat "$T/errors" >&2
		exit 1
	}
	made=$(find "$T/out" -maxdepth 1 -name '*.pdf' | wc -l)
	[ "$made" -eq "$(find "$cases" -name '*.xml' | wc -l)" ] || {
		echo "peers.sh: $name did not make a letter of each case" >&2
		exit 1
	}
	one=$(find "$T/out" -name '*.pdf' | head -n 1)
	sed "s|}|,\"bytes\":$(stat -c %s "$one")}|" "$T/line" | tee -a "$T/lines"
}
is_here() {
	case $1 in
	naskah) ;;
	typst) [ -d out/peers/typst/node_modules ] && command -v node >/dev/null ;;
	fop) [ -f $JARS/fop.jar ] && command -v javac >/dev/null ;;
	pdftex) command -v pdflatex >/dev/null && command -v xsltproc >/dev/null && [ -n "$(kpsewhich phvr8t.tfm)" ] ;;
	esac
}

command -v qrencode >/dev/null || {
	echo "peers.sh: no peer is measured, \`make bench-peers\` installs them" >&2
	exit 0
}
sh "$P/prepare.sh" "$PEER_N" "$T/$PEER_N"
sh "$P/prepare.sh" $((2 * PEER_N)) "$T/$((2 * PEER_N))"
sed "s|@FONTS@|$FONTS|" "$P/fop/fop.xconf" >"$T/fop.xconf"
for name in naskah typst fop pdftex; do
	is_here $name || {
		echo "peers.sh: $name is not installed, \`make bench-peers\` installs it" >&2
		continue
	}
	if [ $name = fop ]; then
		mkdir -p "$B/peers/fop"
		javac -cp "$CLASSPATH" -d "$B/peers/fop" "$P/fop/Letters.java"
	fi
	# Twice, the better counts: the machine has other work too.
	for again in 1 2; do
		run $name "$PEER_N"
		run $name $((2 * PEER_N))
	done
done
sed 's/[{}"]//g' "$T/lines" | awk -F, '
	{
		for (i = 1; i <= NF; i++) {
			split($i, pair, ":")
			of[pair[1]] = pair[2]
		}
		name = of["work"]
		all = of["cpu_ms"] * of["n"]
		if (!(name in size)) {
			names[++count] = name
			once[name] = of["n"]
		}
		twice = of["n"] > once[name]
		if (!((name, twice) in best) || all < best[name, twice])
			best[name, twice] = all
		size[name] = of["bytes"]
		if (of["peak_mib"] > peak[name])
			peak[name] = of["peak_mib"]
	}
	END {
		printf "\n%-8s %14s %14s %10s %10s %8s\n", "", "ms CPU/letter", "times naskah", "start ms", "bytes", "MiB"
		for (i = 1; i <= count; i++) {
			name = names[i]
			warm = (best[name, 1] - best[name, 0]) / once[name]
			if (i == 1)
				ours = warm
			printf "%-8s %14.3f %14.1f %10.0f %10d %8.0f\n", name, warm, warm / ours, best[name, 0] - warm * once[name], size[name], peak[name]
		}
	}'
