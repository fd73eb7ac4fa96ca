//go:build linux

package endtoend

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"homebus/internal/web/page/browsertest"
)

// taps is how often BenchmarkTap touches the light, and rest how long it waits before each:
// the page takes a second touch too soon for a double tap.
const (
	taps = 100
	rest = 400 * time.Millisecond
)

// BenchmarkTap measures how long it takes from a touch in a browser, by the browser's own
// clock, until the mirror has written the appliance's report to its terminal: page, hub,
// simulated light, hub, mirror, five processes with the browser's two. Run it with
// -benchtime 1x.
func BenchmarkTap(b *testing.B) {
	at, http := newPlace(b), freeAddress(b)
	at.start(b, "bus", "serve", "--scenes", scenes, "--http", http).Await("msg=listening")
	at.start(b, "sim", "--scenes", scenes).Await("msg=simulating")
	s := sitAt(b, 120, 40, nil, "--scenes", scenes, "--frontend", at.frontend, "--backend", at.backend)
	s.Await(`bus .*msg/s`)
	p := browsertest.Open(b, "http://"+http+"/", browsertest.Window{Width: 1280, Height: 800})
	p.Await(row("bathroom light", ".state") + ` === 'off'`)
	for range b.N {
		var took []time.Duration
		for i := range taps {
			word := []string{"on", "off"}[i%2]
			<-time.After(rest)
			from := len(s.Text())
			touched := browsertest.Eval[float64](p, `(() => {
				const now = performance.timeOrigin + performance.now();
				document.querySelector('[aria-label^="bathroom light,"]').click();
				return now;
			})()`)
			took = append(took, s.written(from, regexp.MustCompile(`light +`+word+`( +\d| *$|\s*│)`)).Sub(time.UnixMicro(int64(touched*1000))))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[taps/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[taps*99/100].Microseconds())/1000, "p99-ms")
	}
	b.ReportMetric(0, "ns/op")
}

// written waits until the terminal was written a text, behind what it had before, and
// returns when that was seen, to a millisecond.
func (s *sitting) written(from int, text *regexp.Regexp) time.Time {
	s.t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for late := time.After(patience); ; {
		select {
		case <-look.C:
			if text.MatchString(ansi.Strip(s.Text()[from:])) {
				return time.Now()
			}
		case <-late:
			s.t.Fatalf("the terminal was not written %s:\n%q", text, s.Text()[from:])
		}
	}
}
