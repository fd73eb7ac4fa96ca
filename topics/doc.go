// Package topics is the grammar of the bus: which topics exist, how they are
// built and taken apart, and which of them the hub remembers.
//
// A topic is frame 0 of a message. Ours are lower-case words joined by "/":
//
//	state/kitchen/toaster      the whole state of an appliance   retained
//	online/kitchen/toaster     whether it can be reached         retained
//	event/bathroom/switch      a moment, such as a press
//	command/kitchen/toaster    a request to an appliance
//	ack/kitchen/toaster        its answer
//	fault/kitchen/toaster      a fault for the simulator to set or clear
//	scene/morning              the state of a scene              retained
//	command/scene/morning      a request to run or stop a scene
//	notice/home                a sentence for the people at home
//	bus/heartbeat, bus/stats   the hub itself                    stats retained
//
// The hub relays every other topic too, untouched; this package only knows
// ours. Topics are built with the functions here and never spelled elsewhere.
//
// Everything here is pure and safe for concurrent use.
package topics
