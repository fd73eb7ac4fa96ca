package house

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func TestHowToPlayATestAgain(t *testing.T) {
	seed := uint64(7)
	for _, tt := range []struct {
		path, test string
		seed       *uint64
		want       string
	}{
		{"scenes.toml", "no water", nil, `bus test scenes.toml --run '^no water$'`},
		{"scenes.toml", "no water", &seed, `bus test scenes.toml --run '^no water$' --seed 7`},
		{"my house.toml", "", nil, `bus test 'my house.toml' --run '^$'`},
		{"a/b.toml", "it's 7.5 (or 8) $HOME", nil, `bus test a/b.toml --run '^it'\''s 7\.5 \(or 8\) \$HOME$'`},
		{"a.toml", "two\nlines\x1b[2J", nil, `bus test a.toml --run '^two\x{a}lines\x{1b}\[2J$'`},
	} {
		if got := again(tt.path, tt.test, tt.seed); got != tt.want {
			t.Errorf("%q: %s\nwant %s", tt.test, got, tt.want)
		}
	}
}

// What a shell makes of the quoted words is what was meant: the file, and an
// expression that matches this test alone.
func TestAShellReadsHowToPlayATestAgain(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh here: ", err)
	}
	for _, text := range []string{"plain", "it's", "a  b", `"$HOME" \ *?[x] ~ # ; & | > <`, "-v", "é\n\t\u202e", "`id` $(id) !"} {
		out, err := exec.Command(sh, "-c", strings.Replace(again(text, text, nil), "bus", `printf '%s\0'`, 1)).Output()
		words := strings.Split(string(out), "\x00")
		if err != nil || len(words) != 5 || words[1] != text {
			t.Errorf("%q: the shell reads %q, %v", text, words, err)
			continue
		}
		only := regexp.MustCompile(words[3])
		if !only.MatchString(text) || only.MatchString(text+"x") || only.MatchString("x"+text) {
			t.Errorf("%q: %s matches something else", text, only)
		}
	}
}
