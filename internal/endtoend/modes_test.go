//go:build linux

package endtoend

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// modeChange is a mode of the terminal that is set or reset (ECMA-48, SM and RM;
// with "?" one of DEC's).
var modeChange = regexp.MustCompile(`\x1b\[(\??)([0-9;]+)([hl])`)

// modesAfter returns which modes are set and which reset by what was written, as far as
// they were changed at all: "?25" to true.
func modesAfter(written string) map[string]bool {
	modes := make(map[string]bool)
	for _, m := range modeChange.FindAllStringSubmatch(written, -1) {
		for n := range strings.SplitSeq(m[2], ";") {
			modes[m[1]+n] = m[3] == "h"
		}
	}
	return modes
}

// Modes that are set in a terminal as it comes: the cursor is shown, and text from the
// right is turned around where that is known.
var setFromTheStart = map[string]bool{"?25": true, "8": true}

// However the mirror ends, short of SIGKILL, each mode of the terminal is as before:
// another screen, the cursor, the mouse, the brackets around a paste.
func TestTheTerminalIsAsBefore(t *testing.T) {
	t.Parallel()
	ends := map[string]func(*sitting){
		"q":       func(s *sitting) { s.types("q") },
		"ctrl-c":  func(s *sitting) { s.types("\x03") },
		"SIGINT":  func(s *sitting) { s.Signal(os.Interrupt) },
		"SIGTERM": func(s *sitting) { s.Signal(syscall.SIGTERM) },
	}
	for _, name := range slices.Sorted(maps.Keys(ends)) {
		s := sit(t, nil, "--demo", "--scenes", scenes)
		s.Await(`[1-9]\d* msg/s`) // which the first second has shown
		during := modesAfter(s.Text())
		if !during["?1049"] || during["?25"] || during["8"] {
			t.Errorf("while it draws, modes are %v", during)
		}
		ends[name](s)
		select {
		case <-s.Ended():
		case <-time.After(promptly):
			t.Errorf("%s: it has not ended in %v", name, promptly)
			continue
		}
		s.Await(`\x1b\[8h`) // the last that it says
		for mode, set := range modesAfter(s.Text()) {
			if set != setFromTheStart[mode] {
				t.Errorf("%s: mode %s is left %s", name, mode, map[bool]string{true: "set", false: "reset"}[set])
			}
		}
	}
}

const (
	// watching is for how long a quiet house is watched.
	watching = 5 * time.Second
	// littleWritten is how much may be written meanwhile, in bytes a second: over the
	// slowest line to a terminal, 9600 baud, that is half of it.
	littleWritten = 500
)

// A quiet house is a still picture: what changes each second is written, and nothing
// is cleared or drawn anew, nor does the cursor flash.
func TestAQuietHouseIsAStillPicture(t *testing.T) {
	t.Parallel()
	s := sit(t, nil, "--demo", "--scenes", scenes)
	s.Await(`[1-9]\d* msg/s`)     // which the first second has shown
	<-time.After(2 * time.Second) // what was said at the start no longer counts in the rate
	begin := len(s.Text())
	<-time.After(watching)
	written := s.Text()[begin:]
	t.Logf("%.0f bytes a second: %q", float64(len(written))/watching.Seconds(), written[:min(len(written), 400)])
	if len(written) > littleWritten*int(watching.Seconds()) {
		t.Errorf("%d bytes in %v", len(written), watching)
	}
	for _, no := range []string{"\x1b[2J", "\x1b[J", "\x1b[?25", "\x1b[?1049", "BATHROOM", "──────"} {
		if n := strings.Count(written, no); n > 0 {
			t.Errorf("%q is written %d times", no, n)
		}
	}
}
