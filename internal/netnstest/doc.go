// Package netnstest runs parts of a test in a network namespace that the test has made. It
// is empty but on Linux.
package netnstest
