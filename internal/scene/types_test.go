package scene

import "homebus/devices"

// modeType is the real one: no other can make a declaration of its configuration.
// Neither can another be brought back as blinds can.
var (
	modeType, _   = devices.Lookup("mode")
	blindsType, _ = devices.Lookup("blinds")
)

// testTypes are declarations with everything that a declaration can have. The
// tests of mistakes use them so that a new attribute of a toaster changes no
// message here.
var testTypes = []*devices.Type{
	{
		Name: "coffee-maker",
		Attributes: []devices.Attribute{
			{Value: devices.Value{Name: "state", Kind: devices.Word, Values: []string{"idle", "heating", "brewing", "warming"}}},
			{Value: devices.Value{Name: "water_ml", Kind: devices.Number, Unit: "ml", Max: 1500}, Given: true},
		},
		Actions: []devices.Action{
			{Name: "brew", Params: []devices.Value{{Name: "cups", Kind: devices.Int, Min: 1, Max: 8, Default: 4}}},
			{Name: "fill", Params: []devices.Value{{Name: "water_ml", Kind: devices.Number, Unit: "ml", Max: 1500, Required: true}}},
			{Name: "stop"},
		},
		Faults: []devices.Fault{{Name: "no-pot"}, {Name: "offline"}},
	},
	{
		Name: "contact-sensor",
		Attributes: []devices.Attribute{
			{Value: devices.Value{Name: "state", Kind: devices.Word, Values: []string{"closed", "open"}}},
		},
		Actions: []devices.Action{{Name: "open"}, {Name: "close"}},
	},
	{
		Name: "dimmable-light",
		Attributes: []devices.Attribute{
			{Value: devices.Value{Name: "state", Kind: devices.Word, Values: []string{"off", "on"}}, Setters: []devices.Setter{
				{Action: "on", When: "on"}, {Action: "off", When: "off"},
			}, Given: true},
			{Value: devices.Value{Name: "brightness", Kind: devices.Number, Unit: "%", Max: 100}, Setters: []devices.Setter{
				{Action: "off", When: 0}, {Action: "on", Param: "brightness"},
			}, Given: true},
			{Value: devices.Value{Name: "fading", Kind: devices.Bool}},
		},
		Actions: []devices.Action{
			{Name: "on", Params: []devices.Value{
				{Name: "brightness", Kind: devices.Number, Unit: "%", Min: 1, Max: 100},
				{Name: "over", Kind: devices.Duration, Max: 3600},
			}},
			{Name: "off", Params: []devices.Value{{Name: "over", Kind: devices.Duration, Max: 3600}}},
			{Name: "toggle"},
		},
	},
	{
		Name: "light-switch",
		Attributes: []devices.Attribute{
			{Value: devices.Value{Name: "state", Kind: devices.Word, Values: []string{"off", "on"}}},
		},
		Actions: []devices.Action{
			{Name: "press", Params: []devices.Value{
				{Name: "count", Kind: devices.Int, Min: 1, Max: 2, Default: 1},
				{Name: "hold", Kind: devices.Duration, Max: 10},
			}},
		},
		Events: []devices.Event{{Name: "press"}, {Name: "double_press"}, {Name: "long_press"}},
		Faults: []devices.Fault{{Name: "stuck"}},
		Config: []devices.Value{{Name: "controls", Kind: devices.DeviceID, Needs: []string{"toggle"}}},
	},
	modeType,
	blindsType,
	{
		Name: "thermostat",
		Attributes: []devices.Attribute{
			{Value: devices.Value{Name: "state", Kind: devices.Word, Values: []string{"idle", "heating"}}},
			{Value: devices.Value{Name: "temperature_c", Kind: devices.Number, Unit: "°C", Min: -40, Max: 80}},
		},
	},
	{
		Name: "motion-sensor",
		Attributes: []devices.Attribute{
			{Value: devices.Value{Name: "state", Kind: devices.Word, Values: []string{"clear", "motion"}}},
		},
		Actions: []devices.Action{{Name: "trigger"}},
	},
	{
		Name: "toaster",
		Attributes: []devices.Attribute{
			{Value: devices.Value{Name: "state", Kind: devices.Word, Values: []string{"idle", "toasting", "popped"}}},
			{Value: devices.Value{Name: "loaded", Kind: devices.Bool}, Setters: []devices.Setter{{Action: "load", When: true}}, Given: true},
			{Value: devices.Value{Name: "browning", Kind: devices.Int, Min: 1, Max: 6}},
			{Value: devices.Value{Name: "energy_wh", Kind: devices.Number, Unit: "Wh"}},
		},
		Actions: []devices.Action{
			{Name: "load"},
			{Name: "start", Params: []devices.Value{{Name: "browning", Kind: devices.Int, Min: 1, Max: 6, Default: 3}}},
			{Name: "stop"},
		},
		Faults: []devices.Fault{{Name: "jam"}},
		Config: []devices.Value{
			{Name: "watts", Kind: devices.Int, Unit: "W", Min: 600, Max: 1200, Default: 900},
			{Name: "label", Kind: devices.Text},
		},
	},
}
