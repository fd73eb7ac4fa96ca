package proxy

import (
	"slices"
	"strings"

	"homebus/internal/prefix"
)

// subset is the part of all topics that a forwarder forwards: those that begin
// with one of its prefixes. A nil subset is all topics. It does not change.
type subset struct {
	table prefix.Table[struct{}]
	// prefixes are the same, ascending, none of them covered by another.
	prefixes []string
}

// newSubset returns the subset of these prefixes, nil if there are none or they
// cover everything.
func newSubset(only []string) *subset {
	if len(only) == 0 || slices.Contains(only, "") {
		return nil
	}
	s := &subset{}
	for _, p := range slices.Sorted(slices.Values(only)) { // what covers p comes before it
		if !s.table.Covers([]byte(p)) {
			s.table.Put(p, struct{}{})
			s.prefixes = append(s.prefixes, p)
		}
	}
	return s
}

// has reports whether topic is of the subset.
func (s *subset) has(topic []byte) bool { return s == nil || s.table.Covers(topic) }

// all returns the prefixes that make up the subset.
func (s *subset) all() []string {
	if s == nil {
		return []string{""}
	}
	return s.prefixes
}

// within returns the prefixes of all topics that begin with p and are of the
// subset: p itself, or those that it covers, ascending; s is not nil.
func (s *subset) within(p string) []string {
	if s.table.Covers([]byte(p)) {
		return []string{p}
	}
	from, _ := slices.BinarySearch(s.prefixes, p)
	to := from
	for to < len(s.prefixes) && strings.HasPrefix(s.prefixes[to], p) {
		to++
	}
	return s.prefixes[from:to]
}
