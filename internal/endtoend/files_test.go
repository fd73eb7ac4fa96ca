package endtoend

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// The size of TestFilesOfManyNodes. The full one is
//
//	go test ./internal/endtoend -run FilesOfManyNodes -v -file-nodes 10 -file-count 100 -file-lines 1000000 -file-seconds 60
var (
	fileNodes   = flag.Int("file-nodes", 3, "nodes of TestFilesOfManyNodes")
	fileCount   = flag.Int("file-count", 9, "files on all of them")
	fileLines   = flag.Int("file-lines", 9000, "lines in all of these")
	fileSeconds = flag.Float64("file-seconds", 1.5, "how long they are written, while programs are killed")
	fileSeed    = flag.Uint64("file-seed", 1, "the seed of what is random")
)

// fleet is nodes that follow files, a collector, and what is between them.
type fleet struct {
	t      *testing.T
	at     place
	queue  place
	dir    string
	nodes  []*process
	gather *process
}

func (f *fleet) node(i int) string    { return fmt.Sprintf("n%d", i) }
func (f *fleet) nodeDir(i int) string { return filepath.Join(f.dir, f.node(i)) }
func (f *fleet) collected() string    { return filepath.Join(f.dir, "collected") }

func (f *fleet) startNode(i int) *process {
	cmd := exec.Command(filepath.Join(programs, "sim"), "--tail", f.nodeDir(i)+"/**/*.log", "--node", f.node(i), "--queue", f.queue.backend)
	return f.at.startCommand(f.t, cmd)
}

func (f *fleet) startCollector() *process {
	return f.at.start(f.t, "bus", "collect", "--out", f.collected(), "--queue", f.queue.frontend)
}

// source is a file that is written, and rotated.
type source struct {
	disk    string // where it is written
	copy    string // where it is collected
	cut     bool   // by truncation; then only the last generation is there to compare
	rotated int
}

// write writes lines until as many are written, rotating now and then.
func (s *source) write(r *rand.Rand, lines int, pace time.Duration) error {
	file, err := os.OpenFile(s.disk, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	const steps = 50
	ticks := time.NewTicker(max(pace/steps, time.Millisecond))
	defer ticks.Stop()
	rotateAt := 1 + r.IntN(steps-1)
	for step := range steps {
		<-ticks.C
		var text bytes.Buffer
		for n := range (step+1)*lines/steps - step*lines/steps {
			fmt.Fprintf(&text, "%s line %d of step %d: %x\n", filepath.Base(s.disk), n, step, r.Uint64())
		}
		half := text.Len() / 2 // mostly in the midst of a line
		if _, err := file.Write(text.Bytes()[:half]); err != nil {
			return err
		}
		if step == rotateAt {
			if file, err = s.rotate(file); err != nil {
				return err
			}
			rotateAt += 1 + r.IntN(steps)
		}
		if _, err := file.Write(text.Bytes()[half:]); err != nil {
			return err
		}
	}
	return nil
}

func (s *source) rotate(file *os.File) (*os.File, error) {
	if s.cut {
		return file, file.Truncate(0)
	}
	s.rotated++
	if err := os.Rename(s.disk, fmt.Sprintf("%s.%d", s.disk, s.rotated)); err != nil {
		return file, err
	}
	if err := file.Close(); err != nil {
		return file, err
	}
	return os.OpenFile(s.disk, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
}

// differs says how the collected file and those that were rotated away differ, "" if they
// do not.
func (s *source) differs() string {
	if a, b := sum(s.disk), sum(s.copy); a != b {
		return fmt.Sprintf("%s has %s, its copy %s", s.disk, a, b)
	}
	for n := 1; n <= s.rotated && !s.cut; n++ {
		if a, b := sum(fmt.Sprintf("%s.%d", s.disk, n)), sum(fmt.Sprintf("%s@%d", s.copy, n)); a != b {
			return fmt.Sprintf("%s, rotation %d, has %s, its copy %s", s.disk, n, a, b)
		}
	}
	if more := fmt.Sprintf("%s@%d", s.copy, s.rotated+1); !s.cut {
		if _, err := os.Stat(more); err == nil {
			return fmt.Sprintf("%s was rotated %d times, and there is %s", s.disk, s.rotated, more)
		}
	}
	return ""
}

// sum is a file's checksum with its size, or why there is none.
func sum(name string) string {
	file, err := os.Open(name)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	h := sha256.New()
	n, err := io.Copy(h, file)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d bytes %x", n, h.Sum(nil)[:8])
}

// TestFilesOfManyNodes kills nodes and the collector, the hub and the queue at random, all
// with SIGKILL, while files are written, rotated and cut. In the end every file that was
// written has a copy with the same checksum.
func TestFilesOfManyNodes(t *testing.T) {
	t.Parallel()
	f := &fleet{t: t, at: newPlace(t), queue: newPlace(t), dir: t.TempDir()}
	startHub := func() *process { return f.at.start(t, "bus", "serve", "--scenes", "") }
	startQueue := func() *process {
		return f.at.start(t, "bus", "proxy", "queue", "--frontend", f.queue.frontend, "--backend", f.queue.backend)
	}
	hub, queue := startHub(), startQueue()
	sources := f.files()
	for i := range *fileNodes {
		f.nodes = append(f.nodes, f.startNode(i))
	}
	f.gather = f.startCollector() // late: the files have a beginning already
	f.await(sources, "the beginning")

	began := time.Now()
	pace := time.Duration(*fileSeconds * float64(time.Second))
	var writers errgroup.Group
	for i, s := range sources {
		writers.Go(func() error {
			return s.write(rand.New(rand.NewPCG(*fileSeed, uint64(i))), *fileLines / *fileCount, pace)
		})
	}
	written := make(chan error, 1)
	go func() { written <- writers.Wait() }()
	kills, r := 0, rand.New(rand.NewPCG(*fileSeed, 1<<32))
	for ticks := time.NewTicker(300 * time.Millisecond); ; {
		select {
		case <-ticks.C:
			kills++
			switch n := r.IntN(10); {
			case n < 5:
				i := r.IntN(*fileNodes)
				f.nodes[i].Kill()
				f.nodes[i] = f.startNode(i)
			case n < 8:
				f.gather.Kill()
				f.gather = f.startCollector()
			case n < 9:
				hub.Kill()
				hub = startHub()
			default:
				queue.Kill()
				queue = startQueue()
			}
			continue
		case err := <-written:
			ticks.Stop()
			if err != nil {
				t.Fatal(err)
			}
		}
		break
	}
	wrote := time.Since(began)
	f.await(sources, "the end")
	f.nodes[0].endsPromptly(syscall.SIGTERM, 0)
	f.gather.endsPromptly(syscall.SIGINT, 0)
	rotated := 0
	for _, s := range sources {
		rotated += s.rotated
	}
	t.Logf("%d lines in %d files of %d nodes, %d rotations, written in %v with %d kills; all the same %v later",
		*fileLines, *fileCount, *fileNodes, rotated, wrote.Round(time.Millisecond), kills, (time.Since(began) - wrote).Round(time.Millisecond))
}

// files makes the files, each with a line.
func (f *fleet) files() []*source {
	var sources []*source
	for i := range *fileCount {
		node := i % *fileNodes
		disk := filepath.Join(f.nodeDir(node), fmt.Sprintf("part%d", i%4), fmt.Sprintf("f%d.log", i))
		if err := os.MkdirAll(filepath.Dir(disk), 0o777); err != nil {
			f.t.Fatal(err)
		}
		if err := os.WriteFile(disk, fmt.Appendf(nil, "the beginning of %d\n", i), 0o666); err != nil {
			f.t.Fatal(err)
		}
		sources = append(sources, &source{disk: disk, cut: i%5 == 4,
			copy: filepath.Join(f.collected(), f.node(node), strings.TrimPrefix(disk, "/"))})
	}
	return sources
}

// await waits until all copies are as their sources.
func (f *fleet) await(sources []*source, what string) {
	f.t.Helper()
	looks := time.NewTicker(50 * time.Millisecond)
	defer looks.Stop()
	for deadline := time.After(2 * time.Minute); ; {
		differ := ""
		for _, s := range sources {
			if differ = s.differs(); differ != "" {
				break
			}
		}
		if differ == "" {
			return
		}
		select {
		case <-looks.C:
		case <-deadline:
			f.t.Fatalf("%s: %s\ncollector: %s", what, differ, f.gather.Text())
		}
	}
}

// TestFilesPage runs what docs/files.md shows, word for word but for the places, and
// examples/files: two nodes, so that half of the requests come to the wrong one.
func TestFilesPage(t *testing.T) {
	t.Parallel()
	interpreter := python(t)
	shell, scripts := page(t, "docs/files.md", "sh"), page(t, "docs/files.md", "python")
	if len(shell) != 1 || len(scripts) != 2 {
		t.Fatalf("docs/files.md has %d pieces of shell and %d of Python; this test knows 1 and 2", len(shell), len(scripts))
	}
	at, queue, dir := newPlace(t), newPlace(t), t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "logs"), 0o777); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "logs", "a.log")
	text := strings.Repeat("a line\n", 200_000) + "the last line\n" // more than one answer
	if err := os.WriteFile(log, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("tcp://127.0.0.1:5563", queue.frontend, "tcp://127.0.0.1:5564", queue.backend)
	in := func(line string) *process {
		words := strings.Split(strings.NewReplacer("'", "", `""`, "").Replace(here.Replace(line)), " ")
		cmd := exec.Command(filepath.Join(programs, words[0]), words[1:]...)
		cmd.Env = append(os.Environ(), "HOMEBUS_QUEUE_FRONTEND="+queue.frontend, "HOMEBUS_QUEUE_BACKEND="+queue.backend)
		return at.startIn(t, dir, cmd)
	}
	for _, line := range strings.Split(strings.TrimSpace(shell[0]), "\n") {
		in(line)
	}
	beats := in("bus sub file/") // a plain REQ does not ask again: both are to be there
	in("sim --tail nothing/* --node n2")
	beats.Await(`^file/n1 `)
	beats.Await(`^file/n2 `)
	lines := at.startPython(t, interpreter, scripts[0])
	for range 4 { // by either node
		whole := at.startPython(t, interpreter, here.Replace(scripts[1]))
		whole.Await(`^the last line$`)
		whole.Wait()
		if whole.Text() != text {
			t.Errorf("%d bytes; want %d", len(whole.Text()), len(text))
		}
	}
	example := at.start(t, "files", queue.frontend, "n1", "logs/a.log")
	example.Await(`^the last line$`)
	f := &fleet{t: t, gather: example}
	f.await([]*source{{disk: log, copy: filepath.Join(dir, "collected", "n1", "logs", "a.log")}}, "docs/files.md")
	file, err := os.OpenFile(log, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString("hello\n"); err != nil {
		t.Fatal(err)
	}
	lines.Await(fmt.Sprintf(`^file/n1/logs/a.log %d hello$`, len(text)))
	example.Await(`^hello$`)
	example.endsPromptly(syscall.SIGINT, 0)
}
