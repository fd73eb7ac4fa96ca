//go:build linux

package tty

import (
	"context"
	"io"
	"testing"
	"time"

	"golang.org/x/term"

	"homebus/internal/mirror/tty/ptytest"
)

// sit opens a keyboard at a terminal, reads its question, and runs it until the
// test calls what is returned.
func sit(t *testing.T) (k *Keyboard, typed io.Writer, end func()) {
	t.Helper()
	side, terminal := ptytest.Open(t, 80, 24)
	before, err := term.GetState(int(terminal.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	k, err = Open(terminal, terminal, true)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, side, explicitOrder+question)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	return k, side, func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run ended with %v", err)
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
		expect(t, side, implicitOrder)
		if after, err := term.GetState(int(terminal.Fd())); err != nil || *after != *before {
			t.Errorf("the terminal is not as it was: %v (%v)", after, err)
		}
	}
}

// expect reads from the terminal what was written to it.
func expect(t *testing.T, side io.Reader, text string) {
	t.Helper()
	got := make([]byte, len(text))
	if n, err := io.ReadFull(side, got); err != nil || string(got) != text {
		t.Fatalf("written %q (%v), want %q", got[:n], err, text)
	}
}

// types types, and expects keys to arrive.
func types(t *testing.T, k *Keyboard, typed io.Writer, text, keys string) {
	t.Helper()
	if _, err := io.WriteString(typed, text); err != nil {
		t.Fatal(err)
	}
	if err := k.Keys().SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(keys))
	if n, err := io.ReadFull(k.Keys(), got); err != nil || string(got) != keys {
		t.Errorf("after %q the keys are %q (%v), want %q", text, got[:n], err, keys)
	}
}

func TestKeyboardOfATerminalThatAnswers(t *testing.T) {
	k, typed, end := sit(t)
	types(t, k, typed, "a"+light+attributes+"b", "ab")
	if dark, ok := <-k.Background(); dark || !ok {
		t.Errorf("dark %t, answered %t", dark, ok)
	}
	if _, ok := <-k.Background(); ok {
		t.Error("answered twice")
	}
	end()
}

func TestKeyboardOfATerminalWithoutColours(t *testing.T) {
	k, typed, end := sit(t)
	types(t, k, typed, attributes+"b", "b")
	if _, ok := <-k.Background(); ok {
		t.Error("a background came out of nothing")
	}
	end()
}

func TestKeyboardOfASilentTerminal(t *testing.T) {
	k, typed, end := sit(t)
	types(t, k, typed, "\x1b", "\x1b") // held, and released
	types(t, k, typed, "x\x1b[A", "x\x1b[A")
	select {
	case <-k.Background():
		t.Error("a background came out of nothing")
	default:
	}
	end()
}

// Whoever does not read the keys any more does not keep the keyboard from ending.
func TestKeyboardEndsWhileNobodyReads(t *testing.T) {
	k, _, end := sit(t)
	if err := k.typed.SetWriteDeadline(time.Now()); err != nil { // as with a full pipe
		t.Fatal(err)
	}
	end()
}
