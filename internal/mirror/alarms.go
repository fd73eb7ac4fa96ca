package mirror

import (
	"fmt"
	"slices"

	"homebus/internal/mirror/home"
)

// alarms draws the appliances in alarm, above all rooms, in at most half of h
// lines of w cells.
func (s *screen) alarms(list []*home.Appliance, w, h int) []string {
	lines := alarmLines(len(list), h)
	if lines == 0 {
		return nil
	}
	title := s.p.alarm.Bold(true).Render(" ALARM")
	if more := len(list) - (lines - 1); more > 0 {
		title = spread(title, s.p.dim.Render(fmt.Sprintf("%d more", more))+" ", min(w, widestColumn))
	}
	rows := s.rowsOf(list, min(w, widestColumn), lines-1, (*home.Appliance).FullName)
	return exactly(append([]string{title}, rows...), w, lines)
}

// alarmLines is how many lines n appliances in alarm take of h: one more for the
// title, at most half of all, at least two; 0 for none.
func alarmLines(n, h int) int {
	if n == 0 {
		return 0
	}
	return min(n+1, max(h/2, 2))
}

// split parts appliances in alarm from the others, which are list itself while there
// are none in alarm.
func split(list []*home.Appliance) (alarmed, rest []*home.Appliance) {
	if !slices.ContainsFunc(list, func(a *home.Appliance) bool { return a.Phase() == home.PhaseAlarm }) {
		return nil, list
	}
	for _, a := range list {
		if a.Phase() == home.PhaseAlarm {
			alarmed = append(alarmed, a)
		} else {
			rest = append(rest, a)
		}
	}
	return alarmed, rest
}
