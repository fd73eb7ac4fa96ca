// Package town writes houses of any size, for whoever measures what many scenes cost.
package town

import (
	"fmt"
	"strings"
)

// File is a scenes.toml of so many scenes, with ten devices for each, and no home. Scene
// n listens to the devices of room-n alone: to a press of its switch, to its coffee maker
// and to a notice, and asks two of them for how they have been for a while.
func File(scenes int) []byte {
	var t strings.Builder
	for i := range scenes {
		room := fmt.Sprint("room-", i)
		fmt.Fprintf(&t, "[device.%s.switch]\ntype = \"light-switch\"\n[device.%s.light]\ntype = \"dimmable-light\"\n[device.%s.coffee]\ntype = \"coffee-maker\"\n", room, room, room)
		for j := range 7 {
			fmt.Fprintf(&t, "[device.%s.motion-%d]\ntype = \"motion-sensor\"\n", room, j)
		}
		t.WriteString(strings.ReplaceAll(sceneOfRoom, "N", fmt.Sprint(i)))
	}
	return []byte(t.String())
}

// sceneOfRoom is the scene of a room, N its number.
const sceneOfRoom = `
[scene.sN]
when = [
  { event = "room-N/switch", is = "press" },
  { device = "room-N/coffee", attr = "water_ml", below = 100 },
  { notice = "Coffee N is ready" },
]
only_if = [ { any = [
  { device = "room-N/motion-0", is = "motion", for = "10s" },
  { not = { device = "room-N/light", is = "on", for = "5s" } },
] } ]
do = [ { device = "room-N/light", do = "on", brightness = 70 } ]
`
