// Package mirror is the smart mirror: a terminal screen that says whether the
// coffee and the toast are ready, shows what the house does and why, and lets
// one act.
//
// It is built in layers, from pure to real:
//
//	gather   what the link says between two pictures (package gather)
//	home     what the bus has said about the home (package home)
//	picture  the home drawn for a size and a palette: text from a value
//	screen   what keys and the mouse do to the cursor, the menus and the home
//	edge     Run: the link, the clock, the terminal
//
// Only the edge reads a clock or talks to anybody. Messages of the link are
// gathered and handed on at most 30 times a second, in a hurry only the newest of
// each retained topic, so that 20,000 changes a second cost no more than the frames.
//
// Everything that came from the bus passes package safetext before it is kept:
// no control character, escape sequence or bidi mark reaches the terminal.
package mirror
