package occupancy

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"homebus/internal/daytime"
)

func TestWhatCannotBeMeant(t *testing.T) {
	day := func(wake, leave, comeHome, sleep *daytime.TimeOfDay) Habit {
		return Habit{Wake: wake, Leave: leave, Return: comeHome, Sleep: sleep}
	}
	with := func(h Habit, change func(*Habit)) Habit { change(&h); return h }
	jitter := func(h Habit, d time.Duration) Habit { h.Jitter = d; return h }
	on := func(h Habit, days daytime.Days) Habit { h.Days = days; return h }
	const monday, tuesday, saturday, sunday = 1 << time.Monday, 1 << time.Tuesday, 1 << time.Saturday, 1 << time.Sunday
	tests := []struct {
		name   string
		habits []Habit
		want   []string
	}{
		{"a day out", []Habit{office()}, nil},
		{"nothing given", []Habit{{}}, nil},
		{"past midnight", []Habit{day(clock(7, 0), nil, nil, clock(0, 30))}, nil},
		{"a night shift", []Habit{day(clock(14, 0), clock(21, 0), clock(5, 30), clock(6, 30))}, nil},
		{"to bed past midnight", []Habit{day(nil, nil, nil, clock(0, 30))}, nil},
		{"a night shift without a waking", []Habit{day(nil, clock(21, 0), clock(5, 30), clock(6, 30))}, nil},
		{"leave before wake", []Habit{day(clock(6, 30), clock(6, 0), clock(17, 0), nil)}, []string{`0 leave: leave is at "06:00", not after wake at "06:30"`}},
		{"leave with wake", []Habit{day(clock(6, 30), clock(6, 30), nil, nil)}, []string{`0 leave: leave is at "06:30", not after wake at "06:30"`}},
		{"leave past midnight", []Habit{day(clock(23, 0), clock(1, 0), nil, nil)}, []string{`0 leave: leave is at "01:00", not after wake at "23:00"`}},
		{"return before leave", []Habit{day(clock(6, 30), clock(8, 0), clock(7, 0), nil)}, []string{`0 return: return is at "07:00", not after leave at "08:00", and not before the next wake at "06:30"`}},
		{"sleep before return", []Habit{day(nil, nil, clock(17, 30), clock(17, 0))}, []string{`0 sleep: sleep is at "17:00", not after return at "17:30"`}},
		{"sleep after the next wake", []Habit{day(clock(6, 0), clock(8, 0), clock(2, 0), clock(7, 0))}, []string{`0 sleep: sleep is at "07:00" on the next day, not before the next wake at "06:00"`}},
		{"home and leave", []Habit{with(office(), func(h *Habit) { h.Home = true })}, []string{`0 leave: "leave" does not go with "home": who stays at home does not leave`}},
		{"home and return", []Habit{{Home: true, Return: clock(17, 0)}}, []string{`0 return: "return" does not go with "home": who stays at home does not leave`}},
		{"jitter", []Habit{jitter(office(), 37*time.Minute)}, nil},
		{"jitter of half an interval", []Habit{jitter(office(), 37*time.Minute+30*time.Second)}, []string{`0 jitter: jitter is "37m30s", too much for the 1h15m from wake at "06:30" to leave at "07:45"; want less than half of that`}},
		{"jitter of half a night", []Habit{jitter(day(clock(6, 0), nil, nil, clock(4, 0)), time.Hour)}, []string{`0 jitter: jitter is "1h", too much for the 2h from sleep at "04:00" to wake at "06:00"; want less than half of that`}},
		{"jitter of a single time", []Habit{jitter(day(nil, clock(8, 0), nil, nil), 3*time.Hour)}, nil},
		{"jitter of half a day", []Habit{jitter(day(nil, clock(8, 0), nil, nil), 12*time.Hour)}, []string{`0 jitter: jitter is "12h"; want at most "3h"`}},
		{"jitter of nothing", []Habit{jitter(Habit{}, time.Minute)}, []string{`0 jitter: jitter moves the times that are given, and none is`}},
		{"several tables", []Habit{on(office(), monday), {}, on(office(), saturday|sunday)}, nil},
		{"two for all days", []Habit{office(), {Home: true}}, []string{`1 days: there is another table for every day (0)`}},
		{"two for a day", []Habit{on(office(), monday|tuesday|saturday), office(), on(office(), tuesday|saturday|sunday)}, []string{`2 days: there is another table for tue, sat (0)`}},
		{"a night that is too short", []Habit{on(day(nil, nil, nil, clock(7, 0)), sunday), office()}, []string{`0 sleep: sleep at "07:00" after sun is too late for wake at "06:30" on mon (1)`}},
		{"a night that jitter makes too short", []Habit{on(day(clock(9, 0), nil, nil, clock(6, 0)), sunday), jitter(office(), 30*time.Minute)}, []string{`0 sleep: sleep at "06:00" after sun is too late for wake at "06:30" on mon (1)`}},
		{"a night that jitter of the evening makes too short", []Habit{jitter(on(day(clock(9, 0), nil, nil, clock(6, 0)), sunday), 30*time.Minute), office()}, []string{`0 sleep: sleep at "06:00" after sun is too late for wake at "06:30" on mon (1)`}},
		{"a short night", []Habit{on(day(clock(9, 0), nil, nil, clock(6, 0)), sunday), jitter(office(), 29*time.Minute)}, nil},
		{"a late night before a day that is not told of", []Habit{on(day(nil, nil, clock(2, 0), clock(7, 0)), saturday)}, nil},
		{"one mistake after the other", []Habit{day(clock(7, 0), clock(6, 0), nil, nil), {}}, []string{`0 leave: leave is at "06:00", not after wake at "07:00"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := anna(tt.habits...)
			var got []string
			for _, m := range p.Check() {
				text := fmt.Sprintf("%d %s: %s", m.Habit, m.Key, m.What)
				if m.Other != m.Habit {
					text += fmt.Sprintf(" (%d)", m.Other)
				}
				got = append(got, text)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}
