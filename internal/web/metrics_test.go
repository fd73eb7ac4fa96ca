package web

import (
	"flag"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"homebus/internal/message"
	"homebus/internal/proxy"
	"homebus/topics"
)

var update = flag.Bool("update", false, "write testdata/metrics.txt again")

// busy is a bus with something of everything, and strangers.
func busy() *pretended {
	retained := func(topic, payload string) message.Message {
		return message.Message{Topic: topic, Payload: []byte(payload)}
	}
	return &pretended{
		figures: Figures{
			Boot: "01a2", Began: time.UnixMilli(1_700_000_000_500), Retained: 9, RetainedBytes: 900, NotRetained: 1,
			Proxy: proxy.Stats{
				In: proxy.Count{Messages: 10, Bytes: 1000}, Out: proxy.Count{Messages: 20, Bytes: 2000},
				Publishers: 3, Subscribers: 4, Listeners: 5, Subscriptions: 6, Refused: 7, Dropped: 8, MonitorDropped: 9,
				Drops: map[string]uint64{"127.0.0.1:1234": 5, "\x1b[31mred\n\"\\": 2, "red \"\\": 1},
			},
		},
		values: []message.Message{
			retained(topics.Online("kitchen", "toaster"), `{"online":true}`),
			retained(topics.Online("hall", "light"), `{"online":false,"reason":"connection lost"}`),
			retained("online/kitchen/odd", `{"online":"perhaps"}`),
			retained("online/kitchen/\x1b[31m\"}", `{"online":true}`),
			retained("online/kitchen/"+strings.Repeat("x", maxTopic), `{"online":true}`),
			retained(topics.State("kitchen", "toaster"), `{"state":"toasting","power_w":900.5,"energy_wh":2}`),
			retained(topics.State("hall", "light"), `{"state":"off","power_w":"much","energy_wh":-1}`),
			retained(topics.State("hall", "list"), `[1,2]`),
			retained(topics.State("hall", "huge"), `{"power_w":1e999}`),
			retained("state/anything", `{"power_w":1}`),
			retained(topics.Scene("morning"), `{"state":"running","runs":3}`),
			retained(topics.Scene("dusk"), `{"state":"failed","runs":1}`),
			retained("scene/odd", `{"runs":-1}`),
			retained("scene/a/b", `{"state":"running","runs":1}`),
		},
		more: true,
	}
}

// ours returns a registry without what the process tells of itself.
func ours(s *Server) *prometheus.Registry {
	r := prometheus.NewPedanticRegistry()
	r.MustRegister(figures{s}, sockets{s}, house{s.bus})
	return r
}

func TestMetrics(t *testing.T) {
	s := open(t, Config{Bus: busy(), Version: "v1.2.3"})
	defer s.Close()
	s.refused.count("host")
	s.refused.count("origin")
	s.refused.count("origin")
	page := httptest.NewRecorder()
	promhttp.HandlerFor(ours(s), promhttp.HandlerOpts{}).ServeHTTP(page, httptest.NewRequest("GET", "/metrics", nil))
	got := strings.Replace(page.Body.String(), goVersion, "GOVERSION", 1)
	const golden = "testdata/metrics.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || got != string(want) {
		t.Errorf("%v; -update writes it again:\n%s", err, got)
	}
}

func TestNamesAreByThePrometheusConventions(t *testing.T) {
	s := open(t, Config{Bus: busy()})
	defer s.Close()
	families, err := ours(s).Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// docs/http.md has a line for each metric of ours, and for no other.
func TestTheTableOfMetrics(t *testing.T) {
	page, err := os.ReadFile("../../docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	var told, named []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(homebus_[a-z_]+)(?:\\{([a-z,]+)\\})?` \\|").FindAllStringSubmatch(string(page), -1) {
		told = append(told, m[1]+"{"+m[2]+"}")
	}
	for _, f := range slices.Concat(ofFigures, ofSockets, ofHouse) {
		m := regexp.MustCompile(`fqName: "([^"]*)".*variableLabels: \{([^}]*)\}`).FindStringSubmatch(f.desc.String())
		named = append(named, m[1]+"{"+m[2]+"}")
	}
	slices.Sort(told)
	slices.Sort(named)
	if !slices.Equal(told, named) {
		t.Errorf("docs/http.md tells\n%s\nand there are\n%s", strings.Join(told, "\n"), strings.Join(named, "\n"))
	}
}

func TestOnlyTheWorstSubscribersAreNamed(t *testing.T) {
	drops := make(map[string]uint64)
	for i := range 1000 {
		drops[strings.Repeat("x", i%70)+string(rune('a'+i%26))+strings.Repeat("y", i/70)] = uint64(i)
	}
	if named := worst(drops); len(named) != mostNamed {
		t.Errorf("%d are named", len(named))
	}
}

// Whoever asks without end costs the bus no more than who asks once a second.
func TestFiguresAreRemembered(t *testing.T) {
	bus := busy()
	s := start(t, Config{Bus: bus})
	began := time.Now()
	for range 50 {
		if answer, body := get(t, s, "/metrics"); answer.StatusCode != 200 || !strings.Contains(body, "homebus_retained_topics 9\n") {
			t.Fatalf("%d\n%s", answer.StatusCode, body)
		}
	}
	if n, most := bus.asked.Load(), 2+int64(time.Since(began)/freshFor); n > most {
		t.Errorf("the bus was asked %d times, want %d at most", n, most)
	}
}

// Clients that go in the middle of an answer fill no log.
func TestImpatientClients(t *testing.T) {
	var log strings.Builder
	s := open(t, Config{Bus: busy(), Log: slog.New(slog.NewTextHandler(&log, nil))})
	end := run(t, s)
	defer end()
	for range 50 {
		conn := dial(t, s)
		_, _ = io.WriteString(conn, strings.Repeat("GET /metrics?a;b HTTP/1.1\r\nHost: x\r\n\r\n", 20))
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
	s.has(t, 0)
	end()
	if n := strings.Count(log.String(), "\n"); n > 5 {
		t.Errorf("%d lines:\n%.1000s", n, log.String())
	}
}

func TestMetricsOfTheProcess(t *testing.T) {
	s := start(t, Config{Bus: busy()})
	_, body := get(t, s, "/metrics")
	for _, name := range []string{"go_goroutines ", "process_open_fds ", "process_resident_memory_bytes "} {
		if !strings.Contains(body, "\n"+name) {
			t.Errorf("%s is missing", name)
		}
	}
	answer, _ := get(t, s, "/metrics", "Accept: application/openmetrics-text; version=1.0.0")
	if form := answer.Header.Get("Content-Type"); !strings.HasPrefix(form, "application/openmetrics-text; version=1.0.0") {
		t.Errorf("the form is %s", form)
	}
}
