package home

import (
	"time"

	"homebus/devices"
	"homebus/internal/sun"
)

// Plan is what is known of a home before the bus says a word.
type Plan struct {
	Name string
	// Zone is where the home's times are; nil is UTC.
	Zone *time.Location
	// Place is where the home is, for the sun; nil if nobody said.
	Place *sun.Place
	// Appliances are in the order in which they are shown.
	Appliances []PlannedAppliance
	Scenes     []PlannedScene
}

// PlannedAppliance is an appliance that the home should have.
type PlannedAppliance struct {
	// ID is "area/name".
	ID   string
	Type *devices.Type
	// FedBy is the id of the appliance that it is plugged into; "" for none.
	FedBy string
}

// PlannedScene is a scene that the home should have.
type PlannedScene struct {
	Name string
	// Title is what people call it; "" is its name.
	Title string
}
