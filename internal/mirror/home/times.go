package home

import "time"

// Greeting says good morning and its like by the hour of the house.
func Greeting(t time.Time) string {
	switch h := t.Hour(); {
	case h < 5:
		return "Good night"
	case h < 11:
		return "Good morning"
	case h < 17:
		return "Good day"
	case h < 22:
		return "Good evening"
	}
	return "Good night"
}

// When prints a time of the house as briefly as it is clear.
func (h *Home) When(at Moment, t time.Time) string {
	t, now := t.In(h.Zone), at.House.In(h.Zone)
	day := func(t time.Time) string { return t.Format(time.DateOnly) }
	switch {
	case t.IsZero():
		return ""
	case day(t) == day(now):
		return t.Format("15:04")
	case day(t) == day(now.AddDate(0, 0, -1)):
		return "yesterday " + t.Format("15:04")
	}
	return t.Format("2 Jan 15:04")
}
