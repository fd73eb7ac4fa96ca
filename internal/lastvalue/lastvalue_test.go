package lastvalue

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestStoreAgainstANaiveModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Store[int]
		model := map[string]int{}
		topic := rapid.StringOfN(rapid.SampledFrom([]rune("ab/")), 0, 4, -1)
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				k, v := topic.Draw(t, "topic"), rapid.Int().Draw(t, "value")
				s.Put(k, v)
				model[k] = v
			},
			"delete": func(t *rapid.T) {
				k := topic.Draw(t, "topic")
				s.Delete(k)
				delete(model, k)
			},
			"match": func(t *rapid.T) {
				prefix := topic.Draw(t, "prefix")
				var got, want []string
				s.Match(prefix, func(k string, v int) {
					if v != model[k] {
						t.Fatalf("%q = %d, want %d", k, v, model[k])
					}
					got = append(got, k)
				})
				for _, k := range slices.Sorted(maps.Keys(model)) {
					if strings.HasPrefix(k, prefix) {
						want = append(want, k)
					}
				}
				if !slices.Equal(got, want) || s.Len() != len(model) {
					t.Fatalf("Match(%q) = %q, want %q", prefix, got, want)
				}
				v, there := s.Get(prefix)
				found, too := s.Find([]byte(prefix))
				if w, known := model[prefix]; v != w || found != w || there != known || too != known {
					t.Fatalf("%q has %d (%t) and %d (%t), want %d (%t)", prefix, v, there, found, too, w, known)
				}
				for n := range len(want) {
					var first []string
					for k := range s.All(prefix) {
						if first = append(first, k); len(first) > n {
							break
						}
					}
					if !slices.Equal(first, want[:n+1]) {
						t.Fatalf("the first of %q are %q, want %q", prefix, first, want[:n+1])
					}
				}
				for n := range len(want) + 2 {
					if s.More(prefix, n) != (len(want) > n) {
						t.Fatalf("More(%q, %d) is wrong, there are %d", prefix, n, len(want))
					}
				}
			},
		})
	})
}

// A large Store stays in order and in shape whatever comes and goes.
func TestALargeStore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Store[int]
		model := map[string]int{}
		for round := range rapid.IntRange(1, 6).Draw(t, "rounds") {
			from := rapid.IntRange(0, 4000).Draw(t, "from")
			step := rapid.IntRange(1, 40).Draw(t, "step")
			remove := rapid.Bool().Draw(t, "remove")
			for i := range 2000 {
				topic := fmt.Sprintf("%05d", (from+i*step)%10_000)
				if remove {
					s.Delete(topic)
					delete(model, topic)
				} else {
					s.Put(topic, round)
					model[topic] = round
				}
			}
			checkShape(t, &s)
		}
		prefix := rapid.StringOfN(rapid.SampledFrom([]rune("0123")), 0, 3, -1).Draw(t, "prefix")
		var got, want []string
		s.Match(prefix, func(k string, v int) { got = append(got, fmt.Sprint(k, "=", v)) })
		for _, k := range slices.Sorted(maps.Keys(model)) {
			if strings.HasPrefix(k, prefix) {
				want = append(want, fmt.Sprint(k, "=", model[k]))
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("Match(%q) = %q, want %q", prefix, got, want)
		}
		for _, n := range []int{0, len(want) - 1, len(want), len(want) + 1, 600} {
			if n >= 0 && s.More(prefix, n) != (len(want) > n) {
				t.Fatalf("More(%q, %d) is wrong, there are %d", prefix, n, len(want))
			}
		}
	})
}

// checkShape checks what the doc comment of Store.chunks says.
func checkShape[V any](t *rapid.T, s *Store[V]) {
	n, before := 0, maxChunk
	for c, chunk := range s.chunks {
		if len(chunk) == 0 || len(chunk) > maxChunk || before+len(chunk) <= maxChunk/2 {
			t.Fatalf("chunk %d holds %d, the one before it %d", c, len(chunk), before)
		}
		n, before = n+len(chunk), len(chunk)
	}
	if n != s.Len() {
		t.Fatalf("%d in the chunks, %d in the map", n, s.Len())
	}
}

// BenchmarkComeAndGo adds and removes the first of 100,000 topics, and looks.
func BenchmarkComeAndGo(b *testing.B) {
	var s Store[int]
	for i := range 100_000 {
		s.Put(fmt.Sprintf("state/area/%06d", i*7919%100_000), i)
	}
	for b.Loop() {
		s.Put("state/area/", 0)
		s.Match("state/area/00000", func(string, int) {})
		s.Delete("state/area/")
	}
}

// BenchmarkMatch walks over 100,000 topics.
func BenchmarkMatch(b *testing.B) {
	var s Store[int]
	for i := range 100_000 {
		s.Put(fmt.Sprintf("state/area/%06d", i*7919%100_000), i)
	}
	for b.Loop() {
		s.Match("state/", func(string, int) {})
	}
}

func TestWills(t *testing.T) {
	var w Wills[int]
	w.Claim(1, "b")
	w.Claim(1, "a")
	w.Claim(1, "c")
	w.Claim(1, "c")
	w.Claim(2, "a") // taken over by a newer connection
	w.Release("c")  // a clean goodbye
	w.Release("unknown")
	if got, more := w.Gone(1, 1); !slices.Equal(got, []string{"b"}) || more {
		t.Errorf("wills of 1: %q, more %v", got, more)
	}
	if got, more := w.Gone(1, 1); got != nil || more {
		t.Errorf("wills of 1 a second time: %q, more %v", got, more)
	}
	if got, more := w.Gone(2, 10); !slices.Equal(got, []string{"a"}) || more {
		t.Errorf("wills of 2: %q, more %v", got, more)
	}
}

// What is not spoken yet can still be taken over.
func TestManyWills(t *testing.T) {
	var w Wills[int]
	for i := range 10 {
		w.Claim(1, fmt.Sprint(i))
	}
	first, more := w.Gone(1, 4)
	if len(first) != 4 || !more || w.Len() != 6 {
		t.Fatalf("first %q, more %v, %d left", first, more, w.Len())
	}
	taken := 0
	for i := range 10 {
		if topic := fmt.Sprint(i); w.Held(topic) && taken < 2 {
			w.Claim(2, topic)
			taken++
		}
	}
	if rest, more := w.Gone(1, 4); len(rest) != 4 || more || w.Len() != 2 {
		t.Fatalf("then %q, more %v, %d left", rest, more, w.Len())
	}
	if rest, more := w.Gone(1, 4); len(rest) != 0 || more {
		t.Fatalf("at last %q, more %v", rest, more)
	}
}
