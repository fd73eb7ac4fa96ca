package epgm

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// began is when virtual time begins.
var began = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func testRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

var simGroup = netip.MustParseAddrPort("239.192.1.1:5555")

func simAddr(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 77, 0, byte(i)}) }

func testSession() session {
	return session{tsi: TSI{1, 2, 3, 4, 5, 6, 7, 8}, port: simGroup.Port(), source: simAddr(1), group: simGroup.Addr()}
}

// kindOf and sequenceOf read what a path decides by.
func kindOf(b []byte) kind         { return kind(b[4]) }
func sequenceOf(b []byte) uint32   { return binary.BigEndian.Uint32(b[16:]) }
func isData(b []byte) bool         { return kindOf(b) == kindODATA || kindOf(b) == kindRDATA }
func isODATA(b []byte, n int) bool { return kindOf(b) == kindODATA && sequenceOf(b) == uint32(n) }

// show writes a message so that a person can compare it: long frames as their first byte
// and their length.
func show(message [][]byte) string {
	var frames []string
	for _, f := range message {
		if len(f) > 30 {
			frames = append(frames, fmt.Sprintf("%c*%d", f[0], len(f)))
		} else {
			frames = append(frames, string(f))
		}
	}
	return strings.Join(frames, ", ")
}

// apdu makes one with an offset.
func apdu(offset int, stream string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(offset)), stream...)
}

// What is wrong with a packet is found before anything is made of it.
func TestBrokenPackets(t *testing.T) {
	s := testSession()
	data := func() []byte { return seal(append(s.data(5, 0, 5), apdu(0, "\x02\x00a")...)) }
	spm := func() []byte { return s.spm(1, 0, 9, true) }
	nak := func() []byte { return s.nak(kindNCF, []uint32{1, 2, 3}) }
	put16 := func(b []byte, at int, v uint16) []byte {
		binary.BigEndian.PutUint16(b[at:], v)
		return seal(b)
	}
	put32 := func(b []byte, at int, v uint32) []byte {
		binary.BigEndian.PutUint32(b[at:], v)
		return seal(b)
	}
	flip := func(b []byte, at int) []byte { b[at] ^= 0x40; return b }
	unsummed := func(b []byte) []byte { b[6], b[7] = 0, 0; return b }
	for name, c := range map[string]struct {
		packet []byte
		want   error
	}{
		"nothing":                   {nil, errShort},
		"half a header":             {data()[:8], errShort},
		"data, cut in its header":   {seal(data()[:20]), errShort},
		"SPM, cut":                  {seal(spm()[:30]), errShort},
		"NCF, cut":                  {seal(nak()[:30]), errShort},
		"another version":           {seal(append([]byte{1, 2, 3, 4, 0x44}, data()[5:]...)), errVersion},
		"a flipped bit":             {flip(data(), 26), errChecksum},
		"data without a checksum":   {unsummed(data()), errChecksum},
		"SPM without a checksum":    {unsummed(spm()), nil},
		"data longer than it says":  {seal(append(data(), 1)), errLength},
		"data shorter than it says": {put16(data(), 14, 6), errLength},
		"an SPM for IPv6":           {put16(spm(), 28, 2), errAddress},
		"an NCF for IPv6":           {put16(nak(), 28, 2), errAddress},
		"a trail behind the packet": {put32(data(), 20, 6), errWindow},
		"a trail behind the lead":   {put32(spm(), 20, 11), errWindow},
		"an empty window":           {put32(spm(), 20, 10), nil},
		"options of no length":      {put16(spm(), 38, 0), errOptions},
		"options past the end":      {put16(spm(), 38, 100), errOptions},
		"an option past the end":    {put16(spm(), 40, 0x8e05), errOptions},
		"an option of no length":    {put16(spm(), 40, 0x8e00), errOptions},
		"options without a length":  {put16(spm(), 36, 0x0104), errOptions},
		"a NAK list of odd length":  {put16(nak(), 40, 0x820a), errOptions},
	} {
		if _, err := parse(c.packet); err != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
