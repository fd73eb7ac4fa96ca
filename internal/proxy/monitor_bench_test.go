package proxy

import (
	"bytes"
	"strings"
	"testing"

	"homebus/internal/zmtp/zmtptest"
)

// BenchmarkMonitor passes what is read at once, messages of 64 B with a topic of 21,
// to one subscriber, whose queue is then emptied: without a monitor, with one that
// nobody listens to, and with one listener. No network is in it. "alike" has one topic,
// so that all of it is one run, "apart" another subscriber for each message, so that
// each is a run by itself. Each iteration is one message.
func BenchmarkMonitor(b *testing.B) {
	one := zmtptest.Wire("bench/kitchen/toaster", strings.Repeat("x", 64))
	two := zmtptest.Wire("bench/kitchen/oven..2", strings.Repeat("x", 64))
	for name, pair := range map[string][]byte{"alike": append(bytes.Clone(one), one...), "apart": append(bytes.Clone(one), two...)} {
		buf := bytes.Repeat(pair, 300)
		b.Run("none/"+name, func(b *testing.B) { passAll(b, start(b, Config{}), buf) })
		b.Run("unheard/"+name, func(b *testing.B) { passAll(b, startMonitored(b, Config{}), buf) })
		b.Run("heard/"+name, func(b *testing.B) {
			f := startMonitored(b, Config{})
			f.monitor.present.Add(1) // as if the listener were connected
			l := f.monitor.Attach("listener")
			defer l.Close()
			if err := l.Subscribe("in"); err != nil {
				b.Fatal(err)
			}
			passAll(b, f, buf, l)
		})
	}
}

func passAll(b *testing.B, f *Forwarder, buf []byte, more ...*Local) {
	x := f.board
	for _, prefix := range []string{"bench/kitchen/toaster", "bench/kitchen/oven"} {
		l := f.Attach("subscriber")
		defer l.Close()
		if err := l.Subscribe(prefix); err != nil {
			b.Fatal(err)
		}
		more = append(more, l)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; {
		x.mu.Lock()
		pass := batch{board: x}
		for from := 0; from < len(buf) && i < b.N; i++ {
			found, _ := scan(buf[from:], &x.limits.Wire)
			pass.add(buf, from, &found)
			from += found.size
		}
		pass.flush()
		x.mu.Unlock()
		for _, l := range more {
			var parts [writeAhead][]byte
			for len(l.sink.take(parts[:0])) > 0 {
				l.sink.wrote()
			}
		}
	}
}
