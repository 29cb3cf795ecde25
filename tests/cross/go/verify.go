// Verify checks what teamchat hands out as proof, with the Go project's code and none of teamchat's.
//
// Whether a note is signed says golang.org/x/mod/sumdb/note, whether an entry is in a tree
// golang.org/x/mod/sumdb/tlog; both as the go command itself trusts them for sum.golang.org. What is
// here is the reading of the two text formats, from their pages: c2sp.org/tlog-proof and
// c2sp.org/tlog-checkpoint, and a witness's signature, from c2sp.org/tlog-cosignature.
//
//	verify proof VKEY WITNESS... -- FILE...    is an entry in the log?
//	verify pair VKEY ONE OTHER                 what do two checkpoints of one log say together?
//
// For each question one line is written; what is refused begins with "refused".
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) < 4 {
		fatal(errors.New("see the head of this program"))
	}
	log, err := note.NewVerifier(os.Args[2])
	fatal(err)
	switch rest := os.Args[3:]; os.Args[1] {
	case "proof":
		known := []note.Verifier{log}
		for rest[0] != "--" {
			witness, err := newWitness(rest[0])
			fatal(err)
			known, rest = append(known, witness), rest[1:]
		}
		for _, file := range rest[1:] {
			say(checkProof(file, log, known))
		}
	case "pair":
		say(compare(rest[0], rest[1], log))
	default:
		fatal(errors.New("see the head of this program"))
	}
}

// checkProof reads a c2sp.org/tlog-proof whose extra data are the entry.
func checkProof(file string, log note.Verifier, known []note.Verifier) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	head, signed, found := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", errors.New("not a proof")
	}
	extra, found := strings.CutPrefix(lines[1], "extra ")
	if !found {
		return "", errors.New("no entry")
	}
	entry, err := base64.StdEncoding.Strict().DecodeString(extra)
	if err != nil {
		return "", err
	}
	written, found := strings.CutPrefix(lines[2], "index ")
	index, err := number(written)
	if err != nil || !found {
		return "", errors.New("no index")
	}
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return "", err
		}
		path = append(path, hash)
	}
	tree, by, err := checkpoint([]byte(signed), log, known)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return "", err
	}
	return fmt.Sprintf("entry %d of %d, signed by %s: %s", index, tree.N, by, hex.EncodeToString(entry)), nil
}

// compare says what two checkpoints that one log has signed say of that log.
func compare(one, other string, log note.Verifier) (string, error) {
	var trees [2]tlog.Tree
	for at, file := range []string{one, other} {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if trees[at], _, err = checkpoint(data, log, []note.Verifier{log}); err != nil {
			return "", err
		}
	}
	a, b := trees[0], trees[1]
	switch {
	case a == b:
		return "the same", nil
	case a.N == b.N:
		return fmt.Sprintf("two trees of %d entries, both signed by %s", a.N, log.Name()), nil
	default:
		return fmt.Sprintf("%d entries, then %d, both signed by %s", a.N, b.N, log.Name()), nil
	}
}

// checkpoint opens a c2sp.org/tlog-checkpoint that the log itself has signed.
func checkpoint(data []byte, log note.Verifier, known []note.Verifier) (tlog.Tree, string, error) {
	var tree tlog.Tree
	opened, err := note.Open(data, note.VerifierList(known...))
	if err != nil {
		return tree, "", err
	}
	var names []string
	own := false
	for _, signature := range opened.Sigs {
		names = append(names, signature.Name)
		own = own || signature.Name == log.Name() && signature.Hash == log.KeyHash()
	}
	lines := strings.Split(opened.Text, "\n")
	if !own || len(lines) < 4 || lines[0] != log.Name() {
		return tree, "", errors.New("not a checkpoint of this log")
	}
	if tree.N, err = number(lines[1]); err != nil {
		return tree, "", err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, strings.Join(names, " and "), err
}

func number(written string) (int64, error) {
	value, err := strconv.ParseInt(written, 10, 64)
	if err != nil || value < 0 || strconv.FormatInt(value, 10) != written {
		return 0, errors.New("not a number")
	}
	return value, nil
}

// witness checks c2sp.org/tlog-cosignature, which note.NewVerifier does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a vkey")
	}
	id, err := hex.DecodeString(parts[1])
	if err != nil || len(id) != 4 {
		return nil, errors.New("not a key id")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return nil, errors.New("not the key of a witness")
	}
	return &witness{parts[0], binary.BigEndian.Uint32(id), key[1:]}, nil
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }
func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig[:8])
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, msg)
	return ed25519.Verify(w.key, []byte(text), sig[8:])
}

func say(verdict string, err error) {
	if err != nil {
		verdict = "refused: " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	fmt.Println(verdict)
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
