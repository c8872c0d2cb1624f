# matrix.sh: sourced by the tests here, after lib.sh. Every kind of letter under every profile, signed and as a draft:
# the fixtures' batch once for each profile, in $T/matrix/PROFILE. `matrix_files` prints one signed letter and one draft
# of each kind and profile; rounds and levels of a kind count as one.
matrix_make() {
	for path in templates/profiles/*.xml; do
		profile=$(basename "$path" .xml)
		mkdir -p "$T/matrix/$profile/cases"
		for case in fixtures/cases/*.xml; do
			# not every profile has a unit of its own for its numbers
			sed 's/profil="[a-z-]*"/profil="'"$profile"'"/; /satker=/!s/<nomor urut=/<nomor satker="CONTOH" urut=/' \
				"$case" >"$T/matrix/$profile/cases/$(basename "$case")"
		done
		"$NASKAH" run --config fixtures/demo.ini --out "$T/matrix/$profile" "$T/matrix/$profile/cases" &&
			"$NASKAH" render --config fixtures/demo.ini --out "$T/matrix/$profile" "$T/matrix/$profile/cases" || return 1
	done
}
matrix_files() {
	find "$T"/matrix/*/letters "$T"/matrix/*/drafts -name '*.pdf' ! -path '*/superseded/*' | sort | awk -F/ '
		{
			kind = $NF; sub(/^[0-9]+-/, "", kind); gsub(/[0-9]+/, "N", kind)
			where = $(NF - 3) "/" $(NF - 2)
			if (!seen[where, kind]++) print
		}'
}
