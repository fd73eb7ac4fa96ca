//go:build race

package examples

// The examples are built as their tests are, so that the race detector watches them.
func init() { building = append(building, "-race") }
