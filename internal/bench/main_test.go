package bench

import (
	"flag"
	"os"
	"testing"

	"homebus/internal/link/linktest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestMain fails if a goroutine of this package is left when all tests are done.
func TestMain(m *testing.M) { os.Exit(linktest.Main(m, "internal/bench.")) }
