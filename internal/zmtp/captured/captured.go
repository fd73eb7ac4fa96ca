// Package captured holds sessions that libzmq 4.3.4 and a hand-written peer
// exchanged over loopback, byte by byte: what real traffic looks like, for the
// tests of whatever reads it and as seeds for fuzzing. README.md beside this file
// says how they were made and what a line of them means. They are part of the
// binary that imports this package, which only tests do.
package captured

import (
	"bufio"
	"bytes"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
)

//go:embed sessions
var files embed.FS

// The two sides of a session.
const (
	Libzmq = 'L' // written by libzmq
	Peer   = 'R' // written by its hand-written peer
)

// Event is one line of a session.
type Event struct {
	Side  byte // Libzmq or Peer
	Bytes []byte
	// Comment is the comment before the line, "" if it continues the last.
	Comment string
}

// Names returns the names of all sessions, sorted.
func Names() []string {
	entries, err := files.ReadDir("sessions")
	if err != nil {
		panic(err) // it is embedded
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".hex"); ok {
			names = append(names, name)
		}
	}
	return names
}

// Session returns the lines of a session in which bytes are written. A name that
// is none, or a file that is damaged, is a panic.
func Session(name string) []Event {
	var events []Event
	comment := ""
	for s := bufio.NewScanner(bytes.NewReader(File(name + ".hex"))); s.Scan(); {
		kind, rest, _ := strings.Cut(s.Text(), " ")
		switch kind {
		case "#":
			comment = rest
		case "L", "R":
			b, err := hex.DecodeString(rest)
			if err != nil {
				panic(fmt.Sprintf("captured session %s: %v", name, err))
			}
			events = append(events, Event{Side: kind[0], Bytes: b, Comment: comment})
			comment = ""
		}
	}
	return events
}

// File returns a file as it is, such as greeting_null_31.bin. A name that is none
// is a panic.
func File(name string) []byte {
	b, err := files.ReadFile(path.Join("sessions", name))
	if err != nil {
		panic(err)
	}
	return b
}

// Connections cuts a session where a side greets a second time.
func Connections(events []Event) [][]Event {
	var conns [][]Event
	greeted := map[byte]bool{}
	from := 0
	for i, e := range events {
		if !bytes.HasPrefix(e.Bytes, []byte{0xff, 0, 0, 0, 0, 0, 0, 0}) {
			continue
		}
		if greeted[e.Side] {
			conns = append(conns, events[from:i])
			greeted, from = map[byte]bool{}, i
		}
		greeted[e.Side] = true
	}
	return append(conns, events[from:])
}

// Stream joins what one side wrote.
func Stream(events []Event, side byte) []byte {
	var b []byte
	for _, e := range events {
		if e.Side == side {
			b = append(b, e.Bytes...)
		}
	}
	return b
}

// Streams returns everything that one side wrote on one connection, from its
// greeting on, of both sides of all connections of all sessions; those of no
// bytes are left out.
func Streams() [][]byte {
	var all [][]byte
	for _, name := range Names() {
		for _, conn := range Connections(Session(name)) {
			for _, side := range []byte{Libzmq, Peer} {
				if b := Stream(conn, side); len(b) > 0 {
					all = append(all, b)
				}
			}
		}
	}
	return all
}
