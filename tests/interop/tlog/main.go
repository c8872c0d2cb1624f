// tlog: reads a log and its receipts with the Go project's own implementation (golang.org/x/mod/sumdb), which
// knows nothing of ours. Usage: tlog AUDIT-FOLDER VKEY-FILE RECEIPT...
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

// checkpoint opens a signed note (C2SP signed-note) and reads its three lines (C2SP tlog-checkpoint).
func checkpoint(raw []byte, key note.Verifier) tlog.Tree {
	n, err := note.Open(raw, note.VerifierList(key))
	must(err, "checkpoint")
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() {
		must(fmt.Errorf("%q", n.Text), "checkpoint form")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "size")
	root, err := tlog.ParseHash(lines[2])
	must(err, "root")
	return tlog.Tree{N: size, Hash: root}
}

// folder serves tiles to the Go library; its paths have the height in them ("tile/8/0/000"), C2SP's do not.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) path(t tlog.Tile) string {
	return filepath.Join(string(f), strings.Replace(t.Path(), "tile/8/", "tile/", 1))
}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(f.path(t))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// entries reads all leaves out of the bundles.
func entries(dir string, size int64) [][]byte {
	var out [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		t := tlog.Tile{H: 8, L: 0, N: n, W: int(width)}
		p := strings.Replace(t.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(dir, p))
		must(err, "bundle")
		for len(data) > 0 {
			l := int(binary.BigEndian.Uint16(data))
			out = append(out, data[2:2+l])
			data = data[2+l:]
		}
	}
	return out
}

func main() {
	dir := os.Args[1]
	vkey, err := os.ReadFile(os.Args[2])
	must(err, "vkey")
	key, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	must(err, "vkey")
	raw, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(err, "checkpoint")
	tree := checkpoint(raw, key)

	// The reader refuses tiles that do not lead to the root.
	reader := tlog.TileHashReader(tree, folder(dir))
	leaves := entries(dir, tree.N)
	if int64(len(leaves)) != tree.N {
		must(fmt.Errorf("%d of %d", len(leaves), tree.N), "leaves")
	}
	for i, leaf := range leaves {
		h, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(i))})
		must(err, fmt.Sprint("leaf ", i))
		if h[0] != tlog.RecordHash(leaf) {
			must(fmt.Errorf("other hash"), fmt.Sprint("leaf ", i))
		}
	}
	for _, name := range os.Args[3:] {
		receipt(name, key, leaves)
	}
	fmt.Printf("%d leaves, %d receipts\n", len(leaves), len(os.Args)-3)
}

// receipt reads a C2SP tlog-proof and has the Go library check the proof.
func receipt(name string, key note.Verifier, leaves [][]byte) {
	raw, err := os.ReadFile(name)
	must(err, name)
	head, rest, ok := bytes.Cut(raw, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !ok || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") {
		must(fmt.Errorf("wrong head"), name)
	}
	_, err = base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err, name)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err, name)
	var proof tlog.RecordProof
	for _, l := range lines[3:] {
		h, err := tlog.ParseHash(l)
		must(err, name)
		proof = append(proof, h)
	}
	tree := checkpoint(rest, key)
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaves[index])), name)
}
