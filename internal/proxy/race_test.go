//go:build race

package proxy

// raceDetector says that this test binary watches for data races.
const raceDetector = true
