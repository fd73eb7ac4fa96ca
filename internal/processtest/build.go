package processtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Main is for TestMain: it makes a folder for programs, runs the tests, removes the folder
// and returns the exit code that run returns, or 1 if run could not begin: then it says why
// on the standard error.
func Main(run func(folder string) (code int, err error)) int {
	folder, err := os.MkdirTemp("", "processtest")
	if err == nil {
		defer os.RemoveAll(folder)
		var code int
		if code, err = run(folder); err == nil {
			return code
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// Build builds programs into a folder, each under its own name. args are the packages of
// the programs, after the flags that "go build" is to have. What only a debugger reads is
// left out, which is a third of the linker's work; stacks are printed as ever.
func Build(folder string, args ...string) error {
	args = slices.Concat([]string{"build", "-ldflags=-s -w", "-o", folder + string(filepath.Separator)}, args)
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}
