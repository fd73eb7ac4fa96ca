package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors gives each package the floor it stands on; it may import from lower
// floors only. A trailing "/" means the whole folder.
var floors = map[string]int{
	"topics":             0,
	"internal/zmtp":      0,
	"internal/housetime": 0, // arithmetic between two clocks, shared by the programs
	"internal/daytime":   0, // home time, for scenes and for who lives in the house
	"internal/sun":       0, // where the sun stands, for scenes
	"internal/prefix":    0, // sets of subscriptions, shared by whatever subscribes or is subscribed to

	"internal/jsonline": 0, // JSON that may end up on a terminal, for all that prints it

	"internal/filewatch": 0, // that a file has changed; knows neither scenes nor a clock

	"internal/naughty": 0, // texts that make trouble, for the tests of all that shows strangers' text

	"internal/endpoint":    0, // how ZeroMQ writes addresses, shared by all that listens or connects
	"internal/message":     1,
	"internal/epgm":        1, // multicast on the wire, for the forwarder and for links
	"internal/occupancy":   1, // who lives in the house; knows sensors by their ids alone
	"internal/eventloop":   0, // how a connection that brings little at a time is waited for cheaply; knows no ZMTP
	"internal/liveness":    1, // when a connection is dead, shared by proxies and sockets
	"internal/socket/gate": 1, // who may come in, shared by proxies and sockets

	"devices":            2,
	"internal/proxy":     2,
	"internal/socket":    2, // the patterns of ZeroMQ, for queue and streamer, the control endpoint and Go programs
	"internal/link":      2,
	"internal/lastvalue": 1, // shared by internal/link and internal/hub
	"internal/presence":  1, // who is there, and what is answered: shared by all that speak for appliances

	"internal/telling":   2, // what messages say, in a person's words, shared by the mirror and what answers why
	"internal/chronicle": 3, // what has passed and what led to it, apart from the hub that lets it pass

	"internal/scene":          3,
	"internal/scene/tomltree": 2, // where the keys and values of a TOML text stand, apart from what they say
	"internal/link/zmqlink":   3,
	"internal/link/epgmlink":  3, // a link's ways over multicast; is given its way over TCP by whoever knows both
	"internal/multicast":      3, // a forwarder's endpoints at multicast groups; knows the forwarder and no hub
	"internal/proxies":        3, // queue and streamer whole: the sockets, and what passes between them
	"internal/control":        3, // a proxy's control endpoint: a REP before any proxy or hub

	"internal/scene/costtest":  0, // the bound on what the worst files cost, for the tests of who reads them
	"internal/scene/town":      0, // houses of any size, for what measures many scenes
	"internal/scene/scenetest": 4, // random houses, for the tests of who loads and who plays them

	"internal/gctest":      0, // how often garbage is collected in the tests of who plays houses
	"internal/busytest":    0, // what the machine keeps of the processors from a process, for the tests of promises in time
	"internal/netnstest":   0, // network namespaces, for the tests that lay cables
	"internal/processtest": 0, // finished programs as processes, for the tests that run them as users do

	"internal/zmtp/captured": 0, // sessions of libzmq, for tests of every package that reads its bytes
	"internal/zmtp/zmtptest": 1, // a raw peer for the tests of whatever listens
	"internal/link/linktest": 3, // the conformance suite that every Link's tests run

	"internal/web/guard": 0, // who may ask on HTTP, and who may publish there

	"internal/hub":         4,
	"internal/house":       4,
	"internal/sim":         4,
	"internal/mirror":      4,
	"internal/web":         4,
	"internal/bench/table": 5, // a program for maintainers, which starts others
	"internal/bench":       4, // load for forwarders, ours and others
	"internal/cli":         4, // exit codes and the flags that the three programs share

	"internal/web/page":             0, // the page itself: files, and who sends them
	"internal/web/page/browsertest": 0, // a real browser for the tests of the page and of the finished programs
	"internal/web/wall":             4, // the mirror for browsers, apart from the server that it is reached through

	"internal/mirror/logbook":     1, // the program's own log, kept for a screen that it must not be written over
	"internal/mirror/safetext":    0, // what may reach a terminal, apart from who draws
	"internal/mirror/hush":        0, // imports nothing, so that it is initialised early
	"internal/mirror/tty":         2, // what a terminal sends, apart from who draws
	"internal/mirror/tty/ptytest": 0, // a terminal whose other side a test holds
	"internal/mirror/home":        3, // what the bus has said, apart from how it is drawn
	"internal/mirror/gather":      3, // what a link says between two pictures, for whoever draws them
	"internal/mirror/plan":        4, // what a file says of a home, for the programs that show one
	"internal/cli/clitest":        4, // runs the stories of the programs' command lines

	"internal/web/gateway": 3, // the bus for WebSocket clients; knows the forwarder and no hub
	"internal/web/cork":    0, // many frames in one write, for whatever speaks WebSocket

	"internal/filewire":  0, // what nodes with files and collectors say to each other, for both
	"internal/tail":      0, // how a file is followed, apart from the disk
	"internal/collect":   1, // what a collector lacks and asks for, apart from the disk and the network
	"internal/follower":  4, // a node's files on the bus
	"internal/collector": 4, // the files of many nodes, from the bus

	"cmd/":                     5,
	"examples/":                5, // small programs, one for each pattern
	"examples":                 5, // their tests
	"examples/internal/ending": 1, // how they end that have failed
	"internal/endtoend":        5, // tests of the finished programs, and nothing else

	"internal/arch": 0,
}

// owners names, for a library, the packages (or folders) that may import it.
// "*" means every package from floor 2 up. A library that is not listed is a
// failure: it enters the table in a commit that says why.
var owners = map[string][]string{
	"github.com/google/uuid":              {"internal/message"},
	"github.com/HdrHistogram":             {"internal/bench"}, // how latencies are counted everywhere, by their keeper
	"github.com/BurntSushi/toml":          {"internal/scene/tomltree"},
	"github.com/go-zeromq/zmq4":           {"internal/link/zmqlink"},
	"github.com/charmbracelet/bubbletea":  {"internal/mirror"},
	"github.com/charmbracelet/bubbles":    {"internal/mirror"},
	"github.com/charmbracelet/lipgloss":   {"internal/mirror"},
	"github.com/charmbracelet/x/ansi":     {"internal/mirror", "internal/mirror/safetext"},
	"github.com/muesli/termenv":           {"internal/mirror"},
	"github.com/mattn/go-runewidth":       {"internal/mirror"},
	"golang.org/x/term":                   {"internal/mirror", "internal/mirror/tty", "internal/cli", "cmd/"},
	"github.com/chromedp":                 {"internal/web/page/browsertest"}, // drives a real browser, for tests only
	"github.com/coder/websocket":          {"internal/web/"},                 // a well-kept library for what a browser speaks
	"github.com/spf13/cobra":              {"internal/cli", "cmd/"},
	"github.com/spf13/pflag":              {"internal/cli"},                // cobra's flags, to say which one was meant
	"github.com/muesli/cancelreader":      {"internal/mirror/tty", "cmd/"}, // input that Ctrl-C or the end of the program can end
	"github.com/rogpeppe/go-internal":     {"internal/cli/clitest"},
	"pgregory.net/rapid":                  {"internal/scene/scenetest"}, // and tests, which may import anything
	"golang.org/x/sys":                    {"internal/mirror/tty/ptytest", "internal/netnstest"},
	"github.com/prometheus/client_golang": {"internal/web"},
	"github.com/prometheus/client_model":  {"internal/web"}, // what a gatherer of client_golang returns
	"golang.org/x/sync":                   {"*"},
	"golang.org/x/net":                    {"internal/epgm"}, // multicast groups, the same on every system
}

// clockReaders may call time.Now and its like; see DESIGN "Layout".
var clockReaders = []string{
	"cmd/",
	"examples/",
	"internal/eventloop",
	"internal/proxy",
	"internal/socket",
	"internal/socket/gate",
	"internal/hub",
	"internal/multicast",
	"internal/sim",
	"internal/web",
	"internal/web/",
	"internal/mirror",
	"internal/mirror/gather",
	"internal/mirror/tty",
	"internal/link/zmqlink",
	"internal/link/epgmlink",
	"internal/link/linktest",
	"internal/zmtp/zmtptest",
	"internal/cli/clitest",
	"internal/processtest",
	"internal/epgm",
	"internal/follower",
	"internal/collector",
	"internal/bench",
	"internal/bench/table",
}

type pkg struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
	Standard   bool
}

func loadModule(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "./...")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func floorOf(path string) (int, bool) {
	if f, ok := floors[path]; ok {
		return f, true
	}
	for name, f := range floors {
		if strings.HasSuffix(name, "/") && strings.HasPrefix(path, name) {
			return f, true
		}
	}
	return 0, false
}

func within(path string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		return path == a || strings.HasSuffix(a, "/") && strings.HasPrefix(path, a)
	})
}

func TestImportsGoDownward(t *testing.T) {
	for _, p := range loadModule(t) {
		path := strings.TrimPrefix(p.ImportPath, "homebus/")
		floor, ok := floorOf(path)
		if !ok {
			t.Errorf("%s stands on no floor: enter it in the table, and say why in the commit", path)
			continue
		}
		for _, imported := range p.Imports {
			if sub, ours := strings.CutPrefix(imported, "homebus/"); ours {
				if f, ok := floorOf(sub); !ok || f >= floor {
					t.Errorf("%s (floor %d) imports %s (floor %d)", path, floor, sub, f)
				}
			} else if strings.Contains(strings.Split(imported, "/")[0], ".") {
				checkLibrary(t, path, floor, imported)
			}
		}
	}
}

func checkLibrary(t *testing.T, path string, floor int, imported string) {
	t.Helper()
	for library, allowed := range owners {
		if imported != library && !strings.HasPrefix(imported, library+"/") {
			continue
		}
		if !within(path, allowed) && !(allowed[0] == "*" && floor >= 2) {
			t.Errorf("%s imports %s, which belongs to %v", path, imported, allowed)
		}
		return
	}
	t.Errorf("%s imports %s, a library that nobody owns", path, imported)
}
