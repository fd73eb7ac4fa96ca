package main

import "testing"

func TestVisibleLine(t *testing.T) {
	if got, want := visibleLine("a\tb\x1b[2J\r\xff"), "a\tb\\x1b[2J\\x0d\\xff"; got != want {
		t.Errorf("%q; want %q", got, want)
	}
}
