package web

import (
	"encoding/json"

	"github.com/prometheus/client_golang/prometheus"

	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// What is told of the house. docs/http.md says what each means.
var (
	deviceOnline = gauge("device_online", "Whether an appliance can be reached.", "device")
	devicePower  = gauge("device_power_watts", "What an appliance draws now, by its own report.", "device")
	deviceEnergy = counter("device_energy_joules_total", "What an appliance has used, by its own report.", "device")
	sceneRunning = gauge("scene_running", "Whether a scene is running.", "scene")
	sceneFailed  = gauge("scene_failed", "Whether the last run of a scene has failed.", "scene")
	sceneRuns    = counter("scene_runs_total", "How often a scene has been started.", "scene")
	truncated    = gauge("house_truncated", "Whether there are more topics of a kind than are told of here.", "kind")
)

var ofHouse = []*family{&deviceOnline, &devicePower, &deviceEnergy, &sceneRunning, &sceneFailed, &sceneRuns, &truncated}

// Bounds on what is told of the house: so many topics of each kind are looked at, in byte
// order, and passed over if they are longer, or their message is, in bytes. Whoever may
// publish can make up topics.
const (
	mostTold   = 1000
	maxTopic   = 128
	maxMessage = 4 << 10
)

// house tells of appliances and scenes what the hub remembers of them. Names need no
// cleaning: the grammar of the topics allows letters, digits and hyphens.
type house struct{ bus Bus }

var _ prometheus.Collector = house{}

// Describe sends what families there are.
func (house) Describe(ch chan<- *prometheus.Desc) { describe(ch, ofHouse) }

// Collect reads the last values.
func (h house) Collect(ch chan<- prometheus.Metric) {
	for _, part := range []struct {
		kind topics.Kind
		tell func(chan<- prometheus.Metric, topics.Topic, []byte)
	}{{topics.KindOnline, tellOnline}, {topics.KindState, tellState}, {topics.KindScene, tellScene}} {
		more := h.bus.LastValues(part.kind.Prefix(), mostTold, maxMessage, func(m message.Message) {
			if t, ok := topics.Parse(m.Topic); ok && len(m.Topic) <= maxTopic {
				part.tell(ch, t, m.Payload)
			}
		})
		truncated.tell(ch, truth(more), string(part.kind))
	}
}

func tellOnline(ch chan<- prometheus.Metric, t topics.Topic, payload []byte) {
	if word, _ := presence.Read(payload); word == presence.Online || word == presence.Offline {
		deviceOnline.tell(ch, truth(word == presence.Online), t.ID())
	}
}

// joules are in a watt-hour.
const joules = 3600

func tellState(ch chan<- prometheus.Metric, t topics.Topic, payload []byte) {
	var state map[string]any
	if json.Unmarshal(payload, &state) != nil {
		return
	}
	if w, ok := state["power_w"].(float64); ok {
		devicePower.tell(ch, w, t.ID())
	}
	if wh, ok := state["energy_wh"].(float64); ok && wh >= 0 {
		deviceEnergy.tell(ch, wh*joules, t.ID())
	}
}

func tellScene(ch chan<- prometheus.Metric, t topics.Topic, payload []byte) {
	var scene struct {
		State string  `json:"state"`
		Runs  float64 `json:"runs"`
	}
	if json.Unmarshal(payload, &scene) != nil || scene.State == "" {
		return
	}
	sceneRunning.tell(ch, truth(scene.State == "running"), t.Name)
	sceneFailed.tell(ch, truth(scene.State == "failed"), t.Name)
	if scene.Runs >= 0 {
		sceneRuns.tell(ch, scene.Runs, t.Name)
	}
}
