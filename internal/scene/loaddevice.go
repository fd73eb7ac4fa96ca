package scene

import (
	"fmt"
	"slices"
	"strings"

	"homebus/devices"
	"homebus/internal/scene/tomltree"
	"homebus/topics"
)

// declaredDevice is a device whose type is known and whose other keys are yet to
// be read.
type declaredDevice struct {
	*Device
	fields *fields
}

// declareDevices notes every [device.AREA.NAME] and returns those of a known
// type.
func (l *loader) declareDevices(root *fields) []declaredDevice {
	const form = "tables [device.AREA.NAME]"
	n := root.get("device")
	if n == nil {
		return nil
	}
	areas, ok := l.fields(n, "", form)
	if !ok {
		return nil
	}
	var all []declaredDevice
	for _, area := range areas.table.Entries {
		inArea, ok := l.fields(area.Value, "", form)
		if !ok {
			continue
		}
		l.checkArea(area)
		for _, e := range inArea.table.Entries {
			if e.Value.Table == nil {
				l.fail(e.Pos, "", "%q stands in an area; the table of a device reads [device.%s.NAME]", e.Name, area.Name)
				break // the other keys of that table have the same fault
			}
			if d, ok := l.declareDevice(area.Name, e); ok {
				all = append(all, d)
			}
		}
	}
	return all
}

func (l *loader) checkArea(area *tomltree.Entry) {
	switch {
	case area.Name == topics.AreaScene:
		l.fail(area.Pos, "", "the area %q is reserved for scenes", area.Name)
	case !topics.ValidWord(area.Name):
		l.fail(area.Pos, "", "bad area %q; %s", area.Name, wordRule(area.Name))
	}
}

func (l *loader) declareDevice(area string, e *tomltree.Entry) (declaredDevice, bool) {
	d := declaredDevice{Device: &Device{ID: area + "/" + e.Name, Pos: e.Pos}}
	l.nameDevice(d.Device)
	d.fields = &fields{loader: l, table: e.Value.Table, pos: e.Pos, where: fmt.Sprintf("device %q", d.ID)}
	if !topics.ValidWord(e.Name) {
		l.fail(e.Pos, d.fields.where, "bad name %q; %s", e.Name, wordRule(e.Name))
	}
	if deep := tableIn(d.fields.table); deep != nil && d.fields.missing("type") {
		l.fail(deep.Pos, d.fields.where, "%q is one name too many; the table of a device reads [device.%s.%s]", deep.Name, area, e.Name)
		return d, false
	}
	var ok bool
	d.Type, ok = d.fields.deviceType()
	return d, ok
}

// tableIn returns the first entry of a table that is a table itself, nil for none.
func tableIn(t *tomltree.Table) *tomltree.Entry {
	for _, e := range t.Entries {
		if e.Value.Table != nil {
			return e
		}
	}
	return nil
}

func (l *loader) nameDevice(d *Device) {
	l.devices[d.ID] = d
	l.deviceIDs = append(l.deviceIDs, d.ID)
}

// wordRule says how a part of an id is written, with the nearest good word.
func wordRule(word string) string {
	rule := "want a-z, 0-9 and hyphens, none at the ends"
	if good := likelyWord(word); good != "" {
		rule += fmt.Sprintf(" (did you mean %q?)", good)
	}
	return rule
}

// likelyWord makes a part of an id of what is none, "" if nothing is left.
func likelyWord(word string) string {
	var good []byte
	for _, r := range word {
		switch {
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r == '_' || r == ' ':
			r = '-'
		}
		if topics.ValidWord(string(r)) || r == '-' && len(good) > 0 {
			good = append(good, byte(r))
		}
	}
	if !topics.ValidWord(string(good)) {
		return ""
	}
	return string(good)
}

func (f *fields) deviceType() (*devices.Type, bool) {
	f.need("type", `type = "toaster"`)
	name, ok := f.text("type", "toaster")
	if !ok {
		return nil, false
	}
	for _, t := range f.types {
		if t.Name == name {
			return t, true
		}
	}
	all := names(f.types, func(t *devices.Type) string { return t.Name })
	hint := f.didYouMean(name, all)
	if hint == "" { // all of them, though they are many: who does not know this word knows none
		hint = "; there are " + strings.Join(all, ", ")
	}
	f.failAt("type", "unknown type %s%s", quoted(name), hint)
	return nil, false
}

// device reads the configuration of one device.
func (l *loader) device(d declaredDevice) {
	f := d.fields
	f.only(append([]string{"type"}, names(d.Type.Config, valueName)...)...)
	d.Config = make(map[string]any)
	for i := range d.Type.Config {
		key := &d.Type.Config[i]
		switch {
		case !f.has(key.Name):
			if key.Required && f.missing(key.Name) {
				f.fail(f.pos, f.where, "%q is missing; want %s", key.Name, key.Wants())
			}
		case key.Kind == devices.DeviceID:
			d.Config[key.Name] = f.wired(key)
		default:
			d.Config[key.Name] = configValue(key, f.check(f.get(key.Name), key.Name, key))
		}
	}
	d.Type = d.Type.Configured(d.Config)
	l.file.Devices = append(l.file.Devices, d.Device)
}

// feeding checks who is plugged into whom.
func (l *loader) feeding(declared []declaredDevice) {
	byID := make(map[string]*fields, len(declared))
	for _, d := range declared {
		byID[d.ID] = d.fields
	}
	for _, m := range devices.CheckFeeding(l.file.Specs()) {
		if f := byID[m.Device]; f != nil {
			f.failAt(m.Key, "%v", m.Err)
		}
	}
}

// houseMeter returns the meter that every house with an appliance on mains power has,
// which others can name from then on; nil if there is none, or the file has named it
// itself.
func (l *loader) houseMeter(declared []declaredDevice) *Device {
	i := slices.IndexFunc(l.types, func(t *devices.Type) bool { return t.Name == devices.PowerMeter })
	metered := func(d declaredDevice) bool { _, ok := d.Type.Attribute("power_w"); return ok }
	switch d := l.devices[devices.HouseMeter]; {
	case d != nil:
		if d.Type != nil && d.Type.Name != devices.PowerMeter {
			l.fail(d.Pos, "", "%s is the meter of the house; want type = %q", d.ID, devices.PowerMeter)
		}
		return nil
	case i < 0 || !slices.ContainsFunc(declared, metered):
		return nil
	}
	d := &Device{ID: devices.HouseMeter, Type: l.types[i], Implied: true}
	l.nameDevice(d)
	return d
}

// wired reads a key that names a device, one that can do what the key needs:
// what a switch controls must be something that can be toggled, and what a smart
// plug feeds must have a plug.
func (f *fields) wired(key *devices.Value) string {
	s := f.device(key.Name)
	if s.typ == nil {
		return s.id
	}
	for _, action := range key.Needs {
		if _, ok := s.typ.Action(action); !ok {
			f.failAt(key.Name, "%s is %s, which has no action %q", s.id, s.a(), action)
			break // what it is not, it is not
		}
	}
	if key.Feeds && !s.typ.MainsPlug {
		f.failAt(key.Name, "%s is %s, which has no mains plug", s.id, s.a())
	}
	return s.id
}

// configValue makes a whole number an int, as the declarations have it.
func configValue(key *devices.Value, x any) any {
	if n, ok := x.(float64); ok && key.Kind == devices.Int {
		return int(n)
	}
	return x
}
