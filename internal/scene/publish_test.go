package scene

import (
	"strings"
	"testing"
)

// TestPublish plays what a publish step says, beside a toaster that has been heard of.
func TestPublish(t *testing.T) {
	for _, tt := range []struct{ payload, want string }{
		{`"ON"`, "ON"},
		{`"{kitchen/toaster} at {kitchen/toaster.browning}"`, `idle "now" at 4`},
		{`"{kitchen/toaster.browning}"`, "4"},
		{`"{ {x} {{kitchen/toaster.browning}} {kitchen} {"`, "{ {x} {4} {kitchen} {"},
		{`{ line = 1, text = "it is {kitchen/toaster}" }`, `{"line":1,"text":"it is idle \"now\""}`},
		{`{ a = [ { b = "{kitchen/toaster.loaded}" } ] }`, `{"a":[{"b":"unknown"}]}`},
	} {
		f := loadGood(t, "[scene.x]\nwhen = [ { topic = \"go\" } ]\ndo = [ { publish = \"display\", payload = "+tt.payload+" } ]")
		s := tellFile(t, f, noon)
		s.hear("state/kitchen/toaster", `{"state":"idle \"now\"","browning":4}`)
		s.hear("go", "")
		s.want("display", "display "+tt.want)
	}
}

func TestPublishOfWhatThereIsNot(t *testing.T) {
	for payload, want := range map[string]string{
		`"{kitchen/toster}"`:                                         `unknown device "kitchen/toster" (did you mean "kitchen/toaster"?)`,
		`{ a = "{kitchen/toaster.brown}" }`:                          `unknown attribute "brown"`,
		`"` + strings.Repeat("{kitchen/toaster}", mostNamed+1) + `"`: "it names more than 100 values",
	} {
		_, err := load("f", []byte(testHouse+"[scene.x]\ndo = [ { publish = \"display\", payload = "+payload+" } ]"), testTypes)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %.200v, want … %s", payload, err, want)
		}
	}
}
