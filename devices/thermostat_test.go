package devices

import (
	"math"
	"slices"
	"testing"
	"time"

	"homebus/internal/message"
)

const testThermostat = "living/thermostat"

// steady is an outdoor temperature that is always the same, and no least time of
// heating.
var steady = map[string]any{"outdoor_swing_k": 0.0, "min_on": "0s"}

func newTestThermostat(t testing.TB, config map[string]any) *testHouse {
	return newTestHouse(t, Spec{ID: testThermostat, Type: "thermostat", Config: config})
}

// newTestRoom builds a thermostat without the shell around it.
func newTestRoom(t testing.TB, zone *time.Location, config map[string]any) *thermostatModel {
	t.Helper()
	typ, _ := Lookup("thermostat")
	values, err := checkAll("configuration key", typ.Config, config)
	if err != nil {
		t.Fatal(err)
	}
	return typ.build(setup{now: start, config: values, zone: zone}).(*thermostatModel)
}

// turning is a time at which a heater was turned on or off.
type turning struct {
	at time.Time
	on bool
}

// live lets time pass until then, calls look at each event, and returns when the
// heater was turned.
func (t *thermostatModel) live(until time.Time, look func(now time.Time)) (turnings []turning) {
	for due := t.due(); !due.IsZero() && !due.After(until); due = t.due() {
		heating := t.heating
		t.step(due, nil)
		if t.heating != heating {
			turnings = append(turnings, turning{due, t.heating})
		}
		look(due)
	}
	return turnings
}

func lookAway(time.Time) {}

// Where it is always equally cold outdoors, the room follows the solution of its
// equation, T = L + (T0 - L)·exp(-t·UA/C) with the limit L = T_out + P/UA.
func TestRoomFollowsItsEquation(t *testing.T) {
	const tau = 3300e3 / 40
	course := func(from, limit, s float64) float64 { return limit + (from-limit)*math.Exp(-s/tau) }
	takes := func(from, limit, to float64) float64 { return tau * math.Log((from-limit)/(to-limit)) }
	cold := newTestRoom(t, time.UTC, map[string]any{"on": false, "outdoor_swing_k": 0.0})
	hot := newTestRoom(t, time.UTC, map[string]any{"target_c": 30.0, "outdoor_swing_k": 0.0, "watts": 900.0})
	for s := 0.0; s < 30*24*3600; s += 3333 {
		at := start.Add(seconds(s))
		if got, want := cold.reading().at(at), course(20, 5, s); math.Abs(got-want) > 1e-9 {
			t.Fatalf("not heated it has %v °C after %v s, want %v", got, s, want)
		}
		if got, want := hot.reading().at(at), course(20, 5+900/40.0, s); math.Abs(got-want) > 1e-9 {
			t.Fatalf("heated it has %v °C after %v s, want %v", got, s, want)
		}
	}
	room := newTestRoom(t, time.UTC, steady)
	down, up := takes(20.15, 5, 19.85), takes(19.85, 55, 20.15)
	want := takes(20, 5, 19.85)
	turnings := room.live(start.Add(24*time.Hour), lookAway)
	for i, turning := range turnings {
		if got := turning.at.Sub(start).Seconds(); math.Abs(got-want) > 1e-5 || turning.on != (i%2 == 0) {
			t.Fatalf("turning %d, on %v, is after %v s, want %v", i, turning.on, got, want)
		}
		want += []float64{up, down}[i%2]
	}
	if len(turnings) < 60 {
		t.Errorf("%d turnings in a day", len(turnings))
	}
}

// outdoors is ASHRAE's day at a time of it in hours, written anew.
func outdoors(hours float64) float64 {
	colder := []float64{82, 87, 92, 96, 99, 100, 98, 93, 84, 71, 56, 39, 23, 11, 3, 0, 3, 10, 21, 34, 47, 58, 68, 76, 82}
	mean := 0.0
	for _, percent := range colder[:24] {
		mean += percent / 24
	}
	hours = math.Mod(hours, 24)
	i := int(hours)
	percent := colder[i] + (hours-float64(i))*(colder[i+1]-colder[i])
	return 5 + 8*(mean-percent)/100
}

// rungeKutta moves a room by h seconds, s seconds after start, in one step of fourth
// order.
func rungeKutta(room, s, h, watts float64) float64 {
	slope := func(s, room float64) float64 { return (watts - 40*(room-outdoors(6+29.0/60+s/3600))) / 3300e3 }
	a := slope(s, room)
	b := slope(s+h/2, room+h/2*a)
	c := slope(s+h/2, room+h/2*b)
	d := slope(s+h, room+h*c)
	return room + h/6*(a+2*b+2*c+d)
}

// With a day outdoors the room follows what a numerical solution finds in steps of a
// minute, which halved steps do not change.
func TestRoomFollowsTheDay(t *testing.T) {
	for watts, config := range map[float64]map[string]any{0: {"on": false}, 800: {"watts": 800.0, "target_c": 30.0, "room_c": 15.0}} {
		model := newTestRoom(t, time.UTC, config)
		coarse := model.reading().at(start)
		fine, most := coarse, 0.0
		for s := 0.0; s < 5*24*3600; s += 60 {
			coarse = rungeKutta(coarse, s, 60, watts)
			fine = rungeKutta(rungeKutta(fine, s, 30, watts), s+30, 30, watts)
			at := start.Add(seconds(s + 60))
			model.live(at, lookAway)
			most = max(most, math.Abs(model.reading().at(at)-fine), math.Abs(fine-coarse))
			if out := model.outdoor.at(at); math.Abs(out-outdoors(6+29.0/60+(s+60)/3600)) > 1e-9 {
				t.Fatalf("%v s from the start it has %v °C outdoors", s+60, out)
			}
		}
		if most > 1e-8 {
			t.Errorf("with %v W the room is up to %v K away", watts, most)
		}
	}
}

// The same with the thermostat at work: it turns its heater when that solution passes
// the hysteresis.
func TestThermostatTurnsInTime(t *testing.T) {
	model := newTestRoom(t, time.UTC, nil)
	turnings := model.live(start.Add(48*time.Hour), lookAway)
	room, s, heating := 20.0, 0.0, false
	for i, turning := range turnings {
		watts, beyond := 0.0, func(room float64) bool { return room <= 19.85 }
		if heating {
			watts, beyond = 2000, func(room float64) bool { return room >= 20.15 }
		}
		h := 20.0 // the steps end at the hour, where the course outdoors has a bend
		for next := rungeKutta(room, s, h, watts); !beyond(next); next = rungeKutta(room, s, h, watts) {
			room, s = next, s+h
		}
		for range 50 { // halve what is left
			h /= 2
			if next := rungeKutta(room, s, h, watts); !beyond(next) {
				room, s = next, s+h
			}
		}
		heating = !heating
		if got := turning.at.Sub(start).Seconds(); math.Abs(got-s) > 0.01 || turning.on != heating {
			t.Fatalf("turning %d, on %v, is after %v s, want %v", i, turning.on, got, s)
		}
	}
	if len(turnings) < 100 {
		t.Errorf("%d turnings in two days", len(turnings))
	}
}

func TestHysteresisIsKept(t *testing.T) {
	model := newTestRoom(t, time.UTC, map[string]any{"target_c": 21.0, "room_c": 18.0})
	lowest, warmest, reached := 99.0, 0.0, false
	model.live(start.Add(7*24*time.Hour), func(now time.Time) {
		c := model.reading().at(now)
		if reached = reached || c >= 21; reached {
			lowest, warmest = min(lowest, c), max(warmest, c)
		}
	})
	if math.Abs(lowest-20.85) > 1e-6 || math.Abs(warmest-21.15) > 1e-6 {
		t.Errorf("for 21 °C it has %v to %v °C", lowest, warmest)
	}
}

// A room that is warm in seconds is heated for three minutes all the same.
func TestLeastTimeOfHeating(t *testing.T) {
	for config, want := range map[string]time.Duration{"": 3 * time.Minute, "10m": 10 * time.Minute} {
		small := map[string]any{"heat_capacity_kj_per_k": 100.0}
		if config != "" {
			small["min_on"] = config
		}
		var begun time.Time
		spells := 0
		for _, turning := range newTestRoom(t, time.UTC, small).live(start.Add(24*time.Hour), lookAway) {
			if turning.on {
				begun = turning.at
				continue
			}
			if spells++; turning.at.Sub(begun) != want {
				t.Fatalf("it heats for %s, want %s", turning.at.Sub(begun), want)
			}
		}
		if spells < 20 {
			t.Errorf("it heats %d times", spells)
		}
	}
}

func TestThermostatIsSet(t *testing.T) {
	h := newTestThermostat(t, nil)
	h.expect("0s", testThermostat, map[string]any{"state": "idle", "target_c": 20.0, "temperature_c": 20.0, "power_w": 0.0})
	h.done("1m", testThermostat, `{"do":"set","target_c":22.5}`)
	h.expect("1m", testThermostat, map[string]any{"state": "heating", "target_c": 22.5, "power_w": 2000.0})
	h.done("2m", testThermostat, `{"do":"set","target_c":18}`)
	h.expect("3m59s", testThermostat, map[string]any{"state": "heating", "target_c": 18.0}) // three minutes are not over
	h.expect("4m", testThermostat, map[string]any{"state": "idle", "power_w": 0.0, "energy_wh": 100.0})
	h.done("5m", testThermostat, `{"do":"set","target_c":25}`)
	h.done("6m", testThermostat, `{"do":"off"}`) // at once
	h.expect("6m", testThermostat, map[string]any{"state": "off", "target_c": 25.0, "power_w": 0.0})
	h.expect("6h", testThermostat, map[string]any{"state": "off"})
	h.done("6h", testThermostat, `{"do":"off"}`)
	h.done("6h", testThermostat, `{"do":"set"}`)
	h.expect("6h", testThermostat, map[string]any{"state": "heating", "target_c": 25.0})
	h.refused("7h", testThermostat, `{"do":"set","target_c":4}`, "target_c is 4; want a number from 5 to 30 °C")
	h.refused("7h", testThermostat, `{"do":"set","target_c":"warm"}`, `target_c is "warm"; want a number from 5 to 30 °C`)
}

func TestGivenTemperature(t *testing.T) {
	h := newTestThermostat(t, nil)
	give := func(elapsed string, attrs map[string]any) {
		h.note(must(h.fleet.Give(h.at(elapsed), testThermostat, attrs)))
	}
	give("1m", map[string]any{"temperature_c": 17.0})
	h.expect("1m", testThermostat, map[string]any{"state": "heating", "temperature_c": 17.0})
	give("9m", map[string]any{"target_c": 10.0})
	h.expect("9m", testThermostat, map[string]any{"state": "idle", "target_c": 10.0})
	h.fault("10m", testThermostat, `{"kind":"sensor-drift"}`)
	give("10h", map[string]any{"temperature_c": 12.0})
	h.expect("10h", testThermostat, map[string]any{"temperature_c": 12.0})
}

// What is told is never further away than what is worth telling.
func TestTemperaturesAreTold(t *testing.T) {
	h := newTestThermostat(t, nil)
	model := h.fleet.byID[testThermostat].model.(*thermostatModel)
	for now := start; now.Before(start.Add(24 * time.Hour)); now = now.Add(97 * time.Second) {
		h.at(now.Sub(start).String())
		for key, c := range map[string]curve{"temperature_c": model.reading(), "outdoor_c": model.outdoor} {
			if told := h.number(testThermostat, key); math.Abs(told-c.at(now)) > 0.2501 { // rounded to 0.1
				t.Fatalf("%s: %s is %v, and %v is told", now, key, c.at(now), told)
			}
		}
	}
}

func TestThermostatFaults(t *testing.T) {
	t.Run("window open", func(t *testing.T) {
		h := newTestThermostat(t, steady)
		h.fault("0s", testThermostat, `{"kind":"window-open","for":"12h"}`)
		h.at("12h")
		// 40 + 170 W/K lose 2000 W to 5 °C outdoors at 14.52 °C
		want := 14.52 + (19.85-14.52)*math.Exp(-12*3600/(3300e3/210))
		if c := h.number(testThermostat, "temperature_c"); math.Abs(c-want) > 0.3 {
			t.Errorf("with the window open it has %v °C, want %v", c, want)
		}
		h.expect("12h", testThermostat, map[string]any{"state": "heating", "power_w": 2000.0})
		h.at("36h")
		if c := h.number(testThermostat, "temperature_c"); math.Abs(c-20) > 0.3 {
			t.Errorf("a day after it was closed it has %v °C", c)
		}
	})
	t.Run("sensor drift", func(t *testing.T) {
		h := newTestThermostat(t, nil)
		model := h.fleet.byID[testThermostat].model.(*thermostatModel)
		h.fault("1h", testThermostat, `{"kind":"sensor-drift"}`)
		h.at("21h")
		told, is := h.number(testThermostat, "temperature_c"), model.room.at(start.Add(21*time.Hour))
		if math.Abs(told-20) > 0.31 || math.Abs(is-16) > 0.16 {
			t.Errorf("after 20 hours it says %v °C, and has %v, want 4 K less", told, is)
		}
		h.fault("21h", testThermostat, `{"clear":true}`)
		if c := h.number(testThermostat, "temperature_c"); math.Abs(c-is) > 0.051 {
			t.Errorf("in good health again it says %v °C, and has %v", c, is)
		}
		h.expect("21h", testThermostat, map[string]any{"state": "heating"})
		h.at("31h")
		if c := model.room.at(start.Add(31 * time.Hour)); math.Abs(c-20) > 0.2 {
			t.Errorf("10 hours later it has %v °C", c)
		}
	})
	t.Run("relay stuck open", func(t *testing.T) {
		h := newTestThermostat(t, nil)
		h.fault("1s", testThermostat, `{"kind":"relay-stuck"}`)
		h.done("1m", testThermostat, `{"do":"set","target_c":23}`)
		h.expect("10h", testThermostat, map[string]any{"state": "heating", "power_w": 0.0, "energy_wh": 0.0})
		if c := h.number(testThermostat, "temperature_c"); c > 16 {
			t.Errorf("not heated it has %v °C", c)
		}
		h.fault("10h", testThermostat, `{"clear":true}`)
		h.expect("10h", testThermostat, map[string]any{"state": "heating", "power_w": 2000.0})
		h.done("10h1m", testThermostat, `{"do":"set","target_c":10}`)
		h.expect("10h2m59s", testThermostat, map[string]any{"state": "heating"})
		h.expect("10h3m", testThermostat, map[string]any{"state": "idle", "energy_wh": 100.0})
	})
	t.Run("relay stuck closed", func(t *testing.T) {
		h := newTestThermostat(t, nil)
		h.done("0s", testThermostat, `{"do":"set","target_c":21}`)
		h.fault("1s", testThermostat, `{"kind":"relay-stuck"}`)
		h.expect("10h", testThermostat, map[string]any{"state": "idle", "power_w": 2000.0})
		if c := h.number(testThermostat, "temperature_c"); c < 30 {
			t.Errorf("heated all the time it has %v °C", c)
		}
		h.done("10h", testThermostat, `{"do":"off"}`)
		h.expect("10h", testThermostat, map[string]any{"state": "off", "power_w": 2000.0})
		h.fault("11h", testThermostat, `{"clear":true}`)
		h.expect("11h", testThermostat, map[string]any{"state": "off", "power_w": 0.0, "energy_wh": 22000.0})
		h.done("12h", testThermostat, `{"do":"set","target_c":20}`)
		h.expect("12h", testThermostat, map[string]any{"state": "idle", "power_w": 0.0})
	})
}

func TestThermostatWithoutPower(t *testing.T) {
	h := newTestHouse(t, Spec{ID: testThermostat, Type: "thermostat"},
		Spec{ID: "living/plug", Type: "smart-plug", Config: map[string]any{"load": testThermostat}})
	h.done("0s", testThermostat, `{"do":"set","target_c":21}`)
	h.done("1m", "living/plug", `{"do":"off"}`) // at once
	h.expect("1m", testThermostat, map[string]any{"state": "off", "power_w": 0.0})
	h.refused("2m", testThermostat, `{"do":"set"}`, "no power: living/plug is off")
	h.fault("2m", testThermostat, `{"kind":"relay-stuck"}`)
	h.note(must(h.fleet.Give(h.at("3m"), testThermostat, map[string]any{"temperature_c": 7.0})))
	h.expect("3m", testThermostat, map[string]any{"state": "off", "power_w": 0.0})
	h.fault("4m", testThermostat, `{"clear":true}`)
	h.done("5m", "living/plug", `{"do":"on"}`)
	h.expect("5m", testThermostat, map[string]any{"state": "heating", "target_c": 21.0, "power_w": 2000.0})
	h.fault("6m", testThermostat, `{"kind":"relay-stuck"}`)
	h.done("7m", "living/plug", `{"do":"off"}`)
	h.expect("7m", testThermostat, map[string]any{"state": "off", "power_w": 0.0})
	h.done("8m", "living/plug", `{"do":"on"}`) // stuck closed it heats, whatever it is told
	h.done("8m", testThermostat, `{"do":"off"}`)
	h.expect("8m", testThermostat, map[string]any{"state": "off", "power_w": 2000.0})
}

// The day outdoors goes by the clock of the home, and has no leap where that has one.
func TestDayOutdoorsGoesByTheClock(t *testing.T) {
	berlin := must(time.LoadLocation("Europe/Berlin"))
	for _, zone := range []*time.Location{time.UTC, berlin, time.FixedZone("India", 5*3600+1800), must(time.LoadLocation("Australia/Lord_Howe"))} {
		model := newTestRoom(t, zone, map[string]any{"on": false})
		begin := start.Add(31 * time.Minute) // a full hour of UTC
		model.live(begin, lookAway)
		last := model.outdoor.at(begin)
		coldest, warmest := last, last
		var coldestAt, warmestAt time.Time
		for now := begin; now.Before(start.AddDate(1, 0, 0)); now = now.Add(10 * time.Minute) {
			model.live(now, lookAway)
			c := model.outdoor.at(now)
			if math.Abs(c-last) > 0.23 {
				t.Fatalf("%s: from %v to %v °C in ten minutes", now.In(zone), last, c)
			}
			if last = c; c < coldest {
				coldest, coldestAt = c, now
			}
			if c > warmest {
				warmest, warmestAt = c, now
			}
		}
		if coldestAt.In(zone).Hour() != 5 || warmestAt.In(zone).Hour() != 15 || math.Abs(warmest-coldest-8) > 1e-9 {
			t.Errorf("%s: %v °C at %s, %v °C at %s", zone, coldest, coldestAt.In(zone), warmest, warmestAt.In(zone))
		}
	}
}

func TestMeanOutdoors(t *testing.T) {
	sum := 0.0
	for _, f := range rangeFractions {
		sum += f
	}
	if math.Abs(sum/24-meanFraction) > 1e-9 || slices.Min(rangeFractions[:]) != 0 || slices.Max(rangeFractions[:]) != 1 {
		t.Errorf("the mean is %v", sum/24)
	}
}

// BenchmarkThermostatYear is a year of a thermostat at work, with all that it reports.
func BenchmarkThermostatYear(b *testing.B) {
	b.ReportAllocs()
	events, messages := 0, 0
	for b.Loop() {
		f, err := NewFleet([]Spec{{ID: testThermostat, Type: "thermostat"}}, start, Options{IDs: &message.Counted{}})
		if err != nil {
			b.Fatal(err)
		}
		end := start.AddDate(1, 0, 0)
		for next, ok := f.Next(); ok && !next.After(end); next, ok = f.Next() {
			events++
			messages += len(f.Tick(next))
		}
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds()/1000, "events/ms")
	b.ReportMetric(float64(messages)/float64(b.N), "messages/year")
}

// BenchmarkRoomYear is the same without the reports.
func BenchmarkRoomYear(b *testing.B) {
	events := 0
	for b.Loop() {
		newTestRoom(b, time.UTC, nil).live(start.AddDate(1, 0, 0), func(time.Time) { events++ })
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds()/1000, "events/ms")
	b.ReportMetric(float64(events)/float64(b.N), "events/year")
}
