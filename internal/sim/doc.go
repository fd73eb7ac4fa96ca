// Package sim runs the appliances of a house on the bus, in real time: it is the
// edge around the pure devices.Fleet.
//
// One goroutine owns the fleet. It takes what the connections bring, lets the
// fleet's time pass with one timer, and publishes what comes of it. The time is
// the house's (housetime.Clock), so that a house can run faster than the wall
// clock; what the connections do among themselves stays in wall time.
//
// Between the appliances live the people of the house (internal/occupancy). What they
// do at a sensor is done by hand, in the time of the house; a sensor that is not
// simulated here is another simulator's.
//
// # Connections
//
// Up to 64 appliances have a connection pair each, as real ones would: the hub
// then holds the last will of each by itself. More appliances share one pair, which
// carries more than ten thousand of them have to say; Config.Connections can have it
// otherwise. An appliance that is to drop off the network (the faults offline and
// flapping) first moves to a pair of its own, so that dropping it drops nobody else; it
// stays there from then on.
//
// Faults are heard, and answered, on a connection of the simulator's own, named
// "sim": an appliance that is cut off could hear nobody. On that one the simulator
// also hears who is said to be offline, or whose word is deleted or garbled, and
// contradicts where it knows better, at most once a second: a second simulator of the
// same house, when it ends, takes nobody along. What a stranger says on a state topic
// it does not hear; that is wrong until the appliance next reports.
//
// An appliance says "online" and its whole state on each new connection and to
// each new hub. While its connection is down it says nothing, because that will
// tell everything; events and acks of that time are lost, as those of a real
// appliance are.
//
// # Fleets
//
// Replicate makes a house of any size of one house. While its appliances come onto the
// bus, the log says once a second how many are there, and then that all are; so it does
// when they come back to a hub. From then on people act, if Config.Rate has them: the
// n-th act comes n/rate seconds later, at an appliance drawn by lot, in the appliance's
// time even if the program is late, so that the seed decides what happens. A line a
// minute sums up.
package sim
