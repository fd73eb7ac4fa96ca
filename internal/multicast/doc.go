// Package multicast gives a forwarder endpoints at multicast groups (epgm://), beside or
// in place of those over TCP: whoever publishes to a group at its frontend reaches
// subscribers over TCP, and what is published over TCP reaches a group at its backend.
//
// # The frontend
//
// It hears a group. Each publisher there is a peer of the forwarder for as long as it is
// heard: what it has said is online and has not taken back is taken back for it when it is
// gone, as for any connection. Subscriptions do not reach a group, so everything comes, and
// what nobody wants is dropped here. Packets that are lost for good are counted and logged.
//
// # The backend
//
// It is a subscriber to everything, or to the prefixes that it is told to pass on, and sends
// to the group, at the rate that it is told and no faster. What cannot be sent in time is
// dropped, the newest first, counted and logged. Whoever hears the group for the first time
// hears what is sent from then on: it cannot ask for last values, which this peer got when
// it came.
//
// # Loops
//
// What a forwarder sends to a group must not come back to it. New refuses the same group on
// both sides; over two forwarders a loop can still be made, as with wires.
package multicast
