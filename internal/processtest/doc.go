// Package processtest runs finished programs for tests, as their users do: it builds them,
// starts each as a process, waits for what it prints and for its end, and kills it when the
// test ends. What a process has printed is shown if its test fails.
package processtest
