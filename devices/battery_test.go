package devices

import (
	"math"
	"testing"
	"time"
)

func TestBatteryIsALine(t *testing.T) {
	const life = 1000 * time.Hour
	b := newBattery(start, life)
	for hours, want := range map[int]float64{0: 100, 1: 99.9, 500: 50, 999: 0.1, 1000: 0, 5000: 0} {
		now := start.Add(time.Duration(hours) * time.Hour)
		if got := b.charge().at(now); math.Abs(got-want) > 1e-9 {
			t.Errorf("after %d h of 1000 there are %v %%, want %v", hours, got, want)
		}
		if b.flat(now) != (want == 0) {
			t.Errorf("after %d h of 1000 flat is %v", hours, b.flat(now))
		}
	}
}

func TestDrainedBattery(t *testing.T) {
	b := newBattery(start, 100*time.Hour)
	b.drain(start.Add(10*time.Hour), 40) // 50 % are left, for 50 hours
	if now := start.Add(59 * time.Hour); math.Abs(b.charge().at(now)-1) > 1e-9 || b.flat(now) {
		t.Errorf("%v %% after 59 h, want 1", b.charge().at(now))
	}
	if now := start.Add(60 * time.Hour); !b.flat(now) {
		t.Errorf("%v %% after 60 h, want none", b.charge().at(now))
	}
	b.drain(start.Add(61*time.Hour), 1)
	if now := start.Add(62 * time.Hour); !b.flat(now) || b.charge().at(now) != 0 {
		t.Errorf("a flat battery gives power: %v %%", b.charge().at(now))
	}
	b.change(start.Add(62 * time.Hour))
	if now := start.Add(62 * time.Hour); b.flat(now) || b.charge().at(now) != 100 {
		t.Errorf("a new battery has %v %%", b.charge().at(now))
	}
}

func TestLowBattery(t *testing.T) {
	at := func(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) }
	b := newBattery(start, 100*time.Hour)
	expect := func(hours int, want float64) {
		t.Helper()
		if got := b.charge().at(at(hours)); math.Abs(got-want) > 1e-9 {
			t.Errorf("after %d h there are %v %%, want %v", hours, got, want)
		}
	}
	b.setLow(at(1), false) // it was not
	expect(1, 99)
	b.setLow(at(2), true)
	expect(3, 4)
	b.setLow(at(3), true) // it is already
	expect(3, 4)
	b.change(at(4))
	expect(4, 5)
	expect(9, 0)
	b.setLow(at(10), false)
	expect(10, 100)

	b = newBattery(start, 100*time.Hour)
	b.setLow(at(98), true) // lower than low
	expect(98, 2)
}
