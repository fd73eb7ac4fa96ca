// Package house is a whole home in virtual time: the appliances of a scenes.toml
// and its scenes, with the very code that runs them live, joined by one queue of
// messages and one clock that jumps from event to event. A day takes
// milliseconds, and the same file, seed and acts give the same messages, byte for
// byte, every time.
//
// Nothing here starts a goroutine, opens a socket or reads a clock. What the hub
// adds in a real home is kept where scenes can see it: an appliance that drops
// off the network has its last will spoken, and announces itself when it is back;
// meanwhile commands to it are refused, but for those of the scenes. What lives in
// the hub is one of the fleet. There is no heartbeat, and there are no late
// subscribers.
//
// Messages are delivered one after another in the order of their sending: first
// to the appliances, then to the scenes, whose answers queue up behind. So the
// journal is in causal order. At one instant people act before appliances, and
// appliances before scenes.
//
// RunTest plays one [[test]] table; Suite plays those of a file and prints what
// came of them as go test does. Plan plays whole days and prints what the scenes do
// in them by themselves.
package house
