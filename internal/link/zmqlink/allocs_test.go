package zmqlink

import (
	"io"
	"testing"
	"time"

	"homebus/internal/zmtp"
)

// deaf is a wire that takes everything and says nothing.
type deaf struct{ scriptedHub }

func (*deaf) Write(b []byte) (int, error)      { return len(b), nil }
func (*deaf) SetWriteDeadline(time.Time) error { return nil }

// What a message costs on its way beside itself and what zmq4 needs: nothing.
func TestGuardsAllocateNothing(t *testing.T) {
	g := &guard{wire: &deaf{}, answered: make(chan struct{})}
	g.socket, g.far = newPipe()
	p := newPublisher(g)
	p.take(zmtp.Subscription{Subscribe: true})
	frames := benchMessage.Frames()
	m := item{frames: frames, wire: zmtp.AppendMessage(nil, frames)}
	out := newOutbox()
	out.rise()
	read := make([]byte, len(m.wire))
	for name, do := range map[string]func() error{
		"queued": func() error { err := out.put(benchMessage); out.take(); return err },
		"to the hub": func() error {
			p.reserve()
			if err := p.pass(m); err != nil {
				return err
			}
			return g.flush()
		},
		"from the hub": func() error {
			if err := g.tellZMQ(m.wire); err != nil {
				return err
			}
			if err := g.flushToZMQ(); err != nil {
				return err
			}
			_, err := io.ReadFull(g.far, read)
			return err
		},
	} {
		n := testing.AllocsPerRun(100, func() {
			if err := do(); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
