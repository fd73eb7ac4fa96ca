package examples

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// places says for each address that the examples and the tutorial name, 127.0.0.1 and a
// port, what stands for it here: this machine's may be in use.
var places = map[string]string{}

var address = regexp.MustCompile(`127\.0\.0\.1:[1-9]\d+`)

// here puts other places into what was written for the usual ones.
func here(text string) string {
	return address.ReplaceAllStringFunc(text, func(a string) string {
		if places[a] == "" {
			places[a] = unused()
		}
		return places[a]
	})
}

// unused returns an address below those that the kernel gives away, so that it stays unused.
func unused() string {
	for {
		a := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.N(20_000))
		if l, err := net.Listen("tcp", a); err == nil {
			_ = l.Close()
			return a
		}
	}
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
