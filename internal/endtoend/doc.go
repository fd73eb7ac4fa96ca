// Package endtoend holds the tests that run the finished programs as a user does:
// as processes, started and killed in any order, with strangers from the outside,
// in a real terminal. It has nothing but tests.
package endtoend
