package scene

import (
	"strings"
	"testing"
	"time"
)

// A lamp in mid-fade is kept as it is by now, and only a report says how that is.
func TestSnapshotAfterOtherWords(t *testing.T) {
	f, err := Load("f", []byte(`
[device.hall.lamp]
type = "dimmable-light"
[scene.flash]
do = [ { snapshot = ["hall/lamp"] }, { restore = true } ]
`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"do":"on","brightness":42}, {"do":"on","brightness":60,"over":"6s"}`
	for name, word := range map[string][2]string{
		"nothing":           {"state/hall/other", `{}`},
		"that it is there":  {"online/hall/lamp", `{"online":true}`},
		"nonsense":          {"state/hall/lamp", `on`},
		"nonsense of there": {"online/hall/lamp", `yes`},
	} {
		s := tellFile(t, f, noon)
		s.hear("state/hall/lamp", `{"state":"on","brightness":30,"target_brightness":60,"on_brightness":60,"fading":true,"remaining_s":10}`)
		s.pass(3 * time.Second)
		s.hear(word[0], word[1])
		s.pass(time.Second)
		s.hear("command/scene/flash", `{"do":"run"}`)
		var got []string
		for _, m := range s.on("command/hall/lamp") {
			got = append(got, string(m.Payload))
		}
		if all := strings.Join(got, ", "); all != want {
			t.Errorf("after it has said %s: restored by\n%s\nwant\n%s", name, all, want)
		}
	}
}
