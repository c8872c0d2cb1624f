# pyhanko.sh: sourced by tests: pyHanko from PyPI in out/tools/pyhanko, once, whoever comes first.
tool=$PWD/out/tools/pyhanko
here=tests/interop/pyhanko
pyhanko_fetch() {
	cmp -s "$here/requirements.txt" "$tool/complete" && return 0
	rm -rf "$tool"
	python3 -m venv "$tool" >"$T/pip" 2>&1 && "$tool/bin/pip" install -q -r "$here/requirements.txt" >"$T/pip" 2>&1 &&
		cp "$here/requirements.txt" "$tool/complete"
}
pyhanko_install() {
	mkdir -p out/tools
	(
		flock 9
		pyhanko_fetch
	) 9>out/tools/pyhanko.lock
}
