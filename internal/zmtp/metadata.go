package zmtp

import (
	"encoding/binary"
	"strings"
)

// The properties that this package knows. libzmq compares names exactly,
// the RFC without regard to case; we write these and accept any case.
const (
	PropertySocketType = "Socket-Type"
	PropertyIdentity   = "Identity"
)

// MaxIdentity is the longest identity in bytes (RFC 37, section "The Identity
// Property").
const MaxIdentity = 255

// maxProperties bounds how many properties a peer may send.
const maxProperties = 64

// Metadata is what a peer says of itself in its handshake.
type Metadata struct {
	SocketType SocketType
	// Identity is up to MaxIdentity bytes; a leading 0 is reserved.
	Identity []byte
	// Other holds the remaining properties in their order.
	Other []Property
}

// Property is one further property of a handshake.
type Property struct {
	Name  string
	Value []byte
}

// Append appends the properties in the form of READY and INITIATE.
func (m Metadata) Append(b []byte) []byte {
	b = appendProperty(b, PropertySocketType, []byte(m.SocketType))
	if m.SocketType.sendsIdentity() {
		b = appendProperty(b, PropertyIdentity, m.Identity)
	}
	for _, p := range m.Other {
		b = appendProperty(b, p.Name, p.Value)
	}
	return b
}

func appendProperty(b []byte, name string, value []byte) []byte {
	b = append(b, byte(len(name)))
	b = append(b, name...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
	return append(b, value...)
}

// ParseMetadata reads the properties of READY and INITIATE. A left-over byte,
// a truncated or nameless property, or an identity that is too long or reserved
// is an error. A missing Socket-Type is none: libzmq accepts it.
func ParseMetadata(b []byte) (Metadata, error) {
	var m Metadata
	for count := 0; len(b) > 0; count++ {
		if count == maxProperties {
			return Metadata{}, protocolError("more than %d properties", maxProperties)
		}
		var p Property
		var err error
		if p, b, err = cutProperty(b); err != nil {
			return Metadata{}, err
		}
		switch {
		case strings.EqualFold(p.Name, PropertySocketType):
			m.SocketType = SocketType(p.Value)
		case strings.EqualFold(p.Name, PropertyIdentity):
			if len(p.Value) > MaxIdentity || len(p.Value) > 0 && p.Value[0] == 0 {
				return Metadata{}, protocolError("identity of %d bytes is too long or starts with 0", len(p.Value))
			}
			m.Identity = p.Value
		default:
			m.Other = append(m.Other, p)
		}
	}
	return m, nil
}

func cutProperty(b []byte) (Property, []byte, error) {
	n := int(b[0])
	if n == 0 {
		return Property{}, nil, protocolError("a property without a name")
	}
	if len(b) < 1+n+4 {
		return Property{}, nil, protocolError("truncated property")
	}
	name, rest := string(b[1:1+n]), b[1+n:]
	length := uint64(binary.BigEndian.Uint32(rest))
	if rest = rest[4:]; length > uint64(len(rest)) {
		return Property{}, nil, protocolError("property %q announces %d bytes, %d are there", name, length, len(rest))
	}
	return Property{Name: name, Value: rest[:length]}, rest[length:], nil
}
