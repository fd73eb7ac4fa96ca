// Package tty is the terminal that a person sits at: what they type, and whether
// its background is dark.
//
// A terminal answers a question on the same line on which keys come, at any time
// or never. A Keyboard asks for the background (OSC 11) and right behind it for
// the device's attributes (DA1), which every terminal answers and in order; so
// one that has answered the second and not the first never will. Whatever answer
// comes, however late and in whatever pieces, is taken out of what is typed, and
// never taken for keys.
//
// What a mouse reports comes on that line too, and passes whole or not at all.
//
// Text from the bus may be Hebrew or Arabic. A terminal that turns such text around
// does so over the whole line, and would put values of one column into another; so
// Open has it leave the characters in the order in which they come (ECMA-48, mode
// BDSM, reset), and Close lets it turn them again. To most terminals both say
// nothing.
//
// Sources: ECMA-48 for the form of control sequences; XTerm Control Sequences
// (Dickey), "Operating System Commands", Ps = 11, "Primary DA", and "Mouse Tracking";
// BiDi in Terminal Emulators (terminal-wg), "Escape sequences", for BDSM.
package tty
