package bench

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestReports(t *testing.T) {
	plain := &Result{Protocol: ZMTP, Pubs: 1, Subs: 1, Topic: DefaultTopic, Distinct: 1, Size: 64, Batch: 64 << 10, PerWrite: 736,
		Ended: AllHeard, Seconds: 0.125, Sent: 1_000_000, SentPerSecond: 8e6, Expected: 1_000_000, Heard: 1_000_000, HeardPerSecond: 8e6, Numbered: true}
	all := &Result{Protocol: NATS, Pubs: 4, Subs: 12, Topic: DefaultTopic, Distinct: 12, Own: true, Size: 64, Rate: 50_000, PerWrite: 1, Connections: 10_000,
		Ended: Quiet, Seconds: 3, Sent: 150_000, SentPerSecond: 50_000, Expected: 150_000, Heard: 149_995, HeardPerSecond: 49_998.3, Numbered: true,
		Lost: 35, Duplicated: 2, Reordered: 1, Strange: 3, LostBy: []int64{1, 0, 2, 3, 4, 5, 6, 3, 2, 4, 2, 3},
		Latency: &Latency{P50: 35.1, P90: 61.2, P99: 804.9, P999: 1890, Max: 2_100_000}}
	counted := &Result{Protocol: MQTT, Pubs: 1, Subs: 1, Topic: "t", Distinct: 1, Size: 4, PerWrite: 1,
		Ended: Interrupted, Seconds: 1, Sent: 10, SentPerSecond: 10, Expected: 10, Heard: 9, HeardPerSecond: 9, Lost: 1, LostBy: []int64{1}}
	given := &Result{Protocol: ZMTP, Pubs: 1, Subs: 1, Topic: "state/kitchen/toaster", Distinct: 1, Size: 14, Payload: `{"state":"on"}`, PerWrite: 1, Connections: 1000, IdleTopics: 1000,
		Ended: AllHeard, Seconds: 1, Sent: 10, SentPerSecond: 10, Expected: 10, Heard: 10, HeardPerSecond: 10}
	for name, r := range map[string]*Result{"plain": plain, "all": all, "counted": counted, "given": given, "nothing": {Protocol: ZMTP, Ended: Interrupted, Numbered: true}} {
		var text bytes.Buffer
		if err := r.Print(&text); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", text.Bytes())
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".json", append(line, '\n'))
	}
}

// golden compares with a file of testdata; -update writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
	}
}
