package gate

const (
	// defaultDescriptors is taken where the system does not say.
	defaultDescriptors = 1024
	// maxDescriptors is as many as anybody needs.
	maxDescriptors = 1 << 20
)

// DefaultConnections returns how many connections a process can hold such that it
// can still open files, listen and answer: its limit of descriptors without a
// reserve of a sixteenth, at least 32 and at most 256, but no less than half of them.
func DefaultConnections() int { return connectionsFor(Descriptors()) }

func connectionsFor(descriptors int) int {
	reserve := min(max(descriptors/16, 32), 256, descriptors/2)
	return max(descriptors-reserve, 1)
}
