package house

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// again returns the command that plays a test alone once more, for a POSIX shell.
// seed is the one that was given for the whole run, nil if none was.
func again(path, test string, seed *uint64) string {
	command := "bus test " + shellWord(path) + " --run " + shellWord(onlyThis(test))
	if seed != nil {
		command += " --seed " + strconv.FormatUint(*seed, 10)
	}
	return command
}

// onlyThis returns a regular expression that matches the text and nothing else. It
// is of printable characters alone, so that a terminal can show it.
func onlyThis(text string) string {
	var b strings.Builder
	for _, r := range regexp.QuoteMeta(text) {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\x{%x}`, r)
		}
	}
	return "^" + b.String() + "$"
}

// plainWord is what a shell takes as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,][A-Za-z0-9_./:@%+,=-]*$`)

// shellWord quotes a word for a POSIX shell if it needs that.
func shellWord(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
