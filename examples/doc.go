// Package examples holds a program for each pattern of ZeroMQ, in the folders below, and
// here the tests that run them as a learner does: as processes, each against its twin in
// Python (testdata/twin.py), which speaks libzmq. README.md has them in the order in which
// they are best read.
package examples
