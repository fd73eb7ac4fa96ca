package scene

import (
	"fmt"
	"strings"
	"testing"

	"homebus/internal/scene/costtest"
	"homebus/internal/scene/tomltree"
)

// worstFiles are as large as what is read can be, and each costs one part of the
// loader as much as can be.
func worstFiles() map[string]string {
	numbered := func(head, format string) string {
		var b strings.Builder
		b.WriteString(head)
		format = strings.ReplaceAll(format, "#", "%[1]d")
		for i := 0; ; i++ {
			line := fmt.Sprintf(format, i)
			if b.Len()+len(line) > tomltree.MaxSize || i == 33_000 {
				return b.String()
			}
			b.WriteString(line)
		}
	}
	full := func(unit string) string { return strings.Repeat(unit, (tomltree.MaxSize-100)/len(unit)) }
	plug := "[device.a.load]\ntype = \"toaster\"\n"
	return map[string]string{
		"devices":                   numbered("", "[device.a.d#]\ntype = \"toaster\"\n"),
		"devices of unknown types":  numbered("", "[device.a.d#]\ntype = \"toster\"\n"),
		"devices with unknown keys": numbered("", "[device.a.d#]\ntype = \"toaster\"\nx# = 1\n"),
		"plugs of one toaster":      numbered(plug, "[device.a.d#]\ntype = \"smart-plug\"\nload = \"a/load\"\n"),
		"plugs in a row":            numbered("", "[device.a.d#]\ntype = \"smart-plug\"\nload = \"a/e#\"\n[device.a.e#]\ntype=\"smart-plug\"\nload = \"a/d#\"\n"),
		"areas":                     numbered("", "[device.a#.d]\ntype = \"toaster\"\n"),
		"scenes":                    numbered("", "[scene.s#]\ndo=[{wait=\"1s\"}]\n"),
		"scenes without a step":     numbered("", "[scene.s#]\n"),
		"bad names":                 numbered("", "[scene.S_#]\n"),
		"unknown devices":           numbered(numbered("", "[device.a.d#]\n")[:100_000]+"]\n[scene.s]\ndo = [\n", "{ device = \"b/dd#\" },\n") + "]\n",
		"unknown sections":          numbered("", "[sc#]\n"),
		"unknown keys of a scene":   numbered("[scene.s]\n", "a# = 1\n"),
		"a text of placeholders":    "[scene.s]\ndo = [ { say = \"" + full("{a/b.c}") + "\" } ]\n",
		"a text of open braces":     "[scene.s]\ndo = [ { say = \"" + full("{") + "\" } ]\n",
		"a name of a megabyte":      "[scene.s]\nname = \"" + full("x") + "\"\n",
		"a device of a megabyte":    "[scene.s]\ndo = [ { device = \"" + full("x") + "\", do = \"on\" } ]\n",
		"a duration of a megabyte":  "[scene.s]\ndo = [ { wait = \"" + full("1h") + "\" } ]\n",
		"days":                      "[scene.s]\nwhen = [ { time = \"07:30\", days = [" + strings.Repeat("\"mon\",", 90_000) + "] } ]\ndo = [ { wait = \"1s\" } ]",
		"modes":                     "[device.home.mode]\ntype = \"mode\"\nvalues = [" + numbered("", "\"w#\",") + "]\n",
		"tests":                     numbered("", "[[test]]\nname = \"t#\"\n"),
		"steps of a timeline":       "[[test]]\nname = \"t\"\nstart = 2026-11-20T06:29:00\ntimeline = [\n" + numbered("", "{ at = \"#s\", expect = \"a/b\", is = \"on\" },\n") + "]\n",
	}
}

// TestWorstFiles wants a bounded time for whatever a file says.
func TestWorstFiles(t *testing.T) {
	costtest.Within(t, worstFiles(), func(src []byte) error {
		_, err := Load("scenes.toml", src)
		return err
	})
}
