package devices

import "fmt"

// Nearest returns the candidate that name was probably meant to be: the one with
// the smallest edit distance, if that is at most max(2, len(name)/3) and less
// than the name's length; the first of equals.
func Nearest(name string, candidates []string) (string, bool) {
	best, found := max(2, len(name)/3), ""
	best = min(best, len(name)-1)
	for _, c := range candidates {
		if len(c) > 2*len(name)+2 {
			continue
		}
		if d := editDistance(name, c); d <= best && (found == "" || d < best) {
			best, found = d, c
		}
	}
	return found, found != ""
}

// didYouMean returns ` (did you mean "toaster"?)`, or "" if nothing is near.
func didYouMean(name string, candidates []string) string {
	if c, ok := Nearest(shorten(name), candidates); ok {
		return fmt.Sprintf(" (did you mean %q?)", c)
	}
	return ""
}

// editDistance counts the bytes to insert, delete or change (Levenshtein), two
// neighbours swapped being one change (optimal string alignment).
func editDistance(a, b string) int {
	older, old, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range old {
		old[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
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
