package examples

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
)

// TestStreamer: two feeders and two workers, one each ours and one libzmq's; all work is
// done once.
func TestStreamer(t *testing.T) {
	t.Parallel()
	frontend, backend := proxy(t, "streamer")
	carl, dora := start(t, "streamer", "feeder", "carl", frontend), twin(t, "streamer", "feeder", "dora", frontend)
	anna, bert := start(t, "streamer", "worker", "anna", backend), twin(t, "streamer", "worker", "bert", backend)
	carl.Exits(0)
	dora.Exits(0)
	done := func() []string { return append(tasksOf(anna), tasksOf(bert)...) }
	eventually(t, "2000 tasks are done", func() bool { return len(done()) == 2000 }, anna, bert)
	all := done()
	slices.Sort(all)
	if all = slices.Compact(all); len(all) != 2000 {
		t.Errorf("%d different tasks done, want 2000", len(all))
	}
	for _, from := range []string{"carl", "dora"} {
		if last := fmt.Sprintf("%s 1000", from); !slices.Contains(all, last) {
			t.Errorf("%s is not done", last)
		}
	}
	// A worker alone does it all.
	bert.kill()
	start(t, "streamer", "feeder", "emil", frontend).Exits(0)
	anna.Await(`^anna does \[emil 1000\]$`)
	anna.interrupt()
}

// tasksOf returns what a worker has done.
func tasksOf(worker *process) []string {
	var tasks []string
	for _, m := range regexp.MustCompile(`(?m)does \[(\w+ \d+)\]$`).FindAllStringSubmatch(worker.Text(), -1) {
		tasks = append(tasks, m[1])
	}
	return tasks
}
