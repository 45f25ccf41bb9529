// Checks a published ledger with the Go project's own transparency log packages (golang.org/x/mod/sumdb/note and
// sumdb/tlog), which share nothing with the crate beside it. Run by tests/it/independent.rs as
//
//	main LEDGER_DIR VKEY WORK_DIR
//
// where WORK_DIR has proofs/INDEX.tlog-proof and, for older sizes, old/SIZE.checkpoint and old/SIZE.consistency. Prints
// one line per kind of check and exits 0, or says what does not hold and exits 1.
//
// x/mod names tiles tile/8/L/N where C2SP tlog-tiles, and the ledger, have tile/L/N.
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

func main() {
	ledger, work := os.Args[1], os.Args[3]
	verifier, err := note.NewVerifier(os.Args[2])
	must(err, "read the verifier key")
	tree := open(verifier, read(ledger, "checkpoint"))
	fmt.Printf("note: checkpoint of %s over %d entries\n", verifier.Name(), tree.N)

	entries := readEntries(ledger, tree.N)
	var stored []tlog.Hash
	memory := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	for i, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, memory)
		must(err, "hash entry")
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(tree.N, memory)
	must(err, "compute the root")
	hold(root == tree.Hash, "the root that Go computes from the entries is the signed one")
	fmt.Printf("tlog: root of %d entries\n", len(entries))

	tiles := 0
	for _, tile := range tlog.NewTiles(8, 0, tree.N) {
		if row := tree.N >> (8 * tile.L); int64(tile.W) < min(256, row-tile.N*256) {
			continue // NewTiles names every partial tile of every size on the way.
		}
		tiles++
		data, err := tlog.ReadTileData(tile, memory)
		must(err, "compute tile")
		hold(bytes.Equal(data, read(ledger, path(tile))), path(tile)+" is the tile that Go computes")
	}
	fmt.Printf("tlog: %d tiles\n", tiles)

	// The reader authenticates every tile against the signed root before it answers from it.
	authentic := tlog.TileHashReader(tree, folder(ledger))
	proofs, err := filepath.Glob(filepath.Join(work, "proofs", "*.tlog-proof"))
	must(err, "list the proofs")
	for _, file := range proofs {
		index, err := strconv.ParseInt(strings.TrimSuffix(filepath.Base(file), ".tlog-proof"), 10, 64)
		must(err, "read the index in "+file)
		text := string(read(file))
		head, checkpoint, ok := strings.Cut(text, "\n\n")
		lines := strings.Split(head, "\n")
		hold(ok && lines[0] == "c2sp.org/tlog-proof@v1" && lines[1] == fmt.Sprintf("index %d", index), file+" has its head")
		at := open(verifier, []byte(checkpoint))
		ours := tlog.RecordProof(hashes(lines[2:]))
		leaf := tlog.RecordHash(entries[index])
		must(tlog.CheckRecord(ours, at.N, at.Hash, index, leaf), "check "+file)
		theirs, err := tlog.ProveRecord(at.N, index, authentic)
		must(err, "prove the record of "+file)
		hold(fmt.Sprint(ours) == fmt.Sprint(theirs), file+" has the proof that Go makes from our tiles")
	}
	fmt.Printf("tlog: %d inclusion proofs\n", len(proofs))

	olds, err := filepath.Glob(filepath.Join(work, "old", "*.checkpoint"))
	must(err, "list the older checkpoints")
	for _, file := range olds {
		old := open(verifier, read(file))
		text := strings.TrimSuffix(string(read(strings.TrimSuffix(file, ".checkpoint")+".consistency")), "\n")
		var ours tlog.TreeProof
		if text != "" {
			ours = hashes(strings.Split(text, "\n"))
		}
		must(tlog.CheckTree(ours, tree.N, tree.Hash, old.N, old.Hash), "check the consistency with "+file)
		theirs, err := tlog.ProveTree(tree.N, old.N, authentic)
		must(err, "prove the consistency with "+file)
		hold(fmt.Sprint(ours) == fmt.Sprint(theirs), file+" has the proof that Go makes from our tiles")
	}
	fmt.Printf("tlog: %d consistency proofs\n", len(olds))
}

// open checks the signature of a checkpoint and reads its three lines.
func open(verifier note.Verifier, msg []byte) tlog.Tree {
	opened, err := note.Open(msg, note.VerifierList(verifier))
	must(err, "open a checkpoint")
	lines := strings.Split(opened.Text, "\n")
	hold(len(lines) == 4 && lines[0] == verifier.Name() && lines[3] == "", "a checkpoint has its three lines")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "read a tree size")
	return tlog.Tree{N: size, Hash: hashes(lines[2:3])[0]}
}

func readEntries(ledger string, size int64) (entries [][]byte) {
	for index := int64(0); index*256 < size; index++ {
		tile := tlog.Tile{H: 8, L: 0, N: index, W: int(min(256, size-index*256))}
		bundle := read(ledger, strings.Replace(path(tile), "tile/0/", "tile/entries/", 1))
		for count := 0; len(bundle) > 0; count++ {
			hold(count < tile.W && len(bundle) >= 2, "a bundle has its number of entries")
			length := int(binary.BigEndian.Uint16(bundle))
			hold(len(bundle) >= 2+length, "a bundle ends with an entry")
			entries = append(entries, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	hold(int64(len(entries)) == size, "there are as many entries as the checkpoint says")
	return entries
}

// folder reads tiles for tlog.TileHashReader.
type folder string

func (folder) Height() int                     { return 8 }
func (folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (dir folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		bytes, err := os.ReadFile(filepath.Join(string(dir), path(tile)))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func path(tile tlog.Tile) string { return strings.Replace(tile.Path(), "tile/8/", "tile/", 1) }

func hashes(lines []string) (hashes []tlog.Hash) {
	for _, line := range lines {
		bytes, err := base64.StdEncoding.Strict().DecodeString(line)
		must(err, "read a hash")
		hold(len(bytes) == 32, "a hash has 32 bytes")
		var hash tlog.Hash
		copy(hash[:], bytes)
		hashes = append(hashes, hash)
	}
	return hashes
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func read(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(parts...))
	must(err, "read a file")
	return data
}

func hold(yes bool, what string) {
	if !yes {
		fmt.Println("DOES NOT HOLD:", what)
		os.Exit(1)
	}
}

func must(err error, what string) {
	hold(err == nil, fmt.Sprintf("%s: %v", what, err))
}
