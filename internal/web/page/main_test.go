package page

import (
	"flag"
	"os"
	"testing"

	"homebus/internal/web/page/browsertest"
)

// screenshots is where pictures of the page are to go; none are made without it.
var screenshots = flag.String("screenshots", "", "the folder to write pictures of the page to")

func TestMain(m *testing.M) { os.Exit(browsertest.Main(m.Run)) }
