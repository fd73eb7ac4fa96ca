// Package busytest tells a busy machine from a slow program, for tests of what is promised
// within a time: the kernel counts for how long each thread has had a processor, and for how
// long it wanted one and had none. On a quiet machine the second is milliseconds, and no fault
// makes it more: a program that hangs wants no processor, and one that spins has one. Where
// the kernel does not count (/proc/PID/task/TID/schedstat, Linux with CONFIG_SCHED_INFO),
// nobody has waited.
package busytest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Share is what a process has had of the processors, all its threads that run together.
type Share struct {
	Had    time.Duration
	Waited time.Duration // for a processor
}

// Of returns the share of a process since it began; none if it has ended. Threads that
// have ended no longer count. Safe for concurrent use.
func Of(pid int) (s Share) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid)) // the pattern is good
	for _, thread := range threads {
		text, _ := os.ReadFile(thread) // the thread may have ended
		if fields := strings.Fields(string(text)); len(fields) == 3 {
			s.Had += nanoseconds(fields[0])
			s.Waited += nanoseconds(fields[1])
		}
	}
	return s
}

func nanoseconds(text string) time.Duration {
	n, _ := strconv.ParseInt(text, 10, 64) // the kernel writes numbers
	return time.Duration(n)
}

// Mine returns the share of this process.
func Mine() Share { return Of(os.Getpid()) }

// Since returns the share from an earlier one on.
func (s Share) Since(earlier Share) Share {
	return Share{max(0, s.Had-earlier.Had), max(0, s.Waited-earlier.Waited)}
}

// And returns the share of two processes together.
func (s Share) And(other Share) Share { return Share{s.Had + other.Had, s.Waited + other.Waited} }

// Slowdown returns how many times as long as on a quiet machine things took that are work:
// 1 or more.
func (s Share) Slowdown() float64 {
	if s.Had == 0 {
		return 1
	}
	return 1 + float64(s.Waited)/float64(s.Had)
}
