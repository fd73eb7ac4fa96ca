package scene

import (
	"flag"
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets files and random houses make garbage for longer: collecting it again and
// again takes a quarter of the tests' time. Benchmarks are collected after as ever.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(m.Run())
}
