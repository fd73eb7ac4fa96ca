package devices

// Kind is the type of a value in JSON and TOML.
type Kind int

// The kinds of values.
const (
	// Bool is true or false.
	Bool Kind = iota + 1
	// Int is a whole number.
	Int
	// Number is any finite number.
	Number
	// Word is one of Values.
	Word
	// Text is any string.
	Text
	// Duration is a string such as "10s" or "5m" (time.ParseDuration, not
	// negative), in a declaration with Min and Max in seconds.
	Duration
	// DeviceID is the id of an appliance, "kitchen/toaster".
	DeviceID
	// Words is a list of words (a-z, 0-9, "-" and "_"), each there once.
	Words
)

// Phase is what a word of a state means to a person.
type Phase int

// The phases, from what matters least to what matters most.
const (
	// Resting: off, idle, closed.
	Resting Phase = iota + 1
	// Lasting: on, open: it goes on until somebody ends it.
	Lasting
	// Working: it is on its way to something.
	Working
	// Ready: it has something for a person.
	Ready
	// Alarm: somebody has to act.
	Alarm
)

// Value declares one value: an attribute, a parameter or a configuration key.
type Value struct {
	// Name is the key in JSON and TOML; it carries the unit ("power_w").
	Name string
	Kind Kind
	// Unit is "W", "Wh", "ml", "s", "%", "K", "°C" or "".
	Unit string
	// Min and Max bound Int, Number and Duration, both included.
	Min, Max float64
	// Values are the words that a Word can be, in the order of a normal course.
	Values []string
	// Default is what a parameter or a configuration key is when not given: a
	// bool, int, float64 or string; nil for none.
	Default any
	// Required marks a parameter that must be given.
	Required bool
	// Needs are the actions that the appliance named by a DeviceID must know.
	Needs []string
	// Feeds says that the appliance named by a DeviceID gets its power from this
	// one: it must have a mains plug, and be fed by no other.
	Feeds bool
	// Doc is half a sentence for people.
	Doc string
}

// Attribute declares one key of an appliance's state.
type Attribute struct {
	Value
	// Setters are the ways to set it by command; none if only the appliance
	// itself does. `state = { "living/light" = { brightness = 10 } }` becomes a
	// command that way.
	Setters []Setter
	// Given says that a test may set it directly ("given").
	Given bool
	// Digits are the decimals with which a Number is reported.
	Digits int
	// Says is what a Bool says beside the word when it is so, or is not so: "no pot";
	// nothing for what is as one expects.
	Says map[bool]string
	// RoundUp has a whole number rounded up, so that only nothing is 0.
	RoundUp bool
	// Step and Ratio say which drift of a quantity since the last report is worth
	// a report of its own: Step in the attribute's unit, Ratio as a part of the
	// value reported last. With neither, a quantity goes along with other reports.
	// A word or a flag that changes is always reported, at once.
	Step, Ratio float64
}

// Setter is a way to set an attribute by command.
type Setter struct {
	// Action is what to do.
	Action string
	// Param is the parameter that takes the value, whatever it is. If Param is
	// "", the action stands for the one value When.
	Param string
	// When is the value that a Setter without Param brings about.
	When any
}

// Action declares one thing that an appliance can be told to do.
type Action struct {
	Name   string
	Params []Value
	Doc    string
	// ByHand says that it takes no power: bread can be put into a dead toaster.
	ByHand bool
}

// Fault declares one way in which an appliance can fail.
type Fault struct {
	Name string
	Doc  string
	// CutsOff says that the appliance's connection is lost, all the time or now
	// and then.
	CutsOff bool
}

// Event declares one moment that an appliance reports.
type Event struct {
	Name string
	Doc  string
}

// Type declares a kind of appliance.
type Type struct {
	// Name is the word in scenes.toml: "toaster".
	Name string
	// Doc is a sentence for people.
	Doc        string
	Attributes []Attribute
	Actions    []Action
	Events     []Event
	// Faults are the type's own; AllFaults has those of every appliance besides.
	Faults []Fault
	// Config holds the keys that [device.AREA.NAME] may have besides "type".
	Config []Value
	// Natural gives, for a word of the attribute "state", the action that a
	// person would mean by just touching the appliance: "popped" → "unload".
	Natural map[string]string
	// Phases says what each word of the attribute "state" means; the key "" is for
	// all that are not named.
	Phases map[string]Phase
	// Makes is what a person gets from it, "Toast", and Take what to do when it is
	// ready, "take it"; "" if it makes nothing.
	Makes, Take string
	// Cry says in an alarm what is the matter: "Water leak".
	Cry string
	// Restores says which part of its state a restore brings back, half a sentence; ""
	// if none, because nothing can be set without a hand, or without starting or
	// ending a course.
	Restores string
	// MainsPlug says that it has one: a smart plug can feed it.
	MainsPlug bool
	// InHub says that the hub keeps it, not the simulator: it is no thing on the
	// network, has no faults, and is always there.
	InHub bool

	// configure makes the declaration of one appliance of it, if the configuration
	// decides about more than values; nil if it does not.
	configure func(Type, values) *Type
	// restore makes the orders that bring one back to a state; nil if it cannot be.
	restore restorer
	// build makes the model of one appliance of this type.
	build func(setup) model
}

// Spec says which appliance to build.
type Spec struct {
	// ID is "area/name".
	ID string
	// Type is the name of a Type.
	Type string
	// Config holds configuration keys as the declaration has them.
	Config map[string]any
}
