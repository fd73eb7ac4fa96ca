package zmtptest

import "testing"

func TestHostilesAreManyAndDistinct(t *testing.T) {
	all := Hostiles()
	names := map[string]bool{}
	for _, h := range all {
		if names[h.Name] {
			t.Errorf("%q twice", h.Name)
		}
		names[h.Name] = true
	}
	if len(all) < 400 {
		t.Errorf("only %d ways to be hostile", len(all))
	}
	t.Logf("%d ways to be hostile", len(all))
}
