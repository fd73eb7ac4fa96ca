package collect

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"homebus/internal/filewire"
)

// memory is a Store in memory, with all that was set aside.
type memory map[Source]*kept

type kept struct {
	now     []byte
	earlier [][]byte
	refused error
}

func (m memory) of(s Source) *kept {
	if m[s] == nil {
		m[s] = &kept{}
	}
	return m[s]
}

func (m memory) Size(s Source) (int64, error) { return int64(len(m.of(s).now)), m.of(s).refused }

func (m memory) Append(s Source, b []byte) error {
	m.of(s).now = append(m.of(s).now, b...)
	return m.of(s).refused
}

func (m memory) Proof(s Source) (filewire.Proof, error) { return *prove(m.of(s).now), nil }

func (m memory) SetAside(s Source) error {
	if k := m.of(s); len(k.now) > 0 {
		k.earlier, k.now = append(k.earlier, k.now), nil
	}
	return nil
}

func (m memory) Aside(s Source) (*filewire.Proof, error) {
	if k := m.of(s); len(k.earlier) > 0 {
		return prove(k.earlier[len(k.earlier)-1]), nil
	}
	return nil, nil
}

func prove(b []byte) *filewire.Proof {
	p, err := filewire.Prove(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		panic(err)
	}
	return &p
}

// world is a node with one source for the Collector, without clock, network or disk.
type world struct {
	t     *testing.T
	r     *rand.Rand
	now   time.Time
	store memory
	c     *Collector
	at    Source
	// gens are all generations, the last the one at the path; rev and run are the node's.
	gens [][]byte
	run  int
	rev  uint64
	// said is when the last beat was; beats says that there is one a second.
	said  time.Time
	beats bool
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{t: t, r: rand.New(rand.NewPCG(seed, 7)), now: time.Unix(0, 0), store: memory{}, at: Source{"n1", "a.log"}, gens: [][]byte{nil}}
	w.c = New(w.store)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) name(i int) string { return fmt.Sprintf("g%d", i) }

// write adds a line to the file; its message comes, or does not.
func (w *world) write(comes bool) {
	last := len(w.gens) - 1
	line := fmt.Appendf(nil, "%d %d\n", last, w.r.Uint32())
	offset := int64(len(w.gens[last]))
	w.gens[last] = append(w.gens[last], line...)
	w.rev++
	if comes {
		w.must(w.c.Line(w.now, w.at, filewire.NewLine(w.name(last), offset, line)))
	}
}

func (w *world) rotate() {
	w.gens = append(w.gens, nil)
	w.rev++
}

func (w *world) beat() {
	w.said = w.now
	w.c.Beat(w.now, "n1", filewire.Beat{Run: fmt.Sprint("run", w.run), Rev: w.rev})
}

// answer answers as a node does, a few bytes at a time.
func (w *world) answer(r filewire.Request) {
	last := len(w.gens) - 1
	if r.List {
		w.must(w.c.Answer(w.now, filewire.Answer{Node: "n1", ID: r.ID, List: true, Run: fmt.Sprint("run", w.run), Rev: w.rev,
			Files: []filewire.Entry{{Path: "a.log", Size: int64(len(w.gens[last])), Generation: w.name(last)}}}, nil))
		return
	}
	g := last
	switch {
	case r.Proof != nil:
		g = slices.IndexFunc(w.gens, func(b []byte) bool { return r.Proof.Holds(bytes.NewReader(b)) })
	case r.Oldest:
		g = max(0, slices.IndexFunc(w.gens, func(b []byte) bool { return len(b) > 0 }))
	case r.After != nil:
		g = slices.IndexFunc(w.gens, func(b []byte) bool {
			return int64(len(b)) == r.After.Size && r.After.Holds(bytes.NewReader(b))
		})
		for g++; g < last && len(w.gens[g]) == 0 || g == 0 && g < last; g++ {
		}
	}
	a := filewire.Answer{Node: "n1", ID: r.ID, Path: "a.log", Offset: r.Offset}
	if g < 0 {
		a.Gone = true
		w.must(w.c.Answer(w.now, a, nil))
		return
	}
	data := w.gens[g][r.Offset:]
	data = data[:min(len(data), 40)]
	a.Generation, a.Size, a.Earlier = w.name(g), int64(len(w.gens[g])), g < last
	a.Done = a.Earlier && r.Offset+int64(len(data)) == a.Size
	w.must(w.c.Answer(w.now, a, data))
}

// pass lets time pass; what is asked for is answered, or lost.
func (w *world) pass(answers bool) {
	w.now = w.now.Add(200 * time.Millisecond)
	if w.beats && w.now.Sub(w.said) >= time.Second {
		w.beat()
	}
	requests, err := w.c.Next(w.now)
	w.must(err)
	for _, r := range requests {
		if answers {
			w.answer(r)
		}
	}
}

// TestNothingIsMissingInTheEnd loses lines and answers, rotates, and begins both sides anew,
// at random: in the end the store has every byte of every generation.
func TestNothingIsMissingInTheEnd(t *testing.T) {
	for seed := range uint64(100) {
		w := newWorld(t, seed)
		w.beats = true
		w.c.Up(w.now)
		for range 200 {
			switch n := w.r.IntN(100); {
			case n < 50:
				w.write(w.r.IntN(3) > 0)
			case n < 55:
				w.rotate()
			case n < 60:
				w.beat()
			case n < 63: // killed
				w.c = New(w.store)
				w.c.Up(w.now)
			case n < 66:
				w.run, w.rev = w.run+1, 1
			default:
				w.pass(w.r.IntN(4) > 0)
			}
		}
		w.settle()
		var want [][]byte
		for _, g := range w.gens[:len(w.gens)-1] {
			if len(g) > 0 {
				want = append(want, g)
			}
		}
		k := w.store.of(w.at)
		if !slices.EqualFunc(k.earlier, want, bytes.Equal) || !bytes.Equal(k.now, w.gens[len(w.gens)-1]) {
			t.Fatalf("seed %d: the store has %d earlier generations and %d bytes; the node %d and %d",
				seed, len(k.earlier), len(k.now), len(want), len(w.gens[len(w.gens)-1]))
		}
		if len(w.c.underWay) != 0 || len(w.c.lacking) != 0 {
			t.Fatalf("seed %d: at rest, and %d requests under way, %d sources that lack", seed, len(w.c.underWay), len(w.c.lacking))
		}
	}
}

// settle lets everything that is asked for be answered, for as long as that may take.
func (w *world) settle() {
	for range 1000 {
		w.beat()
		w.pass(true)
	}
}

func TestCutIsBegunAnew(t *testing.T) {
	w := newWorld(t, 1)
	w.write(true)
	w.write(true)
	before := bytes.Clone(w.gens[0])
	w.gens[0] = []byte("another\n")
	w.rev++
	w.settle()
	k := w.store.of(w.at)
	if string(k.now) != "another\n" || len(k.earlier) != 1 || !bytes.Equal(k.earlier[0], before) {
		t.Errorf("%q, earlier %q", k.now, k.earlier)
	}
	if s := w.c.Stats(); s.Lost != 1 || s.SetAside != 1 {
		t.Errorf("%+v", s)
	}
}

// TestTheOldestComesFirst has a collector that has nothing yet, and a node that may have
// more than what is at the path; then lines of one that cannot be asked.
func TestTheOldestComesFirst(t *testing.T) {
	w := newWorld(t, 1)
	w.c.Up(w.now)
	w.write(false)
	w.rotate()
	w.write(true) // before any beat
	w.settle()
	k := w.store.of(w.at)
	if len(k.earlier) != 1 || !bytes.Equal(k.earlier[0], w.gens[0]) || !bytes.Equal(k.now, w.gens[1]) {
		t.Errorf("%q, earlier %q; want %q", k.now, k.earlier, w.gens)
	}
	script := Source{"script", "a.log"}
	for range 2 {
		w.c.Up(w.now)
		w.must(w.c.Line(w.now, script, filewire.NewLine("g", 0, []byte("x\n")))) // its beat may still come
		w.now = w.now.Add(firstBeats)
	}
	w.must(w.c.Line(w.now, script, filewire.NewLine("g", 0, []byte("x\n"))))
	if got := w.store.of(script).now; string(got) != "x\n" {
		t.Errorf("of a node without a beat: %q", got)
	}
}

// TestLinesThatComeBeforeTheAnswer has a line come late, when it has been asked for already.
func TestLinesThatComeBeforeTheAnswer(t *testing.T) {
	w := newWorld(t, 1)
	w.write(true)
	w.beat()
	w.pass(true)
	before := int64(len(w.gens[0]))
	w.write(false)
	late := filewire.NewLine(w.name(0), before, bytes.Clone(w.gens[0][before:]))
	w.write(false)
	for late.End > 0 {
		w.beat()
		w.now = w.now.Add(200 * time.Millisecond)
		requests, err := w.c.Next(w.now)
		w.must(err)
		for _, r := range requests {
			if !r.List {
				w.must(w.c.Line(w.now, w.at, late))
				late.End = 0
			}
			w.answer(r)
		}
	}
	w.settle()
	if got := w.store.of(w.at); !bytes.Equal(got.now, w.gens[0]) || len(got.earlier) > 0 || w.c.stats.Lines != 2 {
		t.Errorf("%q, earlier %q, %+v; want %q", got.now, got.earlier, w.c.stats, w.gens[0])
	}
}

func TestSilentNodesAreNotAsked(t *testing.T) {
	w := newWorld(t, 1)
	w.write(false)
	w.write(true)
	w.pass(false)
	if s := w.c.Stats(); s.Asked != 0 || s.Gaps != 1 {
		t.Errorf("a node that was never heard: %+v", s)
	}
	w.beat()
	w.pass(false)
	if s := w.c.Stats(); s.Asked != 1 {
		t.Errorf("one that is there: %+v", s)
	}
	w.now = w.now.Add(time.Minute)
	w.pass(false)
	if s := w.c.Stats(); s.Asked != 1 || len(w.c.underWay) != 0 {
		t.Errorf("one that is silent: %+v, %d under way", s, len(w.c.underWay))
	}
}

// TestTwoNodesOfOneName has a second node begin while the first is there, and end again. A
// program that is started anew is one node, also where a message of the dead one is late.
func TestTwoNodesOfOneName(t *testing.T) {
	w := newWorld(t, 1)
	var told []string
	w.c.Doubled = func(node string) { told = append(told, node) }
	beat := func(run string) {
		w.c.Beat(w.now, "n1", filewire.Beat{Run: run, Rev: w.rev})
		w.now = w.now.Add(time.Second / 2)
	}
	w.write(true)
	for _, run := range []string{"a", "a", "b", "a", "b", "b", "c", "b", "c"} { // the late ones are of the dead
		beat(run)
	}
	for range 5 {
		w.now = w.now.Add(Silence)
		beat("d")
		beat("e")
	}
	if len(told) > 0 {
		t.Errorf("one that is started anew: told of %q", told)
	}
	for range 20 {
		beat("a")
		beat("b")
	}
	if !slices.Equal(told, []string{"n1"}) {
		t.Errorf("told of %q", told)
	}
	w.write(true)
	if requests, err := w.c.Next(w.now); len(requests) > 0 || err != nil {
		t.Errorf("asked %+v, %v", requests, err)
	}
	if got := len(w.store.of(w.at).now); got == len(w.gens[0]) {
		t.Error("a line of one of them is taken")
	}
	w.now = w.now.Add(2 * Silence)
	w.settle()
	if got := w.store.of(w.at); !bytes.Equal(got.now, w.gens[0]) || len(got.earlier) > 0 {
		t.Errorf("%q, earlier %q; want %q", got.now, got.earlier, w.gens[0])
	}
}

func TestSilentNodesMakeRoom(t *testing.T) {
	w := newWorld(t, 1)
	for i := range MaxNodes {
		w.c.Beat(w.now, fmt.Sprint("old", i), filewire.Beat{Run: "r", Rev: 1})
	}
	_, err := w.c.Next(w.now)
	w.must(err)
	w.beat()
	if s := w.c.Stats(); s.Nodes != MaxNodes || s.Ignored != 1 {
		t.Errorf("full: %+v", s)
	}
	w.now = w.now.Add(forgotten)
	w.write(true)
	w.settle()
	if s := w.c.Stats(); s.Nodes != 1 || !bytes.Equal(w.store.of(w.at).now, w.gens[0]) {
		t.Errorf("%+v", s)
	}
}

func TestRefusedSourcesAreLeftAlone(t *testing.T) {
	w := newWorld(t, 1)
	told := 0
	w.c.Refused = func(Source, error) { told++ }
	w.store.of(w.at).refused = Refusal{errors.New("a folder")}
	w.write(true)
	w.write(true)
	w.settle()
	if told != 1 || len(w.store.of(w.at).now) != 0 {
		t.Errorf("told %d times, %q", told, w.store.of(w.at).now)
	}
	broken := errors.New("no space")
	w.at.Path = "b.log"
	w.store.of(w.at).refused = broken
	if err := w.c.Line(w.now, w.at, filewire.NewLine("g", 0, []byte("x\n"))); !errors.Is(err, broken) {
		t.Errorf("a store that fails: %v", err)
	}
}

// TestChangedIsBegunAgain has somebody remove a collected file while an answer is on the way.
func TestChangedIsBegunAgain(t *testing.T) {
	w := newWorld(t, 1)
	w.write(true)
	w.beat()
	w.pass(true)
	w.write(false)
	w.write(true) // a gap
	requests, err := w.c.Next(w.now)
	w.must(err)
	w.store.of(w.at).now = nil
	w.must(w.c.Failed(fmt.Errorf("flush: %w", Changed{w.at, errors.New("removed")})))
	for _, r := range requests {
		w.answer(r)
	}
	w.settle()
	if got := w.store.of(w.at); !bytes.Equal(got.now, w.gens[0]) || len(got.earlier) > 0 {
		t.Errorf("%q, earlier %q; want %q", got.now, got.earlier, w.gens[0])
	}
	if err := w.c.Failed(errors.New("no space")); err == nil {
		t.Error("another error is not returned")
	}
}

// TestASilentCrowdHoldsUpNobody has very many sources that lack bytes and cannot be asked for,
// and one that can.
func TestASilentCrowdHoldsUpNobody(t *testing.T) {
	w := newWorld(t, 1)
	for i := range 4 * mostLooks {
		w.must(w.c.Line(w.now, Source{"silent", fmt.Sprint(i)}, filewire.NewLine("g", 5, []byte("x\n"))))
	}
	w.write(false)
	w.write(true)
	for range 20 {
		w.beat()
		w.pass(true)
	}
	if got := w.store.of(w.at).now; !bytes.Equal(got, w.gens[0]) {
		t.Errorf("%q; want %q", got, w.gens[0])
	}
	if len(w.c.lacking) != 4*mostLooks {
		t.Errorf("%d lack bytes; want %d", len(w.c.lacking), 4*mostLooks)
	}
}

// BenchmarkSilentCrowd is of Next while 100,000 sources lack bytes and cannot be asked for.
func BenchmarkSilentCrowd(b *testing.B) {
	c, now := New(memory{}), time.Unix(0, 0)
	for i := range 100_000 {
		if err := c.Line(now, Source{"silent", fmt.Sprint(i)}, filewire.NewLine("g", 5, []byte("x\n"))); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, err := c.Next(now); err != nil {
			b.Fatal(err)
		}
	}
}

func TestRequestsUnderWayAreBounded(t *testing.T) {
	w := newWorld(t, 1)
	w.beat()
	for i := range 1000 {
		w.must(w.c.Line(w.now, Source{"n1", fmt.Sprint(i)}, filewire.NewLine("g", 5, []byte("x\n"))))
	}
	asked := map[string]bool{}
	for range 1000 / (InFlight - 1) * 2 {
		w.beat()
		requests, err := w.c.Next(w.now)
		w.must(err)
		if len(requests) > InFlight {
			t.Fatalf("%d requests", len(requests))
		}
		for _, r := range requests {
			asked[r.Path] = true
		}
		w.now = w.now.Add(Patience)
	}
	if len(asked) < 1000 {
		t.Errorf("only %d sources were asked for", len(asked))
	}
}
