package processtest

import (
	"context"
	"regexp"
	"sync"
)

// output is what a process prints: all of it is kept. Safe for concurrent use.
type output struct {
	mu      sync.Mutex
	written []byte
	read    int           // where Says looks on
	more    chan struct{} // closed by the next write
}

// Write is where the process prints to. It never fails.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.written = append(o.written, b...)
	close(o.more)
	o.more = make(chan struct{})
	return len(b), nil
}

// Text returns all that was printed.
func (o *output) Text() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.written)
}

// Next returns what is closed when more is printed.
func (o *output) Next() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.more
}

// Says waits until something is printed that matches the pattern, "^" and "$" being those
// of a line, after what was found before. It returns the match and its groups; nil if ctx
// ends first.
func (o *output) Says(ctx context.Context, pattern string) []string {
	for re := regexp.MustCompile("(?m)" + pattern); ; {
		found, more := o.find(re)
		if found != nil {
			return found
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil
		}
	}
}

// find looks for the pattern, and returns what the next write closes if it is not there.
func (o *output) find(pattern *regexp.Regexp) ([]string, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	rest := o.written[o.read:]
	at := pattern.FindSubmatchIndex(rest)
	if at == nil {
		return nil, o.more
	}
	found := make([]string, len(at)/2)
	for i := range found {
		if at[2*i] >= 0 { // a group that has no part in the match is ""
			found[i] = string(rest[at[2*i]:at[2*i+1]])
		}
	}
	o.read += at[1]
	return found, nil
}

// Forget has Says look only at what is printed from now on.
func (o *output) Forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.read = len(o.written)
}

// Rewind has Says look at everything again.
func (o *output) Rewind() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.read = 0
}
