# lib.sh: sourced by the shell tests. Each test gets its own folder $T, removed at the end.
# Use: check NAME COMMAND...   -> "ok NAME" when the command succeeds, else "not ok NAME" with its output
#      refuse NAME COMMAND...  -> the other way round
#      skip NAME WHY
set -u
cd "$(dirname "$0")/../.." || exit 2
: "${VARIANT:=release}"
B=${B:-$PWD/out/build/$VARIANT}
NASKAH=${NASKAH:-$B/naskah}
# Tests read English; the Indonesian is checked by lint and by one test of its own.
export LANGUAGE=en LC_ALL=C.UTF-8
T=$(mktemp -d "${TMPDIR:-/tmp}/naskah-test-XXXXXX")
failures=0
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM

check() {
	title=$1
	shift
	if "$@" >"$T/.check" 2>&1; then
		echo "ok $title"
	else
		echo "not ok $title"
		sed 's/^/    /' "$T/.check" | head -n 40
		failures=$((failures + 1))
		return 1
	fi
}
refuse() {
	title=$1
	shift
	if "$@" >"$T/.check" 2>&1; then
		echo "not ok $title (it succeeded)"
		sed 's/^/    /' "$T/.check" | head -n 40
		failures=$((failures + 1))
		return 1
	else
		echo "ok $title"
	fi
}
# exits NAME CODE COMMAND...: exactly this exit status; output stays in $T/.out
exits() {
	title=$1 want=$2
	shift 2
	"$@" >"$T/.out" 2>&1
	got=$?
	if [ "$got" -eq "$want" ]; then
		echo "ok $title"
	else
		echo "not ok $title: exit $got, expected $want"
		sed 's/^/    /' "$T/.out" | head -n 40
		failures=$((failures + 1))
		return 1
	fi
}
skip() { echo "skip $1: $2"; }
finish() { [ "$failures" -eq 0 ]; exit $?; }
