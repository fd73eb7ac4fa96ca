package sim

import (
	"fmt"
	"maps"
	"strconv"

	"homebus/devices"
	"homebus/topics"
)

// MaxCount is how many appliances Replicate makes at most: twice as many as a hub
// with its default limits remembers.
const MaxCount = 100_000

// leastDigits is how many digits the number of a copy has at least.
const leastDigits = 4

// Replicate returns count appliances: the house over and over, in its order. Each
// copy has its number behind its areas, kitchen-0001/toaster, and is wired within
// itself; a wire whose other end is no longer among the count is cut. The last of
// the count is the house's meter, if it has one: it is one for all copies, and keeps
// its id. What lives in the hub is left out.
func Replicate(house []devices.Spec, count int) ([]devices.Spec, error) {
	if count < 1 || count > MaxCount {
		return nil, fmt.Errorf("%d appliances; want 1 to %d", count, MaxCount)
	}
	house, meters := withoutMeters(house)
	meters = meters[:min(len(meters), count-1)]
	if len(house) == 0 {
		return nil, fmt.Errorf("no appliances to make %d of", count)
	}
	return append(copies(house, count-len(meters)), meters...), nil
}

// withoutMeters returns what is to be copied, and what measures all copies.
func withoutMeters(house []devices.Spec) (rest, meters []devices.Spec) {
	for _, spec := range house {
		switch {
		case spec.InHub():
		case spec.Type == devices.PowerMeter:
			meters = append(meters, spec)
		default:
			rest = append(rest, spec)
		}
	}
	return rest, meters
}

func copies(house []devices.Spec, count int) []devices.Spec {
	digits := max(leastDigits, len(strconv.Itoa((count-1)/len(house)+1)))
	specs := make([]devices.Spec, 0, count)
	for copied := 1; len(specs) < count; copied++ {
		part := house[:min(len(house), count-len(specs))]
		specs = append(specs, numbered(CutWires(part), fmt.Sprintf("-%0*d", digits, copied))...)
	}
	return specs
}

// numbered returns the appliances with the number behind their areas, and behind
// those that their wires lead to.
func numbered(specs []devices.Spec, number string) []devices.Spec {
	copies := make([]devices.Spec, len(specs))
	for i, spec := range specs {
		copies[i] = devices.Spec{ID: renamed(spec.ID, number), Type: spec.Type, Config: spec.Config}
		wires := spec.Wires()
		if len(wires) == 0 {
			continue // the copies share what they are configured with
		}
		copies[i].Config = maps.Clone(spec.Config)
		for key, target := range wires {
			copies[i].Config[key] = renamed(target, number)
		}
	}
	return copies
}

// renamed puts the number behind the area of an id.
func renamed(id, number string) string {
	area, name, ok := topics.SplitID(id)
	if !ok {
		return id // NewFleet says what is wrong with it
	}
	return area + number + "/" + name
}

// CutWires returns the appliances without the configuration keys that name one that
// is not among them: nobody is at the other end.
func CutWires(specs []devices.Spec) []devices.Spec {
	here := make(map[string]bool, len(specs))
	for _, spec := range specs {
		here[spec.ID] = true
	}
	whole := make([]devices.Spec, len(specs))
	for i, spec := range specs {
		whole[i] = spec
		for key, target := range spec.Wires() {
			if here[target] {
				continue
			}
			if len(whole[i].Config) == len(spec.Config) {
				whole[i].Config = maps.Clone(spec.Config)
			}
			delete(whole[i].Config, key)
		}
	}
	return whole
}
