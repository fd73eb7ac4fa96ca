package tail

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// packings are the endings of what logrotate, newsyslog and their like compress files to.
var packings = []string{".gz", ".bz2", ".xz", ".zst", ".lz4", ".lzma", ".br", ".zip", ".Z"}

// Packed returns the ending by which a file's name says that it is compressed, and has no
// lines to follow; "" if it does not.
func Packed(name string) string {
	if ext := path.Ext(name); slices.Contains(packings, ext) {
		return ext
	}
	return ""
}

// Pattern says which files are followed: a path whose parts may hold what path.Match knows
// (*, ?, [a-z]), and ** for any number of folders, also none. No part but a literal one
// fits a name that begins with a dot.
type Pattern struct {
	text  string
	parts []string
}

// ParsePattern reads a pattern such as "logs/**/*.log" or "/var/log/*.log".
func ParsePattern(text string) (Pattern, error) {
	if text == "" || strings.HasSuffix(text, "/") {
		return Pattern{}, fmt.Errorf(`pattern %q: want one of files, such as "logs/**/*.log"`, text)
	}
	if ext := Packed(text); ext != "" {
		return Pattern{}, fmt.Errorf("pattern %q: want one of files with lines; what ends in %s is compressed", text, ext)
	}
	parts := strings.Split(path.Clean(text), "/")
	for _, part := range parts {
		if part == ".." {
			return Pattern{}, fmt.Errorf("pattern %q: want no \"..\"; begin with / or start the program elsewhere", text)
		}
		if _, err := path.Match(part, ""); err != nil {
			return Pattern{}, fmt.Errorf("pattern %q: %q: %w", text, part, err)
		}
	}
	return Pattern{text: text, parts: parts}, nil
}

// String returns the pattern as it was given.
func (p Pattern) String() string { return p.text }

// Root is the folder below which all that fits lies: the parts without anything special.
func (p Pattern) Root() string {
	n := 0
	for n < len(p.parts)-1 && !strings.ContainsAny(p.parts[n], `*?[\`) {
		n++
	}
	switch root := strings.Join(p.parts[:n], "/"); {
	case n == 0:
		return "."
	case root == "":
		return "/"
	default:
		return root
	}
}

// Fits reports whether a clean path of a file fits.
func (p Pattern) Fits(name string) bool { return fits(p.parts, strings.Split(name, "/"), false) }

// Enters reports whether files below a clean path of a folder may fit.
func (p Pattern) Enters(folder string) bool {
	return folder == "." || folder == "/" || fits(p.parts, strings.Split(folder, "/"), true)
}

// fits matches parts; below says that names are those of a folder, and that any number of
// parts may be left over, at least one.
func fits(parts, names []string, below bool) bool {
	for len(names) > 0 {
		if len(parts) == 0 {
			return false
		}
		if parts[0] == "**" {
			hidden := strings.HasPrefix(names[0], ".")
			return fits(parts[1:], names, below) || !hidden && fits(parts, names[1:], below)
		}
		if !fitsName(parts[0], names[0]) {
			return false
		}
		parts, names = parts[1:], names[1:]
	}
	if below {
		return len(parts) > 0
	}
	return len(parts) == 0 || len(parts) == 1 && parts[0] == "**" // at the end it is any file
}

func fitsName(part, name string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(part, ".") {
		return false
	}
	ok, _ := path.Match(part, name) // ParsePattern has seen to its errors
	return ok
}
