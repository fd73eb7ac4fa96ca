//go:build !unix

package gate

// descriptors returns how many files the process is taken to have open at most,
// where the system knows no such limit.
func descriptors() int { return maxDescriptors }
