package epgm

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// capture is a packet of a captured session (testdata/README.md).
type capture struct {
	at       time.Duration
	from, to netip.AddrPort
	bytes    []byte
}

// sessions returns every captured session by its name.
func sessions(t testing.TB) map[string][]capture {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) != 4 {
		t.Fatalf("captured sessions: %v, %v", names, err)
	}
	all := map[string][]capture{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var packets []capture
		for line := range strings.Lines(string(b)) {
			var seconds float64
			var from, to, payload string
			if _, err := fmt.Sscan(line, &seconds, &from, &to, &payload); err != nil {
				t.Fatalf("%s: %q: %v", name, line, err)
			}
			b, err := hex.DecodeString(payload)
			if err != nil {
				t.Fatal(err)
			}
			packets = append(packets, capture{
				time.Duration(seconds * float64(time.Second)), netip.MustParseAddrPort(from), netip.MustParseAddrPort(to), b,
			})
		}
		all[strings.TrimSuffix(filepath.Base(name), ".txt")] = packets
	}
	return all
}

// Everything that was captured is read, and written again byte for byte by what writes
// such packets here: libzmq's are the same.
func TestCapturedPacketsAreReadAndWritten(t *testing.T) {
	kinds := map[kind]int{}
	lists := 0
	for name, packets := range sessions(t) {
		for i, c := range packets {
			p, err := parse(c.bytes)
			if err != nil {
				t.Errorf("%s, packet %d: %v", name, i, err)
				continue
			}
			kinds[p.kind]++
			if len(p.list) > 0 {
				lists++
			}
			s := session{p.tsi, p.port, p.source, p.group}
			var again []byte
			switch p.kind {
			case kindSPM:
				again = s.spm(p.sequence, p.trail, p.lead, p.fin)
			case kindODATA:
				again = seal(append(s.data(p.sequence, p.trail, len(p.data)), p.data...))
			case kindRDATA:
				again = repair(seal(append(s.data(p.sequence, 0, len(p.data)), p.data...)), p.trail)
			case kindNAK, kindNCF:
				again = s.nak(p.kind, slices.Collect(p.sequences))
			case kindSPMR:
				again = s.spmr()
			}
			if !bytes.Equal(again, c.bytes) {
				t.Errorf("%s, packet %d: %x\nagain %x", name, i, c.bytes, again)
			}
		}
	}
	for _, k := range []kind{kindSPM, kindODATA, kindRDATA, kindNAK, kindNCF, kindSPMR} {
		if kinds[k] == 0 {
			t.Errorf("no packet of kind %#x was captured", k)
		}
	}
	if lists == 0 {
		t.Error("no NAK list was captured")
	}
}
