package gateway

import (
	"os"
	"testing"

	"homebus/internal/link/linktest"
)

// TestMain fails if a goroutine of this package is left when all tests are done.
func TestMain(m *testing.M) { os.Exit(linktest.Main(m, "internal/web/", "internal/hub.")) }
