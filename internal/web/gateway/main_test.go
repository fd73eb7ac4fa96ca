package gateway

import (
	"fmt"
	"os"
	"testing"

	"homebus/internal/link/linktest"
)

// TestMain fails if a goroutine of this package is left when all tests are done.
func TestMain(m *testing.M) {
	if os.Getenv(aloneEnv) != "" {
		if err := serveAlone(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(linktest.Main(m, "internal/web/", "internal/hub."))
}
