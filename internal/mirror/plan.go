package mirror

import (
	"time"

	"homebus/internal/mirror/home"
	"homebus/internal/scene"
)

// planOf says what is known of the home of a file before the bus says a word;
// nil is nothing.
func planOf(f *scene.File) home.Plan {
	if f == nil {
		return home.Plan{Zone: time.Local}
	}
	plan := home.Plan{Name: f.Home.Name, Zone: f.Home.Zone}
	for _, d := range f.Devices {
		plan.Appliances = append(plan.Appliances, home.PlannedAppliance{ID: d.ID, Type: d.Type})
	}
	for _, sc := range f.Scenes {
		plan.Scenes = append(plan.Scenes, home.PlannedScene{Name: sc.Name, Title: sc.Title})
	}
	return plan
}
