package examples

import (
	"strings"
	"testing"
)

// TestWrongUsage: who types something wrong is told what would be right, in a line.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	const endpoint = "endpoint \"nonsense\": want "
	for line, want := range map[string]string{
		"pair":                                    "want bind or connect",
		"pair bind nonsense":                      endpoint + "tcp://",
		"reqrep":                                  "want server NAME ENDPOINT, or client",
		"reqrep server anna":                      "want server NAME ENDPOINT, or client",
		"reqrep server anna nonsense":             endpoint + "tcp://",
		"pubsub average weather/":                 "want station NAME ENDPOINT, or average TOPIC and endpoints",
		"pubsub station north nonsense":           endpoint + "tcp://",
		"pipeline":                                "want producer, worker or collector",
		"pipeline --work nonsense worker":         endpoint + "tcp://",
		"queue":                                   "want server NAME [ENDPOINT], or client NAME [ENDPOINT]",
		"queue server":                            "want server NAME [ENDPOINT], or client NAME [ENDPOINT]",
		"queue client carl nonsense":              endpoint + "tcp://",
		"forwarder":                               "want publisher [FRONTEND], or subscriber TOPIC [BACKEND]",
		"forwarder publisher nonsense":            endpoint + "tcp://",
		"streamer feeder":                         "want feeder NAME [FRONTEND], or worker NAME [BACKEND]",
		"streamer feeder fred nonsense":           endpoint + "tcp://",
		"monitor nonsense":                        endpoint + "tcp://",
		"embedded one":                            "want [FRONTEND BACKEND]",
		"embedded nonsense ipc://here":            endpoint + "tcp://",
		"poller":                                  "want worker or boss",
		"poller --tasks nonsense boss":            endpoint + "tcp://",
		"callbacks":                               "want thermometer, or client and a number",
		"callbacks client":                        "want thermometer, or client and a number",
		"callbacks client warm":                   "want thermometer, or client and a number",
		"callbacks --questions nonsense client 3": endpoint + "tcp://",
		"threads":                                 "want publisher or subscriber",
		"processes":                               "want how many servers",
		"processes 2":                             "want how many servers",
		"processes 0 2":                           "want how many servers",
		"processes 2 -1":                          "want how many servers",
		"processes server":                        "want how many servers",
		"breakfast":                               "want light on, light off, toaster, coffee or mirror",
		"breakfast light":                         "want light on, light off, toaster, coffee or mirror",
		"breakfast --frontend nonsense mirror":    endpoint + "tcp://",
		"multicast subscriber x nonsense":         endpoint + "epgm://INTERFACE;GROUP:PORT",
		"files":                                   "want QUEUE NODE PATH",
		"files nonsense kitchen-pi logs/a.log":    endpoint + "tcp://",
		"browser page":                            "want no arguments",
		"browser --at nonsense":                   "address nonsense: missing port",
	} {
		words := strings.Fields(line)
		p := start(t, words[0], words[1:]...)
		p.Await(".*" + strings.NewReplacer("[", `\[`, "]", `\]`).Replace(want))
		<-p.Ended()
		if n := strings.Count(p.Text(), "\n"); n != 1 || p.Cmd.ProcessState.ExitCode() != 2 {
			t.Errorf("%s: %v, in %d lines; want exit status 2, and one", line, p.Cmd.ProcessState, n)
		}
	}
}

// TestRightUsageThatFails: what was asked for well and cannot be has failed.
func TestRightUsageThatFails(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"pair bind ipc:///nowhere/pair":                          "no such file or directory",
		"multicast subscriber x epgm://nowhere;239.192.1.1:5555": "there is no interface \"nowhere\"",
	} {
		words := strings.Fields(line)
		p := start(t, words[0], words[1:]...)
		p.Await(want)
		<-p.Ended()
		if code := p.Cmd.ProcessState.ExitCode(); code != 1 {
			t.Errorf("%s: exit status %d, want 1", line, code)
		}
	}
}
