package filewire

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Window is how many bytes a sum of a Proof is of, at most.
const Window = 1024

// Proof says how the first Size bytes of a file begin and end. Two files that agree in it
// and differ before Size can only have been made so: they are taken for the same.
type Proof struct {
	Size int64 `json:"size"`
	// Head is the SHA-256 of the first Window bytes, or of all if there are fewer, Last
	// that of as many before Size. Both in hexadecimal.
	Head string `json:"head"`
	Last string `json:"last"`
}

// Prove returns the Proof of the first size bytes of r, or the error of reading them:
// io.EOF or io.ErrUnexpectedEOF if there are fewer.
func Prove(r io.ReaderAt, size int64) (Proof, error) {
	window := make([]byte, min(size, Window))
	head, err := sum(r, window, 0)
	if err != nil {
		return Proof{}, err
	}
	last, err := sum(r, window, size-int64(len(window)))
	if err != nil {
		return Proof{}, err
	}
	return Proof{Size: size, Head: head, Last: last}, nil
}

// ProveOf returns the Proof of size bytes of which the first and the last are those: Window
// bytes each, or all.
func ProveOf(head, last []byte, size int64) Proof {
	return Proof{Size: size, Head: digest(head), Last: digest(last)}
}

// Holds reports whether r begins with what p is of.
func (p Proof) Holds(r io.ReaderAt) bool {
	if p.Size < 0 {
		return false
	}
	got, err := Prove(r, p.Size)
	return err == nil && got == p
}

func sum(r io.ReaderAt, into []byte, offset int64) (string, error) {
	if _, err := io.ReadFull(io.NewSectionReader(r, offset, int64(len(into))), into); err != nil {
		return "", err
	}
	return digest(into), nil
}

func digest(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
