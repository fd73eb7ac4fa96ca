package examples

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestPubsub: a subscriber, ours or libzmq's, of two stations, one ours and one libzmq's.
func TestPubsub(t *testing.T) {
	t.Parallel()
	north, south := free(t), free(t)
	start(t, "pubsub", "station", "north", north)
	twin(t, "pubsub", "station", "south", south)
	listens(t, north)
	listens(t, south) // or the other says all forty before an interpreter has begun
	for name, subscriber := range map[string]func(*testing.T, string, ...string) *process{"we subscribe": start, "libzmq subscribes": twin} {
		t.Run(name, func(t *testing.T) {
			for _, topic := range []string{"weather/berlin", "weather/rome"} {
				begun, both := time.Now(), false
				for !both { // one that is connected first may tell all that is asked for
					average := subscriber(t, "pubsub", "average", topic, north, south)
					average.Exits(0)
					for town, of := range readings(t, average.Text()) {
						if !strings.HasPrefix(town, topic) {
							t.Errorf("%s is not what was subscribed to", town)
						}
						averages(t, average, town, of)
					}
					both = strings.Contains(average.Text(), "from north") && strings.Contains(average.Text(), "from south")
					if !both && time.Since(begun) > patience {
						t.Fatalf("no average of both stations within %v", patience)
					}
				}
			}
		})
	}
}

// readings returns what was read of each town.
func readings(t *testing.T, text string) map[string][]float64 {
	t.Helper()
	all, n := map[string][]float64{}, 0
	for _, m := range regexp.MustCompile(`(?m)^(\S+): (-?\d+) from`).FindAllStringSubmatch(text, -1) {
		degrees, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		all[m[1]], n = append(all[m[1]], degrees), n+1
	}
	if n != 40 {
		t.Errorf("%d readings, want 40", n)
	}
	return all
}

func averages(t *testing.T, p *process, town string, readings []float64) {
	t.Helper()
	m := regexp.MustCompile(`(?m)^average of ` + town + `: (\S+) of (\d+)$`).FindStringSubmatch(p.Text())
	if m == nil {
		t.Errorf("no average of %s", town)
		return
	}
	sum := 0.0
	for _, degrees := range readings {
		sum += degrees
	}
	got, err := strconv.ParseFloat(m[1], 64)
	want := sum / float64(len(readings))
	if err != nil || m[2] != strconv.Itoa(len(readings)) || got < want-.051 || got > want+.051 {
		t.Errorf("%s; want %.1f of %d", m[0], want, len(readings))
	}
}
