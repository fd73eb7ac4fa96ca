package sun

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var zones = []string{"UTC", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Apia", "Pacific/Pago_Pago", "Asia/Shanghai", "America/Anchorage", "Asia/Kathmandu", "Australia/Lord_Howe", "Antarctica/Troll", "America/Santiago"}

// places draws any point of the map, the poles and the polar circles often enough.
func places(limit float64) *rapid.Generator[Place] {
	return rapid.Custom(func(t *rapid.T) Place {
		latitude := rapid.OneOf(
			rapid.Float64Range(-limit, limit),
			rapid.SampledFrom([]float64{0, limit, -limit, min(66.56, limit), -min(67.4, limit), min(89.9, limit), min(78, limit)}),
		).Draw(t, "latitude")
		return Place{latitude, rapid.Float64Range(-180, 180).Draw(t, "longitude")}
	})
}

func instants() *rapid.Generator[time.Time] {
	from := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	to := time.Date(2200, 12, 31, 0, 0, 0, 0, time.UTC)
	return rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(from.Unix(), to.Unix()).Draw(t, "second"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
	})
}

var events = rapid.Custom(func(t *rapid.T) Event { return Event(rapid.IntRange(0, len(Words)-1).Draw(t, "event")) })

func anyZone(t *testing.T, r *rapid.T) *time.Location {
	return zone(t, rapid.SampledFrom(zones).Draw(r, "zone"))
}

// On is on the day that it was asked for, and is the first event that After finds
// from just before that day.
func TestOnAgreesWithAfter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		place, e, z := places(90).Draw(r, "place"), events.Draw(r, "event"), anyZone(t, r)
		year, month, day := instants().Draw(r, "day").In(z).Date()
		on, ok := place.On(e, year, month, day, z)
		if y, m, d := on.Date(); ok && (y != year || m != month || d != day || on.Location() != z) {
			r.Fatalf("%v on %d-%d-%d is on %v", e, year, month, day, on)
		}
		// Walk all events from two days before to two days after.
		var first time.Time
		now := time.Date(year, month, day-2, 0, 0, 0, 0, z)
		for end := now.AddDate(0, 0, 5); now.Before(end); {
			next, found := place.After(e, now)
			if !found {
				break
			}
			if !next.After(now) {
				r.Fatalf("%v after %v is %v", e, now, next)
			}
			now = next
			if y, m, d := now.Date(); first.IsZero() && y == year && m == month && d == day {
				first = now
			}
		}
		if ok != !first.IsZero() || ok && !on.Equal(first) {
			r.Fatalf("%v on %d-%d-%d is %v, %v; After finds %v", e, year, month, day, on, ok, first)
		}
	})
}

// After does not depend on where in between one starts.
func TestAfterIsMonotone(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		place, e, now := places(90).Draw(r, "place"), events.Draw(r, "event"), instants().Draw(r, "now")
		next, ok := place.After(e, now)
		if !ok {
			r.Fatalf("no %v within 400 days", e)
		}
		between := now.Add(time.Duration(rapid.Int64Range(0, int64(next.Sub(now))-1).Draw(r, "between")))
		if again, ok := place.After(e, between); !ok || !again.Equal(next) {
			r.Fatalf("%v after %v is %v, after %v %v", e, now, next, between, again)
		}
	})
}

// Up changes at every instant that Next names, and nowhere else.
func TestUpAgreesWithNext(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		place, now := places(90).Draw(r, "place"), instants().Draw(r, "now")
		next, ok := place.Next(now)
		if !ok {
			r.Fatal("the sun neither rises nor sets within 400 days")
		}
		up := place.Up(now)
		if place.Up(next) == up || place.Up(next.Add(-1)) != up || place.Up(next.Add(time.Second)) == up && !turnsAtOnce(place, next) {
			r.Fatalf("up is %v at %v, %v just before %v, %v then", up, now, place.Up(next.Add(-1)), next, place.Up(next))
		}
		between := now.Add(time.Duration(rapid.Int64Range(0, int64(next.Sub(now))-1).Draw(r, "between")))
		if place.Up(between) != up {
			r.Fatalf("up is %v at %v, but not at %v, before it changes at %v", up, now, between, next)
		}
		event := Sunrise
		if up {
			event = Sunset
		}
		if at, ok := place.After(event, now); !ok || !at.Equal(next) {
			r.Fatalf("up changes at %v, but %v is at %v", next, event, at)
		}
	})
}

// turnsAtOnce reports whether the sun just touches the horizon.
func turnsAtOnce(p Place, at time.Time) bool {
	next, _ := p.Next(at)
	return next.Sub(at) <= time.Second
}

func TestEventsComeInTheirOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		place, now := places(90).Draw(r, "place"), instants().Draw(r, "now")
		day := place.solarDay(now.Unix())
		var last int64
		for _, e := range []Event{Dawn, Sunrise, Noon, Sunset, Dusk} {
			at, ok := place.in(day, e)
			if !ok || e == Noon && place.Latitude*place.Latitude > 89*89 {
				continue // near a pole the sun may rise after noon
			}
			if last != 0 && at < last-2 { // noon and a grazing sun meet within seconds
				r.Fatalf("%v is at %v, after what comes later", e, time.Unix(at, 0).UTC())
			}
			last = at
		}
	})
}

func TestSunriseComesAboutWhenItCameYesterday(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		place, e, now := places(60).Draw(r, "place"), Event(rapid.IntRange(int(Sunrise), int(Sunset)).Draw(r, "event")), instants().Draw(r, "now")
		day := place.solarDay(now.Unix())
		today, ok := place.in(day, e)
		tomorrow, too := place.in(day+1, e)
		if off := tomorrow - today - 86400; !ok || !too || off < -600 || off > 600 {
			r.Fatalf("%v moves by %d s (%v, %v)", e, off, ok, too)
		}
	})
}

func TestGapsAgreeWithOn(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		place, e, z := places(90).Draw(r, "place"), events.Draw(r, "event"), anyZone(t, r)
		year := rapid.IntRange(1900, 2200).Draw(r, "year")
		gaps := place.Gaps(e, year, z)
		day := time.Date(year, time.Month(rapid.IntRange(1, 12).Draw(r, "month")), rapid.IntRange(1, 28).Draw(r, "day"), 0, 0, 0, 0, time.UTC)
		inGap := false
		for i, g := range gaps {
			inGap = inGap || !day.Before(g.First) && !day.After(g.Last)
			if g.Days() < 1 || i > 0 && g.First.Sub(gaps[i-1].Last) < 48*time.Hour {
				r.Fatalf("%v", gaps)
			}
		}
		if _, ok := place.On(e, day.Year(), day.Month(), day.Day(), z); ok == inGap && !leftOut(day, z) {
			r.Fatalf("%v on %v: %v, gaps %v", e, day.Format(time.DateOnly), ok, gaps)
		}
	})
}

// Whatever the numbers are, nothing hangs or panics.
func TestAnythingGoes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		place := Place{rapid.Float64().Draw(r, "latitude"), rapid.Float64().Draw(r, "longitude")}
		now := time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(r, "second"), 0)
		e := Event(rapid.Int().Draw(r, "event"))
		place.On(e, now.Year(), now.Month(), now.Day(), time.UTC)
		place.After(e, now)
		place.Next(now)
		place.Up(now)
		place.Gaps(e, now.Year(), time.UTC)
	})
}
