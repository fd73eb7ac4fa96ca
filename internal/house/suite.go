package house

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"homebus/devices"
	"homebus/internal/scene"
)

// Suite plays the tests of a file and prints what comes of them.
type Suite struct {
	File *scene.File
	// Run picks the tests whose names match; nil is all.
	Run *regexp.Regexp
	// Seed, if not nil, takes the place of the seed of every test.
	Seed *uint64
	// Verbose prints tests that pass too.
	Verbose bool
	// JSON prints one object a test instead of words; see Report.
	JSON bool
}

// Play plays the tests in the file's order and prints each when it is over, and
// whether all passed. What it prints depends on the file and the seed
// alone: no wall-clock time is in it. The error is of writing to w, or of ctx if that ends
// before the last test does.
func (s *Suite) Play(ctx context.Context, w io.Writer) (passed bool, err error) {
	out := &printer{w: w, path: s.File.Path, verbose: s.Verbose, seed: s.Seed}
	played, failed := 0, 0
	var virtual time.Duration
	for _, t := range s.File.Tests {
		if s.Run != nil && !s.Run.MatchString(t.Name) {
			continue
		}
		if s.Seed != nil {
			t = seeded(t, *s.Seed)
		}
		r, err := runTest(ctx, s.File, t)
		if err != nil {
			return false, err
		}
		played++
		virtual += r.Virtual
		if !r.Passed() {
			failed++
		}
		if s.JSON {
			out.json(&r)
		} else {
			out.result(&r)
		}
	}
	if !s.JSON {
		out.summary(played, failed, len(s.File.Tests), virtual)
	}
	return failed == 0, out.err
}

// seeded returns a test with another seed.
func seeded(t *scene.Test, seed uint64) *scene.Test {
	other := *t
	other.Seed = seed
	return &other
}

// printer prints results as go test does.
type printer struct {
	w       io.Writer
	path    string
	verbose bool
	seed    *uint64 // of the whole run; nil if each test has its own
	err     error   // of the first write that failed
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) result(r *Result) {
	switch {
	case !r.Passed():
		p.headline("FAIL", r)
	case p.verbose:
		p.headline("PASS", r)
	default:
		return
	}
	said := make(map[string]bool)
	for _, f := range r.Failures {
		p.failure(r, f)
		p.reasons(r, f, said)
	}
	if !r.Passed() {
		p.messages(r)
		p.decisions(r)
		p.printf("    play it again: %s\n", shown(p.again(r)))
	}
}

func (p *printer) headline(word string, r *Result) {
	p.printf("--- %s: %s (virtual %s, %s)\n", word, oneLine(r.Test.Name), devices.DurationText(r.Virtual), messageCount(r.Messages))
}

// failure prints
//
//	scenes.toml:101: at 1m1s (06:30:01): want kitchen/toaster is toasting, found idle
func (p *printer) failure(r *Result, f Failure) {
	where := fmt.Sprintf("%s:%d", shown(p.path), f.Pos.Line)
	if f.When != "" {
		where += ": " + f.When
	}
	p.printf("    %s (%s): want %s, found %s\n", where, clock(r, f.At), oneLine(f.Want), oneLine(f.Found))
}

// reasons prints how it came to what was found, and why it did not come to what was
// wanted, but for most of what has been said of this test already:
//
//	chain: kitchen/coffee idle (06:42:20) ← scene coffee-failed, step 1: kitchen/coffee stop ← …
//	scene morning (06:30:00): not run (bathroom/switch press): kitchen/toaster loaded is true does not hold (found false)
func (p *printer) reasons(r *Result, f Failure, said map[string]bool) {
	var lines []string
	if len(f.Chain) > 0 {
		lines = append(lines, "chain: "+chainText(r, f))
	}
	for _, d := range f.Decisions {
		lines = append(lines, fmt.Sprintf("scene %s (%s): %s", d.Scene, clock(r, d.At), oneLine(d.Text())))
	}
	for i, line := range lines {
		if !said[line] || i == len(lines)-1 { // not to leave a failure without a reason
			p.printf("        %s\n", line)
		}
		said[line] = true
	}
}

// chainText joins the links of a chain, with the time wherever it is another one.
func chainText(r *Result, f Failure) string {
	var b strings.Builder
	at := f.At
	for i, l := range f.Chain {
		if i > 0 {
			b.WriteString(" ← ")
		}
		b.WriteString(oneLine(l.Text))
		if !l.At.Equal(at) {
			fmt.Fprintf(&b, " (%s)", clock(r, l.At))
			at = l.At
		}
	}
	return b.String()
}

// again returns the command that plays a test alone once more.
func (p *printer) again(r *Result) string { return again(p.path, r.Test.Name, p.seed) }

func (p *printer) messages(r *Result) {
	if len(r.Last) == 0 {
		return
	}
	when := "that"
	if len(r.Failures) > 1 {
		when = "the first of these"
	}
	p.printf("    the last messages before %s:\n", when)
	wide := widest(r)
	for _, e := range r.Last {
		p.printf("        %-*s  %-26s %s%s\n", wide, clock(r, e.At), oneLine(e.Message.Topic), oneLine(string(e.Message.Payload)), cause(r, e))
	}
}

// decisions prints what the scenes decided last, where no failure says that of those
// that it is about.
func (p *printer) decisions(r *Result) {
	concerned := func(f Failure) bool { return len(f.Decisions) > 0 }
	if len(r.Decisions) == 0 || slices.ContainsFunc(r.Failures, concerned) {
		return
	}
	p.printf("    what the scenes decided last:\n")
	wide := widest(r)
	for _, d := range r.Decisions {
		who := d.Scene
		if who == "" {
			who = "-"
		}
		p.printf("        %-*s  %-26s %s\n", wide, clock(r, d.At), who, oneLine(d.Text()))
	}
}

// summary prints ok or FAIL, the file, and what was played.
func (p *printer) summary(played, failed, all int, virtual time.Duration) {
	tests := fmt.Sprintf("%d tests", played)
	if played == 1 {
		tests = "1 test"
	}
	switch {
	case failed > 0:
		p.printf("FAIL\t%s\t%d of %s failed (virtual %s)\n", shown(p.path), failed, tests, devices.DurationText(virtual))
	case all == 0:
		p.printf("ok  \t%s\t[no tests in the file]\n", shown(p.path))
	case played == 0:
		p.printf("ok  \t%s\t[no tests to run]\n", shown(p.path))
	default:
		p.printf("ok  \t%s\t%s (virtual %s)\n", shown(p.path), tests, devices.DurationText(virtual))
	}
}

func messageCount(n int) string {
	if n == 1 {
		return "1 message"
	}
	return fmt.Sprintf("%d messages", n)
}
