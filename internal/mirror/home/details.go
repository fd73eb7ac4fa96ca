package home

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"homebus/devices"
)

// Details are the attributes worth a look beside the word, the most useful first.
// What an attribute is, its declaration says, and where there is none its name,
// which carries the unit.
func (a *Appliance) Details() []string {
	var list []string
	if percent, ok := a.Number("battery"); ok && a.BatteryLow() {
		list = append(list, fmt.Sprintf("battery low, %.0f %%", percent))
	}
	names := a.AttributeNames()
	for _, say := range []func(*Appliance, string) string{level, flagged, choice, temperature, water} {
		for _, name := range names {
			if text := say(a, name); text != "" {
				list = append(list, text)
			}
		}
	}
	if w, ok := a.Number("power_w"); ok && w >= 1 {
		list = append(list, Watts(w))
	}
	return list
}

// Settings returns a text that changes with those of the details that are set, and not
// with what is measured.
func (a *Appliance) Settings() string {
	mark := ""
	for _, name := range a.AttributeNames() {
		value, _ := a.Number(name)
		target, moves := a.Number("target_" + name)
		switch {
		case unitOf(a, name) == "%" && moves:
			mark += fmt.Sprintf(" %s to %.0f", name, target)
			if math.Round(value) == math.Round(target) {
				mark += " reached"
			}
		case name == "brightness", name == "position" && a.Phase() != PhaseWorking:
			mark += fmt.Sprintf(" %s %.0f", name, value)
		case name == "target_c":
			mark += " to " + degrees(value)
		}
		mark += " " + choice(a, name) + " " + flagged(a, name)
	}
	return mark + fmt.Sprintf(" low %t", a.BatteryLow())
}

// level says how bright, open or full something is, and where that goes. That
// nothing is nothing, the word says.
func level(a *Appliance, name string) string {
	value, ok := a.Number(name)
	if !ok || unitOf(a, name) != "%" || isTarget(name) || name == "on_brightness" || name == "battery" || a.Word() == "off" {
		return ""
	}
	target, moves := a.Number("target_" + name)
	switch {
	case moves && math.Round(target) != math.Round(value):
		return fmt.Sprintf("%.0f → %.0f %%", value, target)
	case math.Round(value) == 0:
		return ""
	}
	return fmt.Sprintf("%.0f %%", value)
}

// temperature says how warm it is, and how warm it shall become.
func temperature(a *Appliance, name string) string {
	value, ok := a.Number(name)
	if !ok || unitOf(a, name) != "°C" || isTarget(name) {
		return ""
	}
	text := fmt.Sprintf("%.1f °C", value)
	if target, ok := a.Number(targetOf(name)); ok && a.Word() != "off" {
		text += " → " + degrees(target)
	}
	return text
}

// degrees prints a temperature that somebody set: "21", "20.5".
func degrees(c float64) string {
	if math.Abs(c) > mostNumber { // as anybody may ask for it
		return strconv.FormatFloat(c, 'g', 3, 64)
	}
	return strconv.FormatFloat(math.Round(c*10)/10, 'f', -1, 64)
}

// choice says what something was set to or is in besides, but while it rests.
func choice(a *Appliance, name string) string {
	attr, ok := declared(a, name)
	if !ok || attr.Kind != devices.Word || name == "state" || a.Phase() == PhaseResting {
		return ""
	}
	word, _ := a.Attr(name).(string)
	return word
}

// flagged says what is so, or not so, and worth saying.
func flagged(a *Appliance, name string) string {
	on, ok := a.Flag(name)
	if !ok || a.Phase() == PhaseReady {
		return ""
	}
	return flagWord(a, name, on)
}

// flagWord is what an attribute says that is so or not, by its declaration, or else
// by that of any other type; "" for nothing.
func flagWord(a *Appliance, name string, on bool) string {
	if attr, ok := declared(a, name); ok {
		return attr.Says[on]
	}
	for _, t := range devices.Types() {
		if attr, ok := t.Attribute(name); ok && attr.Says != nil {
			return attr.Says[on]
		}
	}
	return ""
}

func water(a *Appliance, name string) string {
	if ml, ok := a.Number(name); ok && name == "water_ml" {
		return fmt.Sprintf("%.0f ml", ml)
	}
	return ""
}

// changeWords says what an attribute is and what it is to become.
func changeWords(a *Appliance, name string, to any) (from, becomes string) {
	return valueWords(a, name, a.Attr(name), ""), valueWords(a, name, to, unitOf(a, name))
}

// valueWords says a value in words, with its unit if it is a quantity.
func valueWords(a *Appliance, name string, value any, unit string) string {
	switch v := value.(type) {
	case nil:
		return "?"
	case bool:
		word := strings.ReplaceAll(name, "_", " ")
		if !v {
			word = "not " + word
		}
		return cmp.Or(flagWord(a, name, v), word)
	case float64:
		return strings.TrimSpace(degrees(v) + " " + unit)
	case int:
		return strings.TrimSpace(fmt.Sprint(v) + " " + unit)
	}
	return fmt.Sprint(value)
}

func declared(a *Appliance, name string) (*devices.Attribute, bool) {
	if a.Type == nil {
		return nil, false
	}
	return a.Type.Attribute(name)
}

// unitOf returns the unit of an attribute; "" for none.
func unitOf(a *Appliance, name string) string {
	attr, ok := declared(a, name)
	switch {
	case ok:
		return attr.Unit
	case strings.HasSuffix(name, "_c"):
		return "°C"
	case name == "brightness", name == "position":
		return "%"
	}
	return ""
}

func isTarget(name string) bool { return strings.HasPrefix(name, "target_") }

// targetOf returns the name of what a quantity is to become: that of temperature_c is
// target_c, for it is what a thermostat is for, and that of any other target_ and its
// own.
func targetOf(name string) string {
	if name == "temperature_c" {
		return "target_c"
	}
	return "target_" + name
}
