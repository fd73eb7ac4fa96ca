package epgm

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/net/ipv4"
)

// wire is a socket. A read waits until the deadline, which another goroutine may set.
type wire interface {
	read(b []byte) (n int, from netip.Addr, err error)
	write(b []byte, to netip.AddrPort) error
	setReadDeadline(at time.Time) error
	close() error
}

// readBuffer is how much is asked for, for packets that wait in the kernel; systems give
// less unless they are told otherwise (Linux: net.core.rmem_max).
const readBuffer = 4 << 20

// socket is a UDP socket.
type socket struct {
	*net.UDPConn
	// only is what is read: what was sent to that address by way of interface index.
	// The zero Addr is everything. A socket hears every group that any program on this
	// computer has joined.
	only  netip.Addr
	index int
	oob   []byte
}

// openPublisher opens a socket that sends to the group, and hears what is sent to the
// device. It has the device's address, and not all addresses, so that what is for it
// does not go to a subscriber on this computer with the same port.
func openPublisher(e Endpoint, d device, c PublisherConfig) (*socket, error) {
	config := net.ListenConfig{Control: reuse}
	conn, err := config.ListenPacket(context.Background(), "udp4", netip.AddrPortFrom(d.addr, e.Group.Port()).String())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e, taken(e, err))
	}
	s := &socket{UDPConn: conn.(*net.UDPConn)}
	p := ipv4.NewPacketConn(s.UDPConn)
	err = errors.Join(p.SetMulticastInterface(d.Interface), p.SetMulticastTTL(c.TTL), p.SetMulticastLoopback(c.Loop))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", e, err), conn.Close())
	}
	return s, nil
}

// openSubscriber opens a socket that hears the group.
func openSubscriber(e Endpoint, d device) (*socket, error) {
	conn, err := net.ListenMulticastUDP("udp4", d.Interface, net.UDPAddrFromAddrPort(e.Group))
	if err != nil {
		return nil, fmt.Errorf("%s: join the group: %w", e, taken(e, err))
	}
	s := &socket{UDPConn: conn, only: e.Group.Addr(), index: d.Index, oob: ipv4.NewControlMessage(ipv4.FlagDst | ipv4.FlagInterface)}
	err = ipv4.NewPacketConn(conn).SetControlMessage(ipv4.FlagDst|ipv4.FlagInterface, true)
	if err == nil {
		err = conn.SetReadBuffer(readBuffer)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", e, err), conn.Close())
	}
	return s, nil
}

// taken says more of a port that is another program's alone. Ours share theirs.
func taken(e Endpoint, err error) error {
	if !errors.Is(err, syscall.EADDRINUSE) {
		return err
	}
	return fmt.Errorf("another program on this computer has UDP port %d to itself, as one with libzmq's epgm:// does; let that run on another computer, or use another port", e.Group.Port())
}

func (s *socket) read(b []byte) (int, netip.Addr, error) {
	for {
		n, control, _, from, err := s.ReadMsgUDPAddrPort(b, s.oob)
		if err != nil {
			return 0, netip.Addr{}, err
		}
		if s.wanted(control) {
			return n, from.Addr().Unmap(), nil
		}
	}
}

// wanted reports whether a packet was sent to the group on the interface, by its n bytes
// of control message.
func (s *socket) wanted(n int) bool {
	if !s.only.IsValid() {
		return true
	}
	var c ipv4.ControlMessage
	if err := c.Parse(s.oob[:n]); err != nil {
		return false
	}
	to, _ := netip.AddrFromSlice(c.Dst)
	return to.Unmap() == s.only && c.IfIndex == s.index
}

func (s *socket) write(b []byte, to netip.AddrPort) error {
	_, err := s.WriteToUDPAddrPort(b, to)
	return err
}

func (s *socket) setReadDeadline(at time.Time) error { return s.SetReadDeadline(at) }
func (s *socket) close() error                       { return s.Close() }

// timeout reports whether a read ended with its deadline.
func timeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
