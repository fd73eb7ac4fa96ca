package devices_test

import (
	"fmt"
	"strings"
	"time"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/topics"
)

// Four minutes of toast in no time.
func ExampleFleet() {
	now := time.Date(2026, 11, 20, 6, 30, 0, 0, time.UTC)
	fleet, err := devices.NewFleet([]devices.Spec{
		{ID: "kitchen/toaster", Type: "toaster", Config: map[string]any{"watts": 900}},
	}, now, devices.Options{IDs: &message.Counted{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	outs := fleet.Handle(now, message.Message{
		Topic:   topics.Command("kitchen", "toaster"),
		Payload: []byte(`{"do":"start","browning":4}`),
	})
	outs = append(outs, fleet.Tick(now.Add(4*time.Minute))...)

	for _, o := range outs {
		if payload := string(o.Message.Payload); !strings.Contains(payload, `"progress":0.`) {
			fmt.Println(o.Message.Meta.At.Format(time.TimeOnly), o.Message.Topic, payload)
		}
	}
	// Output:
	// 06:30:00 ack/kitchen/toaster {"ok":true}
	// 06:30:00 state/kitchen/toaster {"state":"toasting","loaded":true,"browning":4,"shade":0,"progress":0,"remaining_s":132,"power_w":900,"energy_wh":0}
	// 06:32:12 state/kitchen/toaster {"state":"popped","loaded":true,"browning":4,"shade":4,"progress":1,"remaining_s":0,"power_w":0,"energy_wh":33}
	// 06:33:12 state/kitchen/toaster {"state":"idle","loaded":true,"browning":4,"shade":0,"progress":0,"remaining_s":0,"power_w":0,"energy_wh":33}
}
