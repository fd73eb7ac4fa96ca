package prefix

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// deviceTopic is one of many topics of a large house.
func deviceTopic(i int) string { return fmt.Sprintf("state/room-%03d/sensor-%06d", i%1000, i) }

// longTopic is one of a house that gives everything its full name: it lies in the
// tree.
func longTopic(i int) string {
	return "state/the-house-of-somebody-who-names-his-things-by-what-they-are/" + deviceTopic(i)
}

// names are the two kinds of topics.
var names = map[string]func(int) string{"short": deviceTopic, "long": longTopic}

// BenchmarkMatch looks up topics of which every one has a prefix, in an order
// that no cache foresees.
func BenchmarkMatch(b *testing.B) {
	for kind, name := range names {
		for _, size := range []int{10, 1000, 1_000_000} {
			b.Run(fmt.Sprint(kind, "/prefixes=", size), func(b *testing.B) { benchmarkMatch(b, name, size) })
		}
	}
}

func benchmarkMatch(b *testing.B, name func(int) string, size int) {
	t := &Table[*int]{}
	v := new(int)
	for i := range size {
		t.Put(name(i), v)
	}
	topics := make([][]byte, 1<<16)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range topics {
		topics[i] = []byte(name(r.IntN(size)) + "/power")
	}
	n := 0
	for i := 0; b.Loop(); i++ {
		t.Match(topics[i%len(topics)], func(*int) bool { n++; return true })
	}
	if n == 0 {
		b.Error("nothing matches")
	}
}

// BenchmarkMatchHostile looks up topics of 4 KiB that match prefixes of all 4,096
// lengths; "forks" has another prefix beside each, as much as one subscriber's
// quota allows, so that the tree has a node for each byte. "many" has 40 such
// trees, more than a cache holds.
func BenchmarkMatchHostile(b *testing.B) {
	const longest = 4096
	for name, peers := range map[string]int{"one": 1, "many": 40} {
		b.Run(name, func(b *testing.B) {
			t := &Table[*int]{}
			v := new(int)
			topics := make([][]byte, peers)
			for i := range topics {
				topics[i] = append(fmt.Appendf(nil, "%03d", i), strings.Repeat("x", longest-3)...)
			}
			for _, n := range rand.New(rand.NewPCG(1, 2)).Perm(longest) {
				for _, topic := range topics {
					t.Put(string(topic[:n+1]), v)
					t.Put(string(topic[:n])+"y", v)
				}
			}
			n := 0
			for i := 0; b.Loop(); i++ {
				t.Match(topics[i%len(topics)], func(*int) bool { n++; return true })
			}
			if n < longest {
				b.Error("too few match")
			}
		})
	}
}

// BenchmarkPut fills a table with a million prefixes; each iteration is one. It
// reports what a prefix takes: its text, and a pointer as its value, included.
func BenchmarkPut(b *testing.B) {
	for kind, name := range names {
		b.Run(kind, func(b *testing.B) { benchmarkPut(b, name) })
	}
}

func benchmarkPut(b *testing.B, name func(int) string) {
	const size = 1_000_000
	order := rand.New(rand.NewPCG(1, 2)).Perm(size)
	v := new(int)
	var t *Table[*int]
	var before, after uint64
	for i := 0; b.Loop(); i++ {
		if i%size == 0 {
			b.StopTimer()
			t = &Table[*int]{}
			before = inUse()
			b.StartTimer()
		}
		t.Put(name(order[i%size]), v)
		if i%size == size-1 {
			b.StopTimer()
			after = inUse()
			b.StartTimer()
		}
	}
	if after > before {
		b.ReportMetric(float64(after-before)/size, "B/prefix")
	}
	runtime.KeepAlive(t)
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
