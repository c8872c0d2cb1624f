# foreign.sh: sourced by tests: PDFs that other programs made, as Debian ships them, each content once, and some written
# anew by qpdf.
#
# What brings them (docs/packages.txt, group interop) and how many; others that are there are taken, too.
#   graphviz-doc 54 (Ghostscript, Distiller, ImageMagick, pdfTeX)  groff 10 (gropdf)  gnuplot-doc 1 (pdfTeX, object streams)
#   liblapack-doc 1  nettle-dev 1 (pdfTeX, object streams)  python-reportlab-doc 1 (ReportLab)
foreign_gather() { # FOLDER
	mkdir -p "$1" "$T/all"
	find /usr/share/doc/graphviz /usr/share/doc/groff-base /usr/share/doc/gnuplot /usr/share/doc/liblapack-dev \
		/usr/share/doc/nettle-dev /usr/share/doc/python-reportlab-doc /usr/share/doc/libtasn1-doc \
		/usr/share/doc/shared-mime-info /usr/share/doc/fonts-lmodern -type f \
		\( -name '*.pdf' -o -name '*.pdf.gz' \) 2>/dev/null | sort | while read -r f; do
		name=$(basename "$f" .gz)
		case $f in *.gz) gunzip -c "$f" ;; *) cat "$f" ;; esac >"$T/all/$name"
		sum=$(sha256sum <"$T/all/$name" | cut -d' ' -f1)
		[ -e "$T/all/sum-$sum" ] || cp "$T/all/$name" "$1/$name"
		: >"$T/all/sum-$sum"
	done
	# Kinds that none of them is.
	n=0
	for f in "$1"/*.pdf; do
		n=$((n + 1))
		[ $((n % 12)) -eq 0 ] || continue
		name=$(basename "$f" .pdf)
		qpdf --linearize "$f" "$1/$name.linearized.pdf" 2>/dev/null
		qpdf --linearize --object-streams=generate "$f" "$1/$name.linearized-objstm.pdf" 2>/dev/null
		qpdf --object-streams=generate "$f" "$1/$name.objstm.pdf" 2>/dev/null
	done
}
