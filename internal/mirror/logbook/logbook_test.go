package logbook

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// texts are the lines with their levels.
func texts(b *Book) []string {
	var list []string
	for _, l := range b.Lines() {
		list = append(list, l.Level.String()+" "+l.Text)
	}
	return list
}

func TestLines(t *testing.T) {
	b := New(slog.LevelInfo)
	log := slog.New(b.Handler())
	log.Debug("not heard")
	log.Info("connected", "to", "tcp://127.0.0.1:5559", "msg", "mine", "time", "now")
	log.With("device", "kitchen/toaster").WithGroup("conn").Warn("reconnecting", "after", "1s", "msg", "mine")
	log.Error("gone\x1b[2J", "err", "a\nb\u202ec")
	want := []string{
		"INFO connected  to=tcp://127.0.0.1:5559 msg=mine time=now",
		"WARN reconnecting  device=kitchen/toaster conn.after=1s conn.msg=mine",
		`ERROR gone  err="a\nb\u202ec"`,
	}
	if got := texts(b); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
	if lines, trouble := b.Told(); lines != 3 || trouble != 2 {
		t.Errorf("told %d, trouble %d", lines, trouble)
	}
	if b.Lines()[0].At.IsZero() {
		t.Error("a line has no time")
	}
}

func TestTheOldestIsForgotten(t *testing.T) {
	b := New(slog.LevelInfo)
	log := slog.New(b.Handler())
	for i := range MaxLines + 3 {
		log.Info(fmt.Sprint(i), "long", strings.Repeat("x", 2*maxCells))
	}
	lines := b.Lines()
	if n := len(lines); n != MaxLines || !strings.HasPrefix(lines[0].Text, "3  ") || !strings.HasPrefix(lines[n-1].Text, fmt.Sprint(MaxLines+2)) {
		t.Errorf("%d lines, from %q to %q", n, lines[0].Text, lines[len(lines)-1].Text)
	}
	if n := len(lines[0].Text); n > maxCells+len("…") {
		t.Errorf("a line is %d cells wide", n)
	}
	if told, _ := b.Told(); told != MaxLines+3 {
		t.Errorf("told %d", told)
	}
}

// Many write at once, and somebody reads.
func TestManyWriters(t *testing.T) {
	b := New(slog.LevelInfo)
	log := slog.New(b.Handler())
	var g sync.WaitGroup
	for i := range 8 {
		g.Go(func() {
			for range 100 {
				log.With("writer", i).Warn("here")
				b.Lines()
			}
		})
	}
	g.Wait()
	if lines, trouble := b.Told(); lines != 800 || trouble != 800 {
		t.Errorf("told %d, trouble %d", lines, trouble)
	}
	for _, l := range b.Lines() {
		if !strings.HasPrefix(l.Text, "here  writer=") || len(l.Text) != len("here  writer=0") {
			t.Fatalf("torn: %q", l.Text)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	log := slog.New(New(slog.LevelInfo).Handler())
	b.ReportAllocs()
	for b.Loop() {
		log.Warn("reconnecting", "after", "1s", "device", "kitchen/toaster")
	}
}
