package filewire

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Prefix is what to subscribe to for the lines and the beats of all nodes.
const Prefix = "file/"

// Topic returns the topic of the lines of a source.
func Topic(node, path string) string { return Prefix + node + "/" + path }

// BeatTopic returns the topic on which a node says that it is there.
func BeatTopic(node string) string { return Prefix + node }

// HandoverTopic returns the topic on which a node is handed the requests for it that the
// queue gave to another.
func HandoverTopic(node string) string { return "file-request/" + node }

// ParseTopic takes a topic of lines apart, or one of beats: then path is "". It reports
// false for all others, such as those with a path that no collector writes to.
func ParseTopic(topic string) (node, path string, ok bool) {
	rest, ok := strings.CutPrefix(topic, Prefix)
	if !ok {
		return "", "", false
	}
	node, path, lines := strings.Cut(rest, "/")
	if CheckNode(node) != nil || lines && CheckPath(path) != nil {
		return "", "", false
	}
	return node, path, true
}

// CheckNode says what is wrong with a node's name.
func CheckNode(node string) error {
	bad := strings.ContainsFunc(node, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
	})
	if bad || node == "" || len(node) > MaxNode || node[0] == '.' {
		return fmt.Errorf("node %q: want 1 to %d letters, digits, '-', '_' and '.', the first no '.'", node, MaxNode)
	}
	return nil
}

// CheckPath says why a path cannot be one of a source: it is not as io/fs wants it
// (parts between slashes, none of them "", "." or ".."), longer than MaxPath, no UTF-8,
// has characters that do not print, or has a part that ends as the files do to which a
// collector moves earlier generations (Aside): also a folder of that name would be in
// the way of one.
func CheckPath(path string) error {
	switch {
	case len(path) > MaxPath:
		return fmt.Errorf("path of %d bytes: want at most %d", len(path), MaxPath)
	case !utf8.ValidString(path):
		return fmt.Errorf("path %q: want UTF-8", path)
	case !fs.ValidPath(path) || path == ".":
		return fmt.Errorf(`path %q: want parts between slashes, none of them empty, "." or ".."`, path)
	case strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.Contains(path, `\`):
		return fmt.Errorf("path %q: want characters that print, and no backslash", path)
	case slices.ContainsFunc(strings.Split(path, "/"), isAside):
		return fmt.Errorf("path %q: an end such as @1 is that of earlier generations", path)
	}
	return nil
}

// Aside returns where generation number n of the path goes, counted from 1, once another
// has begun.
func Aside(path string, n int) string { return fmt.Sprintf("%s@%d", path, n) }

// AsideNumber takes a name apart that Aside has returned. It reports false for all others.
func AsideNumber(name string) (path string, n int, ok bool) {
	at := strings.LastIndexByte(name, '@')
	if at < 0 {
		return "", 0, false
	}
	n, err := strconv.Atoi(name[at+1:])
	if err != nil || n < 1 || Aside(name[:at], n) != name {
		return "", 0, false
	}
	return name[:at], n, true
}

// isAside is wider than AsideNumber, so that a path that looks like one is none.
func isAside(name string) bool {
	at := strings.LastIndexByte(name, '@')
	return at >= 0 && at < len(name)-1 && strings.Trim(name[at+1:], "0123456789") == ""
}
