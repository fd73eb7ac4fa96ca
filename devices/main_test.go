package devices

import (
	"testing"

	"homebus/internal/gctest"
)

func TestMain(m *testing.M) { gctest.Main(m) }
