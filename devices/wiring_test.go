package devices

import (
	"fmt"
	"strings"
	"testing"

	"homebus/internal/message"
)

func TestPlugsAreWiredToWhatHasAPlug(t *testing.T) {
	plug := func(id, load string) Spec {
		return Spec{ID: id, Type: "smart-plug", Config: map[string]any{"load": load}}
	}
	_, err := NewFleet([]Spec{
		{ID: "kitchen/toaster", Type: "toaster"}, {ID: "hall/switch", Type: "light-switch"},
		plug("a/one", "kitchen/toaster"),
		plug("a/two", "kitchen/toaster"),
		plug("a/three", "hall/switch"),
		plug("a/four", "a/five"), plug("a/five", "a/six"), plug("a/six", "a/four"),
		plug("a/self", "a/self"),
		plug("a/nothing", "kitchen/tosater"),
	}, start, Options{IDs: &message.Counted{}})
	want := `appliance "a/three": a light-switch cannot be what load names: it has no mains plug
appliance "a/nothing": load names the unknown appliance "kitchen/tosater" (did you mean "kitchen/toaster"?)
appliance "a/two": kitchen/toaster is plugged into a/one already
appliance "a/six": a/four would feed itself
appliance "a/self": a/self would feed itself`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// Who has a plug can lose its power, and who feeds or measures can do so.
func TestModelsAreWhatTheirDeclarationsSay(t *testing.T) {
	f := must(NewFleet(everyType(), start, Options{IDs: &message.Counted{}}))
	for _, a := range f.order {
		_, isSupplied := a.model.(supplied)
		_, isMetered := a.model.(metered)
		_, hasPower := a.typ.Attribute("power_w")
		if isSupplied != a.typ.MainsPlug || a.typ.MainsPlug && !isMetered {
			t.Errorf("%s: a plug %v, supplied %v, metered %v", a.typ.Name, a.typ.MainsPlug, isSupplied, isMetered)
		}
		if hasPower != isMetered && a.typ.Name != PowerMeter {
			t.Errorf("%s: power_w %v, metered %v", a.typ.Name, hasPower, isMetered)
		}
		_, feeds := a.model.(feeding)
		_, measures := a.model.(measuring)
		if a.load != nil && !(feeds && measures) {
			t.Errorf("%s feeds and cannot", a.typ.Name)
		}
	}
}

func TestModes(t *testing.T) {
	h := newTestHouse(t, Spec{ID: "home/mode", Type: "mode", Config: map[string]any{"values": []any{"home", "away", "night"}}})
	h.expect("0s", "home/mode", map[string]any{"state": "home"})
	h.done("1s", "home/mode", `{"do":"set","value":"night"}`)
	h.expect("1s", "home/mode", map[string]any{"state": "night"})
	h.refused("2s", "home/mode", `{"do":"set","value":"nigth"}`, `value is "nigth"; want one of home, away, night`)
	h.refused("2s", "home/mode", `{"do":"set"}`, `value is missing; want one of home, away, night`)
	for _, values := range []any{nil, "home", []any{}, []any{"home", 3}, []any{"a", "a"}, []any{"not home"}, []any{"home", "offline"}, []any{strings.Repeat("x", 41)}} {
		_, err := NewFleet([]Spec{{ID: "home/mode", Type: "mode", Config: map[string]any{"values": values}}}, start, Options{})
		if err == nil || !strings.Contains(err.Error(), `want a list of at most 64 different words of a-z, 0-9, "-" and "_", none of them "offline", such as ["home", "away"]`) {
			t.Errorf("%v: %v", values, err)
		}
	}
}

// A row of plugs as long as no house has it is checked and built in no time.
func TestALongRowOfPlugs(t *testing.T) {
	var specs []Spec
	for i := range 20_000 {
		specs = append(specs, Spec{ID: fmt.Sprintf("row/p%d", i), Type: "smart-plug", Config: map[string]any{
			"load": fmt.Sprintf("row/p%d", i+1), "watts": 0.0,
		}})
	}
	specs = append(specs, Spec{ID: "row/p20000", Type: "dimmable-light"})
	if mistakes := CheckFeeding(specs); len(mistakes) > 0 {
		t.Fatal(mistakes[0])
	}
	f := must(NewFleet(specs, start, Options{IDs: &message.Counted{}}))
	must(f.Touch(start, "row/p20000", "on", nil))
	if w, _ := readingOf(f.byID["row/p0"], "power_w", start); w != 9 {
		t.Errorf("the first measures %v W", w)
	}
	specs = append(specs, Spec{ID: "row/last", Type: "smart-plug", Config: map[string]any{"load": "row/p0"}})
	specs[19_999].Config["load"] = "row/last"
	if mistakes := CheckFeeding(specs); len(mistakes) != 1 {
		t.Errorf("%d mistakes in a circle", len(mistakes))
	}
}
