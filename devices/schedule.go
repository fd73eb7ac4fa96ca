package devices

import "container/heap"

// schedule is the appliances in the order in which they must be woken: by time,
// those of one time by their place, those that sleep for good last.
type schedule []*appliance

var _ heap.Interface = (*schedule)(nil)

// Len is part of heap.Interface.
func (s schedule) Len() int { return len(s) }

// Less is part of heap.Interface.
func (s schedule) Less(i, j int) bool {
	a, b := s[i], s[j]
	if a.wake.IsZero() != b.wake.IsZero() {
		return b.wake.IsZero()
	}
	if !a.wake.Equal(b.wake) {
		return a.wake.Before(b.wake)
	}
	return a.place < b.place
}

// Swap is part of heap.Interface.
func (s schedule) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].queue, s[j].queue = i, j
}

// Push is part of heap.Interface.
func (s *schedule) Push(x any) {
	a := x.(*appliance)
	a.queue = len(*s)
	*s = append(*s, a)
}

// Pop is part of heap.Interface; nothing ever leaves.
func (s *schedule) Pop() any {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}
