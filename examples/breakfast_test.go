package examples

import "testing"

// TestBreakfast: the light starts both, both mirrors show both, whoever of them is libzmq's,
// and one that comes late too.
func TestBreakfast(t *testing.T) {
	t.Parallel()
	type starter = func(*testing.T, string, ...string) *process
	for name, who := range map[string]struct{ light, toaster, coffee starter }{
		"our toaster": {light: twin, toaster: start, coffee: twin},
		"our coffee":  {light: start, toaster: twin, coffee: start},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := []string{"-frontend", free(t), "-backend", free(t), "-takes", "50ms"}
			start(t, "bus", "--scenes", "", "--frontend", at[1], "--backend", at[3]).Await("msg=listening")
			part := func(start starter, role ...string) *process {
				return start(t, "breakfast", append(at[:len(at):len(at)], role...)...)
			}
			mirrors := []*process{part(start, "mirror"), part(twin, "mirror")}
			part(who.light, "light", "off").Exits(0)
			part(who.toaster, "toaster")
			part(who.coffee, "coffee")
			for _, m := range mirrors { // they know that both are there
				m.Await(`^state/kitchen/\w+ is idle\n(.*\n)*state/kitchen/\w+ is idle$`)
			}
			part(who.light, "light", "on").Exits(0)
			late := part(start, "mirror")
			for _, m := range append(mirrors, late) {
				m.Await(`^breakfast is ready$`)
			}
			for _, m := range mirrors {
				m.mustSay(`(?s)kitchen/toaster is toasting\n.*kitchen/toaster is ready\n`)
				m.mustSay(`(?s)kitchen/coffee is brewing\n.*kitchen/coffee is ready\n`)
			}
			part(who.light, "light", "off").Exits(0)
			part(who.light, "light", "on").Exits(0)
			late.Await(`toaster is toasting$`)
			late.Await(`^breakfast is ready$`)
			late.interrupt()
		})
	}
}

// TestBreakfastWithAnotherHub: a hub that was killed is told again what is, and whoever waits
// for one says so.
func TestBreakfastWithAnotherHub(t *testing.T) {
	t.Parallel()
	at := []string{"-frontend", free(t), "-backend", free(t), "-takes", "50ms"}
	part := func(role ...string) *process { return start(t, "breakfast", append(at[:len(at):len(at)], role...)...) }
	hub := func() *process { return start(t, "bus", "--scenes", "", "--frontend", at[1], "--backend", at[3]) }
	first, toaster := hub(), part("toaster")
	part("coffee")
	part("light", "on").Exits(0)
	part("mirror").Await(`^breakfast is ready$`)
	first.kill()
	toaster.Await("the hub closed the connection")
	hub()
	part("mirror").Await(`^breakfast is ready$`)
}
