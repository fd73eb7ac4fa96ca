package devices

import "time"

// meter is the electricity meter of one appliance. Its energy is the exact
// integral of its power.
type meter struct {
	power  curve // W, a line
	energy curve // Wh since the appliance was built
}

// draw sets the power from now on: watts, and what it changes by per second.
func (m *meter) draw(now time.Time, watts, perSecond float64) {
	const secondsPerHour = 3600
	m.energy = curve{
		since: now,
		value: m.energy.at(now),
		rate:  watts / secondsPerHour,
		accel: perSecond / 2 / secondsPerHour,
	}
	m.power = line(now, watts, perSecond)
}

// draws is for whoever measures the appliance.
func (m *meter) draws() curve { return m.power }

// The two attributes of every appliance that has a meter.
func powerAttribute(most float64) Attribute {
	return Attribute{
		Value:  Value{Name: "power_w", Kind: Number, Unit: "W", Max: most, Doc: "power drawn now"},
		Digits: 2, Ratio: 0.01, Step: 0.1,
	}
}

func energyAttribute() Attribute {
	return Attribute{
		Value:  Value{Name: "energy_wh", Kind: Number, Unit: "Wh", Doc: "energy used since the start"},
		Digits: 3, Step: 10,
	}
}

// course is how far something with a known end is.
type course struct {
	progress  curve // 0 to 1
	remaining curve // s
}

// run sets a course that ends after s seconds more, and goes on from the
// progress that there is.
func (c *course) run(now time.Time, s float64) {
	if s <= 0 {
		c.finish()
		return
	}
	done := c.progress.at(now)
	c.progress = line(now, done, (1-done)/s)
	c.remaining = line(now, s, -1)
}

// hold stops a course where it is.
func (c *course) hold(now time.Time) {
	c.progress, c.remaining = constant(c.progress.at(now)), constant(c.remaining.at(now))
}

// finish leaves a course at its end, clear before its beginning.
func (c *course) finish() { *c = course{progress: constant(1)} }
func (c *course) clear()  { *c = course{} }

func progressAttribute() Attribute {
	return Attribute{
		Value:  Value{Name: "progress", Kind: Number, Max: 1, Doc: "how much of the course is done"},
		Digits: 2, Step: 0.01,
	}
}

func remainingAttribute() Attribute {
	return Attribute{
		Value:   Value{Name: "remaining_s", Kind: Int, Unit: "s", Max: 24 * 3600, Doc: "time left"},
		RoundUp: true,
	}
}
