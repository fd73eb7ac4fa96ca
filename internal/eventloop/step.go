package eventloop

// Step reads what has arrived at fd, once and without waiting, and does what is to be
// done with it, or a part of that: it reports whether it is to be called again also if
// nothing more arrives. It does not take long for one call.
type Step func(fd uintptr) (again bool, err error)
