#!/bin/sh
# packages.sh GROUP: installs the Debian packages of a group of docs/packages.txt that are missing.
# Needs root or sudo only when something is missing; otherwise says which packages to ask for.
set -eu
group=$1
missing() {
	for p in $(sed -n "s/^$group //p" docs/packages.txt); do
		dpkg-query -W -f='${Status}\n' "$p" 2>/dev/null | grep -q ' ok installed$' || printf ' %s' "$p"
	done
}
[ -n "$(missing)" ] || exit 0
if [ "$(id -u)" = 0 ]; then
	as=
elif command -v sudo >/dev/null 2>&1; then
	as=sudo
else
	echo "Missing Debian packages:$(missing)" >&2
	echo "Ask an administrator for: apt-get install$(missing)" >&2
	exit 1
fi
# `make -j` asks for two groups at once, and apt cannot run twice.
exec 9>out/build/.packages-lock
flock 9
wanted=$(missing)
[ -n "$wanted" ] || exit 0
echo "  installing:$wanted"
$as apt-get update -qq
$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 \
	$wanted >/dev/null
