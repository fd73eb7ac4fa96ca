package tomltree

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// suite returns the files of the toml-test suite as the parser's module has them, by
// name, "array/no-comma-01.toml".
func suite(t *testing.T, kind string) map[string][]byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/BurntSushi/toml").Output()
	if err != nil {
		t.Skip("the go command does not tell where the parser's module lies: ", err)
	}
	root := filepath.Join(strings.TrimSpace(string(dir)), "internal", "toml-test", "tests", kind)
	if _, err := os.Stat(root); err != nil {
		t.Skip("the parser's module has no toml-test suite: ", err)
	}
	files := map[string][]byte{}
	err = fs.WalkDir(os.DirFS(root), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".toml" {
			return err
		}
		files[name], err = os.ReadFile(filepath.Join(root, name))
		return err
	})
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files in %s, %v", len(files), root, err)
	}
	return files
}

// parseSoon is Parse, with the second in which a mistake must be told.
func parseSoon(t *testing.T, name string, src []byte) *Error {
	t.Helper()
	begin := time.Now()
	_, err := Parse(src)
	if took := time.Since(begin); took > time.Second {
		t.Errorf("%s took %s", name, took)
	}
	return err
}

func TestTheSuiteOfWhatIsTOML(t *testing.T) {
	for name, src := range suite(t, "valid") {
		if err := parseSoon(t, name, src); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// taken are texts of the suite of what is no TOML that are read all the same. All but
// the last became TOML with version 1.1.
var taken = map[string]bool{
	"datetime/no-secs.toml":                true,
	"local-datetime/no-secs.toml":          true,
	"local-time/no-secs.toml":              true,
	"inline-table/linebreak-01.toml":       true,
	"inline-table/linebreak-02.toml":       true,
	"inline-table/linebreak-03.toml":       true,
	"inline-table/linebreak-04.toml":       true,
	"inline-table/trailing-comma.toml":     true,
	"string/basic-byte-escapes.toml":       true,
	"datetime/offset-overflow-minute.toml": true, // the parser knows no bound of a zone's minutes
}

func TestTheSuiteOfWhatIsNoTOML(t *testing.T) {
	for name, src := range suite(t, "invalid") {
		err := parseSoon(t, name, src)
		if (err == nil) != taken[name] {
			t.Errorf("%s: %v\n%s", name, err, src)
		}
		if err != nil {
			checkMistake(t, src, err)
		}
	}
}

// checkMistake wants a mistake to be at a place that the text has, and told in the
// words of this house, not of the parser.
func checkMistake(t *testing.T, src []byte, err *Error) {
	t.Helper()
	checkPlace(t, src, err)
	for _, word := range []string{"EOF", "array", "hash", "terminator", "delimiter", "top-level", "float", "integer", "datetime", "\n", `'\x00'`} {
		if strings.Contains(err.What, word) && !strings.Contains(string(src), word) {
			t.Errorf("%q says %q", err, word)
		}
	}
}

func checkPlace(t *testing.T, src []byte, err *Error) {
	t.Helper()
	lines := strings.Split(string(src), "\n")
	if p := err.Pos; p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > len([]rune(lines[p.Line-1]))+1 {
		t.Errorf("%q: the text has no such place", err)
	}
}
