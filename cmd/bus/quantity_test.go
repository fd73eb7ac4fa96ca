package main

import "testing"

func TestSize(t *testing.T) {
	tests := []struct {
		text  string
		bytes int // 0: refused
		shown string
	}{
		{"1", 1, "1"},
		{"65536", 65536, "64KiB"},
		{"1000", 1000, "1000"},
		{"16MiB", 16 << 20, "16MiB"},
		{"1024MiB", 1 << 30, "1GiB"},
		{"", 0, ""},
		{"0", 0, ""},
		{"-1", 0, ""},
		{"KiB", 0, ""},
		{"1.5MiB", 0, ""},
		{"16MB", 0, ""},
		{"9223372036854775807GiB", 0, ""},
	}
	for _, tt := range tests {
		var s size
		err := s.Set(tt.text)
		if (err == nil) != (tt.bytes > 0) || int(s) != tt.bytes {
			t.Errorf("%q: %d, %v; want %d", tt.text, s, err, tt.bytes)
		}
		if err == nil && s.String() != tt.shown {
			t.Errorf("%q is shown as %s, want %s", tt.text, s.String(), tt.shown)
		}
	}
}

func TestASizeIsHeldAgainstItsBounds(t *testing.T) {
	message := size(32 << 20)
	flag := &between{&message, 64 << 10, 1 << 30}
	for text, says := range map[string]string{
		"1": "want 64KiB or more", "65535": "want 64KiB or more", "2GiB": "want 1GiB or less",
		"much": "want a number of bytes, such as 65536 or 16MiB",
	} {
		if err := flag.Set(text); err == nil || err.Error() != says {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
	for text, want := range map[string]size{"64KiB": 64 << 10, "1GiB": 1 << 30} {
		if err := flag.Set(text); err != nil || message != want || flag.String() != text {
			t.Errorf("%s: %v, now %d", text, err, message)
		}
	}
}
