package devices

// A smoke sensor hangs on the ceiling. How it calls is told in alarm.go.
var _ = register(&Type{
	Name: "smoke-sensor",
	Doc:  "A sensor on the ceiling that calls when there is smoke.",
	Attributes: []Attribute{
		alarmState,
		{Value: Value{Name: "smoke", Kind: Bool, Doc: "whether it senses smoke now"}, Given: true, Says: map[bool]string{true: "smoke"}},
		batteryAttribute(),
	},
	Actions: alarmActions("smoke"),
	Events:  alarmEvents,
	Faults:  alarmFaults("smoke"),
	Config:  alarmConfig,
	Natural: alarmNatural,
	Phases:  alarmPhases,
	Cry:     "Smoke",
	build:   newAlarm("there is still smoke at it"),
})
