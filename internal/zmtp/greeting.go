package zmtp

import (
	"bytes"
	"fmt"
)

// GreetingSize is the length of a ZMTP 3.x greeting in bytes.
const GreetingSize = 64

// Greeting is what each side says first (RFC 37, section "The Greeting").
type Greeting struct {
	Major, Minor byte
	// Mechanism is its upper-case ASCII name, 1 to 20 bytes.
	Mechanism string
	AsServer  bool
}

// Append appends the 64 bytes of the greeting to b.
func (g Greeting) Append(b []byte) []byte {
	var w [GreetingSize]byte
	w[0], w[8], w[9] = 0xff, 1, 0x7f
	w[10], w[11] = g.Major, g.Minor
	copy(w[12:32], g.Mechanism)
	if g.AsServer {
		w[32] = 1
	}
	return append(b, w[:]...)
}

// ParseGreeting reads the 64 bytes of a greeting. ZMTP 1.0 and 2.0 (revisions
// 0 and 1) are an error; the revision 2, which never was, and every one above 3
// are taken as 3.1, as libzmq does.
func ParseGreeting(b []byte) (Greeting, error) {
	if err := checkSignature(b); err != nil {
		return Greeting{}, err
	}
	if len(b) < GreetingSize {
		return Greeting{}, protocolError("greeting of %d bytes, want %d", len(b), GreetingSize)
	}
	name, padding, _ := bytes.Cut(b[12:32], []byte{0})
	if len(name) == 0 || len(bytes.Trim(padding, "\x00")) > 0 || !isMechanismName(name) {
		return Greeting{}, protocolError("mechanism %q in the greeting is no name", b[12:32])
	}
	return Greeting{Major: b[10], Minor: b[11], Mechanism: string(name), AsServer: b[32]&1 == 1}, nil
}

// checkSignature judges as much of a greeting as has arrived, so that a
// stranger that speaks something else is known by its first bytes.
func checkSignature(b []byte) error {
	switch {
	case len(b) > 0 && b[0] != 0xff:
		return protocolError("first byte is %#02x: no ZMTP 3 greeting (a ZMTP 1.0 peer, or another protocol)", b[0])
	case len(b) > 9 && b[9]&1 == 0:
		return protocolError("byte 9 of the greeting is %#02x: no ZMTP 3 greeting", b[9])
	case len(b) > 10 && b[10] < 2:
		return protocolError("the peer speaks ZMTP %s; 3.0 or later is needed (libzmq 4.0 or later)", oldVersion(b[10]))
	}
	return nil
}

// oldVersion names the protocol behind a revision byte below 2.
func oldVersion(revision byte) string {
	if revision == 0 {
		return "1.0"
	}
	return fmt.Sprintf("2.%d", revision-1)
}

func isMechanismName(name []byte) bool {
	for _, c := range name {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' && c != '+' {
			return false
		}
	}
	return true
}

// SpeaksCommands reports whether the peer announced ZMTP 3.1 or later, so that
// it may be sent SUBSCRIBE, CANCEL and PING (RFC 37).
func (g Greeting) SpeaksCommands() bool {
	return g.Major > 3 || g.Major == 2 || g.Major == 3 && g.Minor >= 1
}
