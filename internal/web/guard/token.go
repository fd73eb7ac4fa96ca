package guard

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// MinToken is the shortest token, in characters: 16 of a random text are more than can be
// tried.
const MinToken = 16

// maxToken is the longest, in bytes; it comes in a header.
const maxToken = 4 << 10

// Token is a secret that lets publish; the zero Token is none. It keeps no more of it than
// is needed to know it again.
type Token struct {
	sum [sha256.Size]byte
	set bool
}

// NewToken returns the token of a text. The error says why it is none.
func NewToken(text string) (Token, error) {
	switch {
	case text == "":
		return Token{}, errors.New("it is empty; want a token")
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return Token{}, errors.New("want one token on one line, of visible ASCII characters")
	case len(text) < MinToken:
		return Token{}, fmt.Errorf("the token has %d characters; want %d or more", len(text), MinToken)
	}
	return Token{sum: sha256.Sum256([]byte(text)), set: true}, nil
}

// ReadToken reads the token in a file: all that is in it but for white space around it.
// open says that users of the machine other than its owner and group may read it too.
func ReadToken(path string) (token Token, open bool, err error) {
	text, open, err := readSecret(path)
	if unread := (*fs.PathError)(nil); errors.As(err, &unread) { // the system's call is nothing to its user
		err = unread.Err
	}
	if err == nil {
		token, err = NewToken(strings.TrimSpace(text))
	}
	if err != nil {
		return Token{}, open, fmt.Errorf("token file %s: %w", path, err)
	}
	return token, open, nil
}

// readSecret reads a short file, and says whether everybody may.
func readSecret(path string) (text string, open bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", false, err
	}
	if info.IsDir() {
		return "", false, errors.New("it is a directory; want a file")
	}
	// A pipe into which nobody writes is empty, and not waited for.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", false, err
	}
	defer func() { _ = f.Close() }()
	content, err := io.ReadAll(io.LimitReader(f, maxToken+1))
	if err == nil && len(content) > maxToken {
		err = fmt.Errorf("it has more than %d bytes; want one token", maxToken)
	}
	return string(content), info.Mode().IsRegular() && info.Mode().Perm()&0o004 != 0, err
}

func (t Token) isSet() bool { return t.set }

// matches compares in a time that tells nothing of the token, nor of its length.
func (t Token) matches(text string) bool {
	sum := sha256.Sum256([]byte(text))
	return subtle.ConstantTimeCompare(t.sum[:], sum[:]) == 1 && t.set
}
