package devices

// setup is what a model is built from.
type setup struct{}

// model is the pure behaviour of one type.
type model interface{}

// CommonFaults returns the faults that every appliance can have.
func CommonFaults() []Fault { return nil }
