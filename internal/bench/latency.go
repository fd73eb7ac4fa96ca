package bench

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// maxLatency is the longest time that is told from longer ones.
const maxLatency = time.Minute

// latencies is how long messages took, of all subscribers, to three digits. A subscriber
// takes mu once for what it has read.
type latencies struct {
	mu        sync.Mutex
	histogram *hdrhistogram.Histogram
}

func newLatencies() *latencies {
	return &latencies{histogram: hdrhistogram.New(1, int64(maxLatency), 3)}
}

// record notes one message. The caller holds mu.
func (l *latencies) record(took time.Duration) {
	took = min(max(took, 0), maxLatency) // so that there is no error
	_ = l.histogram.RecordValue(int64(took))
}

// Latency is how long messages took from when they were due until they were read, in
// microseconds.
type Latency struct {
	P50  float64 `json:"p50_us"`
	P90  float64 `json:"p90_us"`
	P99  float64 `json:"p99_us"`
	P999 float64 `json:"p99_9_us"`
	Max  float64 `json:"max_us"`
}

func (l *latencies) summary() *Latency {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := func(percentile float64) float64 { return float64(l.histogram.ValueAtPercentile(percentile)) / 1e3 }
	return &Latency{P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: float64(l.histogram.Max()) / 1e3}
}
