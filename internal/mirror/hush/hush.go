// Package hush keeps Bubble Tea from asking the terminal anything while the
// program is being initialised.
//
// The init of package tea v1 asks the terminal for its background (tea_init.go)
// and waits up to 5 s for the answer (termenv.OSCTimeout): in every program that
// imports it, whatever it is about to do, and on a terminal that never answers,
// such as a serial console, for the whole 5 s. It does not ask a terminal that
// calls itself dumb. So this package calls it dumb, and End, which internal/mirror
// calls in its own init, gives the true name back.
//
// That works because packages are initialised in the order of their import
// paths, each as soon as all that it imports has been (the Go specification,
// "Program initialization", and the notes of Go 1.21): this package imports
// nothing but os, while tea needs lipgloss, and that termenv, and that
// text/template, which has a later path. A test of the built program on a silent
// terminal holds it.
package hush

import "os"

const variable, dumb = "TERM", "dumb"

var name, named = hide()

func hide() (name string, named bool) {
	name, named = os.LookupEnv(variable)
	os.Setenv(variable, dumb)
	return name, named
}

// End gives the environment the true name of the terminal back. It is called
// once, from an init.
func End() {
	if !named {
		os.Unsetenv(variable)
		return
	}
	os.Setenv(variable, name)
}
