package proxies

import (
	"bytes"
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// start runs a proxy on loopback ports and ends it with the test.
func start(t *testing.T, open func(Endpoints, socket.Config) (*Proxy, error), cfg socket.Config) (p *Proxy, front, back net.Addr) {
	t.Helper()
	p, err := open(Endpoints{Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"}}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		begin := time.Now()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
		if took := time.Since(begin); took > time.Second {
			t.Errorf("it took %v to end", took)
		}
	})
	return p, addrOf(t, p.Endpoints().Frontend[0]), addrOf(t, p.Endpoints().Backend[0])
}

func addrOf(t *testing.T, place string) net.Addr {
	t.Helper()
	e, err := endpoint.Parse(place)
	if err != nil {
		t.Fatal(err)
	}
	a, err := net.ResolveTCPAddr(e.Network, e.Address)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// request returns the frames of the next request; in an identity there may be any byte.
func request(worker *zmtptest.Peer) (frames []string) {
	for _, f := range worker.Next().Frames {
		frames = append(frames, string(f))
	}
	return frames
}

// Whatever a worker answers, a queue goes on, and what nobody can get is counted.
func TestRepliesForNobody(t *testing.T) {
	p, front, back := start(t, NewQueue, quiet(0))
	worker := zmtptest.Connect(t, back, zmtp.DEALER, 0)
	gone, client := zmtptest.Connect(t, front, zmtp.REQ, 0), zmtptest.Connect(t, front, zmtp.REQ, 0)
	gone.Send("", "never mind")
	lost := request(worker)
	zmtptest.Eventually(t, "both clients are there", func() bool { return p.frontend.Stats().Peers == 2 })
	_ = gone.Close()
	zmtptest.Eventually(t, "the client is gone", func() bool { return p.frontend.Stats().Peers == 1 })

	worker.Send("")                        // one frame, and that is empty
	worker.Send("nobody", "", "an answer") // an identity that nobody has
	worker.Send(lost...)                   // a client that is gone
	worker.Send(lost[0], "")               // and without an answer in it
	client.Send("", "question")
	worker.Send(request(worker)...)
	client.Want("|question")
	if st := p.Statistics(); st.Unroutable != 4 || st.Dropped != 0 || st.Backend.Received.Messages != 5 {
		t.Errorf("%+v", st)
	}
}

// The largest request that a client may send, and the envelope with the most frames,
// come back from a worker that answers as it should, and it is not cut for that.
func TestAWorkerMayAnswerWhateverAClientMayAsk(t *testing.T) {
	cfg := quiet(0)
	cfg.Wire = zmtp.Limits{Frame: 1000, Message: 1000, Parts: 8}
	_, front, back := start(t, NewQueue, cfg)
	worker := zmtptest.Connect(t, back, zmtp.REP, 0)
	client := zmtptest.Connect(t, front, zmtp.DEALER, 0)
	deep := []string{"a", "b", "c", "d", "e", "f", "", "question"}
	for _, ask := range [][]string{{"", strings.Repeat("x", 1000)}, deep} {
		client.Send(ask...)
		worker.Send(request(worker)...)
		client.Want(strings.Join(ask, "|"))
	}
	client.Send(deep...)
	worker.Send(append(request(worker)[:8], "an", "answer", "of", "eight", "frames", "by", "it", "self")...)
	client.Want("a|b|c|d|e|f||an|answer|of|eight|frames|by|it|self")
	worker.Say(bytes.Repeat(zmtp.AppendFrame(nil, []byte("more"), true), 18))
	worker.WantClosed()
}

// A client that asks and does not read its answers costs the others little.
func TestAClientThatDoesNotRead(t *testing.T) {
	p, front, back := start(t, NewQueue, quiet(10))
	worker := zmtptest.Connect(t, back, zmtp.DEALER, 0)
	greedy := zmtptest.Connect(t, front, zmtp.DEALER, 0)
	client := zmtptest.Connect(t, front, zmtp.REQ, 0)
	answer := strings.Repeat("x", 1<<20)
	for p.Statistics().Dropped == 0 {
		greedy.Send("", "more")
		worker.Send(request(worker)[0], "", answer)
	}
	for range 100 {
		client.Send("", "question")
		worker.Send(request(worker)...)
		client.Want("|question")
	}
}

func TestEndpointsThatCannotBe(t *testing.T) {
	_, front, _ := start(t, NewStreamer, quiet(0))
	taken := "tcp://" + front.String()
	for name, at := range map[string]Endpoints{
		"frontend": {Frontend: []string{"tcp://127.0.0.1:0", taken}, Backend: []string{"tcp://127.0.0.1:0"}},
		"backend":  {Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{taken}},
		"monitor":  {Monitor: []string{taken}},
	} {
		for _, open := range openers {
			if _, err := open(at, quiet(0)); err == nil || !strings.Contains(err.Error(), taken) {
				t.Errorf("%s: error %v, want one about %s", name, err, taken)
			}
		}
	}
}
