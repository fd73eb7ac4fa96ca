//go:build race

package examples

import "os"

// The examples are built as their tests are, so that the race detector watches them. It
// would have each wait a second at its end.
func init() {
	building = append(building, "-race")
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0")
}
