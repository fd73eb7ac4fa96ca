//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package collector

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock keeps a folder for this process until the file is closed, also by a kill. There is
// no file for it in the folder, which is the user's: the folder itself is what is locked.
func lock(dir string) (*os.File, error) {
	file, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	// Some disks of a network have no such locks: on those nobody is kept out.
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(fmt.Errorf("folder %s: another collector writes into it; give each a folder of its own", dir), file.Close())
	}
	return file, nil
}
