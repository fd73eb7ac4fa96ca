package examples

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"homebus/internal/processtest"
)

// places says for each address that the examples and the tutorial name, 127.0.0.1 and a
// port, what stands for it here: this machine's may be in use. held has what holds them.
var (
	places = map[string]string{}
	held   []io.Closer
)

var address = regexp.MustCompile(`127\.0\.0\.1:[1-9]\d+`)

// here puts other places into what was written for the usual ones.
func here(text string) string {
	return address.ReplaceAllStringFunc(text, func(a string) string {
		if places[a] == "" {
			place, hold, err := processtest.Unused()
			if err != nil {
				panic(err)
			}
			places[a], held = place, append(held, hold)
		}
		return places[a]
	})
}

// elsewhere writes the examples down with other places in them, which is all that differs,
// and returns the file that has the go command take them.
func elsewhere(dir string) (overlay string, err error) {
	files, err := filepath.Glob("*/main.go")
	if err != nil || len(files) == 0 {
		return "", errors.Join(err, errors.New("no examples"))
	}
	replace := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		original, err := filepath.Abs(file)
		if err != nil {
			return "", err
		}
		replace[original] = filepath.Join(dir, strings.ReplaceAll(file, string(filepath.Separator), "-"))
		if err := os.WriteFile(replace[original], []byte(here(string(text))), 0o600); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}
