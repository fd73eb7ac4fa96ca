//go:build !unix

package gate

// Descriptors returns how many files the process is taken to have open at most,
// where the system knows no such limit.
func Descriptors() int { return maxDescriptors }
