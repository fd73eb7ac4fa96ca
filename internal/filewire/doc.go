// Package filewire is what nodes that follow files and collectors say to each other:
// topics, the lines as JSON, and the requests and answers that pass a queue proxy.
// docs/files.md shows it all.
//
// A source is a file of a node, by its path. It has generations: where its path leads to
// another file, or the file was cut, what comes is another generation, and its offsets
// begin at 0 again. Within a generation bytes are only ever appended.
//
// A generation's name (dev and inode, say) is a hint alone: it may come twice, or change
// when a node begins anew. What counts is a Proof: the sums of the first and of the last
// Window bytes before an offset. So neither side keeps any state besides the files.
package filewire

// Bounds of what passes.
const (
	// MaxLine is how many bytes of a line pass in one message; a longer one comes in
	// parts.
	MaxLine = 1 << 20
	// MaxData is how many bytes of a file an answer holds at most.
	MaxData = 512 << 10
	// MaxEntries is how many files an answer lists at most.
	MaxEntries = 1000
	// MaxPath is how long a path may be, in bytes.
	MaxPath = 1024
	// MaxNode is how long a node's name may be, in bytes.
	MaxNode = 64
)
