package socket_test

import (
	"net"
	"testing"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// Peers that only hold their place give way to one more; those of use do not, nor does
// one that was of use before they came and is quiet.
func TestIdlePeersMakeRoom(t *testing.T) {
	cfg := quiet()
	cfg.Connections, cfg.Spare = 4, 300*time.Millisecond
	rep := socket.NewRep(cfg)
	t.Cleanup(func() { _ = rep.Close(ended()) })
	where, err := rep.Bind("tcp://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e, err := endpoint.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	asks := func(p *zmtptest.Peer) {
		t.Helper()
		p.Send("", "how are you?")
		if _, err := rep.Recv(soon(t)); err != nil {
			t.Fatal(err)
		}
		if err := rep.Send(soon(t), [][]byte{[]byte("well")}); err != nil {
			t.Fatal(err)
		}
		p.Want("|well")
	}
	addr, err := net.ResolveTCPAddr(e.Network, e.Address)
	if err != nil {
		t.Fatal(err)
	}
	connect := func() *zmtptest.Peer {
		t.Helper()
		p := zmtptest.Connect(t, addr, zmtp.REQ, 0)
		p.Barrier()
		return p
	}
	quiet := connect()
	asks(quiet)
	idle := []*zmtptest.Peer{connect(), connect()}
	busy := connect()
	for began := time.Now(); time.Since(began) < cfg.Spare; {
		asks(busy)
	}
	asks(connect())
	idle[0].WantClosed()
	asks(connect())
	idle[1].WantClosed()
	asks(busy)
	asks(quiet)
}
