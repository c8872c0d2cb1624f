#!/bin/sh
# cases_long.sh N FILE: writes a case whose first Berita Acara has N criteria; 240 fill about 20 pages.
set -eu
awk -v n="$1" '
	/<kriteria / && !done {
		for (i = 1; i <= n; i++) {
			printf "<kriteria kode=\"K.%d\"><uraian>Kegagalan penandatanganan dicatat beserta pesan dari BSrE pada log", i
			printf " aplikasi, percobaan ke-%d</uraian><hasil>Tidak sesuai</hasil><temuan>Pesan BSrE belum dicatat", i
			printf " lengkap</temuan><perbaikan>Simpan pesan BSrE apa adanya</perbaikan></kriteria>\n"
		}
		done = 1
	}
	/<kriteria / && !past { next }
	/<\/berita-acara>/ { past = 1 }
	{ print }' fixtures/cases/kmh-2026-001.xml >"$2"
