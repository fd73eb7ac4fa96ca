//go:build linux

// Package ptytest opens terminals whose other side a test holds, and which so
// answer nothing but what the test writes.
package ptytest

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// Open returns a terminal of so many cells, and the side from which what is
// written to it is read and what is typed at it is written. Both are closed at
// the test's end. Its source is pts(4).
func Open(t testing.TB, width, height uint16) (side, terminal *os.File) {
	t.Helper()
	side, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { side.Close() })
	conn, err := side.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	if ctrl := conn.Control(func(fd uintptr) {
		if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err == nil {
			number, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	}); ctrl != nil || err != nil {
		t.Fatal(ctrl, err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	if err := unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: height, Col: width}); err != nil {
		t.Fatal(err)
	}
	return side, terminal
}
