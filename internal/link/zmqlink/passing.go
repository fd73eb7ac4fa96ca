package zmqlink

import (
	"fmt"
	"io"
	"time"
)

// joined is how many bytes of messages a guard passes on at once, while more of them are
// there to be read; else a message is passed on as soon as it is whole.
const joined = 16 << 10

// flushing is a source that lets go what waits before it may have to wait itself.
type flushing struct {
	io.Reader
	flush func() error
}

func (f flushing) Read(b []byte) (int, error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	return f.Reader.Read(b)
}

// flushIfQuiet writes what waits unless zmq4 has said more meanwhile.
func (g *guard) flushIfQuiet() error {
	if g.socket.in.empty() {
		return g.flush()
	}
	return nil
}

// tellZMQ gives zmq4 a message, together with others if more have come.
func (g *guard) tellZMQ(wire []byte) error {
	if len(g.toZMQ)+len(wire) > joined {
		if err := g.flushToZMQ(); err != nil {
			return err
		}
	}
	if len(wire) > joined {
		return g.writeToZMQ(wire)
	}
	g.toZMQ = append(g.toZMQ, wire...)
	return nil
}

func (g *guard) flushToZMQ() error {
	waits := g.toZMQ
	if len(waits) == 0 {
		return nil
	}
	if g.toZMQ = waits[:0]; cap(waits) > keptRing && len(waits) <= keptRing/2 {
		g.toZMQ = nil // it is quiet again
	}
	return g.writeToZMQ(waits)
}

func (g *guard) writeToZMQ(b []byte) error {
	if _, err := g.socket.Write(b); err != nil {
		return fmt.Errorf("pass a message to zmq4: %w", err)
	}
	return nil
}

// write sends what waits, and behind it what build appends.
func (g *guard) write(build func(b []byte) []byte) error {
	g.writing.Lock()
	defer g.writing.Unlock()
	g.buf = build(g.buf)
	return g.writeWaiting()
}

// flush sends what waits.
func (g *guard) flush() error {
	g.writing.Lock()
	defer g.writing.Unlock()
	return g.writeWaiting()
}

// writeWaiting is called with writing held.
func (g *guard) writeWaiting() error {
	waits := g.buf
	if len(waits) == 0 {
		return nil
	}
	if g.buf = waits[:0]; cap(waits) > keptRing && len(waits) <= keptRing/2 {
		g.buf = nil // it is quiet again
	}
	return g.writeWire(waits)
}

// writeWire is called with writing held.
func (g *guard) writeWire(b []byte) error {
	if err := g.wire.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	_, err := g.wire.Write(b)
	return readable(err)
}

// send sends a message, in wire form, which may wait for others until flush.
func (g *guard) send(wire []byte) error {
	g.writing.Lock()
	defer g.writing.Unlock()
	g.count()
	if len(g.buf)+len(wire) > joined {
		if err := g.writeWaiting(); err != nil {
			return err
		}
	}
	if len(wire) > joined {
		return g.writeWire(wire)
	}
	g.buf = append(g.buf, wire...)
	return nil
}

// count counts a message sent.
func (g *guard) count() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sent++
}
