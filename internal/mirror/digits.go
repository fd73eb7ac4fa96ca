package mirror

import "strings"

// smallDigits are three rows of three cells, drawn with heavy lines.
var smallDigits = map[rune][3]string{
	'0': {"┏━┓", "┃ ┃", "┗━┛"},
	'1': {"╺┓ ", " ┃ ", "╺┻╸"},
	'2': {"╺━┓", "┏━┛", "┗━╸"},
	'3': {"╺━┓", " ━┫", "╺━┛"},
	'4': {"╻ ╻", "┗━┫", "  ╹"},
	'5': {"┏━╸", "┗━┓", "╺━┛"},
	'6': {"┏━╸", "┣━┓", "┗━┛"},
	'7': {"╺━┓", "  ┃", "  ╹"},
	'8': {"┏━┓", "┣━┫", "┗━┛"},
	'9': {"┏━┓", "┗━┫", "╺━┛"},
	':': {" ", ":", " "},
}

// largeDigits are five rows of three dots; each dot is two cells wide, so that
// it is about square.
var largeDigits = map[rune][5]string{
	'0': {"###", "# #", "# #", "# #", "###"},
	'1': {" # ", "## ", " # ", " # ", "###"},
	'2': {"###", "  #", "###", "#  ", "###"},
	'3': {"###", "  #", "###", "  #", "###"},
	'4': {"# #", "# #", "###", "  #", "  #"},
	'5': {"###", "#  ", "###", "  #", "###"},
	'6': {"###", "#  ", "###", "# #", "###"},
	'7': {"###", "  #", "  #", "  #", "  #"},
	'8': {"###", "# #", "###", "# #", "###"},
	'9': {"###", "# #", "###", "  #", "###"},
	':': {" ", "#", " ", "#", " "},
}

// smallClock draws a time such as "07:31" in three rows.
func smallClock(text string) []string {
	rows := make([]string, 3)
	for i := range rows {
		var parts []string
		for _, r := range text {
			parts = append(parts, smallDigits[r][i])
		}
		rows[i] = strings.Join(parts, " ")
	}
	return rows
}

// largeClock draws it in five rows.
func largeClock(text string) []string {
	rows := make([]string, 5)
	for i := range rows {
		var parts []string
		for _, r := range text {
			parts = append(parts, largeDigits[r][i])
		}
		dots := strings.Join(parts, " ")
		rows[i] = strings.NewReplacer("#", "██", " ", "  ").Replace(dots)
	}
	return rows
}
