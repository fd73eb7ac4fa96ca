package home

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// attributesOf are the attributes of a map.
func attributesOf(values map[string]any) attributes {
	var list attributes
	for name, value := range values {
		list = append(list, attribute{name, value})
	}
	slices.SortFunc(list, func(x, y attribute) int { return cmp.Compare(x.name, y.name) })
	return list
}

func TestReadState(t *testing.T) {
	tests := []struct {
		payload string
		want    string // "" for what is no state
	}{
		{`{"state":"on","power_w":9,"fading":false}`, "[{fading false} {power_w 9} {state on}]"},
		{`{"state":"a\u001b[31mb","list":[1],"nested":{"state":"off"},"nothing":null}`, "[{state ab}]"},
		{`{"state":"off","state":"on"}`, "[{state on}]"},
		{`{"state":"on","` + strings.Repeat("x", maxID+1) + `":1}`, "[{state on}]"},
		{`{"power_w":1e12,"energy_wh":1e308,"temperature_c":-1e13}`, "[{power_w 1e+12}]"},
		{`{}`, "[]"},
		{`null`, ""},
		{`[]`, ""},
		{`{"state":"on"`, ""},
		{``, ""},
	}
	var r reader
	for range 2 { // what was read before makes no difference
		for _, tt := range tests {
			got, ok := r.read([]byte(tt.payload))
			if ok != (tt.want != "") || ok && fmt.Sprint(got) != tt.want {
				t.Errorf("%s: %v, %t; want %s", tt.payload, got, ok, tt.want)
			}
		}
	}
}

// What a state is read into for the next one leaves the one before as it is.
func TestReadStatesAreTheirOwn(t *testing.T) {
	var r reader
	first, _ := r.read([]byte(`{"state":"on","a":1}`))
	if _, ok := r.read([]byte(`{"state":"off","b":2}`)); !ok || first.get("state") != "on" || first.get("a") != 1.0 || first.get("b") != nil {
		t.Errorf("the first is %v now", first)
	}
}

func TestReaderHoldsSoManyNames(t *testing.T) {
	var r reader
	for i := range 2 * maxNames {
		if got, ok := r.read(fmt.Appendf(nil, `{"name-%d":%d}`, i, i)); !ok || got.get(fmt.Sprintf("name-%d", i)) != float64(i) {
			t.Fatalf("%d: %v", i, got)
		}
	}
	if len(r.names) != maxNames {
		t.Errorf("%d names are held, want %d", len(r.names), maxNames)
	}
}

func BenchmarkReadState(b *testing.B) {
	var r reader
	payload := []byte(`{"state":"on","power_w":42,"energy_wh":123456}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := r.read(payload); !ok {
			b.Fatal("not read")
		}
	}
}
