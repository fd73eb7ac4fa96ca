package devices

import (
	"math"
	"testing"
	"time"
)

// lasting returns how long a programme draws as much power, in minutes.
func (p *washProgram) lasting(watts float64) float64 {
	var sum time.Duration
	for _, phase := range p.phases {
		if phase.watts == watts {
			sum += phase.length
		}
	}
	return sum.Minutes()
}

// sums returns how long a programme takes, in minutes, and what, in Wh.
func (p *washProgram) sums() (minutes, wh float64) {
	for _, phase := range p.phases {
		minutes += phase.length.Minutes()
		wh += phase.watts * phase.length.Hours()
	}
	return minutes, wh
}

func TestSumsOfProgrammes(t *testing.T) {
	for name, want := range map[string]struct{ minutes, wh, tolerance float64 }{
		"cotton-60": {162, 1120, 0.01},
		"cotton-40": {138, 660, 0.01},
		"quick-30":  {30, 180, 0.01},
	} {
		minutes, wh := programNamed(name).sums()
		if minutes != want.minutes || math.Abs(wh-want.wh) > want.tolerance*want.wh {
			t.Errorf("%s takes %v min and %v Wh, want %v and %v", name, minutes, wh, want.minutes, want.wh)
		}
	}
	if len(programs) != 3 {
		t.Errorf("there are %d programmes", len(programs))
	}
}

func TestCotton60IsAsMeasured(t *testing.T) {
	p := programNamed("cotton-60")
	if heater := p.lasting(heatingWatts); heater != 22 {
		t.Errorf("the heater is on for %v min, want 22", heater)
	}
	if washing := p.lasting(80); washing != 71 {
		t.Errorf("80 W last for %v min, want 71", washing)
	}
	var spins []float64
	for i, phase := range p.phases {
		if phase.spins {
			spins = append(spins, phase.watts)
		}
		if phase.watts == 80 && !p.phases[i+1].spins {
			t.Error("the 80 W do not end with a spin")
		}
	}
	if len(spins) != 4 || spins[0] != 270 || spins[1] != 270 || spins[2] != 270 || spins[3] != 430 {
		t.Errorf("it spins at %v W, want three times 270 and 430", spins)
	}
}

// The words of a programme come in the order of the declaration, and none comes back.
func TestWordsOfProgrammesGoForward(t *testing.T) {
	order := []string{"filling", "heating", "washing", "rinsing", "spinning"}
	for _, p := range programs {
		at := 0
		for _, phase := range p.phases {
			for at < len(order) && order[at] != phase.state {
				at++
			}
		}
		if at != len(order)-1 {
			t.Errorf("the words of %s do not go from filling to spinning", p.name)
		}
	}
}
