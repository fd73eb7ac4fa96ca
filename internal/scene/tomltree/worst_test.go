package tomltree

import (
	"fmt"
	"strings"
	"testing"

	"homebus/internal/scene/costtest"
)

// worst are texts of all the size that is read, or of all that a bound lets through,
// that cost the most for it.
func worst() map[string]string {
	full := func(unit string) string { return strings.Repeat(unit, MaxSize/len(unit)) }
	numbered := func(format string, most int) string {
		var b strings.Builder
		for i := range most {
			line := fmt.Sprintf(format, i)
			if b.Len()+len(line) > MaxSize {
				break
			}
			b.WriteString(line)
		}
		return b.String()
	}
	long := strings.Repeat("a", maxPath-10)
	return map[string]string{
		"comments":               full("#\n"),
		"one comment":            full("#"),
		"blank lines":            full("\n"),
		"spaces":                 full(" "),
		"one text":               `a = "` + full("é")[:MaxSize-10] + `"`,
		"one text, not closed":   "a = '''" + full("x'' ")[:MaxSize-10],
		"escapes":                `a = "` + full(`\u00e9`)[:MaxSize/6*6-12] + `"`,
		"a wrong escape last":    `a = "` + full(`\\`)[:MaxSize-20] + `\q"`,
		"keys":                   numbered("a%d=1\n", maxValues),
		"long keys":              numbered(long+"%d = 1\n", maxValues),
		"keys of many parts":     numbered(strings.Repeat("a.", maxParts-1)+"a%d = 1\n", maxValues),
		"headers":                numbered("[a%d]\n", maxValues),
		"as many parts as go":    numbered(strings.Repeat("a.", maxParts-1)+"a%d = 1\n", maxWork/maxParts/maxParts),
		"headers of many parts":  numbered("["+strings.Repeat("a.", maxParts-1)+"a%d]\n", maxValues),
		"long headers":           numbered("["+long+"%d]\n", maxValues),
		"a list of tables":       full("[[a]]\n")[:maxValues*6],
		"a list of tables apart": numbered("[["+strings.Repeat("a.", maxParts-1)+"b]]\n#%d\n", maxValues),
		"values":                 "a = [" + strings.Repeat("0,", maxValues-2) + "]",
		"times":                  "a = [" + strings.Repeat("2026-11-20T06:29:00,", maxValues-2) + "]",
		"lists in lists":         "a = [" + strings.Repeat(strings.Repeat("[", maxDepth-2)+strings.Repeat("]", maxDepth-2)+",", maxValues/(maxDepth-1)) + "]",
		"tables in braces":       "a = [" + strings.Repeat("{a=1},", maxValues/2-2) + "]",
		"deep keys in braces":    numbered("a%d="+strings.Repeat("{a=", 14)+"1"+strings.Repeat("}", 14)+"\n", maxValues/15),
		"a table of many keys":   "a = {" + numbered("b%d=1,", maxValues-2) + "}",
		"a key twice":            numbered("a%d=1\n", maxValues-1) + "a0=1",
		"a mistake last":         numbered("a%d = 1\n", maxValues-1) + "b = on",
		"a list not closed":      "a = [" + full("0, #\n")[:5*(maxValues-3)],
	}
}

// TestWorstOfItsSize wants a bounded time for whatever is written.
func TestWorstOfItsSize(t *testing.T) {
	texts := worst()
	for name, src := range texts {
		if len(src) > MaxSize {
			t.Errorf("%s: %d bytes", name, len(src))
		}
	}
	costtest.Within(t, texts, func(src []byte) error {
		if _, err := Parse(src); err != nil { // of its own type, of which nil is no nil error
			return err
		}
		return nil
	})
}
