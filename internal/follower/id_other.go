//go:build !unix

package follower

import "os"

// identity returns what a file is known by: here a rotation is seen by the size alone.
func identity(os.FileInfo) string { return "file" }
