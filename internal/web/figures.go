package web

import (
	"cmp"
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"homebus/internal/mirror/safetext"
)

// What is told of the bus and of this server. docs/http.md says what each means.
var (
	buildInfo   = gauge("build_info", "The version of the program, and of Go; always 1.", "version", "goversion")
	bootInfo    = gauge("boot_info", "The id of this run of the hub; always 1.", "boot")
	startTime   = gauge("start_time_seconds", "When the hub was started, in seconds since 1970.")
	readyNow    = gauge("ready", "Whether messages pass; 0 while the hub is paused.")
	received    = counter("received_messages_total", "Messages that publishers sent.")
	receivedB   = counter("received_bytes_total", "What publishers sent, in bytes of wire form.")
	sent        = counter("sent_messages_total", "Messages written to subscribers.")
	sentB       = counter("sent_bytes_total", "What was written to subscribers, in bytes of wire form, PINGs and all.")
	connections = gauge("connections", "Peers connected over ZeroMQ, by side of the hub.", "side")
	subscribed  = gauge("subscriptions", "Subscriptions held, each peer's counted.")
	unshaken    = counter("refused_connections_total", "Newcomers over ZeroMQ that failed their handshake.")
	dropped     = counter("dropped_messages_total", "Messages lost on full queues of subscribers, of all of them.")
	droppedBy   = counter("subscriber_dropped_messages_total", "Messages lost by those subscribers that have lost most, 20 at most.", "subscriber")
	unheard     = counter("monitor_dropped_messages_total", "Messages that listeners at the monitor have lost.")
	retained    = gauge("retained_topics", "Topics that have a last value.")
	retainedB   = gauge("retained_bytes", "What the last values take, with their topics.")
	unretained  = counter("not_retained_messages_total", "Messages that were relayed and not kept as last values, for want of room.")
	httpConns   = gauge("http_connections", "Connections to the server on HTTP, WebSockets and all.")
	httpFull    = counter("http_refused_connections_total", "Connections to the server on HTTP that were refused because there were too many.")
	httpRefused = counter("http_refused_requests_total", "Requests that were refused for their Host or their Origin.", "reason")
)

var ofFigures = []*family{
	&buildInfo, &bootInfo, &startTime, &readyNow, &received, &receivedB, &sent, &sentB, &connections, &subscribed,
	&unshaken, &dropped, &droppedBy, &unheard, &retained, &retainedB, &unretained, &httpConns, &httpFull, &httpRefused,
}

// figures tells of the bus and of its server.
type figures struct{ *Server }

var _ prometheus.Collector = figures{}

// Describe sends what families there are.
func (figures) Describe(ch chan<- *prometheus.Desc) { describe(ch, ofFigures) }

// Collect reads the bus as it is.
func (f figures) Collect(ch chan<- prometheus.Metric) {
	now := f.bus.Figures()
	buildInfo.tell(ch, 1, f.version, goVersion)
	bootInfo.tell(ch, 1, now.Boot)
	startTime.tell(ch, float64(now.Began.UnixMilli())/1000)
	readyNow.tell(ch, truth(f.bus.Ready() == nil))
	f.traffic(ch, now)
	for name, n := range worst(now.Proxy.Drops) {
		droppedBy.tell(ch, float64(n), name)
	}
	retained.tell(ch, float64(now.Retained))
	retainedB.tell(ch, float64(now.RetainedBytes))
	unretained.tell(ch, float64(now.NotRetained))
	present, refused := f.crowd.counts()
	httpConns.tell(ch, float64(present))
	httpFull.tell(ch, float64(refused))
	httpRefused.tell(ch, float64(f.refused.host.Load()), "host")
	httpRefused.tell(ch, float64(f.refused.origin.Load()), "origin")
}

// traffic tells what has passed, and who is there.
func (f figures) traffic(ch chan<- prometheus.Metric, now Figures) {
	p := now.Proxy
	received.tell(ch, float64(p.In.Messages))
	receivedB.tell(ch, float64(p.In.Bytes))
	sent.tell(ch, float64(p.Out.Messages))
	sentB.tell(ch, float64(p.Out.Bytes))
	connections.tell(ch, float64(p.Publishers), "frontend")
	connections.tell(ch, float64(p.Subscribers), "backend")
	connections.tell(ch, float64(p.Listeners), "monitor")
	subscribed.tell(ch, float64(p.Subscriptions))
	unshaken.tell(ch, float64(p.Refused))
	dropped.tell(ch, float64(p.Dropped))
	unheard.tell(ch, float64(p.MonitorDropped))
}

// Bounds on what is told of subscribers: how many are named, for each is a series that
// whoever collects them keeps for weeks, and how long a name is, in cells.
const (
	mostNamed = 20
	maxName   = 64
)

// worst returns the subscribers that have lost most, by names that can be shown.
func worst(drops map[string]uint64) map[string]uint64 {
	named := make(map[string]uint64)
	for name, n := range drops {
		named[safetext.Clean(name, maxName)] += n
	}
	names := slices.SortedFunc(maps.Keys(named), func(a, b string) int {
		return cmp.Or(cmp.Compare(named[b], named[a]), cmp.Compare(a, b))
	})
	for _, name := range names[min(len(names), mostNamed):] {
		delete(named, name)
	}
	return named
}

// truth is 1 for true.
func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
