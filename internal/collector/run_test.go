package collector

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/follower"
	"homebus/internal/link"
	"homebus/internal/proxies"
	"homebus/internal/socket"
	"homebus/internal/tail"
)

// street is nodes and what is between them and collectors, in this process, so that the race
// detector sees them all.
type street struct {
	t     *testing.T
	ctx   context.Context
	group *errgroup.Group
	bus   *link.Bus
	queue proxies.Endpoints
	log   *slog.Logger
}

func newStreet(t *testing.T) *street {
	ctx, stop := context.WithCancel(t.Context())
	s := &street{t: t, ctx: ctx, group: &errgroup.Group{}, bus: link.NewBus(), log: slog.New(slog.DiscardHandler)}
	queue, err := proxies.NewQueue(proxies.Endpoints{Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"}},
		socket.Config{Log: s.log})
	must(t, err)
	s.queue = queue.Endpoints()
	s.group.Go(func() error { return queue.Run(ctx) })
	t.Cleanup(func() {
		stop()
		if err := s.group.Wait(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// node follows the files of a folder.
func (s *street) node(name, dir string) {
	p, err := tail.ParsePattern(filepath.ToSlash(dir) + "/**/*.log")
	must(s.t, err)
	s.group.Go(func() error {
		return follower.Run(s.ctx, follower.Config{Node: name, Patterns: []tail.Pattern{p}, Link: s.bus.Link(name), Queue: s.queue.Backend[0], Log: s.log})
	})
}

// collect collects until it is stopped.
func (s *street) collect(dir string) (stop func()) {
	folder, err := OpenFolder(dir)
	must(s.t, err)
	ctx, cancel := context.WithCancel(s.ctx)
	ended := make(chan error, 1)
	s.group.Go(func() error {
		defer folder.Close()
		err := Run(ctx, Config{Link: s.bus.Link("collector"), Queue: s.queue.Frontend[0], Store: folder, Log: s.log})
		ended <- err
		return err
	})
	return func() { cancel(); <-ended }
}

func add(t *testing.T, name, text string) {
	t.Helper()
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	must(t, err)
	defer file.Close()
	_, err = file.WriteString(text)
	must(t, err)
}

// same waits until all files of the map are as those that they are mapped to.
func same(t *testing.T, files map[string]string) {
	t.Helper()
	looks := time.NewTicker(20 * time.Millisecond)
	defer looks.Stop()
	deadline := time.After(20 * time.Second)
	for a, b := range files {
		for {
			one, _ := os.ReadFile(a)
			other, err := os.ReadFile(b)
			if err == nil && bytes.Equal(one, other) {
				break
			}
			select {
			case <-looks.C:
			case <-deadline:
				t.Fatalf("%s has %d bytes, %s %d, %v", a, len(one), b, len(other), err)
			}
		}
	}
}

// TestCollecting has two nodes, a collector that comes late, misses a rotation, and a bus
// that is gone for a while.
func TestCollecting(t *testing.T) {
	s, out := newStreet(t), t.TempDir()
	files := map[string]string{}
	var logs []string
	for i := range 2 {
		dir, node := t.TempDir(), fmt.Sprint("n", i)
		log := filepath.Join(dir, "a.log")
		add(t, log, "one\ntwo\nhal")
		files[log] = filepath.Join(out, node, filepath.FromSlash(filepath.ToSlash(log)[1:]))
		logs = append(logs, log)
		s.node(node, dir)
	}
	stop := s.collect(out)
	same(t, files)
	for _, log := range logs {
		add(t, log, "f\n")
	}
	same(t, files)
	stop()

	for _, log := range logs {
		add(t, log, "the end of the first\n")
		must(t, os.Rename(log, log+".1"))
		add(t, log, "a second\n")
		files[log+".1"] = files[log] + "@1"
	}
	stop = s.collect(out)
	s.bus.Stop()
	for _, log := range logs {
		add(t, log, "while there is no bus\n")
	}
	s.bus.Start()
	same(t, files)
	stop()
}
