package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
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
		{"--sides homebus,rabbitmq", `--sides: there is no "rabbitmq"; want some of homebus,old,hub,libzmq/1,libzmq/2,relay,nats,mosquitto`},
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
		if c.want == "" && out.String() != "16 B, 1 → 1\n\nsides: homebus, old, hub, libzmq/1, libzmq/2, relay, nats, mosquitto\n" {
			t.Errorf("%s: %s", c.args, &out)
		}
	}
}

// TestSummary has rounds of which some do not count, a reference that changes with the row,
// and goals of each kind.
func TestSummary(t *testing.T) {
	some := &table{rows: matching(allRows(), regexp.MustCompile(`^64 B, 1 → 1(, a message a write)?$|10,000/s$|idle`))}
	for _, name := range []string{ours, former, "libzmq/1", "libzmq/2", relay} {
		some.sides = append(some.sides, side{name: name})
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
