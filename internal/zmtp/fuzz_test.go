package zmtp

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"homebus/internal/zmtp/captured"
)

// seedCaptured adds both directions of every captured connection, from its
// greeting or from after it.
func seedCaptured(f *testing.F, from int) {
	for _, b := range captured.Streams() {
		if len(b) > from {
			f.Add(b[from:])
		}
	}
}

var fuzzLimits = Limits{Frame: 1 << 12, Message: 1 << 13, Parts: 8}

func FuzzParseHeader(f *testing.F) {
	seedCaptured(f, GreetingSize)
	f.Add(captured.File("subscribe_len246_broken.bin"))
	f.Fuzz(func(t *testing.T, b []byte) {
		whole, wholeErr := ParseHeader(b, fuzzLimits.Frame)
		if whole.Length < 0 || whole.Length > fuzzLimits.Frame || whole.Size > len(b) || whole.More && whole.Command {
			t.Fatalf("impossible header %+v", whole)
		}
		// What is decided stays decided, however many bytes are there.
		for n := range b {
			h, err := ParseHeader(b[:n], fuzzLimits.Frame)
			if h.Size > 0 && (h != whole || wholeErr != nil) || err != nil && wholeErr == nil {
				t.Fatalf("%d bytes say %+v, %v; %d say %+v, %v", n, h, err, len(b), whole, wholeErr)
			}
		}
	})
}

func FuzzReader(f *testing.F) {
	seedCaptured(f, GreetingSize)
	f.Fuzz(func(t *testing.T, b []byte) {
		whole, err := readAll(NewReader(bytes.NewReader(b), fuzzLimits))
		bytewise, err2 := readAll(NewReader(iotest.OneByteReader(bytes.NewReader(b)), fuzzLimits))
		if show(whole) != show(bytewise) || err.Error() != err2.Error() {
			t.Fatalf("whole %s, %v; byte by byte %s, %v", show(whole), err, show(bytewise), err2)
		}
		// What was read can be written and read again.
		var wire []byte
		for _, item := range whole {
			if item.Command {
				wire = append(AppendHeader(wire, FlagCommand, len(item.Frames[0])), item.Frames[0]...)
			} else {
				wire = AppendMessage(wire, item.Frames)
			}
		}
		again, err := readAll(NewReader(bytes.NewReader(wire), fuzzLimits))
		if err != io.EOF || show(whole) != show(again) {
			t.Fatalf("read %s, again %s, %v", show(whole), show(again), err)
		}
	})
}

func FuzzParseGreeting(f *testing.F) {
	seedCaptured(f, 0)
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := ParseGreeting(b)
		if err != nil {
			return
		}
		if again, err := ParseGreeting(g.Append(nil)); err != nil || again != g {
			t.Fatalf("%+v became %+v, %v", g, again, err)
		}
	})
}

// seedCommands adds the bodies of all captured commands, or what stands behind
// their names.
func seedCommands(f *testing.F, data bool) {
	for _, b := range captured.Streams() {
		if len(b) < GreetingSize {
			continue
		}
		items, _ := readAll(NewReader(bytes.NewReader(b[GreetingSize:]), fuzzLimits))
		for _, item := range items {
			switch body := item.Frames[0]; {
			case !item.Command:
			case data:
				f.Add(ParseCommand(body).Data)
			default:
				f.Add(body)
			}
		}
	}
}

func FuzzParseMetadata(f *testing.F) {
	seedCommands(f, true)
	f.Add(Metadata{SocketType: DEALER, Identity: []byte("dl1"), Other: []Property{{Name: "X-App", Value: []byte("1")}}}.Append(nil))
	f.Add([]byte("\x01X\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseMetadata(b)
		if err != nil {
			return
		}
		m2, err := ParseMetadata(m.Append(nil))
		if err != nil || m2.SocketType != m.SocketType || len(m2.Other) != len(m.Other) {
			t.Fatalf("%+v became %+v, %v", m, m2, err)
		}
	})
}

func FuzzParseCommand(f *testing.F) {
	seedCommands(f, false)
	f.Add([]byte("\x04PING\x00\x64context"))
	f.Add([]byte("\x09SUBSCRIBEtopic"))
	f.Add([]byte("\x06CANCELtopic"))
	f.Add([]byte("\x05ERROR\x03400"))
	f.Add([]byte("\x01topic"))
	f.Add([]byte("\x09AB"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := ParseCommand(b)
		if c.Name != "" {
			frame := AppendCommand(nil, c.Name, c.Data)
			h, err := ParseHeader(frame, len(frame))
			if err != nil || !h.Command || !bytes.Equal(frame[h.Size:], b) {
				t.Fatalf("%q became %q, %v", b, frame, err)
			}
		}
		if _, context, err := ParsePing(c); err == nil && len(context) > MaxPingContext {
			t.Fatalf("context of %d bytes", len(context))
		}
		parseErrorReason(c.Data)
		if s, ok := ParseSubscription(false, b); ok {
			if frame := AppendSubscription(nil, s.Subscribe, s.Topic); !bytes.HasSuffix(frame, b) {
				t.Fatalf("%q became %q", b, frame)
			}
		}
		if s, ok := ParseSubscription(true, b); ok && len(s.Topic) >= len(b) {
			t.Fatalf("topic %q out of %q", s.Topic, b)
		}
	})
}

func FuzzHandshake(f *testing.F) {
	seedCaptured(f, 0)
	f.Fuzz(func(t *testing.T, b []byte) {
		src := bytes.NewReader(b)
		peer, err := Handshake(&oneSided{Reader: src}, Config{SocketType: SUB, Minor: 1})
		if err == nil && !SUB.Accepts(peer.Metadata.SocketType) {
			t.Fatalf("accepted %+v", peer)
		}
		if read := len(b) - src.Len(); read > GreetingSize+maxHandshakeCommands*(MaxHeaderSize+MaxHandshakeFrame) {
			t.Fatalf("%d bytes read", read)
		}
	})
}
