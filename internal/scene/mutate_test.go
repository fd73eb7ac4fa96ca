package scene

import (
	"errors"
	"regexp"
	"slices"
	"testing"
)

// TestOneMistakeOneError doubles or drops the last letter of every word of the good
// files, one word at a time: each is one mistake, or none where any word is right.
// The name of a device or scene is as many as it has uses.
func TestOneMistakeOneError(t *testing.T) {
	for name, least := range map[string]int{"breakfast.toml": 200, "occupancy.toml": 30} {
		if found := oneMistakeEach(t, read(t, "testdata/good/"+name)); found < least {
			t.Errorf("only %d mistakes found in %s", found, name)
		}
	}
}

// oneMistakeEach returns how many mistakes it made.
func oneMistakeEach(t *testing.T, src []byte) (found int) {
	names := regexp.MustCompile(`unknown (device|scene) "[a-z/-]+" \(did you mean`)
	for _, at := range regexp.MustCompile(`[a-z_]{3,}`).FindAllIndex(src, -1) {
		end := at[1]
		for _, mutant := range [][]byte{
			slices.Concat(src[:end], src[end-1:]),
			slices.Concat(src[:end-1], src[end:]),
		} {
			_, err := load("scenes.toml", mutant, testTypes)
			var list ErrorList
			if err == nil || !errors.As(err, &list) {
				continue
			}
			found++
			if len(list) > 1 && slices.ContainsFunc(list, func(e *Error) bool { return !names.MatchString(e.What) }) {
				t.Errorf("%s:\n%v", mutant[at[0]:end+1], err)
			}
		}
	}
	return found
}
