// Package occupancy is who lives in a house, as its motion and contact sensors
// notice them: people wake, walk about, leave, come home and sleep, by times that
// are given or made from a seed.
//
// A Script is a value with Next and Tick, in the style of devices and scenes: it
// starts no goroutine, reads no clock and knows no appliance but the sensors that
// it is told of. What happens on a day follows from the household, the seed and
// the date alone: not from when the script began, who else lives there, or when
// it is asked. So two simulators with the same file and seed, each with half of
// the house, show the same people.
//
//	Household, Person, Habit   who lives there        household.go
//	Mistake                    what cannot be meant   check.go
//	plan                       the times of one day   plan.go
//	walk                       its touches            walk.go
//	Script                     all days of everybody  script.go
//
// All times of day are home time. One that a clock change skips is at the first
// instant after it; one that occurs twice is at the first of the two.
package occupancy
