package page

import (
	"flag"
	"os"
	"testing"

	"homebus/internal/web/page/browsertest"
)

// screenshots is where pictures of the page are to go; none are made without it.
var screenshots = flag.String("screenshots", "", "the folder to write pictures of the page to")

// atOnce is how many tests run at a time: what they do most is wait.
const atOnce = "6"

func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", atOnce) // -parallel says otherwise
	os.Exit(browsertest.Main(m.Run))
}
