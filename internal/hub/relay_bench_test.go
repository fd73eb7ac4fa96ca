package hub

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"
)

// BenchmarkRelay relays messages of 64 B through the hub from one raw publisher
// to one raw subscriber, 64 KiB a write: on a topic that the hub does not want,
// on one that it remembers, on one whose will it minds, and on one of commands. What
// last values, wills and knowing who is offline cost is the difference.
func BenchmarkRelay(b *testing.B) {
	for _, topic := range []string{"bench/kitchen/toaster", "state/kitchen/toaster", "online/kitchen/toaste", "command/kitchen/toast"} {
		b.Run(strings.SplitN(topic, "/", 2)[0], func(b *testing.B) {
			h := start(b, Config{})
			sub := subscriberOf(b, h, topic)
			pub := publisherOf(b, h)
			_ = sub.SetDeadline(time.Time{})
			_ = pub.SetDeadline(time.Time{})
			payload := `{"online":true}` + strings.Repeat(" ", 49)
			message := zmtptest.Wire(topic, payload)
			per := (64 << 10) / len(message)
			chunk := bytes.Repeat(message, per)
			const ahead = 200 // chunks: less than waits for a subscriber
			received := make(chan struct{}, ahead)
			chunks := b.N/per + 1
			b.SetBytes(int64(len(message)))
			b.ResetTimer()
			done := make(chan struct{})
			go func() {
				defer close(done)
				buf := make([]byte, 256<<10)
				got, told := 0, 0
				for told < chunks {
					n, err := sub.Read(buf)
					if err != nil {
						b.Error(err)
						return
					}
					for got += n; told < got/len(chunk); told++ {
						received <- struct{}{}
					}
				}
			}()
			for i := range chunks {
				if i >= ahead {
					<-received
				}
				pub.Say(chunk)
			}
			<-done
		})
	}
}
