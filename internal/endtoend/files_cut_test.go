//go:build linux

package endtoend

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fileCut is how long TestFilesAreCutOff cuts. For a whole minute, five times, run
//
//	go test ./internal/endtoend -run FilesAreCutOff -v -file-cut 1m
var fileCut = flag.Duration("file-cut", 300*time.Millisecond, "how long TestFilesAreCutOff cuts nodes off and stops programs")

// TestFilesAreCutOff has a node on another computer, whose cable is pulled out for a while,
// and stops one program after the other for as long. Meanwhile files are written, rotated,
// begun, and begun and rotated. In the end all are the same.
func TestFilesAreCutOff(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	frontend, backend := "tcp://"+hubAddress+":5563", "tcp://"+hubAddress+":5564"
	f := &fleet{t: t, at: n.at, queue: place{frontend, backend}, dir: t.TempDir()}
	sources := map[string]*source{}
	write := func(name, text string) {
		t.Helper()
		s := sources[name]
		if s == nil {
			disk := filepath.Join(f.nodeDir(0), name)
			s = &source{disk: disk, copy: filepath.Join(f.collected(), f.node(0), strings.TrimPrefix(disk, "/"))}
			sources[name] = s
		}
		file, err := os.OpenFile(s.disk, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := file.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	rotate := func(name string) {
		t.Helper()
		s := sources[name]
		s.rotated++
		rotated := fmt.Sprintf("%s.%d", s.disk, s.rotated)
		if err := os.Rename(s.disk, rotated); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-time.Minute + time.Duration(s.rotated)*time.Second) // nobody writes to it any more
		if err := os.Chtimes(rotated, at, at); err != nil {
			t.Fatal(err)
		}
	}
	same := func(what string) {
		t.Helper()
		began := time.Now()
		var all []*source
		for _, s := range sources {
			all = append(all, s)
		}
		f.await(all, what)
		t.Logf("%s: all the same after %v", what, time.Since(began).Round(time.Millisecond))
	}

	if err := os.MkdirAll(f.nodeDir(0), 0o777); err != nil {
		t.Fatal(err)
	}
	write("a.log", "before anything\n")
	hub := n.start(n.hub, "bus", "serve", "--scenes", "")
	queue := n.start(n.hub, "bus", "proxy", "queue", "--frontend", frontend, "--backend", backend)
	node := n.start(n.house, "sim", "--tail", f.nodeDir(0)+"/*.log", "--node", f.node(0), "--queue", backend)
	f.gather = n.start(n.hub, "bus", "collect", "--out", f.collected(), "--queue", frontend)
	same("the beginning")

	stop := func(p *process) (cut, mend func()) {
		return func() { p.Signal(syscall.SIGSTOP) }, func() { p.Signal(syscall.SIGCONT) }
	}
	for i, tt := range []struct {
		name string
		of   func() (cut, mend func())
	}{
		{"cable", func() (cut, mend func()) { return func() { n.cable("down") }, func() { n.cable("up") } }},
		{"hub", func() (cut, mend func()) { return stop(hub) }},
		{"collector", func() (cut, mend func()) { return stop(f.gather) }},
		{"queue", func() (cut, mend func()) { return stop(queue) }},
		{"node", func() (cut, mend func()) { return stop(node) }},
	} {
		if i > 1 && *fileCut < time.Second {
			t.Log("the others are stopped with -file-cut 1s or more")
			break
		}
		cut, mend := tt.of()
		cut()
		over := time.NewTimer(*fileCut)
		write("a.log", "while the "+tt.name+" was cut\nhal")
		write("new-"+tt.name+".log", "begun and rotated\n")
		rotate("new-" + tt.name + ".log")
		write("new-"+tt.name+".log", "begun again\n")
		steps := time.NewTicker(*fileCut / 20)
		for i := 0; ; i++ {
			select {
			case <-steps.C:
				write("a.log", fmt.Sprintf("f a line, and %d\nhal", i))
				if i%8 == 7 {
					rotate("a.log")
				}
				continue
			case <-over.C:
			}
			break
		}
		steps.Stop()
		write("a.log", "the last half\n")
		mend()
		same(tt.name)
	}
}
