package endtoend

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	// settling is how long a fleet has been up before it is taken for idle.
	settling = 10 * time.Second
	// idling is for how long the processor time of an idle fleet is measured.
	idling = 20 * time.Second
)

// BenchmarkFleet measures a simulated house of thousands and its hub, a process each
// and without scenes: how long it takes from the start of the simulator until a
// subscriber has the state of every appliance, what memory is resident then and at
// most, what share of a core is used while nobody does anything, and how long both
// take to end. Run it with -benchtime 1x.
func BenchmarkFleet(b *testing.B) {
	for _, fleet := range []struct {
		count       int
		connections string
		more        []string
	}{
		{10_000, "shared", nil},
		{4_000, "per-device", nil},
	} {
		b.Run(fmt.Sprintf("%d/%s", fleet.count, fleet.connections), func(b *testing.B) {
			for range b.N {
				measureFleet(b, fleet.count, append(fleet.more, "--connections", fleet.connections)...)
			}
		})
	}
}

func measureFleet(b *testing.B, count int, args ...string) {
	at := newPlace(b)
	hub := at.start(b, "bus", "serve", "--scenes", "")
	hub.Await("msg=listening")
	states := at.watchStates(b)
	began := time.Now()
	sim := at.start(b, "sim", append([]string{"--scenes", scenes, "--count", strconv.Itoa(count)}, args...)...)
	states.await(b, count)
	b.ReportMetric(time.Since(began).Seconds(), "up-s")
	<-time.After(settling)
	simBefore, hubBefore := cpuTime(b, sim), cpuTime(b, hub)
	<-time.After(idling)
	percent := func(d time.Duration) float64 { return 100 * d.Seconds() / idling.Seconds() }
	b.ReportMetric(percent(cpuTime(b, sim)-simBefore), "sim-%")
	b.ReportMetric(percent(cpuTime(b, hub)-hubBefore), "hub-%")
	b.ReportMetric(memory(b, sim, "VmRSS"), "sim-MiB")
	b.ReportMetric(memory(b, sim, "VmHWM"), "sim-peak-MiB")
	b.ReportMetric(memory(b, hub, "VmRSS"), "hub-MiB")
	b.ReportMetric(endsIn(sim), "sim-end-s")
	b.ReportMetric(endsIn(hub), "hub-end-s")
	b.ReportMetric(0, "ns/op")
}

// endsIn asks a process to end and returns how many seconds it takes.
func endsIn(p *process) float64 {
	p.t.Helper()
	began := time.Now()
	p.Signal(syscall.SIGTERM)
	p.Wait()
	return time.Since(began).Seconds()
}

// cpuTime returns how much processor time a process has used: utime and stime, in
// ticks of 10 ms (proc(5), "stat").
func cpuTime(t testing.TB, p *process) time.Duration {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	ticks := 0
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// memory returns a field of /proc/PID/status, in MiB.
func memory(t testing.TB, p *process, field string) float64 {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		name, value, _ := strings.Cut(line, ":")
		if name != field {
			continue
		}
		kib, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
		if err != nil {
			t.Fatal(err)
		}
		return float64(kib) / 1024
	}
	t.Fatalf("no %s in /proc/%d/status", field, p.Cmd.Process.Pid)
	return 0
}
