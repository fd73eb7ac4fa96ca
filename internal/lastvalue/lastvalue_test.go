package lastvalue

import (
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
			"": func(t *rapid.T) {
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
			},
		})
	})
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
	if got := w.Gone(1); !slices.Equal(got, []string{"b"}) {
		t.Errorf("wills of 1: %q", got)
	}
	if got := w.Gone(1); got != nil {
		t.Errorf("wills of 1 a second time: %q", got)
	}
	if got := w.Gone(2); !slices.Equal(got, []string{"a"}) {
		t.Errorf("wills of 2: %q", got)
	}
}
