package scene

import (
	"reflect"
	"time"

	"homebus/devices"
	"homebus/internal/sun"
)

// Changes says in what a file of a house differs from the one before it.
type Changes struct {
	Scenes, Devices Differences
	// People says that those who live there are others, or live otherwise.
	People bool
	// Home says that the home's zone or place is another.
	Home bool
}

// Differences are names in the order of the new file, those of Gone in that of the
// old one.
type Differences struct{ New, Changed, Gone, Same []string }

// Compare returns in what new differs from old. Where something stands in the file,
// and how it is written, makes no difference; the order of what is in a scene does.
func Compare(old, new *File) Changes {
	return Changes{
		Scenes:  differences(old.Scenes, new.Scenes, func(s *Scene) string { return s.Name }),
		Devices: differences(old.Specs(), new.Specs(), func(s devices.Spec) string { return s.ID }),
		People:  !alike(old.People, new.People),
		Home:    old.Home.whereabouts() != new.Home.whereabouts(),
	}
}

// whereabouts is that of a home by which its times go.
type whereabouts struct {
	zone  string
	known bool
	place sun.Place
}

func whereaboutsOf(zone *time.Location, known bool, place sun.Place) whereabouts {
	w := whereabouts{zone: "UTC", known: known}
	if zone != nil {
		w.zone = zone.String()
	}
	if known {
		w.place = place
	}
	return w
}

func (h *Home) whereabouts() whereabouts { return whereaboutsOf(h.Zone, h.HasPlace, h.place()) }

func differences[T any](old, new []T, name func(T) string) Differences {
	var d Differences
	was := make(map[string]T, len(old))
	for _, x := range old {
		was[name(x)] = x
	}
	for _, x := range new {
		n := name(x)
		before, there := was[n]
		delete(was, n)
		switch {
		case !there:
			d.New = append(d.New, n)
		case alike(before, x):
			d.Same = append(d.Same, n)
		default:
			d.Changed = append(d.Changed, n)
		}
	}
	for _, x := range old {
		if _, gone := was[name(x)]; gone {
			d.Gone = append(d.Gone, name(x))
		}
	}
	return d
}

// alike reports whether two values of one type say the same: all in them but their
// places in the file.
func alike[T any](a, b T) bool { return alikeValues(reflect.ValueOf(&a), reflect.ValueOf(&b)) }

var posType = reflect.TypeFor[Pos]()

func alikeValues(a, b reflect.Value) bool {
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() && b.IsNil()
		}
		return alikeValues(a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if a.Type() != posType && !alikeValues(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !alikeValues(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		if a.Len() != b.Len() {
			return false
		}
		for _, key := range a.MapKeys() {
			other := b.MapIndex(key)
			if !other.IsValid() || !alikeValues(a.MapIndex(key), other) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}
