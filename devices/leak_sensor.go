package devices

// A leak sensor lies on the floor and notices water between two probes. How it
// calls is told in alarm.go.
var _ = register(&Type{
	Name: "leak-sensor",
	Doc:  "A sensor on the floor that calls when there is water.",
	Attributes: []Attribute{
		alarmState,
		{Value: Value{Name: "wet", Kind: Bool, Doc: "whether it senses water now"}, Given: true, Says: map[bool]string{true: "wet"}},
		batteryAttribute(),
	},
	Actions: alarmActions("water"),
	Events:  alarmEvents,
	Faults:  alarmFaults("water"),
	Config:  alarmConfig,
	Natural: alarmNatural,
	Phases:  alarmPhases,
	Cry:     "Water leak",
	build:   newAlarm("there is still water at it"),
})
