package tty

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/muesli/cancelreader"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"
)

// escapeTime is how long an Esc is held because an answer, or a report of the mouse,
// may begin with it.
const escapeTime = 50 * time.Millisecond

// The mode in which the terminal turns text around that is read from the right, off
// and on: BDSM, ECMA-48, section 7.2.1.
const explicitOrder, implicitOrder = "\x1b[8l", "\x1b[8h"

// Keyboard is what is typed at a terminal. Make it with Open; its methods may be
// called concurrently.
type Keyboard struct {
	file  *os.File
	out   io.Writer
	saved *term.State
	keys  *os.File // what is typed can be read from here
	typed *os.File // and is written here

	answers    answers // owned by Run, as reports and told are
	reports    reports
	told       bool // background is closed
	background chan bool
}

// Open puts a terminal into raw mode and has it leave the order of characters as it is;
// if ask, it asks it for its background. Close gives the terminal back.
func Open(in *os.File, out io.Writer, ask bool) (*Keyboard, error) {
	saved, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return nil, fmt.Errorf("put the terminal into raw mode: %w", err)
	}
	k := &Keyboard{file: in, out: out, saved: saved, background: make(chan bool, 1)}
	k.keys, k.typed, err = packets()
	switch {
	case err != nil:
	case ask:
		_, err = io.WriteString(out, explicitOrder+question)
	default:
		_, err = io.WriteString(out, explicitOrder)
		k.answers.settled = true
		k.tell()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ask the terminal: %w", err), k.Close())
	}
	return k, nil
}

// Close leaves the terminal as Open found it. Run must have returned.
func (k *Keyboard) Close() error {
	_, err := io.WriteString(k.out, implicitOrder)
	err = errors.Join(err, term.Restore(int(k.file.Fd()), k.saved))
	if k.keys != nil {
		err = errors.Join(err, k.keys.Close(), k.typed.Close())
	}
	return err
}

// Keys is where what is typed can be read.
func (k *Keyboard) Keys() *os.File { return k.keys }

// Background receives whether the background is dark when the terminal has
// answered, and is closed when it is certain that there is no more to come.
func (k *Keyboard) Background() <-chan bool { return k.background }

// Run moves what is typed to Keys until ctx ends, which is no error, or the
// terminal does.
func (k *Keyboard) Run(ctx context.Context) error {
	in, err := cancelreader.NewReader(k.file)
	if err != nil {
		return fmt.Errorf("wait for keys: %w", err)
	}
	defer in.Close()
	g, ctx := errgroup.WithContext(ctx)
	stop := context.AfterFunc(ctx, func() {
		in.Cancel()
		_ = k.typed.SetWriteDeadline(time.Unix(1, 0)) // long past: nobody reads any more
	})
	defer stop()
	chunks := make(chan []byte)
	g.Go(func() error {
		defer close(chunks)
		return read(ctx, in, chunks)
	})
	g.Go(func() error { return k.sort(chunks) })
	return g.Wait()
}

// read hands on what comes, in pieces, until the reader is cancelled.
func read(ctx context.Context, in io.Reader, chunks chan<- []byte) error {
	for {
		buf := make([]byte, 256)
		n, err := in.Read(buf)
		switch {
		case errors.Is(err, cancelreader.ErrCanceled), errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read keys: %w", err)
		}
		select {
		case chunks <- buf[:n]:
		case <-ctx.Done():
			return nil
		}
	}
}

// sort takes the answers and broken reports out of the pieces and passes on the keys
// and the reports.
func (k *Keyboard) sort(chunks <-chan []byte) error {
	hold := time.NewTimer(0)
	defer hold.Stop()
	for {
		var pieces [][]byte
		select {
		case b, ok := <-chunks:
			if !ok {
				return nil
			}
			pieces = k.reports.take(k.answers.take(b))
			k.tell()
			if k.answers.unsure() || k.reports.unsure() {
				hold.Reset(escapeTime)
			}
		case <-hold.C:
			pieces = append(k.reports.take(k.answers.release()), k.reports.release())
		}
		for _, keys := range pieces {
			if done, err := k.pass(keys); done || err != nil {
				return err
			}
		}
	}
}

// pass passes on keys, or one report. It reports true when nobody reads any more.
func (k *Keyboard) pass(keys []byte) (done bool, err error) {
	if len(keys) == 0 {
		return false, nil
	}
	_, err = k.typed.Write(keys)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("pass on keys: %w", err)
	}
	return false, nil
}

// tell passes on what was answered, once.
func (k *Keyboard) tell() {
	if k.told || !k.answers.known && !k.answers.settled {
		return
	}
	if k.answers.known {
		k.background <- k.answers.dark
	}
	close(k.background)
	k.told = true
}
