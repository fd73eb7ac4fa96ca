package cli

import (
	"runtime"
	"runtime/debug"
)

// version says which build this is, and the version of Go.
func version() string { return Version() + " " + runtime.Version() }

// Version returns the module's version, which the go command derives from the state of
// the repository; "unknown" if it has none.
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
