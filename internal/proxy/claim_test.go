package proxy

import (
	"log/slog"
	"strings"
	"testing"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// What many publishers hold of messages that never become whole stays within a
// total; an honest publisher of a large message gets it through meanwhile.
func TestUnfinishedMessagesStayWithinATotal(t *testing.T) {
	const total = 8 << 20
	lines := &countingWriter{word: "--incoming-total"}
	f := start(t, Config{Limits: Limits{IncomingTotal: total}, Log: slog.New(slog.NewTextHandler(lines, nil))})
	p := startPair(t, f)
	whole := zmtptest.Wire("pair", strings.Repeat("x", 4<<20))
	unfinished := append(zmtp.AppendFrame(nil, []byte("pair"), true), zmtp.AppendHeader(nil, 0, 4<<20)...)
	unfinished = append(unfinished, make([]byte, 900<<10)...)
	var cut []*zmtptest.Peer
	for i := range 20 {
		stuck := publisherOf(t, f)
		stuck.Say(unfinished)
		cut = append(cut, stuck)
		if i%5 == 4 {
			p.pub.Say(whole)
			p.sub.Want("pair|" + strings.Repeat("x", 4<<20))
		}
	}
	zmtptest.Eventually(t, "what is too much is given up", func() bool {
		n := f.Stats().Publishers
		return n < 11 && f.board.arriving.used.Load() <= total
	})
	if n := f.Stats().Publishers; n < 4 {
		t.Errorf("%d publishers are left", n)
	}
	for _, c := range cut[:5] {
		c.WantClosed()
	}
	p.relays()
	if lines.n.Load() == 0 {
		t.Error("no line names the limit")
	}
	for _, c := range cut {
		_ = c.Close()
	}
	zmtptest.Eventually(t, "all is given back", func() bool { return f.board.arriving.used.Load() == 0 })
}
