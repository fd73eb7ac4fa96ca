package devices

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTypesAreInAlphabeticalOrder(t *testing.T) {
	if !slices.IsSorted(typeNames()) {
		t.Errorf("types are %v", typeNames())
	}
}

func TestLookup(t *testing.T) {
	if typ, ok := Lookup("toaster"); !ok || typ.Name != "toaster" {
		t.Errorf("Lookup(toaster) = %v, %v", typ, ok)
	}
	if _, ok := Lookup("toster"); ok {
		t.Error("Lookup(toster) found something")
	}
	typ, _ := Lookup("toaster")
	for _, name := range []string{"jam", "offline"} {
		if _, ok := typ.Fault(name); !ok {
			t.Errorf("a toaster has no fault %q", name)
		}
	}
	if _, ok := typ.Fault("bounce"); ok {
		t.Error("a toaster bounces")
	}
}

// units are what the end of a key promises.
var units = map[string]string{"_w": "W", "_wh": "Wh", "_s": "s", "_ml": "ml", "_c": "°C", "_kwh": "kWh", "_v": "V", "_a": "A"}

func TestDeclarationsAreSound(t *testing.T) {
	for _, typ := range Types() {
		t.Run(typ.Name, func(t *testing.T) {
			if typ.Doc == "" || typ.Attributes[0].Name != "state" || typ.Attributes[0].Kind != Word {
				t.Error("want a Doc, and the word state as the first attribute")
			}
			for i := range typ.Attributes {
				checkAttribute(t, typ, &typ.Attributes[i])
			}
			for _, a := range typ.Actions {
				checkDeclared(t, a.Name, a.Params)
			}
			checkDeclared(t, "configuration", typ.Config)
			for word, action := range typ.Natural {
				if _, ok := typ.Action(action); !ok || word != "" && !typ.Attributes[0].hasWord(word) {
					t.Errorf("natural: %q → %q", word, action)
				}
			}
			for _, word := range typ.Attributes[0].Values {
				if typ.Phases[word] == 0 {
					t.Errorf("nobody knows what %s means", word)
				}
				if typ.Natural[word] == "" && len(typ.Actions) > 0 {
					t.Errorf("nothing is natural when it is %s", word)
				}
			}
			checkMeanings(t, typ)
			if typ.Restorable() != (typ.Restores != "") {
				t.Errorf("restorable %t, restores %q", typ.Restorable(), typ.Restores)
			}
			names := typ.faultNames()
			slices.Sort(names)
			if len(slices.Compact(names)) != len(typ.AllFaults()) {
				t.Errorf("a fault is there twice: %v", names)
			}
		})
	}
}

// checkMeanings wants the words for a person that a type's phases call for.
func checkMeanings(t *testing.T, typ *Type) {
	t.Helper()
	phases := slices.Collect(maps.Values(typ.Phases))
	if ready := slices.Contains(phases, Ready); ready != (typ.Makes != "") || ready != (typ.Take != "") {
		t.Errorf("ready %v, makes %q, take %q", ready, typ.Makes, typ.Take)
	}
	if alarm := slices.Contains(phases, Alarm); alarm != (typ.Cry != "") {
		t.Errorf("alarm %v, cry %q", alarm, typ.Cry)
	}
}

func checkAttribute(t *testing.T, typ *Type, a *Attribute) {
	t.Helper()
	if a.Says != nil && a.Kind != Bool {
		t.Errorf("%s, no flag, says %v", a.Name, a.Says)
	}
	checkDeclared(t, "attributes", []Value{a.Value})
	for end, unit := range units {
		if strings.HasSuffix(a.Name, end) && a.Unit != unit {
			t.Errorf("%s has the unit %q", a.Name, a.Unit)
		}
	}
	for _, s := range a.Setters {
		action, ok := typ.Action(s.Action)
		if !ok {
			t.Errorf("%s is set by the unknown action %q", a.Name, s.Action)
			continue
		}
		if s.Param == "" {
			if _, err := a.Check(s.When); err != nil {
				t.Errorf("setter %s: %v", s.Action, err)
			}
		} else if p, ok := action.Param(s.Param); !ok || p.Kind != a.Kind || p.Max != a.Max {
			t.Errorf("%s is set by %s(%s), which takes other values", a.Name, s.Action, s.Param)
		}
	}
}

func checkDeclared(t *testing.T, where string, declared []Value) {
	t.Helper()
	seen := map[string]bool{}
	for i := range declared {
		v := &declared[i]
		if !wordsOnly(v.Name) || slices.ContainsFunc(v.Values, func(w string) bool { return !wordsOnly(w) }) {
			t.Errorf("%s: %q or its words %q are not plain", where, v.Name, v.Values)
		}
		if v.Doc == "" || v.Kind == 0 || seen[v.Name] {
			t.Errorf("%s: %s has no Doc, no Kind, or comes twice", where, v.Name)
		}
		seen[v.Name] = true
		if v.Default != nil {
			if _, err := v.Check(v.Default); err != nil {
				t.Errorf("%s: default: %v", where, err)
			}
		}
	}
}

// A model's values must be of the kinds that its declaration promises.
func TestModelsReadWhatTheyDeclare(t *testing.T) {
	for _, spec := range everyType() {
		typ, _ := spec.Declaration()
		config, err := checkAll("configuration key", typ.Config, spec.Config)
		if err != nil {
			t.Fatal(err)
		}
		values := typ.build(setup{now: start, config: config, zone: time.UTC}).read()
		if len(values) != len(typ.Attributes) {
			t.Fatalf("%s has %d attributes and reads %d", typ.Name, len(typ.Attributes), len(values))
		}
		for i, x := range values {
			a := &typ.Attributes[i]
			if q, ok := x.(quantity); ok {
				x = a.round(q.at(start.Add(time.Second)))
			}
			if _, err := a.Check(x); err != nil {
				t.Errorf("%s: %v", typ.Name, err)
			}
		}
	}
}

// wordsOnly reports whether a key or word needs no escapes in JSON.
func wordsOnly(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}
