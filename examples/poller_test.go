package examples

import (
	"testing"
	"time"
)

// TestPoller: workers, ours and libzmq's, end on Exit, and did not burn time until then.
func TestPoller(t *testing.T) {
	t.Parallel()
	t.Run("our boss", func(t *testing.T) {
		t.Parallel()
		at := []string{"-tasks", free(t), "-orders", free(t)}
		begun := time.Now()
		ours, theirs := start(t, "poller", append(at, "worker")...), twin(t, "poller", append(at, "worker")...)
		theirs.Await(`^is ready$`) // an interpreter may begin when all is done
		boss := start(t, "poller", append(at, "boss")...)
		ours.Await(`^does task \d+$`)
		boss.Exits(0)
		for theirs.Runs() { // it may have come too late for this one: it waits for the next
			select {
			case <-theirs.Ended():
			case <-boss.Ended():
				boss = start(t, "poller", append(at, "boss")...)
			case <-time.After(patience):
				t.Fatal("libzmq's worker still runs")
			}
		}
		ours.Exits(0)
		theirs.Exits(0)
		ours.Await(`^is told Exit\n\z`)
		theirs.Await(`^is told Exit\n\z`)
		waited, worked := time.Since(begun), ours.Cmd.ProcessState.UserTime()+ours.Cmd.ProcessState.SystemTime()
		if waited < 400*time.Millisecond || worked > waited/2 { // ten tasks, 50 ms each
			t.Errorf("the worker took %v of the processor in %v", worked, waited)
		}
		t.Logf("the worker took %v of the processor in %v", worked, waited)
	})
	t.Run("libzmq's boss", func(t *testing.T) {
		t.Parallel()
		at := []string{"-tasks", free(t), "-orders", free(t)}
		worker := start(t, "poller", append(at, "worker")...)
		twin(t, "poller", append(at, "boss")...)
		worker.Exits(0)
		worker.Await(`^is told Exit\n\z`)
	})
	t.Run("Ctrl-C", func(t *testing.T) {
		t.Parallel()
		at := []string{"-tasks", free(t), "-orders", free(t)}
		worker, boss := start(t, "poller", append(at, "worker")...), start(t, "poller", append(at, "boss")...)
		worker.Await(`^does task \d+$`)
		worker.interrupt()
		boss.interrupt()
	})
}
