package cli

import (
	"runtime"
	"runtime/debug"
)

// version says which build this is: the module's version, which the go command
// derives from the state of the repository, and the version of Go.
func version() string {
	v := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v = info.Main.Version
	}
	return v + " " + runtime.Version()
}
