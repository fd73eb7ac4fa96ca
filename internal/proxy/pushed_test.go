package proxy

import (
	"bytes"
	"testing"
)

func TestWithout(t *testing.T) {
	for n, want := range []string{"abcdef", "bcdef", "cdef", "def", "ef", "f", ""} {
		left := without([][]byte{[]byte("ab"), nil, []byte("c"), []byte("def")}, n)
		if got := string(bytes.Join(left, nil)); got != want {
			t.Errorf("without %d bytes: %q, want %q", n, got, want)
		}
		if n == 6 && len(left) != 0 {
			t.Errorf("%d parts are left of nothing", len(left))
		}
	}
}
