package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"homebus/internal/bench"
)

var update = flag.Bool("update", false, "write the golden file anew")

func TestEveryRowCanBeRun(t *testing.T) {
	names := map[string]bool{}
	for _, r := range allRows() {
		if err := r.run.Check(); err != nil {
			t.Errorf("%s: %v", r.name, err)
		}
		if names[r.name] {
			t.Errorf("two rows %q", r.name)
		}
		names[r.name] = true
	}
}

func TestFlags(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--row nonsense", `--row "nonsense" matches no row; --list has them`},
		{"--row (", "--row: error parsing regexp: missing closing ): `(`"},
		{"--rounds 0", "--rounds is 0 and --scale 1; want more than 0"},
		{"--sides homebus,rabbitmq", `--sides: there is no "rabbitmq"; want some of homebus,old,hub,house,libzmq/1,libzmq/2,relay,nats,mosquitto`},
		{"now", `unexpected argument "now"`},
		{"--list --row 16.B", ""},
	} {
		var out, errs bytes.Buffer
		got := ""
		if err := run(t.Context(), strings.Fields(c.args), &out, &errs); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.args, got, c.want)
		}
		if c.want == "" && out.String() != "16 B, 1 → 1\n\nsides: homebus, old, hub, house, libzmq/1, libzmq/2, relay, nats, mosquitto\n" {
			t.Errorf("%s: %s", c.args, &out)
		}
	}
}

// TestRowsAreMeasuredWhereTheyCanBe has rows of the hub's parts only where there are whole
// hubs, and those at others only when they are asked for.
func TestRowsAreMeasuredWhereTheyCanBe(t *testing.T) {
	t.Setenv("PATH", "") // nothing but our own builds
	for _, c := range []struct {
		sides, row string
		want       string
	}{
		{"", "^64 B, 1 → 1$", "homebus"},
		{"", "^10,000 idle", "homebus"},
		{"", "^a million subscriptions", "homebus"},
		{"", "beside a million", "homebus"},
		{"", "^state/$", "homebus hub house"},
		{"hub,house", "^64 B, 1 → 1$", "hub house"},
		{"hub,house", "^state/$", "hub house"},
		{"homebus", "^state/$", ""},
		{"homebus,house", "^state/$", "homebus house"},
	} {
		o := options{bus: os.Args[0]} // it is not started
		if c.sides != "" {
			o.sides = strings.Split(c.sides, ",")
		}
		sides, err := findSides(t.Context(), o, t.TempDir(), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		found := &table{sides: sides}
		rows := matching(allRows(), regexp.MustCompile(c.row))
		if len(rows) != 1 {
			t.Fatalf("%d rows match %q", len(rows), c.row)
		}
		var names []string
		for _, s := range sides {
			if s.protocol == bench.ZMTP && found.measures(rows[0], s) {
				names = append(names, s.name)
			}
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("--sides %q, %s: measured at %q, want %q", c.sides, c.row, got, c.want)
		}
	}
}

// TestSummary has rounds of which some do not count, a reference that changes with the row,
// and goals of each kind.
func TestSummary(t *testing.T) {
	some := &table{rows: matching(allRows(), regexp.MustCompile(`^64 B, 1 → 1(, a message a write)?$|10,000/s$|idle|1 → 10,|^a million|^(bench|state)/`))}
	for _, name := range []string{ours, former, hub, house, "libzmq/1", "libzmq/2", relay} {
		s := side{name: name, can: always}
		if s.isWhole() {
			s.can = never
		}
		some.sides = append(some.sides, s)
	}
	add := func(row, side string, f figure, values ...float64) {
		for round, v := range values {
			s := sample{Row: row, Side: side, Round: round, Figures: map[figure]float64{f: v}}
			if v == 0 {
				s.Figures, s.Error = nil, "98.00 % delivered"
			}
			some.samples = append(some.samples, s)
		}
	}
	add("64 B, 1 → 1", ours, rate, 8e6, 6e6, 7e6)
	add("64 B, 1 → 1", former, rate, 4e6, 4e6, 0)
	add("64 B, 1 → 1", "libzmq/1", rate, 1e6, 2e6, 1e6)
	add("64 B, 1 → 1", "libzmq/2", rate, 0.9e6, 0.8e6, 3e6)
	add("64 B, 1 → 1", relay, rate, 9e6, 9e6, 9e6)
	add("64 B, 1 → 1", ours, cpu, 0.06, 0.06, 0.06)
	add("64 B, 1 → 1", "libzmq/1", cpu, 0.6, 0.6, 0.6)
	add("64 B, 1 → 1, a message a write", ours, rate, 0.7e6, 0.8e6, 0.6e6)
	add("64 B, 1 → 1, a message a write", relay, rate, 0.8e6, 0.8e6, 0.8e6)
	add("64 B at 10,000/s", ours, p50, 50, 60, 40)
	add("64 B at 10,000/s", "libzmq/1", p50, 100, 100, 100)
	add("64 B at 10,000/s", "libzmq/2", p50, 90, 95, 80)
	add("10,000 idle subscribers", ours, held, 8.6, 8.7, 8.5)
	add("10,000 idle subscribers", "libzmq/1", held, 23, 23, 23)
	const ten, million = "64 B, 1 → 10, its own topic each", "64 B, 1 → 10, beside a million subscriptions"
	add(ten, ours, rate, 4e6, 5e6, 6e6)
	add(million, ours, rate, 3e6, 0, 3.2e6)
	add(ten, ours, cpu, 0.1, 0.1, 0.1)
	add(million, ours, cpu, 0.21, 0.2, 0.22)
	add("a million subscriptions of 1,000 connections", ours, each, 249.6, 260, 240)
	const other, state = "bench/, which no part wants", "state/"
	add(other, ours, rate, 5e6, 5e6, 5e6)
	add(other, hub, rate, 4.89e6, 4.89e6, 5e6)
	add(other, house, rate, 5e6, 4.9e6, 4.5e6)
	add(state, ours, rate, 5e6, 4e6, 5e6)
	add(state, hub, rate, 3.5e6, 3e6, 2.5e6)
	add(state, ours, cpu, 0.1, 0.1, 0.1)
	add(state, hub, cpu, 0.15, 0.15, 0.15)
	path := filepath.Join("testdata", "summary.md")
	if *update {
		if err := os.WriteFile(path, []byte(some.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := some.String(); got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		of   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{5, 1, 2}, 2}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := median(c.of); got != c.want {
			t.Errorf("the median of %v is %v, want %v", c.of, got, c.want)
		}
	}
}

func TestProcessesAreLookedAt(t *testing.T) {
	if _, err := os.Stat("/proc/self/statm"); err != nil {
		t.Skip("no /proc:", err)
	}
	took, err := cpuTime(os.Getpid())
	if err != nil || took < 0 || took > time.Hour {
		t.Errorf("processor time %v, %v", took, err)
	}
	if held, err := resident(os.Getpid()); err != nil || held < 1<<20 || held > 1<<34 {
		t.Errorf("memory %d, %v", held, err)
	}
}

// TestOwnSidesAreMeasured makes small runs against our own program, plain, whole and with
// much to keep in mind.
func TestOwnSidesAreMeasured(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no /proc")
	}
	var out, errs bytes.Buffer
	args := []string{"--rounds", "1", "--scale", "0.01", "--sides", "homebus,hub,house", "--row", "^state/$|1 → 10,.*each$"}
	if err := run(t.Context(), args, &out, &errs); err != nil {
		t.Fatal(err, &errs)
	}
	const figure = `[0-9.]+( [kM])?`
	for _, want := range []string{
		`\n\| 64 B, 1 → 10, its own topic each \| – \| FIGURE \| FIGURE \| FIGURE \|`,
		`\n\| state/ \| FIGURE \| [0-9.]+ × \(FIGURE\) \| [0-9.]+ × \(FIGURE\) \| hub ≥ 0.6: (yes|no), [0-9.]+; house ≥ 0.6: `,
	} {
		if !regexp.MustCompile(strings.ReplaceAll(want, "FIGURE", figure)).MatchString(out.String()) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(out.String(), "does not count") || t.Failed() {
		t.Errorf("%s\n%s", &out, &errs)
	}
}

// TestOtherSidesAreMeasured makes small runs against what is compiled from c.
func TestOtherSidesAreMeasured(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("no gcc: ", err)
	}
	if _, err := os.Stat("/usr/include/zmq.h"); err != nil {
		t.Skip("no libzmq3-dev: ", err)
	}
	var out, errs bytes.Buffer
	args := []string{"--rounds", "1", "--scale", "0.01", "--sides", "libzmq/1,relay", "--row", "^64 B(, 1 → 8,.*| at 50,000/s)$",
		"--raw", filepath.Join(t.TempDir(), "raw.json")}
	if err := run(t.Context(), args, &out, &errs); err != nil {
		t.Fatal(err, &errs)
	}
	for _, line := range []string{"64 B, 1 → 8, a message a write", "64 B, 1 → 8, libzmq's clients", "64 B at 50,000/s"} {
		if !regexp.MustCompile(`\n\| ` + regexp.QuoteMeta(line) + ` \| [0-9.]+( [kM])? \(1\) \|`).MatchString(out.String()) {
			t.Errorf("no figure of %q", line)
		}
	}
	if strings.Contains(out.String(), "does not count") || t.Failed() {
		t.Errorf("%s\n%s", &out, &errs)
	}
}
