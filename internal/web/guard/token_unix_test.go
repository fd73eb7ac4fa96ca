//go:build unix

package guard

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe into which nobody writes keeps no hub from starting.
func TestTokenInAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ReadToken(path); err == nil || err.Error() != "token file "+path+": it is empty; want a token" {
		t.Error(err)
	}
}
