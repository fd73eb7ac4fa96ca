package devices

import (
	"fmt"
	"slices"
	"strings"
)

// Nearest returns the candidate that name was probably meant to be: the first that
// is name with its unit ("water_ml" for "water"), or else the one of the smallest
// edit distance, the first of several, if that distance is at most max(2, a third
// of name's length) and something of name is left, or else the first of which name is
// the last word or the first ("dimmable-light" for "light", "motion-sensor" for "motion").
// Lengths and distances count characters.
func Nearest(name string, candidates []string) (string, bool) {
	if name == "" {
		return "", false
	}
	if c, ok := first(candidates, func(c string) bool { return strings.HasPrefix(c, name+"_") }); ok {
		return c, true
	}
	if c, ok := closest(name, candidates); ok {
		return c, true
	}
	if c, ok := first(candidates, func(c string) bool { return strings.HasSuffix(c, "-"+name) }); ok {
		return c, true
	}
	return first(candidates, func(c string) bool { return strings.HasPrefix(c, name+"-") })
}

// first returns the first of candidates that is such.
func first(candidates []string, such func(string) bool) (string, bool) {
	if i := slices.IndexFunc(candidates, such); i >= 0 {
		return candidates[i], true
	}
	return "", false
}

// closest returns the candidate of the smallest edit distance, if that is small enough.
func closest(name string, candidates []string) (string, bool) {
	from := []rune(name)
	limit := min(max(2, len(from)/3), len(from)-1)
	best, found := "", false
	for _, c := range candidates {
		to := []rune(c)
		if max(len(from)-len(to), len(to)-len(from)) > limit {
			continue // so far apart at least
		}
		if d := editDistance(from, to); d <= limit {
			best, limit, found = c, d-1, true
		}
	}
	return best, found
}

// didYouMean returns ` (did you mean "toaster"?)`, or "" if nothing is near.
func didYouMean(name string, candidates []string) string {
	if c, ok := Nearest(shorten(name), candidates); ok {
		return fmt.Sprintf(" (did you mean %q?)", c)
	}
	return ""
}

// editDistance counts the characters to insert, delete or change (Levenshtein),
// two neighbours swapped being one change (optimal string alignment).
func editDistance(a, b []rune) int {
	older, old, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range old {
		old[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(old[j]+cost, old[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
		older, old, row = old, row, older
	}
	return old[len(b)]
}
