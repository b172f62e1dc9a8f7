// Reads a log as Go's checksum database would, with the packages note and tlog of golang.org/x/mod, and signs a note for it.
// The test beside this folder gives it a folder and reads what it leaves there. Without modules, so that Debian's packages
// are enough: GO111MODULE=off GOPATH=/usr/share/gocode.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(holds bool, what ...interface{}) {
	if !holds {
		must(fmt.Errorf("does not hold: %v", what))
	}
}

func read(folder, name string) string {
	bytes, err := os.ReadFile(filepath.Join(folder, name))
	must(err)
	return string(bytes)
}

func hash(text string) (h tlog.Hash) {
	bytes, err := base64.StdEncoding.DecodeString(text)
	must(err)
	check(len(bytes) == len(h), "a hash has 32 bytes", text)
	copy(h[:], bytes)
	return h
}

func hashes(texts []string) (list []tlog.Hash) {
	for _, text := range texts {
		list = append(list, hash(text))
	}
	return list
}

func number(text string) int64 {
	value, err := strconv.ParseInt(text, 10, 64)
	must(err)
	return value
}

// files serves tiles from a folder, at the paths of tlog-tiles: those of sumdb without the height.
type files string

func (f files) Height() int                              { return 8 }
func (f files) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (f files) ReadTiles(tiles []tlog.Tile) (all [][]byte, err error) {
	for _, tile := range tiles {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		all = append(all, []byte(read(string(f), path)))
	}
	return all, nil
}

// cosigner is a witness by the letter of tlog-cosignature, over Go's own Ed25519.
type cosigner struct {
	name    string
	public  ed25519.PublicKey
	private ed25519.PrivateKey
	time    uint64
}

func (c *cosigner) Name() string { return c.name }

func (c *cosigner) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(c.name+"\n\x04"), c.public...))
	return binary.BigEndian.Uint32(sum[:])
}

func (c *cosigner) Sign(text []byte) ([]byte, error) {
	signature := ed25519.Sign(c.private, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", c.time, text)))
	return append(binary.BigEndian.AppendUint64(nil, c.time), signature...), nil
}

func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	return ed25519.Verify(c.public, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)), signature[8:])
}

func main() {
	folder := os.Args[1]

	// The checkpoint, signed by the log and cosigned by a witness.
	log, err := note.NewVerifier(read(folder, "log.key"))
	must(err)
	key := strings.Split(read(folder, "witness.key"), "+")
	public, err := base64.StdEncoding.DecodeString(key[2])
	must(err)
	check(public[0] == 4, "a cosigner's key")
	witness := &cosigner{name: key[0], public: public[1:]}
	check(key[1] == fmt.Sprintf("%08x", witness.KeyHash()), "the id of a cosigner's key")
	opened, err := note.Open([]byte(read(folder, "checkpoint")), note.VerifierList(log, witness))
	must(err)
	check(len(opened.Sigs) == 2 && len(opened.UnverifiedSigs) == 0, "two signatures")
	lines := strings.Split(opened.Text, "\n")
	tree := tlog.Tree{N: number(lines[1]), Hash: hash(lines[2])}

	// Entries: each hashed anew, into a tree that Go keeps.
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (list []tlog.Hash, err error) {
		for _, index := range indexes {
			list = append(list, stored[index])
		}
		return list, nil
	})
	for n := int64(0); n < tree.N; {
		tile := tlog.Tile{H: 8, L: 0, N: n / 256, W: 256}
		if tree.N-n < 256 {
			tile.W = int(tree.N - n)
		}
		bundle := []byte(read(folder, "tile/entries/"+strings.TrimPrefix(tile.Path(), "tile/8/0/")))
		for ; len(bundle) > 0; n++ {
			length := 2 + binary.BigEndian.Uint16(bundle)
			more, err := tlog.StoredHashes(n, bundle[2:length], reader)
			must(err)
			stored, bundle = append(stored, more...), bundle[length:]
		}
	}
	root, err := tlog.TreeHash(tree.N, reader)
	must(err)
	check(root == tree.Hash, "the root over the entries")

	// Tiles: Go makes the same proofs from them, and checks ours.
	tiles := tlog.TileHashReader(tree, files(folder))
	for _, line := range strings.Split(strings.TrimSpace(read(folder, "inclusion")), "\n") {
		parts := strings.Fields(line)
		index, leaf, proof := number(parts[0]), hash(parts[1]), hashes(parts[2:])
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf))
		own, err := tlog.ProveRecord(tree.N, index, tiles)
		must(err)
		check(len(own) == 0 && len(proof) == 0 || reflect.DeepEqual([]tlog.Hash(own), proof), "the inclusion proof of", index)
	}
	for _, line := range strings.Split(strings.TrimSpace(read(folder, "consistency")), "\n") {
		parts := strings.Fields(line)
		old, root, proof := number(parts[0]), hash(parts[1]), hashes(parts[2:])
		must(tlog.CheckTree(proof, tree.N, tree.Hash, old, root))
		own, err := tlog.ProveTree(tree.N, old, tiles)
		must(err)
		check(len(own) == 0 && len(proof) == 0 || reflect.DeepEqual([]tlog.Hash(own), proof), "the consistency proof of", old)
	}

	// A note of Go's, with our private key and a cosigner's.
	signer, err := note.NewSigner(read(folder, "secret.key"))
	must(err)
	witness.private = ed25519.NewKeyFromSeed([]byte(strings.Repeat("\x05", 32)))
	witness.public = witness.private.Public().(ed25519.PublicKey)
	witness.time = 1700000000
	signed, err := note.Sign(&note.Note{Text: opened.Text}, signer, witness)
	must(err)
	must(os.WriteFile(filepath.Join(folder, "signed"), signed, 0o600))
	fmt.Println("read", tree.N, "entries")
}
