package home

import "homebus/devices"

// common is what a word means of which no type says what it means.
var common = commonWords(devices.Types())

// commonWords returns what the words of the types mean for appliances of no known
// type. Where types disagree, most of them count; of as many, the meaning that
// matters less, so that nobody is alarmed for nothing. A word that is the name of a
// meaning needs no type to have it.
func commonWords(types []*devices.Type) map[string]devices.Phase {
	words := map[string]devices.Phase{"ready": devices.Ready, "alarm": devices.Alarm}
	votes := make(map[string][devices.Alarm + 1]int)
	for _, t := range types {
		for word, meaning := range t.Phases {
			if word == "" {
				continue // is no word, but all others
			}
			v := votes[word]
			v[meaning]++
			votes[word] = v
		}
	}
	for word, v := range votes {
		most := devices.Resting
		for meaning, n := range v {
			if n > v[most] {
				most = devices.Phase(meaning)
			}
		}
		words[word] = most
	}
	return words
}
