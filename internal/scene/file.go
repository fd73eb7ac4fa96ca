package scene

import (
	"time"

	"homebus/devices"
	"homebus/internal/occupancy"
	"homebus/internal/scene/tomltree"
	"homebus/internal/sun"
)

// File is what a scenes.toml says, checked as a whole. It is not changed once
// loaded and may be read from any goroutine.
type File struct {
	// Path is the file's name as given, for messages.
	Path    string
	Home    Home
	Devices []*Device // in file order, implied ones last
	// People are those of the [[occupancy]] tables, in the order in which they are
	// first named.
	People []occupancy.Person
	Scenes []*Scene // in file order
	Tests  []*Test  // in file order
}

// Home is the [home] table.
type Home struct {
	Name string
	// Zone is where all times of the file are; UTC if none is given.
	Zone *time.Location
	// Latitude and Longitude are in degrees, north and east positive; both are
	// only known if HasPlace.
	Latitude, Longitude float64
	HasPlace            bool
}

// place returns where the home is, if HasPlace.
func (h Home) place() sun.Place { return sun.Place{Latitude: h.Latitude, Longitude: h.Longitude} }

// Device is one [device.AREA.NAME] table.
type Device struct {
	// ID is "AREA/NAME".
	ID   string
	Type *devices.Type // as configured
	// Config holds the keys given, each checked against the type's declaration:
	// bool, int, float64, string (durations too) or []any of strings.
	Config map[string]any
	// Implied says that the house has it though the file does not name it: then it
	// has no Pos.
	Implied bool
	Pos     Pos
}

// Scene is one [scene.NAME] table.
type Scene struct {
	Name string
	// Title is what people call it: the key "name", or Name.
	Title string
	Mode  Mode
	// Max bounds the runs of Queued (waiting ones included) and Parallel, 10 if
	// the file does not say; 1 for the other modes.
	Max    int
	When   []Trigger
	OnlyIf []Condition
	// Do holds the steps; a pure scene's "state" has become commands here.
	Do  []Step
	Pos Pos
}

// Mode says what a trigger does while the scene is running.
type Mode int

// The modes; the zero Mode is Single.
const (
	// Single ignores the trigger.
	Single Mode = iota
	// Restart ends the run and begins anew.
	Restart
	// Queued runs after those before it, up to Max.
	Queued
	// Parallel runs beside the others, up to Max.
	Parallel
)

// String returns the word in the file.
func (m Mode) String() string {
	return [...]string{"single", "restart", "queued", "parallel"}[m]
}

// Pos is a place in the file.
type Pos = tomltree.Pos

// Device returns the device with the id.
func (f *File) Device(id string) (*Device, bool) {
	for _, d := range f.Devices {
		if d.ID == id {
			return d, true
		}
	}
	return nil, false
}

// Scene returns the scene with the name.
func (f *File) Scene(name string) (*Scene, bool) {
	for _, s := range f.Scenes {
		if s.Name == name {
			return s, true
		}
	}
	return nil, false
}

// Specs returns the devices in the form that devices.NewFleet takes.
func (f *File) Specs() []devices.Spec {
	specs := make([]devices.Spec, len(f.Devices))
	for i, d := range f.Devices {
		specs[i] = devices.Spec{ID: d.ID, Type: d.Type.Name, Config: d.Config}
	}
	return specs
}

// Household returns who lives in the home, and what notices them there.
func (f *File) Household() occupancy.Household {
	h := occupancy.Household{Zone: f.Home.Zone, People: f.People}
	for _, d := range f.Devices {
		switch d.Type.Name {
		case motionSensor:
			h.Motion = append(h.Motion, d.ID)
		case contactSensor:
			h.Contacts = append(h.Contacts, d.ID)
		}
	}
	return h
}
