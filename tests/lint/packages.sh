#!/bin/sh
# packages.sh GROUP: installs the Debian packages of a group of docs/packages.txt that are missing.
# Needs root or sudo only when something is missing; otherwise says which packages to ask for.
set -eu
group=$1
missing=
for p in $(sed -n "s/^$group //p" docs/packages.txt); do
	dpkg-query -W -f='${Status}\n' "$p" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ]; then
	as=
elif command -v sudo >/dev/null 2>&1; then
	as=sudo
else
	echo "Missing Debian packages:$missing" >&2
	echo "Ask an administrator for: apt-get install$missing" >&2
	exit 1
fi
echo "  installing:$missing"
$as apt-get update -qq
$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
