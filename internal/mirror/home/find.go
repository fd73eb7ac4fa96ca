package home

import "strings"

// Find returns the text in which a filter looks for an appliance: what is said of it, in
// small letters.
func (a *Appliance) Find() string {
	text := a.ID + " " + a.Word()
	if a.Offline {
		text += " offline"
	}
	text += " " + strings.ToLower(a.Cry())
	if a.Type != nil {
		text += " " + a.Type.Name
	}
	if a.BatteryLow() {
		text += " battery low"
	}
	return text
}
