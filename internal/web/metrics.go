package web

import (
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
)

const (
	// mostScrapes is how many answers of /metrics may be under way; one more is told 503.
	mostScrapes = 4
	// freshFor is for how long figures are told again to whoever asks meanwhile, so that
	// the bus is asked for them no more often, whoever asks how often.
	freshFor = time.Second
)

// metrics answers with the figures of the bus, its house, this server and the process, in
// the formats of Prometheus.
func (s *Server) metrics() http.Handler {
	return promhttp.HandlerFor(&remembered{from: s.registry(), log: s.log}, promhttp.HandlerOpts{
		ErrorHandling:       promhttp.ContinueOnError, // some figures are better than none
		MaxRequestsInFlight: mostScrapes,
		EnableOpenMetrics:   true,
	})
}

// remembered gathers from another gatherer, once in freshFor at most, and logs what goes
// wrong there. What it returns must not be changed.
type remembered struct {
	from prometheus.Gatherer
	log  *slog.Logger

	mu     sync.Mutex
	at     time.Time
	told   []*dto.MetricFamily
	failed error
}

var _ prometheus.Gatherer = (*remembered)(nil)

// Gather returns figures that are not older than freshFor.
func (r *remembered) Gather() ([]*dto.MetricFamily, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := time.Now(); r.at.IsZero() || now.Sub(r.at) >= freshFor {
		r.told, r.failed = r.from.Gather()
		r.at = now
		if r.failed != nil {
			r.log.Error("some figures cannot be told", "reason", r.failed)
		}
	}
	return r.told, r.failed
}

// registry returns a registry with all that is told.
func (s *Server) registry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		figures{s},
		sockets{s},
		house{s.bus},
	)
	return r
}

// family is a metric that is read when it is asked for.
type family struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

// gauge and counter return a family "homebus_" + name.
func gauge(name, help string, labels ...string) family {
	return family{prometheus.NewDesc("homebus_"+name, help, labels, nil), prometheus.GaugeValue}
}

func counter(name, help string, labels ...string) family {
	return family{prometheus.NewDesc("homebus_"+name, help, labels, nil), prometheus.CounterValue}
}

// tell sends a value; labels are those of the family, in its order.
func (f family) tell(ch chan<- prometheus.Metric, value float64, labels ...string) {
	ch <- prometheus.MustNewConstMetric(f.desc, f.kind, value, labels...)
}

// describe sends what families there are.
func describe(ch chan<- *prometheus.Desc, families []*family) {
	for _, f := range families {
		ch <- f.desc
	}
}

// goVersion is the version of Go that built the program.
var goVersion = runtime.Version()
