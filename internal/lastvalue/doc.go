// Package lastvalue is the pure bookkeeping behind two promises of the bus:
// the last value of a retained topic is given to late subscribers, and the last
// will of a connection is spoken when it is lost.
//
// The hub and the in-memory bus share it. It holds no lock and starts nothing:
// its owner calls it under the same lock as its routing, which is what makes
// "never an older value after a newer one" true.
package lastvalue
