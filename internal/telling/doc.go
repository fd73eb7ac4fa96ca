// Package telling says in a person's words what a message says: "bathroom/switch
// pressed", "kitchen/coffee brew cups=4". Whoever tells people what has happened shares
// it.
//
// What it returns holds foreign text, shortened and otherwise as it came: whoever
// prints it escapes what a terminal would obey.
//
// Everything here is pure and safe for concurrent use.
package telling
