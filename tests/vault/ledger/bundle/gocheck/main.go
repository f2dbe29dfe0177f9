// Checks an unpacked evidence bundle with the libraries of Go's checksum database: golang.org/x/mod/sumdb/note and tlog.
//
//	gocheck FOLDER VERIFIER-KEY
//
// Opens the checkpoint, reads tiles, checks every record in tile/entries and the tree of every older checkpoint.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// files serves tiles out of a folder. Go's paths have the tile's height in front: tile/8/0/000 is tile/0/000 here.
type files struct{ folder string }

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var contents [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		content, err := os.ReadFile(filepath.Join(f.folder, path))
		if err != nil {
			return nil, err
		}
		contents = append(contents, content)
	}
	return contents, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func openCheckpoint(content []byte, verifiers note.Verifiers) tlog.Tree {
	opened, err := note.Open(content, verifiers)
	if err != nil {
		log.Fatalf("checkpoint: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	tree := tlog.Tree{}
	if _, err := fmt.Sscanf(lines[1], "%d", &tree.N); err != nil {
		log.Fatalf("size: %v", err)
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	if err != nil {
		log.Fatalf("root: %v", err)
	}
	return tree
}

func main() {
	log.SetFlags(0)
	folder := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		log.Fatalf("key: %v", err)
	}
	verifiers := note.VerifierList(verifier)
	content, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		log.Fatal(err)
	}
	tree := openCheckpoint(content, verifiers)
	hashes := tlog.TileHashReader(tree, files{folder})
	records := int64(0)
	for ; records < tree.N; records++ {
		checkRecord(folder, tree, hashes, records)
	}
	trees := checkOlder(folder, tree, hashes, verifiers)
	fmt.Printf("%d records, %d older trees\n", records, trees)
}

// checkRecord reads the entry out of its bundle and proves that it is in the tree.
func checkRecord(folder string, tree tlog.Tree, hashes tlog.HashReader, id int64) {
	entries := tlog.Tile{H: 8, L: -1, N: id / 256, W: 256}
	if rest := tree.N - entries.N*256; rest < 256 {
		entries.W = int(rest)
	}
	path := strings.Replace(entries.Path(), "tile/8/data/", "tile/entries/", 1)
	content, err := os.ReadFile(filepath.Join(folder, path))
	if err != nil {
		log.Fatal(err)
	}
	for skip := id % 256; skip > 0; skip-- {
		content = content[2+int(binary.BigEndian.Uint16(content)):]
	}
	record := content[2 : 2+int(binary.BigEndian.Uint16(content))]
	proof, err := tlog.ProveRecord(tree.N, id, hashes)
	if err != nil {
		log.Fatalf("record %d: %v", id, err)
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, id, tlog.RecordHash(record)); err != nil {
		log.Fatalf("record %d: %v", id, err)
	}
}

// checkOlder proves from the tiles, and from the proofs in the bundle, that each older tree is the beginning of this one.
func checkOlder(folder string, tree tlog.Tree, hashes tlog.HashReader, verifiers note.Verifiers) int {
	file, err := os.Open(filepath.Join(folder, "checkpoints/000.jsonl"))
	if err != nil {
		return 0
	}
	defer file.Close()
	count := 0
	for lines := bufio.NewScanner(file); lines.Scan(); count++ {
		var line struct {
			Checkpoint string   `json:"checkpoint"`
			Proof      []string `json:"proof"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			log.Fatal(err)
		}
		older := openCheckpoint([]byte(line.Checkpoint), verifiers)
		proof, err := tlog.ProveTree(tree.N, older.N, hashes)
		if err != nil {
			log.Fatalf("tree of %d: %v", older.N, err)
		}
		var stated tlog.TreeProof
		for _, text := range line.Proof {
			hash, err := tlog.ParseHash(text)
			if err != nil {
				log.Fatal(err)
			}
			stated = append(stated, hash)
		}
		for _, each := range []tlog.TreeProof{proof, stated} {
			if err := tlog.CheckTree(each, tree.N, tree.Hash, older.N, older.Hash); err != nil {
				log.Fatalf("tree of %d: %v", older.N, err)
			}
		}
	}
	return count
}
