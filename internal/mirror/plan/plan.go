// Package plan says what a mirror knows of a home from its file, before the bus has
// said a word.
package plan

import (
	"time"

	"homebus/internal/mirror/home"
	"homebus/internal/scene"
	"homebus/internal/sun"
)

// Of says what is known of the home of a file before the bus says a word;
// nil is nothing.
func Of(f *scene.File) home.Plan {
	if f == nil {
		return home.Plan{Zone: time.Local}
	}
	plan := home.Plan{Name: f.Home.Name, Zone: f.Home.Zone}
	if f.Home.HasPlace {
		plan.Place = &sun.Place{Latitude: f.Home.Latitude, Longitude: f.Home.Longitude}
	}
	fedBy := feeders(f)
	for _, d := range f.Devices {
		plan.Appliances = append(plan.Appliances, home.PlannedAppliance{ID: d.ID, Type: d.Type, FedBy: fedBy[d.ID]})
	}
	for _, sc := range f.Scenes {
		plan.Scenes = append(plan.Scenes, home.PlannedScene{Name: sc.Name, Title: sc.Title})
	}
	return plan
}

// feeders returns, for each device that is plugged into another, which that is.
func feeders(f *scene.File) map[string]string {
	fedBy := make(map[string]string)
	for _, d := range f.Devices {
		for i := range d.Type.Config {
			key := &d.Type.Config[i]
			if load, ok := d.Config[key.Name].(string); ok && key.Feeds {
				fedBy[load] = d.ID
			}
		}
	}
	return fedBy
}
