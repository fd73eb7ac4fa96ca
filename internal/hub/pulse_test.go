package hub

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"homebus/internal/proxy"
	"homebus/internal/zmtp/zmtptest"
)

func TestHeartbeatCountsFromOne(t *testing.T) {
	t.Parallel()
	h := start(t, Config{})
	sub := subscriberOf(t, h, "bus/heartbeat")
	var boot string
	for want := 1; want <= 2; want++ {
		var beat struct {
			Boot string
			Seq  int
		}
		payload := strings.Split(sub.Receive(), "|")[1]
		if err := json.Unmarshal([]byte(payload), &beat); err != nil || beat.Seq != want || len(beat.Boot) != 36 || boot != "" && beat.Boot != boot {
			t.Errorf("heartbeat %d is %s, %v", want, payload, err)
		}
		boot = beat.Boot
	}
}

func TestStatsAreExactAndRetained(t *testing.T) {
	t.Parallel()
	const sent = 3000
	h := start(t, Config{Limits: Limits{Proxy: proxy.Limits{QueueBytes: 64 << 10}}})
	stopped := subscriberOf(t, h, "load")
	pub := publisherOf(t, h)
	pub.Send("state/a/b", "1")
	pub.Say(bytes.Repeat(zmtptest.Wire("load", strings.Repeat("x", 10_000)), sent))
	late := joining(t, h)
	subscribe(late, "bus/stats", "bus/stats")
	got := map[string]any{}
	payload := strings.Split(late.Receive(), "|")[1]
	if err := json.Unmarshal([]byte(payload), &got); err != nil {
		t.Fatal(err)
	}
	keys := strings.Fields(`boot bytes_in bytes_out connections dropped drops listeners messages_in messages_out
		monitor_dropped not_retained publishers refused retained retained_bytes subscribers subscriptions uptime_s`)
	if k := slices.Sorted(maps.Keys(got)); !slices.Equal(k, keys) {
		t.Errorf("keys %q", k)
	}
	drops := got["drops"].(map[string]any)[stopped.LocalAddr().String()]
	for key, want := range map[string]any{
		"connections": 3.0, "publishers": 1.0, "subscribers": 2.0, "subscriptions": 2.0, "retained": 1.0, "dropped": drops,
	} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
	if drops == nil || drops.(float64) < 1 {
		t.Fatalf("drops %v", got["drops"])
	}
	for range sent - int(drops.(float64)) {
		stopped.Want("load|" + strings.Repeat("x", 10_000))
	}
	if more := stopped.Barrier(); len(more) != 0 {
		t.Errorf("%d more than counted", len(more))
	}
	another := joining(t, h)
	subscribe(another, "bus/stats")
	if first := another.Receive(); !strings.HasPrefix(first, "bus/stats|{") {
		t.Errorf("a late subscriber is given %q", first)
	}
}

func TestTheWorstDropsAreNamed(t *testing.T) {
	drops := map[string]uint64{}
	for i := range uint64(maxDrops + 50) {
		drops[strings.Repeat("x", int(i)+1)] = i
	}
	worst := worst(drops)
	if len(worst) != maxDrops || worst[strings.Repeat("x", 51)] != 50 || worst[strings.Repeat("x", 50)] != 0 {
		t.Errorf("%d are named", len(worst))
	}
}
