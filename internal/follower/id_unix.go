//go:build unix

package follower

import (
	"fmt"
	"os"
	"syscall"
)

// identity returns what a file is known by, whatever its name.
func identity(info os.FileInfo) string {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%x-%x", s.Dev, s.Ino)
	}
	return "file"
}
