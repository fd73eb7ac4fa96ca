package bench

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// members are the first n messages that are in s, found the slow way.
func members(s share, n int64) []int64 {
	var all []int64
	for i := range n {
		if i%s.period%s.stride == s.offset {
			all = append(all, i)
		}
	}
	return all
}

func anyShare(t *rapid.T) share {
	s := share{period: rapid.Int64Range(1, 12).Draw(t, "topics")}
	s.stride = rapid.Int64Range(1, s.period).Draw(t, "subscribers")
	s.offset = rapid.Int64Range(0, s.stride-1).Draw(t, "subscriber")
	return s
}

func TestShareIsWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyShare(t)
		n := rapid.Int64Range(0, 50).Draw(t, "messages")
		want := members(s, n)
		if got := s.count(n); got != int64(len(want)) {
			t.Fatalf("count(%d) is %d, want %d", n, got, len(want))
		}
		for i := range n {
			index, in := s.index(i)
			if in != slices.Contains(want, i) || in && want[index] != i {
				t.Fatalf("message %d has the index %d, %v", i, index, in)
			}
		}
		topics := slices.Collect(s.topics)
		if got := int64(len(topics)); got != s.perPeriod() || topics[got-1] != s.lastTopic() {
			t.Fatalf("topics %v; %d expected, the last %d", topics, s.perPeriod(), s.lastTopic())
		}
	})
}

func TestEveryTopicOfItsOwnIsSomebodys(t *testing.T) {
	for _, c := range []Config{{Own: true, Subs: 3, Distinct: 7}, {Own: true, Subs: 7, Distinct: 3}, {Own: true, Subs: 4, Distinct: 4}, {Subs: 2, Distinct: 5}} {
		heard := map[int]int{}
		for i := range c.Subs {
			s := c.shareOf(i)
			for n := range c.Distinct {
				if _, in := s.index(int64(n)); in {
					heard[n]++
				}
			}
		}
		if len(heard) != c.Distinct {
			t.Errorf("%+v: topics %v are heard", c, heard)
		}
	}
}

func TestStreamCountsWhatCame(t *testing.T) {
	third := share{period: 3, stride: 3, offset: 1} // 1, 4, 7, 10
	for _, c := range []struct {
		name                         string
		share                        share
		comes                        []int64
		heard, duplicated, reordered int64
		strange                      int
	}{
		{"all", everything, []int64{0, 1, 2, 3}, 4, 0, 0, 0},
		{"a gap", everything, []int64{0, 3, 4}, 3, 0, 0, 0},
		{"the beginning is missing", everything, []int64{2, 3}, 2, 0, 0, 0},
		{"twice", everything, []int64{0, 1, 1, 0, 2}, 3, 2, 0, 0},
		{"two change places", everything, []int64{0, 2, 1, 3}, 4, 0, 1, 0},
		{"late, and then again", everything, []int64{0, 5, 2, 2, 4, 1, 3, 6}, 7, 1, 4, 0},
		{"beyond the last", everything, []int64{0, 20, 11}, 2, 0, 0, 1},
		{"after all of it", everything, []int64{11, 12}, 1, 0, 0, 1},
		{"its own", third, []int64{1, 4, 7, 10}, 4, 0, 0, 0},
		{"its own with a gap, filled", third, []int64{1, 10, 4, 4, 7}, 4, 1, 2, 0},
		{"another's", third, []int64{1, 2, 4}, 2, 0, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStream(c.share, 12)
			strange := 0
			for _, n := range c.comes {
				if !s.take(n) {
					strange++
				}
			}
			if s.heard != c.heard || s.duplicated != c.duplicated || s.reordered != c.reordered || strange != c.strange {
				t.Errorf("heard %d, duplicated %d, reordered %d, strange %d; want %d, %d, %d, %d",
					s.heard, s.duplicated, s.reordered, strange, c.heard, c.duplicated, c.reordered, c.strange)
			}
		})
	}
}

func TestStreamIsRightForAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := anyShare(t)
		const limit = 40
		all := members(share, limit)
		comes := rapid.SliceOfN(rapid.SampledFrom(all), 1, 60).Draw(t, "comes")
		s := newStream(share, limit)
		seen, highest := map[int64]bool{}, int64(-1)
		var duplicated, reordered int64
		for _, n := range comes {
			switch {
			case seen[n]:
				duplicated++
			case n < highest:
				reordered++
			}
			seen[n], highest = true, max(highest, n)
			s.take(n)
		}
		if s.heard != int64(len(seen)) || s.duplicated != duplicated || s.reordered != reordered {
			t.Fatalf("heard %d, duplicated %d, reordered %d; want %d, %d, %d", s.heard, s.duplicated, s.reordered, len(seen), duplicated, reordered)
		}
	})
}

func TestEachMessageIsDueOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pubs := rapid.IntRange(1, 5).Draw(t, "pubs")
		s := newSchedule(Config{Pubs: pubs, Rate: float64(rapid.IntRange(1, 100_000).Draw(t, "rate"))})
		p := rapid.IntRange(0, pubs-1).Draw(t, "publisher")
		n := rapid.Int64Range(0, 1000).Draw(t, "message")
		due := s.due(p, n)
		if got := s.upTo(p, due+1); got != n+1 { // a nanosecond, for what is not whole
			t.Fatalf("%d messages are due when message %d is", got, n)
		}
		if got := s.upTo(p, due-2); got != n {
			t.Fatalf("%d messages are due before message %d is", got, n)
		}
	})
}
