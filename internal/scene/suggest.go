package scene

import "unicode/utf8"

// nearest returns the candidate that name was probably meant to be: the one of
// the smallest edit distance, the first of several, if the distance is at most
// max(2, a third of name's length) and something of name is left.
func nearest(name string, candidates []string) (string, bool) {
	length := utf8.RuneCountInString(name)
	limit := min(max(2, length/3), length-1)
	best, found := "", false
	for _, c := range candidates {
		if d, ok := distance(name, c, limit); ok {
			best, limit, found = c, d-1, true
		}
	}
	return best, found
}

// distance is the optimal string alignment distance: the number of characters
// inserted, deleted, replaced, or swapped with their neighbour. It reports false
// if that is above limit.
func distance(a, b string, limit int) (int, bool) {
	x, y := []rune(a), []rune(b)
	if limit < 0 || len(x)-len(y) > limit || len(y)-len(x) > limit {
		return 0, false
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return 0, false
		}
		before, last, row = last, row, before
	}
	return last[len(y)], last[len(y)] <= limit
}
