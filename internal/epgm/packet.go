package epgm

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/netip"
	"strconv"
)

// kind is the type of a packet (RFC 3208, section 8). Those that are not here are
// ignored: POLL, POLR, NNAK, ACK and what there may be yet.
type kind byte

const (
	kindSPM   kind = 0x00
	kindODATA kind = 0x04
	kindRDATA kind = 0x05
	kindNAK   kind = 0x08
	kindNCF   kind = 0x0a
	kindSPMR  kind = 0x0c
)

// The layout of packets, in bytes (RFC 3208, section 8; IPv4 addresses only).
const (
	checksumAt     = 6
	headerSize     = 16
	dataHeaderSize = headerSize + 8
	addressSize    = 8 // AFI, two reserved bytes, address
	spmSize        = headerSize + 12 + addressSize
	nakSize        = headerSize + 4 + 2*addressSize
	afiIPv4        = 1
)

// The option flags of the header that matter here.
const (
	flagOptions     = 0x01
	flagSignificant = 0x02 // to network elements
	flagParity      = 0x80
)

// TSI is the transport session identifier: 6 bytes that name a source's program and its
// data-source port (RFC 3208, section 8). libzmq's 6 bytes are the same in every process.
type TSI [8]byte

// String returns the bytes in hex, a dot, and the port.
func (t TSI) String() string {
	return hex.EncodeToString(t[:6]) + "." + strconv.Itoa(int(t.port()))
}

func (t TSI) port() uint16 { return binary.BigEndian.Uint16(t[6:]) }

// packet is what a PGM packet says. Its slices point into the bytes it was read from.
type packet struct {
	kind kind
	tsi  TSI // of the source, whichever way the packet goes
	// port is the endpoint's.
	port uint16
	// sequence numbers an SPM among the SPMs; else it is the packet that this one is, or
	// speaks of.
	sequence uint32
	// trail and lead are the oldest and the newest packet that the source has; trail is
	// in SPM and data, lead in SPM.
	trail, lead uint32
	// source is where the source is, as it says itself: in SPM, NAK, NCF.
	source netip.Addr
	// group is in NAK and NCF.
	group netip.Addr
	// list holds further packets that a NAK or NCF speaks of, 4 bytes each.
	list []byte
	// data is an APDU. foreign says that it is something else: a piece of one, or what
	// parity is made of.
	data            []byte
	foreign, parity bool
	// fin: the source ends.
	fin bool
}

// Why a packet is none. They are fixed, since strangers choose how often they are made.
var (
	errShort    = errors.New("packet: ends too early")
	errVersion  = errors.New("packet: another version of PGM")
	errChecksum = errors.New("packet: the checksum is wrong")
	errLength   = errors.New("packet: the length of its data is not the one it says")
	errAddress  = errors.New("packet: an address that is not IPv4")
	errOptions  = errors.New("packet: broken options")
	errWindow   = errors.New("packet: its window ends before it begins")
)

// parse reads a packet. One of a kind that is not known has only what the header says.
func parse(b []byte) (p packet, err error) {
	if len(b) < headerSize {
		return p, errShort
	}
	if b[4]&0xf0 != 0 { // version 0, and no kind has these bits
		return p, errVersion
	}
	p.kind = kind(b[4])
	unsummed := b[checksumAt] == 0 && b[checksumAt+1] == 0
	if unsummed && (p.kind == kindODATA || p.kind == kindRDATA) || !unsummed && onesSum(b) != 0xffff {
		return p, errChecksum
	}
	copy(p.tsi[:6], b[8:14])
	source, other := b[0:2], b[2:4]
	if p.kind == kindNAK || p.kind == kindSPMR { // upstream, the ports are swapped
		source, other = other, source
	}
	copy(p.tsi[6:], source)
	p.port = binary.BigEndian.Uint16(other)
	switch p.kind {
	case kindSPM:
		err = p.parseSPM(b)
	case kindODATA, kindRDATA:
		err = p.parseData(b)
	case kindNAK, kindNCF:
		err = p.parseNAK(b)
	}
	return p, err
}

func (p *packet) parseSPM(b []byte) (err error) {
	if len(b) < spmSize {
		return errShort
	}
	p.sequence = binary.BigEndian.Uint32(b[16:])
	p.trail = binary.BigEndian.Uint32(b[20:])
	p.lead = binary.BigEndian.Uint32(b[24:])
	if ahead(p.trail, p.lead) > 1 { // an empty window's trail is the packet to come
		return errWindow
	}
	if p.source, err = parseAddress(b[28:]); err != nil {
		return err
	}
	_, err = p.parseOptions(b[5], b[spmSize:])
	return err
}

func (p *packet) parseData(b []byte) (err error) {
	if len(b) < dataHeaderSize {
		return errShort
	}
	p.sequence = binary.BigEndian.Uint32(b[16:])
	p.trail = binary.BigEndian.Uint32(b[20:])
	if ahead(p.trail, p.sequence) > 0 {
		return errWindow
	}
	p.parity = b[5]&flagParity != 0
	if p.data, err = p.parseOptions(b[5], b[dataHeaderSize:]); err != nil {
		return err
	}
	if int(binary.BigEndian.Uint16(b[14:])) != len(p.data) {
		return errLength
	}
	return nil
}

func (p *packet) parseNAK(b []byte) (err error) {
	if len(b) < nakSize {
		return errShort
	}
	p.sequence = binary.BigEndian.Uint32(b[16:])
	if p.source, err = parseAddress(b[20:]); err != nil {
		return err
	}
	if p.group, err = parseAddress(b[28:]); err != nil {
		return err
	}
	p.parity = b[5]&flagParity != 0
	_, err = p.parseOptions(b[5], b[nakSize:])
	return err
}

func parseAddress(b []byte) (netip.Addr, error) {
	if binary.BigEndian.Uint16(b) != afiIPv4 {
		return netip.Addr{}, errAddress
	}
	return netip.AddrFrom4([4]byte(b[4:8])), nil
}

// sequences yields what a NAK or NCF speaks of.
func (p *packet) sequences(yield func(uint32) bool) {
	if !yield(p.sequence) {
		return
	}
	for list := p.list; len(list) >= 4; list = list[4:] {
		if !yield(binary.BigEndian.Uint32(list)) {
			return
		}
	}
}
