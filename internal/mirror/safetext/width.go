package safetext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// settle returns what is shown of a character whose width terminals do not agree
// on, and every other one as it is.
//
//   - A flag is the letters that it is made of, and a person has no colour of skin:
//     joined they are two cells wide, apart three or four.
//   - A vowel sign that has room of its own (category Mc) is left out, and so are
//     the few other letters that join their neighbours: alone they take a cell,
//     joined none. Thai and Lao AM and the halfwidth sound marks have a twin that
//     does not join.
//   - U+FFFD stands for letters of Hangul that join to a syllable, which is one
//     character where Korean is written as it mostly is; for characters whose width
//     a version of Unicode has changed; and for those that are newer than Unicode
//     14, of 2021, of which many a terminal knows nothing.
func settle(r rune) string {
	switch {
	case r < 0x0300:
		return string(r)
	case r >= firstFlag && r <= lastFlag:
		return string('A' + r - firstFlag)
	case unicode.In(r, unicode.Mc, joining):
		return ""
	case unicode.Is(disputed, r), !unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S):
		return string(utf8.RuneError)
	}
	if t, ok := twins[r]; ok {
		return t
	}
	return string(r)
}

// The regional indicators, in the order of the letters.
const firstFlag, lastFlag = 0x1F1E6, 0x1F1FF

// twins look like a character that joins the one before it, and do not.
var twins = map[rune]string{
	0x0E33: "\u0E4D\u0E32", // Thai SARA AM: NIKHAHIT and SARA AA
	0x0EB3: "\u0ECD\u0EB2", // Lao AM
	0xFF9E: "\u309B",       // halfwidth katakana voiced sound mark
	0xFF9F: "\u309C",
}

// apart takes out the marks that make one of letters which are two to a terminal
// that counts characters: an Indic virama between consonants (UAX #29, GB9c).
func apart(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		cluster, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(cluster):]
		if sum(cluster) == w {
			b.WriteString(cluster)
			continue
		}
		for _, r := range cluster {
			if !unicode.In(r, unicode.Mn, unicode.Me) {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// sum is how many cells the characters of s take one by one.
func sum(s string) int {
	w := 0
	for _, r := range s {
		w += ansi.StringWidth(string(r))
	}
	return w
}

// joining are the characters with a width of their own, besides category Mc, that
// join the one before or after them (UAX #29, Prepend and Extend).
var joining = &unicode.RangeTable{
	R16: []unicode.Range16{{0x0D4E, 0x0D4E, 1}},
	R32: []unicode.Range32{
		{0x111C2, 0x111C3, 1}, {0x1193F, 0x1193F, 1}, {0x11941, 0x11941, 1}, {0x11A84, 0x11A89, 1},
		{0x11D46, 0x11D46, 1}, {0x1F3FB, 0x1F3FF, 1},
	},
}

// disputed are the characters that have another width from one terminal to the
// next, and so is any that this program's tables of Unicode do not know.
var disputed = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x11FF, 1}, // letters of Hangul
		{0x2630, 0x2637, 1}, // trigrams: one cell until Unicode 16, two since
		{0x268A, 0x268F, 1}, // monograms and digrams, likewise
		{0x3248, 0x324F, 1}, // circled numbers on black squares: one or two
		{0x4DC0, 0x4DFF, 1}, // hexagrams, as trigrams
		{0xA960, 0xA97F, 1}, // letters of Hangul
		{0xD7B0, 0xD7FF, 1},
	},
	R32: []unicode.Range32{
		// What Unicode 15 added (DerivedAge.txt).
		{0x1123F, 0x11240, 1}, {0x11B00, 0x11B09, 1}, {0x11F00, 0x11F59, 1}, {0x1342F, 0x13455, 1},
		{0x1B132, 0x1B132, 1}, {0x1B155, 0x1B155, 1}, {0x1D2C0, 0x1D2D3, 1},
		{0x1D300, 0x1D356, 1}, {0x1D360, 0x1D378, 1}, // Tai Xuan Jing and counting rods, as trigrams
		{0x1DF25, 0x1DF2A, 1}, {0x1E030, 0x1E06D, 1}, {0x1E4D0, 0x1E4F9, 1}, {0x1F6DC, 0x1F6DC, 1},
		{0x1F774, 0x1F776, 1}, {0x1F77B, 0x1F77F, 1}, {0x1F7D9, 0x1F7D9, 1}, {0x1FA75, 0x1FA77, 1},
		{0x1FA87, 0x1FA88, 1}, {0x1FAAD, 0x1FAAF, 1}, {0x1FABB, 0x1FABD, 1}, {0x1FABF, 0x1FABF, 1},
		{0x1FACE, 0x1FACF, 1}, {0x1FADA, 0x1FADB, 1}, {0x1FAE8, 0x1FAE8, 1}, {0x1FAF7, 0x1FAF8, 1},
		{0x31350, 0x323AF, 1},
	},
}
