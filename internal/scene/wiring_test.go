package scene

import (
	"testing"

	"homebus/devices"
)

const pluggedIn = `
[device.kitchen.toaster]
type = "toaster"
[device.kitchen.plug]
type = "smart-plug"
load = "kitchen/toaster"
`

func TestWhatIsPluggedInWhere(t *testing.T) {
	for src, want := range map[string]string{
		pluggedIn + `
[device.hall.plug]
type = "smart-plug"
load = "kitchen/toaster"
`: `x.toml:10:8: device "hall/plug": kitchen/toaster is plugged into kitchen/plug already`,
		pluggedIn + `
[device.hall.plug]
type = "smart-plug"
load = "hall/plug"
`: `x.toml:10:8: device "hall/plug": hall/plug would feed itself`,
		pluggedIn + `
[device.hall.switch]
type = "light-switch"
[device.hall.plug]
type = "smart-plug"
load = "hall/switch"
`: `x.toml:12:8: device "hall/plug": hall/switch is a light-switch, which has no mains plug`,
		pluggedIn + `
[device.hall.plug]
type = "smart-plug"
load = "hall/swtich"
`: `x.toml:10:8: device "hall/plug": unknown device "hall/swtich"; there are kitchen/toaster, kitchen/plug, hall/plug, house/power`,
		pluggedIn + `
[device.hall.plug]
type = "smart-plug"
load = "house/power"
`: `x.toml:10:8: device "hall/plug": house/power is a power-meter, which has no mains plug`,
		pluggedIn + `
[device.house.power]
type = "toaster"
`: `x.toml:8:15: house/power is the meter of the house; want type = "power-meter"`,
	} {
		if _, err := Load("x.toml", []byte(src)); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestAHouseHasItsMeter(t *testing.T) {
	f, err := Load("x.toml", []byte(pluggedIn+`
[scene.much]
when = [ { device = "house/power", becomes = "over" } ]
only_if = [ { device = "house/power", attr = "power_w", above = 3000 } ]
do = [ { say = "{house/power.power_w} W are drawn" } ]
`))
	if err != nil {
		t.Fatal(err)
	}
	if d, ok := f.Device(devices.HouseMeter); !ok || !d.Implied {
		t.Errorf("the meter is %v", d)
	}

	f, err = Load("x.toml", []byte(pluggedIn+`
[device.house.power]
type = "power-meter"
budget_w = 3000
`))
	if err != nil {
		t.Fatal(err)
	}
	if d, _ := f.Device(devices.HouseMeter); d.Implied || len(f.Devices) != 3 {
		t.Errorf("of %d the meter is %v", len(f.Devices), d)
	}

	f, err = Load("x.toml", []byte(`[device.home.mode]
type = "mode"
values = ["home", "away"]
`))
	if err != nil {
		t.Fatal(err)
	}
	if d, ok := f.Device(devices.HouseMeter); ok {
		t.Errorf("where nothing draws power there is a meter, %v", d)
	}
}

func TestAModeTakesItsOwnWordsOnly(t *testing.T) {
	const mode = `
[device.home.mode]
type = "mode"
values = ["home", "away"]
`
	for src, want := range map[string]string{
		mode + `
[scene.leave]
do = [ { device = "home/mode", do = "set", value = "awya" } ]
`: `x.toml:7:52: scene "leave", step 1: value is "awya"; want one of home, away (did you mean "away"?)`,
		mode + `
[scene.leave]
when = [ { device = "home/mode", becomes = "gone" } ]
do = [ { say = "Bye" } ]
`: `x.toml:7:44: scene "leave", trigger 1: state is "gone"; want one of home, away, offline (did you mean "home"?)`,
		`
[device.home.mode]
type = "mode"
values = ["home", "home"]
[scene.leave]
when = [ { device = "home/mode", becomes = "gone" } ]
do = [ { say = "Bye" } ]
`: `x.toml:4:19: device "home/mode": values has "home" twice; want a list of at most 64 different words of a-z, 0-9, "-" and "_", none of them "offline", such as ["home", "away"]`,
	} {
		if _, err := Load("x.toml", []byte(src)); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}
