package tomltree

import "testing"

// What would be right, where many mistakes have the same.
const (
	onlyOnce = "; each key and each table can be written once"
	isLine   = "; a line reads key = value"
	isKey    = isLine + ", and a key has letters, digits, - and _, or stands in quotes"
	isHeader = "; a header reads [scene.morning], each name of letters, digits, - and _, or in quotes"
	isSlash  = `; write \\ for a backslash`
	crAlone  = `a carriage return stands here alone; end lines with a line feed, and in a text write \r`
)

// mistakes is a text or more for every kind of mistake that there is in writing TOML,
// as somebody makes it who writes a scenes.toml, and for bytes that are no text at all;
// with what is said about each.
var mistakes = map[string][]struct{ src, want string }{
	"encoding": {
		{"\xff\xfea\x00", "1:1: the file is UTF-16; save it as UTF-8"},
		{"\xfe\xff\x00a", "1:1: the file is UTF-16; save it as UTF-8"},
		{"a\x00 \x00=\x00 \x001\x00", "1:1: the file is UTF-16; save it as UTF-8"},
		{"\x00a\x00=\x001", "1:1: the file is UTF-16; save it as UTF-8"},
		{"[home]\nname = \"Fl\xfcgel\"", "2:11: byte 0xfc is not UTF-8; save the file as UTF-8"},
		{"# \xed\xa0\x80", "1:3: byte 0xed is not UTF-8; save the file as UTF-8"},
		{"a = 1 # \xc3", "1:9: byte 0xc3 is not UTF-8; save the file as UTF-8"},
		{"a = '\xf4\x90\x80\x80'", "1:6: byte 0xf4 is not UTF-8; save the file as UTF-8"},
		{"\ufeff\ufeffa = 1", "1:1: a second byte order mark stands here"},
		{"a = 1\n\ufeffb = 2", "2:1: expected = after the key, but got '\\ufeff'; U+FEFF cannot be seen; write a plain space, or nothing"},
		{"a\u00a0= 1", "1:2: expected = after the key, but got '\\u00a0'; U+00A0 cannot be seen; write a plain space, or nothing"},
		{"a =\u30001", "1:4: expected a value, but got '\\u3000'; U+3000 cannot be seen; write a plain space, or nothing"},
		{"a = “on”", `1:5: expected a value, but got '“'; texts stand in straight quotes: "on"`},
	},
	"control characters": {
		{"a = 'x\x00'", `1:7: the control character U+0000 stands here; in a text write \u0000`},
		{"# bell \x07", `1:8: the control character U+0007 stands here; in a text write \u0007`},
		{"a = \"\x7f\"", `1:6: the control character U+007F stands here; in a text write \u007f`},
		{"a = '''\n\x0c'''", `2:1: the control character U+000C stands here; in a text write \u000c`},
		{"a = 1\rb = 2\r", "1:6: " + crAlone},
		{"a = 1 # old\rb = 2", "1:12: " + crAlone},
		{"a = \"x\ry\"", "1:7: " + crAlone},
		{"a = 1\r", "1:6: " + crAlone},
	},
	"numbers": {
		{"a = 1.", `1:5: invalid number "1.": '.' must be followed by one or more digits`},
		{"a = .5", "1:5: a number must start with a digit, not '.'"},
		{"a = -.5", "1:5: a number must start with a digit, not '.'"},
		{"a = 1.2.3", `1:5: invalid number "1.2.3"; a number has one point at most, and texts stand in quotes`},
		{"a = 192.168.1.5", `1:5: invalid number "192.168.1.5"; a number has one point at most, and texts stand in quotes`},
		{"a = 1e5.5", `1:5: invalid number "1e5.5"; a number has one point at most, and texts stand in quotes`},
		{"a = 0,5", "1:6: expected the end of the line, but got ','; a number is written with a point: 0.5"},
		{"a = { b = 20,5 }", "1:16: expected = after the key, but got '}'; a number is written with a point: 0.5"},
		{"a = 05", `1:5: invalid number "05": cannot have leading zeroes`},
		{"a = -01.5", `1:5: invalid number "-01.5": cannot have leading zeroes`},
		{"a = 1__0", `1:5: invalid number "1__0": underscores must be surrounded by digits`},
		{"a = 1_.5", `1:5: invalid number "1_.5": underscores must be surrounded by digits`},
		{"a = --1", "1:5: expected a digit but got '-'"},
		{"a = +", "1:5: expected a digit but got the end of the file"},
		{"a = 0x", "1:5: not a hexadecimal number: '0x'"},
		{"a = 0b2", "1:5: not a binary number: '0b2'"},
		{"a = -0x1", "1:5: cannot use sign with non-decimal numbers: '-0x'"},
		{"a = 0XF", `1:6: expected the end of the line, but got 'X'; texts stand in quotes: "0XF"`},
		{"a = 99999999999999999999", "1:5: 99999999999999999999 is out of range"},
		{"a = 1e999", "1:5: 1e999 is out of range"},
		{"a = Inf", `1:5: expected a value, but got "Inf"; texts stand in quotes: "Inf"`},
		{"a = 20s", `1:7: expected the end of the line, but got 's'; texts stand in quotes: "20s"`},
		{"a = { wait = 1h30m }", `1:15: expected a comma or }, but got 'h'; texts stand in quotes: "1h30m"`},
		{"a = [ 50%, 1 ]", `1:9: expected a comma or ], but got '%'; texts stand in quotes: "50%"`},
		{"a = -5°", `1:7: expected the end of the line, but got '°'; texts stand in quotes: "-5°"`},
	},
	"truth values": {
		{"a = True", `1:5: expected a value, but got "True"; write true and false in small letters`},
		{"a = [false, FALSE]", `1:13: expected a value, but got "FALSE"; write true and false in small letters`},
		{"a = yes", `1:5: expected a value, but got "yes"; texts stand in quotes: "yes"`},
		{"a = truer", `1:5: expected a value, but got "truer"; texts stand in quotes: "truer"`},
	},
	"days and times": {
		{"a = 2026-02-29", `1:5: no such day or time: "2026-02-29"; write a day and time as 2026-11-20T06:29:00, and only such as there are`},
		{"a = 2026-13-01T00:00:00", `1:5: no such day or time: "2026-13-01T00:00:00"; write a day and time as 2026-11-20T06:29:00, and only such as there are`},
		{"a = 2026-1-2", `1:5: no such day or time: "2026-1-2"; write a day and time as 2026-11-20T06:29:00, and only such as there are`},
		{"a = 2026-11-20T24:00:00Z", `1:5: no such day or time: "2026-11-20T24:00:00Z"; write a day and time as 2026-11-20T06:29:00, and only such as there are`},
		{"a = 2026-11-20T06:29:00+0100", `1:5: no such day or time: "2026-11-20T06:29:00+0100"; write a day and time as 2026-11-20T06:29:00, and only such as there are`},
		{"a = 10000-01-01", `1:5: no such day or time: "10000-01-01"; write a day and time as 2026-11-20T06:29:00, and only such as there are`},
		{"a = { time = 7:30 }", `1:14: no such day or time: "7:30"; a time of day is a text: "07:30"`},
		{"a = 25:00", `1:5: no such day or time: "25:00"; a time of day is a text: "07:30"`},
		{"a = 2026-11-20x", `1:15: expected the end of the line, but got 'x'; texts stand in quotes: "2026-11-20x"`},
	},
	"strings": {
		{"a = \"x", `1:6: expected ", but got the end of the file; something is not closed`},
		{"a = \"x\n", "1:7: strings cannot contain newlines; close the quote on the same line"},
		{"a = 'two\nlines'", "1:9: strings cannot contain newlines; close the quote on the same line"},
		{"a = \"x'\nb = 1", "1:8: strings cannot contain newlines; close the quote on the same line"},
		{"b = 1\na = \"\"\"\nx\ny", `4:1: expected """, but got the end of the file; what begins at 2:5 is not closed`},
		{"a = '''\nx''\n", `2:4: expected ''', but got the end of the file; what begins at 1:5 is not closed`},
		{"a = '''x''''''", `1:8: unexpected "''''''"; a text in ''' cannot end in more than two quotes of its own`},
		{"a = on", `1:5: expected a value, but got "on"; texts stand in quotes: "on"`},
		{"a = kitchen/light", `1:5: expected a value, but got "kitchen"; texts stand in quotes: "kitchen/light"`},
		{"a = { b = on }", `1:11: expected a value, but got "on"; texts stand in quotes: "on"`},
		{"a = 'x' 'y'", `1:9: expected the end of the line, but got '\''; each key stands on a line of its own`},
		{"a = \"it\"s\"", `1:9: expected the end of the line, but got 's'; each key stands on a line of its own`},
	},
	"escapes": {
		{`a = "C:\temp\data"`, `1:13: invalid escape in string '\d'` + isSlash},
		{`a = "a \\ b \ c"`, `1:13: invalid escape: '\ '` + isSlash},
		{"a = \"\"\"\nfine \\n\n  not \\q\"\"\"", `3:7: invalid escape in string '\q'` + isSlash},
		{`a = "\u12"`, `1:6: expected four hexadecimal digits after '\u', but got "\\u12\""` + isSlash},
		{`a = "x\U0000123"`, `1:7: expected eight hexadecimal digits after '\U', but got "x\\U0000123\""` + isSlash},
		{`a = "\xzz"`, `1:6: expected two hexadecimal digits after '\x', but got "\\xz"` + isSlash},
		{`a = "é\ud800"`, `1:7: escaped character '\ud800' is no character` + isSlash},
		{`a = "\U00110000"`, `1:6: escaped character '\u00110000' is no character` + isSlash},
		{`a = "x\"`, `1:8: expected ", but got the end of the file; something is not closed`},
	},
	"keys": {
		{" = 1", "1:2: the key is missing before =" + isLine},
		{"a", "1:1: expected = after the key, but got the end of the file; something is not closed"},
		{"a\nb = 1", "1:2: expected = after the key, but got the end of the line" + isLine},
		{"a =", "1:3: expected a value, but got the end of the file; something is not closed"},
		{"a = # later\nb = 1", "1:5: expected a value, but got '#'; the value is missing"},
		{"a =\n1", "1:4: expected a value, but got the end of the line; the value is missing"},
		{"a == 1", "1:4: expected a value, but got '='; one = stands between a key and its value"},
		{"a: 1", "1:2: expected = after the key, but got ':'; write = in place of :"},
		{"// a\nb = 1", "1:1: expected = after the key, but got '/'; a comment begins with #"},
		{"; a\nb = 1", "1:1: expected = after the key, but got ';'; a comment begins with #"},
		{"a b = 1", "1:3: expected = after the key, but got 'b'" + isKey},
		{"größe = 1", "1:3: expected = after the key, but got 'ö'" + isKey},
		{"a/b = 1", "1:2: expected = after the key, but got '/'; a comment begins with #"},
		{".a = 1", "1:1: a key cannot begin with a point" + isLine},
		{"a..b = 1", "1:3: unexpected '.'"},
		{"\"\"\"a\"\"\" = 1", `1:3: expected = after the key, but got '"'` + isKey},
		{"a = 1 b = 2", "1:7: expected the end of the line, but got 'b'; each key stands on a line of its own"},
		{"a = 1\na = 2", "2:1: key 'a' has already been defined" + onlyOnce},
		{"a = 1\n\"\\u0061\" = 2", "2:2: key 'a' has already been defined" + onlyOnce},
		{"a = 1\na.b = 2", "2:1: key 'a' has already been defined" + onlyOnce},
		{"a.b = 1\na = 2", `2:1: key "a" has already been defined at 1:1` + onlyOnce},
		{"a.b.c = 1\na.b = 2", `2:3: key "b" has already been defined at 1:3` + onlyOnce},
	},
	"tables": {
		{"[]", "1:2: a name is missing here" + isHeader},
		{"[a.]", "1:4: a name is missing here" + isHeader},
		{"[a..b]", "1:4: a name is missing here" + isHeader},
		{"[scene.morning", "1:14: expected ] at the end of the name, but got the end of the file" + isHeader},
		{"[scene.morning\nb = 1", "1:15: expected ] at the end of the name, but got the end of the line" + isHeader},
		{"[good night]", "1:7: expected ] at the end of the name, but got 'n'" + isHeader},
		{"[a] b = 1", "1:5: expected the end of the line, but got 'b'; each key stands on a line of its own"},
		{"[a]\nb = 1\n[a]\nc = 2", "3:2: key 'a' has already been defined" + onlyOnce},
		{"a = 1\n[a]", "2:2: key 'a' has already been defined" + onlyOnce},
		{"a = 1\n[a.b]", "2:2: key 'a' has already been defined, and not as a table" + onlyOnce},
		{"[a]\nb.c = 1\n[a.b]", `3:4: key "b" has already been defined at 2:1` + onlyOnce},
		{"[a]\nb.c.d = 1\n[a.b.c]", `3:6: key "c" has already been defined at 2:3` + onlyOnce},
		{"[a.b.c]\nd = 1\n[a]\nb.c.e = 2", `4:3: key "c" has already been defined at 1:6` + onlyOnce},
	},
	"inline tables": {
		{"a = { b = 1", "1:11: expected a comma or }, but got the end of the file; what begins at 1:5 is not closed, or a comma is missing"},
		{"a = {\n", "2:1: expected = after the key, but got the end of the file; what begins at 1:5 is not closed"},
		{"a = { b = 1 c = 2 }", "1:13: expected a comma or }, but got 'c'; a comma is missing, or a text has no quotes"},
		{"a = { b = 1,, c = 2 }", "1:13: unexpected comma; one comma stands between two values"},
		{"a = { b = , c = 2 }", "1:11: expected a value, but got ','; the value is missing"},
		{"a = { b = 1, b = 2 }", "1:14: key 'a.b' has already been defined" + onlyOnce},
		{"a = { b }", "1:9: expected = after the key, but got '}'" + isKey},
		{"a = { b = 1 }\na.c = 2", `2:1: key "a" has already been defined at 1:1` + onlyOnce},
		{"a = { b = 1 }\n[a.c]", `2:2: key "a" has already been defined at 1:1` + onlyOnce},
		{"a = { b = {}, b.c = 1 }", `1:15: key "b" has already been defined at 1:7` + onlyOnce},
		{"a.b = 1\na = {}", "2:1: key 'a' has already been defined" + onlyOnce},
	},
	"lists": {
		{"a = [ 1, 2", "1:10: expected a comma or ], but got the end of the file; what begins at 1:5 is not closed, or a comma is missing"},
		{"a = [ 1,", "1:8: expected a value, but got the end of the file; what begins at 1:5 is not closed"},
		{"a = [ { b = 1 }\n { c = 2 } ]", "2:2: expected a comma or ], but got '{'; what begins at 1:5 is not closed, or a comma is missing"},
		{"a = [ 1 2 ]", "1:9: expected a comma or ], but got '2'; a comma is missing, or a text has no quotes"},
		{"a = [ 1,, 2 ]", "1:9: unexpected comma; one comma stands between two values"},
		{"a = [,]", "1:6: unexpected comma; one comma stands between two values"},
		{"a = [ on ]", `1:7: expected a value, but got "on"; texts stand in quotes: "on"`},
		{"a = [1]]", "1:8: expected the end of the line, but got ']'; each key stands on a line of its own"},
		{"a = [ [1, 2 ]\nb = 1", "2:1: expected a comma or ], but got 'b'; what begins at 1:5 is not closed, or a comma is missing"},
		{"a = []\na = [1]", "2:1: key 'a' has already been defined" + onlyOnce},
	},
	"lists of tables": {
		{"[[test]\nname = 'x'", "1:8: expected ]] at the end of the name, but got the end of the line; both pairs of brackets close: [[test]]"},
		{"[[]]", "1:3: a name is missing here" + isHeader},
		{"[[test]] name = 'x'", "1:10: expected the end of the line, but got 'n'; each key stands on a line of its own"},
		{"[test]\n[[test]]", "2:3: key 'test' has already been defined, and not as a list of tables" + onlyOnce},
		{"[[test]]\n[test]", "2:2: key 'test' has already been defined" + onlyOnce},
		{"test = []\n[[test]]", "2:3: key 'test' has already been defined, and not as a list of tables" + onlyOnce},
		{"[[a.b]]\n[a]\nb.c = 1", `3:1: key "b" has already been defined at 1:5` + onlyOnce},
		{"a = [ { b = 1 } ]\n[a.c]", "2:2: key 'a' has already been defined, and not as a table" + onlyOnce},
	},
}

func TestKindsOfMistakes(t *testing.T) {
	for kind, all := range mistakes {
		t.Run(kind, func(t *testing.T) {
			for _, tt := range all {
				err := parseSoon(t, tt.src, []byte(tt.src))
				if err == nil || err.Error() != tt.want {
					t.Errorf("%q:\ngot  %v\nwant %s", tt.src, err, tt.want)
				}
				if err != nil {
					checkMistake(t, []byte(tt.src), err)
				}
			}
		})
	}
}
