package epgm

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// device is an interface and the address by which it is known there.
type device struct {
	*net.Interface
	addr netip.Addr
}

// Check says what is wrong with the endpoint's interface as it is now: nil if it could be
// opened.
func (e Endpoint) Check() error {
	_, err := e.device()
	return err
}

// device finds the endpoint's interface. The error says which ones there are.
func (e Endpoint) device() (device, error) {
	all, err := devices()
	if err != nil {
		return device{}, fmt.Errorf("%s: find the network interfaces: %w", e, err)
	}
	if e.Interface == "" {
		return e.routed(all)
	}
	addr, err := netip.ParseAddr(e.Interface)
	isAddr := err == nil
	for _, d := range all {
		if d.Name == e.Interface || isAddr && d.addr == addr {
			return d, nil
		}
	}
	return device{}, fmt.Errorf("%s: there is no interface %q that is up and has an IPv4 address; there is %s", e, e.Interface, list(all))
}

// routed finds the interface through which the routing table would send to the group.
func (e Endpoint) routed(all []device) (device, error) {
	conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(e.Group)) // nothing is sent
	if err != nil {
		return device{}, fmt.Errorf("%s: no route leads to the group; name the interface, as in epgm://ADDRESS;%s; there is %s", e, e.Group, list(all))
	}
	defer conn.Close()
	addr := conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
	for _, d := range all {
		if d.addr == addr {
			return d, nil
		}
	}
	return device{}, fmt.Errorf("%s: the route to the group begins at %s, which no interface has; there is %s", e, addr, list(all))
}

// devices returns every IPv4 address of the interfaces that are up.
func devices() ([]device, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var all []device
	for i := range interfaces {
		if interfaces[i].Flags&net.FlagUp == 0 {
			continue
		}
		addrs, err := interfaces[i].Addrs()
		if err != nil {
			continue // it has just gone
		}
		for _, a := range addrs {
			prefix, err := netip.ParsePrefix(a.String())
			if err == nil && prefix.Addr().Is4() {
				all = append(all, device{&interfaces[i], prefix.Addr()})
			}
		}
	}
	return all, nil
}

func list(all []device) string {
	if len(all) == 0 {
		return "none"
	}
	var names []string
	for _, d := range all {
		names = append(names, fmt.Sprintf("%s (%s)", d.Name, d.addr))
	}
	return strings.Join(names, ", ")
}
