package epgm

import (
	"flag"
	"os"
	"testing"
)

// atOnce is how many tests run at a time: what those with libzmq do most is wait.
const atOnce = "8"

func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", atOnce) // -parallel says otherwise
	os.Exit(m.Run())
}
