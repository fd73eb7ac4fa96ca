package guard

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadToken(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		err := errors.Join(os.WriteFile(path, []byte(content), mode), os.Chmod(path, mode)) // whatever the umask
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	const secret = "0123456789abcdef"
	for _, tt := range []struct {
		path, wrong string
		open        bool
	}{
		{path: file("good", secret+"\n", 0o600)},
		{path: file("crlf", "\n "+secret+" \r\n", 0o640)},
		{path: file("open", secret, 0o644), open: true},
		{path: file("empty", "", 0o600), wrong: "it is empty; want a token"},
		{path: file("blank", " \n\n", 0o600), wrong: "it is empty; want a token"},
		{path: file("short", secret[1:], 0o600), wrong: "the token has 15 characters; want 16 or more"},
		{path: file("two", secret+"\n"+secret, 0o600), wrong: "want one token on one line, of visible ASCII characters"},
		{path: file("umlaut", secret+"ä", 0o600), wrong: "want one token on one line, of visible ASCII characters"},
		{path: file("binary", secret+"\x00", 0o600), wrong: "want one token on one line, of visible ASCII characters"},
		{path: file("long", strings.Repeat("x", 4097), 0o600), wrong: "it has more than 4096 bytes; want one token"},
		{path: filepath.Join(dir, "missing"), wrong: "no such file or directory"},
		{path: dir, wrong: "it is a directory; want a file"},
	} {
		token, open, err := ReadToken(tt.path)
		if tt.wrong != "" {
			if want := "token file " + tt.path + ": " + tt.wrong; err == nil || err.Error() != want || token.isSet() {
				t.Errorf("%v, want %s", err, want)
			}
			continue
		}
		if err != nil || open != tt.open || !token.matches(secret) || token.matches(secret+"\n") {
			t.Errorf("%s: open %t, matches %t, %v", tt.path, open, token.matches(secret), err)
		}
	}
}
