package proxy

import (
	"bytes"
	"testing"
)

// However long the headers of the frames are, each is found by itself as among all.
func TestRawFrame(t *testing.T) {
	for _, raw := range []string{
		"\x01\x01t\x00\x02hi", "\x01\x01t\x01\x02hi\x00\x01m", "\x01\x01t\x00\x00", "\x01\x00\x00\x00",
		"\x00\x01t", "\x00\x00",
		"\x03\x00\x00\x00\x00\x00\x00\x00\x01t\x00\x02hi", "\x01\x01t\x02\x00\x00\x00\x00\x00\x00\x00\x02hi",
		"\x01\x01t\x03\x00\x00\x00\x00\x00\x00\x00\x02hi\x00\x01m", "\x02\x00\x00\x00\x00\x00\x00\x00\x01t",
	} {
		frames := Raw(raw).Frames()
		for i, want := range frames {
			if got, ok := Raw(raw).Frame(i); !ok || !bytes.Equal(got, want) {
				t.Errorf("frame %d of %q: %q, %t; want %q", i, raw, got, ok, want)
			}
		}
		if got, ok := Raw(raw).Frame(len(frames)); ok || len(frames) == 0 {
			t.Errorf("frame %d of %q: %q", len(frames), raw, got)
		}
	}
}
