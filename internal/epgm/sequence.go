package epgm

// ahead returns how many packets a is ahead of b, negative if it is behind: sequence
// numbers go round in 32 bits, and are compared within half of that (RFC 3208, section
// 8, with the arithmetic of RFC 1982).
func ahead(a, b uint32) int { return int(int32(a - b)) }
