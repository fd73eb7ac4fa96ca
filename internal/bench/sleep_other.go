//go:build !linux

package bench

import "time"

// punctual does nothing here.
func punctual() (restore func()) { return func() {} }

// sleep waits about so long.
func sleep(d time.Duration) { <-time.After(d) }
