package mirror

import (
	"strings"

	"homebus/internal/mirror/home"
)

// letters are drawn as smallDigits are: three rows of heavy lines. What is not here is
// not written large.
var letters = map[rune][3]string{
	'A': {"┏━┓", "┣━┫", "╹ ╹"},
	'B': {"┏┓ ", "┣┻┓", "┗━┛"},
	'C': {"┏━╸", "┃  ", "┗━╸"},
	'D': {"┳━┓", "┃ ┃", "┻━┛"},
	'E': {"┏━╸", "┣━ ", "┗━╸"},
	'F': {"┏━╸", "┣━ ", "╹  "},
	'G': {"┏━╸", "┃╺┓", "┗━┛"},
	'H': {"╻ ╻", "┣━┫", "╹ ╹"},
	'I': {"╻", "┃", "╹"},
	'J': {"  ╻", "  ┃", "┗━┛"},
	'K': {"╻┏╸", "┣┻┓", "╹ ╹"},
	'L': {"╻  ", "┃  ", "┗━╸"},
	'M': {"┏┳┓", "┃┃┃", "╹ ╹"},
	'N': {"┏┓╻", "┃┃┃", "╹┗┛"},
	'O': {"┏━┓", "┃ ┃", "┗━┛"},
	'P': {"┏━┓", "┣━┛", "╹  "},
	'Q': {"┏━┓", "┃ ┃", "┗━╋"},
	'R': {"┏━┓", "┣┳┛", "╹┗╸"},
	'S': {"┏━╸", "┗━┓", "╺━┛"},
	'T': {"╺┳╸", " ┃ ", " ╹ "},
	'U': {"╻ ╻", "┃ ┃", "┗━┛"},
	'V': {"╻ ╻", "┃┏┛", "┗┛ "},
	'W': {"╻ ╻", "┃┃┃", "┗┻┛"},
	'X': {"╻ ╻", "┏╋┛", "╹ ╹"},
	'Y': {"╻ ╻", "┗┳┛", " ╹ "},
	'Z': {"╺━┓", "┏━┛", "┗━╸"},
	' ': {" ", " ", " "},
	'.': {" ", " ", "."},
	',': {" ", " ", ","},
	':': {" ", ":", " "},
	'!': {"╻", "┃", "."},
	'-': {"  ", "╺╸", "  "},
}

// writeLarge writes a text in three rows; false if it has a character that cannot be.
func writeLarge(text string) (rows [3]string, ok bool) {
	var parts [3][]string
	for _, r := range strings.ToUpper(text) {
		glyph, isLetter := letters[r]
		if digit, isDigit := smallDigits[r]; isDigit && r != ':' {
			glyph, isLetter = digit, true
		}
		if !isLetter {
			return rows, false
		}
		for i := range parts {
			parts[i] = append(parts[i], glyph[i])
		}
	}
	for i := range rows {
		rows[i] = strings.Join(parts[i], " ")
	}
	return rows, true
}

// largeAnswer writes the answer large, in one line of letters of at most w cells; false
// if it is too long for that, or has a character that cannot be written so.
func (s *screen) largeAnswer(w int) ([]string, bool) {
	lines := make([]string, 3)
	for n, sentence := range s.home.Answer(s.at) {
		rows, ok := writeLarge(sentence.Text)
		if !ok {
			return nil, false
		}
		style := s.p.tone(sentence.Tone).Bold(sentence.Tone != home.ToneQuiet)
		for i, row := range rows {
			if n > 0 {
				lines[i] += "     "
			}
			lines[i] += style.Render(row)
		}
	}
	return lines, width(lines[0]) <= w
}
