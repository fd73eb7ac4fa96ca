package examples

import (
	"strings"
	"testing"
)

// TestWrongUsage: who types something wrong is told what would be right, in a line.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"pair":                           "want bind or connect",
		"pair bind nonsense":             "want tcp://",
		"reqrep":                         "want server NAME ENDPOINT, or client",
		"reqrep server anna":             "want server NAME ENDPOINT, or client",
		"pubsub average weather/":        "want station NAME ENDPOINT, or average TOPIC and endpoints",
		"pipeline":                       "want producer, worker or collector",
		"queue":                          "want server NAME [ENDPOINT], or client NAME [ENDPOINT]",
		"queue server":                   "want server NAME [ENDPOINT], or client NAME [ENDPOINT]",
		"forwarder":                      "want publisher [FRONTEND], or subscriber TOPIC [BACKEND]",
		"streamer feeder":                "want feeder NAME [FRONTEND], or worker NAME [BACKEND]",
		"monitor nonsense":               "want tcp://",
		"embedded one":                   "want [FRONTEND BACKEND]",
		"poller":                         "want worker or boss",
		"callbacks":                      "want thermometer, or client and a number",
		"callbacks client":               "want thermometer, or client and a number",
		"callbacks client warm":          "want thermometer, or client and a number",
		"threads":                        "want publisher or subscriber",
		"processes":                      "want how many servers",
		"processes 2":                    "want how many servers",
		"processes 0 2":                  "want how many servers",
		"processes 2 -1":                 "want how many servers",
		"processes server":               "want how many servers",
		"breakfast":                      "want light on, light off, toaster, coffee or mirror",
		"breakfast light":                "want light on, light off, toaster, coffee or mirror",
		"multicast subscriber x nowhere": "want epgm://INTERFACE;GROUP:PORT",
		"files":                          "usage: files QUEUE NODE PATH",
		"browser page":                   "want no arguments",
	} {
		words := strings.Fields(line)
		p := start(t, words[0], words[1:]...)
		p.await(".*" + strings.NewReplacer("[", `\[`, "]", `\]`).Replace(want))
		<-p.ended
		code := 2
		if strings.Contains(line, "nonsense") || strings.Contains(line, "nowhere") { // an endpoint is seen later
			code = 1
		}
		if n := strings.Count(p.text(), "\n"); n != 1 || p.cmd.ProcessState.ExitCode() != code {
			t.Errorf("%s: %v, in %d lines; want exit status %d, and one", line, p.cmd.ProcessState, n, code)
		}
	}
}
