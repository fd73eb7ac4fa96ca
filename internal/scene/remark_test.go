package scene

import (
	"fmt"
	"strings"
	"testing"
)

func TestRemarks(t *testing.T) {
	const arctic = "[home]\ntimezone = \"Europe/Oslo\"\nlatitude = 69.65\nlongitude = 18.96\n"
	for _, tt := range []struct{ name, src, want string }{
		{"nothing", "[scene.a]\nwhen = [ { time = \"07:30\" } ]\ndo = []", ""},
		{"sun every day", "[home]\nlatitude = 52.5\nlongitude = 13.4\n[scene.a]\nwhen = [ { sun = \"sunset\" } ]\ndo = []", ""},
		{"polar day and night", arctic + "[scene.a]\nwhen = [ { sun = \"noon\" }, { sun = \"sunset\", not_before = \"16:00\" } ]\ndo = []",
			`f:6:28: note: scene "a", trigger 2: there is no sunset here on the days 1 January to 14 January and 16 May and 19 May to 25 July and 28 November to 31 December; it does not fire then`},
		{"a thousand steps and their repeat", "[scene.a]\ndo = [ { repeat = 1000, do = [ { say = \"x\" } ] } ]",
			`f:2:8: note: scene "a", step 1: it takes more than 1000 steps, itself included, without a wait; then a scene fails`},
		{"as many as may be", "[scene.a]\ndo = [ { repeat = 999, do = [ { say = \"x\" } ] } ]", ""},
		{"a thousand with a wait", "[scene.a]\ndo = [ { repeat = 1000, do = [ { say = \"x\" }, { wait = \"1s\" } ] } ]", ""},
		{"repeats in one another", "[scene.a]\ndo = [ { repeat = 30, do = [ { repeat = 33, do = [ { wait = \"0s\" } ] } ] } ]",
			`f:2:8: note: scene "a", step 1: it takes more than 1000 steps, itself included, without a wait; then a scene fails`},
		{"repeats that may be passed over", "[scene.a]\ndo = [ { repeat = 30, do = [ { repeat = 33, do = [ { wait = \"0s\" } ], if = { days = [\"mon\"] } } ] } ]", ""},
		{"itself", "[scene.a]\ndo = [ { run = \"a\" } ]", `f:1:8: note: scene "a": it runs itself, without a condition; that ends after 16 links`},
		{"with a condition", "[scene.a]\ndo = [ { run = \"a\", if = { days = [\"mon\"] } } ]", ""},
		{"in blocks", "[scene.a]\ndo = [ { together = [ { wait = \"1s\" }, { repeat = 2, do = [ { run = \"a\" } ] } ] } ]",
			`f:1:8: note: scene "a": it runs itself, without a condition; that ends after 16 links`},
		{"in a block with a condition", "[scene.a]\ndo = [ { repeat = 2, if = { days = [\"mon\"] }, do = [ { run = \"a\" } ] } ]", ""},
		{"in a choice", "[scene.a]\ndo = [ { choose = [ { if = { days = [\"mon\"] }, do = [ { run = \"a\" } ] } ] } ]", ""},
		{"each other", "[scene.a]\ndo = [ { run = \"b\" } ]\n[scene.b]\ndo = [ { wait = \"1s\" }, { run = \"c\" } ]\n[scene.c]\ndo = [ { run = \"b\" }, { run = \"b\" } ]",
			`f:3:8: note: scene "b": it runs itself by way of c, without a condition; that ends after 16 links`},
	} {
		f, err := load("f", []byte(tt.src), testTypes)
		if err != nil {
			t.Fatal(tt.name, err)
		}
		var got []string
		for _, r := range f.Remarks(2026) {
			got = append(got, r.String())
		}
		if s := strings.Join(got, "\n"); s != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, s, tt.want)
		}
	}
}

// Chains and rings of all the scenes that a file can hold are looked through once.
func TestRemarksOnManyScenes(t *testing.T) {
	const n = 5_000
	var src strings.Builder
	for i := range n {
		fmt.Fprintf(&src, "[scene.s%d]\ndo = [ { run = \"s%d\" } ]\n", i, (i+1)%n)
	}
	f, err := load("f", []byte(src.String()), testTypes)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Remarks(2026); len(got) != 1 || len(got[0].What) > 300 {
		t.Errorf("%d remarks, the first %.400s", len(got), got[0])
	}
}
