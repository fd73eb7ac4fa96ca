package mirror

import (
	"fmt"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/topics"
)

// BenchmarkFrame is one frame of a bus that says 20,000 changes a second: 667
// messages are gathered, understood and drawn.
func BenchmarkFrame(b *testing.B) {
	for _, appliances := range []int{10, 1_000, 10_000} {
		b.Run(fmt.Sprintf("appliances=%d", appliances), func(b *testing.B) {
			now := time.Date(2026, 11, 20, 7, 30, 0, 0, time.UTC)
			s := newScreen(home.New(home.Plan{}, &message.Stamper{From: clientName, IDs: &message.Counted{}}), testPalette(true, termenv.TrueColor))
			s.resize(120, 40)
			var c gather.Collector
			c.Add(link.Event{Status: &link.Status{Up: true}})
			n := 0
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(gather.FrameTime)
				for range 20_000 / 30 {
					n++
					c.Add(said(topics.State("room", fmt.Sprintf("plug-%d", n%appliances)),
						fmt.Sprintf(`{"state":"on","power_w":%d,"energy_wh":%d}`, n%100, n)))
				}
				s.take(home.Moment{Wall: now, House: now}, c.Take())
				if s.view() == "" {
					b.Fatal("nothing was drawn")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)*30/10, "%core")
		})
	}
}
