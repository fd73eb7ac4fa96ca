//go:build !linux

package bench

import "time"

// sleep waits about so long.
func sleep(d time.Duration) { <-time.After(d) }
