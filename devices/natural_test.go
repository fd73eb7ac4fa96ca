package devices

import "testing"

func TestNatural(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	const toaster = "kitchen/toaster"
	for _, want := range []string{"start", "stop", "start"} {
		do := h.fleet.Natural(start, toaster)
		if do != want {
			t.Fatalf("Natural = %q, want %q", do, want)
		}
		if _, err := h.fleet.Touch(start, toaster, do, nil); err != nil {
			t.Fatal(err)
		}
	}
	if do := h.fleet.Natural(start, "kitchen/nothing"); do != "" {
		t.Errorf("an appliance that is not there is touched by %q", do)
	}
}

// Whoever just touches a thing says nothing besides.
func TestNaturalActionsNeedNoParameters(t *testing.T) {
	for _, typ := range Types() {
		for word, do := range typ.Natural {
			if _, err := typ.checkCommand(do, nil); err != nil && !typ.InHub {
				t.Errorf("%s, %s: %s: %v", typ.Name, word, do, err)
			}
		}
	}
}
