// Package gctest lets tests that play little houses make garbage for longer: collecting it
// again and again takes a quarter of their time.
package gctest

import (
	"flag"
	"os"
	"runtime/debug"
	"testing"
)

// Main is for a TestMain. Benchmarks are collected after as ever, and so is everything if
// GOGC is set.
func Main(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(m.Run())
}
