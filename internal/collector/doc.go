// Package collector collects the files of many nodes into a folder, or onto a stream of
// lines: it is internal/collect with a link to the bus, a DEALER to the queue, and a disk.
//
// One goroutine owns the Collector and the Store; one sends requests, one receives
// answers. A request for which there is no room is forgotten, and asked again when no
// answer has come. Bytes wait for at most 50 ms, or until there are 4 MiB of them, before
// they are written: a collector that is killed asks for them again.
package collector
